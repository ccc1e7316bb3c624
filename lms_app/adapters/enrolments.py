"""Enrolments and cohorts in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, func, select, update
from sqlalchemy.orm import Session

from lms_app.adapters.courses import ENROLMENT
from lms_app.domain.keys import PersonId
from lms_app.model.courses import Cohort
from lms_app.model.people import Person
from lms_app.storage.upsert import upsert

COHORT = cast("Table", Cohort.__table__)
PERSON = cast("Table", Person.__table__)


def write_enrolment(session: Session, person: PersonId, course_id: int, *, cohort_id: int | None, now: datetime) -> None:
    """Enrol the person, or open again an enrolment that was closed; grades and answers are found again."""
    row = {
        "person_id": person,
        "course_id": course_id,
        "cohort_id": cohort_id,
        "language": "",
        "last_unit": "",
        "enrolled_at": now,
        "left_at": None,
    }
    changed = ("left_at", "cohort_id") if cohort_id else ("left_at",)
    upsert(session, ENROLMENT, [row], update=changed)


def change_enrolment(session: Session, person: PersonId, course_id: int, **values: Any) -> None:
    """Set columns of the person's enrolment (`language`, `last_unit`, `left_at`)."""
    mine = and_(ENROLMENT.c.person_id == person, ENROLMENT.c.course_id == course_id)
    session.execute(update(ENROLMENT).where(mine).values(values))


def cohort_by_code(session: Session, course_id: int, code: str) -> int | None:
    """Return the cohort of the course that gave out this code, if one did."""
    mine = and_(COHORT.c.course_id == course_id, func.lower(COHORT.c.enrolment_code) == code.strip().lower())
    return session.execute(select(COHORT.c.id).where(mine)).scalar() if code.strip() else None


def cohorts_of_course(session: Session, course_id: int) -> Sequence[Any]:
    """Return the cohorts of a course with how many learners each has, in one query."""
    members = func.count(ENROLMENT.c.person_id).label("members")
    joined = COHORT.outerjoin(ENROLMENT, and_(ENROLMENT.c.cohort_id == COHORT.c.id, ENROLMENT.c.left_at.is_(None)))
    query = select(COHORT, members).select_from(joined).where(COHORT.c.course_id == course_id)
    return session.execute(query.group_by(COHORT.c.id).order_by(COHORT.c.name)).all()


def learners_of(session: Session, course_id: int, cohort_id: int | None = None) -> Sequence[Any]:
    """Return `(id, user_name, name_arabic, name_latin, cohort_id, cohort)` of those enrolled now, in one query."""
    query = (
        select(
            PERSON.c.id,
            PERSON.c.user_name,
            PERSON.c.name_arabic,
            PERSON.c.name_latin,
            ENROLMENT.c.cohort_id,
            COHORT.c.name.label("cohort"),
        )
        .select_from(
            ENROLMENT.join(PERSON, PERSON.c.id == ENROLMENT.c.person_id).outerjoin(COHORT, COHORT.c.id == ENROLMENT.c.cohort_id)
        )
        .where(ENROLMENT.c.course_id == course_id, ENROLMENT.c.left_at.is_(None))
        .order_by(PERSON.c.name_latin, PERSON.c.user_name)
    )
    if cohort_id is not None:
        query = query.where(ENROLMENT.c.cohort_id == cohort_id)
    return session.execute(query).all()
