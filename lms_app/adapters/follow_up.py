"""Measurements and reminders in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from lms_app.adapters.courses import COURSE, ENROLMENT
from lms_app.adapters.enrolments import COHORT, PERSON
from lms_app.domain.keys import BlockId, PersonId
from lms_app.model.follow_up import Measurement, Reminder
from lms_app.storage.upsert import insert_new

MEASUREMENT = cast("Table", Measurement.__table__)
REMINDER = cast("Table", Reminder.__table__)


def write_measurement(session: Session, person: PersonId, course_id: int, block: BlockId, values: Mapping[str, Any]) -> bool:
    """Add a measurement after the learner's others; False, and nothing, when the newest of its moment says the same.

    The caller holds the learner's enrolment, so that two at once get two numbers.
    """
    mine = and_(MEASUREMENT.c.person_id == person, MEASUREMENT.c.course_id == course_id, MEASUREMENT.c.block_id == block)
    query = select(MEASUREMENT).where(mine).order_by(MEASUREMENT.c.number.desc())
    kept = session.execute(query).mappings().all()
    compared = ("cooperative", "respondents", "overall", "data")
    newest = next((row for row in kept if row["moment"] == values["moment"] and row["cooperative"] == values["cooperative"]), None)
    if newest is not None and all(newest[name] == values[name] for name in compared):
        return False
    number = kept[0]["number"] + 1 if kept else 1
    row = {"person_id": person, "course_id": course_id, "block_id": block, "number": number, **values}
    session.execute(insert(MEASUREMENT).values(row))
    return True


def measurements(
    session: Session, course_id: int, *, person: PersonId | None = None, cohorts: Collection[int] | None = None
) -> Sequence[Any]:
    """Return a course's measurements with whom they are of, oldest first, in one query: of one person, or of some cohorts."""
    names = (PERSON.c.user_name, PERSON.c.name_arabic, PERSON.c.name_latin, PERSON.c.erased_at)
    joined = MEASUREMENT.join(PERSON, PERSON.c.id == MEASUREMENT.c.person_id).outerjoin(
        COHORT, COHORT.c.id == MEASUREMENT.c.cohort_id
    )
    query = (
        select(MEASUREMENT, *names, COHORT.c.name.label("cohort")).select_from(joined).where(MEASUREMENT.c.course_id == course_id)
    )
    if person is not None:
        query = query.where(MEASUREMENT.c.person_id == person)
    if cohorts is not None:
        query = query.where(MEASUREMENT.c.cohort_id.in_(list(cohorts)))
    return session.execute(query.order_by(MEASUREMENT.c.measured_at, MEASUREMENT.c.person_id, MEASUREMENT.c.number)).all()


def has_measurements(session: Session, person: PersonId, course_id: int) -> bool:
    """Tell whether the person measured anything in the course."""
    mine = and_(MEASUREMENT.c.person_id == person, MEASUREMENT.c.course_id == course_id)
    return session.execute(select(MEASUREMENT.c.number).where(mine).limit(1)).first() is not None


def replace_reminders(
    session: Session, person: PersonId, course_id: int, block: BlockId, days: Mapping[date, int], *, now: datetime
) -> None:
    """Keep these days (and their months) in place of those that have not come yet."""
    mine = _of(person, course_id, block)
    session.execute(delete(REMINDER).where(mine, REMINDER.c.sent_at.is_(None)))
    for day, months in days.items():
        row = {"person_id": person, "course_id": course_id, "block_id": block, "due_on": day, "months": months}
        insert_new(session, REMINDER, {**row, "sent_at": None, "closed_at": None, "created_at": now})


def close_reminders(session: Session, person: PersonId, course_id: int, block: BlockId, *, now: datetime) -> None:
    """Close the reminders of the block whose day has come; those to come stay."""
    due = (REMINDER.c.due_on <= now.date(), REMINDER.c.closed_at.is_(None))
    session.execute(update(REMINDER).where(_of(person, course_id, block), *due).values(closed_at=now))


def open_reminders(session: Session, person: PersonId, *, today: date) -> Sequence[Any]:
    """Return the person's reminders whose day has come and which are still open, with the course's key, in one query.

    Those of a course that the person left, or that is archived, rest.
    """
    query = _due(today).where(REMINDER.c.person_id == person)
    return session.execute(query.order_by(REMINDER.c.due_on)).all()


def has_unsent_reminders(session: Session, *, today: date) -> bool:
    """Tell whether any reminder's day has come without having been sent: what the sweep asks each minute."""
    query = select(REMINDER.c.person_id).where(
        REMINDER.c.due_on <= today, REMINDER.c.sent_at.is_(None), REMINDER.c.closed_at.is_(None)
    )
    return session.execute(query.limit(1)).first() is not None


def take_unsent_reminders(session: Session, *, today: date, now: datetime, limit: int = 100) -> Sequence[Any]:
    """Mark reminders whose day has come as sent, and return them with what a letter needs. Two sweeps take different ones."""
    key = (REMINDER.c.person_id, REMINDER.c.course_id, REMINDER.c.block_id, REMINDER.c.due_on)
    unsent = (REMINDER.c.due_on <= today, REMINDER.c.sent_at.is_(None), REMINDER.c.closed_at.is_(None))
    chosen = session.execute(select(*key).where(*unsent).order_by(*key).limit(limit).with_for_update(skip_locked=True)).all()
    found: list[Any] = []
    for row in chosen:
        this = and_(*(column == value for column, value in zip(key, row, strict=True)))
        session.execute(update(REMINDER).where(this).values(sent_at=now))
        found += session.execute(_due(today).where(this)).all()
    return found


def _due(today: date) -> Any:
    joined = (
        REMINDER.join(COURSE, COURSE.c.id == REMINDER.c.course_id)
        .join(PERSON, PERSON.c.id == REMINDER.c.person_id)
        .join(ENROLMENT, and_(ENROLMENT.c.person_id == REMINDER.c.person_id, ENROLMENT.c.course_id == REMINDER.c.course_id))
    )
    columns = (COURSE.c.key, PERSON.c.email, PERSON.c.language, PERSON.c.name_arabic, PERSON.c.name_latin, PERSON.c.user_name)
    is_open = (
        REMINDER.c.due_on <= today,
        REMINDER.c.closed_at.is_(None),
        ENROLMENT.c.left_at.is_(None),
        COURSE.c.archived_at.is_(None),
    )
    return select(REMINDER, *columns).select_from(joined).where(*is_open)


def _of(person: PersonId, course_id: int, block: BlockId) -> Any:
    return and_(REMINDER.c.person_id == person, REMINDER.c.course_id == course_id, REMINDER.c.block_id == block)
