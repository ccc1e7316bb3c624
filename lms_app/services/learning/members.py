"""The learners of a course as a list: searched, turned over page by page, moved between cohorts, taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import ENROLMENT
from lms_app.adapters.enrolments import COHORT, PERSON, change_enrolment
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.contact import phone_number
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.services.learning.inviting import forget_places

ON_A_PAGE: Final = 50
NO_COHORT: Final = "none"


@dataclass(frozen=True)
class Learner:
    """One line of the list."""

    id: PersonId
    name: str
    user_name: str
    cohort_id: int | None
    cohort: str
    enrolled_at: datetime


@dataclass(frozen=True)
class LearnerPage:
    """A page of the list."""

    learners: tuple[Learner, ...]
    found: int
    page: int
    pages: int


def list_learners(
    session: Session, course_id: int, *, words: str = "", cohort: str = "", page: int = 1, country: str = ""
) -> LearnerPage:
    """Return those enrolled now whose names hold these words, in two reads; `cohort` is a number, or `none` for who has none.

    A phone finds its owner when it is written whole, as in `country`: part by part, it would be told to who does not know it.
    """
    here: list[Any] = [ENROLMENT.c.course_id == course_id, ENROLMENT.c.left_at.is_(None)]
    if cohort == NO_COHORT:
        here.append(ENROLMENT.c.cohort_id.is_(None))
    elif cohort.isascii() and cohort.isdecimal():
        here.append(ENROLMENT.c.cohort_id == int(cohort[:9]))
    if asked := words.strip()[:100].lower():
        columns = (PERSON.c.user_name, PERSON.c.name_latin, PERSON.c.name_arabic)
        named = [func.lower(column).contains(asked, autoescape=True) for column in columns]
        here.append(or_(*named, PERSON.c.phone == _phone(asked, country)))
    joined = ENROLMENT.join(PERSON, PERSON.c.id == ENROLMENT.c.person_id).outerjoin(COHORT, COHORT.c.id == ENROLMENT.c.cohort_id)
    found = session.scalar(select(func.count()).select_from(joined).where(*here)) or 0
    pages = max(1, -(-found // ON_A_PAGE))
    page = min(max(1, page), pages)
    query = (
        select(
            PERSON.c.id,
            PERSON.c.user_name,
            PERSON.c.name_latin,
            PERSON.c.name_arabic,
            ENROLMENT.c.cohort_id,
            COHORT.c.name.label("cohort"),
            ENROLMENT.c.enrolled_at,
        )
        .select_from(joined)
        .where(*here)
        .order_by(func.lower(PERSON.c.name_latin), func.lower(PERSON.c.user_name))
        .limit(ON_A_PAGE)
        .offset(ON_A_PAGE * (page - 1))
    )
    rows: Sequence[Any] = session.execute(query).all()
    return LearnerPage(tuple(_learner(row) for row in rows), found, page, pages)


def move_learners(
    session: Session, actor: Actor, course_id: int, people: Sequence[PersonId], cohort_id: int | None, *, now: datetime
) -> int:
    """Put learners of the course into one of its cohorts (None: into none), audited one by one; return how many there were.

    Refused: nobody chosen; somebody who is not enrolled here, and another course's cohort (`NotFound`).
    """
    chosen = _enrolled(session, course_id, people)
    if cohort_id is not None:
        mine = (COHORT.c.id == cohort_id, COHORT.c.course_id == course_id)
        if session.scalar(select(COHORT.c.id).where(*mine)) is None:
            raise NotFound("no_such_cohort")
    for person in chosen:
        change_enrolment(session, person, course_id, cohort_id=cohort_id)
        action = "cohort_left" if cohort_id is None else "cohort_joined"
        write_audit(session, action, f"person:{person}", actor=actor.person_id, at=now, course=course_id, cohort=cohort_id)
    return len(chosen)


def take_out_learners(session: Session, actor: Actor, course_id: int, people: Sequence[PersonId], *, now: datetime) -> int:
    """Close their enrolments and strike them off the course's list, audited one by one; answers and grades stay.

    Refused: nobody chosen; somebody who is not enrolled here (`NotFound`).
    """
    chosen = _enrolled(session, course_id, people)
    for person in chosen:
        change_enrolment(session, person, course_id, left_at=now)
        write_audit(session, "taken_out", f"person:{person}", actor=actor.person_id, at=now, course=course_id)
    forget_places(session, course_id, chosen)
    return len(chosen)


def _enrolled(session: Session, course_id: int, people: Sequence[PersonId]) -> list[PersonId]:
    chosen = sorted(set(people))
    if not chosen:
        raise Invalid("nobody_chosen", field="person")
    query = select(ENROLMENT.c.person_id).where(
        ENROLMENT.c.course_id == course_id, ENROLMENT.c.left_at.is_(None), ENROLMENT.c.person_id.in_(chosen)
    )
    if set(session.scalars(query)) != set(chosen):
        raise NotFound("no_such_person")
    return chosen


def _phone(words: str, country: str) -> str:
    """Return the phone that these words are; a sign that no phone has for words that are none."""
    try:
        return phone_number(words, country=country) or "-"
    except Invalid:
        return "-"


def _learner(row: Any) -> Learner:
    name = row.name_latin or row.name_arabic or row.user_name
    return Learner(PersonId(row.id), name, row.user_name, row.cohort_id, row.cohort or "", row.enrolled_at)
