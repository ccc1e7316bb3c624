"""Work judged with a rubric in this host: as many queries for one work as for three, and grades in the name of who was judged."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select, update

from lms_app.domain.actors import Actor
from lms_app.model import BlockRecord, BlockState, Course, Score
from lms_app.services.accounts.leaving import erase
from lms_app.services.authoring.importing import import_course
from lms_app.storage.transaction import transaction

PRESET = Path(__file__).parents[2] / "xblocks/src/takwin_xblocks/rubric/presets/fr/fin.xml"
NAME = "block-v1:Takwin+RUBRIC+2026+type@coop_rubric+block@report"
LEVELS = {f"answer-level-{one}": "3" for one in ("clear", "numbers", "decisions", "honest")} | {"answer-overall": "Clair."}
ASKED = {"Accept": "application/json"}


class Report:
    """A course with one report to write, which peers or trainers judge."""

    def __init__(self, app: Any, folder: Path, **attributes: str) -> None:
        self.key, self.number = _imported(app, folder, attributes)
        self.unit = f"/courses/{self.key}/unit/vertical/v"
        self.desk = f"/courses/{self.key}/views/judge_view/coop_rubric/report"

    def send(self, client: Any, handler: str, **fields: str) -> Any:
        return client.send(f"/handler/{NAME}/{handler}", headers=ASKED, **fields)

    def hand_in(self, client: Any) -> None:
        client.get(self.unit)
        assert self.send(client, "hand_in", **{"answer-text": "Il reste 6 500 dirhams.", "act": "hand_in"}).status_code == 200


def _imported(app: Any, folder: Path, attributes: dict[str, str]) -> tuple[str, int]:
    block = etree.parse(str(PRESET)).getroot()
    for name, value in attributes.items():
        block.set(name, value)
    files = {
        "course.xml": '<course url_name="2026" org="Takwin" course="RUBRIC"/>',
        "course/2026.xml": '<course display_name="Rapport" language="fr" start="2026-01-01T00:00:00Z"><chapter url_name="c"/></course>',
        "chapter/c.xml": '<chapter display_name="Un"><sequential url_name="s"/></chapter>',
        "sequential/s.xml": '<sequential display_name="Un"><vertical url_name="v"/></sequential>',
        "vertical/v.xml": '<vertical display_name="Un"><coop_rubric url_name="report"/></vertical>',
        "coop_rubric/report.xml": etree.tostring(block, encoding="unicode"),
    }
    path = folder / "RUBRIC.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"course/{name}")
            entry.size = len(text.encode())
            packed.addfile(entry, io.BytesIO(text.encode()))
    here = app.extensions["takwin"]
    with transaction(here.sessions) as session:
        report = import_course(session, path, blobs=here.blobs, types=here.host.types, now=here.clock(), publish=True)
        assert not report.is_refused
        number = session.scalar(select(Course.id).where(Course.key == str(report.course)))
    return str(report.course), int(number or 0)


@pytest.fixture
def course(app: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Report:
    return Report(app, tmp_path, **request.param)


@pytest.mark.parametrize("course", [{"peers": "2"}], indirect=True)
def test_what_waits_costs_the_same_for_one_work_and_for_three(course, people, signed_in_client, queries) -> None:
    trainer = signed_in_client(people.trainer(course.number))
    asked = {}
    for waiting in (1, 2, 3):
        learner = signed_in_client(person := people.learner(course.number))
        course.hand_in(learner)
        counts = []
        for client, page in (
            (trainer, course.desk), (trainer, f"{course.desk}?record=work/{person}"), (trainer, course.unit), (learner, course.unit),
        ):  # fmt: skip
            client.get(page)
            with queries() as count:
                assert client.get(page).status_code == 200
            counts.append(len(count))
        asked[waiting] = counts
    assert asked[1] == asked[3]


@pytest.mark.parametrize("course", [{"peers": "2", "trainer": "0", "peer": "100"}], indirect=True)
def test_peers_end_a_work_in_the_name_of_its_author(course, people, signed_in_client, sessions) -> None:
    learners = {person: signed_in_client(person) for person in (people.learner(course.number) for _one in range(3))}
    for client in learners.values():
        course.hand_in(client)
    for client in [*learners.values()] * 2:
        course.send(client, "take")
        given = re.search(r'name="review" value="([^"]+)"', client.get(course.unit).get_data(as_text=True))
        if given:
            thief = next(other for other in learners.values() if other is not client)
            assert course.send(thief, "judge_peer", review=given[1], **LEVELS).status_code in {404, 409}
            assert course.send(client, "judge_peer", review=given[1], **LEVELS).json["code"] == "reviewed"
    with transaction(sessions, writes=False) as session:
        scores = {one.person_id: (one.earned, one.possible) for one in session.scalars(select(Score))}
        states = set(session.scalars(select(BlockRecord.state).where(BlockRecord.kind == "work")))
    assert scores == dict.fromkeys(learners, (7.5, 10.0))
    assert states == {"done"}
    with transaction(sessions) as session:
        session.execute(update(Score).values(earned=1))  # as they would be by weights that were changed since
    assert course.send(next(iter(learners.values())), "recount").status_code == 404
    counted = course.send(signed_in_client(people.trainer(course.number)), "recount").json
    with transaction(sessions, writes=False) as session:
        again = {one.person_id: one.earned for one in session.scalars(select(Score))}
    assert (counted["counted"], counted["again"], again) == (3, 0, dict.fromkeys(learners, 7.5))


@pytest.mark.parametrize("course", [{"trainers": "2"}], indirect=True)
def test_weak_work_that_two_trainers_read_comes_once_more(course, people, signed_in_client, sessions) -> None:
    author = people.learner(course.number)
    learner, first, second = (
        signed_in_client(one) for one in (author, people.trainer(course.number), people.trainer(course.number))
    )
    course.hand_in(learner)
    weak = LEVELS | {"answer-level-numbers": "1"}

    def said(trainer: Any, seen: str, levels: dict[str, str]) -> str:
        return str(course.send(trainer, "judge", record=f"work/{author}", seen=seen, **levels).json["code"])

    assert said(first, "1.0.", weak) == "second"
    assert said(learner, "1.1.", weak) == "not_there"
    assert said(second, "1.1.", weak) == "sent_back"
    course.hand_in(learner)
    assert said(second, "2.0.", LEVELS) == "second"
    assert said(first, "2.1.", LEVELS | {"answer-level-honest": "1"}) == "third"
    reason = {"answer-reason": "Nous l'avons relu ensemble."}
    assert said(first, "2.2.", LEVELS | reason) == "judged"
    with transaction(sessions, writes=False) as session:
        scores = {one.person_id: one.earned for one in session.scalars(select(Score))}
        record = session.scalars(select(BlockRecord)).one()
    assert scores == {author: 7.5}
    assert (record.state, record.data["round"], record.data["earlier"]["result"]["points"]) == ("done", 2, 55.0)


@pytest.mark.parametrize("course", [{}], indirect=True)
def test_nothing_that_was_handed_in_outlives_its_author(course, people, signed_in_client, sessions) -> None:
    author, other = people.learner(course.number), people.learner(course.number)
    for person in (author, other):
        course.hand_in(signed_in_client(person))
    with transaction(sessions) as session:
        erase(session, Actor(author), now=people.clock())
    with transaction(sessions, writes=False) as session:
        held = [(one.person_id, str(one.state)) for one in session.scalars(select(BlockState))]
        held += [(one.learner_id, str(one.data)) for one in session.scalars(select(BlockRecord))]
    assert {person for person, told in held if "dirhams" in told} == {other}
