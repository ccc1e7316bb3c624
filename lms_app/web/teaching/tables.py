"""The gradebook as a file: CSV that any spreadsheet opens, and XLSX that reads from the right in Arabic."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response
from flask_babel import gettext
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from lms_app.domain.cells import never_formula
from lms_app.domain.keys import course_parts
from lms_app.i18n import direction_of
from lms_app.services.teaching.tables import Line, Table, gradebook_table
from lms_app.web.access import asked_course
from lms_app.web.context import actor, takwin
from lms_app.web.i18n import language
from lms_app.web.odd_input import asked_number
from lms_app.web.saving import named
from lms_app.web.teaching.pages import opened

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL: Final = 32_000
_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which Excel knows UTF-8."""


def gradebook_csv(course_key: str) -> Response:
    """Send the gradebook as CSV, one line a learner."""
    table = _table()
    written = io.StringIO()
    lines = csv.writer(written)
    points = [f"{title} / {possible:g}" for title, possible in table.exercises]
    lines.writerow(harmless(text) for text in (*_head(table), *points))
    for line in table.lines:
        lines.writerow(harmless(value) for value in (*_cells(line), *line.points))
    return _file(_MARK + written.getvalue(), "text/csv", "csv")


def gradebook_xlsx(course_key: str) -> Response:
    """Send the gradebook as a workbook: grades on one sheet, points by exercise on another."""
    table = _table()
    written = io.BytesIO()
    # Texts stay texts: nothing that a learner wrote becomes a formula, a link or a number.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(written, options) as book:
        percent, day = book.add_format({"num_format": "0%"}), book.add_format({"num_format": "yyyy-mm-dd"})
        first = [*_head(table)]
        shares = {3 + n for n in range(len(table.parts) + 2)}
        _sheet(book, gettext("Grades"), first, [_cells(line) for line in table.lines], percent, shares, day)
        names = [gettext("Learner"), gettext("User name")]
        head = [*names, *(f"{title} / {possible:g}" for title, possible in table.exercises)]
        _sheet(
            book, gettext("Exercises"), head, [[line.name, line.user_name, *line.points] for line in table.lines], None, set(), day
        )
    return _file(written.getvalue(), _XLSX, "xlsx")


def harmless(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula when it opens a CSV file."""
    text = "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
    is_number = isinstance(value, (int, float))
    return text if is_number else never_formula(text)


def _table() -> Table:
    with takwin().reading() as session:
        course = opened(session)
        return gradebook_table(
            session, actor(), course.facts, course.outline, cohort=asked_number("cohort"), language=course.language
        )


def _head(table: Table) -> tuple[str, ...]:
    before = (gettext("Learner"), gettext("User name"), gettext("Cohort"))
    after = (gettext("Grade"), gettext("Done"), gettext("Passed on"), gettext("Decided by hand"))
    return (*before, *table.parts, *after)


def _cells(line: Line) -> tuple[Any, ...]:
    told = "; ".join(line.by_hand)
    return (line.name, line.user_name, line.cohort, *line.parts, line.grade, line.done, line.passed_on, told)


def _sheet(
    book: Any, name: str, head: Iterable[str], rows: Iterable[Iterable[Any]], percent: Any, shares: set[int], day: Any
) -> None:
    sheet = book.add_worksheet(name[:31])
    if direction_of(language()) == "rtl":
        sheet.right_to_left()
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for column, text in enumerate(head):
        sheet.write_string(0, column, text[:_LONGEST_CELL], bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, (int, float)):
                sheet.write_number(number, column, value, percent if column in shares else None)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif value:
                sheet.write_string(number, column, str(value)[:_LONGEST_CELL])
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 40, 14)


def _file(data: str | bytes, mimetype: str, ending: str) -> Response:
    response = Response(data, mimetype=mimetype)
    name = "-".join(course_parts(asked_course().key))
    return named(response, f"{name}-grades.{ending}")


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/teaching/<course_key>/gradebook.csv", view_func=gradebook_csv)
    pages.add_url_rule("/teaching/<course_key>/gradebook.xlsx", view_func=gradebook_xlsx)
