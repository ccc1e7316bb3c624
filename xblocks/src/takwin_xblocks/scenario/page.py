"""What a scenario's page is drawn from: the story, where the learner stands in it, and how to speak to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.contract.voice import MINUS, Voice
from takwin_xblocks.scenario.grading import Run, Step, Story

NAME = "coop-scenario"
_SHORT = 80
_LOOSE = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}،,.;:"
_BREAKS = re.compile(r"[ \t\r\n]+")  # spaces that do not break, as inside a figure, stay


@dataclass(frozen=True, kw_only=True)
class Page:
    """Everything that the page of one learner is made of."""

    title: str
    story: Story
    texts: Mapping[str, str]
    run: Run
    voice: Voice
    dom_id: str
    number: int
    """Which run this is, from 0."""
    left: int | None
    """How many runs may still be begun, None for as many as wanted."""
    is_closed: bool
    offers_group: bool
    is_group: bool
    votes: Mapping[int, Mapping[str, int]]
    """By step of the path, how many hands each choice had, where a group voted."""
    draft: Mapping[str, str]
    """Hands typed here that decided nothing, by choice."""
    best: Mapping[str, Any]
    form: Callable[..., Html]

    # --- the author's words ---

    def text(self, *ids: str) -> Html:
        """Return an author's text as safe HTML, '' for none."""
        return Html(inline(self.texts.get("/".join(ids), "")))

    def bare(self, *ids: str) -> str:
        """Return an author's text as words alone, on one line."""
        return _BREAKS.sub(" ", plain(self.texts.get("/".join(ids), ""))).strip()

    def gist(self, *ids: str, most: int = _SHORT) -> str:
        """Return the beginning of an author's text, cut between words."""
        text = self.bare(*ids)
        return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(_LOOSE) + "…"

    def name(self, indicator: str) -> str:
        """Return what an indicator is called."""
        return self.bare(indicator, "name") or indicator

    # --- facts ---

    @property
    def shows_figures(self) -> bool:
        """Tell whether the indicators may be seen now."""
        when = self.story.structure.get("indicators", "end")
        return when == "shown" or (when == "end" and self.story.is_ending(self.run.at))

    @property
    def last(self) -> Step | None:
        """Return the last choice that counts."""
        return self.run.path[-1] if self.run.path else None

    # --- pieces ---

    def position(self) -> list[Html]:
        """Return the fields that tell at which step of which run a form was sent."""
        given = {"run": self.number, "step": self.run.moves}
        return [element("input", type="hidden", name=field_name(name), value=value) for name, value in given.items()]

    def signed(self, value: int) -> Html:
        """Return a gain or a loss with its sign."""
        sign = "+" if value > 0 else MINUS if value < 0 else ""
        return self.voice.figure(f"{sign}{self.voice.number(abs(value))}")

    def changes(self, step: Step) -> Html:
        """Return what a choice brought, by indicator; '' if nothing."""
        brought = [(indicator, by) for indicator, by in self.story.effect(step).items() if by]
        shown = [
            element("span", element("bdi", self.name(indicator)), " ", self.signed(by), class_=f"{NAME}__change")
            for indicator, by in brought
        ]
        return element("p", *shown, class_=f"{NAME}__changes") if shown else Html()
