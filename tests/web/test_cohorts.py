"""Cohorts: opened, changed, filled; trained by people who see their own group and no other."""

from __future__ import annotations

from datetime import date

import pytest

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import Cohort, Enrolment
from lms_app.services.accounts.signing_in import whoever
from lms_app.services.authoring.importing import find_course_row
from lms_app.storage.transaction import transaction

SHIPPED = "course-v1:Takwin+COOP101+2026"


@pytest.fixture
def course(shipped_courses, sessions) -> int:
    """The shipped course, published."""
    with transaction(sessions, writes=False) as session:
        return find_course_row(session, SHIPPED).id


@pytest.fixture
def top(course, people) -> str:
    return f"/courses/{people.course_key(course)}/cohorts"


def cohort_row(sessions, number: int) -> Cohort:
    with transaction(sessions, writes=False) as session:
        return session.get_one(Cohort, number)


def cohort_of(sessions, person: int, course: int) -> int | None:
    with transaction(sessions, writes=False) as session:
        return session.get_one(Enrolment, (person, course)).cohort_id


FIELDS = {
    "name": "Zagora, spring",
    "country": "MA",
    "region": "Draa-Tafilalet",
    "place": "Maison de l'argan",
    "time_zone": "Africa/Casablanca",
    "starts_on": "2026-03-01",
    "ends_on": "2026-06-30",
    "enrolment_code": "ZAG١",
}


def test_a_cohort_is_opened_and_its_maker_trains_it(course, top, people, signed_in_client, sessions):
    maker = people.trainer(course)
    sent = signed_in_client(maker).send(f"{top}/new", **FIELDS)
    number = int(sent.location.rsplit("/", 1)[1])
    row = cohort_row(sessions, number)

    assert (row.name, row.country, row.region, row.place) == ("Zagora, spring", "MA", "Drâa-Tafilalet", "Maison de l'argan")
    assert (row.starts_on, row.ends_on, row.enrolment_code) == (date(2026, 3, 1), date(2026, 6, 30), "ZAG1")
    with transaction(sessions, writes=False) as session:
        visit = whoever(session, people.cookie(maker), now=people.clock())
        assert visit is not None
        assert (Role.TRAINER, Place(PlaceKind.COHORT, number)) in visit.actor.roles


def test_faults_stand_at_their_fields(course, top, people, signed_in_client):
    trainer = signed_in_client(people.trainer(course))
    trainer.send(f"{top}/new", **FIELDS)
    again = trainer.send(f"{top}/new", **{**FIELDS, "ends_on": "2026-01-01", "time_zone": "Mars/Base"})

    assert again.status_code == 422
    for words in ("has this name", "gives out this code", "The last day is before the first", "Please choose a time zone"):
        assert words in again.text


def test_a_cohort_is_changed_and_may_keep_its_name(course, top, people, signed_in_client, sessions):
    cohort = people.cohort(course, name="North", enrolment_code="N1")
    boss = signed_in_client(people.coordinator(course))
    sent = boss.send(f"{top}/{cohort}/edit", **{**FIELDS, "name": "North", "enrolment_code": "N1", "starts_on": "", "ends_on": ""})

    assert sent.status_code == 303
    row = cohort_row(sessions, cohort)
    assert (row.name, row.place, row.starts_on) == ("North", "Maison de l'argan", None)


def test_a_learner_is_moved_in_and_taken_out(course, top, people, signed_in_client, sessions):
    north, south = people.cohort(course), people.cohort(course)
    learner = people.learner(course, north, user_name="fatima")
    boss = signed_in_client(people.coordinator(course))

    assert boss.send(f"{top}/{south}/learners", user_name=" Fatima ").status_code == 303
    assert cohort_of(sessions, learner, course) == south
    assert "fatima" in boss.get(f"{top}/{south}").text
    assert boss.send(f"{top}/{north}/learners/{learner}/out").status_code == 404
    assert boss.send(f"{top}/{south}/learners/{learner}/out").status_code == 303
    assert cohort_of(sessions, learner, course) is None


def test_only_learners_of_the_course_are_moved_in(course, top, people, signed_in_client):
    cohort = people.cohort(course)
    people.learner(people.course(), user_name="stranger")
    boss = signed_in_client(people.coordinator(course))

    sent = boss.send(f"{top}/{cohort}/learners", user_name="stranger")
    assert sent.status_code == 422
    assert "Nobody with this user name is enrolled" in sent.text
    assert "There is nobody with this user name" in boss.send(f"{top}/{cohort}/learners", user_name="nobody-at-all").text


def test_who_trains_a_cohort_does_not_pull_in_learners_of_others(course, top, people, signed_in_client):
    cohort = people.cohort(course)
    people.learner(course, user_name="fatima")
    trainer = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, cohort)))

    assert trainer.send(f"{top}/{cohort}/learners", user_name="fatima").status_code == 403


def test_trainers_are_added_and_taken_out(course, top, people, signed_in_client):
    cohort = people.cohort(course)
    helper = people.person(user_name="helper")
    boss = signed_in_client(people.coordinator(course))
    assert signed_in_client(helper).get(f"{top}/{cohort}").status_code == 403

    boss.send(f"{top}/{cohort}/trainers", user_name="helper")
    assert signed_in_client(helper).get(f"{top}/{cohort}").status_code == 200
    boss.send(f"{top}/{cohort}/trainers/{helper}/out")
    assert signed_in_client(helper).get(f"{top}/{cohort}").status_code == 403
    assert "There is nobody with this user name" in boss.send(f"{top}/{cohort}/trainers", user_name="nobody-at-all").text


def test_who_trains_a_cohort_sees_its_grades_and_no_others(course, top, people, signed_in_client):
    mine, other = people.cohort(course, name="Mine"), people.cohort(course, name="Other")
    people.learner(course, mine, user_name="inside", name_latin="Inside")
    people.learner(course, other, user_name="outside", name_latin="Outside")
    trainer = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, mine)))

    grades = trainer.get(f"{top}/{mine}/gradebook")
    assert grades.status_code == 200
    assert "Inside" in grades.text
    assert "Outside" not in grades.text
    assert "Other" not in trainer.get(top).text
    assert trainer.get(f"{top}/{other}/gradebook").status_code == 403
    assert trainer.get(top.replace("cohorts", "gradebook")).status_code == 403


def test_a_cohort_of_another_course_is_not_there(course, top, people, signed_in_client):
    elsewhere = people.cohort(people.course())
    assert signed_in_client(people.coordinator(course)).get(f"{top}/{elsewhere}").status_code == 404


def test_the_list_costs_the_same_for_one_cohort_and_for_three(course, top, people, signed_in_client, queries):
    boss = signed_in_client(people.coordinator(course))
    costs = []
    for more in (1, 2):
        for _ in range(more):
            people.learner(course, people.cohort(course))
        with queries() as counted:
            assert boss.get(top).status_code == 200
        costs.append(len(counted))
    assert costs[0] == costs[1]


def test_who_trains_a_cohort_opens_the_course_and_finds_the_cohorts(course, people, signed_in_client):
    path = f"/courses/{people.course_key(course)}"
    elsewhere = people.cohort(people.course())
    mine = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, people.cohort(course))))
    other = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, elsewhere)))

    opened = [each.get(f"{path}/jump/coop_quiz/quiz-meaning", follow_redirects=True).status_code for each in (mine, other)]

    assert opened == [200, 403]
    assert [f'href="{path}/cohorts"' in each.get(path).text for each in (mine, other)] == [True, False]
    assert mine.get(f"{path}/gradebook").status_code == 403
