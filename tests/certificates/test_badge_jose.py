"""A credential as JWT, and everything that somebody could write into one to have it believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openbadgeslib.ob3 import credential as their, signer as their_signer, verifier as their_verifier

from takwin_certificates import keys
from takwin_certificates.badge import achievement, jose
from takwin_certificates.badge.proof import Doubt
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.record import Record
from takwin_certificates.trust import Purpose, TrustedKey

MakeRecord = Callable[..., Record]
DID = "did:web:learn.example.org"


@dataclass(frozen=True)
class Signer:
    key_id: str
    private: ec.EllipticCurvePrivateKey


def _signer() -> Signer:
    private = ec.generate_private_key(ec.SECP256R1())
    return Signer(keys.key_id_of(private.public_key()), private)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        message = "the network was asked"
        raise AssertionError(message)

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="module")
def signer() -> Signer:
    return _signer()


@pytest.fixture(scope="module")
def trusted(signer: Signer) -> dict[str, TrustedKey]:
    return {signer.key_id: TrustedKey(signer.key_id, "Fondation Takwin", Purpose.JWT)}


@pytest.fixture(scope="module")
def credential(make_record: MakeRecord) -> dict[str, Any]:
    return achievement.credential_of(make_record())


@pytest.fixture(scope="module")
def token(credential: dict[str, Any], signer: Signer) -> str:
    return jose.to_jwt(credential, signer)


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _read(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=="))


def _raw(header: object, payload: object, signer: Signer) -> str:
    """Sign any header and payload with a real key."""
    signed = f"{_b64(_text(header))}.{_b64(_text(payload))}"
    signature = signer.private.sign(signed.encode(), ec.ECDSA(jose.hashes.SHA256()))
    r, s = jose.decode_dss_signature(signature)
    return f"{signed}.{_b64(r.to_bytes(32) + s.to_bytes(32))}"


def _text(value: object) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def _reason(token: str, trusted: dict[str, TrustedKey], **options: Any) -> Reason:
    with pytest.raises(CredentialRefused) as refused:
        jose.verify_jwt(token, trusted, **options)
    return refused.value.reason


def test_header_and_claims_are_those_of_the_standard(
    token: str, credential: dict[str, Any], signer: Signer, trusted: dict[str, TrustedKey]
) -> None:
    header, payload, _ = token.split(".")
    assert _read(header) == {"alg": "ES256", "typ": "JWT", "kid": f"{DID}#{signer.key_id}"}
    assert {name: _read(payload).get(name) for name in ("iss", "jti", "nbf", "sub", "exp")} == {
        "iss": DID,
        "jti": "https://learn.example.org/verify/7K3M-9QXD-4TZ2-WHB8-RNVG",
        "nbf": 1_785_576_600,
        "sub": "urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b",
        "exp": None,
    }
    assert jose.verify_jwt(token, trusted) == jose.ProvenJwt(credential, DID, trusted[signer.key_id])
    assert jose.to_jwt(credential, signer) == token


def test_the_record_is_inside(token: str, trusted: dict[str, TrustedKey], make_record: MakeRecord) -> None:
    assert achievement.record_of(jose.verify_jwt(token, trusted).credential) == make_record()


def test_what_expires_says_so(make_record: MakeRecord, signer: Signer, trusted: dict[str, TrustedKey]) -> None:
    record = make_record(valid_until=make_record().issued_on)
    made = jose.to_jwt(achievement.credential_of(record), signer)
    assert _read(made.split(".")[1])["exp"] == 1_785_628_799
    assert jose.verify_jwt(made, trusted).credential["validUntil"] == "2026-08-01T23:59:59Z"


def test_one_changed_sign_anywhere_is_caught(token: str, trusted: dict[str, TrustedKey]) -> None:
    for place in range(0, len(token), len(token) // 40):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(CredentialRefused):
            jose.verify_jwt(changed, trusted)


HEADERS: dict[str, tuple[Callable[[dict[str, Any], Signer], Any], Reason]] = {
    "none": (lambda h, _: {**h, "alg": "none"}, Reason.JWT_ALGORITHM),
    "None": (lambda h, _: {**h, "alg": "None"}, Reason.JWT_ALGORITHM),
    "EdDSA": (lambda h, _: {**h, "alg": "EdDSA"}, Reason.JWT_ALGORITHM),
    "ES384": (lambda h, _: {**h, "alg": "ES384"}, Reason.JWT_ALGORITHM),
    "no algorithm": (lambda h, _: {name: h[name] for name in ("typ", "kid")}, Reason.JWT_ALGORITHM),
    "a list of algorithms": (lambda h, _: {**h, "alg": ["ES256"]}, Reason.JWT_ALGORITHM),
    "a key brought": (lambda h, s: {**h, "jwk": jose.jwk_of(s.private.public_key())}, Reason.JWT_KEY_BROUGHT),
    "an address of keys": (lambda h, _: {**h, "jku": "https://evil.example/keys"}, Reason.JWT_KEY_BROUGHT),
    "a certificate": (lambda h, _: {**h, "x5c": ["MIIB"]}, Reason.JWT_KEY_BROUGHT),
    "an address of a certificate": (lambda h, _: {**h, "x5u": "http://169.254.169.254/"}, Reason.JWT_KEY_BROUGHT),
    "an unknown header": (lambda h, _: {**h, "cty": "vc"}, Reason.JWT_HEADER),
    "a critical header": (lambda h, _: {**h, "crit": ["b64"], "b64": False}, Reason.JWT_HEADER),
    "another type": (lambda h, _: {**h, "typ": "at+jwt"}, Reason.JWT_HEADER),
    "no key named": (lambda h, _: {name: h[name] for name in ("alg", "typ")}, Reason.JWT_HEADER),
    "a key in a file": (lambda h, _: {**h, "kid": "file:///etc/passwd"}, Reason.FOREIGN_ISSUER),
    "a key inside the house": (lambda h, _: {**h, "kid": "http://127.0.0.1/key"}, Reason.FOREIGN_ISSUER),
    "a key of another issuer": (lambda h, _: {**h, "kid": h["kid"].replace("learn", "evil")}, Reason.FOREIGN_ISSUER),
    "a key nobody vouches for": (lambda h, _: {**h, "kid": f"{DID}#zDnother"}, Reason.KEY_UNKNOWN),
    "a key that is a number": (lambda h, _: {**h, "kid": 1}, Reason.FOREIGN_ISSUER),
    "said twice": (lambda h, _: json.dumps(h).replace("{", '{"alg": "none", ', 1).encode(), Reason.NOT_JSON),
}


@pytest.mark.parametrize("attack", sorted(HEADERS))
def test_a_header_that_would_choose_how_it_is_checked_is_refused(
    token: str, signer: Signer, trusted: dict[str, TrustedKey], attack: str
) -> None:
    change, reason = HEADERS[attack]
    header, payload, _ = map(str, token.split("."))
    assert _reason(_raw(change(_read(header), signer), _read(payload), signer), trusted) is reason


def test_a_token_without_signature_is_refused(token: str, trusted: dict[str, TrustedKey]) -> None:
    header, payload, _ = token.split(".")
    none = _b64(json.dumps({**_read(header), "alg": "none"}).encode())
    assert _reason(f"{none}.{payload}.", trusted) is Reason.JWT_SHAPE
    assert _reason(f"{header}.{payload}", trusted) is Reason.JWT_SHAPE


def test_the_public_key_is_no_secret(token: str, signer: Signer, trusted: dict[str, TrustedKey]) -> None:
    header, payload, _ = token.split(".")
    pem = signer.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = f"{_b64(json.dumps({**_read(header), 'alg': 'HS256'}).encode())}.{payload}"
    mac = hmac.digest(pem, signed.encode(), hashlib.sha256)
    assert _reason(f"{signed}.{_b64(mac)}", trusted) is Reason.JWT_SHAPE
    assert _reason(f"{signed}.{_b64(mac + mac)}", trusted) is Reason.JWT_ALGORITHM


CLAIMS: dict[str, Callable[[dict[str, Any]], None]] = {
    "another subject": lambda p: p.update(sub="urn:uuid:00000000-0000-0000-0000-000000000000"),
    "no subject": lambda p: p.pop("sub"),
    "another id": lambda p: p.update(jti="https://learn.example.org/verify/OTHER"),
    "another issuer": lambda p: p.update(iss="did:web:evil.example"),
    "another date": lambda p: p.update(nbf=0),
    "a date that is true": lambda p: (p.update(nbf=True), p.update(validFrom="1970-01-01T00:00:01Z")),
    "an end that the credential does not have": lambda p: p.update(exp=4_000_000_000),
    "a subject without id": lambda p: p["credentialSubject"].pop("id"),
}


@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_claims_that_contradict_the_credential_are_refused(
    token: str, signer: Signer, trusted: dict[str, TrustedKey], claim: str
) -> None:
    header, payload, _ = map(str, token.split("."))
    body = _read(payload)
    CLAIMS[claim](body)
    assert _reason(_raw(_read(header), body, signer), trusted) is Reason.JWT_CLAIMS


def test_only_a_key_for_jwt_will_do(token: str, signer: Signer, trusted: dict[str, TrustedKey]) -> None:
    for purpose in (Purpose.PDF, Purpose.RECORD):
        assert _reason(token, {signer.key_id: TrustedKey(signer.key_id, "x", purpose)}) is Reason.KEY_PURPOSE
    other = _signer()
    header, payload, _ = map(str, token.split("."))
    assert _reason(_raw(_read(header), _read(payload), other), trusted) is Reason.SIGNATURE


def test_the_life_of_the_key_is_told(token: str, signer: Signer, make_record: MakeRecord) -> None:
    issued = make_record().issued_at
    key = TrustedKey(signer.key_id, "x", Purpose.JWT, since=issued, retired_at=issued, compromised_at=issued)
    assert jose.verify_jwt(token, {key.key_id: key}).doubts == (Doubt.AFTER_RETIREMENT, Doubt.AFTER_COMPROMISE)


def test_openbadgeslib_verifies_our_jwt(token: str, signer: Signer) -> None:
    pem = signer.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    read = their_verifier.OB3Verifier(pem, issuer_did=DID).verify(token)
    assert read.achievement.name == "Gouvernance des coopératives"


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_we_verify_the_jwt_of_openbadgeslib_by_a_key_that_the_caller_brings(algorithm: str) -> None:
    private = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else Ed25519PrivateKey.generate()
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    did = "did:web:other.example"
    theirs = their.OpenBadgeCredential(
        issuer=their.Issuer(id=did, name="Example"),
        recipient_id="did:example:holder",
        achievement=their.Achievement(id="https://example.org/a", name="A", description="B", criteria_narrative="C"),
    )
    token = their_signer.OB3Signer(pem, algorithm=algorithm).sign(theirs)
    proven = jose.verify_jwt(token, {}, others={did: private.public_key()})
    assert (proven.issuer, proven.key, proven.credential["name"]) == (did, None, "A")
    assert _reason(token, {}) in (Reason.JWT_ALGORITHM, Reason.JWT_KEY_BROUGHT)
    others = Ed25519PrivateKey.generate() if algorithm == "EdDSA" else ec.generate_private_key(ec.SECP256R1())
    assert _reason(token, {}, others={did: others.public_key()}) is Reason.JWT_KEY_BROUGHT
