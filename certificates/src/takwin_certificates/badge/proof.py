"""The linked-data proof of a credential: Ed25519 over the canonical form, made and checked without a network.

W3C Data Integrity EdDSA Cryptosuites 1.0: what is signed is the hash of the canonical proof options, followed by the hash of the
canonical document. The proof options are read in the document's own context.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import rfc8785
from cryptography.exceptions import InvalidSignature

from takwin_certificates.badge.canonical import canonical_form
from takwin_certificates.badge.contexts import NONE_MORE, refuse_other_contexts
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.keys import IssuerKey, KeyProblem, public_key_of
from takwin_certificates.keys.multikey import from_base58, to_base58
from takwin_certificates.trust import Purpose, TrustedKey

RDFC: Final = "eddsa-rdfc-2022"
JCS: Final = "eddsa-jcs-2022"
_SIGNATURE_BYTES: Final = 64
_MOST_PROOFS: Final = 4
_OPTIONS: Final = frozenset({"type", "cryptosuite", "created", "verificationMethod", "proofPurpose"})

Canonical = Callable[[Mapping[str, Any]], bytes]


class Doubt(StrEnum):
    """What a reader should know of a key although its signature fits."""

    BEFORE_KEY = "before_key"
    """The proof says that it was made before the key was."""
    AFTER_RETIREMENT = "after_retirement"
    AFTER_COMPROMISE = "after_compromise"
    COMPROMISED_SINCE = "compromised_since"
    """The proof says that it is older than the theft; a thief could write that too, so the issuer's log must have it."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A proof that fits: by which key, made when as it says, and what there is to doubt."""

    key: TrustedKey
    created: dt.datetime
    cryptosuite: str
    doubts: tuple[Doubt, ...] = ()


def add_proof(
    credential: Mapping[str, Any],
    key: IssuerKey,
    *,
    created: dt.datetime,
    cryptosuite: str = RDFC,
    canonical: Canonical = canonical_form,
) -> dict[str, Any]:
    """Return the credential with a proof by the issuer's key, named as `{issuer}#{key}`.

    `canonical` may be a faster writer of the same form, as `quads.canonical_form` is for credentials of ours.
    """
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": cryptosuite,
        "created": created.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": f"{issuer_of(credential)}#{key.key_id}",
        "proofPurpose": "assertionMethod",
    }
    if cryptosuite == JCS:
        options["@context"] = credential["@context"]
    value = key.private.sign(hashes(credential, options, canonical=canonical))
    return {**credential, "proof": {**options, "proofValue": "z" + to_base58(value)}}


def verify_proof(
    credential: Mapping[str, Any],
    trusted: Mapping[str, TrustedKey],
    *,
    more: Mapping[str, Any] = NONE_MORE,
) -> Proven:
    """Check the proof of a credential by keys that somebody vouches for; one good proof among several is enough.

    Refuses: no proof, another cryptosuite or purpose, a key that is unknown, for something else, or of another issuer than the
    credential names, and a signature that does not fit (VC Data Integrity, Verify Proof).
    """
    proofs = credential.get("proof")
    found = proofs if isinstance(proofs, list) else [proofs]
    if proofs is None or not 0 < len(found) <= _MOST_PROOFS:
        raise CredentialRefused(Reason.NO_PROOF, f"a credential has 1 to {_MOST_PROOFS} proofs")
    refused: CredentialRefused | None = None
    for each in found:
        try:
            return _verify_one(credential, each, trusted, more)
        except CredentialRefused as error:
            refused = refused or error
    raise refused or CredentialRefused(Reason.NO_PROOF)


def hashes(
    credential: Mapping[str, Any],
    options: Mapping[str, Any],
    *,
    canonical: Canonical = canonical_form,
) -> bytes:
    """Return the 64 bytes that are signed: the hash of the proof options, then that of the document without its proof."""
    document = {name: value for name, value in credential.items() if name != "proof"}
    settings = {**options, "@context": document.get("@context")}
    if options.get("cryptosuite") == JCS:
        return _digest(rfc8785.dumps(dict(options))) + _digest(rfc8785.dumps(document))
    return _digest(canonical(settings)) + _digest(canonical(document))


def issuer_of(credential: Mapping[str, Any]) -> str:
    """Return the id of the issuer; refuses a credential that names none."""
    issuer = credential.get("issuer")
    named = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if not isinstance(named, str) or not named:
        raise CredentialRefused(Reason.FOREIGN_ISSUER, "the credential names no issuer")
    return named


