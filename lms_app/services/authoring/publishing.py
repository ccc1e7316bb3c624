"""From draft to what learners see, and back: publish, compare, discard, restore an old state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.nodes import Snapshot, read_nodes, read_snapshot
from lms_app.adapters.people import write_audit
from lms_app.adapters.revisions import commit_revision, publish
from lms_app.domain.actors import Actor
from lms_app.domain.content import Hash, Json, Outline
from lms_app.domain.errors import Conflict, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.model.content import Revision
from lms_app.model.people import Person
from lms_app.services.authoring.drafts import Draft, hold_draft

_HISTORY: Final = 50


@dataclass(frozen=True)
class Difference:
    """One block that publishing would change."""

    block: BlockId
    title: str
    languages: tuple[str, ...] = ()
    """The languages in which only the texts differ; none when the block itself does."""


@dataclass(frozen=True)
class Changes:
    """What publishing would change for learners."""

    added: tuple[Difference, ...] = ()
    changed: tuple[Difference, ...] = ()
    removed: tuple[Difference, ...] = ()
    files: bool = False
    """Files of the course: pictures, documents."""
    pages: bool = False
    """The page about the course."""
    rules: bool = False
    """The grading policy, and what holds for the whole course."""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.files or self.pages or self.rules)


@dataclass(frozen=True)
class HistoryLine:
    """One revision in the list of what was done."""

    id: int
    made_at: datetime
    author: str
    message: str
    is_draft: bool
    is_published: bool


def publish_draft(session: Session, actor: Actor, key: CourseKey, *, expected: int | None = None, now: datetime) -> int:
    """Make the draft what learners see, audited; return its revision.

    With `expected`, refuse (`Conflict`) when somebody saved since that revision: what is published was looked at by nobody.
    """
    draft = hold_draft(session, key)
    if expected is not None and expected != draft.revision.id:
        raise Conflict("draft_moved_on", key=key)
    publish(session, draft.course, draft.revision)
    write_audit(session, "course_published", f"course:{draft.course.id}", actor=actor.person_id, at=now, revision=draft.revision.id)
    return draft.revision.id


def discard_draft(session: Session, actor: Actor, key: CourseKey, *, message: str, now: datetime) -> int:
    """Go back to what learners see; the discarded states stay in the history. Refused while nothing is published."""
    draft = hold_draft(session, key)
    if draft.course.published_revision_id is None:
        raise Conflict("nothing_published", key=key)
    return _go_back(session, actor, draft, draft.course.published_revision_id, message=message, now=now)


def restore(session: Session, actor: Actor, key: CourseKey, revision: int, *, message: str, now: datetime) -> int:
    """Make an old state the newest draft; refuse (`NotFound`) another course's."""
    return _go_back(session, actor, hold_draft(session, key), revision, message=message, now=now)


def what_changed(session: Session, draft_snapshot: str, published_snapshot: str | None) -> Changes:
    """Return what differs between two states, by title: a number of reads that does not grow with the course."""
    if draft_snapshot == published_snapshot:
        return Changes()
    new = load_outline(session, draft_snapshot)
    if published_snapshot is None:
        return Changes(added=tuple(_difference(new, block) for block in new.entries if not new[block].children))
    old = load_outline(session, published_snapshot)
    own = _changed_themselves(session, new, old)
    now, then = read_snapshot(session, draft_snapshot), read_snapshot(session, published_snapshot)
    texts, assets = _changed_texts(session, now, then)
    return Changes(
        added=tuple(_difference(new, block) for block in new.entries if block not in old),
        changed=tuple(
            Difference(block, new[block].title, () if block in own else tuple(texts[block]))
            for block in new.entries
            if block in old and (block in own or block in texts)
        ),
        removed=tuple(_difference(old, block) for block in old.entries if block not in new),
        files=assets or now.assets != then.assets,
        pages=now.pages != then.pages,
        rules=now.policy != then.policy,
    )


def history(session: Session, course_id: int, *, draft: int | None, published: int | None) -> Sequence[HistoryLine]:
    """Return the newest revisions of a course, newest first, in one read."""
    columns = (Revision.id, Revision.created_at, Revision.message, Person.user_name, Person.name_latin, Person.name_arabic)
    query = select(*columns).outerjoin(Person, Person.id == Revision.author_id).where(Revision.course_id == course_id)
    return [
        HistoryLine(
            id=row.id,
            made_at=row.created_at,
            author=row.name_latin or row.name_arabic or row.user_name or "",
            message=row.message,
            is_draft=row.id == draft,
            is_published=row.id == published,
        )
        for row in session.execute(query.order_by(Revision.id.desc()).limit(_HISTORY))
    ]


def _go_back(session: Session, actor: Actor, draft: Draft, revision: int, *, message: str, now: datetime) -> int:
    wanted = session.get(Revision, revision)
    if wanted is None or wanted.course_id != draft.course.id:
        raise NotFound("no_such_revision", revision=revision)
    if wanted.snapshot == draft.snapshot:
        return draft.revision.id
    made = commit_revision(
        session,
        draft.course,
        Hash(wanted.snapshot),
        author=actor.person_id,
        message=message,
        now=now,
        parents=[draft.revision.id, wanted.id],
    )
    return made.id


def _difference(outline: Outline, block: BlockId) -> Difference:
    return Difference(block, outline[block].title)


def _changed_themselves(session: Session, new: Outline, old: Outline) -> set[BlockId]:
    """Return the blocks whose own fields or children differ: a container's hash changes with all that it holds."""
    moved = [block for block in new.entries if block in old and new[block].node != old[block].node]
    bodies = read_nodes(session, [key for block in moved for key in (new[block].node, old[block].node)])
    return {
        block
        for block in moved
        if new[block].children != old[block].children or bodies[new[block].node]["fields"] != bodies[old[block].node]["fields"]
    }


def _changed_texts(session: Session, now: Snapshot, then: Snapshot) -> tuple[dict[BlockId, list[str]], bool]:
    """Return the languages in which a block's texts differ, and whether files in a language do."""
    bodies = read_nodes(session, {*now.overlays.values(), *then.overlays.values()})
    nothing: Mapping[str, Json] = {"texts": {}, "assets": {}}
    found: dict[BlockId, list[str]] = {}
    assets = False
    for language in sorted({*now.overlays, *then.overlays}):
        after, before = (bodies.get(side.overlays.get(language, ""), nothing) for side in (now, then))
        assets |= after["assets"] != before["assets"]
        for block in sorted({*after["texts"], *before["texts"]}):
            if after["texts"].get(block) != before["texts"].get(block):
                found.setdefault(block, []).append(language)
    return found, assets
