"""What a learner was given, over HTTP: nothing hidden is shown, nothing that was not drawn answers, and only the rest counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms_app.adapters.nodes import store_content
from lms_app.adapters.revisions import commit_revision, publish
from lms_app.domain.content import CourseContent
from lms_app.domain.keys import BlockId
from lms_app.model import BlockState, Completion, Course, CourseGrade
from lms_app.storage.transaction import transaction
from lms_app.web.context import Takwin
from tests.fakes import block
from tests.people import Client, People

LATER = "2099-01-01T00:00:00Z"
QUIZ = {
    "structure": {
        "questions": [{"id": "q", "kind": "single", "choices": [{"id": "yes", "correct": True}, {"id": "no", "correct": False}]}]
    },
    "texts": {"q/prompt": "Which?", "q/choice-yes": "Yes", "q/choice-no": "No"},
}


@dataclass
class Published:
    """A course of one lesson, and its database."""

    id: int
    key: str
    parts: Takwin

    def usage(self, name: str) -> str:
        kind, _, bare = name.partition("/")
        return f"block-v1:{self.key.removeprefix('course-v1:')}+type@{kind}+block@{bare}"

    def state(self, name: str) -> dict[str, Any]:
        with transaction(self.parts.sessions, writes=False) as session:
            return session.scalars(select(BlockState.state).where(BlockState.block_id == name)).one()

    def done(self) -> set[str]:
        with transaction(self.parts.sessions, writes=False) as session:
            return set(session.scalars(select(Completion.block_id)))

    def standing(self) -> tuple[float, float]:
        with transaction(self.parts.sessions, writes=False) as session:
            kept = session.scalars(select(CourseGrade)).one()
            return kept.grade, kept.completion


Publishes = Callable[..., Published]


@pytest.fixture
def published(app: Flask, people: People) -> Publishes:
    """Publish a course of the given blocks, the first of which stand in `vertical/u`."""
    parts: Takwin = app.extensions["takwin"]

    def make(
        unit: tuple[str, ...], *blocks: Any, units: tuple[str, ...] = ("vertical/u",), chapters: tuple[str, ...] = ("chapter/a",)
    ) -> Published:
        frame = (
            block("course/c", *chapters),
            block("chapter/a", "sequential/s"),
            block("sequential/s", *units),
            block("vertical/u", *unit),
        )
        course_id = people.course()
        with transaction(parts.sessions) as session:
            row = session.get_one(Course, course_id)
            content = CourseContent(root=BlockId("course/c"), blocks={one.id: one for one in (*frame, *blocks)})
            snapshot = store_content(session, content, parts.clock())
            publish(session, row, commit_revision(session, row, snapshot, author=None, message="one", now=parts.clock()))
            return Published(course_id, row.key, parts)

    return make


def quiz(name: str, **fields: Any) -> Any:
    return block(f"coop_quiz/{name}", **QUIZ, **fields)


def text(name: str, said: str, **fields: Any) -> Any:
    return block(f"html/{name}", data=f"<p>{said}</p>", **fields)


def answered(client: Client, course: Published, name: str, answer: str = "yes") -> int:
    """Answer a quiz by its plain form, and return the status: 303 leads back to the page."""
    return client.send(f"/handler/{course.usage(f'coop_quiz/{name}')}/submit", back="/verify", **{"answer-q": answer}).status_code


def opened(client: Client, course: Published, unit: str = "vertical/u") -> str:
    page = client.get(f"/courses/{course.key}/unit/{unit}")
    assert page.status_code == 200
    return page.text


def test_what_is_hidden_or_not_yet_open_is_shown_nowhere_in_a_container_but_to_staff(
    published: Publishes, people: People, signed_in_client: Callable[..., Client]
) -> None:
    course = published(
        ("randomize/r", "vertical/inside", "library_content/l"),
        block("randomize/r", "html/staff"),
        text("staff", "FOR STAFF", visible_to_staff_only=True),
        block("vertical/inside", "html/later", "html/now"),
        text("later", "FOR LATER", start=LATER),
        text("now", "FOR NOW"),
        block("library_content/l", "html/one", "html/two", max_count=1),
        text("one", "ONE", visible_to_staff_only=True),
        text("two", "TWO"),
    )

    page = opened(signed_in_client(people.learner(course.id)), course)
    assert [word in page for word in ("FOR STAFF", "FOR LATER", "FOR NOW", "ONE", "TWO")] == [False, False, True, False, True]
    assert course.state("library_content/l") == {"selected": [["html", "two"]]}
    page = opened(signed_in_client(people.trainer(course.id)), course)
    assert [word in page for word in ("FOR STAFF", "FOR LATER", "FOR NOW")] == [True, True, True]


def test_only_what_a_library_drew_answers_and_counts(
    published: Publishes, people: People, signed_in_client: Callable[..., Client]
) -> None:
    names = ("a", "b", "c")
    library = block("library_content/l", *(f"coop_quiz/{name}" for name in names), max_count=1)
    course = published(("library_content/l",), library, *(quiz(name) for name in names))
    client = signed_in_client(people.learner(course.id))
    opened(client, course)
    [[_, drawn]] = course.state("library_content/l")["selected"]

    assert [answered(client, course, name) for name in names] == [303 if name == drawn else 404 for name in names]
    assert course.standing() == (1.0, 1.0)
    assert "100%" in client.get(f"/courses/{course.key}/progress").text


def test_texts_that_a_library_did_not_draw_are_not_done_by_opening_the_page(
    published: Publishes, people: People, signed_in_client: Callable[..., Client]
) -> None:
    library = block("library_content/l", "html/a", "html/b", max_count=1)
    course = published(("library_content/l",), library, text("a", "A"), text("b", "B"), text("x", "X", visible_to_staff_only=True))
    client = signed_in_client(people.learner(course.id))
    opened(client, course)

    [pair] = course.state("library_content/l")["selected"]
    assert course.done() == {"/".join(pair)}
    assert course.standing()[1] == 1.0


def test_what_waits_for_a_condition_neither_answers_nor_counts_before_it_is_met(
    published: Publishes, people: People, signed_in_client: Callable[..., Client]
) -> None:
    course = published(
        ("coop_quiz/first", "conditional/k"),
        quiz("first"),
        block("conditional/k", "coop_quiz/then", sources_list=["coop_quiz/first"], conditional_attr="attempted"),
        quiz("then"),
    )
    client = signed_in_client(people.learner(course.id))
    opened(client, course)

    assert answered(client, course, "then") == 404
    assert answered(client, course, "first") == 303
    assert course.standing() == (1.0, 1.0)
    assert course.usage("coop_quiz/then") in opened(client, course)
    assert course.standing() == (0.5, 0.5)
    assert answered(client, course, "then", "no") == 303
    assert course.standing() == (0.5, 1.0)


def test_a_pass_for_frames_opens_no_more_than_the_page_does(
    published: Publishes, people: People, signed_in_client: Callable[..., Client], app: Flask
) -> None:
    script = "<script>1</script>"
    course = published(
        ("randomize/r", "conditional/k"),
        block("randomize/r", "html/staff", "html/drawn"),
        text("staff", f"FOR STAFF{script}", visible_to_staff_only=True),
        text("drawn", f"DRAWN{script}"),
        block("conditional/k", "coop_quiz/then", sources_list=["coop_quiz/elsewhere"], conditional_attr="attempted"),
        quiz("then"),
        block("vertical/v", "coop_quiz/elsewhere"),
        quiz("elsewhere"),
        units=("vertical/u", "vertical/v"),
    )
    client = signed_in_client(people.learner(course.id))
    token = client.get(f"/courses/{course.key}/renew/vertical/u").json["token"]
    origin = app.extensions["takwin"].settings.blocks_origin

    framed = app.test_client().get(f"/frame/{token}/2/randomize/r", base_url=origin)
    assert ("FOR STAFF" in framed.text, "DRAWN" in framed.text) == (False, True)

    def called() -> int:
        form = {"answer-q": "yes", "back": "/verify"}
        path = f"/blocks/{token}/{course.usage('coop_quiz/then')}/submit"
        return app.test_client().post(path, base_url=origin, data=form).status_code

    assert called() == 404
    assert answered(client, course, "elsewhere") == 303
    assert called() == 303


def test_a_quiz_for_staff_alone_takes_nothing_from_a_learners_grade(
    published: Publishes, people: People, signed_in_client: Callable[..., Client]
) -> None:
    course = published(("coop_quiz/a", "coop_quiz/b"), quiz("a"), quiz("b", visible_to_staff_only=True))
    client = signed_in_client(people.learner(course.id))

    assert [answered(client, course, name) for name in "ab"] == [303, 404]
    assert course.standing() == (1.0, 1.0)


def test_ways_on_and_back_lead_only_where_the_whole_way_is_open(
    published: Publishes, people: People, signed_in_client: Callable[..., Client]
) -> None:
    """A unit may name an earlier start than its lesson: it opens with the lesson all the same."""
    early = {"start": "2020-01-01T00:00:00Z"}
    course = published(
        ("html/a",),
        text("a", "A"),
        block("chapter/b", "sequential/t"),
        block("sequential/t", "vertical/w", start=LATER),
        block("vertical/w", "html/w", **early),
        text("w", "W"),
        chapters=("chapter/b", "chapter/a"),
    )
    client = signed_in_client(people.learner(course.id))
    way = f"/courses/{course.key}/unit/"

    assert client.get(f"{way}vertical/w").status_code == 403
    assert f"{way}vertical/w" not in opened(client, course)
    overview = client.get(f"/courses/{course.key}").text
    assert f"{way}vertical/u" in overview
    assert f"{way}vertical/w" not in overview
