"""A session as Takwin hosts it: a cohort's trainer meets their own learners, and long lists ask the database no oftener than short ones."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import Attainment, BlockRecord, Course, Score
from lms_app.services.authoring.importing import import_course
from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction
from tests.journeys.blocks.writing import write_course
from tests.people import Client, People

KEY = "course-v1:Test+Session+2026"
HANDLER = f"/handler/{KEY.replace('course-v1', 'block-v1')}+type@coop_attendance+block@hall/"
SESSION = """<coop_attendance url_name="hall" display_name="Two days">
<halfday id="am" date="2027-03-15" starts="09:00" hours="3.5"/><halfday id="pm" date="2027-03-15" starts="14:00" hours="3"/>
</coop_attendance>"""


@pytest.fixture
def course(app: Flask, tmp_path: Path) -> int:
    here = app.extensions["takwin"]
    with transaction(here.sessions) as session:
        folder = write_course(tmp_path / "course", {"hall": SESSION}, name="Session")
        import_course(session, folder, blobs=here.blobs, types=here.host.types, now=here.clock(), publish=True)
        return session.scalars(select(Course.id).where(Course.key == KEY)).one()


def page(view: str, query: str = "") -> str:
    return f"/courses/{KEY}/views/{view}/coop_attendance/hall{query}"


def call(client: Client, handler: str, **fields: str) -> Any:
    headers = {"X-CSRF-Token": client.token(), "Accept": "application/json", "Sec-Fetch-Mode": "cors"}
    return client.post(HANDLER + handler, data=fields, headers=headers)


def code_of(client: Client) -> str:
    page_ = client.get(f"/courses/{KEY}/unit/vertical/hall").text
    return page_.split('class="attendance__code"><bdi dir="ltr">')[1].split("<")[0]


def kept(sessions: Sessions, model: Any, **by: Any) -> list[Any]:
    with transaction(sessions, writes=False) as session:
        return list(session.scalars(select(model).filter_by(**by)))


def test_a_cohorts_trainer_checks_in_their_own_learners_alone(
    course: int, people: People, signed_in_client: Callable[..., Client], sessions: Sessions
) -> None:
    mine, theirs = people.cohort(course), people.cohort(course)
    aicha, khady = people.learner(course, mine, name_latin="Aicha"), people.learner(course, theirs, name_latin="Khady")
    trainer = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, mine)))

    assert call(trainer, "check_in", slot="am", code=code_of(signed_in_client(aicha))).json["outcome"] == "here"
    assert call(trainer, "check_in", slot="am", learner=str(khady), user_id=str(khady), judge="1").status_code == 403
    assert call(trainer, "check_in", slot="am", code=code_of(signed_in_client(khady))).json["outcome"] == "stranger"

    assert [(row.earned, row.possible) for row in kept(sessions, Score, person_id=aicha)] == [(3.5, 6.5)]
    assert [(row.kind, row.value) for row in kept(sessions, Attainment, person_id=aicha)] == [("attendance", 3.5)]
    assert kept(sessions, Score, person_id=khady) == kept(sessions, BlockRecord, learner_id=khady) == []
    for view in ("field_view", "judge_view", "print_view"):
        text = trainer.get(page(view)).text
        assert "Aicha" in text
        assert "Khady" not in text
    assert "Khady" not in call(trainer, "csv").text + call(trainer, "roster").text

    # Whoever runs the course sees whose the code was.
    boss = signed_in_client(people.trainer(course))
    assert "This is the code of <strong><bdi>Khady" in boss.get(page("judge_view")).text


def test_a_trainer_without_script_is_told_on_the_page_that_they_came_from(
    course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    trainer, learner = signed_in_client(people.trainer(course)), people.learner(course, name_latin="Aicha")
    for fields, told in (({"slot": "am", "code": ""}, "No code was read."), ({"slot": "am", "learner": learner}, "Aicha is here.")):
        sent = trainer.send(HANDLER + "check_in", back=page("field_view"), **fields)
        assert (sent.status_code, sent.headers["Location"]) == (303, page("field_view"))
        assert told in trainer.get(page("field_view")).text


def test_no_trainee_checks_in_anybody_and_sees_no_list(
    course: int, people: People, signed_in_client: Callable[..., Client], sessions: Sessions
) -> None:
    learner = people.learner(course, name_latin="Aicha")
    people.learner(course, name_latin="Fatou")
    aicha = signed_in_client(learner)
    for handler, fields in {
        "check_in": {"slot": "am", "learner": str(learner)},
        "take_back": {"key": f"am/{learner}", "reason": "other"},
        "roster": {},
        "csv": {},
        "recount": {},
    }.items():
        assert call(aicha, handler, **fields).status_code == 403
    assert call(aicha, "check_in", slot="am", code=code_of(aicha)).status_code == 403
    assert kept(sessions, BlockRecord) == kept(sessions, Score) == []
    assert "Fatou" not in "".join(aicha.get(page(view)).text for view in ("field_view", "judge_view", "print_view"))


@pytest.mark.parametrize("view", ["field_view", "judge_view", "print_view"])
def test_a_page_asks_as_often_for_three_learners_as_for_one(
    course: int, people: People, signed_in_client: Callable[..., Client], queries: Callable[[], Any], view: str
) -> None:
    trainer = signed_in_client(people.trainer(course))

    def cost(count: int) -> int:
        for _ in range(count):
            call(trainer, "check_in", slot="am", learner=str(people.learner(course)))
            call(trainer, "check_in", slot="pm", code=uuid.uuid4().hex)
        trainer.get(page(view))
        with queries() as counted:
            assert trainer.get(page(view)).status_code == 200
        return len(counted)

    assert cost(1) == cost(2)


def test_a_check_in_asks_as_often_in_a_long_list_as_in_a_short_one(
    course: int, people: People, signed_in_client: Callable[..., Client], queries: Callable[[], Any]
) -> None:
    trainer = signed_in_client(people.trainer(course))
    person = json.loads(trainer.get(f"/courses/{KEY}/queue-pass").data)["person"]
    token = trainer.token()

    def cost() -> int:
        learner = people.learner(course)
        entry = {"id": str(uuid.uuid4()), "device": str(uuid.uuid4()), "seq": 1, "person": person, "schema": 1, "kind": "checkin"}
        headers = {"X-CSRF-Token": token, "Accept": "application/json"}
        with queries() as counted:
            answer = trainer.post(
                HANDLER + "replay",
                json={**entry, "data": {"slot": "am", "learner": str(learner), "how": "ticked"}},
                headers=headers,
            )
        assert answer.json["outcome"] == "here"
        return len(counted)

    cost()
    assert cost() == cost()
