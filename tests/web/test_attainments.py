"""The page on which trainers note attendance, tasks and observations of their cohort."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from lms_app.model import Attainment
from lms_app.storage.transaction import transaction
from tests.services.credentials.academy import Academy


@pytest.fixture
def academy(sessions, clock, people, tmp_path) -> Academy:
    return Academy(sessions, clock, people, tmp_path)


@pytest.fixture
def page(academy) -> str:
    return f"/courses/{academy.key}/cohorts/{academy.cohort}/attainments"


def kept(academy: Academy) -> list[tuple[int, str, str, float]]:
    with transaction(academy.sessions, writes=False) as session:
        rows = session.scalars(select(Attainment).order_by(Attainment.person_id))
        return [(row.person_id, row.kind, row.name, row.value) for row in rows]


def test_a_session_is_noted_of_the_whole_cohort_and_shown(academy, page, signed_in_client):
    zineb, omar = academy.learner(name_latin="Zineb"), academy.learner(name_latin="Omar")
    trainer = signed_in_client(academy.trainer.person_id)

    assert trainer.send(page, kind="attendance", name="Day 1", value="٦", everybody="y").status_code == 303

    assert kept(academy) == [(zineb, "attendance", "Day 1", 6), (omar, "attendance", "Day 1", 6)]
    shown = trainer.get(page).text
    assert shown.count("6 hours") == 2
    assert '<option value="Leads a meeting">' in shown


def test_chosen_learners_and_a_file_earn_papers(academy, page, signed_in_client):
    zineb, omar = academy.learner(user_name="zineb"), academy.learner(user_name="omar")
    trainer = signed_in_client(academy.trainer.person_id)
    rows = (io.BytesIO("user_name,kind,name,value\nzineb,observation,Leads a meeting,4\n".encode("utf-8-sig")), "rows.csv")

    assert trainer.send(page, kind="practical", name="Plan", value="1", people=str(zineb)).status_code == 303
    sent = trainer.post(f"{page}/rows", data={"csrf_token": trainer.token(), "file": rows}, content_type="multipart/form-data")

    assert sent.status_code == 303
    assert set(academy.records(zineb)) == {"competence"}
    assert academy.records(omar) == {}


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("", {"kind": "attendance", "name": "Day 1", "value": "many", "everybody": "y"}, "Please give a number."),
        ("", {"kind": "attendance", "name": "Day 1", "value": "6"}, "Please choose at least one learner."),
        ("/rows", {"rows": "user_name,kind,name,value\nnobody,attendance,Day 1,6"}, "Line 2: Nobody with this user name"),
        ("/rows", {"rows": "a,b\n"}, "The first line must name the columns"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_noted(academy, page, signed_in_client, path: str, fields: dict[str, Any], words: str):
    academy.learner()
    refused = signed_in_client(academy.trainer.person_id).send(page + path, **fields)

    assert refused.status_code == 422
    assert words in refused.text
    assert kept(academy) == []


def test_only_who_trains_or_coordinates_them_notes_anything(academy, page, people, signed_in_client):
    learner = academy.learner()
    fields = {"kind": "attendance", "name": "Day 1", "value": "6", "people": str(learner)}
    for stranger in (learner, people.person(), people.trainer(people.course())):
        assert signed_in_client(stranger).send(page, **fields).status_code == 403
    for staff in (people.trainer(academy.course), people.coordinator(academy.course), people.admin()):
        assert signed_in_client(staff).send(page, **fields).status_code == 303
    admin = people.admin()
    people.enrol(admin, academy.course, academy.cohort)
    assert signed_in_client(admin).send(page, **{**fields, "people": str(admin)}).status_code == 403
    assert [person for person, *_ in kept(academy)] == [learner]
