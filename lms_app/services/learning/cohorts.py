"""Cohorts: groups that take a course together, with their learners and their trainers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.enrolments import change_enrolment, cohorts_of_course, learners_of
from lms_app.adapters.people import by_user_name, write_audit
from lms_app.domain import names
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.findings import Findings
from lms_app.domain.keys import PersonId
from lms_app.domain.permissions import Action, allows
from lms_app.i18n import latin_digits
from lms_app.model.courses import Cohort, Enrolment
from lms_app.model.people import Person, RoleGrant
from lms_app.services.accounts.roles import grant_unasked, revoke_unasked

_LONGEST: Final = 120
_LONGEST_CODE: Final = 60


@dataclass(frozen=True, kw_only=True)
class CohortFacts:
    """What is known of a cohort."""

    name: str
    country: str = ""
    region: str = ""
    place: str = ""
    time_zone: str = "Africa/Casablanca"
    starts_on: date | None = None
    ends_on: date | None = None
    enrolment_code: str = ""


@dataclass(frozen=True)
class CohortCard:
    """A cohort in the list of a course."""

    id: int
    name: str
    place: str
    starts_on: date | None
    ends_on: date | None
    members: int


@dataclass(frozen=True)
class Member:
    """A learner of a cohort, or somebody who trains it."""

    id: PersonId
    name: str
    user_name: str


@dataclass(frozen=True)
class CohortPage:
    """A cohort, open."""

    id: int
    facts: CohortFacts
    members: tuple[Member, ...]
    trainers: tuple[Member, ...]


def cohorts_for(session: Session, actor: Actor, course: CourseFacts) -> tuple[CohortCard, ...]:
    """Return the course's cohorts, in one read: all for those who run the course, else those that the actor trains."""
    runs_course = allows(actor, Action.SEE_GRADES, [Place(PlaceKind.COURSE, course.id)])
    return tuple(
        CohortCard(row.id, row.name, row.place or row.region, row.starts_on, row.ends_on, row.members)
        for row in cohorts_of_course(session, course.id)
        if runs_course or allows(actor, Action.SEE_GRADES, [Place(PlaceKind.COHORT, row.id)])
    )


def cohort_page(session: Session, course: CourseFacts, cohort_id: int) -> CohortPage:
    """Return a cohort with its learners and trainers, in three reads; raise `NotFound`."""
    cohort = _cohort(session, course, cohort_id)
    members = tuple(_member(row) for row in learners_of(session, course.id, cohort_id))
    columns = (Person.id, Person.user_name, Person.name_latin, Person.name_arabic)
    query = (
        select(*columns).join(RoleGrant, RoleGrant.person_id == Person.id).where(*_trains(cohort_id), Person.erased_at.is_(None))
    )
    trainers = tuple(_member(row) for row in session.execute(query.order_by(Person.user_name)))
    return CohortPage(cohort_id, facts_of(cohort), members, trainers)


def create_cohort(session: Session, actor: Actor, course: CourseFacts, facts: CohortFacts, *, now: datetime) -> int:
    """Open a cohort and return its number; its maker trains it. Refused by field, all at once, as `change_cohort` does."""
    checked = _checked(session, course, facts, cohort_id=None)
    cohort = Cohort(course_id=course.id, created_at=now, **_columns(checked))
    session.add(cohort)
    session.flush()
    if actor.person_id is not None:
        grant_unasked(session, actor.person_id, Role.TRAINER, Place(PlaceKind.COHORT, cohort.id), by=actor.person_id, now=now)
    return cohort.id


def change_cohort(session: Session, course: CourseFacts, cohort_id: int, facts: CohortFacts) -> None:
    """Change what is known of a cohort.

    Refused by field, all at once: no name or that of another cohort, a time zone that does not exist, an end before the beginning,
    a code that another cohort or the course itself gives out.
    """
    cohort = _cohort(session, course, cohort_id)
    for name, value in _columns(_checked(session, course, facts, cohort_id=cohort_id)).items():
        setattr(cohort, name, value)
    session.flush()


def move_learner(session: Session, actor: Actor, course: CourseFacts, cohort_id: int, user_name: str, *, now: datetime) -> None:
    """Put a learner of the course into the cohort, out of any other, audited. Refused: somebody who is not enrolled in the course."""
    _cohort(session, course, cohort_id)
    person = _person(session, user_name)
    mine = (Enrolment.person_id == person, Enrolment.course_id == course.id, Enrolment.left_at.is_(None))
    if session.scalar(select(Enrolment.person_id).where(*mine)) is None:
        raise Invalid("not_a_learner_here", field="user_name")
    change_enrolment(session, person, course.id, cohort_id=cohort_id)
    write_audit(session, "cohort_joined", f"person:{person}", actor=actor.person_id, at=now, cohort=cohort_id)


