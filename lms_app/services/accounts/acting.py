"""Who somebody is without a cookie: the block origin's passes name a person, and their roles are those of this moment."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.errors import Refused
from lms_app.domain.keys import PersonId
from lms_app.model.people import Person, RoleGrant, SignIn
from lms_app.services.accounts.signing_in import DEVICE_MARK, display_name


def actor_of(session: Session, person: PersonId, *, device: str) -> Actor:
    """Return the person with the roles they hold now, in one read.

    Refused: an account that was closed or erased, and a device (`Visit.device`) that was signed out, by hand or by a new password.
    """
    columns = (
        Person.user_name,
        Person.name_arabic,
        Person.name_latin,
        Person.language,
        Person.country,
        Person.is_demo,
        RoleGrant.role,
        RoleGrant.place_kind,
        RoleGrant.place_id,
    )
    still_here = select(SignIn.person_id).where(
        SignIn.person_id == person, func.substr(SignIn.token_hash, 1, DEVICE_MARK) == device
    )
    mine = (Person.id == person, Person.active, Person.erased_at.is_(None), still_here.exists())
    rows = session.execute(select(*columns).outerjoin(RoleGrant, RoleGrant.person_id == Person.id).where(*mine)).all()
    if not rows:
        raise Refused("bad_pass")
    first = rows[0]
    return Actor(
        person_id=person,
        display_name=display_name(first.language, first.name_arabic, first.name_latin) or first.user_name,
        user_name=first.user_name,
        language=first.language,
        country=first.country,
        roles=frozenset((Role(row.role), Place(PlaceKind(row.place_kind), row.place_id)) for row in rows if row.role),
        is_demo=first.is_demo,
    )


def absent_actor(session: Session, person: PersonId) -> Actor:
    """Return somebody who need not be signed in, with the roles they hold now: none, once the account is closed or erased."""
    columns = (Person.language, RoleGrant.role, RoleGrant.place_kind, RoleGrant.place_id)
    query = select(*columns).outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    rows = session.execute(query.where(Person.id == person, Person.active, Person.erased_at.is_(None))).all()
    held = frozenset((Role(row.role), Place(PlaceKind(row.place_kind), row.place_id)) for row in rows if row.role)
    return Actor(person_id=person, language=rows[0].language if rows else "", roles=held)
