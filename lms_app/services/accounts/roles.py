"""Roles in places: who is trainer, coordinator or administrator of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from lms_app.adapters import people
from lms_app.domain.actors import SITE, Actor, Place, PlaceKind, Role
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.domain.permissions import Action, require
from lms_app.model.courses import Cohort, Course
from lms_app.model.people import Person, RoleGrant
from lms_app.storage.upsert import insert_new

_GRANT = cast("Table", RoleGrant.__table__)
GRANTED: dict[PlaceKind, tuple[Role, ...]] = {
    PlaceKind.SITE: (Role.SITE_ADMIN, Role.TRAINER),
    PlaceKind.COURSE: (Role.TRAINER, Role.COORDINATOR),
    PlaceKind.COHORT: (Role.TRAINER, Role.COORDINATOR),
}
"""Which roles can be held in which kinds of place. A trainer of the site may bring new courses into it."""


@dataclass(frozen=True)
class Held:
    """A role that somebody holds, with the name of the place."""

    role: Role
    place: Place
    place_name: str
    granted_at: datetime


@dataclass(frozen=True)
class Listed:
    """A person as the list of people shows them."""

    id: PersonId
    user_name: str
    name_arabic: str
    name_latin: str
    email: str
    phone: str
    roles: tuple[Held, ...]


def grant(session: Session, actor: Actor, person: PersonId, role: Role, place: Place, *, now: datetime) -> None:
    """Give a person a role in a place, audited; giving it twice is giving it once. Only administrators of the site may."""
    require(actor, Action.ADMINISTER)
    grant_unasked(session, person, role, place, by=actor.person_id, now=now)


def grant_unasked(session: Session, person: PersonId, role: Role, place: Place, *, by: PersonId | None, now: datetime) -> None:
    """Give a role without asking who may: for the command line, and for those who make a course and become its trainers."""
    _check_place(session, role, place)
    people.person_of(session, person)
    row = {"person_id": person, "role": str(role), "place_kind": str(place.kind), "place_id": place.id, "granted_at": now}
    if insert_new(session, _GRANT, {**row, "granted_by": by}):
        detail = {"role": str(role), "place": f"{place.kind}:{place.id}"}
        people.write_audit(session, "role_granted", f"person:{person}", actor=by, at=now, **detail)


def revoke(session: Session, actor: Actor, person: PersonId, role: Role, place: Place, *, now: datetime) -> None:
    """Take a role back, audited. Refused: the last administrator of the site, who would lock everybody out."""
    require(actor, Action.ADMINISTER)
    if role is Role.SITE_ADMIN and _count_admins(session) == 1 and _find(session, person, role, place):
        raise Conflict("last_administrator")
    revoke_unasked(session, person, role, place, by=actor.person_id, now=now)


def revoke_unasked(session: Session, person: PersonId, role: Role, place: Place, *, by: PersonId | None, now: datetime) -> None:
    """Take a role back without asking who may, audited; one that nobody holds is taken back already."""
    found = _find(session, person, role, place)
    if found is None:
        return
    session.delete(found)
    detail = {"role": str(role), "place": f"{place.kind}:{place.id}"}
    people.write_audit(session, "role_revoked", f"person:{person}", actor=by, at=now, **detail)


def list_people(session: Session, actor: Actor, *, words: str = "") -> Sequence[Listed]:
    """Return the people whose names or addresses hold these words, each with their roles, in three reads. For administrators."""
    require(actor, Action.ADMINISTER)
    found = people.search_people(session, words)
    grants = session.scalars(select(RoleGrant).where(RoleGrant.person_id.in_([person.id for person in found]))).all()
    named = _names(session, {Place(PlaceKind(each.place_kind), each.place_id) for each in grants})
    held: dict[int, list[Held]] = {}
    for each in grants:
        place = Place(PlaceKind(each.place_kind), each.place_id)
        held.setdefault(each.person_id, []).append(Held(Role(each.role), place, named.get(place, ""), each.granted_at))
    return [_listed(person, tuple(held.get(person.id, ()))) for person in found]


def places(session: Session) -> Sequence[tuple[Place, str]]:
    """Return the places in which roles can be given, with their names: the site, then courses, then cohorts."""
    courses = session.execute(select(Course.id, Course.title, Course.key).order_by(Course.title)).all()
    cohorts = session.execute(
        select(Cohort.id, Cohort.name, Course.title).join(Course, Course.id == Cohort.course_id).order_by(Course.title, Cohort.name)
    ).all()
    return [
        (SITE, ""),
        *((Place(PlaceKind.COURSE, row.id), row.title or row.key) for row in courses),
        *((Place(PlaceKind.COHORT, row.id), f"{row.name} · {row.title}") for row in cohorts),
    ]


def _listed(person: Person, held: tuple[Held, ...]) -> Listed:
    return Listed(
        id=PersonId(person.id),
        user_name=person.user_name,
        name_arabic=person.name_arabic,
        name_latin=person.name_latin,
        email=person.email or "",
        phone=person.phone or "",
        roles=held,
    )


def _check_place(session: Session, role: Role, place: Place) -> None:
    if role not in GRANTED.get(place.kind, ()):
        raise Invalid("no_such_role", field="role")
    table = {PlaceKind.COURSE: Course, PlaceKind.COHORT: Cohort}.get(place.kind)
    if (place.kind is PlaceKind.SITE and place.id) or (table is not None and session.get(table, place.id) is None):
        raise NotFound("no_such_role")


def _find(session: Session, person: PersonId, role: Role, place: Place) -> RoleGrant | None:
    mine = (RoleGrant.person_id == person, RoleGrant.role == str(role))
    here = (RoleGrant.place_kind == str(place.kind), RoleGrant.place_id == place.id)
    return session.scalars(select(RoleGrant).where(*mine, *here)).one_or_none()


def _count_admins(session: Session) -> int:
    query = select(func.count()).select_from(RoleGrant).join(Person, Person.id == RoleGrant.person_id)
    return session.scalar(query.where(RoleGrant.role == str(Role.SITE_ADMIN), Person.erased_at.is_(None), Person.active)) or 0


def _names(session: Session, wanted: set[Place]) -> Mapping[Place, str]:
    courses = [place.id for place in wanted if place.kind is PlaceKind.COURSE]
    cohorts = [place.id for place in wanted if place.kind is PlaceKind.COHORT]
    names: dict[Place, str] = {}
    if courses:
        query = select(Course.id, Course.title, Course.key).where(Course.id.in_(courses))
        names |= {Place(PlaceKind.COURSE, row.id): row.title or row.key for row in session.execute(query)}
    if cohorts:
        named = select(Cohort.id, Cohort.name).where(Cohort.id.in_(cohorts))
        names |= {Place(PlaceKind.COHORT, row.id): row.name for row in session.execute(named)}
    return names
