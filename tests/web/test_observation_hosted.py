"""An observation as Takwin hosts it: who may observe whom, what counts, and long lists that ask the database no oftener than short ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import Attainment, BlockRecord, Completion, Course, Score
from lms_app.services.authoring.importing import import_course
from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction
from tests.journeys.blocks.writing import write_course
from tests.people import Client, People

KEY = "course-v1:Test+Teachback+2026"
NAME = "workbench-teach-back-en"
HANDLER = f"/handler/{KEY.replace('course-v1', 'block-v1')}+type@coop_observation+block@{NAME}/"
UNIT = f"/courses/{KEY}/unit/vertical/hall"


@pytest.fixture
def course(app: Flask, tmp_path: Path) -> int:
    here = app.extensions["takwin"]
    xml = files("takwin_xblocks").joinpath("observation/scenarios/1-teach-back-en.xml").read_text(encoding="utf-8")
    with transaction(here.sessions) as session:
        folder = write_course(tmp_path / "course", {"hall": xml}, name="Teachback")
        import_course(session, folder, blobs=here.blobs, types=here.host.types, now=here.clock(), publish=True)
        return session.scalars(select(Course.id).where(Course.key == KEY)).one()


def call(client: Client, handler: str, **fields: str) -> Any:
    headers = {"X-CSRF-Token": client.token(), "Accept": "application/json", "Sec-Fetch-Mode": "cors"}
    return client.post(HANDLER + handler, data={f"answer-{name}": value for name, value in fields.items()}, headers=headers)


def observe(client: Client, level: str = "2", **fields: str) -> Any:
    marks = {f"level-i{number}": level for number in range(1, 13)}
    return call(client, "observe", **marks, **{"sheet": uuid.uuid4().hex, **fields})


def code_of(client: Client) -> str:
    return client.get(UNIT).text.split('<bdi dir="ltr"><code>')[1].split("<")[0]


def kept(sessions: Sessions, model: Any, **by: Any) -> list[Any]:
    with transaction(sessions, writes=False) as session:
        return list(session.scalars(select(model).filter_by(**by)))


def test_a_cohorts_trainer_and_a_peer_observe_and_the_trainee_is_graded(
    course: int, people: People, signed_in_client: Callable[..., Client], sessions: Sessions
) -> None:
    mine, theirs = people.cohort(course), people.cohort(course)
    aicha, binta = people.learner(course, mine, name_latin="Aicha"), people.learner(course, mine, name_latin="Binta")
    khady = people.learner(course, theirs, name_latin="Khady")
    numbers = [people.person(Role.TRAINER, Place(PlaceKind.COHORT, cohort)) for cohort in (mine, theirs)]
    trainer, other = map(signed_in_client, numbers)
    field = trainer.get(f"/courses/{KEY}/views/field_view/coop_observation/{NAME}").text
    assert ("Aicha" in field, "Khady" in field) == (True, False)

    code = code_of(signed_in_client(aicha))
    assert observe(trainer, trainee=str(khady)).json["code"] == "unknown"
    assert observe(trainer, trainee=str(aicha)).json["code"] == "kept"
    assert observe(signed_in_client(binta), "1", trainee=str(aicha)).json["code"] == "unknown"
    assert observe(signed_in_client(binta), "1", code=code, judge=str(binta), learner=str(khady)).json["code"] == "kept"
    # To a learner of another cohort a trainer is a fellow observer: the sheet waits for those who train her.
    assert observe(other, code=code).json["code"] == "kept"
    rows = {row.author_id: row for row in kept(sessions, BlockRecord, learner_id=aicha)}
    assert {author: row.state for author, row in rows.items()} == {numbers[0]: "done", binta: "waiting", numbers[1]: "waiting"}
    for stranger in (other, signed_in_client(binta), signed_in_client(aicha)):
        for handler in ("count", "set_aside", "decide", "publish_result"):
            assert (
                call(stranger, handler, trainee=str(aicha), sheet=rows[binta].key, basis="mean", reason="Because.").status_code
                == 403
            )
    assert kept(sessions, Score) == kept(sessions, Attainment) == []

    assert call(trainer, "count", trainee=str(aicha), sheet=rows[numbers[1]].key).json["code"] == "counted"
    assert call(trainer, "set_aside", trainee=str(aicha), sheet=rows[binta].key).json["code"] == "set_aside"
    assert call(trainer, "publish_result", trainee=str(aicha), user_id=str(binta)).json["code"] == "published"
    assert [(row.person_id, row.earned, row.possible) for row in kept(sessions, Score)] == [(aicha, 24.0, 24.0)]
    assert [(row.person_id, row.kind, row.value) for row in kept(sessions, Attainment)] == [(aicha, "observation", 4.0)]
    assert [row.person_id for row in kept(sessions, Completion)] == [aicha]
    assert "Level 4 of 4" in signed_in_client(aicha).get(UNIT).text
    assert "Level 4 of 4" not in signed_in_client(binta).get(UNIT).text


@pytest.mark.parametrize("view", ["unit", "field_view", "judge_view"])
def test_a_page_asks_as_often_for_many_trainees_and_observers_as_for_two(
    course: int, people: People, signed_in_client: Callable[..., Client], queries: Callable[[], Any], sessions: Sessions, view: str
) -> None:
    trainer = signed_in_client(people.trainer(course))
    first = people.learner(course)
    observers = [signed_in_client(people.trainer(course)) for _place in range(2)]

    def cost(count: int) -> int:
        for place in range(count):
            observe(trainer, trainee=str(first if place == 0 else people.learner(course)))
            for observer in observers[:place]:
                observe(observer, trainee=str(first))
        key = kept(sessions, BlockRecord, learner_id=first)[0].key
        address = UNIT if view == "unit" else f"/courses/{KEY}/views/{view}/coop_observation/{NAME}?record={key}"
        trainer.get(address)  # what is looked up once in a process
        with queries() as counted:
            assert trainer.get(address).status_code == 200
        return len(counted)

    few = cost(2)  # that there is somebody else at all costs one look, for all of them together
    assert cost(3) == few
