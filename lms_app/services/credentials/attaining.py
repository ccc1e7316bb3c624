"""What trainers note of learners: hours attended, tasks accepted, levels observed; judged and certified in the same commit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts, lock_enrolment
from lms_app.adapters.credentials import ATTAINMENT
from lms_app.adapters.enrolments import PERSON, learners_of
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.eligibility import ATTAINED, LEVELLED, LEVELS, LONGEST_NAME, MOST_HOURS_A_SESSION
from lms_app.domain.errors import Invalid, NeedsSignIn, NotFound, Refused
from lms_app.domain.findings import Findings
from lms_app.domain.keys import PersonId
from lms_app.domain.names import plain_text
from lms_app.i18n import latin_digits
from lms_app.services.learning.scoring import Award, rejudge
from lms_app.storage.upsert import upsert

MOST_ROWS: Final = 2_000
COLUMNS: Final = ("user_name", "kind", "name", "value")
"""Of a CSV file; its first line names them, in any order."""


@dataclass(frozen=True)
class Note:
    """One thing noted of one learner."""

    person: PersonId
    kind: str
    name: str
    value: float


@dataclass(frozen=True)
class Noted:
    """A note as it stands in the list of a cohort."""

    person: PersonId
    kind: str
    name: str
    value: float
    decided_by: tuple[str, str]
    """Arabic and Latin name of whoever decided; empty once their account is erased."""
    decided_at: datetime


def record(
    session: Session,
    actor: Actor,
    course: CourseFacts,
    cohort_id: int | None,
    people: Sequence[PersonId],
    *,
    kind: str,
    name: str,
    value: str,
    award: Award,
    language: str,
    now: datetime,
) -> int:
    """Note the same thing of each of these learners, judge them again and issue what they earned; return how many they are.

    A note of the same name replaces the earlier one. Refused: oneself (`Refused`), and by field: nobody chosen, somebody who
    does not learn here, an unknown kind, no name, a value that can't be. Nothing is written then.
    """
    find = Findings()
    read = _read(find, kind, name, value)
    if not people:
        find.wrong.append(Invalid("nobody_chosen", field="people"))
    learners = _learners(session, course, cohort_id)
    if {*people} - {*learners.values()}:
        find.wrong.append(Invalid("not_a_learner_here", field="people"))
    find.raise_all()
    notes = [Note(person, *read) for person in dict.fromkeys(people)]
    return write(session, actor, course, notes, award=award, language=language, now=now)


def record_rows(
    session: Session,
    actor: Actor,
    course: CourseFacts,
    cohort_id: int | None,
    text: str,
    *,
    award: Award,
    language: str,
    now: datetime,
) -> int:
    """Take in a CSV file, whole or not at all; return how many learners it was about.

    Refused (`Invalid`, one for each line, with its number as `line`): missing columns, learners who are not here, kinds and
    values that can't be, more than `MOST_ROWS`; oneself (`Refused`).
    """
    learners = _learners(session, course, cohort_id)
    find = Findings()
    notes = []
    for number, row in _rows(text):
        here = Findings()
        kind, name, value = _read(here, row["kind"].strip(), row["name"], row["value"])
        person = here(lambda named=row["user_name"]: _learner(learners, named))  # type: ignore[misc]
        find.wrong += [Invalid(each.code, **{**each.facts, "line": number}) for each in here.wrong]
        if person is not None:
            notes.append(Note(person, kind, name, value))
    find.raise_all()
    if not notes:
        raise Invalid("no_rows", field="rows")
    return write(session, actor, course, notes, award=award, language=language, now=now)


def write(
    session: Session, actor: Actor, course: CourseFacts, notes: Iterable[Note], *, award: Award, language: str, now: datetime
) -> int:
    """Store the notes, then judge everybody they are about; learners are locked in one order, so that no two wait for each other.

    Refused: notes of a person about themselves, an administrator's too.
    """
    if actor.person_id is None:
        raise NeedsSignIn
    if course.snapshot is None:
        raise NotFound("no_such_course", key=course.key)
    last = {(each.person, each.kind, each.name): each for each in notes}
    people = sorted({each.person for each in last.values()})
    if actor.person_id in people:
        raise Refused("own_attainment")
    for person in people:
        lock_enrolment(session, person, course.id)
    decided = {"decided_by": actor.person_id, "decided_at": now}
    rows = [
        {
            "person_id": each.person,
            "course_id": course.id,
            "kind": each.kind,
            "name": each.name,
            "block_id": "",
            "value": each.value,
            **decided,
        }
        for each in last.values()
    ]
    upsert(session, ATTAINMENT, rows, update=("value", "decided_by", "decided_at"))
    outline = load_outline(session, course.snapshot)
    languages = _languages(session, people)
    for person in people:
        rejudge(session, person, course=course, outline=outline, language=languages.get(person) or language, award=award, now=now)
    write_audit(session, "attainments", f"course:{course.id}", actor=actor.person_id, at=now, notes=len(rows), people=len(people))
    return len(people)


def noted_in(session: Session, course: CourseFacts, cohort_id: int | None) -> tuple[Noted, ...]:
    """Return what was noted of the learners who are in the cohort (or the course) now, the newest first, in two reads."""
    people = [*_learners(session, course, cohort_id).values()]
    query = (
        select(ATTAINMENT, PERSON.c.name_arabic, PERSON.c.name_latin)
        .select_from(ATTAINMENT.outerjoin(PERSON, PERSON.c.id == ATTAINMENT.c.decided_by))
        .where(ATTAINMENT.c.course_id == course.id, ATTAINMENT.c.person_id.in_(people))
        .order_by(ATTAINMENT.c.decided_at.desc(), ATTAINMENT.c.kind, ATTAINMENT.c.name, ATTAINMENT.c.person_id)
    )
    return tuple(
        Noted(PersonId(row.person_id), row.kind, row.name, row.value, (row.name_arabic or "", row.name_latin or ""), row.decided_at)
        for row in session.execute(query)
    )


def _read(find: Findings, kind: str, name: str, value: str) -> tuple[str, str, float]:
    """Return kind, name and value; what is wrong with any of them is found."""
    if kind not in ATTAINED:
        find.wrong.append(Invalid("field_not_listed", field="kind"))
    named = find(lambda: plain_text(name, field="name", longest=LONGEST_NAME))
    if named == "":
        find.wrong.append(Invalid("required", field="name"))
    number = find(lambda: _value(kind, value))
    return kind, named or "", number or 0.0


def _value(kind: str, text: str) -> float:
    try:
        number = float(latin_digits(text).strip().replace(",", "."))
    except ValueError as error:
        raise Invalid("field_not_number", field="value") from error
    if kind == "attendance" and not 0 <= number <= MOST_HOURS_A_SESSION:
        raise Invalid("bad_session_hours", field="value", most=MOST_HOURS_A_SESSION)
    if kind == "practical" and number not in {0.0, 1.0}:
        raise Invalid("bad_acceptance", field="value")
    if kind in LEVELLED and number not in {float(level) for level in LEVELS}:
        raise Invalid("bad_level", field="value", least=LEVELS[0], most=LEVELS[-1])
    return number


def _rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    """Return the rows with the numbers of their lines. Commas, semicolons and tabs part columns: spreadsheets differ."""
    head = text.partition("\n")[0]
    divider = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=divider, restval="")
    try:
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if {*COLUMNS} - {*names}:
            raise Invalid("columns_missing", field="rows", columns=", ".join(COLUMNS))
        reader.fieldnames = names
        rows: list[tuple[int, Mapping[str, str]]] = []
        for row in reader:
            if any(isinstance(value, str) and value.strip() for value in row.values()):
                rows.append((reader.line_num, {name: str(row[name] or "") for name in COLUMNS}))
            if len(rows) > MOST_ROWS:
                raise Invalid("too_many_rows", field="rows", most=MOST_ROWS)
    except csv.Error as error:
        raise Invalid("columns_missing", field="rows", columns=", ".join(COLUMNS)) from error
    return rows


def _learners(session: Session, course: CourseFacts, cohort_id: int | None) -> dict[str, PersonId]:
    return {row.user_name.casefold(): PersonId(row.id) for row in learners_of(session, course.id, cohort_id)}


def _learner(learners: Mapping[str, PersonId], user_name: str) -> PersonId:
    person = learners.get(user_name.strip().casefold())
    if person is None:
        raise Invalid("not_a_learner_here", field="user_name")
    return person


def _languages(session: Session, people: Sequence[PersonId]) -> dict[PersonId, str]:
    rows: Any = session.execute(select(PERSON.c.id, PERSON.c.language).where(PERSON.c.id.in_(people)))
    return {PersonId(row.id): row.language for row in rows}
