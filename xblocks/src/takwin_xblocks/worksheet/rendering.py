"""Show a worksheet: its figures, its table with a box for each cell to fill in, and where each cell stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from html import escape
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.worksheet.amounts import amount_html
from takwin_xblocks.worksheet.explanation import Words
from takwin_xblocks.worksheet.formula import FormulaError
from takwin_xblocks.worksheet.grading import CellMark, Verdict
from takwin_xblocks.worksheet.numbers import usual_figures
from takwin_xblocks.worksheet.phrases import Phrases
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import Cell, Key, Part, Table, offered

WIDE = 4
"""Columns from which a table is printed across the page."""
_VERDICTS: Mapping[Verdict, tuple[str, str, str]] = {
    # icon, word, state for the colour
    "right": ("\N{CHECK MARK}", N_("Right"), "correct"),
    "follows": ("\N{CHECK MARK}", N_("Consistent"), "correct"),
    "wrong": ("\N{MULTIPLICATION X}", N_("Wrong"), "incorrect"),
}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What is on the page of one learner."""

    dom_id: str
    table: Table
    phrases: Phrases
    voice: Voice
    figures: Mapping[str, Decimal]
    answers: Mapping[str, str]
    """As typed, by cell."""
    entries: Mapping[Key, Decimal]
    """Those of the answers that can be read."""
    marks: Mapping[str, CellMark] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """In HTML, by cell."""
    code: str = ""
    is_open: bool = True

    @cached_property
    def has_negative(self) -> bool:
        """Tell whether some result of the worked example is below zero."""
        usual = Sheet(self.table, usual_figures(self.table)).solved()
        return any(usual[cell.key] < 0 for cell in self.table.inputs.values())

    @property
    def shown(self) -> Sheet:
        """Return the numbers that may be shown: given, and what follows from what the learner wrote."""
        return Sheet(self.table, self.figures, self.entries, only_entered=True)


def shown_figures(paper: Paper) -> list[str]:
    """Return which figures everyone is told, on the page and in an app: those with a name, but for those that are not listed."""
    return [name for name, figure in paper.table.figures.items() if figure.is_listed and paper.phrases.html(name, "name")]


def figures_html(paper: Paper) -> Html | None:
    """Return the list of the figures that are told."""
    named = shown_figures(paper)
    if not named:
        return None
    pairs = [
        element(
            "div",
            element("dt", paper.phrases.html(name, "name"), dir="auto"),
            element("dd", paper.phrases.figure_html(name), *unit(paper.phrases, name)),
        )
        for name in named
    ]
    return element("dl", *pairs, class_="coop-worksheet__figures")


def table_html(paper: Paper, title: str) -> Html:
    """Return the table; on a small screen it moves sideways inside its frame, and the names of the rows stay."""
    sheet = paper.shown
    table = paper.table
    corner = element("td")
    head = [
        element(
            "th", paper.phrases.html(column["id"], "name"), *unit(paper.phrases, column["id"]), **_head(paper, column["id"], "col")
        )
        for column in table.columns
    ]
    inside = element(
        "table",
        element("caption", title, class_="coop__hidden", dir="auto"),
        element("thead", element("tr", corner, *head)),
        element("tbody", *(_row(paper, row, sheet) for row in table.rows)),
        class_="coop__table coop-worksheet__table",
    )
    return framed(inside, title, len(table.columns))


def framed(table: Html, title: str, columns: int) -> Html:
    """Return a table inside a frame that can be moved sideways with fingers and with the keyboard."""
    wide = " coop-worksheet__frame--wide" if columns >= WIDE else ""
    moves = {"role": "region", "aria_label": title, "tabindex": "0"} if columns > 1 else {}
    return element("div", table, class_=f"coop-worksheet__frame{wide}", data_columns=columns, **moves)


def heading_html(paper: Paper, row: Part) -> Html | None:
    """Return a row that is a title between others, None for other rows."""
    if row.get("kind") != "heading":
        return None
    span = len(paper.table.columns) + 1
    words = element("span", paper.phrases.html(row["id"], "name"), class_="coop-worksheet__heading")
    return element("tr", element("th", words, colspan=span, scope="rowgroup", dir="auto"))


