"""A certificate as Open Badge says what the record says, is signed whole, and is understood by others' programs."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography.hazmat.primitives import serialization
from openbadgeslib.ob3 import credential as their, ldp as their_ldp

from takwin_certificates import keys
from takwin_certificates.badge import achievement, proof, quads
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.record import KINDS, Competence, Part, Partner, Record, Signatory
from takwin_certificates.trust import TrustedKey

MakeRecord = Callable[..., Record]
SCHEMA = json.loads((Path(__file__).parent / "vectors" / "open-badge-3.0.schema.json").read_text("utf-8"))
OTHER_CODE = "0KB4-2GKT-752P-5G0Z-7X0W"


@pytest.fixture(scope="session")
def full_record(make_record: MakeRecord) -> MakeRecord:
    """Make a record with every fact that there is."""
    return lambda **changes: make_record(
        **{
            "kind": "competence",
            "number": "MA-GOV-2026-000123-7",
            "criteria": {"fr": "Un dossier d’assemblée complet", "ar": "ملف جمع عام كامل"},
            "version": "ab" * 32,
            "valid_until": dt.date(2029, 8, 1),
            "starts_on": dt.date(2026, 6, 1),
            "ends_on": dt.date(2026, 7, 31),
            "city": "Rabat",
            "name_tifinagh": "ⴰⵎⵉⵏⴰ",
            "hours_face_to_face": 12.5,
            "hours_field": 4,
            "field_visits": 3,
            "competences": (
                Competence(texts={"fr": "Préparer un dossier", "ar": "إعداد ملف"}, level=3),
                Competence(texts={"fr": "Calculer le quorum"}),
            ),
            "trainers": ("Salma B.",),
            "assessors": ("Idir A.", "Zineb [C]"),
            "signatories": (Signatory(title="Directrice du programme", name="Nadia E."),),
            "partners": (Partner(name="Réseau des coopératives"),),
            "parts": (Part(titles={"fr": "Tenir la caisse"}, course_key="course-v1:T+FIN+1", code=OTHER_CODE, hours=8),),
            "replaces": OTHER_CODE,
            **changes,
        }
    )


def _signed(record: Record, key: keys.IssuerKey) -> dict[str, Any]:
    assert record.issued_at
    return proof.add_proof(achievement.credential_of(record), key, created=record.issued_at, canonical=quads.canonical_form)


def test_facts_stand_where_the_standard_has_a_field_for_them(full_record: MakeRecord) -> None:
    credential = achievement.credential_of(full_record())
    subject = credential["credentialSubject"]
    assert credential["id"] == "https://learn.example.org/verify/7K3M-9QXD-4TZ2-WHB8-RNVG"
    assert credential["name"] == "Certificat de compétences – Gouvernance des coopératives"
    assert (credential["validFrom"], credential["validUntil"]) == ("2026-08-01T09:30:00Z", "2029-08-01T23:59:59Z")
    assert credential["issuer"]["id"] == "did:web:learn.example.org"
    assert subject["achievement"]["creator"] == credential["issuer"]
    assert credential["credentialStatus"] == {
        "id": "https://learn.example.org/status/revocation/1#70411",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "70411",
        "statusListCredential": "https://learn.example.org/status/revocation/1",
    }
    assert subject["id"] == "urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b"
    assert [each["identityHash"] for each in subject["identifier"]] == [
        "Amina Bent El Hassan Alaoui",
        "أمينة بنت الحسن العلوي",
        "ⴰⵎⵉⵏⴰ",
    ]
    assert (subject["licenseNumber"], subject["term"]) == ("MA-GOV-2026-000123-7", "2026")
    assert (subject["activityStartDate"], subject["activityEndDate"]) == ("2026-06-01T00:00:00Z", "2026-07-31T23:59:59Z")
    assert subject["source"]["name"] == "Idir A. · Zineb [C]"
    told = {each["id"].partition("#")[2]: each for each in subject["achievement"]["resultDescription"]}
    reached = {each["resultDescription"].partition("#")[2]: each for each in subject["result"]}
    assert {name: each.get("value", each.get("status")) for name, each in reached.items()} == {
        "hours": "20",
        "hours-face-to-face": "12.5",
        "hours-field": "4",
        "field-visits": "3",
        "grade-percent": "87",
        "competence-1": "3",
        "competence-2": "Completed",
    }
    levels = {each["id"]: each["level"] for each in told["competence-1"]["rubricCriterionLevel"]}
    assert levels[reached["competence-1"]["achievedLevel"]] == "3"
    assert told["competence-1"]["name"] == "Préparer un dossier"
    assert subject["achievement"]["criteria"]["narrative"] == "Un dossier d’assemblée complet\n\nملف جمع عام كامل"
    assert credential["evidence"][0]["id"] == f"https://learn.example.org/verify/{OTHER_CODE}"
    for fact in ("Rabat", "Rawabit 3", "Béni Mellal", "Salma B.", r"Zineb \[C\]", "Nadia E., Directrice", "Réseau", OTHER_CODE):
        assert fact in subject["narrative"]


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_language_keeps_the_rules_of_open_badges(make_record: MakeRecord, kind: str, language: str) -> None:
    record = make_record(kind=kind, language=language)
    credential = achievement.credential_of(record)
    jsonschema.Draft201909Validator(SCHEMA).validate(credential)
    achieved = credential["credentialSubject"]["achievement"]
    assert achieved["name"] == record.titles[language]
    assert achieved["description"].startswith(f"{record.titles[language]} · ")
    assert achieved["inLanguage"] == language
    assert achievement.record_of(credential) == record


def test_a_full_record_keeps_the_rules_of_open_badges(full_record: MakeRecord) -> None:
    jsonschema.Draft201909Validator(SCHEMA).validate(achievement.credential_of(full_record()))


def test_the_same_record_gives_the_same_bytes(full_record: MakeRecord, issuer_key: keys.IssuerKey) -> None:
    read_again = Record.from_json(full_record(hours=20.0).to_json())
    assert achievement.to_bytes(_signed(full_record(hours=20.0), issuer_key)) == achievement.to_bytes(
        _signed(read_again, issuer_key)
    )


def test_a_record_of_the_first_schema_is_no_open_badge(make_first_record: MakeRecord) -> None:
    with pytest.raises(CredentialRefused) as refused:
        achievement.credential_of(make_first_record())
    assert refused.value.reason is Reason.FIRST_SCHEMA


def test_a_site_that_cannot_be_part_of_an_address_is_refused(make_record: MakeRecord) -> None:
    with pytest.raises(CredentialRefused) as refused:
        achievement.credential_of(make_record(site="https://learn.example.org/<b>"))
    assert refused.value.reason is Reason.RELATIVE_IRI


DIFFERENCES: dict[str, tuple[Any, Reason]] = {
    "another name": (lambda c: c["credentialSubject"]["identifier"][0].update(identityHash="Omar"), Reason.RECORD_DIFFERS),
    "another grade": (lambda c: c["credentialSubject"]["result"][4].update(value="99"), Reason.RECORD_DIFFERS),
    "names turned round": (lambda c: c["credentialSubject"]["identifier"].reverse(), Reason.RECORD_DIFFERS),
    "another status list": (lambda c: c["credentialStatus"].update(statusListIndex="7"), Reason.RECORD_DIFFERS),
    "another kind of nothing": (lambda c: c["credentialSubject"]["identifier"][0].update(hashed=0), Reason.RECORD_DIFFERS),
    "one thing more": (lambda c: c.update(inLanguage="fr"), Reason.RECORD_DIFFERS),
    "no record": (lambda c: c["evidence"].pop(), Reason.NO_RECORD),
    "two records": (lambda c: c["evidence"].append(c["evidence"][-1]), Reason.NO_RECORD),
    "no evidence": (lambda c: c.pop("evidence"), Reason.NO_RECORD),
    "a record cut short": (lambda c: c["evidence"][-1].update(id=c["evidence"][-1]["id"][:-8]), Reason.NO_RECORD),
}


@pytest.mark.parametrize("difference", sorted(DIFFERENCES))
def test_a_credential_that_shows_other_facts_than_its_record_is_refused(full_record: MakeRecord, difference: str) -> None:
    change, reason = DIFFERENCES[difference]
    credential = achievement.credential_of(full_record())
    change(credential)
    with pytest.raises(CredentialRefused) as refused:
        achievement.record_of(credential)
    assert refused.value.reason is reason


def test_the_proof_covers_every_value_of_the_credential(full_record: MakeRecord, issuer_key: keys.IssuerKey) -> None:
    """Change one value of each path, and the signature must not fit."""
    signed = _signed(full_record(), issuer_key)
    trusted = {issuer_key.key_id: TrustedKey(issuer_key.key_id, "Fondation Takwin")}
    assert proof.verify_proof(signed, trusted).doubts == ()
    paths = list(_paths({name: value for name, value in signed.items() if name not in ("@context", "proof")}))
    assert len(paths) > 100
    for path in paths[:: max(1, len(paths) // 25)]:
        changed = copy.deepcopy(signed)
        *way, last = path
        inner: Any = changed
        for step in way:
            inner = inner[step]
        inner[last] = not inner[last] if isinstance(inner[last], bool) else f"{inner[last]}x"
        with pytest.raises(CredentialRefused) as refused:
            proof.verify_proof(changed, trusted)
        expected = {Reason.UNDEFINED_TERM} if last == 0 or path[-2:-1] == ("type",) or last == "type" else {Reason.SIGNATURE}
        assert refused.value.reason in expected | {Reason.FOREIGN_ISSUER}, path


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _paths(each, (*path, name))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _paths(each, (*path, place))
    else:
        yield path


def _pem(key: keys.IssuerKey) -> bytes:
    return key.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_openbadgeslib_verifies_what_we_sign(full_record: MakeRecord, issuer_key: keys.IssuerKey) -> None:
    text = achievement.to_bytes(_signed(full_record(), issuer_key))
    read = their_ldp.OB3LdpVerifier(pubkey_pem=_pem(issuer_key)).verify(text)
    assert read.id == "https://learn.example.org/verify/7K3M-9QXD-4TZ2-WHB8-RNVG"
    assert next(each.identity_hash for each in read.identifiers) == "Amina Bent El Hassan Alaoui"
    changed = text.replace(b"Amina Bent", b"Omar  Bent")
    with pytest.raises(their_ldp.OB3VerificationError):
        their_ldp.OB3LdpVerifier(pubkey_pem=_pem(issuer_key)).verify(changed)


def test_we_verify_what_openbadgeslib_signs(issuer_key: keys.IssuerKey) -> None:
    private = issuer_key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    did = f"did:key:{issuer_key.key_id}"
    credential = their.OpenBadgeCredential(
        issuer=their.Issuer(id=did, name="Example"),
        recipient_id="did:example:holder",
        achievement=their.Achievement(id="https://example.org/a", name="A", description="B", criteria_narrative="C"),
    )
    created = dt.datetime(2026, 8, 1, tzinfo=dt.UTC)
    signed = their_ldp.OB3LdpSigner(private).sign(credential, created=created)
    trusted = {issuer_key.key_id: TrustedKey(issuer_key.key_id, "Example")}
    assert proof.verify_proof(signed, trusted).created == created
    with pytest.raises(CredentialRefused) as refused:
        achievement.record_of(signed)
    assert refused.value.reason is Reason.NO_RECORD
