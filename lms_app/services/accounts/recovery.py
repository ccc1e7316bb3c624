"""Getting back in: by a link in a letter where there is an e-mail, else by a code that a trainer prints."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from lms_app.adapters import people
from lms_app.domain import contact, names
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid, NeedsSignIn, NotFound, Refused
from lms_app.domain.keys import PersonId
from lms_app.i18n import latin_digits
from lms_app.model.people import Person, RecoveryCode, RoleGrant
from lms_app.services.accounts.signing_in import Known, display_name

LINK_LASTS = timedelta(hours=2)
CODE_LASTS = timedelta(hours=24)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is mistaken for something else when read from paper: no 0, 1, I, L, O, U."""
_GROUPS, _GROUP = 3, 4
_MOST_LETTERS = 5


@dataclass(frozen=True)
class Link:
    """What a recovery letter needs: to whom, about which account, in which language, with which token."""

    email: str
    user_name: str
    name: str
    language: str
    token: str
    person: int = 0


@dataclass(frozen=True)
class IssuedCode:
    """A recovery code as the card shows it, this once: only its hash is kept."""

    user_name: str
    name_arabic: str
    name_latin: str
    code: str
    expires_at: datetime


def links(session: Session, email: str, *, secret_key: str, now: datetime) -> Sequence[Link]:
    """Return a link for each account with this e-mail; none when there is none, which the page must not tell."""
    try:
        address = contact.email_address(email)
    except Invalid:
        return ()
    found = people.by_email(session, address)[:_MOST_LETTERS] if address else ()
    return tuple(
        Link(
            email=person.email or "",
            user_name=person.user_name,
            name=display_name(person.language, person.name_arabic, person.name_latin) or person.user_name,
            language=person.language,
            token=_tokens(secret_key).dumps([person.id, _mark(person), int(now.timestamp())]),
            person=person.id,
        )
        for person in found
    )


def by_link(session: Session, token: str, *, secret_key: str, now: datetime) -> Known:
    """Return whose link this is. Refused: forged, older than two hours, or made before the password last changed."""
    refusal = Invalid("bad_recovery", field="")
    try:
        number, mark, made_at = _tokens(secret_key).loads(token)
    except (BadSignature, ValueError) as error:
        raise refusal from error
    if now.timestamp() > made_at + LINK_LASTS.total_seconds():
        raise refusal
    try:
        person = people.person_of(session, PersonId(number))
    except NotFound as error:
        raise refusal from error
    if not secrets.compare_digest(mark, _mark(person)) or not person.active:
        raise refusal
    return Known(PersonId(person.id), person.uniquifier)


def issue_code(session: Session, actor: Actor, person_id: PersonId, *, now: datetime, lasts: timedelta = CODE_LASTS) -> IssuedCode:
    """Make a one-time code for a learner, good for 24 hours unless `lasts` says otherwise; earlier ones end. It is audited.

    Whether the actor may do this for this learner is the permission table's affair. Refused to all but administrators of the site:
    codes for somebody who holds a role, else a trainer could become the administrator who sits in the same course; and codes for
    somebody with an e-mail, to whom a letter goes.
    """
    if actor.person_id is None:
        raise NeedsSignIn
    person = people.person_of(session, person_id)
    holds_role = session.scalar(select(exists().where(RoleGrant.person_id == person_id)))
    if holds_role and not actor.is_site_admin:
        raise Refused("staff_recovery")
    if person.email and not actor.is_site_admin:
        raise Refused("recovery_by_letter")
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    expires_at = now + lasts
    session.add(
        RecoveryCode(
            person_id=person_id,
            code_hash=_hash(code),
            issued_by=actor.person_id,
            issued_at=now,
            expires_at=expires_at,
            used_at=None,
        )
    )
    people.write_audit(session, "recovery_code_issued", f"person:{person_id}", actor=actor.person_id, at=now)
    return IssuedCode(person.user_name, person.name_arabic, person.name_latin, code, expires_at)


def by_code(session: Session, user_name: str, code: str, *, now: datetime) -> Known:
    """Return whose code this is. Refused, in the same words whatever is wrong: the name, the code, its age, a second use."""
    try:
        person = people.by_user_name(session, names.user_name(user_name))
    except Invalid:
        person = None
    query = select(RecoveryCode.id).where(
        RecoveryCode.code_hash == _hash(code), RecoveryCode.person_id == (person.id if person else 0)
    )
    found = session.scalar(query.where(RecoveryCode.used_at.is_(None), RecoveryCode.expires_at > now))
    if person is None or found is None or not person.active or person.erased_at:
        raise Invalid("bad_recovery", field="code")
    return Known(PersonId(person.id), person.uniquifier)


def use_codes(session: Session, person: PersonId, *, now: datetime) -> None:
    """End every code of the person: one was used, or the password changed."""
    mine = RecoveryCode.person_id == person
    session.execute(update(RecoveryCode).where(mine, RecoveryCode.used_at.is_(None)).values(used_at=now))


def _tokens(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="recovery")


def _mark(person: Person) -> str:
    """Return what ties a link to the present password: it is worth nothing once that has changed."""
    return hashlib.sha256(f"{person.uniquifier}:{person.email}".encode()).hexdigest()[:24]


def _hash(code: str) -> str:
    plain = "".join(sign for sign in latin_digits(code).upper() if sign.isalnum())
    return hashlib.sha256(f"recovery:{plain}".encode()).hexdigest()
