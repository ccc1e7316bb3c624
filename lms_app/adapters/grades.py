"""Scores, completions and course grades: read for one learner in one query, written in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, and_, bindparam, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from lms_app.domain.grading import Points
from lms_app.domain.keys import BlockId, PersonId
from lms_app.model.grades import Completion, CourseGrade, Score
from lms_app.storage.upsert import Upsert

SCORE = cast("Table", Score.__table__)
COMPLETION = cast("Table", Completion.__table__)
COURSE_GRADE = cast("Table", CourseGrade.__table__)


def _mine(table: Table) -> Any:
    return and_(table.c.person_id == bindparam("person"), table.c.course_id == bindparam("course"))


_DECIDED: Final = 2
_IS_DECIDED = SCORE.c.override_earned.is_not(None)
_COUNTING = (
    case((_IS_DECIDED, SCORE.c.override_earned), else_=SCORE.c.earned).label("earned"),
    case((_IS_DECIDED, func.coalesce(SCORE.c.override_possible, SCORE.c.possible)), else_=SCORE.c.possible).label("possible"),
)
"""What counts: what a trainer decided by hand, else what the block published."""
_SCORES = select(SCORE.c.block_id, *_COUNTING).where(_mine(SCORE))
_COMPLETIONS = select(COMPLETION.c.block_id, COMPLETION.c.value).where(_mine(COMPLETION))
_EARNED = union_all(
    _SCORES.add_columns(case((_IS_DECIDED, _DECIDED), else_=1).label("is_score"), SCORE.c.earned, SCORE.c.possible),
    select(COMPLETION.c.block_id, COMPLETION.c.value, literal(0.0), literal(0), literal(0.0), literal(0.0)).where(
        _mine(COMPLETION)
    ),
)
_SOME_COMPLETIONS = _COMPLETIONS.where(COMPLETION.c.block_id.in_(bindparam("blocks", expanding=True)))
_WRITE_SCORE = Upsert(SCORE, update=("earned", "possible", "scored_at"))
_WRITE_COMPLETION = Upsert(COMPLETION, update=("value", "completed_at"))
_GRADE = ("grade", "completion", "breakdown", "updated_at")
_WRITE_GRADE = {
    True: Upsert(COURSE_GRADE, update=(*_GRADE, "active_at"), keep=("passed_at",)),
    False: Upsert(COURSE_GRADE, update=_GRADE, keep=("passed_at",)),
}
"""By whether the learner did something themselves."""


def scores_of(session: Session, person: PersonId, course_id: int) -> dict[BlockId, Points]:
    """Return every score of the learner in the course."""
    found = session.connection().execute(_SCORES, {"person": person, "course": course_id})
    return {BlockId(block): Points(earned, possible) for block, earned, possible in found}


def completions_of(
    session: Session, person: PersonId, course_id: int, blocks: Collection[BlockId] | None = None
) -> dict[BlockId, float]:
    """Return how far the learner is with each block (or each of `blocks`) that they began."""
    mine = {"person": person, "course": course_id}
    if blocks is None:
        found = session.connection().execute(_COMPLETIONS, mine)
    else:
        found = session.connection().execute(_SOME_COMPLETIONS, {**mine, "blocks": list(blocks)})
    return {BlockId(block): value for block, value in found}


@dataclass(frozen=True)
class Earned:
    """What a learner earned in a course."""

    scores: dict[BlockId, Points] = field(default_factory=dict)
    """What counts."""
    done: dict[BlockId, float] = field(default_factory=dict)
    published: dict[BlockId, Points] = field(default_factory=dict)
    """What blocks published, where a trainer decided otherwise."""


def earned_by(session: Session, person: PersonId, course_id: int) -> Earned:
    """Return what `scores_of` and `completions_of` return, in one query: the answer that asks holds the write lock."""
    earned = Earned()
    found = session.connection().execute(_EARNED, {"person": person, "course": course_id})
    for name, value, possible, is_score, told, told_possible in found:
        block = BlockId(name)
        if not is_score:
            earned.done[block] = value
            continue
        earned.scores[block] = Points(value, possible)
        if is_score == _DECIDED:
            earned.published[block] = Points(told, told_possible)
    return earned


def write_scores(session: Session, person: PersonId, course_id: int, scores: Mapping[BlockId, Points], now: datetime) -> None:
    """Set the learner's score of each block."""
    rows = [
        {**_key(person, course_id, block), "earned": one.earned, "possible": one.possible, "scored_at": now}
        for block, one in scores.items()
    ]
    _WRITE_SCORE(session, rows)


def write_completions(
    session: Session, person: PersonId, course_id: int, completions: Mapping[BlockId, float], now: datetime
) -> None:
    """Set how far the learner is with each block."""
    rows = [{**_key(person, course_id, block), "value": value, "completed_at": now} for block, value in completions.items()]
    _WRITE_COMPLETION(session, rows)


def write_course_grade(session: Session, person: PersonId, course_id: int, values: Mapping[str, Any]) -> None:
    """Set the learner's course grade; `values` holds the other columns of `CourseGrade`. The first `passed_at` stays.

    Without `active_at` among them it stays too: somebody else judged the learner.
    """
    _WRITE_GRADE["active_at" in values](session, [{"person_id": person, "course_id": course_id, **values}])


def course_grades_of(session: Session, course_id: int, people: Iterable[PersonId]) -> dict[PersonId, Mapping[str, Any]]:
    """Return the kept course grade of each of these people, in one query."""
    where = and_(COURSE_GRADE.c.course_id == course_id, COURSE_GRADE.c.person_id.in_(list(people)))
    return {PersonId(row["person_id"]): dict(row) for row in session.execute(select(COURSE_GRADE).where(where)).mappings()}


def courses_progress(session: Session, person: PersonId) -> dict[int, float]:
    """Return the kept completion of each course the person began, in one query."""
    kept = select(COURSE_GRADE.c.course_id, COURSE_GRADE.c.completion).where(COURSE_GRADE.c.person_id == person)
    return {course: completion for course, completion in session.execute(kept)}  # noqa: C416 -- rows, not pairs


def _key(person: PersonId, course_id: int, block: BlockId) -> dict[str, Any]:
    return {"person_id": person, "course_id": course_id, "block_id": block}
