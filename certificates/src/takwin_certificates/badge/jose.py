"""A credential as JWT for wallets that read nothing else: ES256, and nothing in the header that could choose how it is checked.

Open Badges 3.0 §8.2: the payload is the credential itself with the registered claims beside it. The signature is deterministic
(RFC 6979), so that the same credential and key give the same file.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from takwin_certificates.badge.guards import LARGEST_CREDENTIAL, read
from takwin_certificates.badge.proof import Doubt, doubts_of, issuer_of, key_of, moment_of
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.keys import p256_key_of
from takwin_certificates.keys.p256 import jwk_of
from takwin_certificates.trust import Purpose, TrustedKey

_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]{1,4096}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}")
_HEADER: Final = frozenset({"alg", "typ", "kid"})
_KEYS_BROUGHT: Final = frozenset({"jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"})
_CLAIMS: Final = ("iss", "jti", "nbf", "sub", "exp")
_HALF: Final = 32

PublicKey = ec.EllipticCurvePublicKey | Ed25519PublicKey
NOBODY_ELSE: Final[Mapping[str, PublicKey]] = {}


class SigningKey(Protocol):
    """What signs a JWT: `keys.ring.JwtKey`."""

    @property
    def key_id(self) -> str:
        """The Multikey id."""

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        """The private key, P-256."""


@dataclass(frozen=True, slots=True)
class ProvenJwt:
    """A JWT whose signature fits: the credential in it, without the claims that repeat it."""

    credential: dict[str, Any]
    issuer: str
    key: TrustedKey | None
    """None where the caller brought the key of another issuer."""
    doubts: tuple[Doubt, ...] = ()


def to_jwt(credential: Mapping[str, Any], key: SigningKey) -> str:
    """Return a credential without proof as compact JWT; the header has `alg`, `typ` and `kid`, the DID URL of the key.

    Refuses a credential without id, subject id or `validFrom`, of which the claims are made.
    """
    header = {"alg": "ES256", "typ": "JWT", "kid": f"{issuer_of(credential)}#{key.key_id}"}
    body = {name: value for name, value in credential.items() if name != "proof"}
    signed = f"{_encoded(rfc8785.dumps(header))}.{_encoded(rfc8785.dumps({**body, **_claims_of(body)}))}"
    r, s = decode_dss_signature(key.private.sign(signed.encode("ascii"), ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return f"{signed}.{_encoded(r.to_bytes(_HALF) + s.to_bytes(_HALF))}"


def verify_jwt(token: str, trusted: Mapping[str, TrustedKey], *, others: Mapping[str, PublicKey] = NOBODY_ELSE) -> ProvenJwt:
    """Check a credential as JWT by keys that somebody vouches for, and read it.

    Refuses: any algorithm but ES256, any header but `alg`, `typ` and `kid`, a key in the token or an address of one, a `kid` that is
    not a key of the issuer named inside, claims that say something else than the credential (Open Badges 3.0 §8.2.6), and a
    signature that does not fit. Nothing is ever fetched.

    `others` are keys of other issuers by their id, which the caller vouches for: P-256 or Ed25519. Their tokens may show that very
    key in the header, as some tools write it.
    """
    if len(token) > 2 * LARGEST_CREDENTIAL:
        raise CredentialRefused(Reason.TOO_LARGE, "more than half a megabyte")
    if _COMPACT.fullmatch(token) is None:
        raise CredentialRefused(Reason.JWT_SHAPE, "not three parts in base64url, the last of 64 bytes")
    parts = token.split(".")
    header, payload = _object(parts[0]), _object(parts[1])
    issuer = issuer_of(payload)
    key: TrustedKey | None = None
    doubts: tuple[Doubt, ...] = ()
    if issuer in others:
        _refuse_header_of_others(header, others[issuer])
        _refuse_signature(token, others[issuer])
    else:
        _refuse_header(header)
        key = key_of(header.get("kid"), issuer, trusted, Purpose.JWT)
        _refuse_signature(token, p256_key_of(key.key_id))
        doubts = _doubts(key, payload)
    _refuse_claims(payload)
    credential = {name: value for name, value in payload.items() if name not in _CLAIMS}
    return ProvenJwt(credential, issuer, key, doubts)


def _doubts(key: TrustedKey, payload: Mapping[str, Any]) -> tuple[Doubt, ...]:
    """List what is doubtful; a JWT says when the certificate was issued, and may have been made later, by a younger key."""
    return tuple(each for each in doubts_of(key, moment_of(payload.get("validFrom"))) if each is not Doubt.BEFORE_KEY)


def _refuse_header(header: Mapping[str, Any]) -> None:
    if header.get("alg") != "ES256":
        raise CredentialRefused(Reason.JWT_ALGORITHM, str(header.get("alg"))[:40])
    if brought := {*header} & _KEYS_BROUGHT:
        raise CredentialRefused(Reason.JWT_KEY_BROUGHT, ", ".join(sorted(brought)))
    if {*header} != _HEADER or header["typ"] != "JWT":
        raise CredentialRefused(Reason.JWT_HEADER, ", ".join(sorted({*header} ^ _HEADER))[:100] or str(header["typ"])[:40])


def _refuse_header_of_others(header: Mapping[str, Any], key: PublicKey) -> None:
    algorithms = ("EdDSA", "Ed25519") if isinstance(key, Ed25519PublicKey) else ("ES256",)
    if header.get("alg") not in algorithms:
        raise CredentialRefused(Reason.JWT_ALGORITHM, str(header.get("alg"))[:40])
    if "jwk" in header and header["jwk"] != _jwk(key):
        raise CredentialRefused(Reason.JWT_KEY_BROUGHT, "the key shown is not the one vouched for")
    if not {*header} <= {*_HEADER, "jwk"} or header.get("typ", "JWT") != "JWT":
        raise CredentialRefused(Reason.JWT_HEADER, ", ".join(sorted(header))[:100])


def _jwk(key: PublicKey) -> dict[str, str]:
    if isinstance(key, Ed25519PublicKey):
        return {"crv": "Ed25519", "kty": "OKP", "x": _encoded(key.public_bytes_raw())}
    return jwk_of(key)


def _refuse_signature(token: str, key: PublicKey) -> None:
    try:
        if isinstance(key, Ed25519PublicKey):
            signed, _, signature = token.rpartition(".")
            key.verify(_decoded(signature), signed.encode("ascii"))
        else:
            jws.deserialize_compact(token, ECKey.import_key(key), algorithms=["ES256"], registry=_REGISTRY)
    except (InvalidSignature, JoseError) as error:
        raise CredentialRefused(Reason.SIGNATURE, "the signature does not fit") from error


_REGISTRY: Final = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
"""The header has been checked more strictly than the registry would."""
_REGISTRY.max_payload_length = 2 * LARGEST_CREDENTIAL


def _claims_of(credential: Mapping[str, Any]) -> dict[str, Any]:
    """Return the registered claims that a credential stands for; refuses one that lacks what they are made of."""
    subject = credential.get("credentialSubject")
    named = subject.get("id") if isinstance(subject, Mapping) else None
    if not isinstance(credential.get("id"), str) or not isinstance(named, str):
        raise CredentialRefused(Reason.JWT_CLAIMS, "a credential as JWT has an id, and its subject one")
    claims: dict[str, Any] = {
        "iss": issuer_of(credential),
        "jti": credential["id"],
        "nbf": _seconds(credential.get("validFrom")),
        "sub": named,
    }
    if "validUntil" in credential:
        claims["exp"] = _seconds(credential["validUntil"])
    return claims


def _refuse_claims(payload: Mapping[str, Any]) -> None:
    expected = _claims_of(payload)
    for name in _CLAIMS:
        if payload.get(name) != expected.get(name) or isinstance(payload.get(name), bool):
            raise CredentialRefused(Reason.JWT_CLAIMS, f"{name} is not what the credential says")


def _seconds(moment: object) -> int:
    return int(moment_of(moment).timestamp())


def _object(part: str) -> dict[str, Any]:
    return read(_decoded(part))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decoded(part: str) -> bytes:
    content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) if len(part) % 4 != 1 else b""
    if _encoded(content) != part:
        raise CredentialRefused(Reason.JWT_SHAPE, "base64url with bits that mean nothing")
    return content
