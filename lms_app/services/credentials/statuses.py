"""Where the status of a certificate is published: a bit, drawn at random, of a list that everybody may fetch.

Drawn at random, the bits tell nobody how many certificates there are nor whose comes after whose (W3C Bitstring Status
List 1.0, section 5.3).
"""

from __future__ import annotations

import secrets
from typing import Final, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from lms_app.adapters.credentials import CREDENTIAL
from lms_app.model.credentials import StatusList
from lms_app.storage.upsert import insert_new
from takwin_certificates.facts import StatusPlace

STATUS_LIST = cast("Table", StatusList.__table__)
BITS: Final = 131_072
"""The least that the standard allows: 16 KiB."""
HALF_FULL: Final = BITS // 2
PURPOSES: Final = ("revocation", "suspension")
"""In the order in which their rows are locked, of one list after the other."""


def take_place(session: Session) -> StatusPlace:
    """Return a bit that no certificate has; it belongs to whoever stores one in this transaction.

    The current list's row is changed first, so that two transactions take turns: on PostgreSQL by the row's lock, on SQLite
    by the only write lock there is. At most every second bit is taken, so that a few draws find a free one.
    """
    number = _current(session)
    while True:
        index = secrets.randbelow(BITS)
        if session.connection().execute(_TAKEN, {"list": number, "index": index}).first() is None:
            return StatusPlace(list=number, index=index)


def mark_stale(session: Session, number: int | None) -> None:
    """Note that a bit of a list changed, so that it is signed anew before it is next handed out.

    One row after the other, in the order in which everybody locks them: changed by one statement they are locked as the
    database happens to find them, and two that wait for each other lose one of the acts.
    """
    for purpose in PURPOSES if number is not None else ():
        session.connection().execute(_STALE, {"of": number, "for": purpose})


def _current(session: Session) -> int:
    """Count one more bit in the newest list, or open the next, and return its number."""
    newest = session.connection().execute(_NEWEST).scalar() or 0
    while not (newest and _count_one_more(session, newest)):
        newest += 1
        for purpose in PURPOSES:
            row = {"number": newest, "purpose": purpose, "taken": 0, "signed": "", "signed_at": None, "is_stale": True}
            insert_new(session, STATUS_LIST, row)
    return int(newest)


def _count_one_more(session: Session, number: int) -> bool:
    """Count it in the list on revocation, whose row is the turnstile, then in the other; False for a list that is half full."""
    return all(session.connection().execute(_COUNT, {"of": number, "for": purpose}).rowcount == 1 for purpose in PURPOSES)


_NEWEST: Final = select(STATUS_LIST.c.number).order_by(STATUS_LIST.c.number.desc()).limit(1)
_TAKEN: Final = select(CREDENTIAL.c.id).where(
    CREDENTIAL.c.status_list == bindparam("list"), CREDENTIAL.c.status_index == bindparam("index")
)
_COUNT: Final = (
    update(STATUS_LIST)
    .where(STATUS_LIST.c.number == bindparam("of"), STATUS_LIST.c.purpose == bindparam("for"), STATUS_LIST.c.taken < HALF_FULL)
    .values(taken=STATUS_LIST.c.taken + 1)
)
_STALE: Final = (
    update(STATUS_LIST)
    .where(STATUS_LIST.c.number == bindparam("of"), STATUS_LIST.c.purpose == bindparam("for"))
    .values(is_stale=True)
)
"""Written once: putting a statement together costs more than running it, and all this happens while a learner waits."""
