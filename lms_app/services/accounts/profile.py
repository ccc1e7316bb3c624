"""What a person tells of themselves: names as certificates print them, country, region, language, ways to reach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters import people, sign_ins
from lms_app.domain import contact, names
from lms_app.domain.errors import Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.keys import PersonId
from lms_app.i18n import CODES
from lms_app.services.accounts import passwords
from lms_app.services.accounts.signing_in import Known

_COUNTRY = 2
"""Letters of an ISO 3166-1 code."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The page of the profile, as it is shown and as it is sent."""

    user_name: str = ""
    """Shown only: it never changes."""
    name_arabic: str = ""
    name_latin: str = ""
    country: str = ""
    region: str = ""
    language: str = "en"
    email: str = ""
    phone: str = ""


def read(session: Session, person: PersonId) -> Profile:
    """Return the person's profile."""
    row = people.person_of(session, person)
    return Profile(
        user_name=row.user_name,
        name_arabic=row.name_arabic,
        name_latin=row.name_latin,
        country=row.country,
        region=row.region,
        language=row.language,
        email=row.email or "",
        phone=row.phone or "",
    )


def change(session: Session, person: PersonId, given: Profile, *, now: datetime, known: Known | None = None) -> str:
    """Store the profile; raise `Invalid` with all that is `wrong` at once.

    A new e-mail is a way into the account: it is audited, takes the password (`known`), and the one before is returned so that a
    letter can tell its owner; '' when there was none or it stays.
    """
    look = Findings()
    if given.language not in CODES:
        look.wrong.append(Invalid("bad_language", field="language"))
    if given.country and not (len(given.country) == _COUNTRY and given.country.isascii() and given.country.isupper()):
        look.wrong.append(Invalid("bad_country", field="country"))
    name_arabic = look(lambda: names.arabic_name(given.name_arabic))
    name_latin = look(lambda: names.latin_name(given.name_latin))
    region = look(lambda: names.plain_text(given.region, field="region", longest=80))
    email = look(lambda: contact.email_address(given.email))
    phone = look(lambda: contact.phone_number(given.phone, country=given.country))
    row = people.person_of(session, person, locked=True)
    before, is_new = row.email or "", row.email != email
    if is_new and (known is None or known.uniquifier != row.uniquifier):
        look.wrong.append(Invalid("password_for_email", field="password"))
    look.raise_all()
    if is_new:
        people.write_audit(session, "email_changed", f"person:{person}", actor=person, at=now)
    row.name_arabic, row.name_latin = name_arabic or "", name_latin or ""
    row.country, row.region, row.language = given.country, region or "", given.language
    row.email, row.phone = email, phone
    session.flush()
    return before if is_new else ""


def choose_language(session: Session, person: PersonId, language: str) -> None:
    """Show the site in another language to this person from now on."""
    if language not in CODES:
        raise Invalid("bad_language", field="language")
    people.person_of(session, person).language = language
    session.flush()


def check_own_password(session: Session, person: PersonId, password: str, *, field: str = "password") -> Known:
    """Return silently when this is the person's password; raise `wrong_password` otherwise. It only reads, for hashing is slow."""
    row = people.person_of(session, person)
    if not passwords.matches(password, row.password_hash):
        raise Invalid("wrong_password", field=field)
    return Known(person, row.uniquifier)


def own_words(session: Session, person: PersonId) -> tuple[str, ...]:
    """Return what a password must not be: the person's own names and addresses."""
    row = people.person_of(session, person)
    return tuple(word for word in (row.user_name, row.name_latin, row.name_arabic, row.email, row.phone) if word)


def set_password(session: Session, known: Known, password_hash: str, *, now: datetime, keep_device: str = "") -> Known:
    """Store a new password. Every other device is signed out, and every letter and code sent before is worth nothing.

    Refused when the password changed meanwhile.
    """
    row = people.person_of(session, known.person, locked=True)
    if row.uniquifier != known.uniquifier:
        raise Invalid("wrong_password", field="password")
    row.password_hash, row.uniquifier = password_hash, people.new_uniquifier()
    sign_ins.delete_other_sign_ins(session, known.person, but=keep_device)
    people.write_audit(session, "password_changed", f"person:{known.person}", actor=known.person, at=now)
    return Known(known.person, row.uniquifier)
