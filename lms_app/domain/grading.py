"""How points become a course grade: assignment types with weights, the lowest dropped, what was not done counts as zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lms_app.domain.content import Outline, OutlineEntry
from lms_app.domain.given import NO_CHOICES, Choices, Measure, tally
from lms_app.domain.keys import BlockId

DEFAULT_PASS_MARK = 0.5


@dataclass(frozen=True)
class AssignmentType:
    """One line of a grading policy."""

    name: str
    """What a sequential's `format` says."""
    weight: float
    """Share of the course grade, 0 to 1."""
    min_count: int = 0
    """How many there will be at least; missing ones count as zero."""
    drop_count: int = 0
    """How many of the lowest do not count."""
    short_label: str = ""


@dataclass(frozen=True)
class GradingPolicy:
    """What a course's grade is made of, and the mark that passes."""

    types: tuple[AssignmentType, ...] = ()
    pass_mark: float = DEFAULT_PASS_MARK


@dataclass(frozen=True)
class Points:
    """What a learner earned of what could be earned."""

    earned: float = 0.0
    possible: float = 0.0

    @property
    def share(self) -> float:
        """Return earned over possible, 0 when nothing could be earned."""
        return min(1.0, max(0.0, self.earned / self.possible)) if self.possible > 0 else 0.0


@dataclass(frozen=True)
class AssignmentScore:
    """One graded sequential."""

    block: BlockId
    title: str
    type: str
    points: Points
    dropped: bool = False


@dataclass(frozen=True)
class TypeScore:
    """All assignments of one type, and their part in the course grade."""

    type: AssignmentType
    assignments: tuple[AssignmentScore, ...]
    share: float
    """Mean over what counts, 0 to 1."""

    @property
    def contribution(self) -> float:
        """Return how much of the course grade comes from this type."""
        return self.share * self.type.weight


@dataclass(frozen=True)
class Grade:
    """A course grade with its parts."""

    share: float
    """0 to 1."""
    parts: tuple[TypeScore, ...]
    passed: bool


def read_policy(policy: Mapping[str, Any]) -> GradingPolicy:
    """Return the policy from the JSON of OLX (`GRADER`, `GRADE_CUTOFFS`); what is missing or odd takes its default."""
    types = tuple(
        AssignmentType(
            name=str(line.get("type", "")),
            weight=_number(line.get("weight"), 0.0),
            min_count=int(_number(line.get("min_count"), 0)),
            drop_count=int(_number(line.get("drop_count"), 0)),
            short_label=str(line.get("short_label") or ""),
        )
        for line in policy.get("GRADER") or ()
    )
    cutoffs = [_number(mark, DEFAULT_PASS_MARK) for mark in (policy.get("GRADE_CUTOFFS") or {}).values()]
    return GradingPolicy(types, min((mark for mark in cutoffs if mark > 0), default=DEFAULT_PASS_MARK))


_POINTS: Final = Measure[Points]("points", worth=lambda entry: entry.possible, read=lambda points: (points.earned, points.possible))


def grade_course(outline: Outline, scores: Mapping[BlockId, Points], choices: Choices = NO_CHOICES) -> Grade:
    """Return the grade that these scores make, of what the learner was given, under the outline's grading policy.

    Without any assignment type, all scored blocks count alike.
    """
    policy = outline.once("grading policy", lambda: read_policy(outline.policy.get("grading") or {}))
    if not policy.types:
        total = _total(outline, outline.root, scores, choices)
        return Grade(total.share, (), total.share >= policy.pass_mark)
    assignments = tuple(_graded(outline, scores, choices))
    parts = tuple(_type_score(kind, [one for one in assignments if one.type == kind.name]) for kind in policy.types)
    share = round(min(1.0, sum(part.contribution for part in parts)), 6)
    return Grade(share, parts, share >= policy.pass_mark)


def _graded(outline: Outline, scores: Mapping[BlockId, Points], choices: Choices) -> Iterable[AssignmentScore]:
    for entry in outline.once("graded", lambda: _graded_sequentials(outline)):
        points = _total(outline, entry.id, scores, choices)
        if points.possible > 0:
            yield AssignmentScore(entry.id, entry.title, str(entry.settings["format"]), points)


def _graded_sequentials(outline: Outline) -> tuple[OutlineEntry, ...]:
    return tuple(entry for entry in outline.of_type("sequential") if entry.settings.get("graded") and entry.settings.get("format"))


def _total(outline: Outline, block: BlockId, scores: Mapping[BlockId, Points], choices: Choices) -> Points:
    return Points(*tally(outline, block, _POINTS, results=scores, choices=choices))


def _type_score(kind: AssignmentType, assignments: Sequence[AssignmentScore]) -> TypeScore:
    """Return the mean of a type's assignments without the lowest; those not yet there count as zero."""
    missing = max(0, kind.min_count - len(assignments))
    lowest_first = sorted(range(len(assignments)), key=lambda n: assignments[n].points.share)
    dropped = set(lowest_first[: max(0, kind.drop_count - missing)])
    counted = max(1, len(assignments) + missing - kind.drop_count)
    share = sum(one.points.share for n, one in enumerate(assignments) if n not in dropped) / counted
    marked = tuple(
        AssignmentScore(one.block, one.title, one.type, one.points, dropped=n in dropped) for n, one in enumerate(assignments)
    )
    return TypeScore(kind, marked, min(1.0, share))


def _number(value: Any, default: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return default
