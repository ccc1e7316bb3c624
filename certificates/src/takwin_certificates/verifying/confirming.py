"""Checking once more, by plain JSON and one signature, what a locked process says that it found in a file.

Readers of PDFs and pictures are large programs, and one with a fault in it may be made to say anything. So whoever asked
takes nobody's word for it: the signed text itself comes along, and has to say, by a key on the trust list, the very facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature

from takwin_certificates.badge.guards import read
from takwin_certificates.badge.proof import hashes, issuer_of, key_of, moment_of
from takwin_certificates.badge.quads import canonical_form
from takwin_certificates.badge.refusals import CredentialRefused
from takwin_certificates.keys import public_key_of
from takwin_certificates.keys.multikey import from_base58
from takwin_certificates.trust import Purpose, Trust
from takwin_certificates.verifying.finding import Finding, Genuine, Kind
from takwin_certificates.verifying.jwt_file import read_jwt
from takwin_certificates.verifying.linked_data import is_well_shaped, read_facts
from takwin_certificates.verifying.sealed import read_sealed
from takwin_certificates.verifying.sniffing import kind_of
from takwin_certificates.verifying.standing import standing_of
from takwin_certificates.verifying.statement import Read, Statement
from takwin_certificates.verifying.steps import Steps


def confirms(finding: Finding, trust: Trust) -> bool:
    """Tell whether the signed text in a finding really bears out that it is genuine, who issued it, and every fact.

    That the page of a PDF belongs to it, this cannot tell.
    """
    found = _read(finding.credential.encode(), trust)
    if found is None or finding.genuine is not Genuine.YES:
        return False
    said, steps = found.statement, Steps()
    standing = standing_of(said, trust, steps)
    issuer = standing.key.issuer if standing.key else None
    told = (standing.genuine, issuer, said.key_id, said.code or None, said.site or None, said.facts)
    return told == (Genuine.YES, finding.issuer, finding.key_id, finding.code, finding.site, finding.facts)


def _read(data: bytes, trust: Trust) -> Read | None:
    kind, steps = kind_of(data), Steps()
    if kind is Kind.SEALED:
        return read_sealed(data, steps)
    if kind is Kind.JWT:
        return read_jwt(data, trust, steps)
    if kind is not Kind.LINKED_DATA:
        return None
    try:
        credential = read(data)
        proofs = credential.get("proof")
    except CredentialRefused:
        return None
    made = (_proven(credential, proof, trust) for proof in (proofs if isinstance(proofs, list) else [proofs]))
    signed = next((each for each in made if each is not None), None)
    if signed is None or not is_well_shaped(credential, steps):
        return None
    return read_facts(credential, signed, steps)


def _proven(credential: Mapping[str, Any], proof: Any, trust: Trust) -> Statement | None:
    """Check one proof by the short way for credentials of ours, which needs no JSON-LD processor."""
    try:
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        key = key_of(options["verificationMethod"], issuer_of(credential), trust.keys, Purpose.RECORD)
        signed = hashes(credential, options, canonical=canonical_form)
        public_key_of(key.key_id).verify(from_base58(proof["proofValue"][1:]), signed)
        return Statement(key_id=key.key_id, signature_fits=True, signed_at=moment_of(options["created"]))
    except (CredentialRefused, InvalidSignature, KeyError, TypeError, AttributeError):
        return None
