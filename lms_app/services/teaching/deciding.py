"""Points decided by hand: what counts for one learner's exercise in place of what the exercise gave, with a reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts, lock_enrolment
from lms_app.adapters.decisions import scores_in_full, take_back_override, write_override
from lms_app.adapters.people import write_audit
from lms_app.domain import names
from lms_app.domain.actors import Actor
from lms_app.domain.content import Outline
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.findings import Findings
from lms_app.domain.keys import BlockId, PersonId
from lms_app.i18n import latin_digits
from lms_app.services.learning.scoring import Award, Standing, rejudge, standing_of
from lms_app.services.teaching.reach import Taught, learner_of
from lms_app.services.teaching.telling import POINTS, POINTS_BACK, Act, acts_for

LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class Exercise:
    """An exercise that earns points, and where one learner stands with it."""

    block: BlockId
    title: str
    lesson: str
    possible: float
    earned: float | None
    """What the exercise itself gave; None for one that was never answered."""
    decided: float | None
    """What counts instead."""
    reason: str


@dataclass(frozen=True)
class LearnerView:
    """A learner with all their points, and what was done for them."""

    learner: Taught
    title: str
    standing: Standing
    exercises: tuple[Exercise, ...]
    acts: tuple[Act, ...]


def learner_page(
    session: Session, actor: Actor, course: CourseFacts, outline: Outline, person: PersonId, *, language: str
) -> LearnerView:
    """Return a learner's points exercise by exercise. Refused (`NotFound`): a learner who is not the actor's."""
    learner = learner_of(session, actor, course, person)
    rows = scores_in_full(session, person, course.id)
    exercises = []
    for entry in outline.leaves():
        row = rows.get(entry.id)
        if not (entry.possible or row):
            continue
        lesson = outline.ancestor(entry.id, "sequential")
        exercises.append(
            Exercise(
                block=entry.id,
                title=outline.title(entry.id, language),
                lesson=outline.title(lesson.id, language) if lesson else "",
                possible=_possible(entry.possible, row),
                earned=row.earned if row and row.scored_at != row.override_at else None,
                decided=row.override_earned if row else None,
                reason=row.override_reason if row else "",
            )
        )
    return LearnerView(
        learner=learner,
        title=outline.title(outline.root, language),
        standing=standing_of(session, person, course=course, outline=outline),
        exercises=tuple(exercises),
        acts=acts_for(session, course, person, language=actor.language),
    )


def decide_points(
    session: Session,
    actor: Actor,
    course: CourseFacts,
    outline: Outline,
    person: PersonId,
    block: BlockId,
    *,
    points: str,
    reason: str,
    award: Award,
    now: datetime,
) -> Standing:
    """Let these points count for a learner's exercise, and judge course grade and certificate again in the same breath, audited.

    Refused (`NotFound`): another's learner, oneself, an exercise that the published course does not have or that earns nothing.
    By field: points that are no number from 0 to what can be earned; no reason.
    """
    learner = learner_of(session, actor, course, person)
    if block not in outline or not outline[block].possible:
        raise NotFound("no_such_block", block=block)
    possible = _possible(outline[block].possible, scores_in_full(session, person, course.id).get(block))
    find = Findings()
    earned = find(lambda: _points(points, possible))
    said = find(lambda: _reason(reason))
    find.raise_all()
    lock_enrolment(session, person, course.id)
    values = {
        "override_earned": earned,
        "override_possible": possible,
        "override_reason": said,
        "override_by": actor.person_id,
        "override_at": now,
    }
    write_override(session, person, course.id, block, values)
    detail = {"course": course.id, "block": block, "earned": earned, "possible": possible, "reason": said}
    write_audit(session, POINTS, f"person:{person}", actor=actor.person_id, at=now, **detail)
    return rejudge(session, person, course=course, outline=outline, language=learner.language, award=award, now=now)


def withdraw_points(
    session: Session,
    actor: Actor,
    course: CourseFacts,
    outline: Outline,
    person: PersonId,
    block: BlockId,
    *,
    award: Award,
    now: datetime,
) -> Standing:
    """Let a learner's own points count again, and judge again. Refused as `decide_points`; `Conflict` where nothing was decided."""
    learner = learner_of(session, actor, course, person)
    lock_enrolment(session, person, course.id)
    if not take_back_override(session, person, course.id, block):
        raise Conflict("nothing_decided")
    write_audit(session, POINTS_BACK, f"person:{person}", actor=actor.person_id, at=now, course=course.id, block=block)
    return rejudge(session, person, course=course, outline=outline, language=learner.language, award=award, now=now)


def _possible(by_course: float, row: Any) -> float:
    """Return what an exercise can earn: as it was scored itself (hours of a session, say), else as the course has it."""
    if row is None:
        return by_course
    if row.override_earned is not None and row.scored_at == row.override_at:
        return by_course or float(row.possible)
    return float(row.possible)


def _points(text: str, possible: float) -> float:
    try:
        number = float(latin_digits(text).strip().replace(",", "."))
    except ValueError as error:
        raise Invalid("field_not_number", field="points") from error
    if not math.isfinite(number) or not 0 <= number <= possible:
        raise Invalid("points_out_of_range", field="points", most=f"{possible:g}")
    return number


def _reason(text: str) -> str:
    said = names.plain_text(text, field="reason", longest=LONGEST_REASON)
    if not said:
        raise Invalid("required", field="reason")
    return said
