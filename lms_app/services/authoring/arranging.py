"""Adding parts to a draft, taking them out, and moving them among their neighbours: each is one change that history can undo."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from lms_app.domain.actors import Actor
from lms_app.domain.content import Block, Outline
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey, block_id
from lms_app.model import BlockState, Completion, Score
from lms_app.services.authoring.drafts import Draft, commit, hold_draft, with_children

HOLDS: Final = {"course": "chapter", "chapter": "sequential", "sequential": "vertical"}
"""What the parts of a course's outline hold."""
UNIT: Final = "vertical"
_LONGEST_TITLE: Final = 200


def add_part(
    session: Session, actor: Actor, key: CourseKey, parent: BlockId, *, title: str, message: str, now: datetime
) -> BlockId:
    """Add a chapter to the course, a lesson to a chapter or a unit to a lesson, as the last one; return it.

    Refused: a parent that holds no such parts (`Invalid`), no title.
    """
    draft = hold_draft(session, key)
    part = HOLDS.get(_known(draft, parent).partition("/")[0])
    if part is None:
        raise Invalid("bad_part", block=parent)
    return _add(session, actor, draft, parent, part, title=title, message=message, now=now)


def add_block(
    session: Session, actor: Actor, key: CourseKey, unit: BlockId, block_type: str, *, title: str, message: str, now: datetime
) -> BlockId:
    """Add a block of a type to a unit, as the last one, with a title and all else as usual; return it.

    Its name is new to the course and to every answer ever given there. Refused: a place that is no unit, no title.
    """
    draft = hold_draft(session, key)
    if draft.outline[_known(draft, unit)].type != UNIT:
        raise Invalid("bad_part", block=unit)
    return _add(session, actor, draft, unit, block_type, title=title, message=message, now=now)


def remove_block(
    session: Session, actor: Actor, key: CourseKey, parent: BlockId, block: BlockId, *, message: str, now: datetime
) -> None:
    """Take a block, with all below it, out of its parent. Answers to it are kept, and the history brings it back."""
    draft = hold_draft(session, key)
    children = [child for child in _children(draft, parent, block) if child != block]
    _arrange(session, actor, draft, parent, children, message=message, now=now)


def move_block(
    session: Session, actor: Actor, key: CourseKey, parent: BlockId, block: BlockId, *, step: int, message: str, now: datetime
) -> None:
    """Move a block one place up (-1) or down (1) among its neighbours; at the end of the row nothing happens."""
    draft = hold_draft(session, key)
    children = _children(draft, parent, block)
    place = children.index(block)
    if 0 <= place + step < len(children):
        children[place], children[place + step] = children[place + step], children[place]
        _arrange(session, actor, draft, parent, children, message=message, now=now)


def _add(
    session: Session, actor: Actor, draft: Draft, parent: BlockId, block_type: str, *, title: str, message: str, now: datetime
) -> BlockId:
    told = " ".join(title.split())
    if not told:
        raise Invalid("required", field="title")
    if len(told) > _LONGEST_TITLE:
        raise Invalid("text_too_long", field="title", longest=_LONGEST_TITLE)
    made = _fresh(session, draft, block_type)
    children = [*draft.outline[parent].children, made]
    new = Block(made, block_type, {"display_name": told})
    _arrange(session, actor, draft, parent, children, new=new, message=message, now=now)
    return made


def _arrange(
    session: Session,
    actor: Actor,
    draft: Draft,
    parent: BlockId,
    children: list[BlockId],
    *,
    new: Block | None = None,
    message: str,
    now: datetime,
) -> None:
    snapshot = with_children(session, draft, parent, children, new=(new,) if new else (), now=now)
    commit(session, draft, snapshot, author=actor.person_id, message=message, now=now)


def _known(draft: Draft, block: BlockId) -> BlockId:
    if block not in draft.outline:
        raise NotFound("no_such_block", block=block)
    return block


def _children(draft: Draft, parent: BlockId, block: BlockId) -> list[BlockId]:
    children = list(draft.outline[_known(draft, parent)].children)
    if block not in children:
        raise NotFound("no_such_block", block=block)
    return children


def _fresh(session: Session, draft: Draft, block_type: str) -> BlockId:
    """Return the first `type-1`, `type-2`, … that nothing in the course is called, and to which nobody ever gave an answer."""
    stem = block_type.removeprefix("coop_").replace("_", "-")
    used = _names(draft.outline) | _names_answered(session, draft.course.id, block_type)
    number = next(n for n in range(1, len(used) + 2) if f"{stem}-{n}" not in used)
    return block_id(block_type, f"{stem}-{number}")


def _names(outline: Outline) -> set[str]:
    return {block.partition("/")[2] for block in outline.entries}


def _names_answered(session: Session, course_id: int, block_type: str) -> set[str]:
    rows = union(
        *(
            select(table.block_id).where(table.course_id == course_id, table.block_id.startswith(f"{block_type}/", autoescape=True))
            for table in (BlockState, Score, Completion)
        )
    )
    return {block.partition("/")[2] for block in session.scalars(rows)}
