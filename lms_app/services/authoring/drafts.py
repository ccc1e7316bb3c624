"""A course's draft: taken hold of by one writer at a time, and changed node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.nodes import read_nodes, read_snapshot
from lms_app.adapters.revisions import commit_revision
from lms_app.adapters.rewriting import apply_edit
from lms_app.domain.content import Block, Hash, Json, Outline
from lms_app.domain.edits import Edit
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.services.authoring.importing import find_course_row


@dataclass(frozen=True)
class Draft:
    """The newest state of a course, which learners may not see yet."""

    course: Course
    revision: Revision
    outline: Outline

    @property
    def snapshot(self) -> Hash:
        """Hash of its snapshot."""
        return Hash(self.revision.snapshot)


def hold_draft(session: Session, key: CourseKey) -> Draft:
    """Return the draft, and keep other writers of this course waiting until the transaction ends; raise `NotFound`.

    On SQLite the transaction itself has kept them out since it began.
    """
    return _draft(session, key, locked=True)


def open_draft(session: Session, key: CourseKey) -> Draft:
    """Return the draft for reading, or raise `NotFound`."""
    return _draft(session, key, locked=False)


def _draft(session: Session, key: CourseKey, *, locked: bool) -> Draft:
    course = find_course_row(session, key, locked=locked)
    revision = session.get(Revision, course.draft_revision_id) if course and course.draft_revision_id else None
    if course is None or revision is None:
        raise NotFound("no_such_course", key=key)
    return Draft(course, revision, load_outline(session, revision.snapshot))


def with_edit(session: Session, draft: Draft, edit: Edit, *, now: datetime) -> Hash:
    """Store what the edit makes of the draft, and return the hash of the new snapshot.

    Refused: an edit of a block that is not there (`NotFound`), a child that is nowhere or a block inside itself (`Invalid`).
    """
    return apply_edit(session, draft.outline, edit, now=now)


def with_fields(session: Session, draft: Draft, block: BlockId, fields: Mapping[str, Json], *, now: datetime) -> Hash:
    """Store the block with these fields and every block above it, and return the hash of the new snapshot."""
    return with_edit(session, draft, Edit(fields={block: fields}), now=now)


def with_children(
    session: Session, draft: Draft, block: BlockId, children: Sequence[BlockId], *, new: Sequence[Block] = (), now: datetime
) -> Hash:
    """Store the block with these children, in this order, and every block above it; return the hash of the new snapshot."""
    return with_edit(session, draft, Edit(children={block: children}, new={one.id: one for one in new}), now=now)


def with_texts(session: Session, draft: Draft, block: BlockId, texts: Mapping[str, Json], *, language: str, now: datetime) -> Hash:
    """Store the block's texts in a language beside the source, and return the hash of the new snapshot; none take it back."""
    return with_edit(session, draft, Edit(texts={language: {block: texts}}), now=now)


def texts_of(session: Session, snapshot: str, block: BlockId) -> dict[str, tuple[Hash, Mapping[str, Json]]]:
    """Return the block's texts by language beside the source, each with the hash of its node: three reads."""
    overlays = read_snapshot(session, snapshot).overlays
    bodies = read_nodes(session, overlays.values())
    found = {language: bodies[key]["texts"].get(block) for language, key in overlays.items()}
    texts = read_nodes(session, [key for key in found.values() if key])
    return {language: (Hash(key), texts[key]) for language, key in found.items() if key}


def commit(session: Session, draft: Draft, snapshot: Hash, *, author: PersonId | None, message: str, now: datetime) -> Revision:
    """Make the snapshot the newest draft."""
    return commit_revision(session, draft.course, snapshot, author=author, message=message, now=now, parents=[draft.revision.id])
