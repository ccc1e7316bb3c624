"""Certificates issued before Takwin: their numbers, brought in from the old register, still answer when somebody checks them."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final, cast

import rfc8785
from sqlalchemy import Table, func, insert, or_, select
from sqlalchemy.orm import Session

from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid
from lms_app.domain.names import plain_text
from lms_app.i18n import latin_digits
from lms_app.model import Credential, LegacyCredential
from lms_app.services.credentials import log

LEGACY = cast("Table", LegacyCredential.__table__)
COLUMNS: Final = ("number", "holder", "title", "issued_on", "issuer", "status", "note")
NEEDED: Final = ("number", "holder", "title")
STATUSES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("", "valid", "valide", "سارية", "صالحة"), "valid"),  # codespell:ignore valide
    **dict.fromkeys(("revoked", "révoquée", "annulée", "ملغاة"), "revoked"),
}
MOST_ROWS: Final = 100_000
LONGEST_NUMBER: Final = 64
_LONGEST: Final = 255
_MOST_FAULTS: Final = 500
"""Whoever has more mends these first."""
_AT_ONCE: Final = 500
_SAMPLE: Final = 5
_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


@dataclass(frozen=True)
class LegacyFound:
    """What the old register says of a number."""

    printed: str
    """The number as it stands on the paper."""
    holder: str
    title: str
    issuer: str
    issued_on: date | None
    status: str
    note: str

    @property
    def is_revoked(self) -> bool:
        """Tell whether the old register withdrew it."""
        return self.status == "revoked"


@dataclass(frozen=True)
class Fault:
    """Something in the file that can't be taken."""

    line: int
    """1 is the head; 0 is the file as a whole."""
    code: str
    column: str = ""
    value: str = ""
    """What stands there, or the line that says something else."""


@dataclass(frozen=True)
class Report:
    """What a file holds: rows that are new, rows that are here already, and every fault with its line."""

    new: int
    known: int
    faults: tuple[Fault, ...]
    sample: tuple[LegacyFound, ...] = ()
    """The first new rows, to be looked at before they are written."""
    is_written: bool = False


def normalise(number: str) -> str:
    """Return a number as it is compared: capitals and digits alone, so that neither spaces nor strokes part two writings."""
    plain = latin_digits(unicodedata.normalize("NFKC", number[: 4 * _LONGEST])).upper()
    return "".join(sign for sign in plain if sign.isalnum())


def find(session: Session, typed: str) -> LegacyFound | None:
    """Return what the old register says of a number as somebody typed it, or None."""
    number = normalise(typed)
    if not number or len(number) > LONGEST_NUMBER:
        return None
    row = session.get(LegacyCredential, number)
    return _told(row) if row else None


def bring_in(session: Session, actor: Actor, content: bytes, *, issuer: str, is_trial: bool, now: datetime) -> Report:
    """Read a CSV of old certificates and write all of it, or nothing where there is a fault, and never in a trial.

    A row without an issuer gets `issuer`. Faults: a missing column or value, what is no date, a status that is neither, a number
    twice, a number that the register or Takwin itself knows with other facts. Rows that are here already, unchanged, are passed over.
    """
    faults: list[Fault] = []
    rows = dict(_rows(content, issuer, now.date(), faults))
    known = _known(session, rows, faults)
    new = {number: row for number, row in rows.items() if number not in known}
    _refuse_ours(session, new, faults)
    faults.sort(key=lambda fault: fault.line)
    sample = tuple(row for _line, row in list(new.values())[:_SAMPLE])
    report = Report(len(new), len(rows) - len(new), tuple(faults[:_MOST_FAULTS]), sample)
    if is_trial or faults:
        return report
    _write(session, actor, new, now)
    sha256 = hashlib.sha256(content).hexdigest()
    write_audit(session, "credential.import", f"file:{sha256}", actor=actor.person_id, at=now, rows=len(new))
    return replace(report, is_written=True)


Rows = Mapping[str, tuple[int, LegacyFound]]
"""By the number as it is compared: the line, and what it says."""


def _rows(content: bytes, issuer: str, today: date, faults: list[Fault]) -> Iterator[tuple[str, tuple[int, LegacyFound]]]:
    """Yield every row without a fault, each number once."""
    lines: dict[str, int] = {}
    for line, cells in _lines(content, faults):
        own: list[Fault] = []
        row = _read(line, cells, issuer, today, own)
        number = normalise(row.printed)
        if number and number in lines:
            own.append(Fault(line, "twice_here", "number", str(lines[number])))
        faults += own
        if not own:
            yield number, (line, row)
        lines.setdefault(number, line)
        if len(lines) > MOST_ROWS or len(faults) > _MOST_FAULTS:
            faults.append(Fault(line, "too_many", value=str(MOST_ROWS)))
            return


