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


def names_in(text: str) -> Iterator[str]:
    """Yield what a text asks for."""
    return (match[1] for match in PLACEHOLDER.finditer(text))


def filled(text: str, said: Callable[[str], str | None]) -> str:
    """Return a text with what is said for each name; a name for which nothing is said stays as it was typed."""

    def one(match: re.Match[str]) -> str:
        words = said(match[1])
        if words is None:
            return match[0]
        is_in_tag = text.rfind("<", 0, match.start()) > text.rfind(">", 0, match.start())
        return escape(plain(words)) if is_in_tag else words  # the words under a picture take no markup

    return PLACEHOLDER.sub(one, text)


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
        return Html(inline(filled(self.texts.get("/".join(ids), ""), self._said)))

    def bare(self, *ids: str) -> str:
        """Return a text as words alone, on one line."""
        return " ".join(plain(filled(self.texts.get("/".join(ids), ""), self._said)).split())

    def name_of(self, part: str) -> str:
        """Return what a figure, a row or a column is called; its id where it has no name."""
        return self.bare(part, "name") or part

    def figure_html(self, name: str) -> Html:
        """Return a figure as it is shown."""
        figure, value = self.table.figures[name], self.figures[name]
        if figure.shows == "column":
            columns = self.table.column_ids
            known = value == value.to_integral_value() and 1 <= value <= len(columns)
            return element("bdi", self.name_of(columns[int(value) - 1])) if known else Html()
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
        if name in self.table.words:
            return self.texts.get(f"{self.table.example_set}/{name}", "")
        row, _, column = name.partition(".")
        return self._cell_said((row, column or self.table.column_ids[0])) if self.cells and self.table.column_ids else None

    def _cell_said(self, key: Key) -> str | None:
        if key not in self.cells:
            return None
        return self.cell_html(self.table.cells[key], self.cells[key])

    def cell_html(self, cell: Cell, value: Decimal) -> Html:
        """Return a result as its cell shows it: a number, or what is chosen from a list."""
        if cell.answer != "number":
            return next((self.choice_html(cell, choice) for choice, number in offered(self.table, cell) if number == value), Html())
        return amount_html(self.voice, value, places=cell.places)
