"""What no browser of ours sends: refused in words, never with a broken page."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from web_fragments.fragment import Fragment
from webob import Response
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart
from xblock.core import XBlock
from xblock.fields import Scope, String

from lms_app.adapters.learner_state import write_changes
from lms_app.adapters.nodes import store_content
from lms_app.adapters.revisions import commit_revision, publish
from lms_app.domain.content import Block
from lms_app.domain.errors import Invalid, NotFound, StateTooLarge
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import StateChanges, StateRow
from lms_app.model import BlockState, Course
from lms_app.runtime.django_host import capa_file
from lms_app.runtime.plugins import BlockTypes
from lms_app.storage.transaction import transaction
from lms_app.web.context import Takwin
from tests.fakes import block, course_of
from tests.people import Client, People

NUL = "a\0b"
MANY_DIGITS = "9" * 26
LONG = "x" * 300_000


def parts_of(app: Flask) -> Takwin:
    parts: Takwin = app.extensions["takwin"]
    return parts


def publish_course(app: Flask, people: People, *blocks: Block) -> int:
    """Publish a course of these blocks, and return its number."""
    number, parts = people.course(), parts_of(app)
    content = course_of(*blocks, language="en")
    with transaction(parts.sessions) as session:
        row, now = session.get_one(Course, number), parts.clock()
        publish(session, row, commit_revision(session, row, store_content(session, content, now), author=None, message="", now=now))
    return number


@pytest.fixture
def course(app: Flask, people: People) -> int:
    """A published course with a page and a diary."""
    return publish_course(app, people, block("html/h", data="<p>x</p>"), block("coop_diary/d"))


@pytest.fixture
def key(people: People, course: int) -> str:
    return people.course_key(course)


@pytest.fixture
def learner(people: People, course: int, signed_in_client: Callable[..., Client]) -> Client:
    return signed_in_client(people.learner(course))


@pytest.fixture
def trainer(people: People, course: int, signed_in_client: Callable[..., Client]) -> Client:
    return signed_in_client(people.trainer(course))


def usage(key: str, block: str = "html/h") -> str:
    kind, name = block.split("/")
    return f"block-v1:{key.removeprefix('course-v1:')}+type@{kind}+block@{name}"


# The sign NUL


@pytest.mark.parametrize(
    "path",
    [
        "/v/%00",
        "/courses/%00",
        "/courses/{key}/unit/%00",
        "/courses/{key}/jump/a%00b",
        "/sign-in?next=%00",
        "/?%00=1",
        "/static/%00",
    ],
)
def test_nul_in_an_address_is_refused_in_words(learner: Client, key: str, path: str) -> None:
    answer = learner.get(path.format(key=key))

    assert (answer.status_code, "The site could not read this request." in answer.text) == (400, True)


def test_nul_in_an_address_of_the_block_origin_is_refused_too(app: Flask) -> None:
    host = parts_of(app).settings.blocks_origin
    assert host is not None

    assert app.test_client().get("/capa/%00", base_url=host).status_code == 400


@pytest.mark.parametrize(
    ("who", "path", "fields"),
    [
        ("learner", "/courses/{key}/language", {"language": NUL}),
        ("learner", "/courses/{key}/enrol", {"code": NUL}),
        ("learner", "/courses/{key}/enrol", {NUL: "x"}),
        ("learner", "/handler/{usage}/anything", {"x": NUL}),
        ("trainer", "/studio/{key}/block/html/h", {"language": "", "display_name": NUL, "base": NUL}),
        ("trainer", "/courses/{key}/cohorts/new", {"name": NUL}),
        ("trainer", "/studio/{key}/import", {"file": (b"x", NUL)}),
    ],
)
def test_nul_in_a_form_is_refused_in_words(
    request: pytest.FixtureRequest, key: str, who: str, path: str, fields: dict[str, Any]
) -> None:
    browser: Client = request.getfixturevalue(who)
    sent = {name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for name, value in fields.items()}

    answer = browser.send(path.format(key=key, usage=usage(key)), **sent)

    assert (answer.status_code, "The site could not read this request." in answer.text) == (400, True)


def test_nul_in_a_form_to_a_framed_block_is_refused(app: Flask, key: str) -> None:
    host = parts_of(app).settings.blocks_origin
    assert host is not None

    def sent(value: str) -> int:
        return app.test_client().post(f"/blocks/token/{usage(key)}/anything/", data={"x": value}, base_url=host).status_code

    assert (sent("a"), sent(NUL)) == (403, 400)


def test_a_language_that_the_course_has_not_is_refused(learner: Client, key: str) -> None:
    refused = learner.send(f"/courses/{key}/language", language="zz")

    assert (refused.status_code, "Please choose a language from the list." in refused.text) == (422, True)
    assert [learner.send(f"/courses/{key}/language", language=one).status_code for one in ("en", "")] == [303, 303]


# Numbers


@pytest.mark.parametrize("number", [MANY_DIGITS, "9" * 5000, str(2**31)])
@pytest.mark.parametrize(
    "path", ["/courses/{key}/cohorts/{number}", "/courses/{key}/gradebook?cohort={number}", "/people/{number}/recovery-code"]
)
def test_a_number_that_no_row_has_is_no_page(trainer: Client, key: str, path: str, number: str) -> None:
    assert trainer.get(path.format(key=key, number=number)).status_code == 404


def test_the_gradebook_of_one_cohort_is_still_found(trainer: Client, key: str, people: People, course: int) -> None:
    assert trainer.get(f"/courses/{key}/gradebook?cohort={people.cohort(course)}").status_code == 200


@pytest.mark.parametrize("path", ["\0", "x" * 5000, "../../../x"])
def test_a_file_of_capa_that_can_not_be_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        capa_file(path)


# Sizes


def upload(browser: Client, path: str) -> TestResponse:
    """Send a file of three megabytes."""
    fields = {"csrf_token": browser.token(), "file": FileStorage(io.BytesIO(b"x" * (3 << 20)), "course.tar.gz")}
    stream, length, boundary = stream_encode_multipart(fields, use_tempfile=False)
    return browser.post(path, data=stream.read(length), content_type=f'multipart/form-data; boundary="{boundary}"')


def test_only_pages_that_bring_courses_in_take_large_bodies(learner: Client, trainer: Client, key: str) -> None:
    three_mb = b"x" * (3 << 20)

    for path in (f"/handler/{usage(key)}/anything", f"/courses/{key}/enrol", "/sign-in"):
        answer = learner.post(
            path, data=three_mb, content_type="application/octet-stream", headers={"X-CSRF-Token": learner.token()}
        )
        assert (path, answer.status_code) == (path, 413)
        assert "This is larger than the site accepts." in answer.text
    assert upload(trainer, f"/studio/{key}/import").status_code == 422  # read, and no course


def test_an_upload_page_takes_nothing_large_from_those_it_is_not_for(learner: Client, key: str) -> None:
    assert upload(learner, f"/studio/{key}/import").status_code == 403


def test_words_in_the_place_of_a_file_are_refused(trainer: Client, key: str) -> None:
    sent = trainer.send(f"/studio/{key}/import", file="no file at all")

    assert (sent.status_code, "Please fill this in." in sent.text) == (422, True)


def test_more_than_a_row_of_state_holds_is_not_written(session: Session, people: People, course: int) -> None:
    person = PersonId(people.learner(course))
    rows = {BlockId("html/a"): StateRow(0, {"said": "x"}), BlockId("html/h"): StateRow(0, {"said": LONG})}

    with pytest.raises(StateTooLarge):
        write_changes(session, StateChanges(blocks=rows), person=person, course_id=course, now=people.clock())

    assert session.scalars(select(BlockState.block_id)).all() == []


def test_half_a_surrogate_pair_is_not_written(session: Session, people: People, course: int) -> None:
    rows = {BlockId("html/h"): StateRow(0, {"said": "\ud800"})}

    with pytest.raises(Invalid, match="hidden_characters"):
        write_changes(session, StateChanges(blocks=rows), person=PersonId(1), course_id=course, now=people.clock())


class Diary(XBlock):
    """A block that keeps whatever it is told."""

    said = String(default="", scope=Scope.user_state)

    @XBlock.handler
    def write(self, request: Any, _suffix: str = "") -> Response:
        self.said = request.POST["said"]
        return Response("kept")

    def student_view(self, _context: Any) -> Fragment:
        self.said = LONG
        return Fragment("<p>My diary</p>")


def test_an_answer_too_large_is_refused_in_words(app: Flask, learner: Client, session: Session, key: str) -> None:
    parts_of(app).host.types._classes["coop_diary"] = Diary

    def write(text: str) -> TestResponse:
        return learner.send(f"/handler/{usage(key, 'coop_diary/d')}/write", said=text)

    assert write("a word").status_code == 200
    refused = write(LONG)

    assert (refused.status_code, "This answer is too large to be kept" in refused.text) == (422, True)
    assert session.scalars(select(BlockState.state).where(BlockState.block_id == "coop_diary/d")).all() == [{"said": "a word"}]


def test_a_page_opens_although_a_block_would_keep_too_much_of_it(app: Flask, learner: Client, session: Session, key: str) -> None:
    parts_of(app).host.types._classes["coop_diary"] = Diary

    opened = learner.get(f"/courses/{key}/unit/vertical/v")

    assert (opened.status_code, "My diary" in opened.text) == (200, True)
    assert session.scalars(select(BlockState.block_id)).all() == []


# What costs much


def test_nobody_makes_a_process_import_blocks_that_no_course_uses(app: Flask) -> None:
    types: BlockTypes = parts_of(app).host.types

    answer = app.test_client().get("/resource/problem/x", base_url=parts_of(app).settings.blocks_origin or "")

    assert (answer.status_code, types.is_waiting("problem")) == (404, True)


def test_files_of_a_type_that_came_into_use_are_served(app: Flask, people: People) -> None:
    publish_course(app, people, block("video/v"))
    app.test_client().get("/resource/video/x", base_url=parts_of(app).settings.blocks_origin or "")

    assert not parts_of(app).host.types.is_waiting("video")


def test_guessing_the_code_of_a_course_ends_after_ten_tries(
    people: People, signed_in_client: Callable[..., Client], course: int, key: str, clock: Any
) -> None:
    first, second = signed_in_client(people.person()), signed_in_client(people.person())
    tries = [first.send(f"/courses/{key}/enrol", code=f"guess{n}").status_code for n in range(11)]

    assert tries == [422] * 10 + [429]
    assert first.send(f"/courses/{key}/enrol").status_code == 303
    assert second.send(f"/courses/{key}/enrol", code="guess").status_code == 422
    clock.go_on(minutes=61)
    assert first.send(f"/courses/{key}/enrol", code="guess").status_code == 422
