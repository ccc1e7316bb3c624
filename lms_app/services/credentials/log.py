"""The issue log: what was issued, made, withdrawn and replaced, each line chained to the one before by its hash.

A line is written in the transaction of the act, and gets its place in the chain by the job that follows the commit: no
act waits for another's. Lines name codes and hashes, never people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final, cast

import rfc8785
from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.credentials import CREDENTIAL
from lms_app.adapters.outbox import BELL
from lms_app.model.credentials import CredentialEntry
from lms_app.storage.transaction import after_commit, transaction

ENTRY = cast("Table", CredentialEntry.__table__)
_LOCK: Final = 7_403_003
"""Number of the advisory lock that lets one process at a time chain."""
_AT_ONCE: Final = 500
_WRITE: Final = insert(ENTRY)
_CHANGES: Final = ("suspended", "reinstated", "revoked", "replaced")
_STATE: Final = (
    CREDENTIAL.c.code, CREDENTIAL.c.record, CREDENTIAL.c.status_list, CREDENTIAL.c.revoked_at, CREDENTIAL.c.suspended_at,
    CREDENTIAL.c.replaced_by, CREDENTIAL.c.valid_until,
)  # fmt: skip


def note(session: Session, kind: str, code: str, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Write a line about an act, in its transaction. Facts are texts and whole numbers, and nothing of a person."""
    row = {"kind": kind, "code": code, "facts": dict(facts), "at": now, "place": None, "previous": "", "digest": ""}
    session.connection().execute(_WRITE, row)
    if (ring := session.info.get(BELL)) is not None:
        after_commit(session, ring)


def chain_new(sessions: sessionmaker[Session]) -> int:
    """Chain what was written since the last time; a look costs no write where there is nothing. Return how many lines there were."""
    with transaction(sessions, writes=False) as session:
        if session.execute(select(ENTRY.c.id).where(ENTRY.c.place.is_(None)).limit(1)).first() is None:
            return 0
    with transaction(sessions) as session:
        return chain(session)


