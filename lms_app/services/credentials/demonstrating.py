"""A graduate to try Takwin with: one person who holds a certificate of each kind, so that there is something to look at and check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts, find_course
from lms_app.adapters.enrolments import write_enrolment
from lms_app.adapters.people import by_user_name
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.awards import Award, asks_for_attainments, read_awards
from lms_app.domain.eligibility import ATTAINED, LEVELLED, Condition
from lms_app.domain.grading import Points
from lms_app.domain.keys import CourseKey, PersonId
from lms_app.model.courses import Cohort, Course
from lms_app.model.credentials import Credential
from lms_app.services.accounts import roles
from lms_app.services.credentials import attaining, programmes
from lms_app.services.credentials.issuing import Issuer, awarding
from lms_app.services.learning.scoring import Results, record

PROGRAMME: Final = "DEMO"
_TITLES: Final = {"ar": "مدخل إلى التعاونيات", "fr": "Premiers pas en coopérative", "en": "First steps in cooperatives"}
_TASK: Final = {"kind": "practical", "name": "Plan d’action"}
_COMPETENCE: Final = {"kind": "competence", "rule": {"all": [_TASK, {"kind": "observation", "level": 3}]}, "valid_months": 36}
_DONE: Final = {"kind": "completion", "rule": {"all": [{"kind": "completion", "at_least": 0.5}]}}
_COMPETENCES: Final = [
    {"ar": "ينشط اجتماعا لأعضاء تعاونية", "fr": "Anime une réunion des membres", "en": "Leads a meeting of members"},
]
_NAMES: Final = {"attendance": "Journée 1", "practical": _TASK["name"], "observation": "Séance observée", "rubric": "Plan écrit"}
"""What the trainer calls what a paper asks for without a name."""
_HOURS: Final = {"Journée 1": "6", "Journée 2": "5.5"}


def show_certificates(session: Session, trainer_name: str, learner_name: str, *, issuer: Issuer, now: datetime) -> int:
    """Let the demo learner take every published course with the demo trainer; return how many certificates that gave.

    The first course whose papers ask for nothing but answers also gives a certificate of competence. Where there is no programme
    yet, all courses together are one. Where nothing is published, nothing happens.
    """
    trainer, learner = by_user_name(session, trainer_name), by_user_name(session, learner_name)
    published = select(Course).where(Course.published_revision_id.is_not(None)).order_by(Course.id)
    courses = session.scalars(published).all()
    if trainer is None or learner is None or not courses:
        return 0
    actor, person = Actor(PersonId(trainer.id)), PersonId(learner.id)
    given = {course.id: read_awards(course.awards or ()) for course in courses}
    main = next((course for course in courses if given[course.id] and not asks_for_attainments(given[course.id])), courses[0])
    for course in courses:
        course.awards = course.awards or [_DONE]
    main.awards = [*(each for each in main.awards if each["kind"] != "competence"), _COMPETENCE]
    main.certificate = {"city": {"fr": "Agadir", "ar": "أكادير"}, "competences": _COMPETENCES, **main.certificate}
    session.flush()
    if len(courses) > 1 and not programmes.listed(session):
        keys = [course.key for course in courses]
        programmes.create_unasked(session, key=PROGRAMME, titles=_TITLES, courses=keys, by=actor.person_id, now=now)
    award = awarding(issuer, following=[programmes.issue_complete])
    for course in courses:
        cohort = _cohort(session, course, actor, now)
        write_enrolment(session, person, course.id, cohort_id=cohort, now=now)
        facts = find_course(session, CourseKey(course.key), person=person)
        _finish(session, person, facts, award, learner.language, now)
        _note(session, actor, person, facts, _tasks(given[course.id]), award, now)
    _practise(session, actor, person, find_course(session, CourseKey(main.key), person=person), award, now)
    mine = select(func.count()).select_from(Credential).where(Credential.person_id == person)
    return session.scalar(mine) or 0


def _cohort(session: Session, course: Course, trainer: Actor, now: datetime) -> int:
    cohort = Cohort(
        course_id=course.id,
        name="Souss 1",
        country="MA",
        place="Taroudant",
        starts_on=(now - timedelta(days=30)).date(),
        ends_on=now.date(),
        created_at=now,
    )
    session.add(cohort)
    session.flush()
    if trainer.person_id is not None:
        roles.grant_unasked(session, trainer.person_id, Role.TRAINER, Place(PlaceKind.COHORT, cohort.id), by=None, now=now)
    return int(cohort.id)


def _finish(session: Session, person: PersonId, course: CourseFacts, award: Any, language: str, now: datetime) -> None:
    """Write the results of somebody who did everything right."""
    if course.snapshot is None:
        return
    outline = load_outline(session, course.snapshot)
    entries = list(outline.entries.values())
    points = {each.id: Points(each.possible, each.possible) for each in entries if each.possible}
    results = Results(scores=points, completions={each.id: 1.0 for each in entries if not each.children})
    record(session, person, course=course, outline=outline, results=results, language=language, award=award, now=now)


def _practise(session: Session, trainer: Actor, person: PersonId, course: CourseFacts, award: Any, now: datetime) -> None:
    said = [("attendance", name, hours) for name, hours in _HOURS.items()]
    said += [("practical", _TASK["name"], "1"), ("observation", _COMPETENCES[0]["fr"], "3")]
    _note(session, trainer, person, course, said, award, now)


def _tasks(awards: Sequence[Award]) -> list[tuple[str, str, str]]:
    """Return what these papers ask a trainer to note: hours, tasks as accepted, observations and works at their level."""
    asked = [each for award in awards for each in award.conditions if each.kind in ATTAINED]
    return [(each.kind, each.name or _NAMES[each.kind], f"{_value(each):g}") for each in asked]


def _value(condition: Condition) -> float:
    if condition.kind == "attendance":
        return condition.asked
    return condition.level if condition.kind in LEVELLED else 1


def _note(
    session: Session,
    trainer: Actor,
    person: PersonId,
    course: CourseFacts,
    said: Sequence[tuple[str, str, str]],
    award: Any,
    now: datetime,
) -> None:
    for kind, name, value in said:
        attaining.record(
            session, trainer, course, None, [person], kind=kind, name=name, value=value, award=award, language="fr", now=now
        )
