"""The official vectors come out to the last byte, and a proof that should not be believed is refused by name."""

from __future__ import annotations

import copy
import datetime as dt
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from takwin_certificates import keys
from takwin_certificates.badge import guards, proof
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.keys.multikey import from_base58
from takwin_certificates.trust import Purpose, TrustedKey

FOLDER = Path(__file__).parent / "vectors" / "credentials"
VECTORS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
THEN = dt.datetime(2026, 8, 1, 9, 30, tzinfo=dt.UTC)
SHUT = "the network was asked"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError(SHUT)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(params=sorted(VECTORS))
def vector(request: pytest.FixtureRequest) -> dict[str, Any]:
    return copy.deepcopy(VECTORS[request.param])


def _key_of(vector: dict[str, Any]) -> keys.IssuerKey:
    secret = from_base58(vector["secret"][1:])[2:34]
    return keys.IssuerKey(vector["public"], Ed25519PrivateKey.from_private_bytes(secret))


def test_official_vectors_come_out_to_the_last_byte(vector: dict[str, Any]) -> None:
    key = _key_of(vector)
    assert keys.key_id_of(key.private.public_key()) == vector["public"]

    def canonical(document: Any) -> bytes:
        return proof.canonical_form(document, more=vector["contexts"])

    signed = proof.hashes(vector["document"], vector["options"], canonical=canonical)
    assert signed.hex() == vector["proof_hash"] + vector["document_hash"]
    assert key.private.sign(signed) == from_base58(vector["proof_value"][1:])


def _as_its_issuer_signs(vector: dict[str, Any]) -> dict[str, Any]:
    return {**vector["document"], "proof": {**vector["options"], "proofValue": vector["proof_value"]}}


def test_the_open_badges_vector_is_made_and_verified_whole() -> None:
    vector = VECTORS["1edtech-ob-3.0"]
    created = dt.datetime(2010, 1, 1, 19, 23, 24, tzinfo=dt.UTC)
    made = proof.add_proof(vector["document"], _key_of(vector), created=created)
    assert made == _as_its_issuer_signs(vector)
    trusted = {vector["public"]: TrustedKey(vector["public"], "Example Corp")}
    assert proof.verify_proof(made, trusted) == proof.Proven(trusted[vector["public"]], created, "eddsa-rdfc-2022")


def test_the_w3c_vectors_name_a_key_outside_the_issuer_which_we_do_not_believe(vector: dict[str, Any]) -> None:
    if vector["contexts"]:
        trusted = {vector["public"]: TrustedKey(vector["public"], "Example")}
        assert _refusal(_as_its_issuer_signs(vector), trusted, vector["contexts"]) is Reason.FOREIGN_ISSUER
        vector["document"]["issuer"] = vector["options"]["verificationMethod"].partition("#")[0]
        assert _refusal(_as_its_issuer_signs(vector), trusted, vector["contexts"]) is Reason.SIGNATURE


def _refusal(credential: dict[str, Any], trusted: dict[str, TrustedKey], more: dict[str, Any] | None = None) -> Reason:
    with pytest.raises(CredentialRefused) as refused:
        proof.verify_proof(credential, trusted, more=more or {})
    return refused.value.reason


def _document() -> dict[str, Any]:
    return copy.deepcopy(VECTORS["1edtech-ob-3.0"]["document"])


@pytest.fixture(scope="module")
def key() -> keys.IssuerKey:
    return keys.generate()


@pytest.fixture(scope="module")
def trusted(key: keys.IssuerKey) -> dict[str, TrustedKey]:
    return {key.key_id: TrustedKey(key.key_id, "Example Corp")}


@pytest.mark.parametrize("suite", [proof.RDFC, proof.JCS])
def test_a_changed_fact_no_longer_fits(key: keys.IssuerKey, trusted: dict[str, TrustedKey], suite: str) -> None:
    made = proof.add_proof(_document(), key, created=THEN, cryptosuite=suite)
    assert proof.verify_proof(made, trusted).cryptosuite == suite
    made["credentialSubject"]["achievement"]["name"] = "Leadership"
    assert _refusal(made, trusted) is Reason.SIGNATURE


