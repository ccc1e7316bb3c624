"""Nobody judges their own work, what is not theirs to judge, or in another's name: whatever a block lets them send."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.errors import NotFound, Refused
from lms_app.domain.keys import PersonId
from lms_app.model import Attainment, BlockRecord, Completion, CourseGrade, Credential, Enrolment, RoleGrant, Score
from lms_app.storage.transaction import transaction
from tests.judged import OTHER, WORK, Town, attained, grade

DONE = {"state": "done", "data": {"level": 4}}


@pytest.fixture
def town(sessions, clock, people, tmp_path) -> Town:
    return Town(sessions, clock, people, tmp_path)


@pytest.fixture
def cohort(town) -> int:
    return town.people.cohort(town.course)


@pytest.fixture
def learner(town, cohort) -> PersonId:
    return town.learner(cohort)


def trains(town: Town, person: int, cohort: int) -> None:
    with transaction(town.sessions) as session:
        session.add(
            RoleGrant(
                person_id=person, role=str(Role.TRAINER), place_kind=str(PlaceKind.COHORT), place_id=cohort, granted_at=town.clock(),
                granted_by=None,
            )
        )  # fmt: skip


def trainer_of(town: Town, cohort: int) -> PersonId:
    return PersonId(town.people.person(Role.TRAINER, Place(PlaceKind.COHORT, cohort)))


def nothing_of(town: Town, *people: int) -> bool:
    """Tell that nothing was written about these people but that they are here."""
    return not any(town.rows(table, person_id=one) for table in (Score, Completion, Attainment, Credential) for one in people)


@pytest.mark.parametrize("deed", ["decide", "claim", "amend"])
def test_a_learner_does_nothing_to_the_work_of_another(town, learner, deed):
    """Attack 21, and 25: a key that was changed, and one's own."""
    thief, key = town.learner(), town.has_handed_in(learner)
    mine = town.has_handed_in(thief)
    with_what = {} if deed == "claim" else DONE

    if deed != "claim":  # a block offers others' work to peers, who claim it: which, it decides
        assert town.act(thief, [deed, key, with_what], grade(learner)).status == 409
    if deed != "amend":
        assert town.act(thief, [deed, mine, with_what], grade(thief)).status == 409
    assert {town.record(one).state for one in (key, mine)} == {"waiting"}
    assert nothing_of(town, learner, thief)


def test_what_is_said_of_others_without_the_right_counts_for_nobody(town, learner):
    """Attacks 21, 24, 25: a block that publishes whatever number it is sent."""
    thief = town.learner()
    completion = ["publish", "completion", {"completion": 1.0, "user_id": learner}]

    town.act(thief, grade(learner, 0), completion, attained(learner, 1))
    assert nothing_of(town, learner)
    assert nothing_of(town, thief)


@pytest.mark.parametrize("number", ["7", True, 3.0, [7], 10**30, -1, 0])
def test_numbers_that_are_nobodys_are_nobodys(town, learner, number):
    trainer = PersonId(town.people.trainer(town.course))
    town.act(learner, grade(number))
    town.act(trainer, grade(number), attained(number, 3))
    assert town.rows(Score) == town.rows(Attainment) == []


def test_whom_a_record_names_as_judge_may_say_what_it_is_about_and_no_more(town, learner):
    peer, other = town.learner(), town.learner()
    given = {"kind": "review", "state": "claimed", "learner": learner, "judge": peer, "data": {}}

    town.act(peer, ["add", "review/1", given], ["decide", "review/1", DONE], grade(learner, 2), grade(other, 4))
    town.act(peer, grade(learner, 4), on=OTHER)

    assert [(row.person_id, row.block_id, row.earned) for row in town.rows(Score)] == [(learner, WORK, 2)]


def test_a_trainer_of_another_cohort_sees_and_judges_nothing(town, learner, cohort):
    """Attack 22, within a course: each trainer has their own cohort."""
    key = town.has_handed_in(learner)
    elsewhere = town.people.cohort(town.course)
    stranger, own = trainer_of(town, elsewhere), town.learner(elsewhere)
    own_key = town.has_handed_in(own)

    for deed in ("decide", "claim", "amend"):
        assert town.act(stranger, [deed, key, {} if deed == "claim" else DONE], grade(learner)).status == 409
    town.act(stranger, grade(learner), attained(learner, 3))
    assert nothing_of(town, learner)

    works, counted, people, named, may, taken = town.said(
        stranger,
        ["ask", "list", {"learner": learner}],
        ["ask", "counts", {}],
        ["ask", "people", {}],
        ["ask", "people", {"ids": [learner]}],
        ["ask", "may_judge", {"learner": learner}],
        ["ask", "people", {"group": str(cohort)}],
    )
    assert (works, counted, list(people), may, taken) == ([], {"waiting": 1}, [str(own)], False, {})
    assert named[str(learner)]["code"] == ""
    assert (
        town.act(stranger, ["add", key, {"kind": "work", "state": "done", "data": {}}]).status == 409
    )  # the key is there all the same
    assert town.act(stranger, ["decide", own_key, DONE], grade(own)).status == 200
    assert town.rows(Score, person_id=own)


