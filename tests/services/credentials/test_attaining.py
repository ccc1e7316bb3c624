"""What trainers note is written whole or not at all, never about themselves, and judged in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid, Refused
from lms_app.domain.keys import PersonId
from lms_app.model import Attainment, CourseGrade, Person
from lms_app.services.credentials import attaining
from lms_app.storage.transaction import transaction
from tests.services.credentials.academy import Academy
from tests.services.credentials.test_issuing import note


def rows(academy: Academy, text: str, actor: Actor | None = None) -> int:
    with transaction(academy.sessions) as session:
        return attaining.record_rows(
            session, actor or academy.trainer, academy.facts(session), academy.cohort, text, award=academy.award, language="en",
            now=academy.clock(),
        )  # fmt: skip


def kept(academy: Academy) -> list[tuple[int, str, str, float, int | None]]:
    with transaction(academy.sessions, writes=False) as session:
        found = session.scalars(select(Attainment).order_by(Attainment.person_id, Attainment.name))
        return [(row.person_id, row.kind, row.name, row.value, row.decided_by) for row in found]


def test_a_note_says_who_decided_and_a_later_one_of_the_name_replaces_it(academy: Academy) -> None:
    person = academy.learner()
    note(academy, person, "attendance", "Day 1", "3")
    note(academy, person, "attendance", "Day 1", "4,5")

    assert kept(academy) == [(person, "attendance", "Day 1", 4.5, academy.trainer.person_id)]


@pytest.mark.parametrize(
    ("kind", "name", "value", "refusals"),
    [
        ("luck", "Day 1", "1", [("field_not_listed", "kind")]),
        ("attendance", " ", "x", [("required", "name"), ("field_not_number", "value")]),
        ("attendance", "Day 1", "500", [("bad_session_hours", "value")]),
        ("practical", "Plan", "0.5", [("bad_acceptance", "value")]),
        ("observation", "Leads", "5", [("bad_level", "value")]),
    ],
)
def test_what_cannot_be_is_refused_by_field(academy: Academy, kind: str, name: str, value: str, refusals: list[Any]) -> None:
    person = academy.learner()
    with pytest.raises(Invalid) as refused:
        note(academy, person, kind, name, value)

    assert [(each.code, each.facts["field"]) for each in refused.value.facts["wrong"]] == refusals
    assert kept(academy) == []


def test_nobody_notes_anything_about_themselves_nor_of_strangers(academy: Academy) -> None:
    person, stranger = academy.learner(), academy.people.person()
    with pytest.raises(Refused, match="own_attainment"):
        rows(
            academy,
            "user_name,kind,name,value\n" + _line(academy, person, "attendance,Day 1,6"),
            actor=replace(academy.trainer, person_id=person),
        )
    with pytest.raises(Invalid) as refused:
        note(academy, stranger, "attendance", "Day 1", "6")
    assert [each.code for each in refused.value.facts["wrong"]] == ["not_a_learner_here"]
    assert kept(academy) == []


def test_a_file_is_taken_in_whole_and_earns_papers_at_once(academy: Academy) -> None:
    zineb, omar = academy.learner(user_name="zineb"), academy.learner(user_name="omar")

    count = rows(academy, "\ufeffvalue;name;kind;user_name\r\n12,5;Week;attendance;Zineb\r\n6;Week;attendance;omar\r\n;;;\r\n")

    assert count == 2
    assert [(person, value) for person, _, _, value, _ in kept(academy)] == [(zineb, 12.5), (omar, 6)]
    assert set(academy.records(zineb)) == {"participation"}
    assert academy.records(omar) == {}


def test_every_wrong_line_is_named_and_nothing_is_written(academy: Academy) -> None:
    academy.learner(user_name="zineb")
    lines = ["zineb,attendance,Day 1,6", "nobody,attendance,Day 1,6", "zineb,attendance,,much", "zineb,practical,Plan,2"]
    text = "\n".join(["user_name,kind,name,value", *lines])

    with pytest.raises(Invalid) as refused:
        rows(academy, text)

    assert [(each.facts["line"], each.code) for each in refused.value.facts["wrong"]] == [
        (3, "not_a_learner_here"),
        (4, "required"),
        (4, "field_not_number"),
        (5, "bad_acceptance"),
    ]
    assert kept(academy) == []


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("name,value\nx,1\n", "columns_missing"), ("user_name,kind,name,value\n", "no_rows"), ("", "columns_missing")],
)
def test_a_file_without_columns_or_lines_is_refused(academy: Academy, text: str, refusal: str) -> None:
    academy.learner()
    with pytest.raises(Invalid) as refused:
        rows(academy, text)
    assert refused.value.code == refusal


def test_what_is_noted_passes_the_course_where_that_is_asked(academy: Academy) -> None:
    academy.awards = [{"kind": "competence", "rule": {"all": [{"kind": "practical", "name": "Plan"}]}}]
    person = academy.learner()
    note(academy, person, "practical", "plan", "1")

    with transaction(academy.sessions, writes=False) as session:
        (grade,) = session.scalars(select(CourseGrade))
        noted = attaining.noted_in(session, academy.facts(session), academy.cohort)
    assert grade.passed_at == academy.clock()
    assert [(each.person, each.name, each.decided_by) for each in noted] == [
        (PersonId(person), "plan", ("سميرة بناني", "Samira Bennani"))
    ]


def _line(academy: Academy, person: int, rest: str) -> str:
    with transaction(academy.sessions, writes=False) as session:
        return f"{session.get_one(Person, person).user_name},{rest}\n"
