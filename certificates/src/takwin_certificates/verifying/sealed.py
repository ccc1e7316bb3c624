"""Our own signed record in one JSON file: the facts and one Ed25519 signature over their canonical form."""

from __future__ import annotations

import datetime as dt
from typing import Final

from takwin_certificates.record import InvalidRecord, Record
from takwin_certificates.signing import is_unchanged, unseal
from takwin_certificates.verifying.recipient import identifiers_of
from takwin_certificates.verifying.record_facts import facts_of
from takwin_certificates.verifying.statement import Read, Statement
from takwin_certificates.verifying.statuses import entries_of
from takwin_certificates.verifying.steps import Steps

_ONE_DAY: Final = dt.timedelta(days=1)


def read_sealed(data: bytes, steps: Steps) -> Read | None:
    """Return what a sealed record says if its signature fits; None, with the failed step written down, if it does not."""
    try:
        opened = unseal(data)
    except InvalidRecord as error:
        steps.failed("structure", "malformed", "; ".join(error.problems))
        return None
    steps.passed("structure")
    key_id = opened.signature.key_id
    if not is_unchanged(opened.record, opened.signature):
        steps.failed("signature", "signature_wrong", key_id)
        return None
    steps.passed("signature")
    try:
        record = Record.from_json(opened.record)
    except InvalidRecord as error:
        steps.failed("facts", "facts_unreadable", "; ".join(error.problems))
        return Read(Statement(key_id=key_id, signature_fits=True))
    steps.passed("facts")
    return Read(statement_of(record, key_id), record)


def statement_of(record: Record, key_id: str) -> Statement:
    """Return what a record says, signed by this key."""
    return Statement(
        key_id=key_id,
        signature_fits=True,
        claimed_issuer=record.issuer,
        code=record.code,
        site=record.site,
        facts=facts_of(record),
        signed_at=record.issued_at or _midnight(record.issued_on),
        valid_from=record.issued_at or _midnight(record.issued_on),
        valid_until=_midnight(record.valid_until) + _ONE_DAY if record.valid_until else None,
        identifiers=identifiers_of(record),
        statuses=entries_of(record.site.rstrip("/"), record.status),
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
