"""Show the worked solution: the table filled in, and how each result comes about, in words and in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from takwin_xblocks.contract.element import Html, Piece, element
from takwin_xblocks.worksheet.amounts import amount_html
from takwin_xblocks.worksheet.explanation import in_figures
from takwin_xblocks.worksheet.rendering import Paper, columns_of, framed, heading_html, rule_html, span, told_of, unit
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import Cell, Key, Part


def solution_html(paper: Paper) -> Html:
    """Return the worked solution of the numbers on this page, and the lesson."""
    sheet = Sheet(paper.table, paper.figures)
    solved = sheet.solved()
    phrases = replace(paper.phrases, cells=solved)
    told = replace(paper, phrases=phrases)
    title = paper.voice.words.gettext("Worked solution")
    lesson = phrases.html("lesson")
    return element(
        "section",
        element("h4", title, class_="coop-worksheet__subtitle"),
        _table(told, title, solved),
        element("dl", *_steps(told, sheet), class_="coop-worksheet__steps"),
        element("p", lesson, class_="coop-worksheet__lesson", dir="auto") if lesson else None,
        class_="coop-worksheet__solution",
    )


def _table(paper: Paper, title: str, solved: Mapping[Key, Decimal]) -> Html:
    phrases, names = paper.phrases, paper.table.column_ids
    head = [element("th", phrases.html(name, "name"), *unit(phrases, name), scope="col", dir="auto") for name in names]
    inside = element(
        "table",
        element("caption", title, class_="coop__hidden", dir="auto"),
        element("thead", element("tr", element("td"), *head)),
        element("tbody", *(_row(paper, row, solved) for row in paper.table.rows)),
        class_="coop__table coop-worksheet__table",
    )
    return framed(inside, title, len(names))


def _row(paper: Paper, row: Part, solved: Mapping[Key, Decimal]) -> Html:
    heading = heading_html(paper, row)
    if heading is not None:
        return heading
    name = element("th", paper.phrases.html(row["id"], "name"), *unit(paper.phrases, row["id"]), scope="row", dir="auto")
    cells = (_cell(paper, paper.table.cells.get((row["id"], column)), solved) for column in columns_of(paper.table, row))
    return element("tr", name, *cells, class_="coop-worksheet__total" if row.get("total") else None)


def _cell(paper: Paper, cell: Cell | None, solved: Mapping[Key, Decimal]) -> Html:
    if cell is None:
        return element("td", class_="coop-worksheet__blank")
    if cell.kind == "input":
        return element("td", element("b", paper.phrases.cell_html(cell, solved[cell.key])), **span(paper.table, cell))
    figure = amount_html(paper.voice, solved[cell.key], places=cell.places, exact=cell.kind == "given")
    return element("td", figure, **span(paper.table, cell))


def _steps(paper: Paper, sheet: Sheet) -> list[Html]:
    """Return, for each row to fill in, its rule and its figures; a rule that is the same in every column is told once."""
    by_row: dict[str, list[Cell]] = {}
    for cell in paper.table.inputs.values():
        by_row.setdefault(cell.row, []).append(cell)
    return [
        element(
            "div",
            element("dt", paper.phrases.html(row, "name"), dir="auto"),
            element("dd", element("p", rule_html(paper, cells[0]), dir="auto"), *_figures(paper, cells, sheet)),
        )
        for row, cells in by_row.items()
    ]


def _figures(paper: Paper, cells: list[Cell], sheet: Sheet) -> list[Piece]:
    lines: list[Piece] = []
    for cell in cells:
        said = [paper.voice.figure(line) for line in in_figures(cell, sheet, paper.voice)]
        if said:
            figures = Html(element("br").join(said))
            column = element("bdi", paper.phrases.name_of(cell.column))
            lines.append(element("p", told_of(column, figures, paper.voice) if len(cells) > 1 else figures))
    return lines
