"""The programme that comes with Takwin, of the courses that come with it: its certificate follows the last of theirs."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import find_course
from lms_app.adapters.enrolments import write_enrolment
from lms_app.domain.awards import read_awards
from lms_app.domain.eligibility import ATTAINED, LEVELLED, Condition
from lms_app.domain.grading import Points
from lms_app.domain.keys import CourseKey, PersonId
from lms_app.model import Course, Credential
from lms_app.model.credentials import Programme
from lms_app.services.authoring.shipped import FOLDER
from lms_app.services.credentials import attaining
from lms_app.services.credentials.shipped import load_shipped_programmes
from lms_app.services.learning.scoring import Results, record
from lms_app.storage.session import Session
from tests.services.credentials.academy import Academy

KEYS = {name: CourseKey(f"course-v1:Takwin+{name}+2026") for name in ("GOV", "MKT", "TOT")}
WHOLE = "programme"


@pytest.mark.parametrize("last", sorted(KEYS))
@pytest.mark.usefixtures("shipped_courses")
def test_its_certificate_follows_the_last_of_its_courses(session: Session, academy: Academy, last: str) -> None:
    assert load_shipped_programmes(session, folder=FOLDER, now=academy.clock()) == ("ADVISER",)
    programme = session.scalars(select(Programme)).one()
    assert programme.courses == list(KEYS.values())
    person = PersonId(academy.people.person(name_latin="Noura Essai", name_arabic="نورة المجرِّبة"))
    for name in sorted(KEYS, key=lambda name: name == last):
        assert WHOLE not in kinds(session, person)
        take(session, academy, person, KEYS[name])

    assert kinds(session, person).count(WHOLE) == 1


def kinds(session: Session, person: PersonId) -> list[str]:
    return list(session.scalars(select(Credential.kind).where(Credential.person_id == person)))


def take(session: Session, academy: Academy, person: PersonId, key: CourseKey) -> None:
    """Write what somebody reaches who does everything right, and what trainers note of that."""
    now = academy.clock()
    row = session.scalars(select(Course).where(Course.key == key)).one()
    write_enrolment(session, person, row.id, cohort_id=None, now=now)
    facts = find_course(session, key, person=person)
    assert facts.snapshot
    outline = load_outline(session, facts.snapshot)
    entries = list(outline.entries.values())
    results = Results(
        scores={one.id: Points(one.possible, one.possible) for one in entries if one.possible},
        completions={one.id: 1.0 for one in entries if not one.children},
    )
    record(session, person, course=facts, outline=outline, results=results, language="fr", award=academy.award, now=now)
    note = partial(attaining.record, session, academy.trainer, facts, None, [person], award=academy.award, language="fr", now=now)
    for condition in (one for award in read_awards(row.awards) for one in award.conditions if one.kind in ATTAINED):
        note(kind=condition.kind, name=condition.name or "Assembly", value=value(condition))


def value(condition: Condition) -> str:
    """Return what is noted of a condition that is met."""
    if condition.kind == "attendance":
        return f"{condition.asked:g}"
    return str(condition.level) if condition.kind in LEVELLED else "1"
