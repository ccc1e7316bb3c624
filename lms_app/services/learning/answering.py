"""Answering: a block's handler runs on a buffer, then everything it did is stored in one short commit, or nothing is."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.files import write_files
from lms_app.adapters.learner_state import write_changes
from lms_app.adapters.work import SqlWork, write_records
from lms_app.domain.actors import ANONYMOUS, Actor
from lms_app.domain.content import Outline
from lms_app.domain.errors import AnswerNotRecorded, Refused, StateTooLarge
from lms_app.domain.given import choosing_in
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import HandlerRequest, HandlerResponse, Published, StateChanges
from lms_app.domain.schedule import is_closed
from lms_app.domain.work import WorkChanges, versions_of
from lms_app.runtime.learner import Visit
from lms_app.services.learning.following_up import keep_told, told_by
from lms_app.services.learning.judging import (
    ATTAINED_EVENT,
    Told,
    attained_in,
    keep_attained,
    keep_verdicts,
    lock_learners,
    verdicts_in,
)
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


def no_longer(_block: BlockId) -> datetime | None:
    """Tell that nobody may answer longer than the course says."""
    return None


@dataclass(frozen=True)
class Desk:
    """The open course before a reader: what a handler call needs besides the call."""

    course: CourseFacts
    outline: Outline
    visit: Visit
    person: PersonId
    is_scored: bool
    """Only enrolled learners earn points; trainers may try everything."""
    actor: Actor = ANONYMOUS
    """The reader with their roles, for what their act says of others."""
    longer_until: Callable[[BlockId], datetime | None] = no_longer
    """Until when this learner may answer what is closed to others."""


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """All that an act leaves behind."""

    changes: StateChanges
    work: WorkChanges
    results: Results
    """Of whoever acts, as are `attained` and `told`."""
    attained: tuple[Told, ...] = ()
    told: tuple[Published, ...] = ()
    verdicts: Mapping[PersonId, tuple[Published, ...]] = field(default_factory=dict)
    """What is said of others."""

    def __bool__(self) -> bool:
        return any((self.changes, self.work, self.results, self.attained, self.told, self.verdicts))


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
            outcome = _outcome(desk, now)
        if not outcome or _store(sessions, desk, outcome, award=award, now=now):
            return response
        time.sleep(PAUSE_SECONDS * random.uniform(0.5, 1.5) * (attempt + 1))  # noqa: S311 -- spreads retries, guards nothing
    raise AnswerNotRecorded(block=call.block)


def keep_view(sessions: sessionmaker[Session], desk: Desk, seen: Results, *, award: Award, now: datetime) -> None:
    """Store what showing a page changed (a problem's seed, a reading done). Losing a race is no loss: the other page kept it.

    A row that grew too large is not kept either: the page opens all the same.
    """
    results = seen if desk.is_scored else Results()
    outcome = _Outcome(changes=desk.visit.changes(), work=desk.visit.work(), results=results)
    if outcome:
        with suppress(StateTooLarge):
            _store(sessions, desk, outcome, award=award, now=now)


def _outcome(desk: Desk, now: datetime) -> _Outcome:
    own = _own_events(desk)
    return _Outcome(
        changes=desk.visit.changes(),
        work=desk.visit.work(),
        results=_results(desk, own, now),
        attained=attained_in(own),
        told=_told(desk),
        verdicts=verdicts_in(desk.visit.published(), desk.person),
    )


def _own_events(desk: Desk) -> list[Published]:
    """Return the events about whoever acts, if they learn here.

    A judge's act says nothing of the judge: who judged by a role gets nothing out of it under their own number, and nobody who
    judges in the course attains anything by an act of their own.
    """
    if not desk.is_scored:
        return []
    found = []
    for event in desk.visit.published():
        names_self = event.person_id == desk.person
        if event.person_id is not None and not names_self:
            continue
        if names_self and desk.visit.judged(event.block) == "staff":
            continue
        if event.kind == ATTAINED_EVENT and desk.visit.is_judge:
            continue
        found.append(event)
    return found


def _results(desk: Desk, own: Iterable[Published], now: datetime) -> Results:
    """Return what a learner earned. Refused: points given after the closing time, but for what comes of judging others' work."""
    events = list(own)
    results = read_results(events)
    late = {event.block for event in events if not (event.person_id and desk.visit.judged(event.block))}
    for block in results.scores:
        if (
            block in late
            and block in desk.outline
            and is_closed(desk.outline[block].settings, now)
            and desk.longer_until(block) is None
        ):
            raise Refused("closed", block=block)
    return results


def _told(desk: Desk) -> tuple[Published, ...]:
    """Return what an enrolled learner's block told of a cooperative's way; of a trainer's trying, nothing."""
    return told_by(desk.visit.published()) if desk.is_scored else ()


def _store(sessions: sessionmaker[Session], desk: Desk, outcome: _Outcome, *, award: Award, now: datetime) -> bool:
    """Write state, records, files, scores, completion, measurements, grades, certificates and outbox together.

    False when a row or a record had changed, or a list of which sums were made: two judges at once see each other's work. The grade
    is made anew also when a block drew or opened something: from then on other work counts. Everybody about whom something is written
    is locked first, in one order.
    """
    course, person = desk.course, desk.person
    counts = desk.is_scored and (
        bool(outcome.results or outcome.attained or outcome.work.records)
        or not choosing_in(desk.outline).isdisjoint(outcome.changes.blocks)
    )
    with transaction(sessions) as session:
        # The course grade is made of all answers of a learner: two given at once, or judged at once, take turns.
        learners = {change.record.learner for change in outcome.work.records if change.record.learner is not None}
        lock_learners(session, {*outcome.verdicts, *learners, *({person} if counts or outcome.told else ())}, course.id)
        is_stored = (
            _lists_are_the_same(session, desk, outcome.work)
            and write_changes(session, outcome.changes, person=person, course_id=course.id, now=now)
            and write_records(session, outcome.work.records, course_id=course.id)
            and write_files(session, outcome.work.files, course_id=course.id, now=now)
        )
        if not is_stored:
            session.rollback()
            return False
        keep_told(session, person, course, outcome.told, now=now)
        if counts:
            keep_attained(session, person, outcome.attained, course=course, outline=desk.outline, actor=person, now=now)
            record(
                session,
                person,
                course=course,
                outline=desk.outline,
                results=outcome.results,
                language=desk.visit.language,
                award=award,
                now=now,
            )
        keep_verdicts(session, desk.actor, outcome.verdicts, course=course, outline=desk.outline, award=award, now=now)
    return True


def _lists_are_the_same(session: Session, desk: Desk, work: WorkChanges) -> bool:
    """Tell whether what the handler listed of the learners in question is still what is there."""
    reader = SqlWork(session, desk.actor, desk.course, secret="")
    return all(versions_of(reader.records(each.block, each.asked)) == each.found for each in work.lists)
