"""What stands around the answers of a graded block: its title, a hint, where the learner stands, and what the author says to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from takwin_xblocks.contract.element import Html, Piece, element
from takwin_xblocks.contract.marks import ICONS, Mark, State
from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.contract.voice import Voice


class Framed(Protocol):
    """What of a graded block stands around its answers. XBlock's own classes have no types: this has."""

    @property
    def display_name(self) -> str | None:
        """Return its title."""

    @property
    def is_over(self) -> bool:
        """Tell whether no more answers are taken."""

    @property
    def shown_marks(self) -> Mapping[str, Mark]:
        """Return the marks that the page shows."""

    def text(self, *ids: str) -> str:
        """Return an author's text as written, '' for none."""

    def form(self, handler: str, /, *inside: Piece, voice: Voice, plain_forms: bool, **attributes: Any) -> Html:
        """Return a form that sends its fields to a handler."""

    def errors(self, voice: Voice) -> dict[str, str]:
        """Return what is wrong with a draft, in words by field."""

    def status_words(self, voice: Voice) -> str:
        """Return where the learner stands, in words."""

    def attempts_words(self, voice: Voice) -> str:
        """Return how many attempts remain, in words."""


def question(block: Framed, voice: Voice, *answers: Piece, check: str, hint: str, plain_forms: bool) -> Html:
    """Return the whole inside of a block that asks one thing: prompt, answers, result and the button that says `check`.

    `hint` is the word above the author's hint.
    """
    title, told = block.display_name or "", block.text("hint")
    box = element(
        "fieldset",
        element("legend", Html(inline(block.text("prompt"))) or title, class_="coop__prompt", dir="auto"),
        element("details", element("summary", hint), element("p", Html(inline(told)), dir="auto"), class_="coop__hint")
        if told
        else None,
        *answers,
        class_="coop__box",
        disabled=block.is_over,
    )
    return block.form(
        "submit",
        element("h3", title, class_="coop__title", dir="auto") if title else None,
        box,
        standing(block, voice),
        element("p", element("button", check, type="submit", class_="coop__button")) if not block.is_over else None,
        voice=voice,
        plain_forms=plain_forms,
    )


def standing(block: Framed, voice: Voice) -> Html:
    """Return where the learner stands: the result, what the author says to it, and how many attempts are left."""
    errors = block.errors(voice)
    said = element(
        "p",
        block.status_words(voice),
        class_="coop__status",
        role="status",
        tabindex="-1",
        dir="auto",
        data_status=True,
        data_state="error" if errors else None,
    )
    return Html(
        said + overall(block) + element("p", block.attempts_words(voice), class_="coop__note", dir="auto", data_attempts=True)
    )


def overall(block: Framed) -> Html:
    """Return what the author says to the attempt as a whole; nothing before it is marked."""
    marks = block.shown_marks
    if not marks:
        return Html()
    right = all(mark.earned >= mark.possible for mark in marks.values())
    told = block.text("feedback", "correct" if right else "incorrect")
    return element("p", Html(inline(told)), class_="coop__feedback", dir="auto") if told else Html()


def verdict(state: State, words: str, feedback: str) -> Html:
    """Return what is said of one part: an icon and words beside the colour, and the author's feedback."""
    said = element("p", element("span", ICONS[state], aria_hidden="true"), " ", words, class_="coop__mark", dir="auto")
    return Html(said + (element("p", Html(inline(feedback)), class_="coop__feedback", dir="auto") if feedback else ""))


def bare(text: str) -> str:
    """Return an author's text as a name: words alone, on one line, with no full stop at the end."""
    return " ".join(plain(text).split()).rstrip(".")
