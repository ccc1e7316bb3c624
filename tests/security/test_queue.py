"""Work pages and the phone's queue: what is kept, sent and shown belongs to one person, and a forged phone gains nothing."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import BlockRecord, Course
from lms_app.services.authoring.importing import import_course
from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction
from lms_app.web.learn.work import READER_COOKIE, READER_HEADER
from tests.journeys.blocks.writing import write_course
from tests.people import Client, People

KEY = "course-v1:Test+Hall+2026"
BLOCK = "coop_attendance/hall"
REPLAY = "/handler/block-v1:Test+Hall+2026+type@coop_attendance+block@hall/replay"
ATTENDANCE = """<coop_attendance url_name="hall" display_name="Two days in Zagora">
<halfday id="am" date="2027-03-15" starts="09:00" hours="3.5"/></coop_attendance>"""


@pytest.fixture
def course(app: Flask, tmp_path: Path) -> int:
    """A course with a session in a unit that is open, and one in a unit that is hidden; its number."""
    here = app.extensions["takwin"]
    units = {"hall": ATTENDANCE, "text": '<html url_name="story" display_name="Story">Once</html>'}
    with transaction(here.sessions) as session:
        folder = write_course(tmp_path / "hall", units, name="Hall")
        report = import_course(session, folder, blobs=here.blobs, types=here.host.types, now=here.clock(), publish=True)
        assert not report.is_refused
        return session.scalars(select(Course.id).where(Course.key == KEY)).one()


def page(view: str = "field_view", block: str = BLOCK, key: str = KEY) -> str:
    return f"/courses/{key}/views/{view}/{block}"


def mark(client: Client) -> str:
    return str(client.get(f"/courses/{KEY}/queue-pass", headers={"Accept": "application/json"}).json["person"])


def entry(person: str, **changes: Any) -> dict[str, Any]:
    data = {"slot": "am", "learner": "0", "how": "ticked"}
    made = {"id": str(uuid.uuid4()), "device": str(uuid.uuid4()), "seq": 1, "person": person, "schema": 1, "kind": "checkin"}
    return {**made, "made_at": "2027-03-15T09:00:00Z", "data": data, **changes}


def send(client: Client, what: Any, *, token: str | None = None) -> Any:
    headers = {"X-CSRF-Token": client.token() if token is None else token, "Accept": "application/json"}
    return client.post(REPLAY, data=json.dumps(what), content_type="application/json", headers=headers)


def rows(sessions: Sessions) -> list[tuple[str, int | None]]:
    with transaction(sessions, writes=False) as session:
        found = session.execute(select(BlockRecord.kind, BlockRecord.learner_id).order_by(BlockRecord.id))
        return [(kind, learner) for kind, learner in found]


def test_only_views_that_the_class_names_are_shown_and_only_of_this_course(
    course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    trainer = signed_in_client(people.trainer(course))
    assert {view: trainer.get(page(view)).status_code for view in ("field_view", "judge_view", "print_view")} == dict.fromkeys(
        ("field_view", "judge_view", "print_view"), 200
    )
    others = ("student_view", "studio_view", "author_view", "student_view_data", "inner_html", "__class__", "replay")
    assert {trainer.get(page(view)).status_code for view in others} == {404}
    for address in (
        page(block="html/story"),
        page(block="coop_attendance/none"),
        page(block="vertical/hall"),
        page(block="../hall"),
    ):
        assert trainer.get(address).status_code == 404, address
    elsewhere = people.course_key(people.course())
    assert trainer.get(page(key=elsewhere)).status_code in {403, 404}


def test_strangers_and_learners_see_nothing_of_a_trainers_page(
    course: int, people: People, client: Client, signed_in_client: Callable[..., Client]
) -> None:
    people.learner(course, name_latin="Awa Diop")
    assert client.get(page()).status_code == 303
    assert signed_in_client(people.person()).get(page()).status_code == 403
    told = signed_in_client(people.learner(course)).get(page())
    assert "Awa Diop" not in told.text
    assert "Awa Diop" in signed_in_client(people.trainer(course)).get(page()).text


def test_a_cohorts_trainer_sees_the_learners_of_that_cohort(
    course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    mine, other = people.cohort(course), people.cohort(course)
    people.learner(course, mine, name_latin="Awa Diop")
    people.learner(course, other, name_latin="Binta Sow")
    trainer = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, mine)))
    shown = trainer.get(page())
    assert (shown.status_code, "Awa Diop" in shown.text, "Binta Sow" in shown.text) == (200, True, False)


def test_a_query_reaches_the_block_by_name_only_and_the_way_back_stays_here(
    course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    trainer = signed_in_client(people.trainer(course))
    shown = trainer.get(f"{page()}?search=a&back=https://evil.example&csrf_token=x&language=ar")
    assert shown.status_code == 200
    ways_back = set(re.findall(r'name="back" value="([^"]*)"', shown.text.partition("<main")[2]))
    assert ways_back == {f"{page()}?search=a"}


def test_field_pages_say_whose_they_are_and_browsers_keep_nothing_of_them(
    course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    first, second = (signed_in_client(people.trainer(course)) for _ in range(2))
    readers = []
    for client in (first, second):
        shown = client.get(page())
        readers.append(shown.headers[READER_HEADER])
        assert shown.headers["Cache-Control"] == "private, no-store"
        assert client.get_cookie(READER_COOKIE).value == readers[-1]
    assert readers[0] != readers[1]
    assert READER_HEADER not in first.get(page("judge_view")).headers
    first.send("/sign-out")
    first.get("/")
    assert first.get_cookie(READER_COOKIE).value == "-"


def test_a_phone_that_kept_nothing_gets_no_cookie(course: int, people: People, signed_in_client: Callable[..., Client]) -> None:
    client = signed_in_client(people.learner(course))
    client.get("/")
    assert client.get_cookie(READER_COOKIE) is None


def test_the_pass_tells_who_is_signed_in_to_themselves_alone(
    course: int, people: People, client: Client, signed_in_client: Callable[..., Client]
) -> None:
    address, asks = f"/courses/{KEY}/queue-pass", {"Accept": "application/json"}
    assert client.get(address, headers=asks).status_code == 401
    first, second = (signed_in_client(people.trainer(course)) for _ in range(2))
    assert mark(first) != mark(second)
    assert mark(first) in first.get(page()).text
    answer = first.get(address, headers=asks)
    assert answer.headers["Cache-Control"] == "private, no-store"
    token = answer.json["csrf_token"]
    assert send(first, entry(mark(first)), token=token).json["code"] == "refused"  # by the block: there is no such learner
    assert send(second, entry(mark(second)), token=token).json["code"] == "bad_csrf_token"


def test_what_one_noted_is_not_taken_under_anothers_session(
    course: int, people: People, sessions: Sessions, signed_in_client: Callable[..., Client]
) -> None:
    learner = people.learner(course)
    first, second = (signed_in_client(people.trainer(course)) for _ in range(2))
    noted = entry(mark(first), data={"slot": "am", "learner": str(learner), "how": "ticked"})
    stolen = send(second, noted)
    assert (stolen.status_code, stolen.json["code"]) == (409, "other_person")
    assert rows(sessions) == []
    assert [send(first, noted).json["code"] for _ in range(3)] == ["stored", "replayed", "replayed"]
    assert rows(sessions) == [("checkin/am", learner)]
    changed = send(first, {**noted, "data": {**noted["data"], "how": "scan"}})
    assert (changed.status_code, changed.json["code"]) == (409, "conflict")


def test_a_forged_phone_of_a_learner_checks_nobody_in(
    course: int, people: People, sessions: Sessions, signed_in_client: Callable[..., Client]
) -> None:
    learner, other = people.learner(course), people.learner(course)
    phone = signed_in_client(learner)
    for whom in (learner, other):
        forged = entry(mark(phone), data={"slot": "am", "learner": str(whom), "how": "ticked"})
        assert send(phone, forged).json["code"] == "refused"
    assert rows(sessions) == []


def test_a_cohorts_trainer_checks_in_no_learner_of_another_cohort(
    course: int, people: People, sessions: Sessions, signed_in_client: Callable[..., Client]
) -> None:
    mine, other = people.cohort(course), people.cohort(course)
    own, foreign = people.learner(course, mine), people.learner(course, other)
    phone = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, mine)))
    said = {
        whom: send(phone, entry(mark(phone), data={"slot": "am", "learner": str(whom), "how": "ticked"})).json["code"]
        for whom in (own, foreign)
    }
    assert said == {own: "stored", foreign: "refused"}
    assert rows(sessions) == [("checkin/am", own)]


def test_the_worker_is_a_script_of_its_own_that_may_load_nothing(client: Client) -> None:
    given = client.get("/work-worker.js")
    assert (given.status_code, given.mimetype) == (200, "text/javascript")
    assert given.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    assert given.headers["Cache-Control"] == "no-cache"
