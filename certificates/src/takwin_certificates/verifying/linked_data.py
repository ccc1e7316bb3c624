"""An Open Badge 3.0 as JSON-LD with its proof inside: shape and holder first, then the proof, then what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from takwin_certificates.badge.achievement import record_of
from takwin_certificates.badge.guards import read
from takwin_certificates.badge.proof import Proven, issuer_of, verify_proof
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.keys import KeyProblem, public_key_of
from takwin_certificates.record import Record
from takwin_certificates.trust import Purpose, Trust, TrustedKey
from takwin_certificates.verifying.credential_facts import facts_of_credential
from takwin_certificates.verifying.credential_shape import has_subject, moment_in, problems_of
from takwin_certificates.verifying.recipient import identifiers_in
from takwin_certificates.verifying.sealed import statement_of
from takwin_certificates.verifying.statement import Read, Statement
from takwin_certificates.verifying.steps import Steps

_OWN_LIST: Final = "/status/revocation/"
_BADGE_PARTS: Final = {"refreshService": "refresh", "endorsement": "endorsements", "endorsementJwt": "endorsements"}


def read_linked_data(data: bytes, trust: Trust, steps: Steps) -> Read | None:
    """Return what a credential says if its proof fits; None, with the failed step written down, if it does not."""
    try:
        credential = read(data)
    except CredentialRefused as refused:
        steps.failed("structure", code_of(refused), refused.detail)
        return None
    if not is_well_shaped(credential, steps):
        return None
    key_id, proven = _proven(credential, trust, steps)
    if key_id is None:
        return None
    signed_at = proven.created if proven else None
    return read_facts(credential, Statement(key_id=key_id, signature_fits=proven is not None, signed_at=signed_at), steps)


def is_well_shaped(credential: Mapping[str, Any], steps: Steps) -> bool:
    """Look at the parts of a credential and at whether the holder is named, and write both steps down."""
    problems = problems_of(credential)
    if problems:
        code, _ = problems[0]
        steps.failed("structure", code, "; ".join(place for _, place in problems))
        return False
    steps.passed("structure")
    if not has_subject(credential):
        steps.failed("subject", "subject_missing")
        return False
    steps.passed("subject")
    return True


def read_facts(credential: Mapping[str, Any], signed: Statement, steps: Steps) -> Read | None:
    """Fill in what a credential says; refuses one that shows something else than the record of ours inside it."""
    record: Record | None = None
    try:
        record = record_of(credential)
    except CredentialRefused as refused:
        if refused.reason is not Reason.NO_RECORD:
            steps.failed("facts", code_of(refused), refused.detail)
            return None
        steps.passed("facts", "facts_of_others")
    else:
        steps.passed("facts")
    said = statement_of(record, signed.key_id) if record else _of_others(credential)
    statement = replace(
        said,
        key_id=signed.key_id,
        signature_fits=signed.signature_fits,
        purpose=signed.purpose,
        signed_at=signed.signed_at,
        issuer_id=issuer_of(credential),
        identifiers=said.identifiers or identifiers_in(credential),
        statuses=_statuses(credential, own=record is not None),
        may_be_withdrawn=record is not None or "credentialStatus" in credential,
        steps_after=tuple(dict.fromkeys(step for part, step in _BADGE_PARTS.items() if part in credential)),
    )
    return Read(statement, record)


def code_of(refused: CredentialRefused) -> str:
    """Return the code under which a refusal of the credential library is told."""
    return f"credential_{refused.reason}"


def _proven(credential: Mapping[str, Any], trust: Trust, steps: Steps) -> tuple[str | None, Proven | None]:
    """Return by which key the credential is proven; a key without proof is one that is not to be had."""
    try:
        proven = verify_proof(credential, trust.keys)
    except CredentialRefused as refused:
        if refused.reason is not Reason.KEY_UNKNOWN:
            steps.failed("signature", code_of(refused), refused.detail)
            return None, None
        return _proven_by_stranger(credential, steps)
    steps.passed("signature", proven.cryptosuite.replace("-", "_"))
    return proven.key.key_id, proven


def _proven_by_stranger(credential: Mapping[str, Any], steps: Steps) -> tuple[str | None, Proven | None]:
    """Check at least that nothing was changed, where the proof names a key that nobody vouches for."""
    named = _named_keys(credential)
    if not named:
        steps.not_made("signature", "key_unreadable")
        return str(_methods(credential)[0])[:200], None
    try:
        proven = verify_proof(credential, named)
    except CredentialRefused as refused:
        steps.failed("signature", code_of(refused), refused.detail)
        return None, None
    steps.passed("signature", proven.cryptosuite.replace("-", "_"))
    return proven.key.key_id, proven


def _named_keys(credential: Mapping[str, Any]) -> dict[str, TrustedKey]:
    found = {}
    for method in _methods(credential):
        key_id = method.partition("#")[2]
        try:
            public_key_of(key_id)
        except KeyProblem:
            continue
        found[key_id] = TrustedKey(key_id, "", Purpose.RECORD)
    return found


def _methods(credential: Mapping[str, Any]) -> list[str]:
    proofs = credential.get("proof")
    several = proofs if isinstance(proofs, list) else [proofs]
    return [str(each.get("verificationMethod", "")) for each in several if isinstance(each, Mapping)]


def _of_others(credential: Mapping[str, Any]) -> Statement:
    issuer = credential.get("issuer")
    name = issuer.get("name") if isinstance(issuer, Mapping) else None
    return Statement(
        key_id="",
        signature_fits=False,
        claimed_issuer=name if isinstance(name, str) else issuer_of(credential),
        facts=facts_of_credential(credential),
        valid_from=moment_in(credential, "validFrom"),
        valid_until=moment_in(credential, "validUntil"),
    )


def _statuses(credential: Mapping[str, Any], *, own: bool) -> tuple[Mapping[str, Any], ...]:
    named = credential.get("credentialStatus")
    entries: list[Mapping[str, Any]] = [
        each for each in (named if isinstance(named, list) else [named]) if isinstance(each, Mapping)
    ]
    if own:  # Open Badges allow one entry; of ours, suspension stands at the same place of its own list
        entries += [_suspension_beside(each) for each in entries if each.get("statusPurpose") == "revocation"]
    return tuple(entries)


def _suspension_beside(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    address = str(entry.get("statusListCredential")).replace(_OWN_LIST, "/status/suspension/")
    return {**entry, "statusPurpose": "suspension", "statusListCredential": address}
