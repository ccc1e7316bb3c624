"""A programme's certificate is issued with the certificate that completes it, of parts that all count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from lms_app.domain.actors import ANONYMOUS, SITE, Actor, Role
from lms_app.domain.errors import Conflict, Invalid, NeedsSignIn, Refused
from lms_app.domain.keys import PersonId
from lms_app.model import Credential
from lms_app.services.credentials import demonstrating, programmes, revoking
from lms_app.storage.transaction import transaction
from takwin_certificates.record import Record
from tests.services.credentials.academy import ATTENDED, GRADE, Academy

COORDINATOR = Actor(PersonId(1), roles=frozenset({(Role.COORDINATOR, SITE)}))
TITLES = {"fr": "Formation de formateurs", "ar": "تكوين المكونين"}


@pytest.fixture
def courses(academy: Academy, tmp_path: Path) -> tuple[Academy, Academy]:
    """Two courses of one programme."""
    other = Academy(academy.sessions, academy.clock, academy.people, tmp_path, awards=[{**GRADE, "valid_months": 12}])
    other.issuer = academy.issuer
    academy.awards = [GRADE]
    with transaction(academy.sessions) as session:
        person = academy.people.person()
        actor = Actor(PersonId(person), roles=COORDINATOR.roles)
        programmes.create_programme(
            session, actor, key="TOT", titles=TITLES, courses=[academy.key, other.key], now=academy.clock()
        )  # fmt: skip
    return academy, other


def programme_rows(academy: Academy, person: int) -> list[Credential]:
    with transaction(academy.sessions, writes=False) as session:
        return list(session.scalars(select(Credential).where(Credential.person_id == person, Credential.kind == "programme")))


def claim(academy: Academy, person: PersonId) -> str:
    with transaction(academy.sessions) as session:
        return programmes.claim_programme(session, person, "TOT", issuer=academy.issuer, language="fr", now=academy.clock())


def test_the_last_part_brings_the_certificate_of_the_whole(courses: tuple[Academy, Academy]) -> None:
    one, two = courses
    person = one.learner()
    one.people.enrol(person, two.course)
    one.pass_quiz(person)
    assert programme_rows(one, person) == []
    two.pass_quiz(person)

    (row,) = programme_rows(one, person)
    record = Record.from_json(row.record)
    parts = one.rows(person)[:2]
    assert (row.award, row.course_id, row.number) == ("programme:TOT", None, record.number)
    assert record.number.startswith("TOT-2026-000001-")
    assert [(part.course_key, part.code, part.hours) for part in record.parts] == [
        (one.key, parts[0].code, 30),
        (two.key, parts[1].code, 30),
    ]
    assert (record.title, record.hours, record.template, str(record.valid_until)) == (TITLES["fr"], 60, "programme-1", "2027-10-12")
    assert claim(one, person) == row.code


def test_a_part_that_was_withdrawn_does_not_count(courses: tuple[Academy, Academy]) -> None:
    one, two = courses
    person = one.learner()
    one.people.enrol(person, two.course)
    one.pass_quiz(person)
    with transaction(one.sessions) as session:
        revoking.revoke(session, ANONYMOUS, one.rows(person)[0].code, reason="by mistake", now=one.clock())
    two.pass_quiz(person)

    assert programme_rows(one, person) == []
    with pytest.raises(Conflict, match="certificate_not_earned"):
        claim(one, person)


@pytest.mark.parametrize(
    ("changed", "refusals"),
    [
        ({"key": "TOT"}, [("programme_key_taken", "key")]),
        ({"key": "a b", "titles": {"fr": " "}}, [("bad_key_part", "key"), ("required", "titles")]),
        ({"courses": lambda one: [one.key]}, [("bad_programme_courses", "courses")]),
        ({"courses": lambda one: [one.key, one.key]}, [("bad_programme_courses", "courses")]),
        ({"courses": lambda one: [one.key, "course-v1:No+Such+Course"]}, [("no_such_course", "courses")]),
    ],
)
def test_a_programme_that_cannot_be_is_refused_by_field(
    courses: tuple[Academy, Academy], changed: dict[str, object], refusals: list[tuple[str, str]]
) -> None:
    one, two = courses
    wanted = {"key": "NEW", "titles": TITLES, "courses": [one.key, two.key], **changed}
    if isinstance(wanted["courses"], Callable):  # type: ignore[arg-type]
        wanted["courses"] = wanted["courses"](one)  # type: ignore[operator]
    with pytest.raises(Invalid) as refused, transaction(one.sessions) as session:
        programmes.create_unasked(session, **wanted, by=None, now=one.clock())  # type: ignore[arg-type]

    assert [(each.code, each.facts["field"]) for each in refused.value.facts["wrong"]] == refusals


@pytest.mark.parametrize(("actor", "refusal"), [(ANONYMOUS, NeedsSignIn), (Actor(PersonId(7)), Refused)])
def test_only_coordinators_of_the_site_make_programmes(
    courses: tuple[Academy, Academy], actor: Actor, refusal: type[Exception]
) -> None:
    one, two = courses
    with pytest.raises(refusal), transaction(one.sessions) as session:
        programmes.create_programme(session, actor, key="NEW", titles=TITLES, courses=[one.key, two.key], now=one.clock())


def test_the_graduate_of_the_demo_holds_a_certificate_of_each_kind(academy: Academy, tmp_path: Path) -> None:
    academy.awards = [ATTENDED, GRADE]
    other = Academy(academy.sessions, academy.clock, academy.people, tmp_path, awards=[])
    for name in ("samira", "khadija"):
        academy.people.person(user_name=name, name_latin=name.title())
    assert academy.key != other.key
    issuer = academy.issuer
    with transaction(academy.sessions) as session:
        count = demonstrating.show_certificates(session, "samira", "khadija", issuer=issuer, now=academy.clock())
        kinds = sorted(session.scalars(select(Credential.kind)))

    assert (count, kinds) == (5, ["competence", "completion", "completion", "participation", "programme"])


def test_the_demo_brings_what_a_course_asks_and_leaves_a_programme_that_is_there(academy: Academy, tmp_path: Path) -> None:
    asked = [{"kind": "attendance", "hours": 11.2}, {"kind": "practical", "name": "Portfolio"}, {"kind": "observation", "level": 3}]
    competence = {"kind": "competence", "rule": {"all": [*asked, {"kind": "rubric", "level": 2}]}}
    academy.awards = [GRADE]
    other = Academy(academy.sessions, academy.clock, academy.people, tmp_path, awards=[competence])
    for name in ("samira", "khadija"):
        academy.people.person(user_name=name, name_latin=name.title())
    with transaction(academy.sessions) as session:
        programmes.create_unasked(
            session, key="TOT", titles=TITLES, courses=[academy.key, other.key], by=None, now=academy.clock()
        )  # fmt: skip
        demonstrating.show_certificates(session, "samira", "khadija", issuer=academy.issuer, now=academy.clock())
        awards = sorted(session.scalars(select(Credential.award)))

    assert f"{other.key}#competence" in awards
    assert [award for award in awards if award.startswith("programme:")] == ["programme:TOT"]
