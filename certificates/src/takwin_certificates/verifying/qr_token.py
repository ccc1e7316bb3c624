"""The signed token of a printed QR code, alone or inside its web address."""

from __future__ import annotations

import datetime as dt
from typing import Final

from takwin_certificates.token import Token, TokenFault, TokenProblem, read, verify
from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Fact, Finding, Kind
from takwin_certificates.verifying.judging import Asked, judge, refuse
from takwin_certificates.verifying.statement import Read, Statement
from takwin_certificates.verifying.statuses import entries_of
from takwin_certificates.verifying.steps import Steps

_ONE_DAY: Final = dt.timedelta(days=1)


def check_token(text: str, trust: Trust, *, now: dt.datetime) -> Finding:
    """Check a token, or the address that holds it. It is a few letters: this is safe in any process, and quick."""
    steps = Steps()
    found = read_token(text.encode("ascii", "replace"), trust, steps)
    if found is None:
        return refuse(Kind.TOKEN, steps, now=now)
    return judge(found.statement, trust, steps, kind=Kind.TOKEN, asked=Asked(now))


def read_token(data: bytes, trust: Trust, steps: Steps) -> Read | None:
    """Return what a token says; None, with the failed step written down, if it is none or its signature does not fit.

    A token names its key by four bytes only: where no trusted key begins with them, nothing can be said of the signature.
    The address around the token is not signed, so no part of it is shown as if it were.
    """
    try:
        token = read(data.decode("ascii", "replace"))
    except TokenProblem as problem:
        steps.failed("structure", f"token_{problem.fault}", problem.detail)
        return None
    steps.passed("structure")
    try:
        key_id = verify(token, trust.keys).key_id
    except TokenProblem as problem:
        if problem.fault is not TokenFault.UNKNOWN_KEY:
            steps.failed("signature", "signature_wrong")
            return None
        steps.not_made("signature", "key_unreadable")
        return Read(_statement(token, token.key_hint.hex(), trust, fits=False))
    steps.passed("signature")
    return Read(_statement(token, key_id, trust, fits=True))


def _statement(token: Token, key_id: str, trust: Trust, *, fits: bool) -> Statement:
    return Statement(
        key_id=key_id,
        signature_fits=fits,
        code=token.code,
        site=trust.site if fits else "",
        facts=tuple(_facts(token)),
        signed_at=_midnight(token.issued_on),
        valid_from=_midnight(token.issued_on),
        valid_until=_midnight(token.valid_until) + _ONE_DAY if token.valid_until else None,
        identifiers=({"hashed": False, "identityHash": token.name},),
        statuses=entries_of(trust.site.rstrip("/"), token.status),
    )


def _facts(token: Token) -> list[Fact]:
    facts = [
        Fact("name", token.name),
        Fact("kind", token.kind),
        Fact("title", token.title, token.language),
        Fact("issued_on", token.issued_on.isoformat()),
    ]
    if token.valid_until:
        facts.append(Fact("valid_until", token.valid_until.isoformat()))
    return [*facts, Fact("code", token.code)]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
