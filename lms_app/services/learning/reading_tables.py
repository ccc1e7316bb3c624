"""Tables as people send them: pasted, CSV in whatever encoding a spreadsheet wrote, or XLSX; read into plain rows of text.

Nothing in a file is run or looked up: a formula comes in as the text of the formula, and XML with a DOCTYPE is refused.
"""

from __future__ import annotations

import csv
import io
import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from lxml import etree

from lms_app.domain.errors import Invalid

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of a file: five thousand people are a quarter of it."""
MOST_ROWS: Final = 5_000
_MOST_COLUMNS: Final = 40
_LONGEST_CELL: Final = 500
_LARGEST_PART: Final = 24 * 1024 * 1024
"""Of a sheet once unpacked: more is a bomb."""
_MOST_PARTS: Final = 400
_MOST_ELEMENTS: Final = 50_000
"""Rows of a sheet, empty ones too, or texts that its cells share."""
_SEPARATORS: Final = ",;\t"
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COLUMN: Final = re.compile(r"[A-Z]{1,3}")
_WHOLE: Final = re.compile(r"(\d+)\.0+")
_LETTERS: Final = 0xC0
"""Where the letters begin in both encodings of Windows: an é stands alone among Latin letters, Arabic ones stand in a row."""

Row = tuple[int, tuple[str, ...]]
"""The number of the line or of the sheet's row, and its cells."""


def read_table(content: bytes) -> tuple[Row, ...]:
    """Return the rows that hold anything, each with its number.

    Refused (`Invalid`): what is larger than 2 MB, more than 5,000 rows under the head, what is no table, nothing at all.
    """
    if len(content) > LARGEST:
        raise Invalid("list_too_large", field="list", most=LARGEST // 1024 // 1024)
    rows = _sheet(content) if content.startswith(b"PK\x03\x04") else _lines(decoded(content))
    found: list[Row] = []
    for number, cells in rows:
        plain = tuple(" ".join(cell.split()) for cell in cells)
        if any(plain):
            if any(len(cell) > _LONGEST_CELL for cell in plain) or len(plain) > _MOST_COLUMNS:
                raise Invalid("roster_not_read", field="list", line=number)
            found.append((number, plain))
        if len(found) > MOST_ROWS + 1:
            raise Invalid("too_many_rows", field="list", most=MOST_ROWS)
    if not found:
        raise Invalid("roster_empty", field="list")
    return tuple(found)


def decoded(content: bytes) -> str:
    """Return the text in the encoding that its mark tells; without one UTF-8, else what Windows wrote in Arabic or in French."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif content.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    else:
        encoding = _unmarked(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid("roster_not_read", field="list", line=1) from error
    if "\0" in text:
        raise Invalid("roster_not_read", field="list", line=1)
    return text


def _unmarked(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        high = [byte >= _LETTERS for byte in content]
        beside = sum(1 for one, two in itertools.pairwise(high) if one and two)
        return "cp1256" if 2 * beside > sum(high) else "cp1252"
    return "utf-8"


def _lines(text: str) -> Iterator[Row]:
    head = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=head.count))
    try:
        for cells in reader:
            yield reader.line_num, tuple(cells)
    except csv.Error as error:
        raise Invalid("roster_not_read", field="list", line=reader.line_num) from error


def _sheet(content: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            if len(book.infolist()) > _MOST_PARTS:
                raise Invalid("roster_not_read", field="list", line=1)
            shared = _shared_texts(book)
            yield from _rows_of(book, _first_sheet(book), shared)
    except (
        zipfile.BadZipFile,
        zlib.error,
        StopIteration,
        LookupError,
        etree.XMLSyntaxError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        raise Invalid("roster_not_read", field="list", line=1) from error


def _first_sheet(book: zipfile.ZipFile) -> str:
    """Return the path of the sheet that stands first, wherever the program put it."""
    sheet = next(_elements(book, "xl/workbook.xml", "sheet"))
    wanted = sheet.get(_LINKS)
    for link in _elements(book, "xl/_rels/workbook.xml.rels", "Relationship"):
        if link.get("Id") == wanted:
            return posixpath.normpath(posixpath.join("xl", str(link.get("Target")))).removeprefix("/")
    raise KeyError(wanted)


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_said(each) for each in _elements(book, "xl/sharedStrings.xml", "si")]


def _rows_of(book: zipfile.ZipFile, path: str, shared: list[str]) -> Iterator[Row]:
    number = 0
    for row in _elements(book, path, "row"):
        number = int(row.get("r") or number + 1)
        cells: dict[int, str] = {}
        for cell in row.iterchildren(f"{_MAIN}c"):
            place = _place(cell.get("r") or "", len(cells))
            if place >= _MOST_COLUMNS:
                raise Invalid("roster_not_read", field="list", line=number)
            cells[place] = _value(cell, shared)
        yield number, tuple(cells.get(place, "") for place in range(max(cells, default=-1) + 1))


def _value(cell: etree._Element, shared: list[str]) -> str:
    formula = cell.find(f"{_MAIN}f")
    if formula is not None:
        return f"={formula.text or ''}"[:_LONGEST_CELL]
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _said(cell)
    value = cell.findtext(f"{_MAIN}v") or ""
    if kind == "s":
        return shared[int(value)]
    if kind == "n" and value:
        return _number(value)
    return value


def _number(value: str) -> str:
    """Return 212612345678 for 2.12612345678E11: a telephone number that a spreadsheet took for a figure."""
    number = float(value)
    plain = f"{number:.0f}" if number.is_integer() and abs(number) < 1e16 else value  # noqa: PLR2004 -- what a float holds exactly
    return _WHOLE.sub(r"\1", plain)


def _place(name: str, default: int) -> int:
    letters = _COLUMN.match(name)
    if letters is None:
        return default
    place = 0
    for letter in letters[0]:
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def _said(element: etree._Element) -> str:
    """Return the text of a string, whatever its letters look like; without the hints of pronunciation."""
    return "".join(part.text or "" for part in element.iter(f"{_MAIN}t") if part.getparent().tag != f"{_MAIN}rPh")  # type: ignore[union-attr]


def _elements(book: zipfile.ZipFile, path: str, name: str) -> Iterator[etree._Element]:
    """Yield the elements with this name as they come, and let go of each: never a whole sheet in memory."""
    with book.open(path) as part:
        reading = etree.iterparse(
            _Measured(part), events=("end",), tag=f"{{*}}{name}", resolve_entities=False, no_network=True, load_dtd=False
        )
        for number, (_event, element) in enumerate(reading):
            if number == 0 and element.getroottree().docinfo.doctype:
                raise Invalid("roster_not_read", field="list", line=1)
            if number > _MOST_ELEMENTS:
                raise Invalid("too_many_rows", field="list", most=MOST_ROWS)
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


class _Measured(io.RawIOBase):
    """A part of a book that ends in a refusal once it is larger than any list."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part = part
        self._left = _LARGEST_PART

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        found = self._part.read(min(size, 65_536) if size > 0 else 65_536)
        self._left -= len(found)
        if self._left < 0:
            raise Invalid("list_too_large", field="list", most=LARGEST // 1024 // 1024)
        return found
