"""Work that waits for me: over all my courses, the oldest first, one piece after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.teaching import ANYTHING, TWICE_JUDGED, Among, Reach, beside_waiting, count_waiting, record_of, waiting_work
from lms_app.domain.actors import Actor
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.domain.work import CLAIMED, WAITING
from lms_app.services.teaching.reach import TaughtCourse, outline_of, reach_of, shown_name, taught_by, title_in

PAGE: Final = 20
MOST_COUNTED: Final = 200
"""Beyond that a list says "more than"."""
MOST_IN_HEADER: Final = 100
_MOST_ROUNDS: Final = 99
KINDS: Final = ("work", "evidence", "observation")
"""Kinds of work that Takwin's own blocks leave for a judge; others are shown all the same."""


@dataclass(frozen=True)
class Piece:
    """A piece of work of a learner."""

    id: int
    course: CourseKey
    course_title: str
    block: BlockId
    title: str
    """'' for an exercise that is no longer published."""
    key: str
    kind: str
    state: str
    learner_id: PersonId
    learner: str
    user_name: str
    cohort: str
    place: str
    since: datetime
    """When it was first sent."""
    round: int
    """1 for what was never returned."""
    is_mine: bool
    """Whether the reader has it in hand, or judged it last."""

    @property
    def waits(self) -> bool:
        """Tell whether the reader's judgement is awaited: not of what they judged already, and which waits for a second judge."""
        return self.state == CLAIMED or (self.state == WAITING and not (self.is_mine and self.kind == TWICE_JUDGED))


@dataclass(frozen=True)
class DeskView:
    """What waits, a page of it, and the courses and cohorts by which it can be narrowed."""

    pieces: tuple[Piece, ...]
    count: int
    page: int
    pages: int
    courses: tuple[TaughtCourse, ...]
    among: Among


@dataclass(frozen=True)
class Around:
    """What waits before and after a piece of work, and how many with it."""

    previous: Piece | None
    next: Piece | None
    left: int


def desk(session: Session, actor: Actor, among: Among, *, page: int, now: datetime) -> DeskView:
    """Return a page of what waits for the actor: five reads, however much there is.

    Refused (`NotFound`): a course or a cohort that is not theirs.
    """
    courses = taught_by(session, actor)
    _check(among, courses)
    reach = reach_of(actor)
    count = count_waiting(session, reach, among, now=now, most=MOST_COUNTED) if reach else 0
    pages = max(1, -(-count // PAGE))
    page = min(max(1, page), pages)
    rows = waiting_work(session, reach, among, now=now, limit=PAGE, offset=(page - 1) * PAGE) if reach else ()
    return DeskView(tuple(_piece(session, row, actor) for row in rows), count, page, pages, courses, among)


def how_many_wait(session: Session, actor: Actor, *, now: datetime) -> int:
    """Return how many pieces of work wait for the actor, counted no further than a hundred; one read, none for who teaches nobody."""
    reach = reach_of(actor)
    return count_waiting(session, reach, ANYTHING, now=now, most=MOST_IN_HEADER) if reach else 0


def piece_of(session: Session, actor: Actor, course: CourseFacts, block: BlockId, key: str) -> Piece:
    """Return one piece of work of a learner of the actor's in this course.

    Refused (`NotFound`): another course's, another block's, another trainer's learner's, and one's own.
    """
    row = record_of(session, reach_of(actor, course), course.id, block, key)
    if row is None:
        raise NotFound("no_such_work")
    return _piece(session, row, actor)


def around(
    session: Session, actor: Actor, course: CourseFacts, piece: Piece, among: Among, *, without: int = 0, now: datetime
) -> Around:
    """Return what waits before and after a piece (after the last one the first), and how many; in seven reads at most.

    `without` leaves out the piece that is being decided just now.
    """
    here = reach_of(actor, course)
    reach = Reach(here.person, here.courses | reach_of(actor).courses, here.cohorts)

    def beside(*, after: bool) -> Piece | None:
        row = beside_waiting(session, reach, among, now=now, than=(piece.since, piece.id), without=without, after=after)
        return _piece(session, row, actor) if row is not None else None

    previous, following = beside(after=False), beside(after=True)
    if following is None and previous is not None:
        rows = waiting_work(session, reach, among, now=now, limit=2, offset=0)
        following = next((_piece(session, row, actor) for row in rows if row.id not in {piece.id, without}), None)
    left = count_waiting(session, reach, among, now=now, most=MOST_COUNTED, without=without)
    return Around(previous, following, left)


def _check(among: Among, courses: tuple[TaughtCourse, ...]) -> None:
    if among.course and among.course not in {course.id for course in courses}:
        raise NotFound("no_such_course")
    if among.cohort and among.cohort not in {cohort.id for course in courses for cohort in course.cohorts}:
        raise NotFound("no_such_cohort")


def _piece(session: Session, row: Any, actor: Actor) -> Piece:
    outline = outline_of(session, row.snapshot)
    return Piece(
        id=row.id,
        course=CourseKey(row.course_key),
        course_title=outline.title(outline.root, actor.language) if outline else "",
        block=BlockId(row.block_id),
        title=title_in(outline, BlockId(row.block_id), actor.language) if outline else "",
        key=row.key,
        kind=row.kind,
        state=row.state,
        learner_id=PersonId(row.learner_id),
        learner=shown_name(row, actor.language),
        user_name=row.user_name,
        cohort=row.cohort or "",
        place=row.place or row.region or "",
        since=row.created_at,
        round=_round(row.data),
        is_mine=row.judge_id == actor.person_id,
    )


def _round(data: Any) -> int:
    """Return which sending it is, where the block says so: by its number, or by a list of all of them."""
    rounds = data.get("rounds") if isinstance(data, dict) else None
    told = len(rounds) if isinstance(rounds, list) else data.get("round") if isinstance(data, dict) else None
    return told if isinstance(told, int) and not isinstance(told, bool) and 1 <= told <= _MOST_ROUNDS else 1
