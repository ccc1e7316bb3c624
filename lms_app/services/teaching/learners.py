"""Learners who need a word: who is silent, who is stuck and on what, whose work waits or came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters import teaching
from lms_app.adapters.courses import CourseFacts
from lms_app.domain.actors import Actor
from lms_app.domain.content import Outline
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.work import WAITING
from lms_app.services.learning.seating import Room
from lms_app.services.teaching.missing import Low, what_was_missed
from lms_app.services.teaching.reach import Class, class_of, reach_of, shown_name, title_in

PAGE: Final = 20
SHOWN: Final = ("silent", "stuck", "work")
MOST_LOW: Final = 3
"""Exercises named beside a learner who is stuck on several."""


@dataclass(frozen=True)
class Stuck:
    """An exercise of which a learner earned less than half."""

    block: BlockId
    title: str
    earned: float
    possible: float
    at: datetime
    missed: tuple[str, ...] = ()
    """The questions that went wrong, where the exercise can name them."""


@dataclass(frozen=True)
class Work:
    """Work of a learner that waits for a judge, or for the learner."""

    count: int
    block: BlockId
    title: str


@dataclass(frozen=True)
class LearnerRow:
    """A learner in the list."""

    id: PersonId
    name: str
    user_name: str
    cohort: str
    active_at: datetime | None
    """None for somebody who never began."""
    silent_days: int
    completion: float
    received_at: datetime | None
    """When their last entry reached the server: what their phone still keeps, the server can't know."""
    waiting: Work | None = None
    returned: Work | None = None
    stuck: tuple[Stuck, ...] = field(default=())

    @property
    def about(self) -> str:
        """Return what there is to write to them about."""
        if self.stuck:
            return "stuck"
        return "returned" if self.returned else "waiting" if self.waiting else "silent"


@dataclass(frozen=True)
class LearnersView:
    """A page of learners."""

    title: str
    part: Class
    show: str
    rows: tuple[LearnerRow, ...]
    count: int
    page: int
    pages: int


def learners(
    session: Session,
    actor: Actor,
    course: CourseFacts,
    outline: Outline,
    *,
    cohort: int | None,
    show: str,
    page: int,
    language: str,
    room: Room,
    now: datetime,
) -> LearnersView:
    """Return learners of the course or cohort: the silent first, or those who are stuck, or those whose work is under way.

    As many queries for a thousand learners as for three. Refused (`NotFound`): a cohort that is not the actor's.
    """
    part = class_of(session, actor, course, cohort)
    if show == "stuck":
        found, low, count = _stuck(session, actor, course, part, page)
    else:
        read = teaching.silent_learners if show == "silent" else teaching.learners_with_work
        found = read(session, course.id, part.cohorts, but=reach_of(actor).person, limit=PAGE + 1, offset=(page - 1) * PAGE)
        low, count = {}, teaching.count_learners(session, course.id, part.cohorts) if show == "silent" else 0
    has_more, rows = len(found) > PAGE, found[:PAGE]
    pages = max(page + has_more, -(-count // PAGE), 1)
    named = _named(session, course, outline, rows, language=language, now=now, reader=actor.language)
    if low:
        texts = what_was_missed(session, course, outline, low, language=language, room=room)
        named = tuple(replace(row, stuck=_exercises(low[row.id], outline, language, texts)) for row in named)
    return LearnersView(outline.title(outline.root, language), part, show, named, count, page, pages)


def _stuck(
    session: Session, actor: Actor, course: CourseFacts, part: Class, page: int
) -> tuple[Sequence[Any], dict[int, list[Low]], int]:
    """Return the learners of a page of those who are stuck, one more to tell that there is another page, and their low scores."""
    held: dict[int, list[Low]] = {}
    for row in teaching.low_scores(session, course.id, part.cohorts):
        if row.person_id != actor.person_id:
            held.setdefault(row.person_id, []).append(
                Low(row.person_id, BlockId(row.block_id), row.earned, row.possible, row.scored_at)
            )
    chosen = list(held)[(page - 1) * PAGE : page * PAGE + 1]
    known = teaching.learners_numbered(session, course.id, chosen)
    there = [person for person in chosen if person in known]
    return [known[person] for person in there], {person: held[person][:MOST_LOW] for person in there[:PAGE]}, len(held)


def _named(
    session: Session, course: CourseFacts, outline: Outline, rows: Sequence[Any], *, language: str, reader: str, now: datetime
) -> tuple[LearnerRow, ...]:
    people = [row.id for row in rows]
    hand = teaching.work_in_hand(session, course.id, people)
    received = teaching.last_received(session, course.id, people)

    def work(person: int, state: str) -> Work | None:
        many, block = hand.get(person, {}).get(state, (0, BlockId("")))
        return Work(many, block, title_in(outline, block, language)) if many else None

    return tuple(
        LearnerRow(
            id=PersonId(row.id),
            name=shown_name(row, reader),
            user_name=row.user_name,
            cohort=row.cohort or "",
            active_at=row.active_at,
            silent_days=max(0, (now - row.active_at).days) if row.active_at else 0,
            completion=row.completion or 0.0,
            received_at=received.get(row.id),
            waiting=work(row.id, WAITING),
            returned=work(row.id, "returned"),
        )
        for row in rows
    )


def _exercises(
    low: Sequence[Low], outline: Outline, language: str, missed: Mapping[tuple[int, BlockId], tuple[str, ...]]
) -> tuple[Stuck, ...]:
    return tuple(
        Stuck(
            one.block,
            title_in(outline, one.block, language),
            one.earned,
            one.possible,
            one.at,
            missed.get((one.person, one.block), ()),
        )
        for one in low
    )
