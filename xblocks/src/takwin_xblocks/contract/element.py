"""Build HTML from pieces: whatever is not already HTML is escaped, so that no text of a person becomes markup."""

from __future__ import annotations

from html import escape

VOID = frozenset({"br", "hr", "img", "input", "path", "circle", "line", "polygon", "polyline", "rect"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Piece = str | None | bool


def element(name: str, /, *inside: Piece, **attributes: str | float | bool | None) -> Html:
    """Return an element. Text inside is escaped unless it is `Html`; None and False are left out.

    Attributes: `class_`, `for_` lose their underscore, `data_state` is `data-state`; True stands bare, None and False are left out.
    """
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Html(f"<{name}{given}>") if name in {"br", "hr", "img", "input"} else Html(f"<{name}{given}/>")
    return Html(f"<{name}{given}>{joined(*inside)}</{name}>")


def joined(*pieces: Piece) -> Html:
    """Return pieces one after the other, each escaped unless it is `Html`."""
    return Html("".join(_piece(piece) for piece in pieces))


def error_html(words: str) -> Html:
    """Return what is wrong with a field, as the script and the page show it."""
    return element("p", words, class_="coop__error", dir="auto")


def _piece(piece: Piece) -> str:
    if piece is None or isinstance(piece, bool):
        return ""
    return piece if isinstance(piece, Html) else escape(piece)


def _attribute(key: str, value: str | float | bool | None) -> str:  # noqa: FBT001
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
