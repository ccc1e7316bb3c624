"""Making an account: a user name and a password are enough; phone and e-mail are for those who have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_app.adapters import people
from lms_app.domain import contact, names
from lms_app.domain.errors import Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.keys import PersonId
from lms_app.model.people import Person
from lms_app.services.accounts import passwords
from lms_app.services.accounts.signing_in import Known


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """What somebody typed to join."""

    user_name: str
    password: str
    name_arabic: str = ""
    name_latin: str = ""
    phone: str = ""
    email: str = ""
    language: str = "en"
    country: str = ""
    is_demo: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckedAccount:
    """The same after every rule, ready to be stored."""

    user_name: str
    password_hash: str
    name_arabic: str
    name_latin: str
    phone: str | None
    email: str | None
    language: str
    country: str
    is_demo: bool


def check(account: NewAccount) -> CheckedAccount:
    """Return the account as it will be kept, the password hashed; raise `Invalid` with all that is `wrong` at once.

    It needs no database: hashing is slow, and nobody should wait for it under a lock.
    """
    look = Findings()
    user_name = look(lambda: names.user_name(account.user_name))
    name_arabic = look(lambda: names.arabic_name(account.name_arabic))
    name_latin = look(lambda: names.latin_name(account.name_latin))
    phone = look(lambda: contact.phone_number(account.phone, country=account.country))
    email = look(lambda: contact.email_address(account.email))
    own = (account.user_name, account.phone, account.email, account.name_latin, account.name_arabic)
    look(lambda: passwords.check_password(account.password, about=own))
    look.raise_all()
    return CheckedAccount(
        user_name=user_name or "",
        password_hash=passwords.new_hash(account.password),
        name_arabic=name_arabic or "",
        name_latin=name_latin or "",
        phone=phone,
        email=email,
        language=account.language,
        country=account.country,
        is_demo=account.is_demo,
    )


def sign_up(session: Session, account: CheckedAccount, *, now: datetime) -> Known:
    """Store the account and return who it is. Refused: a user name that is taken.

    An e-mail or a phone that another account has is no reason: sisters share them, and saying so would tell who is here.
    """
    taken = Invalid("user_name_taken", field="user_name")
    if people.by_user_name(session, account.user_name) is not None:
        raise taken
    person = Person(**vars(account), uniquifier=people.new_uniquifier(), created_at=now)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:  # somebody took it between the look and the write
        raise taken from error
    return Known(PersonId(person.id), person.uniquifier)
