"""Who makes a course and who runs it: its trainers and coordinators, named by those who are so themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters import people
from lms_app.domain import contact, names
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import CourseKey, PersonId
from lms_app.domain.permissions import Action, require
from lms_app.model.people import Person, RoleGrant
from lms_app.services.accounts.roles import grant_unasked, revoke_unasked
from lms_app.services.authoring.importing import find_course_row

NAMED_BY: Final[Mapping[Role, Action]] = {Role.TRAINER: Action.NAME_TRAINERS, Role.COORDINATOR: Action.NAME_COORDINATORS}
"""The roles of a team, and who may give and take each."""


@dataclass(frozen=True)
class TeamMember:
    """Somebody of a course's team, in one of its roles."""

    person: PersonId
    name: str
    user_name: str
    role: Role
    since: datetime


@dataclass(frozen=True)
class Somebody:
    """An account, as far as whoever names a team may see it."""

    id: PersonId
    name: str
    user_name: str


def team_of(session: Session, course_id: int) -> tuple[TeamMember, ...]:
    """Return the trainers, then the coordinators, each in the order in which they came, in one read."""
    columns = (Person.id, Person.user_name, Person.name_latin, Person.name_arabic, RoleGrant.role, RoleGrant.granted_at)
    here = (RoleGrant.place_kind == str(PlaceKind.COURSE), RoleGrant.place_id == course_id, Person.erased_at.is_(None))
    query = select(*columns).join(RoleGrant, RoleGrant.person_id == Person.id).where(*here).order_by(RoleGrant.id)
    found = [
        TeamMember(
            PersonId(row.id), row.name_latin or row.name_arabic or row.user_name, row.user_name, Role(row.role), row.granted_at
        )
        for row in session.execute(query)
        if row.role in NAMED_BY
    ]
    return tuple(sorted(found, key=lambda one: list(NAMED_BY).index(one.role)))


def somebody(session: Session, written: str) -> Somebody:
    """Return the one account with this user name, e-mail or phone.

    Refused: nobody, and several. An e-mail or a phone is verified nowhere: whoever gives a role by one looks first whose it is.
    """
    written = written.strip()
    if not written:
        raise Invalid("required", field="person")
    found: Sequence[Person] = ()
    try:
        if "@" in written:
            found = people.by_email(session, contact.email_address(written, field="person") or "")
        elif written[0] in "+0٠۰":
            found = people.by_phone(session, contact.phone_number(written, field="person") or "")
        else:
            named = people.by_user_name(session, names.user_name(written, field="person"))
            found = [named] if named is not None and named.active and named.erased_at is None else []
    except Invalid:
        found = ()
    if len(found) != 1:
        raise Invalid("several_with_this" if found else "nobody_with_this", field="person")
    one = found[0]
    return Somebody(PersonId(one.id), one.name_latin or one.name_arabic or one.user_name, one.user_name)


def add_to_team(session: Session, actor: Actor, key: CourseKey, user_name: str, role: Role, *, now: datetime) -> PersonId:
    """Give somebody a role in the course, by user name, audited; twice is once.

    Refused: a role that the actor does not hold there, or that no team has; a user name that nobody has.
    """
    course = _course(session, key)
    place = Place(PlaceKind.COURSE, course)
    _require(actor, role, place)
    person = somebody(session, user_name.replace("@", " "))  # a user name, whatever it looks like: an address was looked up before
    grant_unasked(session, person.id, role, place, by=actor.person_id, now=now)
    return person.id


def take_from_team(session: Session, actor: Actor, key: CourseKey, person: PersonId, role: Role, *, now: datetime) -> None:
    """Take a role in the course back, audited. Refused: somebody who does not hold it here, and the last trainer."""
    course = _course(session, key)
    place = Place(PlaceKind.COURSE, course)
    _require(actor, role, place)
    holders = [one.person for one in team_of(session, course) if one.role is role]
    if person not in holders:
        raise NotFound("no_such_person")
    if role is Role.TRAINER and len(holders) == 1:
        raise Conflict("last_trainer")
    revoke_unasked(session, person, role, place, by=actor.person_id, now=now)


def _course(session: Session, key: CourseKey) -> int:
    """Return the course's number, and keep others waiting: two who take each other out must not both succeed."""
    row = find_course_row(session, key, locked=True)
    if row is None:
        raise NotFound("no_such_course", key=key)
    return row.id


def _require(actor: Actor, role: Role, place: Place) -> None:
    if role not in NAMED_BY:
        raise Invalid("no_such_role", field="role")
    require(actor, NAMED_BY[role], [place])
