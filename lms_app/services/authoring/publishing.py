"""From draft to what learners see, and back: publish, compare, discard, restore an old state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.nodes import Snapshot, read_nodes, read_snapshot
from lms_app.adapters.people import write_audit
from lms_app.adapters.revisions import commit_revision, hold_plan, publish
from lms_app.domain.actors import Actor
from lms_app.domain.content import Hash, Json, Outline
from lms_app.domain.errors import Conflict, NotFound
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.services.authoring.drafts import Draft, hold_draft
from lms_app.services.authoring.drafts_at import PUBLISHED, revision_of
from lms_app.services.authoring.partly import Laid, lay_parts


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


def publish_draft(session: Session, actor: Actor, key: CourseKey, *, expected: int | None = None, now: datetime) -> int:
    """Make the draft what learners see, audited; return its revision.

    With `expected`, refuse (`Conflict`) when somebody saved since that revision: what is published was looked at by nobody.
    """
    draft = _hold(session, key, expected)
    make_public(session, actor.person_id, draft.course, draft.revision, now=now)
    hold_plan(session, draft.course.id)
    return draft.revision.id


def publish_parts(
    session: Session, actor: Actor, key: CourseKey, parts: Collection[BlockId], *, expected: int, message: str, now: datetime
) -> Laid:
    """Make some parts of the draft what learners see, and leave all else to them as it was; the draft stays as it is.

    Refused (`Conflict`): a draft that moved on since `expected`. See `partly.lay_parts` for what comes along, and what is refused.
    """
    draft = _hold(session, key, expected)
    course = draft.course
    before = session.get(Revision, course.published_revision_id) if course.published_revision_id else None
    laid = lay_parts(session, over=before.snapshot if before else None, of=draft.snapshot, parts=parts, now=now)
    if laid.snapshot == draft.snapshot:
        public = draft.revision
    else:
        origins = [before.id, draft.revision.id] if before else [draft.revision.id]
        public = Revision(
            course_id=course.id,
            snapshot=laid.snapshot,
            parents=origins,
            author_id=actor.person_id,
            message=message,
            created_at=now,
        )
        session.add(public)
        session.flush()
    make_public(session, actor.person_id, course, public, now=now, parts=sorted(parts))
    hold_plan(session, course.id)
    return laid


def make_public(
    session: Session, person: PersonId | None, course: Course, revision: Revision, *, now: datetime, **detail: object
) -> None:
    """Make a state of the course what learners see, and note who did it; refuse (`Conflict`) a library's, which no learner sees."""
    if course.kind == "library":
        raise Conflict("library_not_published", key=course.key)
    publish(session, course, revision)
    write_audit(session, PUBLISHED, f"course:{course.id}", actor=person, at=now, revision=revision.id, **detail)


def discard_draft(session: Session, actor: Actor, key: CourseKey, *, message: str, now: datetime) -> int:
    """Go back to what learners see; the discarded states stay in the history. Refused while nothing is published."""
    draft = hold_draft(session, key)
    if draft.course.published_revision_id is None:
        raise Conflict("nothing_published", key=key)
    return _go_back(session, actor, draft, draft.course.published_revision_id, message=message, now=now)


def restore(session: Session, actor: Actor, key: CourseKey, revision: int, *, message: str, now: datetime) -> int:
    """Make an old state the newest draft; refuse (`NotFound`) another course's."""
    return _go_back(session, actor, hold_draft(session, key), revision, message=message, now=now)


def restore_part(
    session: Session, actor: Actor, key: CourseKey, revision: int, block: BlockId, *, message: str, now: datetime
) -> int:
    """Bring one block or part back into the draft as it was in an old state, with all below it; all else stays as it is.

    Refused: another course's state, or a part that neither has (`NotFound`); one that is as it was then (`Invalid`).
    """
    draft = hold_draft(session, key)
    wanted = revision_of(session, draft.course.id, revision)
    if block not in load_outline(session, wanted.snapshot):
        raise NotFound("no_such_block", block=block)
    laid = lay_parts(session, over=draft.snapshot, of=wanted.snapshot, parts=[block], now=now)
    parents = [draft.revision.id, wanted.id]
    made = commit_revision(session, draft.course, laid.snapshot, author=actor.person_id, message=message, now=now, parents=parents)
    return made.id


def undo_last(session: Session, actor: Actor, key: CourseKey, *, expected: int, message: str, now: datetime) -> int:
    """Take the last change of the draft back, as a new state. Refused (`Conflict`): a draft that moved on, or its first state."""
    draft = _hold(session, key, expected)
    if not draft.revision.parents:
        raise Conflict("nothing_to_undo", key=key)
    return _go_back(session, actor, draft, draft.revision.parents[0], message=message, now=now)


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


def _hold(session: Session, key: CourseKey, expected: int | None) -> Draft:
    draft = hold_draft(session, key)
    if expected is not None and expected != draft.revision.id:
        raise Conflict("draft_moved_on", key=key)
    return draft


def _go_back(session: Session, actor: Actor, draft: Draft, revision: int, *, message: str, now: datetime) -> int:
    wanted = revision_of(session, draft.course.id, revision)
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
