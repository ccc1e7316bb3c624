"""A credential as JWT: three parts in base64url, checked by keys that the reader trusts and by no others."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from takwin_certificates.badge.did import did_of
from takwin_certificates.badge.guards import read
from takwin_certificates.badge.jose import ProvenJwt, verify_jwt
from takwin_certificates.badge.proof import issuer_of, moment_of
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.keys import KeyProblem, p256_key_of
from takwin_certificates.trust import Purpose, Trust, TrustedKey
from takwin_certificates.verifying.linked_data import code_of, is_well_shaped, read_facts
from takwin_certificates.verifying.statement import Read, Statement
from takwin_certificates.verifying.steps import Steps

_OF_OTHERS: Final = re.compile(r"(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519|ES256K")
"""Signatures with a key pair that others use and we do not check; `none` and shared secrets are no signatures at all."""


def read_jwt(data: bytes, trust: Trust, steps: Steps) -> Read | None:
    """Return what a JWT says if its signature fits; None, with the failed step written down, if it does not."""
    text = data.decode("ascii", "replace").strip()
    try:
        header, payload = (_opened(part) for part in text.split(".")[:2])
    except (CredentialRefused, ValueError) as error:
        steps.failed("structure", "credential_jwt_shape", str(error))
        return None
    if not is_well_shaped(payload, steps):
        return None
    try:
        proven, fits = _proven(text, str(header.get("kid")), trust)
    except CredentialRefused as refused:
        steps.failed("signature", _code(refused, header, payload, trust), refused.detail)
        return None
    if not fits:
        steps.not_made("signature", "key_unreadable")
        return read_facts(payload, _signed(str(header.get("kid"))[:200], payload, fits=False), steps)
    assert proven is not None  # noqa: S101 -- for the type checker
    steps.passed("signature", "es256")
    key_id = proven.key.key_id if proven.key else ""
    return read_facts(proven.credential, _signed(key_id, payload, fits=True), steps)


def _proven(text: str, kid: str, trust: Trust) -> tuple[ProvenJwt | None, bool]:
    """Check with the trusted keys; with the key that `kid` itself contains, only to tell whether anything was changed."""
    try:
        return verify_jwt(text, trust.keys), True
    except CredentialRefused as refused:
        if refused.reason is not Reason.KEY_UNKNOWN:
            raise
    key_id = kid.partition("#")[2]
    try:
        p256_key_of(key_id)
    except KeyProblem:
        return None, False
    return verify_jwt(text, {key_id: TrustedKey(key_id, "", Purpose.JWT)}), True


def _signed(key_id: str, payload: Mapping[str, Any], *, fits: bool) -> Statement:
    return Statement(key_id=key_id, signature_fits=fits, purpose=Purpose.JWT, signed_at=moment_of(payload.get("validFrom")))


def _code(refused: CredentialRefused, header: Mapping[str, Any], payload: Mapping[str, Any], trust: Trust) -> str:
    """Tell what is no signature at all from what others sign in their own way; in our own name, there is only our way."""
    is_ours = trust.site != "" and issuer_of(payload) == did_of(trust.site)
    if is_ours or not _OF_OTHERS.fullmatch(str(header.get("alg"))):
        return code_of(refused)
    ways = {Reason.JWT_ALGORITHM: "algorithm_of_others", Reason.JWT_KEY_BROUGHT: "key_brought_by_others"}
    return ways.get(refused.reason, code_of(refused))


def _opened(part: str) -> dict[str, Any]:
    try:
        return read(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except binascii.Error as error:
        raise CredentialRefused(Reason.JWT_SHAPE, "not base64url") from error
