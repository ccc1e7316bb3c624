"""What the grade of a course is made of: kinds of assessment with their weights, the pass mark, and which lesson is of which kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import read_nodes
from lms_app.domain.actors import Actor
from lms_app.domain.content import Outline, hash_of
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.grading import DEFAULT_PASS_MARK
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.services.authoring.arranging import settle
from lms_app.services.authoring.drafts import Draft, hold_draft

MOST_KINDS: Final = 12
MOST_LETTERS: Final = 5
MOST_COUNT: Final = 200
_LONGEST: Final = 60
_WHOLE: Final = 100.0
_NEAR: Final = 0.011
"""Thirds make 99.99."""
_PASSES: Final = "Pass"


@dataclass(frozen=True)
class Kind:
    """One kind of assessment, in the figures that a trainer thinks in."""

    name: str
    weight: float
    """Per cent of the course's grade."""
    count: int = 0
    """How many there will be at least; missing ones count as zero."""
    dropped: int = 0
    """How many of the lowest do not count."""
    was: str = ""
    """Its name before; '' for a new one."""


@dataclass(frozen=True)
class Letter:
    """A grade above the pass mark that has a name: `A` from 90 %."""

    name: str
    at_least: float
    """Per cent."""


@dataclass(frozen=True)
class Policy:
    """The whole policy, and the kind of each lesson that counts."""

    kinds: tuple[Kind, ...] = ()
    pass_mark: float = 100 * DEFAULT_PASS_MARK
    """Per cent."""
    letters: tuple[Letter, ...] = ()
    lessons: Mapping[BlockId, str] | None = None
    """Lesson → name of its kind, '' for none; None leaves all as they are."""


@dataclass(frozen=True)
class Lesson:
    """A lesson, and what it counts for."""

    block: BlockId
    title: str
    chapter: str
    kind: str
    points: float
    """That can be earned in it."""


def policy_of(outline: Outline) -> Policy:
    """Return the policy as it is filled in."""
    grading: Mapping[str, Any] = outline.policy.get("grading") or {}
    kinds = tuple(
        Kind(
            name=str(line.get("type", "")),
            weight=round(100 * _figure(line.get("weight")), 2),
            count=int(_figure(line.get("min_count"))),
            dropped=int(_figure(line.get("drop_count"))),
            was=str(line.get("type", "")),
        )
        for line in grading.get("GRADER") or ()
    )
    marks = sorted((round(100 * _figure(mark), 2), str(name)) for name, mark in (grading.get("GRADE_CUTOFFS") or {}).items())
    marks = [(mark, name) for mark, name in marks if mark > 0] or [(100 * DEFAULT_PASS_MARK, _PASSES)]
    letters = tuple(Letter(name, mark) for mark, name in reversed(marks[1:]))
    return Policy(kinds, marks[0][0], letters, {one.block: one.kind for one in lessons_of(outline)})


def lessons_of(outline: Outline) -> tuple[Lesson, ...]:
    """Return the lessons of a course in order, each with what it counts for."""

    def find() -> tuple[Lesson, ...]:
        return tuple(
            Lesson(
                entry.id,
                entry.title,
                outline[entry.parent].title if entry.parent else "",
                str(entry.settings.get("format") or "") if entry.settings.get("graded") else "",
                sum(leaf.possible for leaf in outline.leaves(entry.id)),
            )
            for entry in outline.of_type("sequential")
        )

    return outline.once("lessons that count", find)


def base_of(outline: Outline) -> str:
    """Return what a page of the policy was made from: two who change it at once must not undo each other unseen."""
    return hash_of([outline.policy.get("grading") or {}, [[one.block, one.kind] for one in lessons_of(outline)]])


def worked_out(kinds: Sequence[Kind], shares: Mapping[str, float], pass_mark: float) -> tuple[float, bool]:
    """Return the grade in per cent that a learner with these shares (per cent, by kind) gets, and whether it passes.

    Weights that do not make a hundred yet are taken in proportion, so that the example moves while one types.
    """
    whole = sum(kind.weight for kind in kinds)
    if whole <= 0:
        return 0.0, False
    grade = sum(kind.weight * min(100.0, max(0.0, shares.get(kind.name, 0.0))) for kind in kinds) / whole
    return round(grade, 1), round(grade, 6) >= pass_mark


