"""Withdrawing a certificate, for good or for a while: the record stays, the check says that it does not count and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms_app.adapters.credentials import change_credential, credential_by_code
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.services.credentials import log, statuses

AT_HOLDERS_REQUEST = "at the holder's request"
"""The reason of those that were given up; the check says it in the reader's language."""
_LONGEST_REASON = 255


def revoke(session: Session, actor: Actor, code: str, *, reason: str, now: datetime) -> None:
    """Withdraw the certificate for good, for a reason that its check will show. Refused: no reason, withdrawn already."""
    row = _open(session, code)
    said = _reason(reason)
    change_credential(session, code, revoked_at=now, revoked_reason=said)
    _note(session, actor, row, "revoked", now=now)


def suspend(session: Session, actor: Actor, code: str, *, reason: str, now: datetime) -> None:
    """Let the certificate not count until it is reinstated. Refused: no reason, withdrawn or suspended already."""
    row = _open(session, code)
    said = _reason(reason)
    if row["suspended_at"]:
        raise Conflict("suspended_already", code=code)
    change_credential(session, code, suspended_at=now, suspended_reason=said)
    _note(session, actor, row, "suspended", now=now)


def reinstate(session: Session, actor: Actor, code: str, *, reason: str, now: datetime) -> None:
    """Let a suspended certificate count again. Refused: no reason, withdrawn, not suspended."""
    row = _open(session, code)
    _reason(reason)
    if not row["suspended_at"]:
        raise Conflict("not_suspended", code=code)
    change_credential(session, code, suspended_at=None, suspended_reason="")
    _note(session, actor, row, "reinstated", now=now)


def give_up(session: Session, actor: Actor, code: str, *, now: datetime) -> None:
    """Withdraw one's own certificate. Refused: somebody else's, withdrawn already."""
    if not is_holder(session, actor, code):
        raise NotFound("no_such_certificate", code=code)
    revoke(session, actor, code, reason=AT_HOLDERS_REQUEST, now=now)


def is_holder(session: Session, actor: Actor, code: str) -> bool:
    """Tell whether the certificate was issued to the actor."""
    row = credential_by_code(session, code)
    return row is not None and actor.person_id is not None and row["person_id"] == actor.person_id


def _open(session: Session, code: str) -> Mapping[str, Any]:
    row = credential_by_code(session, code, locked=True)
    if row is None:
        raise NotFound("no_such_certificate", code=code)
    if row["revoked_at"]:
        raise Conflict("revoked_already", code=code)
    return row


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("reason_needed", field="reason")
    return reason.strip()[:_LONGEST_REASON]


def _note(session: Session, actor: Actor, row: Mapping[str, Any], what: str, *, now: datetime) -> None:
    """Write it into the issue log (without the reason, which may name somebody) and the audit; have the status lists signed anew."""
    statuses.mark_stale(session, row["status_list"])
    log.note(session, what, row["code"], {}, now=now)
    act = {"revoked": "revoke", "suspended": "suspend", "reinstated": "reinstate"}[what]
    write_audit(session, f"credential.{act}", f"credential:{row['code']}", actor=actor.person_id, at=now)
