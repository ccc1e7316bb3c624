"""When a course and each of its lessons open, and until when answers count; or at everybody's own pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import read_nodes
from lms_app.domain.actors import Actor
from lms_app.domain.content import Outline, hash_of
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.domain.schedule import moment
from lms_app.services.authoring.arranging import settle
from lms_app.services.authoring.drafts import Draft, hold_draft


@dataclass(frozen=True)
class LessonTimes:
    """When one lesson opens, and until when answers in it count; None leaves it to what stands above it."""

    opens: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class Timetable:
    """The times of a course."""

    opens: datetime | None = None
    ends: datetime | None = None
    """Said on the course's page; nothing closes by it."""
    own_pace: bool = False
    """Then no due date counts."""
    lessons: Mapping[BlockId, LessonTimes] | None = None


def timetable_of(session: Session, draft: Draft) -> Timetable:
    """Return the times that the course and its lessons set themselves, in two reads however many they are."""
    outline = draft.outline
    lessons = [entry.id for entry in outline.of_type("sequential")]
    bodies = read_nodes(session, [outline[block].node for block in (outline.root, *lessons)])
    own = {block: bodies[outline[block].node]["fields"] for block in (outline.root, *lessons)}
    root = own[outline.root]
    return Timetable(
        moment(root.get("start")),
        moment(root.get("end")),
        bool(root.get("self_paced")),
        {block: LessonTimes(moment(own[block].get("start")), moment(own[block].get("due"))) for block in lessons},
    )


def base_of(outline: Outline, table: Timetable) -> str:
    """Return what a page of the timetable was made from."""
    lessons = [[block, str(times.opens), str(times.due)] for block, times in (table.lessons or {}).items()]
    return hash_of([outline.root, str(table.opens), str(table.ends), table.own_pace, lessons])


def change_timetable(
    session: Session, actor: Actor, key: CourseKey, wanted: Timetable, *, base: str, message: str, now: datetime
) -> bool:
    """Make it part of the draft; learners go by it once it is published. Return whether anything changed.

    Lessons that are not named stay as they are. Refused, all at once and by field (`due-2`: of the third lesson): an end before the
    beginning; and (`Conflict`) a timetable that somebody else changed since `base`.
    """
    draft = hold_draft(session, key)
    before = timetable_of(session, draft)
    find = Findings()
    _check(find, "ends", wanted.opens, wanted.ends)
    for number, block in enumerate(before.lessons or {}):
        times = (wanted.lessons or {}).get(block)
        if times:
            _check(find, f"due-{number}", times.opens or wanted.opens, times.due)
    find.raise_all()
    if base != base_of(draft.outline, before):
        raise Conflict("edit_too_old")
    changes = _changes(draft, before, wanted)
    if not changes:
        return False
    bodies = read_nodes(session, [draft.outline[block].node for block in changes])
    fields = {block: _with(bodies[draft.outline[block].node]["fields"], new) for block, new in changes.items()}
    settle(session, actor, draft, Edit(fields=fields), message=message, now=now)
    return True


def _changes(draft: Draft, before: Timetable, wanted: Timetable) -> dict[BlockId, dict[str, Any]]:
    """Return block → field → new value, of what differs alone: what an import wrote in its own way stays as it wrote it."""
    found: dict[BlockId, dict[str, Any]] = {}
    root: dict[str, Any] = {
        name: _said(new)
        for name, old, new in (("start", before.opens, wanted.opens), ("end", before.ends, wanted.ends))
        if old != new
    }
    if before.own_pace != wanted.own_pace:
        root["self_paced"] = True if wanted.own_pace else None
    if root:
        found[draft.outline.root] = root
    for block, old in (before.lessons or {}).items():
        new = (wanted.lessons or {}).get(block, old)
        changed = {
            name: _said(then) for name, once, then in (("start", old.opens, new.opens), ("due", old.due, new.due)) if once != then
        }
        if changed:
            found[block] = changed
    return found


def _with(fields: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**fields, **new}.items() if name not in new or value is not None}


def _said(value: datetime | None) -> str | None:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def _check(find: Findings, field: str, first: datetime | None, last: datetime | None) -> None:
    if first and last and last <= first:
        find.wrong.append(Invalid("ends_before_it_starts", field=field))
