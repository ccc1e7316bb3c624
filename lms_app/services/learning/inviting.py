"""Places kept for people on a list who are not in the course yet, and how they come to take them.

A place is kept under one identifier: a user name, an e-mail or a phone. Nobody's e-mail or phone is verified here, so having it
written in one's account is a claim, not a proof: a place gives no more than a seat in a course, one person takes it once, and the
trainers see who took which. Nothing else (grades, certificates, somebody's account) ever hangs on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from lms_app.adapters.enrolments import COHORT, PERSON, write_enrolment
from lms_app.adapters.people import person_of, write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import PersonId
from lms_app.model.authoring import Invitation
from lms_app.model.courses import Course
from lms_app.model.people import Person

INVITATION = cast("Table", Invitation.__table__)
MOST_SHOWN = 200


@dataclass(frozen=True)
class Waiting:
    """A place that nobody took yet."""

    id: int
    identifier: str
    name: str
    """As the list gave it."""
    cohort: str
    invited_at: datetime


def identifiers_of(person: Person) -> tuple[str, ...]:
    """Return what a place may be kept under for this person."""
    return tuple(each for each in (person.user_name.lower(), (person.email or "").lower(), person.phone or "") if each)


def place_for(session: Session, person: PersonId, course_id: int) -> Invitation | None:
    """Return the place in the course that this person may take, or has taken; the one under the user name first.

    Two who claim one phone wait for each other here: the second one finds it taken.
    """
    known = identifiers_of(person_of(session, person))
    query = select(Invitation).where(Invitation.course_id == course_id, Invitation.identifier.in_(known))
    query = query.order_by(Invitation.id).with_for_update().execution_options(populate_existing=True)
    found = [each for each in session.scalars(query) if each.taken_by in {None, person}]
    return min(found, key=lambda each: (each.taken_by != person, known.index(each.identifier)), default=None)


def take_place(place: Invitation, person: PersonId, *, now: datetime) -> None:
    """Note who took the place; the name that the list gave is no longer needed."""
    if place.taken_by is None:
        place.taken_by, place.taken_at, place.name = int(person), now, ""


def take_places(session: Session, person: PersonId, *, now: datetime) -> int:
    """Enrol somebody who has just made an account wherever a place is kept for them; return in how many courses.

    Archived courses take nobody.
    """
    known = identifiers_of(person_of(session, person))
    query = select(Invitation).join(Course, Course.id == Invitation.course_id)
    mine = (Invitation.identifier.in_(known), Invitation.taken_by.is_(None), Course.archived_at.is_(None))
    places = session.scalars(query.where(*mine).order_by(Invitation.id).with_for_update(of=Invitation)).all()
    for place in places:
        take_place(place, person, now=now)
        write_enrolment(session, person, place.course_id, cohort_id=place.cohort_id, now=now)
    session.flush()
    return len({place.course_id for place in places})


def waiting_places(session: Session, course_id: int) -> tuple[int, Sequence[Waiting]]:
    """Return how many places wait, and the newest of them, in two reads."""
    open_ones = (INVITATION.c.course_id == course_id, INVITATION.c.taken_by.is_(None))
    number = session.scalar(select(func.count()).select_from(INVITATION).where(*open_ones)) or 0
    query = (
        select(INVITATION, COHORT.c.name.label("cohort"))
        .select_from(INVITATION.outerjoin(COHORT, COHORT.c.id == INVITATION.c.cohort_id))
        .where(*open_ones)
        .order_by(INVITATION.c.invited_at.desc(), INVITATION.c.id)
        .limit(MOST_SHOWN)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return number, tuple(Waiting(row.id, row.identifier, row.name, row.cohort or "", row.invited_at) for row in rows)


def withdraw(session: Session, actor: Actor, course_id: int, invitation_id: int, *, now: datetime) -> None:
    """Take a place back that nobody took, audited. Refused (`NotFound`): another course's, and one that is taken."""
    place = session.get(Invitation, invitation_id)
    if place is None or place.course_id != course_id or place.taken_by is not None:
        raise NotFound("no_such_invitation")
    session.delete(place)
    write_audit(session, "invitation_withdrawn", f"course:{course_id}", actor=actor.person_id, at=now)


def forget_places(session: Session, course_id: int, people: Sequence[PersonId]) -> None:
    """Strike off the list those who were taken out, so that they do not come back by themselves."""
    named = select(func.lower(PERSON.c.user_name)).where(PERSON.c.id.in_(people))
    theirs = INVITATION.c.taken_by.in_(people) | INVITATION.c.identifier.in_(named)
    session.execute(delete(INVITATION).where(INVITATION.c.course_id == course_id, theirs))
