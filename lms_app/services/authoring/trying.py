"""Trying a course as a learner would: any language, group and day, draft or published; nothing of it is scored or seen by others."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.content import CourseReader, load_outline
from lms_app.adapters.courses import CourseFacts, Membership
from lms_app.adapters.trial_state import NoState, TrialReader, clear_trial, write_trial
from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.clock import utc_now
from lms_app.domain.content import OutlineEntry
from lms_app.domain.errors import AnswerNotRecorded, NeedsSignIn, NotFound, Refused
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import HandlerResponse
from lms_app.domain.permissions import Action, require
from lms_app.domain.schedule import is_closed, is_open, moment
from lms_app.model.courses import Cohort
from lms_app.runtime.ports import StateReader
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.learning.answering import PAUSE_SECONDS, TRIES, Call, Desk
from lms_app.services.learning.scoring import read_results
from lms_app.services.learning.seating import Room, learner_of
from lms_app.storage.transaction import transaction

NOBODY: Final = PersonId(0)
"""Whose work a trial would be, if anything of it were ever kept as a learner's: no such person is in the database."""


@dataclass(frozen=True)
class Trial:
    """As whom, when and what an author tries."""

    of_draft: bool = True
    language: str = ""
    """Of the course's texts; '' for its source language."""
    cohort: int | None = None
    on: datetime | None = None
    """The moment that it is for the learner; None for now."""


@dataclass(frozen=True)
class Group:
    """A cohort that the course can be tried with."""

    id: int
    name: str


class _OnADay(CourseReader):
    """A course whose dates stand to this moment as they would stand to another: blocks look at the clock by themselves."""

    def __init__(self, *args: Any, on: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shift = utc_now() - on

    def entry(self, block: BlockId) -> OutlineEntry:
        """Return its place, with the last moment for answers as far away as it would be."""
        found = super().entry(block)
        due = moment(found.settings.get("due"))
        if due is None:
            return found
        return replace(found, settings={**found.settings, "due": (due + self._shift).isoformat()})


TrialSeat = Callable[[Session], Desk]
"""Checks access and opens the course for the author, on fresh state each time it is called."""


def groups_of(session: Session, course_id: int) -> tuple[Group, ...]:
    """Return the cohorts of a course by name."""
    query = select(Cohort.id, Cohort.name).where(Cohort.course_id == course_id).order_by(Cohort.name)
    return tuple(Group(row.id, row.name) for row in session.execute(query))


def take_trial_seat(
    session: Session, actor: Actor, course: CourseFacts, trial: Trial, *, room: Room, now: datetime, snapshot: str | None = None
) -> Desk:
    """Open the course for an author as for a learner, with what this author answered while trying it.

    With a `snapshot` that state of the course is opened, and nothing is known of any answer. Refused to all who may not edit the
    course; `NotFound` for a group of another course, and where nothing is published yet.
    """
    require(actor, Action.EDIT_COURSE, [Place(PlaceKind.COURSE, course.id)])
    if actor.person_id is None:
        raise NeedsSignIn
    _check_group(session, course.id, trial.cohort)
    shown = snapshot or (open_draft(session, course.key).snapshot if trial.of_draft else course.snapshot)
    if shown is None:
        raise NotFound("no_such_course", key=course.key)
    outline = load_outline(session, shown)
    language = trial.language if trial.language in outline.languages else outline.language
    on = trial.on or now
    content = _OnADay(session, course.key, shown, language=language, blobs=room.blobs, on=on)
    state: StateReader = NoState() if snapshot else TrialReader(session, actor.person_id, course.id)
    visit = room.host.visit(
        content=content,
        learner=replace(learner_of(actor, actor.person_id, course, secret=room.secret), is_staff=False),
        state=state,
        urls=room.urls(content),
        form_fields=room.form_fields,
        is_open=lambda block: is_open(outline, block, on),
    )
    as_learner = Membership(trial.cohort, language, last_unit="", enrolled_at=on, is_open=True)
    return Desk(replace(course, snapshot=outline.snapshot, membership=as_learner), outline, visit, NOBODY, is_scored=False)


def try_answer(
    sessions: sessionmaker[Session], seat: TrialSeat, call: Call, *, person: PersonId, on: datetime, now: datetime
) -> HandlerResponse:
    """Run a block's handler and keep what it did for this author alone; its answer comes back unchanged.

    Refused as for a learner: a graded answer after the last day (`Refused`), an answer that is too large. Never scored.
    """
    for attempt in range(TRIES):
        with transaction(sessions, writes=False) as session:
            desk = seat(session)
            response = desk.visit.handle(call.usage, call.handler, call.request, call.suffix)
            changes = desk.visit.changes()
            results = read_results(iter(desk.visit.published()))
        for block in results.scores:
            if block in desk.outline and is_closed(desk.outline[block].settings, on):
                raise Refused("closed", block=block)
        if not changes or _keep(sessions, desk, person, now=now):
            return response
        time.sleep(PAUSE_SECONDS * random.uniform(0.5, 1.5) * (attempt + 1))  # noqa: S311 -- spreads retries, guards nothing
    raise AnswerNotRecorded(block=call.block)


def keep_trial_view(sessions: sessionmaker[Session], desk: Desk, *, person: PersonId, now: datetime) -> None:
    """Keep what showing a page changed (numbers that were drawn), so that the next page shows the same."""
    if desk.visit.changes():
        _keep(sessions, desk, person, now=now)


def begin_again(session: Session, person: PersonId, course_id: int) -> None:
    """Forget what this author answered while trying the course."""
    clear_trial(session, person=person, course_id=course_id)


def _keep(sessions: sessionmaker[Session], desk: Desk, person: PersonId, *, now: datetime) -> bool:
    with transaction(sessions) as session:
        kept = write_trial(session, desk.visit.changes(), person=person, course_id=desk.course.id, now=now)
        if not kept:
            session.rollback()
    return kept


def _check_group(session: Session, course_id: int, cohort: int | None) -> None:
    if cohort is not None:
        found = session.get(Cohort, cohort)
        if found is None or found.course_id != course_id:
            raise NotFound("no_such_cohort")
