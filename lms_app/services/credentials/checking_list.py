"""Checking many certificates at once: a partner's table of codes, QR codes and numbers, line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from sqlalchemy.orm import Session

from lms_app.domain.errors import Invalid, TooMany
from lms_app.services.credentials.checking import NOT_THERE, Check, Verdict, check, is_token
from lms_app.services.credentials.checking_number import NumberCheck, check_number, is_same_name, verdict_of
from lms_app.services.credentials.exporting import safe_cell
from takwin_certificates import codes
from takwin_certificates.keys import TrustedKey

MOST_ROWS: Final = 1_000
LARGEST_LIST: Final = 1024 * 1024
"""A thousand addresses of QR codes with names beside them are half of it."""
COLUMNS: Final = (
    "asked",
    "verdict",
    "genuine",
    "valid",
    "reasons",
    "issuer",
    "kind",
    "title",
    "name",
    "name_fits",
    "issued_on",
    "valid_until",
    "code",
    "number",
)
_ASKING: Final = ("code", "number", "url", "qr", "certificate", "الرمز", "الرقم", "numéro", "n°", "lien")
_NAMING: Final = ("name", "holder", "nom", "الاسم", "الإسم")
_SEPARATORS: Final = ",;\t"


class Ration(Protocol):
    """How much may be guessed: what looks up one line asks first."""

    def take(self, *, is_number: bool) -> None:
        """Count a line as a miss, and one with a number, which can be guessed, as a try too; raise `TooMany`."""

    def give_back(self, *, is_number: bool) -> None:
        """Take back what was counted of a line that was found."""


@dataclass(frozen=True)
class Asked:
    """One line of a list: what to check, and the name that stands beside it, if any."""

    said: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """The answer to one line."""

    asked: str
    verdict: Verdict
    genuine: str
    valid: str
    reasons: tuple[str, ...] = ()
    issuer: str = ""
    kind: str = ""
    title: str = ""
    name: str = ""
    """As on the paper; for a number only where the line itself gave it."""
    name_fits: bool | None = None
    """None where the line gave no name."""
    issued_on: date | None = None
    valid_until: date | None = None
    code: str = ""
    number: str = ""

    def cells(self) -> list[str]:
        """Return it as cells of `COLUMNS`, none of which a spreadsheet takes for a formula."""
        plain = (
            self.asked,
            self.verdict,
            self.genuine,
            self.valid,
            " ".join(self.reasons),
            self.issuer,
            self.kind,
            self.title,
            self.name,
        )
        fits = {None: "", True: "yes", False: "no"}[self.name_fits]
        days = [day.isoformat() if day else "" for day in (self.issued_on, self.valid_until)]
        return [safe_cell(str(cell)) for cell in (*plain, fits, *days, self.code, self.number)]


def read_list(content: bytes) -> list[Asked]:
    """Read a table as spreadsheets write it: with a head that names the columns, or codes alone, one a line.

    Refused, as `Invalid`: what is too large or not UTF-8, more than 1,000 lines, nothing at all.
    """
    refuse_large(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("list_not_utf8", field="list") from error
    head = text.partition("\n")[0]
    try:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=head.count))
        ]
    except csv.Error as error:
        raise Invalid("list_not_csv", field="list") from error
    rows = [row for row in rows if any(row)]
    asking, naming, has_head = _columns(rows[0] if rows else [])
    asked = [Asked(_cell(row, asking), _cell(row, naming)) for row in rows[has_head:]]
    return checked_list(asked)


def refuse_large(content: bytes) -> None:
    """Refuse a list that is larger than any thousand lines, before it is read."""
    if len(content) > LARGEST_LIST:
        raise Invalid("list_too_large", field="list", most=LARGEST_LIST // (1024 * 1024))


def checked_list(asked: Sequence[Asked]) -> list[Asked]:
    """Return a list that can be checked, its empty lines left out; refuse one that is empty or too long."""
    asked = [each for each in asked if each.said]
    if not asked:
        raise Invalid("list_empty", field="list")
    if len(asked) > MOST_ROWS:
        raise Invalid("too_many_rows", field="list", most=MOST_ROWS)
    return asked


def check_list(
    session: Session, asked: Iterable[Asked], *, trusted: Mapping[str, TrustedKey], now: datetime, ration: Ration
) -> list[Row]:
    """Answer every line in order; where too much was guessed already, a line says so, and the others are answered."""
    return [_rationed(session, each, trusted, now, ration=ration) for each in asked]


def as_csv(rows: Iterable[Row], head: Sequence[str] = COLUMNS) -> bytes:
    """Return the answers as a table that spreadsheets open with Arabic intact."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([safe_cell(text) for text in head])
    writer.writerows(row.cells() for row in rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def row_of(asked: Asked, found: Check) -> Row:
    """Put the answer to a code or a QR code in a line."""
    plain = Row(
        asked=asked.said, verdict=found.verdict, genuine=str(found.genuine), valid=str(found.valid),
        reasons=tuple(map(str, found.reasons)), issuer=found.issuer, code=found.code,
    )  # fmt: skip
    record, token = found.record, found.token
    if record is None:
        if token is None:
            return plain
        return replace(
            plain, kind=token.kind, title=token.title, name=token.name, issued_on=token.issued_on, valid_until=token.valid_until
        )
    names = [each for each in (record.name_latin, record.name_arabic, record.name_tifinagh) if each]
    return replace(
        plain,
        kind=record.kind,
        title=record.title,
        name=names[0],
        name_fits=any(is_same_name(asked.name, each) for each in names) if asked.name else None,
        issued_on=record.issued_on,
        valid_until=record.valid_until,
        number=record.number,
    )


def _rationed(session: Session, asked: Asked, trusted: Mapping[str, TrustedKey], now: datetime, *, ration: Ration) -> Row:
    """Answer one line, counted before it is looked up, so that many lists at once gain nothing.

    Whoever has number and name has the paper: that costs nothing, so that a partner's list is answered whole.
    """
    is_number = not is_token(asked.said) and not codes.is_wellformed(codes.normalise(asked.said))
    try:
        ration.take(is_number=is_number)
    except TooMany:
        return row_of(asked, Check(verdict=Verdict.TOO_MANY, code=""))
    row = _row_by_number(session, asked, trusted, now) if is_number else None
    row = row or row_of(asked, check(session, asked.said, trusted=trusted, now=now))
    if row.verdict not in NOT_THERE:
        ration.give_back(is_number=is_number and row.name_fits is True)
    return row


def _row_by_number(session: Session, asked: Asked, trusted: Mapping[str, TrustedKey], now: datetime) -> Row | None:
    """Answer a number without its code, even to who knows the name: a list must not turn guesses into whole certificates."""
    found = check_number(session, asked.said, name=asked.name, trusted=trusted, now=now)
    return replace(row_of_number(asked, found), code="") if found is not None else None


def row_of_number(asked: Asked, found: NumberCheck) -> Row:
    """Put the answer to a number in a line: no name that the line did not give, and no code, which would lead to it."""
    verdict = verdict_of(found)
    plain = row_of(asked, found.check or Check(verdict=verdict, code=""))
    old = found.legacy
    return replace(
        plain,
        issuer=old.issuer if old else plain.issuer,
        title=old.title if old else plain.title,
        issued_on=found.issued_on,
        name=asked.name if found.is_named else "",
        name_fits=found.is_named if asked.name else None,
        code=plain.code if found.is_named else "",
        number=found.printed,
    )


def _columns(head: Sequence[str]) -> tuple[int, int | None, bool]:
    """Return which column asks, which names, and whether the first line is a head."""
    names = [cell.casefold() for cell in head]
    asking = next((place for place, name in enumerate(names) if name in _ASKING), None)
    naming = next((place for place, name in enumerate(names) if name in _NAMING), None)
    return (0, 1 if len(head) > 1 else None, False) if asking is None else (asking, naming, True)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
