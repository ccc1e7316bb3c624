"""A course brought in on a page: looked at first, then written, by somebody who may; whoever brings a new one becomes its trainer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.keys import CourseKey
from lms_app.domain.permissions import Action, require
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.creating import become_trainer
from lms_app.services.authoring.importing import ImportReport, find_course_row, import_course
from lms_app.storage.blobs import Blobs


@dataclass(frozen=True)
class Wish:
    """What is to be done with the file."""

    key: CourseKey | None = None
    """The course whose newer version or other language it is; None brings in a course under the key in the files."""
    language: str = ""
    """The language that it adds to `key`; '' replaces the whole course."""
    dry_run: bool = False


def look(
    session: Session, actor: Actor, source: Path, wish: Wish, *, blobs: Blobs, types: BlockTypes, now: datetime
) -> ImportReport:
    """Return the report of an import that writes nothing. Refuses (`Refused`) a course of the site that the actor may not change."""
    report = import_course(session, source, blobs=blobs, types=types, now=now, actor=actor, dry_run=True, **_of(wish))
    _check_right(session, actor, report)
    return report


def bring(
    session: Session, actor: Actor, source: Path, wish: Wish, *, blobs: Blobs, types: BlockTypes, now: datetime
) -> ImportReport:
    """Make the file a draft; nothing is published. Refuses as `look` does, before anything is written."""
    report = import_course(session, source, blobs=blobs, types=types, now=now, actor=actor, **_of(wish))
    row = find_course_row(session, report.course) if report.course else None
    if report.is_new and row is not None:
        become_trainer(session, actor, row.id, now=now)
    else:
        _check_right(session, actor, report)  # the caller's transaction ends with the exception
    return report


def _of(wish: Wish) -> dict[str, Any]:
    if wish.key and wish.language:
        return {"as_language": wish.language, "of": wish.key}
    return {"key": wish.key}


def _check_right(session: Session, actor: Actor, report: ImportReport) -> None:
    """Nobody replaces a course by bringing in a file that bears its key."""
    row = find_course_row(session, report.course) if report.course else None
    if row is not None:
        require(actor, Action.EDIT_COURSE, [Place(PlaceKind.COURSE, row.id)])
