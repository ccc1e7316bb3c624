"""Mark a table cell by cell: an error costs its own cell, and no cell that was rightly calculated from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from takwin_xblocks.contract.digits import NumberRefused, read_number
from takwin_xblocks.contract.marks import AnswersRefused, Mark
from takwin_xblocks.worksheet.formula import FormulaError
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import Cell, Key, Table, offered

Verdict = Literal["right", "follows", "wrong"]
"""`follows`: right given what the learner wrote in cells before it."""
Readings = tuple[Decimal, ...]


@dataclass(frozen=True)
class CellMark:
    """What one cell earned, and why."""

    cell: Cell
    verdict: Verdict
    right: Decimal
    """What is right, whatever was written elsewhere."""

    @property
    def mark(self) -> Mark:
        """Return it in points."""
        return Mark(earned=0.0 if self.verdict == "wrong" else float(self.cell.points), possible=float(self.cell.points))

    def kept(self, earned: float) -> CellMark:
        """Return it as it was told when the cell earned so much, even if its author has changed the table since."""
        if bool(earned) == (self.verdict != "wrong") or not self.cell.points:
            return self
        return replace(self, verdict="right" if earned else "wrong")


def read_entries(table: Table, answers: Mapping[str, Sequence[str]]) -> dict[Key, Readings]:
    """Return what each cell to fill in may mean. Refuses (`AnswersRefused`) the table while a cell is empty or not readable."""
    entries: dict[Key, Readings] = {}
    refused: dict[str, str] = {}
    for name, cell in table.inputs.items():
        try:
            entries[cell.key] = read_entry(table, cell, answers.get(name, ()))
        except NumberRefused as error:
            refused[name] = error.code
    if refused:
        raise AnswersRefused(refused)
    return entries


def read_entry(table: Table, cell: Cell, given: Sequence[str]) -> Readings:
    """Return the numbers that an answer may mean: one, or two for `1,250`. Refuses (`NumberRefused`) what is none."""
    if len(given) > 1:
        raise NumberRefused("not_a_number")
    text = given[0] if given else ""
    if cell.answer == "number":
        return read_number(text)
    if not text.strip():
        raise NumberRefused("empty")
    numbers = dict(offered(table, cell))
    if text not in numbers:
        raise NumberRefused("not_offered")
    return (numbers[text],)


def mark_table(table: Table, figures: Mapping[str, Decimal], entries: Mapping[Key, Readings]) -> dict[str, CellMark]:
    """Mark every cell to fill in: right, right given the learner's other cells, or wrong."""
    true = Sheet(table, figures).solved()
    meant = {key: nearest(readings, true[key]) for key, readings in entries.items()}
    theirs = Sheet(table, figures, meant)
    return {
        name: CellMark(cell, _verdict(cell, entries.get(cell.key, ()), true[cell.key], theirs), true[cell.key])
        for name, cell in table.inputs.items()
    }


def nearest(readings: Readings, right: Decimal) -> Decimal:
    """Return which of two readings of `1,250` the learner meant: the one nearer to what is right."""
    return min(readings, key=lambda reading: (abs(reading - right), reading))


def _verdict(cell: Cell, readings: Readings, right: Decimal, theirs: Sheet) -> Verdict:
    if _is_near(cell, readings, right):
        return "right"
    try:
        follows = _is_near(cell, readings, theirs.formula_value(cell))
    except FormulaError:  # what they wrote elsewhere leads to no number: it can follow from nothing
        follows = False
    return "follows" if follows else "wrong"


def _is_near(cell: Cell, readings: Readings, right: Decimal) -> bool:
    return any(cell.tolerance.accepts(reading, right, places=cell.places) for reading in readings)
