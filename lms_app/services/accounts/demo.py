"""Accounts to try Takwin with: one of each role, with passwords made on the spot and told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms_app.domain.actors import SITE, Place, PlaceKind, Role
from lms_app.model.courses import Course
from lms_app.model.people import Person
from lms_app.services.accounts import passwords, roles, signing_up
from lms_app.services.accounts.signing_up import NewAccount


@dataclass(frozen=True)
class DemoAccount:
    """A demo account, with the one sight of its password."""

    user_name: str
    password: str
    role: Role


_WHO = (
    (Role.SITE_ADMIN, "admin", "إدارة المنصة", "Administration", "fr"),
    (Role.TRAINER, "samira", "سميرة بناني", "Samira Bennani", "fr"),
    (Role.LEARNER, "aicha", "عائشة أيت علي", "Aïcha Aït Ali", "ar"),
    (Role.LEARNER, "khadija", "خديجة بوعلام", "Khadija Boualam", "fr"),
)
GRADUATE = "khadija"
"""The learner who has taken the courses already."""


def create_demo_accounts(session: Session, *, now: datetime) -> Sequence[DemoAccount]:
    """Make an administrator, a trainer of the site and of every course that is here, a learner, and one who took the courses.

    Refused when one of their user names is taken.
    """
    made = []
    for role, user_name, name_arabic, name_latin, language in _WHO:
        password = passwords.random_password()
        account = NewAccount(
            user_name=user_name,
            password=password,
            name_arabic=name_arabic,
            name_latin=name_latin,
            language=language,
            country="MA",
            is_demo=True,
        )
        known = signing_up.sign_up(session, signing_up.check(account), now=now)
        if role is not Role.LEARNER:
            roles.grant_unasked(session, known.person, role, SITE, by=None, now=now)
        if role is Role.TRAINER:
            for course in session.scalars(select(Course.id)).all():
                roles.grant_unasked(session, known.person, role, Place(PlaceKind.COURSE, course), by=None, now=now)
        made.append(DemoAccount(user_name, password, role))
    return made


def has_demo_accounts(session: Session) -> bool:
    """Tell whether accounts with known names stand open here: such a Takwin listens to its own machine only."""
    return bool(session.scalar(select(exists().where(Person.is_demo, Person.active, Person.erased_at.is_(None)))))
