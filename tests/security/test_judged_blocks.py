"""Our blocks that people judge, over the site's own address: strangers send every handler every number, and nothing comes of it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import Attainment, BlockRecord, Completion, Course, Score
from lms_app.services.authoring.importing import import_course
from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction
from tests.journeys.blocks.writing import write_course
from tests.people import Client, People

KEY = "course-v1:Test+Judged+2026"
SCENARIOS = {
    "coop_rubric": "rubric/scenarios/1-plan.xml",
    "coop_observation": "observation/scenarios/1-teach-back-en.xml",
    "coop_evidence": "evidence/scenarios/4-one-session.xml",
    "coop_attendance": "attendance/scenarios/1-two-days.xml",
}
KINDS = {"coop_rubric": "work", "coop_observation": "observation", "coop_evidence": "evidence", "coop_attendance": "checkin"}
ABOUT_PEOPLE = ("learner", "trainee", "person", "who", "to", "user_id", "judge", "author")
ABOUT_RECORDS = ("record", "key", "work", "piece", "review", "stranger")


@pytest.fixture
def blocks(app: Flask, tmp_path: Path) -> dict[str, str]:
    """Names of the four blocks of a course, by type."""
    here = app.extensions["takwin"]
    units, names = {}, {}
    for kind, path in SCENARIOS.items():
        block = etree.fromstring(files("takwin_xblocks").joinpath(path).read_bytes())
        block.set("url_name", names.setdefault(kind, "judged"))  # not every scenario has a name
        units[kind] = etree.tostring(block, encoding="unicode")
    with transaction(here.sessions) as session:
        folder = write_course(tmp_path / "judged", units, name="Judged")
        report = import_course(session, folder, blobs=here.blobs, types=here.host.types, now=here.clock(), publish=True)
        assert not report.is_refused, report
    return names


def handlers_of(app: Flask, kind: str) -> list[str]:
    """Return the names of a block's handlers for those who learn and teach."""
    block_class = app.extensions["takwin"].host.types.load(kind)
    named = [name for name in dir(block_class) if getattr(getattr(block_class, name), "_is_xblock_handler", False)]
    return [name for name in named if not name.startswith("studio_")]


@pytest.mark.parametrize("kind", SCENARIOS)
def test_strangers_change_nothing_of_a_learners_work(
    app: Flask, blocks: dict[str, str], people: People, sessions: Sessions, signed_in_client: Callable[..., Client], kind: str
) -> None:
    """Attacks 21, 22, 24, 25 and 26, with every handler, sent by script and without."""
    with transaction(sessions, writes=False) as session:
        course = session.scalars(select(Course.id).where(Course.key == KEY)).one()
    cohort, elsewhere = people.cohort(course), people.cohort(course)
    victim = people.learner(course, cohort, name_latin="Vera Unseen")
    of_another_course = people.trainer(people.course())
    strangers = [
        people.learner(course, elsewhere),
        people.person(Role.TRAINER, Place(PlaceKind.COHORT, elsewhere)),
        of_another_course,
    ]
    record = f"{KINDS[kind]}/{victim}"
    with transaction(sessions) as session:
        now = people.clock()
        session.add(
            BlockRecord(
                course_id=course, block_id=f"{kind}/{blocks[kind]}", key=record, kind=KINDS[kind], state="waiting", learner_id=victim,
                judge_id=None, author_id=victim, version=1, data={"round": 1, "text": "their secret"}, created_at=now, updated_at=now,
            )
        )  # fmt: skip
    fields: dict[str, Any] = {
        **dict.fromkeys(ABOUT_PEOPLE, str(victim)),
        **dict.fromkeys(ABOUT_RECORDS, record),
        "state": "done",
        "level": "4",
        "points": "4",
        "act": "accept",
        "decision": "accept",
        "reason": "staged",
        "slot": "am",
        "value": "4",
        "max_value": "4",
        "words": "well done",
        "answer-text": "mine",
    }

    for stranger in strangers:
        client = signed_in_client(stranger)
        token, statuses = client.token(), set()
        for handler in handlers_of(app, kind):
            address = f"/handler/block-v1:Test+Judged+2026+type@{kind}+block@{blocks[kind]}/{handler}"
            statuses.add(client.post(address, data={"csrf_token": token, **fields}).status_code)
            by_script = client.post(address, json=fields, headers={"X-CSRF-Token": token})
            statuses.add(by_script.status_code)
        views = [f"/courses/{KEY}/views/{view}/{kind}/{blocks[kind]}" for view in ("judge_view", "field_view", "print_view")]
        asked = [f"{view}?record={of}&group={cohort}&search=Vera&after=A" for view in views for of in (record, victim, "cards")]
        shown = [client.get(address) for address in (*asked, f"/courses/{KEY}/unit/vertical/{kind}")]
        assert max(one.status_code for one in shown) < 500
        assert not [one.text for one in shown if "Vera Unseen" in one.text or "their secret" in one.text]
        assert max(statuses) < 500
        assert (statuses == {403}) == (stranger == of_another_course)

    with transaction(sessions, writes=False) as session:
        (kept,) = session.scalars(select(BlockRecord).where(BlockRecord.key == record))
        assert (kept.state, kept.version, kept.judge_id, kept.data["text"]) == ("waiting", 1, None, "their secret")
        assert not [row for row in session.scalars(select(BlockRecord)) if row.author_id == victim and row.key != record]
        for table in (Score, Completion, Attainment):
            assert session.scalars(select(table).where(table.person_id == victim)).all() == []


