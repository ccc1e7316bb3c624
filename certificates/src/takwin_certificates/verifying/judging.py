"""From a signed statement to the three answers: is it genuine, does it count today, who issued it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Finding, Genuine, Kind, Outcome, Reason, Valid
from takwin_certificates.verifying.recipient import is_issued_to
from takwin_certificates.verifying.standing import Standing, standing_of
from takwin_certificates.verifying.statement import Statement
from takwin_certificates.verifying.statuses import StatusKnown, status_of
from takwin_certificates.verifying.steps import Steps

_CLOCKS_DIFFER: Final = dt.timedelta(days=1)
_UNDECIDED: Final = frozenset(
    {
        *("too_large", "too_costly", "not_readable", "pdf_encrypted", "pdf_bare"),
        *("algorithm_of_others", "key_brought_by_others", "credential_cryptosuite"),
    }
)
_NEVER_FOLLOWED: Final = {"refresh": "never_followed", "endorsements": "not_followed"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know of a file."""

    now: dt.datetime
    """With its time zone."""
    person: str = ""
    """Whom it should be issued to, if that is asked."""


def judge(statement: Statement, trust: Trust, steps: Steps, *, kind: Kind, asked: Asked) -> Finding:
    """Answer the three questions on a statement whose signature fits, in the order that Open Badges 3.0 asks for.

    Schema, subject and proof are behind us; here come the key, refresh (never followed), status, the two dates,
    recipient and endorsements.
    """
    now = asked.now
    standing = standing_of(statement, trust, steps)
    _leave_out(("refresh",), statement, steps)
    status = status_of(statement, standing, trust, steps, now=_moment(statement, trust, now))
    reasons = [*([Reason.KEY_COMPROMISED] if standing.compromised else []), *status.reasons]
    reasons += _out_of_time(statement, trust, steps, now=now)
    _look_for(asked.person, statement, steps)
    _leave_out(("endorsements",), statement, steps)
    return Finding(
        kind=kind,
        genuine=standing.genuine,
        valid=_validity(standing, status, reasons),
        reasons=tuple(dict.fromkeys(reasons)),
        issuer=standing.key.issuer if standing.key is not None and not standing.compromised else None,
        claimed_issuer=statement.claimed_issuer or None,
        key_id=statement.key_id or None,
        code=statement.code or None,
        site=statement.site or None,
        facts=statement.facts,
        checks=steps.checks,
        credential=statement.source,
        status_as_of=status.as_of,
        checked_at=now,
    )


def refuse(kind: Kind, steps: Steps, *, now: dt.datetime, key_id: str = "") -> Finding:
    """Answer on a file that certifies nothing: no facts, no issuer, nothing said of whether it counts.

    Not genuine, but for files that were not read to the end, or that are signed in a way that we do not check.
    """
    failed = {each.code for each in steps.checks if each.outcome is Outcome.FAILED}
    genuine = Genuine.CANNOT_TELL if failed & _UNDECIDED else Genuine.NO
    return Finding(kind=kind, genuine=genuine, key_id=key_id or None, checks=steps.checks, checked_at=now)


def _validity(standing: Standing, status: StatusKnown, reasons: list[Reason]) -> Valid:
    if reasons:
        return Valid.NO
    return Valid.YES if standing.genuine is Genuine.YES and status.is_known else Valid.UNKNOWN


def _look_for(person: str, statement: Statement, steps: Steps) -> None:
    if not person:
        return
    if is_issued_to(person, statement.identifiers):
        steps.passed("recipient", "recipient_fits")
    else:
        steps.failed("recipient", "recipient_differs")


def _leave_out(names: tuple[str, ...], statement: Statement, steps: Steps) -> None:
    for name in names:
        if name in statement.steps_after:
            steps.not_made(name, _NEVER_FOLLOWED[name])


def _moment(statement: Statement, trust: Trust, now: dt.datetime) -> dt.datetime:
    """Return the present, at least: it cannot be earlier than what a trusted issuer dated already."""
    moment = max(now, trust.as_of) if trust.as_of is not None else now
    if statement.signed_at is not None and moment < statement.signed_at <= moment + _CLOCKS_DIFFER:
        return statement.signed_at
    return moment


def _out_of_time(statement: Statement, trust: Trust, steps: Steps, *, now: dt.datetime) -> list[Reason]:
    moment = _moment(statement, trust, now)
    if trust.as_of is not None and now < trust.as_of:
        steps.failed("clock", "clock_behind", trust.as_of.isoformat())
    if statement.valid_from is not None and moment < statement.valid_from:
        steps.failed("dates", "not_yet_valid", statement.valid_from.isoformat())
        return [Reason.NOT_YET_VALID]
    if statement.valid_until is not None and moment >= statement.valid_until:
        steps.failed("dates", "expired", statement.valid_until.isoformat())
        return [Reason.EXPIRED]
    steps.passed("dates")
    return []
