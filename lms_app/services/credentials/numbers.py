"""Serial numbers that can be read over the telephone: country, course, year, six digits and a check digit.

A number proves nothing, but no two certificates share one: each course and year counts for itself, and never back.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms_app.model.credentials import CredentialSeries

SERIES = cast("Table", CredentialSeries.__table__)
_LONGEST_COURSE: Final = 16
_NOT_PLAIN: Final = re.compile(r"[^A-Z0-9]")
_NUMBER: Final = re.compile(r"(?:[A-Z]{2}-)?[A-Z0-9]+-[0-9]{4}-[0-9]{6,}-[0-9]")
_STEPS: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""The quasigroup of H. Michael Damm (2004): its check digit finds each wrong digit and each two that changed places."""


def next_number(session: Session, *, country: str, course: str, year: int) -> str:
    """Return the next number of a course and year. Whoever asks at the same moment waits until this transaction ends."""
    name = f"{series_code(course)}-{year}"
    taken = session.connection().execute(_counting(session.get_bind().dialect.name), {"name": name, "taken": 1}).scalar_one()
    body = "-".join(filter(None, (series_code(country), name, f"{taken:06}")))
    return f"{body}-{check_digit(body)}"


def is_wellformed(number: str) -> bool:
    """Tell whether this has the shape of a number, with a check digit that fits; it need not exist."""
    body, _, digit = number.rpartition("-")
    return bool(_NUMBER.fullmatch(number)) and str(check_digit(body)) == digit


def check_digit(text: str) -> int:
    """Return the check digit of a text; letters count as two digits, A as 10 to Z as 35, and other signs not at all."""
    kept = 0
    for sign in text:
        if sign.isalnum():
            for digit in str(int(sign, 36)):
                kept = _STEPS[kept][int(digit)]
    return kept


def series_code(text: str) -> str:
    """Return a course's code as its numbers carry it: capitals and digits; '' for one that is written in other letters alone."""
    folded = unicodedata.normalize("NFKD", text).upper().encode("ascii", "ignore").decode()
    return _NOT_PLAIN.sub("", folded)[:_LONGEST_COURSE]


@cache
def _counting(dialect: str) -> Any:
    inserting = (postgresql if dialect == "postgresql" else sqlite).insert(SERIES)
    return inserting.on_conflict_do_update(index_elements=[SERIES.c.name], set_={"taken": SERIES.c.taken + 1}).returning(
        SERIES.c.taken
    )
