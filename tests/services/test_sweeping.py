"""Only what no revision names goes, and only once it is old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from lms_app.adapters.nodes import load_content, store_content, store_nodes
from lms_app.adapters.revisions import commit_revision
from lms_app.domain.content import Block, CourseContent, Overlay, hash_of
from lms_app.domain.keys import BlockId
from lms_app.model.content import Node
from lms_app.model.courses import Course
from lms_app.services.authoring.sweeping import OLD, sweep_nodes

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LONG_AGO = NOW - OLD - timedelta(days=1)
ROOT, TEXT = BlockId("course/course"), BlockId("html/a")


def content(words: str) -> CourseContent:
    blocks = {ROOT: Block(ROOT, "course", {}, (TEXT,)), TEXT: Block(TEXT, "html", {"data": words})}
    return CourseContent(root=ROOT, blocks=blocks, overlays={"fr": Overlay("fr", {TEXT: {"data": f"{words} (fr)"}})})


def test_what_a_revision_names_stays_and_what_none_names_goes_once_it_is_old(session):
    course = Course(key="course-v1:A+B+C", created_at=LONG_AGO)
    session.add(course)
    session.flush()
    for words in ("first", "second"):  # the first is history, and stays
        commit_revision(session, course, store_content(session, content(words), LONG_AGO), author=None, message="", now=LONG_AGO)
    kept = set(session.scalars(select(Node.hash)))
    store_nodes(session, {hash_of({"left": over}): {"left": over} for over in range(3)}, LONG_AGO)
    young = hash_of({"young": 1})
    store_nodes(session, {young: {"young": 1}}, NOW - timedelta(days=2))
    again = hash_of({"left": 0})
    store_nodes(session, {again: {"left": 0}}, NOW)

    assert sweep_nodes(session, now=NOW) == 2
    assert set(session.scalars(select(Node.hash))) == kept | {young, again}
    assert load_content(session, store_content(session, content("first"), NOW)).overlays["fr"].texts[TEXT]["data"] == "first (fr)"
