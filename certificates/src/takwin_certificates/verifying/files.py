"""One door for every file: what sort it is, what it says, and whether that is to be believed."""

from __future__ import annotations

import datetime as dt
from typing import Final

from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Finding, Kind
from takwin_certificates.verifying.judging import Asked, judge, refuse
from takwin_certificates.verifying.picture import read_picture
from takwin_certificates.verifying.qr_token import read_token
from takwin_certificates.verifying.reading import read_credential
from takwin_certificates.verifying.sniffing import LARGEST_FILE, kind_of
from takwin_certificates.verifying.statement import Read
from takwin_certificates.verifying.steps import Steps

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def check_file(data: bytes, trust: Trust, *, now: dt.datetime, person: str = "") -> Finding:
    """Check any file, whatever it holds; it always answers, and fetches nothing.

    `now` must bear a time zone. With `person`, a name or another identifier, a step tells whether it was issued to them.
    Files above 5 MB are not looked at. What memory and time a hostile file may take, the process decides in which this
    runs.
    """
    steps = Steps()
    if len(data) > LARGEST_FILE:
        steps.failed("structure", "too_large")
        return refuse(Kind.UNKNOWN, steps, now=now)
    data = data.removeprefix(_BYTE_ORDER_MARK)  # some editors put it before a text
    kind = kind_of(data)
    try:
        return _check(kind, data, trust, steps, Asked(now, person))
    except (MemoryError, RecursionError):
        steps = Steps()
        steps.failed("structure", "too_costly")
    except Exception as error:  # noqa: BLE001 -- a file that a library stumbles over must get an answer too
        steps.failed("structure", "not_readable", f"{type(error).__name__}: {error}")
    return refuse(kind, steps, now=now)


def _check(kind: Kind, data: bytes, trust: Trust, steps: Steps, asked: Asked) -> Finding:
    if kind is Kind.UNKNOWN:
        steps.failed("structure", "unknown_kind")
        return refuse(kind, steps, now=asked.now)
    if kind is Kind.PDF:
        from takwin_certificates.verifying.pdf_check import check_pdf  # noqa: PLC0415 -- slow import

        return check_pdf(data, trust, steps, asked)
    found = _read(kind, data, trust, steps)
    if found is None:
        return refuse(kind, steps, now=asked.now)
    return judge(found.statement, trust, steps, kind=kind, asked=asked)


def _read(kind: Kind, data: bytes, trust: Trust, steps: Steps) -> Read | None:
    if kind is Kind.TOKEN:
        return read_token(data, trust, steps)
    if kind in (Kind.PNG, Kind.SVG):
        return read_picture(data, trust, steps)
    return read_credential(kind, data, trust, steps)
