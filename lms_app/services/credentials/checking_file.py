"""Checking a file that somebody dropped: what its signature says, and what the register says of it today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from lms_app.services.credentials.checking import Check, Verdict, check_code
from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Finding, Genuine, Reason, Valid

_REASONS = {each.value: each for each in Reason}


class Room(Protocol):
    """Where files of strangers are read, away from everything of ours."""

    def check(self, data: bytes, trust: Trust, *, now: datetime) -> Finding:
        """Return what is known of a file."""


@dataclass(frozen=True)
class FileCheck:
    """The answer to a file."""

    finding: Finding
    register: Check | None = None
    """What the register says of the certificate in the file; None where the file is not ours, or not in it."""


def check_file(session: Session, data: bytes, *, room: Room, trust: Trust, now: datetime) -> FileCheck:
    """Check a file by its signature, and, where this issuer signed it, ask the register what it is worth today.

    A file that is not genuine is never looked up, so that made-up files tell nothing of what there is.
    """
    finding = room.check(data, trust, now=now)
    if finding.code is None or not _is_ours(finding, trust):
        return FileCheck(finding)
    live = check_code(session, finding.code, trusted=trust.keys, now=now)
    if live.verdict in {Verdict.UNKNOWN, Verdict.BROKEN}:
        return FileCheck(replace(finding, valid=Valid.UNKNOWN))
    reasons = tuple(dict.fromkeys([*finding.reasons, *(_REASONS[each] for each in live.reasons)]))
    valid = Valid.NO if reasons else live.valid
    return FileCheck(replace(finding, valid=valid, reasons=reasons, status_as_of=now), live)


def _is_ours(finding: Finding, trust: Trust) -> bool:
    return finding.genuine is Genuine.YES and finding.key_id in trust.keys