def doubts_of(key: TrustedKey, created: dt.datetime) -> tuple[Doubt, ...]:
    """List what the life of a key makes doubtful about something signed at this moment."""
    doubts = []
    if key.since and created < key.since:
        doubts.append(Doubt.BEFORE_KEY)
    if key.retired_at and created >= key.retired_at:
        doubts.append(Doubt.AFTER_RETIREMENT)
    if key.compromised_at:
        doubts.append(Doubt.AFTER_COMPROMISE if created >= key.compromised_at else Doubt.COMPROMISED_SINCE)
    return tuple(doubts)


def moment_of(text: object) -> dt.datetime:
    """Read a moment with its time zone; refuses one without."""
    try:
        moment = dt.datetime.fromisoformat(text) if isinstance(text, str) and "T" in text else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CredentialRefused(Reason.PROOF_SHAPE, "a moment has no date, time and zone")
    return moment


def _verify_one(credential: Mapping[str, Any], proof: object, trusted: Mapping[str, TrustedKey], more: Mapping[str, Any]) -> Proven:
    if not isinstance(proof, Mapping) or proof.get("type") != "DataIntegrityProof":
        raise CredentialRefused(Reason.PROOF_SHAPE, "not a DataIntegrityProof")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    suite = _suite_of(credential, options)
    if options["proofPurpose"] != "assertionMethod":
        raise CredentialRefused(Reason.PROOF_PURPOSE, str(options["proofPurpose"])[:100])
    key = key_of(options["verificationMethod"], issuer_of(credential), trusted, Purpose.RECORD)
    signature = _signature_of(proof.get("proofValue"))
    if suite == JCS:
        refuse_other_contexts(credential.get("@context"), more)
    try:
        signed = hashes(credential, options, canonical=lambda document: canonical_form(document, more=more))
        public_key_of(key.key_id).verify(signature, signed)
    except (InvalidSignature, KeyProblem) as error:
        raise CredentialRefused(Reason.SIGNATURE, "the signature does not fit") from error
    except rfc8785.CanonicalizationError as error:
        raise CredentialRefused(Reason.NOT_CANONICAL, str(error)) from error
    created = moment_of(options["created"])
    return Proven(key, created, suite, doubts_of(key, created))


def key_of(method: object, issuer: str, trusted: Mapping[str, TrustedKey], purpose: Purpose) -> TrustedKey:
    """Find the trusted key that `{issuer}#{key}` names; refuses another issuer's, an unknown one, one for something else."""
    controller, _, key_id = method.partition("#") if isinstance(method, str) else ("", "", "")
    if controller != issuer:
        raise CredentialRefused(Reason.FOREIGN_ISSUER, "the key is not one of the issuer that the credential names")
    key = trusted.get(key_id)
    if key is None:
        raise CredentialRefused(Reason.KEY_UNKNOWN, key_id[:100])
    if key.purpose is not purpose:
        raise CredentialRefused(Reason.KEY_PURPOSE, f"the key is for {key.purpose}")
    return key


def _suite_of(credential: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Return the cryptosuite of proof options that have what they need and nothing that we would not understand."""
    suite = options.get("cryptosuite")
    if suite not in (RDFC, JCS):
        raise CredentialRefused(Reason.CRYPTOSUITE, str(suite)[:100])
    if {*options} - {"@context"} != _OPTIONS or not all(isinstance(options[name], str) for name in _OPTIONS):
        raise CredentialRefused(Reason.PROOF_SHAPE, f"proof options must be {', '.join(sorted(_OPTIONS))}")
    if options.get("@context", credential.get("@context")) != credential.get("@context"):
        raise CredentialRefused(Reason.CONTEXT_REDEFINED, "the proof has another context than the document")
    return str(suite)


def _signature_of(value: object) -> bytes:
    text = value if isinstance(value, str) else ""
    signature = from_base58(text[1:]) if text.startswith("z") and len(text) <= 2 * _SIGNATURE_BYTES else b""
    if len(signature) != _SIGNATURE_BYTES or "z" + to_base58(signature) != text:
        raise CredentialRefused(Reason.PROOF_SHAPE, "proofValue is not 64 bytes in base58")
    return signature


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
