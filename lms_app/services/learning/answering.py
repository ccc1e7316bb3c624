"""Answering: a block's handler runs on a buffer, then everything it did is stored in one short commit, or nothing is."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.courses import CourseFacts, lock_enrolment
from lms_app.adapters.learner_state import write_changes
from lms_app.domain.content import Outline
from lms_app.domain.errors import AnswerNotRecorded, Refused, StateTooLarge
from lms_app.domain.given import choosing_in
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import HandlerRequest, HandlerResponse, Published, StateChanges
from lms_app.domain.schedule import is_closed
from lms_app.runtime.learner import Visit
from lms_app.services.learning.following_up import keep_told, told_by
from lms_app.services.learning.scoring import Award, Results, read_results, record
from lms_app.storage.transaction import transaction

TRIES = 5
PAUSE_SECONDS = 0.01


@dataclass(frozen=True)
class Call:
    """What the browser asks of a block: which one, which handler, with what."""

    usage: str
    """Usage key of the block or of one of its asides."""
    block: BlockId
    handler: str
    suffix: str
    request: HandlerRequest


@dataclass(frozen=True)
class Desk:
    """The open course before a reader: what a handler call needs besides the call."""

    course: CourseFacts
    outline: Outline
    visit: Visit
    person: PersonId
    is_scored: bool
    """Only enrolled learners earn points; trainers may try everything."""


Seat = Callable[[Session], Desk]
"""Checks access and opens the course for the reader, on fresh state each time it is called."""


def answer(
    sessions: sessionmaker[Session],
    seat: Seat,
    call: Call,
    *,
    award: Award,
    now: datetime,
    reading: AbstractContextManager[Session] | None = None,
) -> HandlerResponse:
    """Run the handler and store what it did; the block's own response comes back unchanged.

    If somebody else (another tab) changed a row meanwhile, the handler runs again on fresh state, up to five times; then
    `AnswerNotRecorded`: nothing was written and the learner keeps what was typed. Raises `Refused` when points are earned
    after the closing time, `NotFound` for no such block or handler, `StateTooLarge` for more than a row holds. The first
    try reads in `reading`, where the caller looked up who asks: so most answers cost one reading transaction and one that
    writes.
    """
    for attempt in range(TRIES):
        with reading if reading and attempt == 0 else transaction(sessions, writes=False) as session:
            desk = seat(session)
            response = desk.visit.handle(call.usage, call.handler, call.request, call.suffix)
            changes, results, told = desk.visit.changes(), _results(desk, now), _told(desk)
        if not (changes or results or told):
            return response
        if _store(sessions, desk, changes, results, told=told, award=award, now=now):
            return response
        time.sleep(PAUSE_SECONDS * random.uniform(0.5, 1.5) * (attempt + 1))  # noqa: S311 -- spreads retries, guards nothing
    raise AnswerNotRecorded(block=call.block)


def keep_view(sessions: sessionmaker[Session], desk: Desk, seen: Results, *, award: Award, now: datetime) -> None:
    """Store what showing a page changed (a problem's seed, a reading done). Losing a race is no loss: the other page kept it.

    A row that grew too large is not kept either: the page opens all the same.
    """
    changes = desk.visit.changes()
    results = seen if desk.is_scored else Results()
    if changes or results:
        with suppress(StateTooLarge):
            _store(sessions, desk, changes, results, award=award, now=now)


def _results(desk: Desk, now: datetime) -> Results:
    results = read_results(event for event in desk.visit.published() if event.person_id in {None, desk.person})
    if not desk.is_scored:
        return Results()
    for block in results.scores:
        if block in desk.outline and is_closed(desk.outline[block].settings, now):
            raise Refused("closed", block=block)
    return results


def _told(desk: Desk) -> tuple[Published, ...]:
    """Return what an enrolled learner's block told of a cooperative's way; of a trainer's trying, nothing."""
    return told_by(desk.visit.published()) if desk.is_scored else ()


def _store(
    sessions: sessionmaker[Session],
    desk: Desk,
    changes: StateChanges,
    results: Results,
    *,
    told: tuple[Published, ...] = (),
    award: Award,
    now: datetime,
) -> bool:
    """Write state, scores, completion, measurements, grade, certificate and outbox together; False when a row had changed.

    The grade is made anew also when a block drew or opened something: from then on other work counts.
    """
    course = desk.course
    counts = bool(results) or (desk.is_scored and not choosing_in(desk.outline).isdisjoint(changes.blocks))
    with transaction(sessions) as session:
        if counts or told:  # the course grade is made of all answers of the learner: two given at once take turns
            lock_enrolment(session, desk.person, course.id)
        if not write_changes(session, changes, person=desk.person, course_id=course.id, now=now):
            session.rollback()
            return False
        keep_told(session, desk.person, course, told, now=now)
        if counts:
            record(
                session,
                desk.person,
                course=course,
                outline=desk.outline,
                results=results,
                language=desk.visit.language,
                award=award,
                now=now,
            )
    return True
