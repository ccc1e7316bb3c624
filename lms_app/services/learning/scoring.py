"""From what blocks publish to a learner's scores, completion, course grade and, in the same commit, the certificate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.credentials import attainments_of
from lms_app.adapters.grades import earned_by, write_completions, write_course_grade, write_scores
from lms_app.adapters.learner_state import choosing_states
from lms_app.domain.awards import Judged, asks_for_attainments, asks_for_exercises, has_passed, judge_awards, read_awards
from lms_app.domain.completion import share_done
from lms_app.domain.content import Outline
from lms_app.domain.eligibility import Attained, Reached
from lms_app.domain.errors import Invalid
from lms_app.domain.given import NO_CHOICES, Choices, choosing_in, read_choices
from lms_app.domain.grading import Grade, Points, grade_course
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import Published
from lms_app.services.learning.exercises import exercises_of, titles_of


@dataclass(frozen=True)
class Standing:
    """Where a learner stands in a course after this moment."""

    grade: Grade
    completion: float
    awards: tuple[Judged, ...] = ()
    """Every paper that the course gives, and what is still missing for it."""
    attained: Sequence[Attained] = ()
    """What trainers noted, where the course asks for any of it."""

    @property
    def earned(self) -> tuple[Judged, ...]:
        """Return the awards that are earned, the weakest kind first."""
        return tuple(each for each in self.awards if each.eligibility.is_met)


@dataclass
class Results:
    """The grades and completions among the events of one call, the last of each block."""

    scores: dict[BlockId, Points] = field(default_factory=dict)
    keep_higher: set[BlockId] = field(default_factory=set)
    completions: dict[BlockId, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.scores or self.completions)


class Award(Protocol):
    """Issues every certificate that was earned, unless it is there already."""

    def __call__(
        self,
        session: Session,
        person: PersonId,
        *,
        course: CourseFacts,
        outline: Outline,
        standing: Standing,
        language: str,
        now: datetime,
    ) -> None:
        """Issue it, in the language in which the learner reads the course."""


def read_results(events: Iterable[Published]) -> Results:
    """Return what these events say about grades and completion; refuse numbers that no grade can have."""
    results = Results()
    for event in events:
        if event.kind == "grade":
            possible = _finite(event.data.get("max_value"))
            earned = _finite(event.data.get("value"))
            if possible is None or earned is None:
                continue  # ungraded: a survey publishes no points
            if not 0 <= earned <= possible:
                raise Invalid("bad_score", block=event.block, earned=earned, possible=possible)
            results.scores[event.block] = Points(earned, possible)
            if event.data.get("only_if_higher"):
                results.keep_higher.add(event.block)
        elif event.kind == "completion":
            value = _finite(event.data.get("completion"))
            if value is not None:
                results.completions[event.block] = min(1.0, max(0.0, value))
    return results


def record(
    session: Session,
    person: PersonId,
    *,
    course: CourseFacts,
    outline: Outline,
    results: Results,
    language: str,
    award: Award,
    now: datetime,
    is_own_act: bool = True,
) -> Standing:
    """Write scores and completions, then the course grade made of all of them, then the certificate when it is earned.

    Runs inside the transaction that stores the answer; the caller holds the write lock (PostgreSQL: the enrolment's row),
    so that two answers given at once both count. What a trainer decided by hand goes on counting, whatever a block says. What
    others did, a judge say, is not the learner's own act: they are no less silent for it. A judge may take back what was done; by
    what learners do themselves completion never falls.
    """
    earned = earned_by(session, person, course.id)
    published = {**earned.scores, **earned.published}
    fresh = {block: points for block, points in results.scores.items() if not _keeps(results, block, published.get(block), points)}
    # Learners' own acts only bring them on; a judge may take back what was judged, and what it completed.
    told = results.completions.items()
    completions = {block: value for block, value in told if not is_own_act or earned.done.get(block, 0.0) < value}
    write_scores(session, person, course.id, fresh, now)
    write_completions(session, person, course.id, completions, now)
    decided = {block: earned.scores[block] for block in earned.published}
    choices = choices_of(session, person, course.id, outline)
    attained = attained_by(session, person, course, outline)
    standing = stand(course, outline, {**earned.scores, **fresh, **decided}, {**earned.done, **completions}, choices, attained)
    _settle(session, person, course, outline, standing, language, award, now, active_at=now if is_own_act else None)
    return standing


def rejudge(
    session: Session, person: PersonId, *, course: CourseFacts, outline: Outline, language: str, award: Award, now: datetime
) -> Standing:
    """Judge a learner again after something other than an answer changed; the caller holds the lock as for `record`."""
    standing = standing_of(session, person, course=course, outline=outline)
    _settle(session, person, course, outline, standing, language, award, now)
    return standing


def standing_of(session: Session, person: PersonId, *, course: CourseFacts, outline: Outline) -> Standing:
    """Return where a learner stands by everything that is stored."""
    earned = earned_by(session, person, course.id)
    choices = choices_of(session, person, course.id, outline)
    return stand(course, outline, earned.scores, earned.done, choices, attained_by(session, person, course, outline))


def attained_by(session: Session, person: PersonId, course: CourseFacts, outline: Outline) -> tuple[Attained, ...]:
    """Return what trainers noted of the learner; a course that asks for none of it costs no query."""
    if not asks_for_attainments(read_awards(course.awards)):
        return ()
    noted = attainments_of(session, person, course.id)
    return tuple(Attained(row["kind"], row["name"], row["value"], _titles(outline, row["block_id"])) for row in noted)


def _titles(outline: Outline, block: str) -> tuple[str, ...]:
    """Return the titles of the block that told it; none where it was noted by hand, or is no longer published."""
    return titles_of(outline, BlockId(block)) if block in outline else ()


def choices_of(session: Session, person: PersonId, course_id: int, outline: Outline) -> Choices:
    """Return what the choosing blocks of the course gave the learner; a course without such blocks costs no query."""
    if not choosing_in(outline):
        return NO_CHOICES
    return read_choices(outline, choosing_states(session, person, course_id))


def stand(
    course: CourseFacts,
    outline: Outline,
    scores: Mapping[BlockId, Points],
    done: Mapping[BlockId, float],
    choices: Choices,
    attained: Sequence[Attained] = (),
) -> Standing:
    """Return where a learner stands who was given these choices, and has these scores, completions and attainments."""
    grade = grade_course(outline, scores, choices)
    completion = round(share_done(outline, done, choices=choices), 6)
    awards = read_awards(course.awards)
    exercises = exercises_of(outline, scores) if asks_for_exercises(awards) else ()
    judged = judge_awards(awards, Reached(grade.share, completion, attained, exercises))
    return Standing(grade, completion, judged, attained)


def _settle(
    session: Session,
    person: PersonId,
    course: CourseFacts,
    outline: Outline,
    standing: Standing,
    language: str,
    award: Award,
    now: datetime,
    *,
    active_at: datetime | None = None,
) -> None:
    _keep_grade(session, person, course, standing, now, active_at)
    if standing.earned:
        award(session, person, course=course, outline=outline, standing=standing, language=language, now=now)


def _keeps(results: Results, block: BlockId, before: Points | None, now: Points) -> bool:
    return block in results.keep_higher and before is not None and before.share >= now.share


def _keep_grade(
    session: Session, person: PersonId, course: CourseFacts, standing: Standing, now: datetime, active_at: datetime | None
) -> None:
    write_course_grade(
        session,
        person,
        course.id,
        {
            "grade": standing.grade.share,
            "completion": standing.completion,
            "breakdown": [
                {"type": part.type.name, "weight": part.type.weight, "share": round(part.share, 6)} for part in standing.grade.parts
            ],
            "passed_at": now if has_passed(standing.awards) else None,  # kept only the first time
            "updated_at": now,
            **({"active_at": active_at} if active_at else {}),
        },
    )


def _finite(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
