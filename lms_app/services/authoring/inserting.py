"""Adding a block between two others of a unit, with what it begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lms_app.domain.actors import Actor
from lms_app.domain.content import Block, Json
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.arranging import UNIT, checked_title, fresh_name, known, settle
from lms_app.services.authoring.canonical import as_it_comes_back
from lms_app.services.authoring.drafts import hold_draft

NOTHING: Final[Mapping[str, Json]] = {}
_BEGINS_WITH: Final[Mapping[str, Mapping[str, Json]]] = {"video": {"youtube_id_1_0": ""}}
"""Where the class's own beginning would show learners what no author chose."""


def insert_block(
    session: Session,
    actor: Actor,
    key: CourseKey,
    unit: BlockId,
    block_type: str,
    *,
    title: str,
    before: BlockId | None,
    types: BlockTypes,
    message: str,
    now: datetime,
    fields: Mapping[str, Json] = NOTHING,
) -> BlockId:
    """Add a block of a type to a unit, before one of its blocks or as the last one; return it.

    Its name is new to the course, and to its history. Refused: a place that is no unit, no title (`Invalid`),
    a neighbour that the unit does not have (`NotFound`).
    """
    told, draft = checked_title(title), hold_draft(session, key)
    entry = known(draft, unit)
    if entry.type != UNIT:
        raise Invalid("bad_part", block=unit)
    children = list(entry.children)
    if before is not None and before not in children:
        raise NotFound("no_such_block", block=before)
    made = fresh_name(draft, block_type)
    children.insert(len(children) if before is None else children.index(before), made)
    new = Block(made, block_type, {"display_name": told, **_BEGINS_WITH.get(block_type, NOTHING), **fields})
    new = replace(new, fields=as_it_comes_back(new, types=types))
    settle(session, actor, draft, Edit(children={unit: children}, new={made: new}), message=message, now=now)
    return made
