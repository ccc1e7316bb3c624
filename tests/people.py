"""People, courses and cohorts for tests, and the browser they use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms_app.adapters.people import new_uniquifier, person_of
from lms_app.domain.actors import SITE, Place, PlaceKind, Role
from lms_app.domain.clock import Clock
from lms_app.domain.keys import PersonId
from lms_app.model import Cohort, Course, Credential, Enrolment, Person, RoleGrant
from lms_app.services.accounts import passwords, signing_in
from lms_app.services.accounts.signing_in import Known
from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction

PASSWORD = "olive vent lampe"
_HASH = passwords.new_hash(PASSWORD)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Client(FlaskClient):
    """A browser: it finds the token in a page before it sends a form."""

    def token(self) -> str:
        """Return a CSRF token that is good for whoever is signed in here."""
        found = _TOKEN.search(self.get("/no-such-page").text)
        assert found
        return found[1]

    def send(self, path: str, /, headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        """Send a form as a page of ours would."""
        return self.post(path, data={"csrf_token": self.token(), **fields}, headers=headers)


@dataclass
class People:
    """Everybody in a test. What is made is committed, and ends with the test."""

    sessions: Sessions
    clock: Clock
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def person(self, role: Role | None = None, place: Place = SITE, **columns: Any) -> int:
        """Make somebody, with a role in a place if one is given; the password is `PASSWORD`. Return the number."""
        number = next(self._numbers)
        with transaction(self.sessions) as session:
            person = Person(
                **{
                    "user_name": f"person{number}",
                    "password_hash": _HASH,
                    "uniquifier": new_uniquifier(),
                    "language": "en",
                    "created_at": self.clock(),
                    **columns,
                }
            )
            session.add(person)
            session.flush()
            if role is not None:
                session.add(_grant(person.id, role, place, at=self.clock()))
            return person.id

    def admin(self, **columns: Any) -> int:
        """Make somebody who administers the site."""
        return self.person(Role.SITE_ADMIN, **columns)

    def trainer(self, course: int, **columns: Any) -> int:
        """Make a trainer of a course."""
        return self.person(Role.TRAINER, Place(PlaceKind.COURSE, course), **columns)

    def coordinator(self, course: int, **columns: Any) -> int:
        """Make a coordinator of a course."""
        return self.person(Role.COORDINATOR, Place(PlaceKind.COURSE, course), **columns)

    def learner(self, course: int, cohort: int | None = None, **columns: Any) -> int:
        """Make a learner of a course."""
        person = self.person(**columns)
        self.enrol(person, course, cohort)
        return person

    def enrol(self, person: int, course: int, cohort: int | None = None) -> None:
        """Give somebody a place in a course."""
        with transaction(self.sessions) as session:
            session.add(Enrolment(person_id=person, course_id=course, cohort_id=cohort, enrolled_at=self.clock(), left_at=None))

    def course(self, **columns: Any) -> int:
        """Make an empty course, and return its number; its key is `course_key(number)`."""
        number = next(self._numbers)
        with transaction(self.sessions) as session:
            course = Course(
                **{"key": f"course-v1:Test+C{number}+2026", "title": f"Course {number}", "created_at": self.clock(), **columns}
            )
            session.add(course)
            session.flush()
            return course.id

    def course_key(self, course: int) -> str:
        """Return the key of a course."""
        with transaction(self.sessions, writes=False) as session:
            return session.get_one(Course, course).key

    def cohort(self, course: int, **columns: Any) -> int:
        """Make a cohort of a course."""
        number = next(self._numbers)
        with transaction(self.sessions) as session:
            cohort = Cohort(**{"course_id": course, "name": f"Cohort {number}", "created_at": self.clock(), **columns})
            session.add(cohort)
            session.flush()
            return cohort.id

    def credential(self, person: int, course: int, **columns: Any) -> str:
        """Make a certificate of a person for a course, and return its code."""
        number = next(self._numbers)
        values = {"award": f"award-{number}", "code": f"CODE{number}", "record": "{}", "signature": "", "key_id": "test"}
        with transaction(self.sessions) as session:
            credential = Credential(person_id=person, course_id=course, issued_at=self.clock(), **{**values, **columns})
            session.add(credential)
            return credential.code

    def cookie(self, person: int, *, device: str = "a test") -> str:
        """Sign somebody in and return the cookie."""
        with transaction(self.sessions) as session:
            row = person_of(session, PersonId(person))
            return signing_in.start(session, Known(PersonId(person), row.uniquifier), device=device, now=self.clock())


def _grant(person: int, role: Role, place: Place, *, at: datetime) -> RoleGrant:
    return RoleGrant(
        person_id=person, role=str(role), place_kind=str(place.kind), place_id=place.id, granted_at=at, granted_by=None
    )
