"""The answers of the API: the same three as on the pages, for programs."""

from __future__ import annotations

from typing import Any

from flask import json, url_for

from lms_app.services.credentials.checking import Check
from lms_app.services.credentials.checking_file import FileCheck
from lms_app.services.credentials.checking_list import Row
from lms_app.web.context import now
from lms_app.web.verify.words import HEADLINES
from takwin_certificates.record import Record


def answer_of_row(row: Row) -> dict[str, Any]:
    """Return one line of a list, or the answer to a number."""
    return {
        "asked": row.asked,
        "verdict": row.verdict,
        "says": HEADLINES[row.verdict][1],
        "genuine": row.genuine,
        "valid": row.valid,
        "reasons": list(row.reasons),
        "issuer": row.issuer or None,
        "code": row.code or None,
        "number": row.number or None,
        "kind": row.kind or None,
        "title": row.title or None,
        "name": row.name or None,
        "name_fits": row.name_fits,
        "issued_on": row.issued_on.isoformat() if row.issued_on else None,
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
    }


def answer_of(row: Row, found: Check) -> dict[str, Any]:
    """Return the answer to a code or a QR code, with every certified fact as it was signed."""
    return {
        **answer_of_row(row),
        "checked_at": now().isoformat(),
        "since": found.since.isoformat() if found.since else None,
        "reason": found.revoked_reason or None,
        "replaced_by": found.replaced_by or None,
        "record": _plain(found.record) if found.record else None,
        "fingerprint": found.fingerprint or None,
        "page": url_for("verify.check", code=found.code, _external=True) if found.record else None,
    }


def answer_of_file(found: FileCheck) -> dict[str, Any]:
    """Return the answer to a file: what its signature says, and what the register says of it today."""
    finding = found.finding
    return {
        "kind": finding.kind,
        "genuine": finding.genuine,
        "valid": finding.valid,
        "reasons": list(finding.reasons),
        "issuer": finding.issuer,
        "claimed_issuer": finding.claimed_issuer,
        "code": finding.code,
        "facts": [{"label": fact.label, "value": fact.value, "language": fact.language or None} for fact in finding.facts],
        "checks": [{"name": each.name, "outcome": each.outcome, "code": each.code} for each in finding.checks],
        "known_as_of": finding.status_as_of.isoformat() if finding.status_as_of else None,
        "checked_at": now().isoformat(),
    }


def _plain(record: Record) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(record.to_json())
    facts.pop("subject", None)  # made for wallets alone
    return facts
