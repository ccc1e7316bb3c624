"""The course as on a past day: which state learners saw at a moment, and what history there is to tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from lms_app.domain.errors import NotFound
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.model.people import AuditEntry, Person

PUBLISHED: Final = "course_published"
"""What the audit calls a publication; its detail names the revision."""
ON_A_PAGE: Final = 25


@dataclass(frozen=True)
class Publication:
    """A state that learners saw, from a moment on."""

    revision: int
    snapshot: str
    since: datetime
    until: datetime | None
    """When the next one took its place."""


@dataclass(frozen=True)
class HistoryLine:
    """One state in the list of what was done."""

    id: int
    made_at: datetime
    author: str
    message: str
    is_draft: bool
    is_published: bool
    before: int | None = None
    """The state that it was made from, with which it is compared."""
    published_at: datetime | None = None
    """When it last became what learners see."""


@dataclass(frozen=True)
class HistoryPage:
    """Some lines of the history, newest first."""

    lines: tuple[HistoryLine, ...]
    page: int
    pages: int


def revision_of(session: Session, course_id: int, revision: int) -> Revision:
    """Return a state of this course, or raise `NotFound`: another course's is not there."""
    found = session.get(Revision, revision)
    if found is None or found.course_id != course_id:
        raise NotFound("no_such_revision", revision=revision)
    return found


def publications(session: Session, course: Course) -> tuple[Publication, ...]:
    """Return what learners saw, oldest first: two reads. A state that was published without a note counts from its own day."""
    noted = [(when, number) for when, number in _noted(session, course.id) if isinstance(number, int)]
    if course.published_revision_id is not None and course.published_revision_id not in {number for _, number in noted}:
        current = session.get_one(Revision, course.published_revision_id)
        noted = sorted([*noted, (current.created_at, current.id)])
    rows = select(Revision.id, Revision.snapshot).where(Revision.course_id == course.id, Revision.id.in_({n for _, n in noted}))
    snapshots = {row.id: row.snapshot for row in session.execute(rows)}
    known = [(when, number) for when, number in noted if number in snapshots]
    ends = [*(when for when, _ in known[1:]), None]
    return tuple(Publication(number, snapshots[number], when, end) for (when, number), end in zip(known, ends, strict=True))


def published_at(session: Session, course: Course, moment: datetime) -> Publication:
    """Return what learners saw at a moment; raise `NotFound` for one before the first publication."""
    found = [one for one in publications(session, course) if one.since <= moment]
    if not found:
        raise NotFound("nothing_published_then")
    return found[-1]


def history(session: Session, course: Course, *, page: int = 1) -> HistoryPage:
    """Return the states of a course, newest first, in pages: three reads."""
    count = session.scalar(select(func.count()).select_from(Revision).where(Revision.course_id == course.id)) or 0
    pages = max(1, -(-count // ON_A_PAGE))
    page = min(max(1, page), pages)
    rows = _rows(session, course.id, offset=(page - 1) * ON_A_PAGE)
    times = {number: when for when, number in _noted(session, course.id)}
    lines = tuple(
        HistoryLine(
            id=row.id,
            made_at=row.created_at,
            author=row.name_latin or row.name_arabic or row.user_name or "",
            message=row.message,
            is_draft=row.id == course.draft_revision_id,
            is_published=row.id == course.published_revision_id,
            before=row.parents[0] if row.parents else None,
            published_at=times.get(row.id),
        )
        for row in rows
    )
    return HistoryPage(lines, page, pages)


def saved_since(session: Session, course: Course, revision: int) -> tuple[HistoryLine, ...]:
    """Return what was saved after a state that an author had before them, newest first."""
    return tuple(line for line in history(session, course).lines if line.id > revision)


def _rows(session: Session, course_id: int, *, offset: int) -> Sequence[Row[Any]]:
    columns = (
        Revision.id, Revision.created_at, Revision.message, Revision.parents,
        Person.user_name, Person.name_latin, Person.name_arabic,
    )  # fmt: skip
    query = select(*columns).outerjoin(Person, Person.id == Revision.author_id).where(Revision.course_id == course_id)
    return session.execute(query.order_by(Revision.id.desc()).limit(ON_A_PAGE).offset(offset)).all()


def _noted(session: Session, course_id: int) -> list[tuple[datetime, object]]:
    query = select(AuditEntry.at, AuditEntry.detail).where(
        AuditEntry.action == PUBLISHED, AuditEntry.subject == f"course:{course_id}"
    )
    return [(row.at, row.detail.get("revision")) for row in session.execute(query.order_by(AuditEntry.at, AuditEntry.id))]
