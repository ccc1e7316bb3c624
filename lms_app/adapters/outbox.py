"""The outbox in the database: written with what causes it, read by the sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from lms_app.domain.keys import PersonId
from lms_app.domain.outbox import Errand
from lms_app.model.outbox import Outbox
from lms_app.storage.transaction import after_commit

OUTBOX = cast("Table", Outbox.__table__)
MAX_ATTEMPTS = 8
BELL = "bell"
"""Under this name a session carries what to call when an errand was committed; without it, the sweep finds the row."""


def ask_for(session: Session, errand: Errand, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Write down that this must be done once the transaction is stored."""
    row = {"kind": str(errand), "payload": dict(payload), "created_at": now, "done_at": None, "attempts": 0, "last_error": ""}
    session.execute(insert(OUTBOX).values(row))
    if (ring := session.info.get(BELL)) is not None:
        after_commit(session, ring)


def waiting(session: Session, *, now: datetime, limit: int = 50) -> Sequence[Mapping[str, Any]]:
    """Return what is still to be done, oldest first; after failures it waits twice as long each time, and then rests.

    What was written down for a later time (`ask_for` with a `now` to come) is not waiting yet.
    """
    open_ones = and_(OUTBOX.c.done_at.is_(None), OUTBOX.c.attempts < MAX_ATTEMPTS, OUTBOX.c.created_at <= now)
    query = select(OUTBOX).where(open_ones).order_by(OUTBOX.c.id).limit(limit)
    rows = session.execute(query).mappings().all()
    return [dict(row) for row in rows if now >= row["created_at"] + _pause(row["attempts"])]


def mark_done(session: Session, errand_id: int, *, now: datetime) -> None:
    """Note that it was done, and forget what it was about: a letter with a link for a password is not kept once it is sent."""
    session.execute(update(OUTBOX).where(OUTBOX.c.id == errand_id).values(done_at=now, payload={}))


def forget_letters(session: Session, person: PersonId) -> None:
    """Delete the letters to a person, whether they wait or could not be sent."""
    kept = select(OUTBOX.c.id, OUTBOX.c.payload).where(OUTBOX.c.kind == str(Errand.MAIL), OUTBOX.c.done_at.is_(None))
    theirs = [row.id for row in session.execute(kept) if row.payload.get("person") == person]
    session.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(theirs)))


def mark_failed(session: Session, errand_id: int, error: str) -> None:
    """Note why it was not done this time."""
    change = {"attempts": OUTBOX.c.attempts + 1, "last_error": error[:2000]}
    session.execute(update(OUTBOX).where(OUTBOX.c.id == errand_id).values(change))


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=0 if attempts == 0 else 30 * 2**attempts)
