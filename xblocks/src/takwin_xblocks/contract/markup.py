"""Show an author's text with a little inline markup (bold, emphasis, line breaks, pictures) and everything else as plain text."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from lxml import html

# Attributes that each element may keep. Everything absent from this table is shown as the text that was typed.
ALLOWED: dict[str, frozenset[str]] = {
    **dict.fromkeys(("b", "strong", "i", "em", "u", "sub", "sup", "code", "br"), frozenset()),
    **dict.fromkeys(("bdi", "span", "q"), frozenset({"lang", "dir"})),
    "img": frozenset({"src", "alt", "width", "height"}),
}
FRAME = frozenset({"html", "head", "body"})  # what the parser puts around a text
VOID = frozenset({"br", "img"})
# Characters that XML cannot hold, nor a page show.
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # embeddings, overrides, isolates
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_SIZE = re.compile(r"[0-9]{1,4}")
# A path of this course or of this site: no scheme, no other host, nothing that a browser reads as one.
FILE = re.compile(r"(?!//)/?[^\s\\:/?#\"'<>]+(/[^\s\\:/?#\"'<>]+)*(\?[^\s\\\"'<>]*)?")
_CHECKS = {
    "lang": _LANGUAGE,
    "dir": re.compile("ltr|rtl|auto"),
    "width": _SIZE,
    "height": _SIZE,
    "src": FILE,
    "alt": re.compile(r".*", re.DOTALL),
}


@lru_cache(maxsize=4096)
def inline(text: str) -> str:
    """Return `text` as safe HTML. Elements outside the list are escaped, never dropped, so that their author sees them."""
    text = possible(text)
    if "<" not in text and "&" not in text:
        return escape(text)
    return "".join(_children(_parsed(text)))


def plain(text: str) -> str:
    """Return only the words of `text`, for a place that takes no markup."""
    text = possible(text)
    return text if "<" not in text and "&" not in text else possible(str(_parsed(text).text_content()))


def possible(text: str) -> str:
    """Return `text` without the control characters that neither XML nor a page can hold."""
    return _IMPOSSIBLE.sub("", text)


def unturned(text: str) -> str:
    """Return what a person typed without the marks that turn the direction of what follows, even outside the text.

    The marks that act on a place alone (left-to-right, right-to-left, Arabic letter mark) stay: they help to read.
    """
    return _TURNING.sub("", text)


def _parsed(text: str) -> html.HtmlElement:
    # What begins like a comment or a declaration is text too: to a parser, one that never ends would swallow all that follows.
    told = text.replace("<!", "&lt;!").replace("<?", "&lt;?")
    return html.document_fromstring(f"<html><body>{told}</body></html>")


def _children(parent: html.HtmlElement) -> list[str]:
    parts = [escape(possible(parent.text or ""))]
    for child in parent:
        if isinstance(child.tag, str):  # not a comment or a processing instruction
            parts.extend(_element(child))
        parts.append(escape(possible(child.tail or "")))
    return parts


def _element(element: html.HtmlElement) -> list[str]:
    name = str(element.tag)
    if name in FRAME:
        return _children(element)
    if name not in ALLOWED:
        typed = "".join(f' {key}="{possible(value)}"' for key, value in element.attrib.items())
        closing = [] if name in html.defs.empty_tags else [escape(f"</{name}>")]
        return [escape(f"<{name}{typed}>"), *_children(element), *closing]
    kept = {key: value for key, value in element.attrib.items() if key in ALLOWED[name] and _CHECKS[key].fullmatch(value)}
    if name == "img":
        if "src" not in kept:
            return [escape(element.get("alt") or "")]
        kept.setdefault("alt", "")
    attributes = "".join(f' {key}="{escape(possible(value))}"' for key, value in kept.items())
    return [f"<{name}{attributes}>", *([] if name in VOID else [*_children(element), f"</{name}>"])]
