"""The issuer's identity for machines: readable ids, every key of all times, none of the stolen ones to be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import jwt.algorithms
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from openbadgeslib.ob3 import did as theirs

from takwin_certificates import keys
from takwin_certificates.badge import did
from takwin_certificates.badge.achievement import credential_of
from takwin_certificates.badge.jose import to_jwt, verify_jwt
from takwin_certificates.badge.proof import add_proof, verify_proof
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.record import Record
from takwin_certificates.trust import Purpose, TrustedKey

SITE = "https://learn.example.org"
THEN = dt.datetime(2026, 8, 1, 9, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("https://learn.example.org", "did:web:learn.example.org"),
        ("https://Learn.Example.org/", "did:web:learn.example.org"),
        ("https://learn.example.org:8443", "did:web:learn.example.org%3A8443"),
        ("https://example.org/takwin/site/", "did:web:example.org:takwin:site"),
        ("http://localhost:5000", "did:web:localhost%3A5000"),
        ("https://تكوين.example", "did:web:xn--pgb4cjhk.example"),
        ("https://example.org/a b", "did:web:example.org:a%20b"),
    ],
)
def test_a_site_has_one_did(site: str, expected: str) -> None:
    assert did.did_of(site) == expected


@pytest.mark.parametrize(
    "site",
    [
        "",
        "learn.example.org",
        "ftp://example.org",
        "https://",
        "https://u@example.org",
        "https://a.b/?q",
        "https://a:b:c",
        "https://a.b:99999",
    ],
)
def test_what_is_no_site_has_none(site: str) -> None:
    with pytest.raises(CredentialRefused) as refused:
        did.did_of(site)
    assert refused.value.reason is Reason.RELATIVE_IRI


@pytest.fixture(scope="module")
def every_key() -> dict[str, TrustedKey]:
    """Make an active, a retired and a stolen key, one for JWT, a stolen one for JWT, and one for PDF."""

    def p256() -> str:
        return keys.key_id_of(ec.generate_private_key(ec.SECP256R1()).public_key())

    return {
        "active": TrustedKey(keys.generate().key_id, "F"),
        "retired": TrustedKey(keys.generate().key_id, "F", retired_at=THEN),
        "stolen": TrustedKey(keys.generate().key_id, "F", compromised_at=THEN),
        "jwt": TrustedKey(p256(), "F", Purpose.JWT),
        "stolen jwt": TrustedKey(p256(), "F", Purpose.JWT, compromised_at=THEN),
        "pdf": TrustedKey(p256(), "F", Purpose.PDF),
    }


def test_the_document_keeps_every_key_and_marks_the_stolen(every_key: dict[str, TrustedKey]) -> None:
    document = did.document(SITE, every_key.values())
    methods = {each["id"].partition("#")[2]: each for each in document["verificationMethod"]}
    ids = {name: key.key_id for name, key in every_key.items()}
    assert set(methods) == set(ids.values()) - {ids["pdf"]}
    assert {name for name in ids if ids[name] in methods and "revoked" in methods[ids[name]]} == {"stolen", "stolen jwt"}
    assert methods[ids["stolen"]]["revoked"] == "2026-08-01T09:30:00Z"
    assert methods[ids["active"]]["publicKeyMultibase"] == ids["active"]
    assert (methods[ids["jwt"]]["type"], {*methods[ids["jwt"]]["publicKeyJwk"]}) == ("JsonWebKey", {"kty", "crv", "x", "y"})
    expected = {f"did:web:learn.example.org#{ids[name]}" for name in ("active", "retired", "jwt")}
    assert set(document["assertionMethod"]) == expected
    assert did.document(SITE, reversed(list(every_key.values()))) == document


def test_others_find_our_keys_in_the_document(every_key: dict[str, TrustedKey]) -> None:
    document = did.document(SITE, every_key.values())
    key = every_key["jwt"]
    pem = theirs.pem_for_kid(document, document["id"], f"{document['id']}#{key.key_id}")
    read = serialization.load_pem_public_key(pem)
    assert isinstance(read, ec.EllipticCurvePublicKey)
    assert keys.key_id_of(read) == key.key_id


def test_the_key_set_has_the_keys_for_jwt_alone(every_key: dict[str, TrustedKey]) -> None:
    (only,) = did.key_set(SITE, every_key.values())["keys"]
    assert only["kid"] == f"did:web:learn.example.org#{every_key['jwt'].key_id}"
    assert {*only} == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    read = jwt.algorithms.ECAlgorithm.from_jwk(only)
    assert keys.key_id_of(read) == every_key["jwt"].key_id


def test_the_profile_says_who_issues() -> None:
    assert did.profile(SITE, "Fondation Takwin", email="contact@example.org") == {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "did:web:learn.example.org",
        "type": ["Profile"],
        "name": "Fondation Takwin",
        "url": SITE,
        "email": "contact@example.org",
    }


def test_everything_ever_issued_verifies_after_three_rotations(tmp_path: Path, make_record: Callable[..., Record]) -> None:
    record = make_record(issued_at=THEN)
    ring = KeyRing(tmp_path / "keys", issuer="Fondation Takwin", clock=lambda: THEN)
    credential = credential_of(record)
    issued = []
    for turn in range(4):
        if turn:
            ring.rotate(Purpose.RECORD, now=THEN + dt.timedelta(days=turn))
            ring.rotate(Purpose.JWT, now=THEN + dt.timedelta(days=turn))
        issued.append(
            (add_proof(credential, ring.record(), created=THEN + dt.timedelta(days=turn)), to_jwt(credential, ring.jwt()))
        )
    trusted = ring.trust(site=SITE).keys
    assert [verify_proof(signed, trusted).doubts for signed, _ in issued] == [()] * 4
    assert [verify_jwt(token, trusted).credential == credential for _, token in issued] == [True] * 4
    assert len({signed["proof"]["verificationMethod"] for signed, _ in issued}) == 4
    methods = {each["id"] for each in did.document(SITE, ring.states())["verificationMethod"]}
    assert {signed["proof"]["verificationMethod"] for signed, _ in issued} <= methods
    assert len(did.key_set(SITE, ring.states())["keys"]) == 4
