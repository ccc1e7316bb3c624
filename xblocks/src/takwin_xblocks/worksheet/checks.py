"""Find what is wrong with a worksheet before a learner does: names that do not exist, sums without end, draws that nobody can solve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from takwin_xblocks.contract.schema import N_, Fault
from takwin_xblocks.worksheet.attributes import numbers_of
from takwin_xblocks.worksheet.formula import (
    NAME,
    PLACES,
    WORDS,
    CellName,
    FormulaError,
    Indexed,
    Name,
    Node,
    Range,
    parse_formula,
    parts_of,
)
from takwin_xblocks.worksheet.numbers import draws, is_accepted, usual_figures
from takwin_xblocks.worksheet.phrases import LONGEST_WORD, names_in
from takwin_xblocks.worksheet.sheet import Sheet, Unfilled
from takwin_xblocks.worksheet.table import MOST_STEPS, Cell, Key, Table, offered, table_of

LISTS = ("sets", "figures", "columns", "rows")
MOST_CELLS = 500
MOST_CHOICES = 2_000
MOST_PARTS = 4_000
"""Of all formulas of a table together, a range counted by its cells: so much is calculated anew some ten times when a table is marked."""
LEAST_SAMPLE, SAMPLE = 20, 50
LEAST_ACCEPTED = 0.2
SAMPLED_PARTS = 100_000
"""How much is calculated at most, over all example sets, to see whether draws can be solved: this runs while an author types."""


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with a worksheet whose form is right, each fault with the place where it is put right."""
    faults = [*_ids(structure), *_figures(structure), *_rows(structure), *_formulas(structure)]
    if not faults and structure.get("rows"):
        tables = [table_of(structure, one["id"]) for one in structure.get("sets", ()) or ({"id": ""},)]
        faults = list(islice((fault for table in tables for fault in _size(table, structure)), 1))
        faults = faults or [fault for table in tables for fault in _results(table, structure)] or [*_draws(tables)]
    return faults + list(_words(structure, texts))


