"""Adding parts to a draft, naming, moving and taking them out: each is one change that can be undone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import read_node
from lms_app.domain.actors import Actor
from lms_app.domain.content import CONTAINERS, RAW_FIELD, Block, OutlineEntry
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey, block_id
from lms_app.model.content import Revision
from lms_app.services.authoring.drafts import Draft, commit, hold_draft, with_edit
from lms_app.services.authoring.translating.states import note_source_change

HOLDS: Final = {"course": "chapter", "chapter": "sequential", "sequential": "vertical"}
"""What the parts of a course's outline hold."""
UNIT: Final = "vertical"
LONGEST_TITLE: Final = 200
_MARK: Final = 10
"""Signs that tell names apart."""


def add_part(
    session: Session,
    actor: Actor,
    key: CourseKey,
    parent: BlockId,
    *,
    title: str,
    message: str,
    now: datetime,
    after: BlockId | None = None,
) -> BlockId:
    """Add a chapter to the course, a lesson to a chapter or a unit to a lesson, after a neighbour or as the last one; return it.

    Refused: a parent that holds no such parts (`Invalid`), no title, a neighbour that is not there (`NotFound`).
    """
    draft = hold_draft(session, key)
    part = HOLDS.get(known(draft, parent).type)
    if part is None:
        raise Invalid("bad_part", block=parent)
    return _add(session, actor, draft, parent, part, title=title, after=after, message=message, now=now)


def add_block(
    session: Session, actor: Actor, key: CourseKey, unit: BlockId, block_type: str, *, title: str, message: str, now: datetime
) -> BlockId:
    """Add a block of a type to a unit, as the last one, with a title and all else as usual; return it.

    Its name is new to the course, and to its history. Refused: a place that is no unit, no title.
    """
    draft = hold_draft(session, key)
    if known(draft, unit).type != UNIT:
        raise Invalid("bad_part", block=unit)
    return _add(session, actor, draft, unit, block_type, title=title, after=None, message=message, now=now)


def rename_block(
    session: Session, actor: Actor, key: CourseKey, block: BlockId, *, title: str, message: str, now: datetime
) -> bool:
    """Give a block another title in the course's own language; tell whether it is another one.

    Refused: no title; a block of a type that is not installed, which is kept as it came.
    """
    told = checked_title(title)
    draft = hold_draft(session, key)
    fields = read_node(session, known(draft, block).node)["fields"]
    if RAW_FIELD in fields:
        raise Invalid("no_such_field", field="title")
    if fields.get("display_name") == told:
        return False
    renamed = {**fields, "display_name": told}
    note_source_change(session, draft, block, before=fields, after=renamed, now=now)
    settle(session, actor, draft, Edit(fields={block: renamed}), message=message, now=now)
    return True


def remove_block(
    session: Session, actor: Actor, key: CourseKey, parent: BlockId, block: BlockId, *, message: str, now: datetime
) -> None:
    """Take a block, with all below it, out of its parent. Answers to it are kept, and undoing or the history brings it back."""
    draft = hold_draft(session, key)
    children = [child for child in _children(draft, parent, block) if child != block]
    settle(session, actor, draft, Edit(children={parent: children}), message=message, now=now)


def move_block(
    session: Session, actor: Actor, key: CourseKey, parent: BlockId, block: BlockId, *, step: int, message: str, now: datetime
) -> bool:
    """Move a block one place up (-1) or down (1) among its neighbours; at the end of the row nothing happens, and it says so."""
    draft = hold_draft(session, key)
    children = _children(draft, parent, block)
    place = children.index(block)
    if not 0 <= place + step < len(children):
        return False
    children[place], children[place + step] = children[place + step], children[place]
    settle(session, actor, draft, Edit(children={parent: children}), message=message, now=now)
    return True