def test_staff_of_another_course_come_to_nothing(town, learner):
    """Attack 22: by the address of the course, by its blocks, by numbers of people."""
    key = town.has_handed_in(learner)
    other_course = town.people.course()
    stranger = PersonId(town.people.trainer(other_course))
    with pytest.raises(Refused):
        town.act(stranger, ["decide", key, DONE], grade(learner))

    town.people.enrol(stranger, town.course)  # in as a learner, whatever they are elsewhere
    assert town.act(stranger, ["decide", key, DONE], grade(learner)).status == 409
    town.act(stranger, grade(learner))
    assert nothing_of(town, learner)

    elsewhere = PersonId(town.people.learner(other_course))
    trainer = PersonId(town.people.trainer(town.course))
    for about in ({"learner": elsewhere}, {"judge": elsewhere}, {"learner": 10**6}, {"learner": "nobody"}):
        assert town.act(trainer, ["add", "new", {"kind": "work", "state": "done", "data": {}, **about}]).status == 409
    town.act(trainer, grade(elsewhere), attained(elsewhere, 3))
    assert nothing_of(town, elsewhere)
    assert town.rows(CourseGrade, person_id=elsewhere) == []
    assert town.said(trainer, ["ask", "people", {"ids": [elsewhere]}], ["ask", "may_judge", {"learner": elsewhere}]) == [{}, False]


@pytest.mark.parametrize("role", ["course", "cohort", "site"])
def test_a_judge_who_learns_here_too_judges_nobody_twice(town, learner, cohort, role):
    """Attack 25: the judge's own number in a judgement, and their own work."""
    judge = {
        "course": lambda: town.people.trainer(town.course),
        "cohort": lambda: trainer_of(town, cohort),
        "site": town.people.admin,
    }[role]()
    judge = PersonId(judge)
    town.people.enrol(judge, town.course, cohort)
    mine, theirs = town.has_handed_in(judge), town.has_handed_in(learner)

    for deed in ("decide", "claim"):
        assert town.act(judge, [deed, mine, {} if deed == "claim" else DONE], grade(judge), attained(judge, 4)).status == 409
    town.act(judge, ["decide", theirs, DONE], grade(judge), grade(learner), attained(judge, 4))
    town.act(judge, attained(judge, 8, "attendance"))

    assert nothing_of(town, judge)
    assert len(town.rows(Score, person_id=learner)) == 1


def test_who_left_or_never_came_is_judged_no_more(town, learner, cohort):
    trainer = trainer_of(town, cohort)
    key = town.has_handed_in(learner)
    with transaction(town.sessions) as session:
        session.get_one(Enrolment, (learner, town.course)).left_at = town.clock()
    assert town.act(trainer, ["decide", key, DONE]).status == 409
    town.act(trainer, grade(learner))
    assert nothing_of(town, learner)


def test_the_author_of_a_record_is_whoever_acts(town, learner):
    """Attack 24: what a block hands on from a body names neither author, version nor time."""
    thief = town.learner()
    for forged in ({"author": learner}, {"version": 7}, {"created_at": "2020-01-01"}):
        with pytest.raises(TypeError):
            town.act(thief, ["add", "forged", {"kind": "work", "state": "waiting", "data": {}, **forged}])
    for wrong in ({"state": "passed"}, {"state": ""}):
        with pytest.raises(ValueError, match="state"):
            town.act(thief, ["add", "forged", {"kind": "work", "state": "waiting", "data": {}, **wrong}])
    assert town.rows(BlockRecord) == []
    town.act(thief, ["add", "mine", {"kind": "work", "state": "waiting", "data": {"author": learner, "judge": learner}}])
    assert (town.record("mine").author_id, town.record("mine").judge_id) == (thief, None)


def test_a_record_is_of_one_block_alone(town, learner):
    trainer = PersonId(town.people.trainer(town.course))
    key = town.has_handed_in(learner)
    assert town.act(trainer, ["decide", key, DONE], on=OTHER).status == 409
    assert town.said(trainer, ["ask", "list", {}], on=OTHER) == [[]]


def test_a_draft_keeps_no_work(town, learner):
    """Previews and trials lend no records: what an author tries reaches no learner."""
    trainer = PersonId(town.people.trainer(town.course))
    town.room = replace(town.room, keeps_work=False)
    with pytest.raises((AttributeError, NotFound)):
        town.act(trainer, ["add", "new", {"kind": "work", "state": "waiting", "learner": learner, "data": {}}])
    assert town.rows(BlockRecord) == []


def test_what_a_judge_takes_back_completes_nothing_any_more(town, learner, cohort):
    """A judgement by mistake, or bought, must not go on opening certificates of attendance; one's own acts only bring one on."""
    trainer = trainer_of(town, cohort)
    done = ["publish", "completion", {"completion": 1.0, "user_id": learner}]
    town.act(trainer, grade(learner), done)
    town.act(trainer, grade(learner, 0), ["publish", "completion", {"completion": 0.0, "user_id": learner}])
    assert [row.value for row in town.rows(Completion, person_id=learner)] == [0]
    assert [row.completion for row in town.rows(CourseGrade, person_id=learner)] == [0]
    town.act(trainer, done)
    town.act(learner, ["publish", "completion", {"completion": 0.5}])
    assert [row.value for row in town.rows(Completion, person_id=learner)] == [1]
