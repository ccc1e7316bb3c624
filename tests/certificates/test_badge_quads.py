"""The fast canonical form is the canonical form, for any record, and says so when it cannot be."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from takwin_certificates import codes, keys
from takwin_certificates.badge import achievement, canonical, proof, quads
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.lettering import clean, problems_in_text
from takwin_certificates.record import KINDS, LANGUAGES, Competence, Part, Partner, Record, Signatory, StatusPlace
from takwin_certificates.status import list_credential
from takwin_certificates.trust import TrustedKey

MakeRecord = Callable[..., Record]
CODES = [codes.generate() for _ in range(4)]


def _fit(longest: int) -> st.SearchStrategy[str]:
    odd = st.sampled_from(['"quoted"', "back\\slash", '\\"', "a\\n", "<b>&amp;</b>", "_:b0", "é̱", "ⵣ", "𐓏", "سلام", "{}|^`", "@id"])
    return (
        st.one_of(odd, st.text(min_size=1, max_size=40))
        .map(clean)
        .filter(lambda text: bool(text) and not problems_in_text(text, longest=longest))
    )


TEXT = _fit(120)
HOURS = st.one_of(st.none(), st.integers(900, 9999), st.floats(900, 9999.5).map(lambda hours: round(hours, 3)))
PARTS = st.one_of(st.none(), st.integers(1, 450), st.floats(0.25, 450).map(lambda hours: round(hours, 3)))
"""Of the hours, so never more than they are."""
DAY = st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1))
TEXTS = st.dictionaries(st.sampled_from([*LANGUAGES, "zgh"]), TEXT, max_size=4)
LINES = st.lists(TEXT, max_size=3).map(tuple)


@st.composite
def records(draw: Any) -> Record:
    """Draw any record that may be certified."""
    language = draw(st.sampled_from(LANGUAGES))
    issued = draw(st.integers(946_684_800, 3_786_912_000).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)))
    starts = draw(st.one_of(st.none(), DAY))

    def told() -> dict[str, str]:
        return {language: draw(TEXT), **draw(TEXTS)}

    return Record(
        code=CODES[0],
        titles=told(),
        course_key=draw(TEXT),
        issued_on=issued.date(),
        issuer=draw(TEXT),
        language=language,
        site=draw(st.sampled_from(["https://learn.example.org", "https://x.example:8443/takwin/", "http://تكوين.example"])),
        name_arabic=draw(st.sampled_from(["", "أمينة بنت الحسن", "محمد"])),
        name_latin=draw(st.sampled_from(["Amina", "N'Guessan-Kouamé"])),
        name_tifinagh=draw(st.sampled_from(["", "ⴰⵎⵉⵏⴰ"])),
        kind=draw(st.sampled_from(KINDS)),
        number=draw(st.sampled_from(["", "MA-TOT-2026-000123-7"])),
        award=draw(TEXT),
        subject=f"urn:uuid:{draw(st.uuids(version=4)) or uuid.uuid4()}",
        criteria=draw(TEXTS),
        run=draw(st.one_of(st.just(""), TEXT)),
        version=draw(st.sampled_from(["", "0f" * 32])),
        issued_at=issued,
        valid_until=draw(st.one_of(st.none(), st.just(issued.date() + dt.timedelta(days=400)))),
        starts_on=starts,
        ends_on=starts and starts + dt.timedelta(days=draw(st.integers(0, 90))),
        cohort=draw(st.one_of(st.just(""), TEXT)),
        place=draw(st.one_of(st.just(""), TEXT)),
        city=draw(st.one_of(st.just(""), TEXT)),
        hours=draw(HOURS),
        hours_face_to_face=draw(PARTS),
        hours_field=draw(PARTS),
        field_visits=draw(st.one_of(st.none(), st.integers(0, 99))),
        grade_percent=draw(st.one_of(st.none(), st.integers(0, 100))),
        competences=tuple(
            Competence(texts=told(), level=draw(st.one_of(st.none(), st.integers(1, 4)))) for _ in range(draw(st.integers(0, 3)))
        ),
        trainers=draw(LINES),
        assessors=draw(LINES),
        signatories=tuple(Signatory(title=each, name=each[:5].strip()) for each in draw(LINES)),
        partners=tuple(Partner(name=each) for each in draw(LINES)),
        parts=tuple(Part(titles=told(), course_key=draw(TEXT), code=code) for code in CODES[1 : 1 + draw(st.integers(0, 3))]),
        status=StatusPlace(list=draw(st.integers(0, 9)), index=draw(st.integers(0, 131_071))),
        replaces=draw(st.sampled_from(["", CODES[1]])),
    )


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(record=records())
def test_the_fast_form_of_any_record_is_the_canonical_form(record: Record) -> None:
    credential = achievement.credential_of(record)
    assert quads.fast_form(credential) == canonical.canonical_form(credential)
    assert achievement.record_of(credential) == record


def test_proofs_made_fast_are_the_proofs_made_slowly(make_record: MakeRecord, issuer_key: keys.IssuerKey) -> None:
    record = make_record()
    credential = achievement.credential_of(record)
    slow = proof.add_proof(credential, issuer_key, created=record.issued_at)
    assert proof.add_proof(credential, issuer_key, created=record.issued_at, canonical=quads.canonical_form) == slow


def test_status_lists_have_their_fast_form_too(issuer_key: keys.IssuerKey) -> None:
    start = dt.datetime(2026, 8, 1, tzinfo=dt.UTC)
    listed = list_credential(
        "https://learn.example.org/status/revocation/1",
        issuer="did:web:learn.example.org",
        purpose="revocation",
        indexes=[7, 70_411],
        valid_from=start,
        valid_until=start + dt.timedelta(days=7),
    )
    assert quads.fast_form(listed) == canonical.canonical_form(listed)
    signed = proof.add_proof(listed, issuer_key, created=start, canonical=quads.canonical_form)
    assert proof.verify_proof(signed, {issuer_key.key_id: TrustedKey(issuer_key.key_id, "F")}).created == start


def _with(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda credential: credential.update(changes)


OUTSIDE: dict[str, Callable[[dict[str, Any]], None]] = {
    "two nameless things alike": lambda c: c["credentialSubject"].update(result=[{"type": ["Result"]}, {"type": ["Result"]}]),
    "a broken number": lambda c: c["credentialSubject"].update(creditsEarned=1.5),
    "a list in order": lambda c: c["credentialSubject"]["achievement"]["resultDescription"][0].update(allowedValue=["a", "b"]),
}


@pytest.mark.parametrize("name", sorted(OUTSIDE))
def test_what_is_outside_the_shape_is_left_to_the_processor(make_record: MakeRecord, name: str) -> None:
    credential = achievement.credential_of(make_record())
    OUTSIDE[name](credential)
    with pytest.raises(quads.OutsideShape):
        quads.fast_form(credential)
    assert quads.canonical_form(credential) == canonical.canonical_form(credential)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_with(grade="A"), Reason.UNDEFINED_TERM),
        (_with(id="me"), Reason.RELATIVE_IRI),
        (_with(validUntil=None), Reason.UNSIGNED),
    ],
)
def test_the_fast_form_lets_nothing_through_that_the_slow_one_refuses(
    make_record: MakeRecord, change: Callable[[dict[str, Any]], None], reason: Reason
) -> None:
    credential = achievement.credential_of(make_record())
    change(credential)
    with pytest.raises(CredentialRefused) as refused:
        quads.canonical_form(credential)
    assert refused.value.reason is reason
