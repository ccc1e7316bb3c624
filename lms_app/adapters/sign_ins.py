"""Signed-in devices in the database: the one read that every page makes, and the few writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from lms_app.domain.keys import PersonId
from lms_app.model.people import Person, RoleGrant, SignIn

SIGN_IN = cast("Table", SignIn.__table__)
PERSON = cast("Table", Person.__table__)
GRANT = cast("Table", RoleGrant.__table__)

_WHOEVER = (
    select(
        SIGN_IN.c.seen_at,
        SIGN_IN.c.expires_at,
        PERSON.c.user_name,
        PERSON.c.name_arabic,
        PERSON.c.name_latin,
        PERSON.c.language,
        PERSON.c.country,
        PERSON.c.country,
        PERSON.c.is_demo,
        PERSON.c.active,
        GRANT.c.role,
        GRANT.c.place_kind,
        GRANT.c.place_id,
    )
    .select_from(SIGN_IN.join(PERSON, PERSON.c.id == SIGN_IN.c.person_id).outerjoin(GRANT, GRANT.c.person_id == PERSON.c.id))
    .where(SIGN_IN.c.person_id == bindparam("person"), SIGN_IN.c.token_hash == bindparam("token_hash"))
)


def read_sign_in(session: Session, person: PersonId, token_hash: str) -> Sequence[Row[Any]]:
    """Return the device, its person and one row for each role, in one read by primary key; nothing for an unknown token."""
    return cast("Sequence[Row[Any]]", session.connection().execute(_WHOEVER, {"person": person, "token_hash": token_hash}).all())


def write_sign_in(session: Session, person: PersonId, token_hash: str, *, device: str, now: datetime, expires_at: datetime) -> None:
    """Remember a device that signed in."""
    row = {"person_id": person, "token_hash": token_hash, "device": device}
    session.execute(insert(SIGN_IN).values(**row, created_at=now, seen_at=now, expires_at=expires_at))


def mark_seen(session: Session, person: PersonId, token_hash: str, *, now: datetime) -> None:
    """Note that the device was used just now."""
    session.execute(update(SIGN_IN).where(*_device(person, token_hash)).values(seen_at=now))


def delete_sign_in(session: Session, person: PersonId, token_hash: str) -> None:
    """Sign the device out."""
    session.execute(delete(SIGN_IN).where(*_device(person, token_hash)))


def delete_other_sign_ins(session: Session, person: PersonId, *, but: str = "") -> None:
    """Sign out every device of the person but one."""
    session.execute(delete(SIGN_IN).where(SIGN_IN.c.person_id == person, SIGN_IN.c.token_hash != but))


def list_sign_ins(session: Session, person: PersonId, *, now: datetime) -> Sequence[Row[Any]]:
    """Return the person's devices that are still signed in, the latest used first."""
    query = select(SIGN_IN).where(SIGN_IN.c.person_id == person, SIGN_IN.c.expires_at > now)
    return session.execute(query.order_by(SIGN_IN.c.seen_at.desc())).all()


def _device(person: PersonId, token_hash: str) -> tuple[Any, Any]:
    return SIGN_IN.c.person_id == person, SIGN_IN.c.token_hash == token_hash
