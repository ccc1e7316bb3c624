"""The table as it is for one example set: figures with what they may be, columns, rows, and what each cell holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from takwin_xblocks.worksheet.attributes import Tolerance, numbers_of, tolerance_of
from takwin_xblocks.worksheet.formula import Node, parse_formula

Key = tuple[str, str]
"""A cell: its row, its column."""
Part = Mapping[str, Any]
MOST_STEPS = 1_000


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number beside the table: a constant, one that is drawn, or one that is calculated."""

    id: str
    usual: Decimal | None
    among: tuple[Decimal, ...] = ()
    """What may be drawn."""
    formula: Node | None = None
    shows: str = "number"
    places: int | None = None
    is_listed: bool = True


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell that is not empty."""

    row: str
    column: str
    kind: str
    value: Decimal | None
    formula: Node | None
    points: int
    tolerance: Tolerance
    places: int
    answer: str
    is_across: bool = False
    """Whether it takes the width of the table: it is about no column."""

    @property
    def key(self) -> Key:
        """Return where it is."""
        return self.row, self.column

    @property
    def name(self) -> str:
        """Return the id under which its answer is sent."""
        return f"{self.row}.{self.column}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """A worksheet with one of its example sets."""

    example_set: str
    figures: Mapping[str, Figure]
    columns: Sequence[Part]
    rows: Sequence[Part]
    """The rows of this example set."""
    all_rows: Sequence[str]
    """Ids of the rows of every set: a formula may name a row that is left out here."""
    cells: Mapping[Key, Cell]
    requires: Sequence[Node]
    words: Sequence[str] = field(default=())
    """Ids of the words of the example set."""

    @cached_property
    def column_ids(self) -> tuple[str, ...]:
        """Return the ids of the columns in order."""
        return tuple(column["id"] for column in self.columns)

    @cached_property
    def inputs(self) -> Mapping[str, Cell]:
        """Return the cells to fill in, by the name under which they are answered, in the order of the table."""
        cells = (self.cells.get((row["id"], column)) for row in self.rows for column in self.column_ids)
        return {cell.name: cell for cell in cells if cell is not None and cell.kind == "input"}

    @cached_property
    def row(self) -> Mapping[str, Part]:
        """Return the rows by id."""
        return {row["id"]: row for row in self.rows}

    @property
    def chosen_columns(self) -> list[str]:
        """Return the columns from which a learner chooses: those that add up no others."""
        return [column["id"] for column in self.columns if not column.get("formula")]

    @property
    def is_drawn(self) -> bool:
        """Tell whether chance has anything to say here."""
        return any(len(figure.among) > 1 for figure in self.figures.values())


def table_of(structure: Part, example_set: str = "") -> Table:
    """Return the table with an example set; the first where none of that name exists."""
    # A page asks for its table some twenty times. Kept by what is written, for a structure may change under its author's hands.
    return _table_of(json.dumps(structure), example_set)


@lru_cache(maxsize=32)
def _table_of(written: str, example_set: str) -> Table:
    structure: Part = json.loads(written)
    sets = structure.get("sets", [])
    chosen: Part = next((one for one in sets if one["id"] == example_set), sets[0] if sets else {})
    changes = {change["figure"]: change for change in chosen.get("changes", ())}
    rows = [row for row in structure.get("rows", ()) if not row.get("sets") or chosen.get("id") in row["sets"]]
    columns = structure.get("columns", [])
    usual = {**structure, **{key: chosen[key] for key in ("places",) if key in chosen}}
    cells = [cell for row in rows for cell in _cells(row, columns, usual)]
    return Table(
        example_set=chosen.get("id", ""),
        figures={figure["id"]: _figure(figure, changes.get(figure["id"], {})) for figure in structure.get("figures", ())},
        columns=columns,
        rows=rows,
        all_rows=[row["id"] for row in structure.get("rows", ())],
        cells={cell.key: cell for cell in cells},
        requires=[parse_formula(one["formula"]) for one in structure.get("requires", ()) if one.get("formula")],
        words=[word["id"] for word in chosen.get("words", ())],
    )


def offered(table: Table, cell: Cell) -> list[tuple[str, Decimal]]:
    """Return what a learner chooses from in a cell, and the number that each choice stands for."""
    if cell.answer == "column":
        return [(column, Decimal(table.column_ids.index(column) + 1)) for column in table.chosen_columns]
    return [(option["id"], Decimal(option["value"])) for option in table.row[cell.row].get("options", ())]


def _figure(written: Part, change: Part) -> Figure:
    drawn = change if {"from", "values", "usual"} & set(change) else written
    usual = change.get("usual", written.get("usual"))
    return Figure(
        id=written["id"],
        usual=None if usual is None else Decimal(usual),
        among=_among(drawn),
        formula=parse_formula(written["formula"]) if written.get("formula") else None,
        shows=written.get("shows", "number"),
        places=written.get("places"),
        is_listed=written.get("listed", True),
    )


def _among(drawn: Part) -> tuple[Decimal, ...]:
    if drawn.get("values"):
        return tuple(number for number in numbers_of(drawn["values"]) if number is not None)
    if not {"from", "to", "step"} <= set(drawn):
        return ()
    start, stop, step = (Decimal(drawn[name]) for name in ("from", "to", "step"))
    if step <= 0 or start > stop:
        return ()
    return tuple(start + step * index for index in range(min(int((stop - start) / step) + 1, MOST_STEPS)))


def _cells(row: Part, columns: Sequence[Part], worksheet: Part) -> list[Cell]:
    if row.get("kind") == "heading":
        return []
    own = {cell["column"]: cell for cell in row.get("cells", ()) if "column" in cell}
    values = iter(numbers_of(row["values"]) if row.get("values") else ())
    made = []
    for column in columns[:1] if row.get("across") else columns:
        listed = None if column.get("formula") else next(values, None)
        cell = _cell(row, column, own.get(column["id"]), listed, worksheet)
        if cell is not None:
            made.append(cell)
    return made


def _cell(row: Part, column: Part, own: Part | None, listed: Decimal | None, worksheet: Part) -> Cell | None:
    """Return the cell at a crossing: what is written in it, else the column's formula, else what the row says."""
    if own is not None and own.get("kind") == "blank":
        return None
    value, formula = listed, row.get("formula")
    kind = row.get("kind", "given")
    is_of_column = False
    if own is not None and ("value" in own or own.get("formula")):
        value = Decimal(own["value"]) if "value" in own else listed
        formula = own.get("formula")
    elif column.get("formula"):
        value, formula, kind = None, column["formula"], column.get("kind", "computed")
        is_of_column = True
    elif row.get("values") and listed is None:
        return None
    if value is None and not formula:
        return None
    nearest = (own or {}, *((column, row) if is_of_column else (row, column)), worksheet)
    answer = _first(nearest, "answer", "number")
    return Cell(
        row=row["id"],
        column=column["id"],
        kind=(own or {}).get("kind", kind),
        value=value,
        formula=parse_formula(formula) if formula else None,
        points=int(_first(nearest, "points", 1)),
        # What is chosen from a list is right or not; the column beside the right one is not nearly right.
        tolerance=tolerance_of(_first(nearest, "tolerance", "hand") if answer == "number" else "exact"),
        places=int(_first(nearest, "places", 2)),
        answer=answer,
        is_across=bool(row.get("across")),
    )


def _first(parts: Sequence[Part], name: str, otherwise: Any) -> Any:
    return next((part[name] for part in parts if part.get(name) not in (None, "")), otherwise)
