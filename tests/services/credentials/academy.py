"""A course that gives papers, its cohort, its trainer and its learners: what tests of certificates stand on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts, find_course
from lms_app.adapters.grades import write_completions, write_scores
from lms_app.adapters.nodes import store_content
from lms_app.adapters.revisions import commit_revision, publish
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.content import Outline, Overlay
from lms_app.domain.grading import Points
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.model import Course, Credential
from lms_app.services.credentials import correcting, programmes
from lms_app.services.credentials.issuing import Issuer, Renewing, awarding
from lms_app.services.learning.scoring import rejudge
from lms_app.storage.session import Session, Sessions
from lms_app.storage.transaction import transaction
from takwin_certificates import keys
from takwin_certificates.record import Record
from tests.conftest import SetClock
from tests.fakes import block, course_of
from tests.people import People

GRADE = {"kind": "completion", "rule": {"all": [{"kind": "grade", "at_least": 0.6}]}}
ATTENDED = {"kind": "participation", "rule": {"all": [{"kind": "attendance", "hours": 12}]}}
OBSERVED = {
    "kind": "competence",
    "rule": {"all": [{"kind": "practical", "count": 1}, {"kind": "observation", "level": 3, "name": "Leads a meeting"}]},
    "valid_months": 24,
    "shows_grade": True,
}
PAPER = {
    "template": "zellige-2",
    "city": {"fr": "Agadir", "ar": "أكادير"},
    "signatories": [{"titles": {"fr": "Le directeur", "ar": "المدير"}, "name": "H. Amrani"}],
    "partners": [{"name": "ODCO", "has_consented": True}, {"name": "Not asked yet"}],
    "competences": [{"en": "Leads a meeting", "fr": "Conduit une réunion"}],
    "hours_field": 6,
    "field_visits": 2,
}
QUIZ = BlockId("problem/quiz")


@dataclass
class Academy:
    """One course; `facts` reads it as a person sees it."""

    sessions: Sessions
    clock: SetClock
    people: People
    folder: Path
    awards: list[dict[str, Any]] = field(default_factory=lambda: [ATTENDED, GRADE, OBSERVED])
    renewing: Renewing = correcting.renew_if_new

    @cached_property
    def course(self) -> int:
        course = self.people.course(awards=self.awards, certificate=PAPER, hours=30.0)
        content = course_of(
            block("course/c", "chapter/c", display_name="Governance?"),
            block("chapter/c", "sequential/s"),
            block("sequential/s", "vertical/v"),
            block("vertical/v", QUIZ),
            block(QUIZ, weight=1.0),
            overlays={
                "ar": Overlay("ar", {BlockId("course/c"): {"display_name": "الحكامة"}}),
                "fr": Overlay("fr", {BlockId("course/c"): {"display_name": "Gouvernance"}}),
            },
        )
        with transaction(self.sessions) as session:
            row = session.get_one(Course, course)
            snapshot = store_content(session, content, self.clock())
            publish(session, row, commit_revision(session, row, snapshot, author=None, message="first", now=self.clock()))
        return course

    @cached_property
    def key(self) -> CourseKey:
        return CourseKey(self.people.course_key(self.course))

    @cached_property
    def cohort(self) -> int:
        days = {"starts_on": date(2026, 9, 7), "ends_on": date(2026, 10, 9)}
        return self.people.cohort(self.course, name="Souss 3", place="Taroudant", country="MA", **days)

    @cached_property
    def trainer(self) -> Actor:
        names = {"name_latin": "Samira Bennani", "name_arabic": "سميرة بناني"}
        place = Place(PlaceKind.COHORT, self.cohort)
        person = self.people.person(Role.TRAINER, place, **names)
        return Actor(PersonId(person), roles=frozenset({(Role.TRAINER, place)}))

    @cached_property
    def issuer(self) -> Issuer:
        key = keys.load_or_create(self.folder / "keys")
        return Issuer("Académie des coopératives", "https://learn.example.org", key=lambda: key)

    @property
    def award(self) -> Any:
        return awarding(self.issuer, following=[programmes.issue_complete], renewing=self.renewing)

    def learner(self, **columns: Any) -> PersonId:
        names = {"name_latin": "Zineb Alaoui", "name_arabic": "زينب العلوي", "language": "fr"}
        return PersonId(self.people.learner(self.course, self.cohort, **{**names, **columns}))

    def facts(self, session: Session, person: PersonId | None = None) -> CourseFacts:
        return find_course(session, self.key, person=person)

    def outline(self, session: Session) -> Outline:
        snapshot = self.facts(session).snapshot
        assert snapshot
        return load_outline(session, snapshot)

    def pass_quiz(self, person: PersonId, *, earned: float = 8, language: str = "fr") -> None:
        """Let the learner answer, and get what that earns."""
        with transaction(self.sessions) as session:
            write_scores(session, person, self.course, {QUIZ: Points(earned, 10)}, self.clock())
            write_completions(session, person, self.course, {QUIZ: 1.0}, self.clock())
            rejudge(
                session, person, course=self.facts(session), outline=self.outline(session), language=language, award=self.award,
                now=self.clock(),
            )  # fmt: skip

    def rows(self, person: PersonId) -> list[Credential]:
        with transaction(self.sessions, writes=False) as session:
            return list(session.scalars(select(Credential).where(Credential.person_id == person).order_by(Credential.id)))

    def records(self, person: PersonId) -> dict[str, Record]:
        """Return what was issued to somebody, by kind; the last issue of each."""
        return {row.kind: Record.from_json(row.record) for row in self.rows(person)}
