"""Checking a code that somebody typed or scanned: every certified fact, or a clear no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from lms_app.adapters.credentials import credential_by_code
from lms_app.domain.errors import NotFound
from takwin_certificates import codes
from takwin_certificates.keys import TrustedKey
from takwin_certificates.record import Record
from takwin_certificates.signing import Signature, fits, seal


class Verdict(StrEnum):
    """What a check finds."""

    VALID = "valid"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """No such certificate was ever issued here, or the code was mistyped."""
    BROKEN = "broken"
    """There is a row, but its signature does not fit: somebody changed the database."""


@dataclass(frozen=True)
class Check:
    """The answer to a code."""

    verdict: Verdict
    code: str
    """As it is printed."""
    record: Record | None = None
    revoked_at: datetime | None = None
    revoked_reason: str = ""


def check_code(session: Session, typed: str, *, trusted: Mapping[str, TrustedKey]) -> Check:
    """Return what is known of a code as somebody typed it; spaces, case and look-alike letters are forgiven."""
    code = codes.normalise(typed[:200])
    row = credential_by_code(session, code) if codes.is_wellformed(code) else None
    if row is None:
        return Check(Verdict.UNKNOWN, code)
    text = row["record"].encode()
    if not fits(text, Signature.from_text(row["key_id"], row["signature"]), trusted=trusted):
        return Check(Verdict.BROKEN, code)
    record = Record.from_json(text)
    if row["revoked_at"]:
        return Check(Verdict.REVOKED, code, record, row["revoked_at"], row["revoked_reason"])
    return Check(Verdict.VALID, code, record)


def sealed_record(session: Session, code: str) -> bytes:
    """Return the record and its signature in one JSON file, for a check without this site; raise `NotFound`."""
    row = credential_by_code(session, code)
    if row is None:
        raise NotFound("no_such_certificate", code=code)
    return seal(row["record"].encode(), Signature.from_text(row["key_id"], row["signature"]))
