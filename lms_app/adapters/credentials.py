"""Issued credentials in the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, and_, select, update
from sqlalchemy.orm import Session

from lms_app.domain.keys import PersonId
from lms_app.model.credentials import Credential
from lms_app.storage.upsert import insert_new

CREDENTIAL = cast("Table", Credential.__table__)


def code_of(session: Session, person: PersonId, course_id: int) -> str:
    """Return the code of the person's certificate for the course, or '' when there is none."""
    mine = and_(CREDENTIAL.c.person_id == person, CREDENTIAL.c.course_id == course_id)
    return session.execute(select(CREDENTIAL.c.code).where(mine).order_by(CREDENTIAL.c.id.desc()).limit(1)).scalar() or ""


def has_award(session: Session, person: PersonId, award: str) -> bool:
    """Tell whether the person was given this award already."""
    mine = and_(CREDENTIAL.c.person_id == person, CREDENTIAL.c.award == award)
    return session.execute(select(CREDENTIAL.c.id).where(mine)).first() is not None


def insert_credential(session: Session, values: Mapping[str, Any]) -> bool:
    """Store a new credential; False when the person has this award already (two passes at the same moment)."""
    return insert_new(session, CREDENTIAL, values)


def credential_by_code(session: Session, code: str) -> Mapping[str, Any] | None:
    """Return the row with this code, or None."""
    row = session.execute(select(CREDENTIAL).where(CREDENTIAL.c.code == code)).mappings().one_or_none()
    return dict(row) if row else None


def change_credential(session: Session, code: str, **values: Any) -> bool:
    """Set `pdf_sha256`, or `revoked_at` with its reason; False for no such code."""
    changed = session.connection().execute(update(CREDENTIAL).where(CREDENTIAL.c.code == code).values(values))
    return bool(changed.rowcount == 1)