def _lines(content: bytes, faults: list[Fault]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the lines of the table by the names of their columns; blank ones are passed over."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(Fault(content[: error.start].count(b"\n") + 1, "not_utf8"))
        return
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        faults += [Fault(1, "column_missing", name) for name in NEEDED if name not in names]
        faults += [Fault(1, "column_unknown", value=name) for name in names if name not in COLUMNS]
        faults += [Fault(1, "column_twice", name) for name in COLUMNS if names.count(name) > 1]
        if faults:
            return
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=False))
            if len(cells) > len(names):
                faults.append(Fault(reader.line_num, "too_many_cells"))
    except csv.Error as error:
        faults.append(Fault(reader.line_num, "not_csv", value=str(error)))


def _read(line: int, cells: Mapping[str, str], issuer: str, today: date, faults: list[Fault]) -> LegacyFound:
    told = {name: _text(line, name, cells.get(name, ""), faults) for name in COLUMNS}
    faults += [Fault(line, "empty", name) for name in NEEDED if not told[name]]
    number = normalise(told["number"])
    if told["number"] and not (number and len(number) <= LONGEST_NUMBER):
        faults.append(Fault(line, "bad_number", "number", told["number"]))
    issued_on = _day(told["issued_on"])
    if told["issued_on"] and (issued_on is None or issued_on > today):
        faults.append(Fault(line, "bad_date", "issued_on", told["issued_on"]))
    status = STATUSES.get(told["status"].lower())
    if status is None:
        faults.append(Fault(line, "bad_status", "status", told["status"]))
    return LegacyFound(
        printed=told["number"],
        holder=told["holder"],
        title=told["title"],
        issuer=told["issuer"] or issuer,
        issued_on=issued_on,
        status=status or "",
        note=told["note"],
    )


def _text(line: int, name: str, text: str, faults: list[Fault]) -> str:
    try:
        return plain_text(text, field=name, longest=_LONGEST)
    except Invalid as error:
        faults.append(Fault(line, error.code, name))
        return ""


def _day(text: str) -> date | None:
    """Read 2019-03-07 or 07/03/2019, in any digits; None for what is no day."""
    plain = latin_digits(text)
    try:
        if found := _YEAR_FIRST.fullmatch(plain):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY_FIRST.fullmatch(plain):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    return None


def _known(session: Session, rows: Rows, faults: list[Fault]) -> set[str]:
    """Return the numbers that the old register here has already; those with other facts are faults."""
    known = set()
    for some in _portions(rows):
        for stored in session.scalars(select(LegacyCredential).where(LegacyCredential.number.in_(some))):
            known.add(stored.number)
            line, row = rows[stored.number]
            if _told(stored) != row:
                faults.append(Fault(line, "differs", "number", row.printed))
    return known


def _refuse_ours(session: Session, rows: Rows, faults: list[Fault]) -> None:
    """Refuse numbers that Takwin itself gave out, as serial number or as code: an old register must not speak for them."""
    for some in _portions(rows):
        mine = func.replace(func.upper(func.coalesce(Credential.number, Credential.code)), "-", "")
        codes = func.replace(Credential.code, "-", "")
        for found in session.execute(select(mine, codes).where(or_(mine.in_(some), codes.in_(some)))):
            faults += [Fault(rows[one][0], "ours", "number", rows[one][1].printed) for one in {*found} if one in rows]


def _write(session: Session, actor: Actor, rows: Rows, now: datetime) -> None:
    for some in _portions(rows):
        values = [
            {"number": number, **asdict(rows[number][1]), "imported_by": actor.person_id, "imported_at": now} for number in some
        ]
        session.connection().execute(insert(LEGACY), values)
    for number, (_line, row) in rows.items():
        log.note(session, "imported", number, {"sha256": _digest(row)}, now=now)


def _portions(rows: Iterable[str]) -> Iterator[Sequence[str]]:
    numbers = list(rows)
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


def _digest(row: LegacyFound) -> str:
    """Return the SHA-256 of a row's canonical JSON: the log tells when somebody changes it, and names nobody."""
    facts = {**asdict(row), "issued_on": row.issued_on.isoformat() if row.issued_on else ""}
    return hashlib.sha256(rfc8785.dumps(facts)).hexdigest()


def _told(row: LegacyCredential) -> LegacyFound:
    return LegacyFound(row.printed, row.holder, row.title, row.issuer, row.issued_on, row.status, row.note)
