"""The example worksheets, as tables, and learners who fill them in."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

from lxml import etree
from memory_host import Host, post_json
from webob import Request, Response

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


def right(block: Any, attempt: int | None = None) -> dict[str, list[str]]:
    """Return the right answers to the numbers on which the learner works."""
    numbers = block._numbers(attempt or block.attempts + 1)
    return right_answers(block._table, numbers.figures)


def handle(host: Host, handler: str, payload: object = None, **how: Any) -> Response:
    """Send a program's answer to a handler, and keep what it changed."""
    block = host.block(**how)
    request = Request.blank(
        "/", method="POST", body=json.dumps(payload or {"answers": {}}).encode(), content_type="application/json"
    )
    response = block.handle(handler, request)
    block.save()
    return response


def submit(host: Host, change: dict[str, list[str]] | None = None, **how: Any) -> Response:
    """Send the right answers, but for a change."""
    block = host.block(**how)
    response = post_json(block, right(block) | (change or {}))
    block.save()
    return response