def columns_of(table: Table, row: Part) -> Sequence[str]:
    """Return the columns in which a row has cells of its own, be they empty."""
    return table.column_ids[:1] if row.get("across") else table.column_ids


def span(table: Table, cell: Cell | None) -> dict[str, str | int]:
    """Return the width of a cell that goes across the table."""
    return {"colspan": len(table.columns), "data_across": ""} if cell is not None and cell.is_across else {}


def unit(phrases: Phrases, part: str) -> tuple[Piece, ...]:
    """Return the unit after a name, in its own direction."""
    said = phrases.html(part, "unit")
    return (" ", element("bdi", said, class_="coop-worksheet__unit")) if said else ()


def _head(paper: Paper, part: str, scope: str) -> dict[str, str]:
    return {"scope": scope, "id": f"{paper.dom_id}-{part}", "dir": "auto"}


def _row(paper: Paper, row: Part, sheet: Sheet) -> Html:
    heading = heading_html(paper, row)
    if heading is not None:
        return heading
    name = element("th", paper.phrases.html(row["id"], "name"), *unit(paper.phrases, row["id"]), **_head(paper, row["id"], "row"))
    cells = (_cell(paper, paper.table.cells.get((row["id"], column)), sheet) for column in columns_of(paper.table, row))
    return element("tr", name, *cells, class_="coop-worksheet__total" if row.get("total") else None)


def _cell(paper: Paper, cell: Cell | None, sheet: Sheet) -> Html:
    if cell is None:
        return element("td", class_="coop-worksheet__blank")
    if cell.kind == "input":
        return _input_cell(paper, cell)
    try:
        value = sheet.value(cell.key)
    except FormulaError:  # it depends on what is not filled in yet, or on what leads to no number
        later = element("span", paper.voice.words.gettext("calculated later"), class_="coop__hidden")
        dots = element("span", "\N{HORIZONTAL ELLIPSIS}", aria_hidden="true")
        return element("td", dots, later, class_="coop-worksheet__waiting", **span(paper.table, cell))
    figure = amount_html(paper.voice, value, places=cell.places, exact=cell.kind == "given")
    return element("td", figure, **span(paper.table, cell))


def _input_cell(paper: Paper, cell: Cell) -> Html:
    mark = paper.marks.get(cell.name)
    error = paper.errors.get(cell.name, "")
    told = error or (verdict_html(mark.verdict, paper.voice) if mark else "")
    result = f"{paper.dom_id}-{cell.row}-{cell.column}-result"
    asked = _field(paper, cell, result, invalid=bool(error)) if paper.is_open else _written(paper, cell)
    return element(
        "td",
        asked,
        element("div", Html(told), id=result, data_result_for=cell.name),
        class_="coop-worksheet__input",
        data_part=cell.name,
        data_state="error" if error else _VERDICTS[mark.verdict][2] if mark else None,
        **span(paper.table, cell),
    )


def _field(paper: Paper, cell: Cell, result: str, *, invalid: bool) -> Html:
    typed = paper.answers.get(cell.name, "")
    common = {
        "name": field_name(cell.name),
        "aria_labelledby": " ".join(f"{paper.dom_id}-{part}" for part in ((cell.row,) if cell.is_across else cell.key)),
        "aria_describedby": result,
        "aria_invalid": "true" if invalid else None,
    }
    if cell.answer == "number":
        # Number pads of some phones lack the minus sign: where a result may be below zero the whole keyboard is shown.
        pad = None if paper.has_negative else "decimal"
        return element("input", type="text", inputmode=pad, value=typed, dir="ltr", autocomplete="off", maxlength=64, **common)
    choices = [
        element("option", paper.phrases.choice_name(cell, choice), value=choice, selected=choice == typed, dir="auto")
        for choice, _number in offered(paper.table, cell)
    ]
    nothing = element("option", paper.voice.words.gettext("Choose…"), value="")
    return element("select", nothing, *choices, **common)


