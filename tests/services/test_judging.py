"""What judges say of learners: stored with their records in one commit, graded and certified in the learner's name."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from webob import Response
from xblock.core import XBlock

from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.errors import Refused
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.schedule import moment
from lms_app.model import Attainment, BlockRecord, Completion, CourseGrade, Credential, Extension, Score
from lms_app.services.accounts.leaving import erase, take_out
from lms_app.services.learning.opening import open_unit
from lms_app.storage.transaction import transaction
from tests.judged import WORK, Town, attained, grade
from tests.runtime.hosting import host_with

DONE = {"state": "done", "data": {"level": 3}}


@pytest.fixture
def town(sessions, clock, people, tmp_path) -> Town:
    return Town(sessions, clock, people, tmp_path)


@pytest.fixture
def trainer(town) -> PersonId:
    return PersonId(town.people.trainer(town.course))


def trainer_of(town: Town, cohort: int) -> PersonId:
    return PersonId(town.people.person(Role.TRAINER, Place(PlaceKind.COHORT, cohort)))


def test_a_verdict_is_the_learners_grade_and_certificate_in_their_language(town, trainer):
    learner = town.learner(language="fr")
    key = town.has_handed_in(learner, text="my plan")
    acted = town.rows(CourseGrade, person_id=learner)[0].active_at
    town.clock.go_on(hours=1)

    town.act(
        trainer,
        ["decide", key, DONE],
        grade(learner),
        ["publish", "completion", {"completion": 1.0, "user_id": learner}],
        attained(learner, 3),
    )

    record = town.record(key)
    assert (record.state, record.judge_id, record.author_id, record.data, record.version) == (
        "done",
        trainer,
        learner,
        {"level": 3},
        2,
    )
    assert [(row.earned, row.possible) for row in town.rows(Score, person_id=learner)] == [(3, 4)]
    assert [row.value for row in town.rows(Completion, person_id=learner)] == [1.0]
    (told,) = town.rows(Attainment, person_id=learner)
    assert (told.kind, told.name, told.block_id, told.value, told.decided_by) == ("rubric", "A session plan", WORK, 3, trainer)
    (grades,) = town.rows(CourseGrade, person_id=learner)
    assert (grades.active_at, grades.updated_at) == (acted, town.clock())
    (paper,) = town.rows(Credential, person_id=learner)
    assert '"language":"fr"' in paper.record.replace(" ", "")
    assert town.rows(Score, person_id=trainer) == town.rows(CourseGrade, person_id=trainer) == []


def test_what_a_block_takes_back_is_attained_no_more(town, trainer):
    learner = town.learner()

    town.act(trainer, attained(learner, 2, name="First name"))
    town.act(trainer, attained(learner, 3))
    assert [(row.name, row.value) for row in town.rows(Attainment, person_id=learner)] == [("A session plan", 3)]

    town.act(trainer, attained(learner, None))
    assert town.rows(Attainment, person_id=learner) == []


@pytest.mark.parametrize("value", [-1, 5, "3", True, {"level": 3}])
def test_a_level_that_none_can_have_is_left_out(town, trainer, value):
    learner = town.learner()
    town.act(
        trainer, grade(learner), attained(learner, value), attained(learner, 201, "attendance"), attained(learner, 2, "practical")
    )
    assert town.rows(Attainment) == []
    assert len(town.rows(Score, person_id=learner)) == 1


def test_a_handler_that_fails_leaves_no_record(town, trainer):
    learner = town.learner()
    key = town.has_handed_in(learner)
    with pytest.raises(RuntimeError):
        town.act(trainer, ["decide", key, DONE], grade(learner), ["fail"])
    assert (town.record(key).state, town.rows(Score)) == ("waiting", [])


def test_whoever_comes_second_to_a_record_is_told_of_the_first(town, trainer):
    other, learner = PersonId(town.people.trainer(town.course)), town.learner()
    key = town.has_handed_in(learner)

    response = town.act(trainer, ["claim", key, {}], meanwhile=lambda: town.act(other, ["claim", key, {}]))

    assert (response.status, response.body) == (409, b'{"refused":"taken"}')
    assert town.record(key).judge_id == other
    town.clock.go_on(minutes=31)
    assert town.act(trainer, ["claim", key, {}]).status == 200
    assert town.record(key).judge_id == trainer


def test_a_key_is_taken_once(town, trainer):
    new = ["add", "sheet/1", {"kind": "sheet", "state": "done", "data": {}}]
    meanwhile = lambda: town.act(trainer, new)  # noqa: E731 -- shorter than a function
    assert town.act(trainer, new, meanwhile=meanwhile).status == 409
    assert len(town.rows(BlockRecord)) == 1


def test_what_a_handler_changed_is_what_it_reads(town, trainer):
    learner = town.learner()
    key = town.has_handed_in(learner)
    counts, listed, _added, counted, waiting, everything = town.said(
        trainer,
        ["ask", "counts", {}],
        ["ask", "list", {"states": ["waiting"]}],
        ["add", "note/1", {"kind": "note", "state": "waiting", "learner": learner, "data": {}}],
        ["ask", "counts", {"kind": "note"}],
        ["ask", "list", {"states": ["waiting"], "learner": str(learner), "newest_first": True}],
        ["ask", "list", {"author": trainer}],
    )
    assert (counts, counted) == ({"waiting": 1}, {"waiting": 1})
    assert [one["key"] for one in listed] == [key]
    assert {one["key"] for one in waiting} == {key, "note/1"}
    assert [one["key"] for one in everything] == ["note/1"]


@pytest.mark.parametrize("learners", [1, 3])
def test_lists_cost_the_same_whatever_their_length(town, learners, queries):
    cohort = town.people.cohort(town.course, name="Souss")
    trainer = trainer_of(town, cohort)
    here = [town.learner(cohort, name_latin=f"Learner {number}") for number in range(learners)]
    town.learner(name_latin="Elsewhere")
    for person in here:
        town.has_handed_in(person)
    calls: list[Any] = [["ask", "may_judge", {"learner": person}] for person in here]

    with queries() as counted:
        works, *may, people = town.said(trainer, ["ask", "list", {"kind": "work"}], *calls, ["ask", "people", {}])

    assert [one["name"] for one in people.values()] == [f"Learner {number}" for number in range(learners)]
    assert all(one["group"] == "Souss" for one in people.values())
    assert (len(works), may) == (learners, [True] * learners)
    assert len(counted) == 7


def test_people_are_turned_page_by_page_and_none_of_one_name_is_lost(town, trainer):
    souss = town.people.cohort(town.course, name="Souss")
    names = ["Aicha", "Fatima", "Fatima", "Fatima", "Zineb"]
    here = [town.learner(souss if name == "Fatima" else None, name_latin=name, name_arabic="") for name in names]
    town.people.enrol(trainer, town.course)

    def named(**asked: Any) -> list[str]:
        return [one["name"] for one in town.said(trainer, ["ask", "people", asked])[0].values()]

    assert named(limit=2) == ["Aicha", "Fatima", "Fatima", "Fatima"]
    assert named(limit=2, after="Fatima") == ["Zineb"]
    assert named(group=str(souss)) == ["Fatima"] * 3
    assert named(search="FAT%") == named(group="none") == []
    assert named(search="eb") == ["Zineb"]
    assert town.said(trainer, ["ask", "groups", {}]) == [{str(souss): "Souss"}]
    assert town.said(here[0], ["ask", "people", {}], ["ask", "groups", {}], ["ask", "is_judge", {}]) == [{}, {}, False]


def test_a_personal_code_finds_its_owner_however_it_is_typed(town, trainer):
    learner, other = town.learner(), town.learner(name_latin="Another")
    (people, mine) = town.said(trainer, ["ask", "people", {}], ["ask", "people", {"ids": [learner]}])
    code = people[str(learner)]["code"]
    assert (len(code), code[5], mine[str(learner)]["code"]) == (11, "-", code)
    assert people[str(other)]["code"] != code

    typed = [
        code,
        code.lower().replace("-", " "),
        code.replace("0", "O").replace("1", "l"),
        code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ]
    found = town.said(
        trainer, *(["ask", "person_with", {"code": one}] for one in typed), ["ask", "person_with", {"code": "AAAAA-AAAAA"}]
    )
    assert [one and one["id"] for one in found] == [str(learner)] * 4 + [None]
    (shown,) = town.said(other, ["ask", "person_with", {"code": code}])  # whoever was shown the card, a peer who observes, say
    assert (shown["name"], shown["code"]) == ("Zineb Alaoui", "")
    assert town.said(other, ["ask", "people", {"ids": [learner]}])[0][str(learner)]["code"] == ""


def test_what_was_decided_by_hand_goes_on_counting(town, trainer):
    learner = town.learner()
    town.act(trainer, grade(learner, 1))
    with transaction(town.sessions) as session:
        session.execute(update(Score).where(Score.person_id == learner).values(override_earned=4, override_possible=4))

    town.act(trainer, grade(learner, 2))

    (score,) = town.rows(Score, person_id=learner)
    assert (score.earned, score.override_earned) == (2, 4)
    assert town.rows(CourseGrade, person_id=learner)[0].grade == 1.0


@pytest.mark.parametrize("above", ["toy/work", "sequential/s", "course/c"])
def test_more_time_is_more_time_for_one_learner(sessions, clock, people, tmp_path, above):
    town = Town(sessions, clock, people, tmp_path, settings={"due": "2026-10-01T00:00:00Z"})
    learner, late, trainer = town.learner(), town.learner(), PersonId(people.trainer(town.course))
    until = clock() + timedelta(days=1)
    with transaction(sessions) as session:
        given = {"person_id": learner, "course_id": town.course, "block_id": above, "closes_at": until, "granted_at": clock()}
        session.add(Extension(**given))

    def told(person: PersonId) -> tuple[Any, ...]:
        with transaction(sessions, writes=False) as session:
            view, _seen = open_unit(session, town.seat(session, person), BlockId("vertical/v"), is_staff=False, now=clock())
        return (view.is_closed, view.due, *town.said(person, ["closed"]))

    assert told(learner) == (False, until, False)
    assert told(late) == (True, moment("2026-10-01T00:00:00Z"), True)
    town.act(learner, grade(None))
    assert len(town.rows(Score, person_id=learner)) == 1
    with pytest.raises(Refused):
        town.act(late, grade(None))
    town.act(trainer, grade(late))  # judges judge when they come to it
    assert len(town.rows(Score, person_id=late)) == 1
    clock.go_on(days=2)
    assert told(learner)[0]
    with pytest.raises(Refused):
        town.act(learner, grade(None, 4))


def test_who_has_time_enough_costs_no_question(town, queries):
    learner = town.learner()
    with queries() as counted:
        town.act(learner, grade(None))
    assert not [each for each in counted.statements if "FROM extension" in each or "FROM block_record" in each]


def test_a_learner_takes_their_work_out_and_leaves_levels_behind(town, trainer):
    learner, peer = town.learner(), town.learner(name_latin="A Peer")
    work = {
        "plan": "We meet at the well",
        "tel": "0612345678",
        "answers": {"where": "zagora"},
        "marks": [{"words": "Good", "level": 4}],
    }
    kept = {"sent": "2026-10-12", "levels": {"outcomes": 3}, "slot": "am", "what": "sent_back", "of": "work/12"}
    town.has_handed_in(learner, **work, **kept)
    town.act(
        peer,
        ["add", "review/1", {"kind": "review", "state": "done", "learner": learner, "judge": peer, "data": {"words": "Well done"}}],
    )

    def taken_out(person: PersonId) -> list[Any]:
        with transaction(town.sessions, writes=False) as session:
            packed = zipfile.ZipFile(io.BytesIO(take_out(session, person, blobs=town.room.blobs)))
        return json.loads(packed.read("work.json"))

    assert [(one["as"], one["data"].get("plan"), one["data"].get("words")) for one in taken_out(learner)] == [
        (["learner", "author"], "We meet at the well", None),
        (["learner"], None, "Well done"),
    ]
    assert [(one["as"], one["data"]) for one in taken_out(peer)] == [(["judge", "author"], {"words": "Well done"})]
    town.act(trainer, ["decide", f"work/{learner}", {"state": "done"}])
    assert [(one["as"], "data" in one) for one in taken_out(trainer)] == [(["judge"], False)]

    with transaction(town.sessions) as session:
        erase(session, Actor(learner), now=town.clock())
    record = town.record(f"work/{learner}")
    emptied = {"plan": "", "tel": "", "answers": {"where": ""}, "marks": [{"words": "", "level": 4}]}
    assert record.data == {**emptied, **kept}
    assert town.record("review/1").data == {"words": ""}
    assert town.act(trainer, ["decide", record.key, {"state": "returned"}]).status == 200, "it was given to them to judge"
    assert town.said(trainer, ["ask", "people", {"ids": [learner]}], ["ask", "may_judge", {"learner": learner}]) == [{}, False]


@XBlock.wants("coop_records")
class Hours(XBlock):
    """Counts the half-days at which a learner was, as one who judges notes them."""

    has_score = True

    @XBlock.handler
    def do(self, request: Any, _suffix: str = "") -> Response:
        records = self.runtime.service(self, "coop_records")
        learner, *keys = json.loads(request.body)
        for key in keys:
            records.add(key, kind="checkin", state="done", learner=learner, data={})
        every = records.list(states=("done",), **({"learner": learner} if keys else {}))  # no key: all are counted again
        there = [each for each in every if each.learner == learner]
        self.runtime.publish(self, "grade", {"value": len(there), "max_value": 4, "user_id": learner})
        return Response(json_body=[each.version for each in there])


def test_sums_of_two_judges_who_write_at_once_hold_what_both_wrote(town, trainer):
    """Two phones send a morning and an afternoon of one learner: neither may publish a sum that lacks the other."""
    town.room = replace(town.room, host=host_with({"toy": Hours}, clock=town.clock))
    learner, other = town.learner(), PersonId(town.people.trainer(town.course))

    town.act(trainer, *(learner, "h1"), meanwhile=lambda: town.act(other, *(learner, "h2")))

    assert [(row.earned, row.possible) for row in town.rows(Score, person_id=learner)] == [(2, 4)]


@pytest.mark.parametrize("late", ["learner", "somebody else"])
def test_a_sum_that_is_published_anew_holds_what_another_judge_writes_meanwhile(town, trainer, late):
    """Whoever counts again changes no record, and yet publishes nothing older; who else is noted meanwhile is no reason to wait."""
    counted: list[str] = []
    town.room = replace(town.room, host=host_with({"toy": Hours}, clock=town.clock))
    learner, other = town.learner(), PersonId(town.people.trainer(town.course))
    noted = learner if late == "learner" else town.learner()
    town.act(other, learner, "h1")

    def seated(session: Any, person: PersonId, **how: Any) -> Any:
        counted.append(str(person))
        return Town.seat(town, session, person, **how)

    town.seat = seated
    town.act(trainer, learner, meanwhile=lambda: town.act(other, noted, "h2"))

    hours = 2 if late == "learner" else 1
    assert [row.earned for row in town.rows(Score, person_id=learner)] == [hours]
    assert counted.count(str(trainer)) == hours


def test_a_page_made_by_an_act_names_the_version_that_will_be_stored(town, trainer):
    learner = town.learner()
    key = town.has_handed_in(learner)

    decided, read = town.said(trainer, ["decide", key, DONE], ["ask", "get", {"key": key}])

    assert decided["version"] == read["version"] == str(town.record(key).version) == "2"
    assert town.said(trainer, ["ask", "get", {"key": key}])[0]["version"] == "2"


def test_what_a_judge_takes_back_is_done_no_more(town, trainer):
    """Completion never falls by what learners do; a judge who takes back what was accepted takes its share back, too."""
    learner = town.learner()
    key = town.has_handed_in(learner)
    done = ["publish", "completion", {"completion": 1.0, "user_id": learner}]
    town.act(trainer, ["decide", key, DONE], grade(learner), done)

    town.act(
        trainer, ["decide", key, {"state": "waiting"}], grade(learner, 0), ["publish", "completion", {**done[2], "completion": 0.0}]
    )

    assert [row.value for row in town.rows(Completion, person_id=learner)] == [0.0]
    assert town.rows(CourseGrade, person_id=learner)[0].completion == 0.0


@pytest.mark.parametrize("title", ["A session plan", "Un plan de séance", "Plan of a session"])
def test_a_rule_finds_what_was_attained_under_the_title_that_its_block_had_or_has(sessions, clock, people, tmp_path, title):
    asked = {"kind": "competence", "rule": {"all": [{"kind": "rubric", "level": 3, "name": title}]}}
    town = Town(sessions, clock, people, tmp_path, awards=[asked])
    trainer, learner = PersonId(town.people.trainer(town.course)), town.learner(language="fr")
    key = town.has_handed_in(learner)
    town.act(trainer, ["decide", key, DONE], grade(learner), attained(learner, 3, name="Plan of a session"))
    assert len(town.rows(Credential, person_id=learner)) == 1