def chain(session: Session) -> int:
    """Give every line that has no place yet the next one, in the order in which they were written; return how many there were."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = session.execute(select(ENTRY.c.place, ENTRY.c.digest).where(ENTRY.c.place.is_not(None)).order_by(ENTRY.c.place.desc()))
    place, previous = last.first() or (0, "")
    new = session.execute(select(ENTRY).where(ENTRY.c.place.is_(None)).order_by(ENTRY.c.id)).mappings().all()
    for number, row in enumerate(new, start=(place or 0) + 1):
        digest = digest_of(dict(row), place=number, previous=previous)
        session.execute(update(ENTRY).where(ENTRY.c.id == row["id"]).values(place=number, previous=previous, digest=digest))
        previous = digest
    return len(new)


def count(session: Session) -> int:
    """Return how many lines are in the chain."""
    return session.scalar(select(func.count()).select_from(ENTRY).where(ENTRY.c.place.is_not(None))) or 0


def head(session: Session) -> tuple[int, str]:
    """Return how many lines are in the chain, and the digest of the last: published, they hold the whole chain as it is now."""
    last = select(ENTRY.c.place, ENTRY.c.digest).where(ENTRY.c.place.is_not(None)).order_by(ENTRY.c.place.desc()).limit(1)
    place, digest = session.execute(last).first() or (0, "")
    return int(place or 0), digest


def digest_of(row: Mapping[str, Any], *, place: int, previous: str) -> str:
    """Return the SHA-256 of a line at its place, over its canonical JSON (RFC 8785)."""
    at = row["at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    line = {"place": place, "previous": previous, "kind": row["kind"], "code": row["code"], "facts": row["facts"], "at": at}
    return hashlib.sha256(rfc8785.dumps(line)).hexdigest()


def check(session: Session, *, known: tuple[int, str] = (0, "")) -> list[str]:
    """List, in English, every line that was changed, taken out or moved, and every certificate that differs from its lines.

    `known` is a `head` as it was published once: whoever takes lines off the end, or writes all of them anew, can't keep it.
    """
    return [*_faults_of_chain(session), *_faults_of_end(session, *known), *_faults_of_records(session), *_faults_of_states(session)]


def _faults_of_chain(session: Session) -> Iterator[str]:
    expected, previous = 1, ""
    query = select(ENTRY).where(ENTRY.c.place.is_not(None)).order_by(ENTRY.c.place).execution_options(yield_per=_AT_ONCE)
    for row in session.execute(query).mappings():
        place = row["place"]
        if place != expected:
            yield f"line {expected} of the issue log is missing"
        elif row["previous"] != previous:
            yield f"line {place} of the issue log does not follow the one before it"
        if row["digest"] != digest_of(dict(row), place=place, previous=row["previous"]):
            yield f"line {place} of the issue log was changed"
        expected, previous = place + 1, row["digest"]


def _faults_of_end(session: Session, place: int, digest: str) -> Iterator[str]:
    if place and session.scalar(select(ENTRY.c.digest).where(ENTRY.c.place == place)) != digest:
        yield f"the issue log is not the one that was published with {place} lines: lines at its end were taken out or changed"


def _faults_of_records(session: Session) -> Iterator[str]:
    """Compare the records that have a place in a status list (the others are older than the log) with what was noted of them."""
    lines = ENTRY.alias()
    mine = (lines.c.code == CREDENTIAL.c.code) & (lines.c.kind == "issued")
    query = (
        select(CREDENTIAL.c.code, CREDENTIAL.c.record, lines.c.facts)
        .select_from(CREDENTIAL.outerjoin(lines, mine))
        .where(CREDENTIAL.c.status_list.is_not(None))
        .order_by(CREDENTIAL.c.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for code, record, facts in session.execute(query):
        if facts is None:
            yield f"certificate {code} is in no line of the issue log"
        elif facts.get("record") != hashlib.sha256(record.encode()).hexdigest():
            yield f"the record of certificate {code} differs from the issue log"


@dataclass
class _Became:
    """What became of a certificate: by its lines, or by its row."""

    is_revoked: bool = False
    is_suspended: bool = False
    replaced_by: str | None = None

    def go_on(self, kind: str | None, facts: Mapping[str, Any]) -> None:
        """Add what a line says; None for no line."""
        match kind:
            case "suspended" | "reinstated":
                self.is_suspended = kind == "suspended"
            case "revoked":
                self.is_revoked = True
            case "replaced":
                self.is_revoked, self.replaced_by = True, facts.get("by")


def _faults_of_states(session: Session) -> Iterator[str]:
    """Compare what each row says that its certificate is worth with its lines, and with the last day that is signed.

    Rows and lines are read by one statement, so that what is changed at this very moment is not taken for a fault.
    """
    change = (ENTRY.c.code == CREDENTIAL.c.code) & ENTRY.c.kind.in_(_CHANGES)
    query = select(*_STATE, ENTRY.c.kind, ENTRY.c.facts).select_from(CREDENTIAL.outerjoin(ENTRY, change))
    found = session.execute(query.order_by(CREDENTIAL.c.id, ENTRY.c.id).execution_options(yield_per=_AT_ONCE))
    for code, rows in groupby(found, key=lambda row: row.code):
        noted = _Became()
        for row in rows:
            noted.go_on(row.kind, row.facts)
        if row.status_list is None and row.kind is None:
            continue  # older than the log
        if _Became(row.revoked_at is not None, row.suspended_at is not None, row.replaced_by) != noted:
            yield f"what certificate {code} is worth differs from the issue log"
        if row.valid_until != _last_day(row.record):
            yield f"the last day of certificate {code} differs from its record"


def _last_day(record: str) -> date | None:
    try:
        day = json.loads(record).get("valid_until")
        return date.fromisoformat(day) if day else None
    except (ValueError, AttributeError):
        return None  # a record that was changed is told of already
