"""People in the database: found by what they sign in with, and as entities to be changed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms_app.domain.errors import NotFound
from lms_app.domain.keys import PersonId
from lms_app.model.people import AuditEntry, Person

_MOST_FOUND = 50
_AT_MOST_TWO = 2


def new_uniquifier() -> str:
    """Return the random word that changes with a person's password."""
    return secrets.token_urlsafe(24)


def person_of(session: Session, person: PersonId, *, locked: bool = False) -> Person:
    """Return the person's row, or raise `NotFound`; an erased one is not there. `locked` keeps other writers out until the end."""
    query = select(Person).where(Person.id == person, Person.erased_at.is_(None))
    found = session.scalars(query.with_for_update() if locked else query).one_or_none()
    if found is None:
        raise NotFound("no_such_person")
    return found


def by_user_name(session: Session, user_name: str) -> Person | None:
    """Return the person with this user name, already in its one form."""
    return session.scalars(select(Person).where(func.lower(Person.user_name) == user_name)).one_or_none()


def by_email(session: Session, email: str) -> Sequence[Person]:
    """Return everybody with this address, in use, the oldest account first."""
    query = select(Person).where(func.lower(Person.email) == email.lower(), Person.erased_at.is_(None), Person.active)
    return session.scalars(query.order_by(Person.id)).all()


def by_phone(session: Session, phone: str) -> Sequence[Person]:
    """Return everybody with this number, in use, the oldest account first."""
    query = select(Person).where(Person.phone == phone, Person.erased_at.is_(None), Person.active)
    return session.scalars(query.order_by(Person.id)).all()


def only_one_with(session: Session, *, email: str | None = None, phone: str | None = None) -> Person | None:
    """Return the one person whom the address or number belongs to; None when it is nobody's, or shared."""
    wanted = func.lower(Person.email) == email.lower() if email else Person.phone == phone
    found = session.scalars(select(Person).where(wanted, Person.erased_at.is_(None)).limit(_AT_MOST_TWO)).all()
    return found[0] if len(found) == 1 else None


def search_people(session: Session, words: str) -> Sequence[Person]:
    """Return the first people whose names, e-mail or phone hold these words; all of them in order of user name for ''."""
    query = select(Person).where(Person.erased_at.is_(None)).order_by(Person.user_name).limit(_MOST_FOUND)
    if words:
        columns = (Person.user_name, Person.name_latin, Person.name_arabic, Person.email, Person.phone)
        query = query.where(or_(*(func.lower(column).contains(words.lower(), autoescape=True) for column in columns)))
    return session.scalars(query).all()


def write_audit(session: Session, action: str, subject: str, *, actor: PersonId | None, at: datetime, **detail: Any) -> None:
    """Note who did a delicate thing to whom. Details hold no personal data: they outlive an erasure."""
    session.add(AuditEntry(at=at, actor_id=actor, action=action, subject=subject, detail=detail))
    session.flush()
