"""The example worksheets, as tables."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files

from lxml import etree

from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import Content
from takwin_xblocks.worksheet.content import SCHEMA
from takwin_xblocks.worksheet.numbers import usual_figures
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import Table, table_of

NAMES = ("break-even", "break-even-french", "cash-plan", "cash-plan-arabic", "costing")


def xml_of(name: str) -> str:
    return files("takwin_xblocks.worksheet").joinpath(f"scenarios/{name}.xml").read_text(encoding="utf-8")


def content_of(xml: str) -> Content:
    return read_content(SCHEMA, etree.fromstring(xml.encode()))


def table(name: str, example_set: str = "") -> Table:
    return table_of(content_of(xml_of(name)).structure, example_set)


def solved(name: str, example_set: str = "") -> dict[str, Decimal]:
    made = table(name, example_set)
    return {".".join(key): value for key, value in Sheet(made, usual_figures(made)).solved().items()}


def right_answers(made: Table, figures: dict[str, Decimal]) -> dict[str, list[str]]:
    """Return what a learner who makes no error sends."""
    values = Sheet(made, figures).solved()
    return {name: [_typed(made, name, values[cell.key])] for name, cell in made.inputs.items()}


def _typed(made: Table, name: str, value: Decimal) -> str:
    cell = made.inputs[name]
    return made.column_ids[int(value) - 1] if cell.answer == "column" else f"{value:.{cell.places}f}"
