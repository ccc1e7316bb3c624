"""Calculate the cells of a table: what is right, and what would be right given what a learner wrote elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from takwin_xblocks.contract.schema import N_
from takwin_xblocks.worksheet.calculation import calculate
from takwin_xblocks.worksheet.formula import CellName, FormulaError, Name, Node
from takwin_xblocks.worksheet.table import Cell, Key, Table

MOST_STEPS = 60_000
DEEPEST = 160
"""Parts of formulas inside each other, over all the cells that hang one on the other and are not calculated yet. Python goes at most
two calls deep for each: some 320, where it stops at 1,000."""
PARTS_OF_CELL = 3
"""What a cell adds to the parts of its formula: the calls that lead from a name to the formula behind it."""
_ZERO = Decimal(0)


class Unfilled(FormulaError):
    """The result depends on a cell that the learner has not filled in."""

    def __init__(self) -> None:
        super().__init__(N_("This depends on a cell to fill in."))


@dataclass
class Sheet:
    """The numbers of one table.

    `entries` are what a learner wrote in cells to fill in; the formulas of other cells use them in place of what is right. With
    `only_entered`, what depends on a cell without an entry is refused (`Unfilled`), so that nothing shown gives it away.
    """

    table: Table
    figures: Mapping[str, Decimal]
    entries: Mapping[Key, Decimal] = field(default_factory=dict)
    only_entered: bool = False

    def __post_init__(self) -> None:
        self._known: dict[Key, Decimal] = {}
        self._known_figures: dict[str, Decimal] = {}
        self._open: set[Key | str] = set()
        self._steps = 0
        self._depth = 0

    def value(self, key: Key) -> Decimal:
        """Return what stands in a cell: the entry if there is one, else what its formula gives, 0 where it is empty."""
        cell = self.table.cells.get(key)
        if cell is None:
            return _ZERO
        if cell.kind == "input":
            if key in self.entries:
                return self.entries[key]
            if self.only_entered:
                raise Unfilled
        return self.formula_value(cell)

    def formula_value(self, cell: Cell) -> Decimal:
        """Return what a cell's formula gives, whatever was entered in the cell itself."""
        if cell.key not in self._known:
            with self._inside(cell.key, cell.formula):
                self._known[cell.key] = cell.value or _ZERO if cell.formula is None else calculate(cell.formula, self.place(cell))
        return self._known[cell.key]

    def place(self, cell: Cell) -> Place:
        """Return where a cell is, as its formula sees it."""
        return Place(self, cell.row, self.table.column_ids.index(cell.column), cell.value)

    def figure(self, name: str) -> Decimal:
        """Return a figure: given, or calculated from others."""
        if name in self.figures:
            return self.figures[name]
        figure = self.table.figures[name]
        if figure.formula is None:
            return figure.usual or _ZERO
        if name not in self._known_figures:
            with self._inside(name, figure.formula):
                self._known_figures[name] = calculate(figure.formula, Place(self, None, 0, None))
        return self._known_figures[name]

    def all_figures(self) -> dict[str, Decimal]:
        """Return every figure by its name."""
        return {name: self.figure(name) for name in self.table.figures}

    def condition(self, node: Node) -> Decimal:
        """Return what a formula that stands in no cell gives; it sees the first column."""
        return calculate(node, Place(self, None, 0, None))

    def solved(self) -> dict[Key, Decimal]:
        """Return every cell that is not empty. Refuses (`FormulaError`) a formula without a result."""
        # Column by column, so that what a column carries over from the one before is known already.
        for column in self.table.column_ids:
            for row in self.table.rows:
                if (row["id"], column) in self.table.cells:
                    self.value((row["id"], column))
        return {key: self.value(key) for key in self.table.cells}

    def step(self) -> None:
        """Count one step of work. Refuses (`FormulaError`) to go on without end."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise FormulaError(N_("These formulas take too long."))

    @contextmanager
    def _inside(self, what: Key | str, formula: Node | None) -> Iterator[None]:
        if what in self._open:
            name = what if isinstance(what, str) else ".".join(what)
            raise FormulaError(N_("{cell} depends on itself."), cell=name)
        deeper = PARTS_OF_CELL + (formula.height if formula else 0)
        if self._depth + deeper > DEEPEST:
            raise FormulaError(N_("Too many cells hang one on the other."))
        self._depth += deeper
        self._open.add(what)
        try:
            yield
        finally:
            self._open.discard(what)
            self._depth -= deeper


@dataclass
class Place:
    """A formula's place in the table, from which names without a column are understood."""

    sheet: Sheet
    row: str | None
    position: int
    """Of the column, from 0."""
    listed: Decimal | None

    def step(self) -> None:
        """Count one step of work."""
        self.sheet.step()

    def named(self, name: str) -> Decimal:
        """Return a figure, a place, or the row's cell in this column."""
        table = self.sheet.table
        places = {"column": self.position + 1, "prev": self.position, "first": 1, "last": len(table.column_ids)}
        if name in places:
            return Decimal(places[name])
        if name == "value":
            return self.listed or _ZERO
        if name in table.figures:
            return self.sheet.figure(name)
        return self._in(name, table.column_ids[self.position])

    def cell(self, row: str, column: str) -> Decimal:
        """Return a cell."""
        if column not in self.sheet.table.column_ids:
            raise FormulaError(N_('There is no column "{name}".'), name=column)
        return self._in(self._row(row), column)

    def indexed(self, row: str, position: Decimal) -> Decimal:
        """Return the cell of a row in the column at a position, 0 where there is none."""
        columns = self.sheet.table.column_ids
        row = self._row(row)
        if position != position.to_integral_value() or not 1 <= position <= len(columns):
            return _ZERO
        return self._in(row, columns[int(position) - 1])

    def between(self, start: Name | CellName, stop: Name | CellName) -> list[Decimal]:
        """Return the cells of a range that are not empty."""
        return [self.sheet.value(key) for key in self.keys(start, stop)]

    def keys(self, start: Name | CellName, stop: Name | CellName) -> list[Key]:
        """Return the cells of a range that are not empty, in order."""
        table = self.sheet.table
        here = table.column_ids[self.position]
        rows = [self._row(end.row if isinstance(end, CellName) else end.name) for end in (start, stop)]
        columns = [end.column if isinstance(end, CellName) else here for end in (start, stop)]
        if any(column not in table.column_ids for column in columns):
            raise FormulaError(N_("A range goes from one column of the table to another."))
        across = _run(table.column_ids, *columns)
        down = _run(table.all_rows, *rows)
        if len(across) > 1 and len(down) > 1:
            raise FormulaError(N_("A range stays in one row or in one column."))
        keys = [(row, column) for row in down for column in across]
        for _key in keys:
            self.step()
        return [key for key in keys if key in table.cells]

    def _row(self, row: str) -> str:
        if row == "here":
            if self.row is None:
                raise FormulaError(N_('"here" stands only in the formula of a cell.'))
            return self.row
        if row not in self.sheet.table.all_rows:
            raise FormulaError(N_('There is no row "{name}".'), name=row)
        return row

    def _in(self, row: str, column: str) -> Decimal:
        if row not in self.sheet.table.all_rows:
            raise FormulaError(N_('There is no figure and no row "{name}".'), name=row)
        return self.sheet.value((row, column))


def _run(ids: Sequence[str], start: str, stop: str) -> list[str]:
    first, last = ids.index(start), ids.index(stop)
    if first > last:
        raise FormulaError(N_("A range goes from first to last."))
    return list(ids[first : last + 1])