CHANGES_OF_PROOF: dict[str, tuple[dict[str, Any], Reason]] = {
    "another purpose": ({"proofPurpose": "authentication"}, Reason.PROOF_PURPOSE),
    "another suite": ({"cryptosuite": "ecdsa-rdfc-2019"}, Reason.CRYPTOSUITE),
    "an old type": ({"type": "Ed25519Signature2020"}, Reason.PROOF_SHAPE),
    "an option nobody asked for": ({"domain": "https://example.org"}, Reason.PROOF_SHAPE),
    "a key of another issuer": ({"verificationMethod": "did:web:evil.example#z6Mk"}, Reason.FOREIGN_ISSUER),
    "a key nobody vouches for": ({"verificationMethod": "https://example.edu/issuers/565049#z6Mk"}, Reason.KEY_UNKNOWN),
    "a key in a file": ({"verificationMethod": "file:///etc/passwd#z6Mk"}, Reason.FOREIGN_ISSUER),
    "a later date": ({"created": "2026-08-02T09:30:00Z"}, Reason.SIGNATURE),
    "a date without zone": ({"created": "2026-08-01T09:30:00"}, Reason.SIGNATURE),
    "a signature in base64": ({"proofValue": "uAAAA"}, Reason.PROOF_SHAPE),
    "a context of its own": ({"@context": {"name": "https://evil.example/name"}}, Reason.CONTEXT_REDEFINED),
}


@pytest.mark.parametrize("change", sorted(CHANGES_OF_PROOF))
def test_a_changed_proof_is_refused_by_name(key: keys.IssuerKey, trusted: dict[str, TrustedKey], change: str) -> None:
    options, reason = CHANGES_OF_PROOF[change]
    made = proof.add_proof(_document(), key, created=THEN)
    made["proof"] = {**made["proof"], **options}
    assert _refusal(made, trusted) is reason


def test_one_good_proof_among_others_is_enough(key: keys.IssuerKey, trusted: dict[str, TrustedKey]) -> None:
    made = proof.add_proof(_document(), key, created=THEN)
    other = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}
    assert proof.verify_proof({**made, "proof": [other, made["proof"]]}, trusted).key == trusted[key.key_id]
    assert _refusal({**made, "proof": [other] * 5}, trusted) is Reason.NO_PROOF
    assert _refusal(_document(), trusted) is Reason.NO_PROOF


def test_the_life_of_a_key_is_told(key: keys.IssuerKey) -> None:
    made = proof.add_proof(_document(), key, created=THEN)
    day = dt.timedelta(days=1)

    def doubts(**life: Any) -> tuple[proof.Doubt, ...]:
        return proof.verify_proof(made, {key.key_id: TrustedKey(key.key_id, "Example Corp", **life)}).doubts

    assert doubts(since=THEN, retired_at=THEN + day) == ()
    assert doubts(since=THEN + day) == (proof.Doubt.BEFORE_KEY,)
    assert doubts(retired_at=THEN) == (proof.Doubt.AFTER_RETIREMENT,)
    assert doubts(compromised_at=THEN - day) == (proof.Doubt.AFTER_COMPROMISE,)
    assert doubts(compromised_at=THEN + day) == (proof.Doubt.COMPROMISED_SINCE,)
    for purpose in (Purpose.PDF, Purpose.JWT):
        assert _refusal(made, {key.key_id: TrustedKey(key.key_id, "Example Corp", purpose=purpose)}) is Reason.KEY_PURPOSE


def _subject(document: dict[str, Any]) -> dict[str, Any]:
    return document["credentialSubject"]


def _nested(levels: int, width: int) -> dict[str, Any]:
    return {"narrative": "x"} if not levels else {"evidence": [_nested(levels - 1, width) for _ in range(width)]}


