"""The gradebook as a table to be taken elsewhere: every learner, every part of the grade, every exercise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.teaching import learners_in, scores_by_person
from lms_app.domain.actors import Actor
from lms_app.domain.content import Outline
from lms_app.domain.grading import read_policy
from lms_app.services.teaching.reach import class_of, shown_name


@dataclass(frozen=True)
class Line:
    """A learner in the table."""

    name: str
    user_name: str
    cohort: str
    parts: tuple[float | None, ...]
    grade: float | None
    done: float
    passed_on: date | None
    points: tuple[float | None, ...]
    """By exercise, as it counts."""
    by_hand: tuple[str, ...]
    """Titles of the exercises whose points a trainer decided."""


@dataclass(frozen=True)
class Table:
    """The gradebook of a course or cohort."""

    title: str
    parts: tuple[str, ...]
    exercises: tuple[tuple[str, float], ...]
    """Title, and points that can be earned."""
    lines: tuple[Line, ...]


def gradebook_table(
    session: Session, actor: Actor, course: CourseFacts, outline: Outline, *, cohort: int | None, language: str
) -> Table:
    """Return everybody's grades whole, in three reads. Refused (`NotFound`): a cohort that is not the actor's."""
    part = class_of(session, actor, course, cohort)
    rows = learners_in(session, course.id, part.cohorts, limit=None, offset=0)
    kinds = tuple(kind.name for kind in read_policy(outline.policy.get("grading") or {}).types)
    entries = [entry for entry in outline.leaves() if entry.possible]
    earned: dict[int, dict[str, float]] = {}
    by_hand: dict[int, set[str]] = {}
    for score in scores_by_person(session, course.id, part.cohorts):
        earned.setdefault(score.person_id, {})[score.block_id] = score.earned
        if score.by_hand:
            by_hand.setdefault(score.person_id, set()).add(score.block_id)
    lines = []
    for row in rows:
        shares = {one["type"]: one["share"] for one in row.breakdown or ()}
        theirs, decided = earned.get(row.id, {}), by_hand.get(row.id, set())
        lines.append(
            Line(
                name=shown_name(row, actor.language),
                user_name=row.user_name,
                cohort=row.cohort or "",
                parts=tuple(shares.get(kind) for kind in kinds),
                grade=row.grade,
                done=row.completion or 0.0,
                passed_on=row.passed_at.date() if row.passed_at else None,
                points=tuple(theirs.get(entry.id) for entry in entries),
                by_hand=tuple(outline.title(entry.id, language) for entry in entries if entry.id in decided),
            )
        )
    exercises = tuple((outline.title(entry.id, language), entry.possible) for entry in entries)
    return Table(outline.title(outline.root, language), kinds, exercises, tuple(lines))
