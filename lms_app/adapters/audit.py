"""The audit of delicate acts, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from lms_app.domain.actors import Actor
from lms_app.model.people import AuditEntry

AUDIT = cast("Table", AuditEntry.__table__)


def note(session: Session, actor: Actor, action: str, subject: str, *, now: datetime, **detail: Any) -> None:
    """Write down who did this to what; `detail` must hold no secret and no more of a person than is needed."""
    row = {"at": now, "actor_id": actor.person_id, "action": action, "subject": subject, "detail": detail}
    session.execute(insert(AUDIT).values(row))