def place_block(
    session: Session,
    actor: Actor,
    key: CourseKey,
    parent: BlockId,
    block: BlockId,
    *,
    to: BlockId,
    before: BlockId | None,
    message: str,
    now: datetime,
) -> bool:
    """Move a block from its parent to another (or the same), before one of the children there or to the end.

    Tell whether anything moved. Refused: a new parent that holds no such blocks (`Invalid`), a place that is not there.
    """
    draft = hold_draft(session, key)
    old = _children(draft, parent, block)
    if not takes(known(draft, to).type, draft.outline[block].type):
        raise Invalid("bad_part", block=to)
    left = [child for child in old if child != block]
    there = left if to == parent else list(draft.outline[to].children)
    if before == block or (to != parent and block in there):
        return False
    if before is not None and before not in there:
        raise NotFound("no_such_block", block=before)
    place = len(there) if before is None else there.index(before)
    arranged = [*there[:place], block, *there[place:]]
    if to == parent and arranged == old:
        return False
    settle(session, actor, draft, Edit(children={parent: left, to: arranged}), message=message, now=now)
    return True


def takes(parent_type: str, block_type: str) -> bool:
    """Tell whether a part of a course may hold a block: chapters lessons, lessons units, units whatever is no such part."""
    return HOLDS.get(parent_type) == block_type or (parent_type == UNIT and block_type not in CONTAINERS)


def settle(session: Session, actor: Actor, draft: Draft, edit: Edit, *, message: str, now: datetime) -> Revision:
    """Make the edited draft the newest one."""
    return commit(session, draft, with_edit(session, draft, edit, now=now), author=actor.person_id, message=message, now=now)


def known(draft: Draft, block: BlockId) -> OutlineEntry:
    """Return the block's entry, or raise `NotFound`."""
    if block not in draft.outline:
        raise NotFound("no_such_block", block=block)
    return draft.outline[block]


def checked_title(title: str) -> str:
    """Return a title without needless spaces; refuse none, and one that is too long."""
    told = " ".join(title.split())
    if not told:
        raise Invalid("required", field="title")
    if len(told) > LONGEST_TITLE:
        raise Invalid("text_too_long", field="title", longest=LONGEST_TITLE)
    return told


def fresh_name(draft: Draft, block_type: str) -> BlockId:
    """Return a name for a new block that no other of the course ever had."""
    return fresh_names(draft, [block_type])[0]


def fresh_names(draft: Draft, block_types: Sequence[str]) -> list[BlockId]:
    """Return as many names as there are types, each for the type in its place, that no block of the course ever had.

    Counting up would give the name of what was taken out to something else: to a question that a plan or the history may still
    bring before learners, that another course draws from a library, that somebody has half written. So a name tells, by a mark,
    the state of the course that it was given in: each state has only one after it.
    """
    state = f"{draft.course.key}:{draft.revision.id}:{draft.snapshot}"
    marks = (hashlib.sha256(f"{state}:{place}".encode()).hexdigest()[:_MARK] for place in count())
    return [block_id(kind, f"{_stem(kind)}-{mark}") for kind, mark in zip(block_types, marks, strict=False)]


def names_beside(used: Iterable[str], block_types: Sequence[str]) -> list[BlockId]:
    """Return a name for each of the types that is none of the used ones."""
    taken, counted, made = set(used), dict[str, int](), list[BlockId]()
    for block_type in block_types:
        stem = _stem(block_type)
        number = counted.get(stem, 0) + 1
        while f"{stem}-{number}" in taken:
            number += 1
        counted[stem] = number
        made.append(block_id(block_type, f"{stem}-{number}"))
    return made


def _add(
    session: Session,
    actor: Actor,
    draft: Draft,
    parent: BlockId,
    block_type: str,
    *,
    title: str,
    after: BlockId | None,
    message: str,
    now: datetime,
) -> BlockId:
    told = checked_title(title)
    children = list(draft.outline[parent].children)
    place = len(children) if after is None else _children(draft, parent, after).index(after) + 1
    made = fresh_name(draft, block_type)
    children.insert(place, made)
    new: Mapping[BlockId, Block] = {made: Block(made, block_type, {"display_name": told})}
    settle(session, actor, draft, Edit(children={parent: children}, new=new), message=message, now=now)
    return made


def _children(draft: Draft, parent: BlockId, block: BlockId) -> list[BlockId]:
    children = list(known(draft, parent).children)
    if block not in children:
        raise NotFound("no_such_block", block=block)
    return children


def _stem(block_type: str) -> str:
    return block_type.removeprefix("coop_").replace("_", "-")
