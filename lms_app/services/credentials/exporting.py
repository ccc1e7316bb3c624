"""The register as a table for a partner's files: CSV, XLSX or ODS, every certified fact in its column, names of both scripts intact."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from lms_app.domain.cells import never_formula
from lms_app.services.credentials.registry import facts_in
from takwin_certificates.record import InvalidRecord, Record

Cell = str | int | float | date | None
Words = Callable[[str, Cell], Cell]
"""Says the value of a column in words, where it is a word of ours."""
_WIDEST: Final = 48
_LONGEST_CELL: Final = 32_767
"""What a cell of an XLSX holds."""


class Form(StrEnum):
    """The forms of the table."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"


MEDIA_TYPES: Final[Mapping[Form, str]] = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.ODS: "application/vnd.oasis.opendocument.spreadsheet",
}
COLUMNS: Final = (
    "number", "code", "address", "state", "name_latin", "name_arabic", "name_tifinagh", "kind", "title", "title_ar", "title_fr",
    "title_en", "course", "run", "cohort", "place", "city", "issued_on", "valid_until", "starts_on", "ends_on", "hours",
    "hours_face_to_face", "hours_field", "field_visits", "grade_percent", "competences", "criteria", "trainers", "assessors",
    "signatories", "partners", "parts", "issuer", "language", "suspended_on", "suspended_reason", "revoked_on", "revoked_reason",
    "replaces", "replaced_by", "award", "version", "template", "status_list", "status_index", "key", "record_sha256",
)  # fmt: skip
"""Every column, in order: what a person looks for first stands first."""
_PLAIN: Final = frozenset(
    {
        "name_latin", "name_arabic", "name_tifinagh", "kind", "title", "run", "cohort", "place", "city", "issued_on", "valid_until",
        "starts_on", "ends_on", "hours", "hours_face_to_face", "hours_field", "field_visits", "grade_percent", "issuer", "language",
        "replaces", "award", "version", "template",
    }
)  # fmt: skip
"""Columns that say a fact of the record as it is."""


def cells_of(row: Mapping[str, Any]) -> dict[str, Cell]:
    """Return the cells of a row of the register, by column; a record that can't be read leaves those of its facts empty."""
    cells: dict[str, Cell] = dict.fromkeys(COLUMNS)
    cells |= {
        "number": row["number"],
        "code": row["code"],
        "state": str(row["state"]),
        "kind": row["kind"],
        "suspended_on": _day(row["suspended_at"]),
        "suspended_reason": row["suspended_reason"],
        "revoked_on": _day(row["revoked_at"]),
        "revoked_reason": row["revoked_reason"],
        "replaced_by": row["replaced_by"],
        "status_list": row["status_list"],
        "status_index": row["status_index"],
        "award": row["award"],
        "key": row["key_id"],
        "record_sha256": hashlib.sha256(row["record"].encode()).hexdigest(),
    }
    try:
        return cells | _facts(Record.from_json(row["record"]))
    except InvalidRecord:
        facts = facts_in(row["record"])
        return cells | {name: str(facts[name]) for name in ("name_latin", "name_arabic", "name_tifinagh") if facts.get(name)}


def _facts(record: Record) -> dict[str, Cell]:
    cells = {name: getattr(record, name) for name in _PLAIN if getattr(record, name) not in ("", None)}
    return cells | {
        "address": f"{record.site}/v/{record.code}",
        "title_ar": record.titles.get("ar"),
        "title_fr": record.titles.get("fr"),
        "title_en": record.titles.get("en"),
        "course": record.course_key,
        "competences": _listed(_levelled(each.texts, each.level, record.language) for each in record.competences),
        "criteria": _in(record.criteria, record.language),
        "trainers": _listed(record.trainers),
        "assessors": _listed(record.assessors),
        "signatories": _listed(f"{each.title}: {each.name}" if each.name else each.title for each in record.signatories),
        "partners": _listed(each.name for each in record.partners),
        "parts": _listed(f"{_in(each.titles, record.language)} ({each.code})" for each in record.parts),
    }


def table(
    form: Form, rows: Iterable[Mapping[str, Any]], *, heads: Mapping[str, str], words: Words, title: str, is_rtl: bool
) -> bytes:
    """Return rows of the register as a file. Numbers and days are numbers and days in XLSX and ODS; texts are texts, never formulas.

    `heads` names the columns; `words` says the value of a column that is a word of ours (its state, its kind).
    """
    body = ([words(name, cells[name]) for name in COLUMNS] for cells in map(cells_of, rows))
    head = [heads[name] for name in COLUMNS]
    if form is Form.CSV:
        return _csv(head, body)
    return _xlsx(head, body, title, is_rtl=is_rtl) if form is Form.XLSX else _ods(head, body, title)


def safe_cell(value: Cell) -> str:
    """Return a value as text that no spreadsheet takes for a formula when it opens a CSV."""
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return never_formula(text)


def _csv(head: Sequence[str], body: Iterable[Sequence[Cell]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([safe_cell(text) for text in head])
    for cells in body:
        writer.writerow([safe_cell(cell) for cell in cells])
    return written.getvalue().encode("utf-8-sig")  # by its mark Excel knows UTF-8


def _xlsx(head: Sequence[str], body: Iterable[Sequence[Cell]], title: str, *, is_rtl: bool) -> bytes:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 -- slow import

    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": title, "created": datetime(2000, 1, 1)})  # noqa: DTZ001 -- the same rows give the same bytes
    sheet = book.add_worksheet(title[:31])
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    if is_rtl:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    widths = [len(text) for text in head]
    for column, text in enumerate(head):
        sheet.write_string(0, column, text, bold)
    for line, cells in enumerate(body, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(line, column, cell, day)
            elif isinstance(cell, int | float):
                sheet.write_number(line, column, cell)
            elif cell:
                sheet.write_string(line, column, cell[:_LONGEST_CELL])
            widths[column] = max(widths[column], len(str(cell or "")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDEST) + 2)
    book.close()
    return file.getvalue()


def _ods(head: Sequence[str], body: Iterable[Sequence[Cell]], title: str) -> bytes:
    """Put the sheet, written as XML at one go, into an empty document: cell by cell the library takes 17 ms a certificate."""
    from odfdo import Document  # noqa: PLC0415 -- slow import

    rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, line))}</table:table-row>" for line in ([*head], *body))
    columns = f'<table:table-column table:number-columns-repeated="{len(head)}"/>'
    sheet = f"<table:table table:name={quoteattr(title)}>{columns}{rows}</table:table>"
    empty: Any = Document("spreadsheet").container
    before, tag, rest = empty.get_part("content.xml").decode().partition("<office:spreadsheet>")
    after = rest.partition("</office:spreadsheet>")
    empty.set_part("content.xml", f"{before}{tag}{sheet}{after[1]}{after[2]}".encode())
    file = io.BytesIO()
    empty.save(file)
    return file.getvalue()


def _ods_cell(cell: Cell) -> str:
    if isinstance(cell, date):
        kind, said = f'office:value-type="date" office:date-value="{cell.isoformat()}"', cell.isoformat()
    elif isinstance(cell, int | float):
        kind, said = f'office:value-type="float" office:value="{cell!r}"', f"{cell:g}"
    elif cell:
        kind, said = f'office:value-type="string" office:string-value={quoteattr(cell)}', escape(cell)
    else:
        return "<table:table-cell/>"
    return f"<table:table-cell {kind}><text:p>{said}</text:p></table:table-cell>"


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _levelled(texts: Mapping[str, str], level: int | None, language: str) -> str:
    return _in(texts, language) if level is None else f"{_in(texts, language)} ({level}/4)"


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
