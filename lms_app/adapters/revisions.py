"""Revisions: each names one state of a course; two pointers say which is the draft and which is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.nodes import block_hashes, load_content
from lms_app.adapters.outlines import make_outline, read_outline, store_outline
from lms_app.domain.content import Hash
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import PersonId
from lms_app.model.authoring import PlannedPublication
from lms_app.model.content import Revision
from lms_app.model.courses import Course

PUBLISHED_MEANWHILE: Final = "published_meanwhile"
"""Why a planned publication waits for a word: the course was published by hand since it was planned."""


def commit_revision(
    session: Session,
    course: Course,
    snapshot: Hash,
    *,
    author: PersonId | None,
    message: str,
    now: datetime,
    parents: Sequence[int] = (),
) -> Revision:
    """Write a revision and make it the course's draft."""
    revision = Revision(
        course_id=course.id,
        snapshot=snapshot,
        parents=list(parents),
        author_id=author,
        message=message,
        created_at=now,
    )
    session.add(revision)
    session.flush()
    course.draft_revision_id = revision.id
    session.flush()
    return revision


def hold_plan(session: Session, course_id: int) -> None:
    """Hold back what was planned for later: a publication by hand came before it, and somebody must say whether it still holds."""
    plan = session.get(PlannedPublication, course_id)
    if plan is not None:
        plan.problem = PUBLISHED_MEANWHILE
        session.flush()


def publish(session: Session, course: Course, revision: Revision) -> None:
    """Make the revision what learners see, and store its outline; refuse another course's revision."""
    if revision.course_id != course.id:
        raise Invalid("revision_of_another_course", revision=revision.id)
    snapshot = Hash(revision.snapshot)
    if read_outline(session, snapshot) is None:
        content = load_content(session, snapshot)
        store_outline(session, snapshot, make_outline(content, block_hashes(content)))
    outline = load_outline(session, snapshot)
    course.published_revision_id = revision.id
    course.title = outline[outline.root].title
    course.source_language = outline.language
    session.flush()