def take_out_learner(
    session: Session, actor: Actor, course: CourseFacts, cohort_id: int, person: PersonId, *, now: datetime
) -> None:
    """Take a learner out of the cohort, audited; they stay in the course."""
    mine = (Enrolment.person_id == person, Enrolment.course_id == course.id, Enrolment.cohort_id == cohort_id)
    if session.scalar(select(Enrolment.person_id).where(*mine)) is None:
        raise NotFound("no_such_person")
    change_enrolment(session, person, course.id, cohort_id=None)
    write_audit(session, "cohort_left", f"person:{person}", actor=actor.person_id, at=now, cohort=cohort_id)


def add_trainer(session: Session, actor: Actor, course: CourseFacts, cohort_id: int, user_name: str, *, now: datetime) -> None:
    """Make somebody a trainer of the cohort, by user name, audited."""
    _cohort(session, course, cohort_id)
    place = Place(PlaceKind.COHORT, cohort_id)
    grant_unasked(session, _person(session, user_name), Role.TRAINER, place, by=actor.person_id, now=now)


def take_out_trainer(
    session: Session, actor: Actor, course: CourseFacts, cohort_id: int, person: PersonId, *, now: datetime
) -> None:
    """Take the role of trainer of the cohort back, audited."""
    _cohort(session, course, cohort_id)
    revoke_unasked(session, person, Role.TRAINER, Place(PlaceKind.COHORT, cohort_id), by=actor.person_id, now=now)


def facts_of(cohort: Cohort) -> CohortFacts:
    """Return what is known of a cohort, as a frozen copy."""
    return CohortFacts(
        name=cohort.name,
        country=cohort.country,
        region=cohort.region,
        place=cohort.place,
        time_zone=cohort.time_zone,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        enrolment_code=cohort.enrolment_code,
    )


def _columns(facts: CohortFacts) -> dict[str, Any]:
    return dict(vars(facts))


def _checked(session: Session, course: CourseFacts, facts: CohortFacts, *, cohort_id: int | None) -> CohortFacts:
    cleaned = replace(
        facts,
        name=facts.name.strip(),
        region=facts.region.strip(),
        place=facts.place.strip(),
        enrolment_code=latin_digits(facts.enrolment_code).strip(),
    )
    find = Findings()
    others = session.execute(select(Cohort.id, Cohort.name, Cohort.enrolment_code).where(Cohort.course_id == course.id)).all()
    rest = [row for row in others if row.id != cohort_id]
    find(lambda: _check_name(cleaned.name, [row.name for row in rest]))
    find(lambda: _check_code(cleaned.enrolment_code, [course.enrolment_code, *(row.enrolment_code for row in rest)]))
    find(lambda: _check_zone(cleaned.time_zone))
    find(lambda: _check_days(cleaned))
    for field in ("region", "place"):
        if len(getattr(cleaned, field)) > _LONGEST:
            find.wrong.append(Invalid("text_too_long", field=field, longest=_LONGEST))
    find.raise_all()
    return cleaned


def _check_name(name: str, others: Sequence[str]) -> None:
    if not name:
        raise Invalid("required", field="name")
    if len(name) > _LONGEST:
        raise Invalid("text_too_long", field="name", longest=_LONGEST)
    if name in others:
        raise Invalid("cohort_name_taken", field="name")


def _check_code(code: str, others: Sequence[str]) -> None:
    if len(code) > _LONGEST_CODE:
        raise Invalid("text_too_long", field="enrolment_code", longest=_LONGEST_CODE)
    if code and code.lower() in {other.lower() for other in others}:
        raise Invalid("cohort_code_taken", field="enrolment_code")


def _check_zone(zone: str) -> None:
    if zone not in available_timezones():
        raise Invalid("bad_time_zone", field="time_zone")


def _check_days(facts: CohortFacts) -> None:
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        raise Invalid("ends_before_it_starts", field="ends_on")


def _cohort(session: Session, course: CourseFacts, cohort_id: int) -> Cohort:
    found = session.get(Cohort, cohort_id)
    if found is None or found.course_id != course.id:
        raise NotFound("no_such_cohort")
    return found


def _person(session: Session, user_name: str) -> PersonId:
    try:
        person = by_user_name(session, names.user_name(user_name))
    except Invalid:
        person = None
    if person is None or not person.active or person.erased_at:
        raise Invalid("no_such_user_name", field="user_name")
    return PersonId(person.id)


def _trains(cohort_id: int) -> tuple[Any, ...]:
    return (
        RoleGrant.role == str(Role.TRAINER),
        RoleGrant.place_kind == str(PlaceKind.COHORT),
        RoleGrant.place_id == cohort_id,
    )


def _member(row: Any) -> Member:
    return Member(PersonId(row.id), row.name_latin or row.name_arabic or row.user_name, row.user_name)
