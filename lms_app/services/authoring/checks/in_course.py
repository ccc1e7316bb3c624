"""A look at a course as a whole: what is empty, when things are due, what is graded, and whether its papers can be earned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from lms_app.domain.awards import read_awards
from lms_app.domain.content import Outline, OutlineEntry
from lms_app.domain.eligibility import EXERCISE
from lms_app.domain.errors import Invalid
from lms_app.domain.grading import AssignmentType, read_policy
from lms_app.domain.keys import BlockId
from lms_app.model.courses import Course
from lms_app.services.authoring.checks.findings import Finding, Severity
from lms_app.services.learning.exercises import is_exercise

_EMPTY: Final = {"course": "course_empty", "chapter": "chapter_empty", "sequential": "lesson_empty", "vertical": "unit_empty"}
_NEARLY: Final = 0.001


def empty_places(outline: Outline) -> Iterator[Finding]:
    """Yield chapters, lessons and units in which there is nothing."""
    for entry in outline.entries.values():
        if not entry.children and entry.type in _EMPTY:
            severity: Severity = "must" if entry.type == "course" else "should"
            yield Finding(_EMPTY[entry.type], severity, entry.id, facts={"title": entry.title})


def dates(outline: Outline, now: datetime) -> Iterator[Finding]:
    """Yield dates that leave no time: due before the start, due already."""
    for entry in outline.entries.values():
        holder = outline[entry.parent].settings if entry.parent else {}
        settings = entry.settings
        if settings.get("due") and settings.get("due") != holder.get("due"):
            due, start = _moment(settings["due"]), _moment(settings.get("start"))
            if due and start and due <= start:
                yield Finding("due_before_start", "must", entry.id, "due", facts={"title": entry.title})
            elif due and due < now:
                yield Finding("due_past", "should", entry.id, "due", facts={"title": entry.title})


def grading(outline: Outline, course: Course) -> Iterator[Finding]:
    """Yield a grade that cannot be what was meant, and papers that nobody can earn."""
    kinds = read_policy(outline.policy.get("grading") or {}).types
    lessons = [entry for entry in outline.of_type("sequential") if entry.settings.get("graded")]
    points = _points(outline)
    total = sum(kind.weight for kind in kinds)
    if kinds and abs(total - 1) > _NEARLY:
        yield Finding("weights_not_whole", "must", outline.root, "grading", facts={"total": round(100 * total)})
    names = {kind.name for kind in kinds}
    for lesson in lessons:
        kind = str(lesson.settings.get("format") or "")
        facts = {"title": lesson.title, "kind": kind}
        if kinds and kind not in names:
            yield Finding("kind_unknown", "should", lesson.id, "format", facts=facts)
        if not points[lesson.id]:
            yield Finding("graded_without_points", "should", lesson.id, "graded", facts=facts)
    for one in kinds:
        if one.weight > 0 and not _lessons_of(one, lessons, points):
            yield Finding("kind_without_lesson", "should", outline.root, "grading", facts={"kind": one.name})
    yield from _papers(outline, course, kinds, lessons, points)


def _papers(
    outline: Outline, course: Course, kinds: tuple[AssignmentType, ...], lessons: list[OutlineEntry], points: dict[BlockId, float]
) -> Iterator[Finding]:
    reachable = sum(kind.weight * _share(kind, lessons, points) for kind in kinds) if kinds else float(points[outline.root] > 0)
    try:
        awards = read_awards(course.awards)
    except Invalid:
        yield Finding("papers_broken", "must", outline.root, "awards")
        return
    for award in awards:
        for condition in award.conditions:
            if condition.kind == "grade" and condition.asked > reachable + _NEARLY:
                facts = {"asked": round(100 * condition.asked), "reachable": round(100 * reachable)}
                yield Finding("paper_unreachable", "must", outline.root, "awards", facts=facts)
            if condition.kind == EXERCISE and not is_exercise(outline, condition.name):
                yield Finding("paper_without_exercise", "must", outline.root, "awards", facts={"name": condition.name})


def _share(kind: AssignmentType, lessons: list[OutlineEntry], points: dict[BlockId, float]) -> float:
    """Return what a learner who has everything right gets of a kind: lessons that were announced and are missing count as zero."""
    there = len(_lessons_of(kind, lessons, points))
    counted = max(1, max(there, kind.min_count) - kind.drop_count)
    return min(1.0, there / counted)


def _lessons_of(kind: AssignmentType, lessons: list[OutlineEntry], points: dict[BlockId, float]) -> list[OutlineEntry]:
    return [one for one in lessons if str(one.settings.get("format") or "") == kind.name and points[one.id]]


def _points(outline: Outline) -> dict[BlockId, float]:
    """Return the points below each block; those that hold stand before those held."""
    found = {block: entry.possible for block, entry in outline.entries.items()}
    for block in reversed(list(outline.entries)):
        parent = outline[block].parent
        if parent is not None:
            found[parent] += found[block]
    return found


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
