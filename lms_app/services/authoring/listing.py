"""What courses this Takwin holds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import COURSE, ENROLMENT
from lms_app.domain.keys import CourseKey


@dataclass(frozen=True)
class Listed:
    """A course in the list of an operator."""

    key: CourseKey
    title: str
    language: str
    is_published: bool
    learners: int


def list_all(session: Session) -> tuple[Listed, ...]:
    """Return every course, drafts and archived ones too, in one read."""
    learners = func.count(ENROLMENT.c.person_id)
    query = (
        select(COURSE.c.key, COURSE.c.title, COURSE.c.source_language, COURSE.c.published_revision_id, learners)
        .select_from(COURSE.outerjoin(ENROLMENT, (ENROLMENT.c.course_id == COURSE.c.id) & ENROLMENT.c.left_at.is_(None)))
        .group_by(COURSE.c.id)
        .order_by(COURSE.c.key)
    )
    return tuple(
        Listed(CourseKey(key), title, language, published is not None, count)
        for key, title, language, published, count in session.execute(query)
    )
