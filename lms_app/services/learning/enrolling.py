"""Joining and leaving a course, freely or with a code, and choosing its language."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts, find_course
from lms_app.adapters.enrolments import change_enrolment, cohort_by_code, write_enrolment
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid, NeedsSignIn, NotFound
from lms_app.domain.keys import CourseKey, PersonId
from lms_app.i18n import latin_digits


def enrol(session: Session, actor: Actor, key: CourseKey, *, code: str = "", now: datetime) -> CourseFacts:
    """Give the actor a place in the course; a cohort's code also gives a place in the cohort.

    Enrolling twice is enrolling once. Refused: nobody signed in, a course not published, a missing or wrong code.
    """
    person = _person(actor)
    course = find_course(session, key, person=person)
    if course.snapshot is None:
        raise NotFound("no_such_course", key=key)
    given = latin_digits(code).strip()
    cohort = cohort_by_code(session, course.id, given)
    if cohort is None and course.enrolment == "code" and given.lower() != course.enrolment_code.lower():
        raise Invalid("bad_enrolment_code" if given else "enrolment_code_needed", field="code")
    if cohort is None and given and course.enrolment == "open":
        raise Invalid("bad_enrolment_code", field="code")
    write_enrolment(session, person, course.id, cohort_id=cohort, now=now)
    return course


def leave(session: Session, actor: Actor, key: CourseKey, *, now: datetime) -> CourseFacts:
    """Close the actor's enrolment; answers and grades stay, and coming back finds them."""
    person = _person(actor)
    course = find_course(session, key, person=person)
    change_enrolment(session, person, course.id, left_at=now)
    return course


def choose_language(session: Session, actor: Actor, key: CourseKey, *, language: str) -> CourseFacts:
    """Read this course in another language from now on; '' follows the reader's own. Scores and answers are untouched.

    Refused: a language that the published course does not have.
    """
    person = _person(actor)
    course = find_course(session, key, person=person)
    if language and (course.snapshot is None or language not in load_outline(session, course.snapshot).languages):
        raise Invalid("no_such_language", field="language")
    change_enrolment(session, person, course.id, language=language)
    return course


def _person(actor: Actor) -> PersonId:
    if actor.person_id is None:
        raise NeedsSignIn
    return actor.person_id
