"""Replacing the keys that sign certificates: noted in the issue log, and the published lists signed anew with the new one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms_app.adapters.credentials import CREDENTIAL
from lms_app.domain.errors import Conflict, NotFound
from lms_app.model.credentials import CredentialFile
from lms_app.services.credentials import log
from lms_app.services.credentials.statuses import STATUS_LIST
from takwin_certificates.keys import KeyProblem
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.trust import Purpose


def rotate(session: Session, keys: KeyRing, purpose: Purpose, *, now: datetime) -> str:
    """Sign with a new key from now on, and return its id. Refused: a signer of PDFs while the root's private half is elsewhere."""
    try:
        new = keys.rotate(purpose)
    except KeyProblem as problem:
        raise Conflict("key_refused", reason=str(problem)) from problem
    log.note(session, "key", "", {"what": "rotated", "purpose": str(purpose), "key": new}, now=now)
    _sign_lists_anew(session)
    return new


def compromise(session: Session, keys: KeyRing, key_id: str, *, since: datetime, reason: str, now: datetime) -> int:
    """Tell everybody that others may sign with this key since then, and return how many certificates it signed.

    Refused: a key that is not of this site, a moment in the future.
    """
    purpose = purpose_of(keys, key_id)
    try:
        keys.compromise(purpose, key_id, at=since, reason=reason)
    except KeyProblem as problem:
        raise Conflict("key_refused", reason=str(problem)) from problem
    log.note(session, "key", "", {"what": "compromised", "purpose": str(purpose), "key": key_id}, now=now)
    _sign_lists_anew(session)
    return signed_with(session, key_id)


def destroy(session: Session, keys: KeyRing, key_id: str, *, now: datetime) -> None:
    """Remove the private half of a key for ever. Refused: the key that signs now, a key that is not of this site."""
    purpose = purpose_of(keys, key_id)
    try:
        keys.destroy(key_id)
    except KeyProblem as problem:
        raise Conflict("key_refused", reason=str(problem)) from problem
    log.note(session, "key", "", {"what": "destroyed", "purpose": str(purpose), "key": key_id}, now=now)


def purpose_of(keys: KeyRing, key_id: str) -> Purpose:
    """Return what a key is for; raise `NotFound` for a key that is not of this site."""
    try:
        return keys.purpose_of(key_id)
    except KeyProblem as problem:
        raise NotFound("no_such_key", key=key_id[:64]) from problem


def signed_with(session: Session, key_id: str) -> int:
    """Count the certificates of which the record or a file was signed with this key."""
    files = select(CredentialFile.credential_id).where(CredentialFile.key_id == key_id)
    wanted = (CREDENTIAL.c.key_id == key_id) | CREDENTIAL.c.id.in_(files)
    return session.scalar(select(func.count()).select_from(CREDENTIAL).where(wanted)) or 0


def _sign_lists_anew(session: Session) -> None:
    session.connection().execute(update(STATUS_LIST).values(is_stale=True))