def _ids(structure: Mapping[str, Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for key in LISTS:
        for index, one in enumerate(structure.get(key, ())):
            where, name = f"{key}.{index}", one["id"]
            if not NAME.fullmatch(name) or name in WORDS:
                words = N_(
                    '"{id}" cannot be a name in formulas: small letters, digits and _, a letter first, and no word of formulas.'
                )
                yield Fault(words, {"id": name}, where)
            elif name in seen:
                yield Fault(
                    N_('"{id}" names two things: figures, sets, columns and rows all have different ids.'), {"id": name}, where
                )
            seen.add(name)


def _figures(structure: Mapping[str, Any]) -> Iterator[Fault]:
    known = {figure["id"] for figure in structure.get("figures", ())}
    for index, figure in enumerate(structure.get("figures", ())):
        yield from _range(figure, f"figures.{index}")
        if not figure.get("formula") and "usual" not in figure:
            yield Fault(N_("This figure needs a usual value or a formula."), {}, f"figures.{index}")
    for index, one in enumerate(structure.get("sets", ())):
        for place, change in enumerate(one.get("changes", ())):
            where = f"sets.{index}.changes.{place}"
            yield from _range(change, where)
            if change.get("figure") not in known:
                yield Fault(N_('There is no figure "{name}".'), {"name": change.get("figure", "")}, where)


def _range(figure: Mapping[str, Any], where: str) -> Iterator[Fault]:
    given = [name for name in ("from", "to", "step") if name in figure]
    among: list[Decimal] = []
    if given and len(given) < 3:  # noqa: PLR2004 -- all of the three
        yield Fault(N_("A range needs a first value, a last value and a step."), {}, where)
    elif given:
        start, stop, step = (Decimal(figure[name]) for name in given)
        if step <= 0 or start > stop or (stop - start) / step > MOST_STEPS:
            yield Fault(N_("This range has no steps, or more than {most}."), {"most": MOST_STEPS}, where)
        else:
            among = [start + step * index for index in range(int((stop - start) / step) + 1)]
    elif figure.get("values"):
        among = [number for number in numbers_of(figure["values"]) if number is not None]
    if among and "usual" in figure and Decimal(figure["usual"]) not in among:
        yield Fault(N_("The usual value is not one of those that are drawn."), {}, where)


def _rows(structure: Mapping[str, Any]) -> Iterator[Fault]:
    columns = [column["id"] for column in structure.get("columns", ())]
    if structure.get("rows") and not columns:
        yield Fault(N_("A table needs a column."), {}, "rows.0")
    plain = [column["id"] for column in structure.get("columns", ()) if not column.get("formula")]
    sets = {one["id"] for one in structure.get("sets", ())}
    for index, row in enumerate(structure.get("rows", ())):
        where = f"rows.{index}"
        if row.get("values") and len(numbers_of(row["values"])) > len(plain):
            yield Fault(N_("More values than columns without a formula of their own."), {}, f"{where}.values")
        if row.get("kind") == "input" and not row.get("formula") and not row.get("cells") and not row.get("values"):
            yield Fault(N_("What is right here? A row to fill in needs a formula."), {}, where)
        for name in row.get("sets", ()):
            if name not in sets:
                yield Fault(N_('There is no example set "{name}".'), {"name": name}, f"{where}.sets")
        yield from _cells(row, columns, where)


def _cells(row: Mapping[str, Any], columns: list[str], where: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, cell in enumerate(row.get("cells", ())):
        column = cell.get("column", "")
        if column not in columns:
            yield Fault(N_('There is no column "{name}".'), {"name": column}, f"{where}.cells.{place}.column")
        elif column in seen:
            yield Fault(N_('This row has two cells in the column "{name}".'), {"name": column}, f"{where}.cells.{place}.column")
        seen.add(column)


def _formulas(structure: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("figures", "requires", "columns", "rows"):
        for index, one in enumerate(structure.get(key, ())):
            where = f"{key}.{index}"
            yield from _names(structure, one.get("formula"), f"{where}.formula", of=key)
            for place, cell in enumerate(one.get("cells", ())):
                yield from _names(structure, cell.get("formula"), f"{where}.cells.{place}.formula", of=key)


def _names(structure: Mapping[str, Any], formula: str | None, where: str, *, of: str) -> Iterator[Fault]:
    """Tell names that do not exist, even where `if` would pass over them today."""
    rows = {row["id"] for row in structure.get("rows", ())} | ({"here"} if of in ("columns", "rows") else set())
    columns = {column["id"] for column in structure.get("columns", ())}
    known = rows | set(PLACES)
    if of == "figures":
        # Figures are shown from the start: what they are must not follow from a cell to fill in.
        rows, known = set(), set()
    known |= {figure["id"] for figure in structure.get("figures", ())}
    told: set[str] = set()
    for node in parts_of(parse_formula(formula)) if formula else ():
        if isinstance(node, Range):
            ends = [end.row if isinstance(end, CellName) else end.name for end in (node.start, node.stop)]
            missing = [name for name in ends if name not in rows]
        elif isinstance(node, CellName):
            missing = [name for name, among in ((node.row, rows), (node.column, columns)) if name not in among]
        elif isinstance(node, Indexed):
            missing = [node.row] if node.row not in rows else []
        else:
            missing = [node.name] if isinstance(node, Name) and node.name not in known else []
        for name in dict.fromkeys(missing):
            if name in told:
                continue  # the ends of a range are names too
            told.add(name)
            yield Fault(N_('The formula names "{name}", which is no figure, row or column here.'), {"name": name}, where)


def _size(table: Table, structure: Mapping[str, Any]) -> Iterator[Fault]:
    """Tell a table that is too large to be marked at once."""
    if len(table.cells) > MOST_CELLS:
        yield Fault(N_("A table has at most {most} cells that are not empty."), {"most": MOST_CELLS}, "")
        return
    if sum(len(offered(table, cell)) for cell in table.inputs.values() if cell.answer != "number") > MOST_CHOICES:
        yield Fault(N_("The lists of a table offer at most {most} choices together."), {"most": MOST_CHOICES}, "")
    if parts_in(table) > MOST_PARTS:
        words = N_("These formulas are too long together: at most {most} parts, a range counted by its cells.")
        heaviest = max(table.rows, key=lambda row: parts_in(table, row["id"]), default=structure["rows"][0])
        yield Fault(words, {"most": MOST_PARTS}, f"rows.{table.all_rows.index(heaviest['id'])}")


def parts_in(table: Table, row: str | None = None) -> int:
    """Return how many parts the formulas of a table, or of one row, have; once there are far too many, not all are counted."""
    cells = (cell.formula for cell in table.cells.values() if cell.formula and row in (None, cell.row))
    others = (*(figure.formula for figure in table.figures.values() if figure.formula), *table.requires) if row is None else ()
    weights = (_weight(table, part) for formula in (*cells, *others) for part in parts_of(formula))
    return sum(islice(weights, 2 * MOST_PARTS))


def _weight(table: Table, part: Node) -> int:
    if not isinstance(part, Range):
        return 1
    ends = [(end.row, end.column) if isinstance(end, CellName) else (end.name, "") for end in (part.start, part.stop)]
    lengths = []
    for ids, names in zip((table.all_rows, table.column_ids), zip(*ends, strict=True), strict=True):
        first, last = (ids.index(name) if name in ids else 0 for name in names)
        lengths.append(abs(last - first))
    return 1 + sum(lengths)


def _results(table: Table, structure: Mapping[str, Any]) -> Iterator[Fault]:
    """Calculate the worked example."""
    where = {row["id"]: f"rows.{index}" for index, row in enumerate(structure["rows"])}
    figures = usual_figures(table)
    sheet = Sheet(table, figures)
    faults = [*_solved(sheet, where), *_given(table, figures, where)]
    yield from faults
    if faults:
        return
    for index, node in enumerate(table.requires):
        try:
            holds = bool(sheet.condition(node))
        except FormulaError as error:
            yield Fault(error.words, error.given, f"requires.{index}.formula")
            return
        if not holds:
            yield Fault(N_("The usual values do not satisfy this condition."), {}, f"requires.{index}.formula")
            return
    yield from _choices(table, sheet, where)


def _draws(tables: Sequence[Table]) -> Iterator[Fault]:
    """Draw some numbers to see whether they can be solved."""
    left = SAMPLED_PARTS
    for table in tables:
        drawn = accepted = 0
        work = len(table.cells) + parts_in(table)
        while table.is_drawn and drawn < SAMPLE and accepted < SAMPLE * LEAST_ACCEPTED and left >= work:
            accepted += is_accepted(table, next(draws(table, f"SAMPLE{drawn:02d}")))
            drawn, left = drawn + 1, left - work
        if drawn >= LEAST_SAMPLE and accepted < drawn * LEAST_ACCEPTED:
            words = N_("Of {sample} draws only {accepted} satisfy the conditions: widen them, or narrow what is drawn.")
            yield Fault(words, {"sample": drawn, "accepted": accepted}, "requires.0" if table.requires else "")


def _solved(sheet: Sheet, where: Mapping[str, str]) -> Iterator[Fault]:
    told = 0
    for column in sheet.table.column_ids:
        for row in sheet.table.rows:
            cell = sheet.table.cells.get((row["id"], column))
            if cell is None or told >= 5:  # noqa: PLR2004 -- one fault makes many cells fail
                continue
            try:
                sheet.formula_value(cell)
            except FormulaError as error:
                told += 1
                yield Fault(error.words, error.given, where[cell.row])
    for name in sheet.table.figures:
        try:
            sheet.figure(name)
        except FormulaError as error:
            yield Fault(error.words, error.given, f"figures.{list(sheet.table.figures).index(name)}")


def _given(table: Table, figures: Mapping[str, Decimal], where: Mapping[str, str]) -> Iterator[Fault]:
    empty = Sheet(table, figures, only_entered=True)
    given = [cell for cell in table.cells.values() if cell.kind == "given"]
    for cell in islice(given, 500):
        try:
            empty.value(cell.key)
        except Unfilled:
            yield Fault(
                N_("{cell} is given and would tell a cell to fill in: make it calculated."), {"cell": cell.name}, where[cell.row]
            )
        except FormulaError:
            continue  # told already


def _choices(table: Table, sheet: Sheet, where: Mapping[str, str]) -> Iterator[Fault]:
    for cell in table.inputs.values():
        if cell.answer == "number":
            continue
        if sheet.value(cell.key) not in dict(offered(table, cell)).values():
            yield Fault(N_("None of what {cell} offers is right."), {"cell": cell.name}, where[cell.row])


def _words(structure: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Fault]:
    """Tell what texts ask for between braces and do not get."""
    sets = structure.get("sets", ())
    of_sets = [{word["id"] for word in one.get("words", ())} for one in sets]
    for index, one in enumerate(sets):
        for missing in sorted(set.union(*of_sets) - of_sets[index]):
            yield Fault(N_('The example set "{id}" lacks the word "{name}".'), {"id": one["id"], "name": missing}, f"sets.{index}")
        for number, word in enumerate(one.get("words", ())):
            if len(texts.get(f"{one['id']}/{word['id']}", "")) > LONGEST_WORD:
                yield Fault(
                    N_("A word of an example set has at most {most} characters."),
                    {"most": LONGEST_WORD},
                    f"sets.{index}.words.{number}",
                )
    figures = {figure["id"] for figure in structure.get("figures", ())}
    known = figures | set().union(*of_sets)
    columns = [column["id"] for column in structure.get("columns", ())]
    crossings = {(row["id"], column) for row in structure.get("rows", ()) for column in columns}
    filled = {key for key in crossings if all(key in cells for cells in _cells_of_sets(structure))} if "lesson" in texts else set()
    for key, text in texts.items():
        for name in names_in(text):
            row, _, column = name.partition(".")
            place = (row, column or next(iter(columns), ""))
            if name in known or (key == "lesson" and place in filled):
                continue
            words = N_('"{text}": there is no figure and no word "{name}".')
            if key == "lesson" and place in crossings:
                words = N_('"{text}": the cell "{name}" is empty, or not there in every example set.')
            yield Fault(words, {"text": text[:60], "name": name}, key.replace("/", "."))


def _cells_of_sets(structure: Mapping[str, Any]) -> list[Mapping[Key, Cell]]:
    return [table_of(structure, one["id"]).cells for one in structure.get("sets", ()) or ({"id": ""},)]