@pytest.mark.parametrize("kind", SCENARIOS)
def test_an_authors_script_beside_the_work_neither_reads_it_nor_judges_in_a_trainers_name(
    app: Flask, blocks: dict[str, str], people: People, signed_in_client: Callable[..., Client], kind: str
) -> None:
    """A frame knows its pass, which calls what stands in the same unit: for a trainer that would be everybody's work."""
    here = app.extensions["takwin"]
    with transaction(here.sessions, writes=False) as session:
        course = session.scalars(select(Course.id).where(Course.key == KEY)).one()
    people.learner(course, name_latin="Vera Unseen")
    trainer = signed_in_client(people.trainer(course))
    unit = trainer.get(f"/courses/{KEY}/unit/vertical/{kind}")
    assert unit.headers["Cache-Control"] == "private, no-store"  # whoever signs in next on this phone may press "back"
    token = trainer.get(f"/courses/{KEY}/renew/vertical/{kind}").json["token"]
    script, origin = app.test_client(), here.settings.blocks_origin
    shown = script.get(f"/frame/{token}/1/{kind}/{blocks[kind]}", base_url=origin)
    assert (shown.status_code, "coop" in shown.text.partition("<main")[2]) == (200, False), shown.text
    address = f"/blocks/{token}/block-v1:Test+Judged+2026+type@{kind}+block@{blocks[kind]}"
    for handler in handlers_of(app, kind):
        assert {script.open(f"{address}/{handler}", method=way, base_url=origin).status_code for way in ("GET", "POST")} == {404}


def test_a_page_that_names_its_own_events_grades_and_attains_nothing(
    app: Flask, tmp_path: Path, people: People, sessions: Sessions, signed_in_client: Callable[..., Client]
) -> None:
    """Polls and drag-and-drop take any event from their page: of oneself, and in a trainer's name of others."""
    here = app.extensions["takwin"]
    with transaction(here.sessions) as session:
        folder = write_course(tmp_path / "polls", {"u": '<poll url_name="p"/><drag-and-drop-v2 url_name="d"/>'}, name="Polls")
        report = import_course(session, folder, blobs=here.blobs, types=here.host.types, now=here.clock(), publish=True)
        assert not report.is_refused, report
        course = session.scalars(select(Course.id).where(Course.key == "course-v1:Test+Polls+2026")).one()
    learner = people.learner(course)
    told = (
        {"event_type": "grade", "value": 1, "max_value": 1},
        {"event_type": "completion", "completion": 1.0},
        {"event_type": "coop.attained", "kind": "attendance", "value": 200},
    )
    for client, about in ((signed_in_client(learner), {}), (signed_in_client(people.trainer(course)), {"user_id": learner})):
        for block in ("poll+block@p", "drag-and-drop-v2+block@d"):
            address, token = f"/handler/block-v1:Test+Polls+2026+type@{block}/publish_event", client.token()
            for event in told:
                sent = client.post(address, json={**event, **about}, headers={"X-CSRF-Token": token})
                assert (sent.status_code, sent.json["result"]) == (200, "success")
    with transaction(sessions, writes=False) as session:
        for table in (Score, Completion, Attainment):
            assert session.scalars(select(table).where(table.person_id == learner)).all() == [], table
