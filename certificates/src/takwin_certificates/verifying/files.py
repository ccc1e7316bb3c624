"""One door for every file: what sort it is, what it says, and whether that is to be believed."""

from __future__ import annotations

import datetime as dt

from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Finding, Genuine, Kind
from takwin_certificates.verifying.judging import judge, refuse
from takwin_certificates.verifying.qr_token import read_token
from takwin_certificates.verifying.sealed import read_sealed
from takwin_certificates.verifying.sniffing import LARGEST_FILE, kind_of
from takwin_certificates.verifying.statement import Statement
from takwin_certificates.verifying.steps import Steps


def check_file(data: bytes, trust: Trust, *, now: dt.datetime) -> Finding:
    """Check any file, whatever it holds; it always answers, and fetches nothing.

    `now` must bear a time zone. Files above 5 MB are not looked at.
    """
    steps = Steps()
    if len(data) > LARGEST_FILE:
        steps.failed("structure", "too_large")
        return refuse(Kind.UNKNOWN, steps, now=now, genuine=Genuine.CANNOT_TELL)
    kind = kind_of(data)
    if kind is Kind.UNKNOWN:
        steps.failed("structure", "unknown_kind")
        return refuse(kind, steps, now=now)
    statement = _read(kind, data, trust, steps)
    if statement is None:
        return refuse(kind, steps, now=now)
    return judge(statement, trust, steps, kind=kind, now=now)


def _read(kind: Kind, data: bytes, trust: Trust, steps: Steps) -> Statement | None:
    if kind is Kind.TOKEN:
        return read_token(data, trust, steps)
    return read_sealed(data, steps)
