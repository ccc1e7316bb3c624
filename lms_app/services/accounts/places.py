"""Which places a page is about, so that the permission table can be asked."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts, find_course
from lms_app.domain.actors import Place, PlaceKind
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import CourseKey, PersonId
from lms_app.model.authoring import Invitation
from lms_app.model.courses import Cohort, Enrolment
from lms_app.model.credentials import Credential
from lms_app.model.people import Person


def course(session: Session, key: CourseKey, *, person: PersonId | None) -> CourseFacts:
    """Return the course with the person's place in it, or raise `NotFound`."""
    return find_course(session, key, person=person)


def of_cohort(session: Session, cohort_id: int) -> tuple[Place, ...]:
    """Return the cohort and its course, or raise `NotFound`."""
    course_id = session.scalar(select(Cohort.course_id).where(Cohort.id == cohort_id))
    if course_id is None:
        raise NotFound("no_such_cohort")
    return Place(PlaceKind.COHORT, cohort_id), Place(PlaceKind.COURSE, course_id)


def cohorts_of(session: Session, course_id: int) -> tuple[Place, ...]:
    """Return the cohorts of a course."""
    found = session.scalars(select(Cohort.id).where(Cohort.course_id == course_id))
    return tuple(Place(PlaceKind.COHORT, number) for number in found)


def of_learner(session: Session, person: PersonId) -> tuple[Place, ...]:
    """Return the cohorts in which the person learns now, and their courses; somebody in none belongs to nobody but the site.

    A place that others gave to an account counts once its owner has opened a unit there: a list must not put an account into
    the hands of whoever wrote it. An account made for the list is there from the first day.
    """
    on_a_list = exists().where(Invitation.course_id == Enrolment.course_id, Invitation.taken_by == person)
    is_theirs = or_(Enrolment.last_unit != "", Person.created_at >= Enrolment.enrolled_at, ~on_a_list)
    query = select(Enrolment.cohort_id, Enrolment.course_id).join(Person, Person.id == Enrolment.person_id)
    query = query.where(Enrolment.person_id == person, Enrolment.left_at.is_(None), Enrolment.cohort_id.is_not(None))
    found = session.execute(query.where(is_theirs)).all()
    return tuple(
        place for row in found for place in (Place(PlaceKind.COHORT, row.cohort_id), Place(PlaceKind.COURSE, row.course_id))
    )


def of_credential(session: Session, code: str) -> tuple[Place, ...]:
    """Return the course and the cohort in which a certificate was earned, or raise `NotFound`; one of a programme has neither."""
    row = session.execute(select(Credential.course_id, Credential.cohort_id).where(Credential.code == code)).one_or_none()
    if row is None:
        raise NotFound("no_such_certificate")
    found = ((PlaceKind.COURSE, row.course_id), (PlaceKind.COHORT, row.cohort_id))
    return tuple(Place(kind, number) for kind, number in found if number is not None)
