"""Which certificates somebody may still earn: the courses they are in that give one, and that have given them none yet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.model import Course, Credential, Enrolment


@dataclass(frozen=True)
class Ahead:
    """A course whose certificate is still ahead."""

    key: str
    title: str
    language: str


def on_the_way(session: Session, person: int) -> tuple[Ahead, ...]:
    """Return the courses in which the person is and whose certificate they do not have, in one read."""
    has_one = select(Credential.course_id).where(
        Credential.person_id == person, Credential.revoked_at.is_(None), Credential.course_id.is_not(None)
    )
    rows = session.execute(
        select(Course.key, Course.title, Course.source_language, Course.awards)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(
            Enrolment.person_id == person,
            Enrolment.left_at.is_(None),
            Course.archived_at.is_(None),
            Course.published_revision_id.is_not(None),
            Course.id.not_in(has_one),
        )
        .order_by(Enrolment.enrolled_at, Course.id)
    )
    return tuple(Ahead(row.key, row.title or row.key, row.source_language) for row in rows if row.awards)