def _written(paper: Paper, cell: Cell) -> Html:
    """Return what the learner wrote, where it can no longer be changed."""
    typed = paper.answers.get(cell.name, "")
    if cell.answer != "number" and typed in dict(offered(paper.table, cell)):
        return paper.phrases.choice_html(cell, typed)
    return element("bdi", typed or "\N{EN DASH}", dir="ltr", class_="coop-worksheet__written")


def verdict_html(verdict: Verdict, voice: Voice) -> Html:
    """Return how a cell was marked: an icon and a word beside the colour."""
    icon, word, _state = _VERDICTS[verdict]
    return element(
        "span", element("span", icon, aria_hidden="true"), " ", voice.words.gettext(word), class_="coop-worksheet__verdict"
    )


def hints_html(paper: Paper) -> Html | None:
    """Return, for each row with a wrong cell, which cells they are and where to look: the author's hint, else the rule."""
    wrong: dict[str, list[Cell]] = {}
    for mark in paper.marks.values():
        if mark.verdict == "wrong":
            wrong.setdefault(mark.cell.row, []).append(mark.cell)
    if not wrong:
        return None
    items = [element("li", _hint(paper, row, cells)) for row, cells in wrong.items()]
    title = element("h4", paper.voice.words.gettext("Where to look again"), class_="coop-worksheet__subtitle")
    return element("div", title, element("ul", *items, class_="coop-worksheet__hints"), class_="coop-worksheet__again")


def _hint(paper: Paper, row: str, cells: list[Cell]) -> Html:
    name = element("b", paper.phrases.html(row, "name"), dir="auto")
    if len(paper.table.columns) > 1 and not cells[0].is_across:
        columns = _listed([element("bdi", paper.phrases.name_of(cell.column)) for cell in cells], paper.voice)
        name = joined(name, " (", *columns, ")")
    return told_of(name, element("bdi", paper.phrases.html(row, "hint") or rule_html(paper, cells[0])), paper.voice)


def told_of(name: Html, words: Html, voice: Voice) -> Html:
    """Return a name and what is told of it, with the space that the reader's language sets before a colon."""
    return Html(escape(voice.words.gettext("{name}: {words}")).format(name=name, words=words))


def rule_html(paper: Paper, cell: Cell) -> Html:
    """Return how a cell is calculated, in words: the author's, else the formula's."""
    said = paper.phrases.html(cell.row, "rule")
    if said or cell.formula is None:
        return said
    return Words(paper.phrases, paper.voice, cell.column, cell.row).of(cell.formula)


def _listed(items: list[Html], voice: Voice) -> Iterator[Piece]:
    comma = voice.words.gettext(", ")
    for index, item in enumerate(items):
        yield comma if index else None
        yield item


def public_table(paper: Paper) -> dict[str, Any]:
    """Return what the page shows of an empty table, as plain data; given numbers are plain: `12000.5`."""
    empty = Sheet(paper.table, paper.figures, only_entered=True)
    phrases = paper.phrases
    return {
        "intro": phrases.html("intro"),
        "figures": [{"name": phrases.bare(name, "name"), "value": str(phrases.figures[name])} for name in shown_figures(paper)],
        "columns": [{"id": column, "name": phrases.bare(column, "name")} for column in paper.table.column_ids],
        "rows": [
            {
                "id": row["id"],
                "name": phrases.bare(row["id"], "name"),
                "unit": phrases.bare(row["id"], "unit"),
                "cells": [_public_cell(paper, cell, empty) for cell in paper.table.cells.values() if cell.row == row["id"]],
            }
            for row in paper.table.rows
        ],
    }


def _public_cell(paper: Paper, cell: Cell, empty: Sheet) -> dict[str, Any]:
    told: dict[str, Any] = {"column": cell.column, "kind": cell.kind}
    if cell.kind == "input":
        choices = [] if cell.answer == "number" else offered(paper.table, cell)
        return told | {"answer": cell.name, "points": cell.points, "choices": [choice for choice, _number in choices]}
    try:
        return told | {"value": str(empty.value(cell.key))}
    except FormulaError:  # it depends on what is not filled in
        return told
