"""Courses and enrolments, as the selects that pages need: one read for a course and the reader's place in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, and_, bindparam, func, select
from sqlalchemy.orm import Session

from lms_app.domain.content import Hash
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import CourseKey, PersonId
from lms_app.model.content import Revision
from lms_app.model.courses import Course, Enrolment

COURSE = cast("Table", Course.__table__)
ENROLMENT = cast("Table", Enrolment.__table__)
REVISION = cast("Table", Revision.__table__)


@dataclass(frozen=True)
class Membership:
    """A reader's enrolment in a course."""

    cohort_id: int | None
    language: str
    last_unit: str
    enrolled_at: datetime
    is_open: bool
    """False after leaving."""


@dataclass(frozen=True)
class CourseFacts:
    """A course's row, the snapshot that is published, and the reader's enrolment if there is one."""

    id: int
    key: CourseKey
    title: str
    source_language: str
    snapshot: Hash | None
    """None while nothing is published."""
    enrolment: str
    enrolment_code: str
    awards: Sequence[Any] = ()
    """What can be earned, as `domain.awards.read_awards` reads it."""
    certificate: dict[str, Any] = field(default_factory=dict)
    """How the paper looks, as `domain.papers.read_paper` reads it."""
    hours: float | None = None
    is_archived: bool = False
    """Out of the catalogue, and no new learners; those in it go on."""
    membership: Membership | None = None
    kind: str = "course"
    """`course`, or `library`."""

    @property
    def is_enrolled(self) -> bool:
        """Tell whether the reader is in the course now."""
        return self.membership is not None and self.membership.is_open


_COLUMNS = (
    COURSE.c.id,
    COURSE.c.key,
    COURSE.c.title,
    COURSE.c.source_language,
    COURSE.c.enrolment,
    COURSE.c.enrolment_code,
    COURSE.c.awards,
    COURSE.c.certificate,
    COURSE.c.hours,
    COURSE.c.kind,
    COURSE.c.archived_at,
    REVISION.c.snapshot,
    ENROLMENT.c.cohort_id,
    ENROLMENT.c.language,
    ENROLMENT.c.last_unit,
    ENROLMENT.c.enrolled_at,
    ENROLMENT.c.left_at,
)


_MINE = and_(ENROLMENT.c.course_id == COURSE.c.id, ENROLMENT.c.person_id == bindparam("person"))
_PUBLISHED = REVISION.c.id == COURSE.c.published_revision_id
_ALL: Any = select(*_COLUMNS).select_from(COURSE.outerjoin(REVISION, _PUBLISHED).outerjoin(ENROLMENT, _MINE))
_ONE: Any = _ALL.where(func.lower(COURSE.c.key) == bindparam("key"))
"""Written once: each page asks this, and putting a statement together costs more than running it."""
_LOCK = (
    select(ENROLMENT.c.person_id)
    .where(ENROLMENT.c.person_id == bindparam("person"), ENROLMENT.c.course_id == bindparam("course"))
    .with_for_update()
)


def find_course(session: Session, key: CourseKey, *, person: PersonId | None) -> CourseFacts:
    """Return the course and the person's place in it in one read; keys are one without regard to case. Raise `NotFound`."""
    row = session.connection().execute(_ONE, {"person": person or 0, "key": key.lower()}).one_or_none()
    if row is None:
        raise NotFound("no_such_course", key=key)
    return _facts(row)


def lock_enrolment(session: Session, person: PersonId, course_id: int) -> None:
    """Wait until no other transaction holds this learner's place in the course, and hold it until the end of this one.

    On SQLite a writing transaction has the only lock there is.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.connection().execute(_LOCK, {"person": person, "course": course_id})


def list_courses(session: Session, *, person: PersonId | None, enrolled_only: bool = False) -> Sequence[CourseFacts]:
    """Return all courses (no libraries), by title, each with the person's place in it, in one read; archived ones to who is in."""
    is_in = and_(ENROLMENT.c.person_id.is_not(None), ENROLMENT.c.left_at.is_(None))
    query = _ALL.where(COURSE.c.archived_at.is_(None) | is_in, COURSE.c.kind == "course").order_by(COURSE.c.title, COURSE.c.id)
    if enrolled_only:
        query = query.where(is_in)
    return [_facts(row) for row in session.execute(query, {"person": person or 0})]


def _facts(row: Row[Any]) -> CourseFacts:
    membership = None
    if row.enrolled_at is not None:
        membership = Membership(row.cohort_id, row.language, row.last_unit, row.enrolled_at, is_open=row.left_at is None)
    return CourseFacts(
        id=row.id,
        key=CourseKey(row.key),
        title=row.title,
        source_language=row.source_language,
        snapshot=Hash(row.snapshot) if row.snapshot else None,
        enrolment=row.enrolment,
        enrolment_code=row.enrolment_code,
        awards=row.awards or (),
        certificate=row.certificate or {},
        hours=row.hours,
        is_archived=row.archived_at is not None,
        membership=membership,
        kind=row.kind,
    )
