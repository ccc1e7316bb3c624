"""Reminding learners of the plans that they made: a letter on the day they asked for, and a line on their pages until they look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import find_course
from lms_app.adapters.follow_up import close_reminders, has_unsent_reminders, open_reminders, take_unsent_reminders
from lms_app.adapters.mail import Letter
from lms_app.adapters.outbox import ask_for
from lms_app.domain.actors import Actor
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.domain.outbox import Errand
from lms_app.services.accounts.signing_in import display_name
from lms_app.services.learning.catalogue import reading_language
from lms_app.storage.transaction import transaction


@dataclass(frozen=True)
class DueReminder:
    """A plan whose day has come."""

    course: CourseKey
    course_title: str
    block: BlockId
    title: str
    language: str
    """Of the two titles."""
    months: int
    due_on: date


@dataclass(frozen=True)
class ToWrite:
    """What a letter about a plan must know."""

    person: PersonId
    email: str
    name: str
    language: str
    course: CourseKey
    block: BlockId
    months: int


Writer = Callable[[ToWrite], Letter]
"""Puts the letter into words, in its reader's language."""


def due_for(session: Session, actor: Actor, *, course: CourseKey | None = None, now: datetime) -> tuple[DueReminder, ...]:
    """Return the reader's open reminders, oldest first: one read, and one for each course that has any."""
    if actor.person_id is None:
        return ()
    rows = open_reminders(session, actor.person_id, today=now.date())
    newest = {(row.key, row.block_id): row for row in rows}  # of several days of one plan, the last says enough
    found = (_due(session, actor, row) for row in newest.values() if course in {None, row.key})
    return tuple(one for one in found if one is not None)


def dismiss(session: Session, person: PersonId, course_id: int, block: BlockId, *, now: datetime) -> None:
    """Wave away what is due of a plan; days to come stay."""
    close_reminders(session, person, course_id, block, now=now)


def send_due(sessions: sessionmaker[Session], write: Writer, *, now: Callable[[], datetime]) -> int:
    """Ask for the letters of all reminders whose day has come; return how many. Each is asked for once, whoever sweeps."""
    moment = now()
    with transaction(sessions, writes=False) as session:
        if not has_unsent_reminders(session, today=moment.date()):
            return 0
    count = 0
    with transaction(sessions) as session:
        for row in take_unsent_reminders(session, today=moment.date(), now=moment):
            if row.email:
                ask_for(session, Errand.MAIL, write(_to_write(row)).as_payload(), now=moment)
                count += 1
    return count


def _due(session: Session, actor: Actor, row: Any) -> DueReminder | None:
    facts = find_course(session, CourseKey(row.key), person=actor.person_id)
    outline = load_outline(session, facts.snapshot) if facts.snapshot else None
    if outline is None or row.block_id not in outline:  # the plan has left the course
        return None
    language, block = reading_language(facts, outline, actor), BlockId(row.block_id)
    return DueReminder(
        course=facts.key,
        course_title=outline.title(outline.root, language),
        block=block,
        title=outline.title(block, language),
        language=language,
        months=row.months,
        due_on=row.due_on,
    )


def _to_write(row: Any) -> ToWrite:
    return ToWrite(
        person=PersonId(row.person_id),
        email=row.email,
        name=display_name(row.language, row.name_arabic, row.name_latin) or row.user_name,
        language=row.language,
        course=CourseKey(row.key),
        block=BlockId(row.block_id),
        months=row.months,
    )
