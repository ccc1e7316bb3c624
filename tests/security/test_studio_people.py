"""Whoever puts people into a course by a list gets no hold of their accounts, and learns of them what the list said alone."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import timedelta

import lxml.html
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import find_course
from lms_app.domain.actors import Actor
from lms_app.domain.clock import Clock
from lms_app.domain.keys import CourseKey, PersonId
from lms_app.model import Course, Enrolment, Person
from lms_app.services.authoring.creating import create_course
from lms_app.services.learning.cohorts import CohortFacts, create_cohort
from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction
from lms_app.web.account import limits


@pytest.fixture
def course(people, sessions, clock):
    """A trainer, and the key of a course of theirs with a cohort."""
    trainer = people.person(user_name="trainer")
    with transaction(sessions) as session:
        key = create_course(session, Actor(PersonId(trainer)), title="X", language="fr", now=clock())
    return trainer, key


def opened_cohort(sessions: Sessions, trainer: int, key: CourseKey, clock: Clock) -> int:
    """Open a cohort as the page does: its maker trains it."""
    with transaction(sessions) as session:
        course = find_course(session, key, person=PersonId(trainer))
        return create_cohort(session, Actor(PersonId(trainer)), course, CohortFacts(name="Mine"), now=clock())


def packed(rows: list[list[str]]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(rows).encode())).decode()


def test_being_put_into_a_course_by_a_list_gives_nobody_a_code_for_the_account(course, people, signed_in_client, sessions, clock):
    trainer, key = course
    phone = "+212612345678"
    victim = people.person(user_name="victim", phone=phone)
    clock.go_on(days=1)
    client = signed_in_client(trainer)
    cohort = opened_cohort(sessions, trainer, key, clock)
    client.send(f"/studio/{key}/people/one", person="victim", cohort_id=cohort)

    assert client.send(f"/people/{victim}/recovery-code").status_code == 403
    with transaction(sessions) as session:  # from here on it is their course too
        session.get_one(Enrolment, (victim, course_number(session, key))).last_unit = "vertical/unit-1"
    assert client.send(f"/people/{victim}/recovery-code").status_code == 200


def test_a_place_that_an_accomplice_took_hides_no_one(course, people, signed_in_client, sessions, clock):
    """The phone's place is taken already: that its real owner is put in by the list is on record all the same."""
    trainer, key = course
    phone = "+212612345678"
    clock.go_on(days=1)
    client = signed_in_client(trainer)
    cohort = opened_cohort(sessions, trainer, key, clock)
    accomplice = people.person(user_name="accomplice", phone=phone)
    client.send(f"/studio/{key}/people/one", person=phone, cohort_id=cohort)
    with transaction(sessions) as session:
        session.get_one(Person, accomplice).phone = None
    victim = people.person(user_name="victim", phone=phone, created_at=clock() - timedelta(days=90))
    clock.go_on(days=1)
    client.send(f"/studio/{key}/people/one", person=phone, cohort_id=cohort)

    with transaction(sessions, writes=False) as session:
        assert session.get_one(Enrolment, (victim, course_number(session, key))).left_at is None
    assert client.send(f"/people/{victim}/recovery-code").status_code == 403


def test_accounts_made_for_a_list_get_another_code_when_the_card_is_lost(course, signed_in_client, sessions, clock):
    trainer, key = course
    client = signed_in_client(trainer)
    cohort = opened_cohort(sessions, trainer, key, clock)
    client.send(f"/studio/{key}/people/list", go="1", makes_accounts="1", cohort_id=cohort, rows=packed([["1", "Amina Alaoui"]]))

    with transaction(sessions, writes=False) as session:
        made = session.scalars(select(Person.id).where(Person.name_latin == "Amina Alaoui")).one()
    assert client.send(f"/people/{made}/recovery-code").status_code == 200


def test_the_search_among_learners_tells_no_phone_digit_by_digit(course, people, signed_in_client):
    trainer, key = course
    people.person(user_name="victim", name_latin="Amina", phone="+212612345678")
    client = signed_in_client(trainer)
    client.send(f"/studio/{key}/people/one", person="victim")

    def found(words: str) -> bool:
        page = lxml.html.fromstring(client.get(f"/studio/{key}/people", query_string={"q": words}).text)
        return page.xpath('//input[@name="person"][@type="checkbox"]') != []

    assert [found(words) for words in ("amin", "6123", "+2126123", "+212612345678")] == [True, False, False, True]


@pytest.mark.parametrize("way", ["one", "list"])
def test_trying_which_addresses_have_an_account_is_slow_by_every_way(course, signed_in_client, way):
    trainer, key = course
    client = signed_in_client(trainer)
    client.send(f"/studio/{key}/people/list", text="a@b.ma")
    sent = {"one": {"person": "a@b.ma"}, "list": {"go": "1", "rows": packed([["1", "a@b.ma"]])}}[way]
    statuses = [client.send(f"/studio/{key}/people/{way}", **sent).status_code for _ in range(limits.LISTS_LOOKED_AT.tries)]

    assert (statuses[0] in {200, 303}, statuses[-1]) == (True, 429)


def course_number(session: Session, key: CourseKey) -> int:
    return session.scalars(select(Course.id).where(Course.key == key)).one()


@pytest.mark.parametrize("person", [[], {}, "1", -1])
def test_text_under_another_name_is_refused_whatever_stands_for_the_name(course, signed_in_client, person):
    trainer, key = course
    client = signed_in_client(trainer)
    root = f"/studio/{key}/block/course/{key.rpartition('+')[2]}/working"
    headers = {"X-CSRF-Token": client.token(), "Accept": "application/json"}
    sent = client.put(root, json={"person": person, "number": 1, "changes": {"display_name": "x"}}, headers=headers)

    assert sent.status_code == 403
