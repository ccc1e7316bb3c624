"""Checking a file that somebody dropped: what its signature says, and what the register says of it today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.services.credentials.checking import Check, Verdict, check_code
from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Finding, Genuine, Reason, Valid

_REASONS = {each.value: each for each in Reason}


@dataclass(frozen=True)
class FileCheck:
    """The answer to a file."""

    finding: Finding
    register: Check | None = None
    """What the register says of the certificate in the file; None where the file is not ours, or not in it."""


def ask_register(session: Session, finding: Finding, *, trust: Trust, now: datetime) -> FileCheck:
    """Say of a file whose signature was checked what the register says that it is worth today.

    Reading a file takes seconds and asking the register a moment, so that they are two calls: no connection is held meanwhile.
    A file that is not genuine is never looked up, so that made-up files tell nothing of what there is.
    """
    if finding.code is None or finding.genuine is not Genuine.YES or finding.key_id not in trust.keys:
        return FileCheck(finding)
    live = check_code(session, finding.code, trusted=trust.keys, now=now)
    if live.verdict in {Verdict.UNKNOWN, Verdict.BROKEN}:
        return FileCheck(replace(finding, valid=Valid.UNKNOWN))
    reasons = tuple(dict.fromkeys([*finding.reasons, *(_REASONS[each] for each in live.reasons)]))
    valid = Valid.NO if reasons else live.valid
    return FileCheck(replace(finding, valid=valid, reasons=reasons, status_as_of=now), live)
