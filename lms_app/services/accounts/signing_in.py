"""Signing in and out: one row for each device, ended at once by deleting it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms_app.adapters import people, sign_ins
from lms_app.domain import contact, names
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.model.people import Person
from lms_app.services.accounts import passwords

LASTS = timedelta(days=180)
"""However often it is used, a device signs in again after this."""
IDLE = timedelta(days=30)
"""A device that was not used for so long is signed out."""
SEEN_EVERY = timedelta(minutes=10)
"""How exactly "last used" is kept: a write for each page would cost more than the page."""
DEVICE_MARK = 16
"""Characters of a sign-in's hash that tell it from the person's others."""
_LONGEST_DEVICE = 120


@dataclass(frozen=True)
class Device:
    """A signed-in device, as its owner sees it."""

    id: str
    """Names it among the owner's devices; signs nobody in."""
    name: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True)
class Visit:
    """Who asks, and by which device."""

    actor: Actor
    token_hash: str
    is_mark_due: bool
    """"Last used" is to be written again."""

    @property
    def device(self) -> str:
        """Return what ties a pass to this sign-in: it signs nobody in, and is worth nothing once the device is signed out."""
        return self.token_hash[:DEVICE_MARK]


@dataclass(frozen=True)
class Known:
    """Somebody whose password was right."""

    person: PersonId
    uniquifier: str
    better_hash: str | None = None
    """The password by today's settings, when it was kept by weaker ones."""


def authenticate(session: Session, identifier: str, password: str) -> Known:
    """Return who has this user name (or e-mail or phone, if no one else has it) and password. It only reads, for hashing is slow.

    Refused with one and the same `bad_sign_in`, in the same time, whether the account or the password is wrong.
    """
    person = _find(session, identifier)
    matches = passwords.matches(password, person.password_hash if person else "")
    if person is None or not matches or not person.active or person.erased_at:
        raise Invalid("bad_sign_in", field="identifier")
    better = passwords.new_hash(password) if passwords.is_dated(person.password_hash) else None
    return Known(PersonId(person.id), person.uniquifier, better)


def start(session: Session, known: Known, *, device: str, now: datetime) -> str:
    """Sign the person in on a device and return its cookie: always a new one, so that none can be planted beforehand.

    Refused when the password was changed since it was checked.
    """
    person = people.person_of(session, known.person)
    if person.uniquifier != known.uniquifier:
        raise Invalid("bad_sign_in", field="identifier")
    if known.better_hash:
        person.password_hash = known.better_hash
    token = secrets.token_urlsafe(32)
    sign_ins.write_sign_in(session, known.person, _hash(token), device=device[:_LONGEST_DEVICE], now=now, expires_at=now + LASTS)
    return f"{known.person}.{token}"


def whoever(session: Session, cookie: str, *, now: datetime) -> Visit | None:
    """Return who stands behind a cookie, in one read; None for a cookie that is unknown, ended or too old."""
    number, _, token = cookie.partition(".")
    if not token or not number.isascii() or not number.isdecimal() or len(number) > 18:  # noqa: PLR2004 -- a 64-bit number
        return None
    person, token_hash = PersonId(int(number)), _hash(token)
    rows = sign_ins.read_sign_in(session, person, token_hash)
    if not rows or not rows[0].active or rows[0].expires_at <= now or rows[0].seen_at + IDLE <= now:
        return None
    first = rows[0]
    held = frozenset((Role(row.role), Place(PlaceKind(row.place_kind), row.place_id)) for row in rows if row.role)
    actor = Actor(
        person_id=person,
        display_name=display_name(first.language, first.name_arabic, first.name_latin) or first.user_name,
        user_name=first.user_name,
        language=first.language,
        country=first.country,
        roles=held,
        is_demo=first.is_demo,
    )
    return Visit(actor, token_hash, is_mark_due=first.seen_at + SEEN_EVERY <= now)


def mark_seen(session: Session, visit: Visit, *, now: datetime) -> None:
    """Write that the device was used just now."""
    sign_ins.mark_seen(session, _person(visit), visit.token_hash, now=now)


def sign_out(session: Session, visit: Visit) -> None:
    """End this device."""
    sign_ins.delete_sign_in(session, _person(visit), visit.token_hash)


def devices(session: Session, visit: Visit, *, now: datetime) -> Sequence[Device]:
    """Return the devices on which the visitor is signed in, the latest used first."""
    return [
        Device(_name(row.token_hash), row.device, row.created_at, row.seen_at, is_this=row.token_hash == visit.token_hash)
        for row in sign_ins.list_sign_ins(session, _person(visit), now=now)
    ]


def end_device(session: Session, visit: Visit, device_id: str, *, now: datetime) -> None:
    """Sign out one of the visitor's own devices; somebody else's is not found."""
    for row in sign_ins.list_sign_ins(session, _person(visit), now=now):
        if _name(row.token_hash) == device_id:
            sign_ins.delete_sign_in(session, _person(visit), row.token_hash)
            return
    raise NotFound("no_such_device")


def end_other_devices(session: Session, visit: Visit) -> None:
    """Sign out everywhere but here."""
    sign_ins.delete_other_sign_ins(session, _person(visit), but=visit.token_hash)


def display_name(language: str, name_arabic: str, name_latin: str) -> str:
    """Return the name to greet somebody by: in the script of their language if they gave it, else in the other."""
    return (name_arabic or name_latin) if language == "ar" else (name_latin or name_arabic)


def _find(session: Session, identifier: str) -> Person | None:
    """Return the person meant. A user name wins over a phone or an e-mail, which count only while they belong to one account."""
    try:
        named = people.by_user_name(session, names.user_name(identifier))
    except Invalid:
        named = None
    if named is not None:
        return named
    try:
        if "@" in identifier:
            return people.only_one_with(session, email=contact.email_address(identifier))
        if (phone := contact.phone_number(identifier)) is not None:
            return people.only_one_with(session, phone=phone)
    except Invalid:
        pass
    return None


def _person(visit: Visit) -> PersonId:
    if visit.actor.person_id is None:
        raise NotFound("no_such_device")
    return visit.actor.person_id


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _name(token_hash: str) -> str:
    return hashlib.sha256(token_hash.encode()).hexdigest()[:16]
