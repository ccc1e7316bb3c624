"""Withdrawing a certificate: the record stays, the check says that it no longer counts and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.credentials import change_credential, credential_by_code
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Conflict, Invalid, NotFound


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