def evened(kinds: Sequence[Kind]) -> tuple[float, ...]:
    """Return weights that are alike and make a hundred, whole ones where that goes."""
    share = int(_WHOLE // len(kinds)) if kinds else 0
    return tuple(float(share + (1 if number < _WHOLE - share * len(kinds) else 0)) for number in range(len(kinds)))


def change_policy(
    session: Session, actor: Actor, key: CourseKey, wanted: Policy, *, base: str, message: str, now: datetime
) -> bool:
    """Make it part of the draft; learners are graded by it once it is published. Return whether anything changed.

    A kind that is renamed takes its lessons along. Refused, all at once and by field (`weight-2`: of the third kind): no name or one
    given twice, weights that do not make a hundred, more dropped than there are, a pass mark or a grade out of range; and
    (`Conflict`) a policy that somebody else changed since `base`.
    """
    draft = hold_draft(session, key)
    find = Findings()
    _check_kinds(find, wanted.kinds)
    _check_marks(find, wanted)
    if wanted.lessons and set(wanted.lessons.values()) - {"", *(kind.name for kind in wanted.kinds)}:
        find.wrong.append(Invalid("field_not_listed", field="lessons"))
    find.raise_all()
    if base != base_of(draft.outline):
        raise Conflict("edit_too_old")
    policy = {**draft.outline.policy, "grading": _written(draft.outline.policy.get("grading") or {}, wanted)}
    fields = _lessons_changed(session, draft, wanted)
    if policy == dict(draft.outline.policy) and not fields:
        return False
    settle(session, actor, draft, Edit(policy=policy, fields=fields), message=message, now=now)
    return True


def _written(before: Mapping[str, Any], wanted: Policy) -> dict[str, Any]:
    """Return the policy as OLX has it; what this page does not ask of a kind stays as it is."""
    lines = {str(line.get("type", "")): line for line in before.get("GRADER") or ()}
    grader = [
        {
            "short_label": kind.name,
            **lines.get(kind.was, {}),
            "type": kind.name,
            "min_count": kind.count,
            "drop_count": kind.dropped,
            "weight": round(kind.weight / 100, 6),
        }
        for kind in wanted.kinds
    ]
    marks: Mapping[str, Any] = before.get("GRADE_CUTOFFS") or {}
    lowest = min(((_figure(mark), str(name)) for name, mark in marks.items() if _figure(mark) > 0), default=(0.0, _PASSES))[1]
    passes = _PASSES if lowest in {letter.name for letter in wanted.letters} else lowest
    cutoffs = {letter.name: round(letter.at_least / 100, 6) for letter in wanted.letters}
    return {**before, "GRADER": grader, "GRADE_CUTOFFS": {**cutoffs, passes: round(wanted.pass_mark / 100, 6)}}


def _lessons_changed(session: Session, draft: Draft, wanted: Policy) -> dict[BlockId, dict[str, Any]]:
    """Return the fields of the lessons whose kind changes, or has another name now."""
    renamed = {kind.was: kind.name for kind in wanted.kinds if kind.was and kind.was != kind.name}
    asked = wanted.lessons or {}
    changed: dict[BlockId, str] = {}
    for one in lessons_of(draft.outline):
        kind = asked.get(one.block, renamed.get(one.kind, one.kind))
        if kind != one.kind:
            changed[one.block] = kind
    bodies = read_nodes(session, [draft.outline[block].node for block in changed])
    return {block: _as_kind(bodies[draft.outline[block].node]["fields"], kind) for block, kind in changed.items()}


def _as_kind(fields: Mapping[str, Any], kind: str) -> dict[str, Any]:
    kept = {name: value for name, value in fields.items() if name not in {"graded", "format"}}
    return {**kept, "graded": True, "format": kind} if kind else {**kept, "graded": False}


def _check_kinds(find: Findings, kinds: Sequence[Kind]) -> None:
    if len(kinds) > MOST_KINDS:
        find.wrong.append(Invalid("too_many_rows", field="", most=MOST_KINDS))
    seen: set[str] = set()
    for number, kind in enumerate(kinds):
        if not kind.name:
            find.wrong.append(Invalid("required", field=f"name-{number}"))
        elif len(kind.name) > _LONGEST:
            find.wrong.append(Invalid("text_too_long", field=f"name-{number}", longest=_LONGEST))
        elif kind.name in seen:
            find.wrong.append(Invalid("kind_twice", field=f"name-{number}"))
        seen.add(kind.name)
        if not 0 <= kind.weight <= _WHOLE:
            find.wrong.append(Invalid("bad_percent", field=f"weight-{number}"))
        if not 0 <= kind.count <= MOST_COUNT:
            find.wrong.append(Invalid("bad_count", field=f"count-{number}", most=MOST_COUNT))
        if kind.dropped < 0 or (kind.dropped and kind.dropped >= kind.count):
            find.wrong.append(Invalid("drops_all", field=f"dropped-{number}"))
    total = sum(kind.weight for kind in kinds)
    if kinds and abs(total - _WHOLE) > _NEAR * len(kinds):
        find.wrong.append(Invalid("weights_not_whole", field="weight-0", total=f"{total:g}"))


def _check_marks(find: Findings, wanted: Policy) -> None:
    if not 0 < wanted.pass_mark <= _WHOLE:
        find.wrong.append(Invalid("bad_threshold", field="pass_mark"))
    seen: set[str] = set()
    for number, letter in enumerate(wanted.letters):
        if not letter.name or letter.name in seen or len(letter.name) > _LONGEST:
            find.wrong.append(Invalid("kind_twice" if letter.name else "required", field=f"letter-{number}"))
        if not wanted.pass_mark < letter.at_least <= _WHOLE:
            find.wrong.append(Invalid("letter_not_above", field=f"from-{number}"))
        seen.add(letter.name)


def _figure(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
