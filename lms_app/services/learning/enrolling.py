"""Joining and leaving a course (freely, with a code, from a list, with a cohort), and choosing its language."""

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
from lms_app.services.learning.inviting import place_for, take_place


def enrol(session: Session, actor: Actor, key: CourseKey, *, code: str = "", now: datetime) -> CourseFacts:
    """Give the actor a place in the course; a cohort's code, or a place kept in a cohort, also gives a place in the cohort.

    Enrolling twice is enrolling once. Refused: nobody signed in, a course not published, an archived one to newcomers, a missing
    or wrong code, somebody who is not on the list of a course that goes by its list. Whoever has a place kept needs no code.
    """
    person = _person(actor)
    course = find_course(session, key, person=person)
    if course.snapshot is None:
        raise NotFound("no_such_course", key=key)
    if course.is_archived and not course.is_enrolled:
        raise Invalid("course_archived", field="code")
    given = latin_digits(code).strip()
    cohort = cohort_by_code(session, course.id, given)
    place = place_for(session, person, course.id)
    if place is None and not course.is_enrolled:
        _check_way_in(course, given, has_cohort=cohort is not None)
    elif given and cohort is None and given.lower() != course.enrolment_code.lower():
        raise Invalid("bad_enrolment_code", field="code")
    if place is not None:
        take_place(place, person, now=now)
        cohort = cohort or (None if course.is_enrolled else place.cohort_id)
    write_enrolment(session, person, course.id, cohort_id=cohort, now=now)
    return course


def _check_way_in(course: CourseFacts, given: str, *, has_cohort: bool) -> None:
    """Refuse whoever has no place kept and does not come the way that the course asks."""
    if course.enrolment == "list":
        raise Invalid("not_on_the_list", field="code")
    if has_cohort:
        return
    is_the_courses = course.enrolment == "code" and given.lower() == course.enrolment_code.lower()
    if given and not is_the_courses:
        raise Invalid("bad_enrolment_code", field="code")
    if course.enrolment == "cohort" or (course.enrolment == "code" and not is_the_courses):
        raise Invalid("enrolment_code_needed", field="code")


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
