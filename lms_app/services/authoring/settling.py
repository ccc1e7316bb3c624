"""Working copies become part of the draft: when their author is done, leaves, or has not touched them for ten minutes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.content import Json
from lms_app.domain.errors import Conflict, Invalid, NotFound, Refused, TakwinError
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.domain.permissions import Action, allows
from lms_app.model.authoring import WorkingCopy
from lms_app.model.courses import Course
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.accounts.acting import absent_actor
from lms_app.services.authoring import working
from lms_app.services.authoring.drafts import hold_draft
from lms_app.services.authoring.editing import NO_TEXTS, Saved, save_block
from lms_app.storage.transaction import transaction

log = logging.getLogger(__name__)
SETTLES_AFTER: Final = timedelta(minutes=10)
_AT_ONCE: Final = 50
"""Copies that one sweep settles."""
Message = Callable[[str, str], str]
"""Says in the history what was changed: given the block's title and the author's language."""


@dataclass(frozen=True)
class Settled:
    """What became of a working copy."""

    saved: Saved | None
    """None when nothing of it went into the draft."""
    problem: TakwinError | None = None
    """Why some of it could not; that stays in the copy."""
    left: tuple[str, ...] = ()
    """The fields that stay in it."""


class _Due(NamedTuple):
    """A copy that nobody touches."""

    course: int
    key: CourseKey
    block: BlockId
    language: str
    person: PersonId


def settle(
    session: Session,
    actor: Actor,
    key: CourseKey,
    block: BlockId,
    *,
    language: str,
    types: BlockTypes,
    message: Message,
    now: datetime,
) -> Settled:
    """Make one revision of what an author has in hand of a block, and end the working copy in the same transaction.

    What can't go in stays: a value that is not right yet, and what clashes with somebody else's change. All else goes in. The
    answer says why; nothing is raised for it. `language` is '' for the source.
    """
    draft = hold_draft(session, key)  # before the copy is locked: every writer takes hold of the two in this order
    row = working.find(session, actor, draft.course.id, block, language=language, locked=True)
    if row is None or not row.changes:
        if row is not None and row.own_form is None:
            session.delete(row)
            session.flush()
        return Settled(None)
    if language and language not in draft.outline.languages and row.base != NO_TEXTS:
        row.problem = "no_such_language"  # taken out of the course meanwhile: a late word must not bring it back
        return Settled(None, NotFound("no_such_language", language=language), tuple(row.changes))
    said = message(draft.outline[block].title if block in draft.outline else block, actor.language)

    def save(changes: Mapping[str, Json]) -> Saved:
        return save_block(
            session, actor, key, block, base=row.base, changes=changes, types=types, now=now, message=said, language=language
        )

    saved, left, problem = _save_what_can_be(row.changes, save)
    row.changes, row.problem = left, problem.code if problem else working.HALF_WRITTEN if row.own_form is not None else ""
    if not left and row.own_form is None:
        session.delete(row)
    session.flush()
    return Settled(saved, problem, tuple(left))


def settle_due(sessions: sessionmaker[Session], *, types: BlockTypes, message: Message, now: Callable[[], datetime]) -> int:
    """Settle the copies that nobody touched for ten minutes, each in a transaction of its own; return how many.

    What has a problem waits for its author, and so does what belongs to somebody who may not change the course any more.
    """
    moment = now()
    with transaction(sessions, writes=False) as session:
        due = _due(session, moment)
    count = 0
    for one in due:
        try:
            with transaction(sessions) as session:
                count += _settle_one(session, one, types=types, message=message, now=moment)
        except Exception:
            log.exception("a working copy of %s in %s did not settle", one.block, one.key)
            _put_off(sessions, one)
    return count


def _due(session: Session, now: datetime) -> list[_Due]:
    columns = (WorkingCopy.course_id, Course.key, WorkingCopy.block_id, WorkingCopy.language, WorkingCopy.person_id)
    rows = session.execute(
        select(*columns)
        .join(Course, Course.id == WorkingCopy.course_id)
        .where(WorkingCopy.touched_at < now - SETTLES_AFTER, WorkingCopy.problem == "")
        .order_by(WorkingCopy.touched_at)
        .limit(_AT_ONCE)
    )
    return [_Due(row[0], CourseKey(row[1]), BlockId(row[2]), row[3], PersonId(row[4])) for row in rows]


def _settle_one(session: Session, one: _Due, *, types: BlockTypes, message: Message, now: datetime) -> int:
    actor = absent_actor(session, one.person)
    hold_draft(session, one.key)
    row = working.find(session, actor, one.course, one.block, language=one.language, locked=True)
    if row is None or row.problem or row.touched_at >= now - SETTLES_AFTER:
        return 0  # touched, or settled, since it was found
    if not allows(actor, Action.EDIT_COURSE, (Place(PlaceKind.COURSE, one.course),)):
        row.problem = Refused.code
        return 0
    settle(session, actor, one.key, one.block, language=one.language, types=types, message=message, now=now)
    return 1


def _put_off(sessions: sessionmaker[Session], one: _Due) -> None:
    """Leave a copy to its author that no sweep can settle, so that it is not tried each minute."""
    with transaction(sessions) as session:
        if (row := session.get(WorkingCopy, (one.course, one.block, one.language, one.person))) is not None:
            row.problem = TakwinError.code


def _save_what_can_be(
    changes: Mapping[str, Json], save: Callable[[Mapping[str, Json]], Saved]
) -> tuple[Saved | None, dict[str, Json], TakwinError | None]:
    """Save the changes without those fields that are refused; return these, and the first refusal."""
    going, left = dict(changes), dict[str, Json]()
    problem: TakwinError | None = None
    while going:
        try:
            return save(going), left, problem
        except (Invalid, Conflict) as error:
            problem = problem or error
            refused = _fields_of(error) & going.keys() or set(going)
            left |= {name: going.pop(name) for name in refused}
        except TakwinError as error:  # the block is gone, say
            return None, {**left, **going}, problem or error
    return None, left, problem


def _fields_of(error: TakwinError) -> set[str]:
    wrong = {str(each.facts.get("field", "")) for each in error.facts.get("wrong", (error,))}
    return wrong | {clash.name for clash in error.facts.get("clashes", ())}
