"""A course brought in on a page, by somebody who may; whoever brings a new one becomes its trainer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import read_nodes
from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.keys import CourseKey
from lms_app.domain.permissions import Action, require
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.creating import become_trainer
from lms_app.services.authoring.drafts import Draft, hold_draft, open_draft
from lms_app.services.authoring.importing import ImportReport, find_course_row, import_course
from lms_app.services.authoring.preparing import Prepared, prepare_import
from lms_app.services.authoring.translating.states import note_source_change
from lms_app.storage.blobs import Blobs


@dataclass(frozen=True)
class Wish:
    """What is to be done with the file."""

    key: CourseKey | None = None
    """The course whose newer version or other language it is; None brings in a course under the key in the files."""
    language: str = ""
    """The language that it adds to `key`; '' replaces the whole course."""
    dry_run: bool = False


def read_upload(source: Path, wish: Wish, *, blobs: Blobs, types: BlockTypes) -> Prepared:
    """Read the file, which may take long, before any transaction; faults of the files are among the problems."""
    kept = None if wish.dry_run else blobs
    return prepare_import(source, blobs=kept, types=types, key=wish.key, language=wish.language or None)


def bring(
    session: Session, actor: Actor, read: Prepared, wish: Wish, *, blobs: Blobs, types: BlockTypes, now: datetime
) -> ImportReport:
    """Make what was read a draft (nothing is published), or with `dry_run` tell what that would do.

    Refused: a course that is here already and that the actor may not change: nobody replaces one by a file that bears its key.
    """
    row = find_course_row(session, read.key) if read.key else None
    if row is not None:
        require(actor, Action.EDIT_COURSE, [Place(PlaceKind.COURSE, row.id)])
    beside = wish.key if wish.language else None
    is_newer = row is not None and row.draft_revision_id is not None and not (wish.language or wish.dry_run)
    before = hold_draft(session, CourseKey(row.key)) if row is not None and is_newer else None
    report = import_course(
        session,
        read,
        blobs=blobs,
        types=types,
        now=now,
        actor=actor,
        as_language=wish.language or None,
        of=beside,
        dry_run=wish.dry_run,
    )
    if before is not None and report.revision is not None:
        _note_other_words(session, before, now=now)
    made = find_course_row(session, report.course) if report.is_new and report.course else None
    if made is not None:
        become_trainer(session, actor, made.id, now=now)
    return report


def _note_other_words(session: Session, before: Draft, *, now: datetime) -> None:
    """Note what the translations that were kept were made from, where the file brought other words: they are older now."""
    old, new = before.outline, open_draft(session, CourseKey(before.course.key)).outline
    both = [block for block in new.entries if block in old and old[block].node != new[block].node]
    bodies = read_nodes(session, [side[block].node for block in both for side in (old, new)])
    for block in both:
        told = {"before": bodies[old[block].node]["fields"], "after": bodies[new[block].node]["fields"]}
        note_source_change(session, before, block, **told, now=now)
