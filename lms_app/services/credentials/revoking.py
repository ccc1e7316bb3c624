"""Withdrawing a certificate: the record stays, the check says that it no longer counts and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.credentials import change_credential, credential_by_code
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Conflict, Invalid, NotFound

AT_HOLDERS_REQUEST = "at the holder's request"
"""The reason of those that were given up; the check says it in the reader's language."""


def revoke(session: Session, actor: Actor, code: str, *, reason: str, now: datetime) -> None:
    """Withdraw the certificate, for a reason that its check will show. Refused: no reason, withdrawn already."""
    row = credential_by_code(session, code)
    if row is None:
        raise NotFound("no_such_certificate", code=code)
    if row["revoked_at"]:
        raise Conflict("revoked_already", code=code)
    if not reason.strip():
        raise Invalid("reason_needed", field="reason")
    change_credential(session, code, revoked_at=now, revoked_reason=reason.strip()[:255])
    write_audit(session, "credential.revoke", f"credential:{code}", actor=actor.person_id, at=now)


def give_up(session: Session, actor: Actor, code: str, *, now: datetime) -> None:
    """Withdraw one's own certificate. Refused: somebody else's, withdrawn already."""
    if not is_holder(session, actor, code):
        raise NotFound("no_such_certificate", code=code)
    revoke(session, actor, code, reason=AT_HOLDERS_REQUEST, now=now)


def is_holder(session: Session, actor: Actor, code: str) -> bool:
    """Tell whether the certificate was issued to the actor."""
    row = credential_by_code(session, code)
    return row is not None and actor.person_id is not None and row["person_id"] == actor.person_id
