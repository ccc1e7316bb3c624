"""A course's draft: taken hold of by one writer at a time, and changed node by node."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.nodes import Snapshot, read_nodes, read_snapshot, store_nodes
from lms_app.adapters.revisions import commit_revision
from lms_app.domain.content import Block, Hash, Json, Outline, hash_of
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


def with_fields(session: Session, draft: Draft, block: BlockId, fields: Mapping[str, Json], *, now: datetime) -> Hash:
    """Store the block with these fields and every block above it, and return the hash of the new snapshot.

    What is below and beside stays as it is, under its old hashes.
    """
    return _rewritten(session, draft, block, lambda body: {**body, "fields": dict(fields)}, now=now)


def with_children(
    session: Session, draft: Draft, block: BlockId, children: Sequence[BlockId], *, new: Sequence[Block] = (), now: datetime
) -> Hash:
    """Store the block with these children, in this order, and every block above it; return the hash of the new snapshot.

    `new` are those of the children that the draft does not have yet, without children of their own. Texts in other languages
    of what is no longer anywhere in the course go with it.
    """
    bodies = {one.id: one.body({}) for one in new}
    hashes = {one: hash_of(body) for one, body in bodies.items()}
    listed = [[child, hashes.get(child) or draft.outline[child].node] for child in children]
    stored = {hashes[one]: body for one, body in bodies.items()}
    dropped = _dropped(draft.outline, block, children)
    return _rewritten(session, draft, block, lambda body: {**body, "children": listed}, also=stored, dropped=dropped, now=now)


def _rewritten(
    session: Session,
    draft: Draft,
    block: BlockId,
    change: Callable[[Json], Json],
    *,
    also: Mapping[Hash, Json] | None = None,
    dropped: frozenset[BlockId] = frozenset(),
    now: datetime,
) -> Hash:
    above = _above(draft.outline, block)
    bodies = read_nodes(session, [draft.outline[each].node for each in above])
    snapshot = read_snapshot(session, draft.snapshot)
    new: dict[BlockId, Hash] = {}
    stored: dict[Hash, Json] = dict(also or {})
    for each in above:  # children come before those who hold them
        body = bodies[draft.outline[each].node]
        body = {**body, "children": [[child, new.get(child, old)] for child, old in body["children"]]}
        if each == block:
            body = change(body)
        new[each] = hash_of(body)
        stored[new[each]] = body
    overlays = _without(session, snapshot, dropped, stored) if dropped else snapshot.overlays
    return _store(session, replace(snapshot, root_hash=new[draft.outline.root], overlays=overlays), stored, now=now)


def _without(session: Session, snapshot: Snapshot, dropped: frozenset[BlockId], stored: dict[Hash, Json]) -> dict[str, Hash]:
    """Return the languages beside the source without the texts of these blocks, adding what is to be stored."""
    bodies = read_nodes(session, snapshot.overlays.values())
    found: dict[str, Hash] = {}
    for language, key in snapshot.overlays.items():
        texts = {block: text for block, text in bodies[key]["texts"].items() if block not in dropped}
        body = {**bodies[key], "texts": texts}
        found[language] = hash_of(body)
        stored[found[language]] = body
    return found


def _dropped(outline: Outline, block: BlockId, children: Sequence[BlockId]) -> frozenset[BlockId]:
    """Return what is no longer in the course once the block has these children."""
    reached: set[BlockId] = set()
    waiting = [outline.root]
    while waiting:
        here = waiting.pop()
        if here in reached:
            continue
        reached.add(here)
        waiting += children if here == block else outline[here].children if here in outline else ()
    return frozenset(outline.entries) - reached


def with_texts(session: Session, draft: Draft, block: BlockId, texts: Mapping[str, Json], *, language: str, now: datetime) -> Hash:
    """Store the block's texts in a language beside the source, and return the hash of the new snapshot; none take it back."""
    snapshot = read_snapshot(session, draft.snapshot)
    known = snapshot.overlays.get(language)
    overlay: Json = read_nodes(session, [known])[known] if known else {"language": language, "texts": {}, "assets": {}}
    kept = {each: key for each, key in overlay["texts"].items() if each != block}
    stored: dict[Hash, Json] = {}
    if texts:
        kept[block] = hash_of(dict(texts))
        stored[kept[block]] = dict(texts)
    overlay = {**overlay, "texts": kept}
    key = hash_of(overlay)
    stored[key] = overlay
    return _store(session, replace(snapshot, overlays={**snapshot.overlays, language: key}), stored, now=now)


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


def _above(outline: Outline, block: BlockId) -> list[BlockId]:
    """Return the block and all that hold it, each after those that it holds; a block may stand in several places."""
    holders: dict[BlockId, list[BlockId]] = {}
    for entry in outline.entries.values():
        for child in entry.children:
            holders.setdefault(child, []).append(entry.id)
    wanted, waiting = {block}, [block]
    while waiting:
        for holder in holders.get(waiting.pop(), ()):
            if holder not in wanted:
                wanted.add(holder)
                waiting.append(holder)
    ordered: list[BlockId] = []
    placed: set[BlockId] = set()
    while len(ordered) < len(wanted):
        ready = [
            each for each in wanted - placed if all(child in placed or child not in wanted for child in outline[each].children)
        ]
        ordered += sorted(ready)
        placed.update(ready)
    return ordered


def _store(session: Session, snapshot: Snapshot, bodies: dict[Hash, Json], *, now: datetime) -> Hash:
    body = snapshot.body()
    found = hash_of(body)
    store_nodes(session, {**bodies, found: body}, now)
    return found
