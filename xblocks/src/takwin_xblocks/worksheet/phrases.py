"""Put figures and words of the example set where a text says `{price}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.worksheet.amounts import amount_html, share_html
from takwin_xblocks.worksheet.table import Cell, Key, Table, offered

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,63}(?:\.[a-z][a-z0-9_]{0,63})?)\}")
MOST_FILLED = 10_000
"""Characters that figures and words add to one text at most."""
LONGEST_WORD = 200
"""Characters of a word of an example set."""
LONGEST_NAME = 200
"""Characters of a name where a formula in words says it, perhaps a hundred times."""


def names_in(text: str) -> Iterator[str]:
    """Yield what a text asks for."""
    return (match[1] for match in PLACEHOLDER.finditer(text))


def filled(text: str, said: Callable[[str], str | None]) -> str:
    """Return a text with what is said for each name.

    A name for which nothing is said stays as it was typed, and so does what is left once `MOST_FILLED` characters are said.
    """
    pieces: list[str] = []
    at, is_in_tag, room = 0, False, MOST_FILLED
    for match in PLACEHOLDER.finditer(text):
        before, at = text[at : match.start()], match.end()
        if "<" in before or ">" in before:
            is_in_tag = before.rfind("<") > before.rfind(">")
        words = said(match[1]) if room > 0 else None
        if words is not None and is_in_tag:
            words = escape(plain(words))  # the words under a picture take no markup
        if words is None or len(words) > room:
            words = match[0]
        else:
            room -= len(words)
        pieces += (before, words)
    return "".join((*pieces, text[at:]))


@dataclass(frozen=True)
class Phrases:
    """The texts of one worksheet as its reader sees them: with their figures, and with the words of the example set."""

    table: Table
    texts: Mapping[str, str]
    figures: Mapping[str, Decimal]
    voice: Voice
    cells: Mapping[Key, Decimal] = field(default_factory=dict)
    """What the lesson may tell; empty as long as it is not told."""

    def html(self, *ids: str) -> Html:
        """Return a text as HTML, empty for none."""
        text = self.texts.get("/".join(ids), "")
        said = filled(text, self._said)
        # What has a learner's own numbers in it is not kept for others.
        return Html(inline(text) if said == text else inline.__wrapped__(said))

    def bare(self, *ids: str) -> str:
        """Return a text as words alone, on one line."""
        return " ".join(plain(filled(self.texts.get("/".join(ids), ""), self._said)).split())

    def name_of(self, part: str) -> str:
        """Return what a figure, a row or a column is called; its id where it has no name. A name that is a whole page is cut."""
        return self.bare(part, "name")[:LONGEST_NAME] or part

    def figure_html(self, name: str) -> Html:
        """Return a figure as it is shown."""
        figure, value = self.table.figures[name], self.figures[name]
        if figure.shows == "column":
            columns = self.table.column_ids
            known = value == value.to_integral_value() and 1 <= value <= len(columns)
            return element("bdi", self._column_said(columns[int(value) - 1])) if known else Html()
        if figure.shows == "percent":
            return share_html(self.voice, value)
        if figure.places is None:
            return amount_html(self.voice, value, places=0, exact=True)
        return amount_html(self.voice, value, places=figure.places)

    def choice_html(self, cell: Cell, choice: str) -> Html:
        """Return what a choice of a list is called."""
        return element("bdi", self.choice_name(cell, choice))

    def choice_name(self, cell: Cell, choice: str) -> str:
        """Return the same as words alone."""
        return self.name_of(choice) if cell.answer == "column" else self.bare(cell.row, choice)

    def _said(self, name: str) -> str | None:
        if name in self.table.figures:
            return self.figure_html(name)
        word = self._word(name)
        if word is not None:
            return word
        row, _, column = name.partition(".")
        return self._cell_said((row, column or self.table.column_ids[0])) if self.cells and self.table.column_ids else None

    def _word(self, name: str) -> str | None:
        return self.texts.get(f"{self.table.example_set}/{name}", "") if name in self.table.words else None

    def _column_said(self, column: str) -> str:
        # Without figures: one in the name of its own column would be said without end.
        name = filled(self.texts.get(f"{column}/name", ""), self._word)
        return " ".join(plain(name).split())[:LONGEST_NAME] or column

    def _cell_said(self, key: Key) -> str | None:
        if key not in self.cells:
            return None
        return self.cell_html(self.table.cells[key], self.cells[key])

    def cell_html(self, cell: Cell, value: Decimal) -> Html:
        """Return a result as its cell shows it: a number, or what is chosen from a list."""
        if cell.answer != "number":
            return next((self.choice_html(cell, choice) for choice, number in offered(self.table, cell) if number == value), Html())
        return amount_html(self.voice, value, places=cell.places)