ADDITIONS: dict[str, tuple[Any, Reason]] = {
    "a word no context knows": (lambda d: _subject(d).update(grade="A+"), Reason.UNDEFINED_TERM),
    "a type no context knows": (lambda d: _subject(d)["type"].append("Doctor"), Reason.UNDEFINED_TERM),
    "null": (lambda d: d.update(validUntil=None), Reason.UNSIGNED),
    "an empty list": (lambda d: d.update(evidence=[]), Reason.UNSIGNED),
    "a word of JSON-LD": (lambda d: _subject(d).update({"@index": "x"}), Reason.KEYWORD),
    "a word that only looks like one": (lambda d: _subject(d).update({"@grade": "A+"}), Reason.KEYWORD),
    "a term spelt as an address": (lambda d: d.update({"https://schema.org/name": "x"}), Reason.KEYWORD),
    "a relative address": (lambda d: _subject(d).update(id="me"), Reason.RELATIVE_IRI),
    "an address without scheme": (lambda d: _subject(d).update(id="//evil.example/me"), Reason.RELATIVE_IRI),
    "an empty address": (lambda d: _subject(d).update(id=""), Reason.RELATIVE_IRI),
    "an address with a space": (lambda d: _subject(d).update(id="did:web:a b"), Reason.RELATIVE_IRI),
    "a context of its own": (lambda d: d["@context"].append({"name": "https://evil.example/n"}), Reason.CONTEXT_REDEFINED),
    "a context inside": (lambda d: _subject(d).update({"@context": "https://evil.example"}), Reason.KEYWORD),
    "a context from elsewhere": (lambda d: d["@context"].append("https://evil.example/c"), Reason.CONTEXT_UNKNOWN),
    "a context from a file": (lambda d: d["@context"].append("file:///etc/passwd"), Reason.CONTEXT_UNKNOWN),
    "contexts turned round": (lambda d: d["@context"].reverse(), Reason.CONTEXT_REDEFINED),
    "no context": (lambda d: d.pop("@context"), Reason.CONTEXT_REDEFINED),
    "a joining label": (lambda d: _subject(d).update(id="_:b0"), Reason.BLANK_NODES),
    "nameless in nameless": (lambda d: d.update(evidence=[_nested(2, 6)]), Reason.BLANK_NODES),
    "too many nameless": (lambda d: d.update(evidence=[{"name": str(n)} for n in range(500)]), Reason.BLANK_NODES),
    "too deep": (lambda d: d.update(evidence=_nested(20, 1)), Reason.TOO_DEEP),
    "a list too long": (lambda d: d.update(name=[str(number) for number in range(600)]), Reason.TOO_LARGE),
    "too many values": (
        lambda d: d.update(evidence=[{"id": f"urn:x:{n}", "name": list("abcdefgh")} for n in range(400)]),
        Reason.TOO_LARGE,
    ),
    "half a character": (lambda d: d.update(name="\ud800"), Reason.NOT_CANONICAL),
    "a control character": (lambda d: d.update(name="a\x08"), Reason.NOT_CANONICAL),
    "a number too large": (lambda d: _subject(d).update(creditsEarned=2**60), Reason.NOT_CANONICAL),
}


@pytest.mark.parametrize("addition", sorted(ADDITIONS))
def test_what_a_signature_would_not_cover_is_refused(key: keys.IssuerKey, trusted: dict[str, TrustedKey], addition: str) -> None:
    change, reason = ADDITIONS[addition]
    made = proof.add_proof(_document(), key, created=THEN)
    change(made)
    assert _refusal(made, trusted) is reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"id": "a", "id": "b"}', Reason.NOT_JSON),
        (b'{"a": NaN}', Reason.NOT_JSON),
        (b"\xff{}", Reason.NOT_JSON),
        (b"[1]", Reason.NOT_JSON),
        (b"[" * 100_000, Reason.NOT_JSON),
        (b" " * (guards.LARGEST_CREDENTIAL + 1), Reason.TOO_LARGE),
    ],
)
def test_json_that_can_be_read_in_two_ways_is_refused(text: bytes, reason: Reason) -> None:
    with pytest.raises(CredentialRefused) as refused:
        guards.read(text)
    assert refused.value.reason is reason
