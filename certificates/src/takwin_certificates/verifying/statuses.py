"""Whether a certificate was withdrawn or suspended, by the signed status lists that the reader has; nothing is ever fetched."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Reason
from takwin_certificates.verifying.standing import Standing
from takwin_certificates.verifying.statement import Statement
from takwin_certificates.verifying.steps import Steps

PURPOSES: Final = ("revocation", "suspension")


@dataclass(frozen=True, slots=True)
class StatusKnown:
    """What the lists say, and up to which day."""

    is_known: bool
    reasons: tuple[Reason, ...] = ()
    as_of: dt.datetime | None = None


def address_of(site: str, number: int, purpose: str) -> str:
    """Return the address of one of our status lists."""
    return f"{site}/status/{number}/{purpose}"


def status_of(statement: Statement, standing: Standing, trust: Trust, steps: Steps, *, now: dt.datetime) -> StatusKnown:
    """Read the status of a statement from the lists that the reader has."""
    del trust, now
    if not statement.statuses:
        steps.not_made("status", "no_status_place" if statement.may_be_withdrawn else "cannot_be_withdrawn")
        return StatusKnown(is_known=not statement.may_be_withdrawn)
    if standing.key is None:
        steps.not_made("status", "issuer_unknown")
    else:
        steps.not_made("status", "status_not_known")
    return StatusKnown(is_known=False)
