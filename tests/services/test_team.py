"""A course's team: who is in it names the others, nobody raises themselves, and one trainer always stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.errors import Conflict, Invalid, NotFound, Refused
from lms_app.domain.keys import PersonId
from lms_app.model import AuditEntry
from lms_app.services.authoring import team
from lms_app.storage.transaction import transaction


@pytest.fixture
def course(people) -> int:
    return people.course()


@pytest.fixture
def in_team(course, people, sessions, clock):
    """Do something as somebody of the course's team: `in_team(trainer, "add", "aicha", Role.TRAINER)`."""
    key = people.course_key(course)

    def act(person: int, role: Role, deed: str, *what) -> object:
        actor = Actor(PersonId(person), roles=frozenset({(role, Place(PlaceKind.COURSE, course))}))
        done = {"add": team.add_to_team, "take": team.take_from_team}[deed]
        with transaction(sessions) as session:
            return done(session, actor, key, *what, now=clock())

    return act


def members(sessions, course: int) -> list[tuple[int, str]]:
    with transaction(sessions, writes=False) as session:
        return [(one.person, str(one.role)) for one in team.team_of(session, course)]


def test_a_trainer_names_a_trainer_and_a_coordinator_a_coordinator(course, people, in_team, sessions):
    trainer, coordinator = people.trainer(course), people.coordinator(course)
    aicha = people.person(user_name="aicha")
    in_team(trainer, Role.TRAINER, "add", " Aicha ", Role.TRAINER)
    in_team(trainer, Role.TRAINER, "add", "aicha", Role.TRAINER)
    in_team(coordinator, Role.COORDINATOR, "add", "aicha", Role.COORDINATOR)

    assert members(sessions, course) == [
        (trainer, "trainer"), (aicha, "trainer"), (coordinator, "coordinator"), (aicha, "coordinator")
    ]  # fmt: skip
    with transaction(sessions, writes=False) as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "role_granted")).all()
        assert [(entry.actor_id, entry.subject) for entry in noted] == [
            (trainer, f"person:{aicha}"),
            (coordinator, f"person:{aicha}"),
        ]


def test_nobody_gives_a_role_that_they_do_not_hold(course, people, in_team):
    trainer, coordinator = people.trainer(course), people.coordinator(course, user_name="karim")

    with pytest.raises(Refused):
        in_team(trainer, Role.TRAINER, "add", "karim", Role.COORDINATOR)
    with pytest.raises(Refused):
        in_team(coordinator, Role.COORDINATOR, "add", "karim", Role.TRAINER)
    for role in (Role.SITE_ADMIN, Role.LEARNER):
        with pytest.raises(Invalid):
            in_team(trainer, Role.TRAINER, "add", "karim", role)


def test_the_last_trainer_stays_and_strangers_are_not_taken_out(course, people, in_team, sessions):
    first, second = people.trainer(course), people.trainer(course)
    stranger = people.trainer(people.course())

    with pytest.raises(NotFound):
        in_team(first, Role.TRAINER, "take", PersonId(stranger), Role.TRAINER)
    in_team(first, Role.TRAINER, "take", PersonId(second), Role.TRAINER)
    with pytest.raises(Conflict, match="last_trainer"):
        in_team(first, Role.TRAINER, "take", PersonId(first), Role.TRAINER)
    assert members(sessions, course) == [(first, "trainer")]


def test_somebody_is_found_by_user_name_mail_or_phone_when_it_is_one(people, sessions):
    aicha = people.person(user_name="aicha", email="Aicha@coop.ma", phone="+212612345678")
    for _ in range(2):
        people.person(email="two@coop.ma")
    people.person(user_name="gone", active=False)

    def found(written: str) -> object:
        with transaction(sessions, writes=False) as session:
            try:
                return team.somebody(session, written).id
            except Invalid as refused:
                return refused.code

    assert [found(each) for each in ("AICHA", "aicha@COOP.ma", "06 12 34 56 78", "+212 612345678")] == [aicha] * 4
    assert [found(each) for each in ("two@coop.ma", "nobody", "gone", "", "x\u202ey")] == [
        "several_with_this", "nobody_with_this", "nobody_with_this", "required", "nobody_with_this"
    ]  # fmt: skip
