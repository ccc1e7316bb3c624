"""Who else is in a unit just now: authors of a course see each other, and are forgotten a minute after they left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from lms_app.domain.actors import Actor
from lms_app.domain.content import Outline
from lms_app.domain.keys import BlockId
from lms_app.model.authoring import AuthorPresence
from lms_app.model.people import Person
from lms_app.services.accounts.signing_in import display_name
from lms_app.storage.upsert import Upsert

FORGOTTEN_AFTER: Final = timedelta(seconds=60)
_NOTED_EVERY: Final = timedelta(seconds=10)
"""Who stays where they are is not written down with every key they press."""
_PRESENCE: Final = cast("Table", AuthorPresence.__table__)
_write = Upsert(_PRESENCE, update=("unit", "block_id", "field", "seen_at"))


@dataclass(frozen=True)
class Other:
    """Another author in the same unit."""

    name: str
    block: BlockId
    field: str
    """Empty when they only look."""


def unit_of(outline: Outline, block: BlockId) -> BlockId:
    """Return the unit that a block stands in; what stands above units is a place of its own."""
    unit = outline.ancestor(block, "vertical")
    return block if unit is None else unit.id


def note(session: Session, actor: Actor, course: int, *, unit: BlockId, block: BlockId, field: str = "", now: datetime) -> None:
    """Note that an author is in a unit, at a block, in one of its fields."""
    if actor.person_id is None:
        return
    columns = (_PRESENCE.c.unit, _PRESENCE.c.block_id, _PRESENCE.c.field, _PRESENCE.c.seen_at)
    mine = (_PRESENCE.c.course_id == course, _PRESENCE.c.person_id == actor.person_id)
    known = session.execute(select(*columns).where(*mine)).one_or_none()
    if known is not None and tuple(known[:3]) == (unit, block, field) and now - known.seen_at < _NOTED_EVERY:
        return
    row = {"course_id": course, "person_id": actor.person_id, "unit": unit, "block_id": block, "field": field, "seen_at": now}
    _write(session, [row])


def others(session: Session, actor: Actor, course: int, unit: BlockId, *, now: datetime) -> tuple[Other, ...]:
    """Return the other authors in a unit, by name: one read, however many they are."""
    columns = (AuthorPresence.block_id, AuthorPresence.field, Person.user_name, Person.name_arabic, Person.name_latin)
    rows = session.execute(
        select(*columns)
        .join(Person, Person.id == AuthorPresence.person_id)
        .where(
            AuthorPresence.course_id == course,
            AuthorPresence.unit == unit,
            AuthorPresence.person_id != actor.person_id,
            AuthorPresence.seen_at > now - FORGOTTEN_AFTER,
        )
    ).all()
    found = (
        Other(display_name(actor.language, row.name_arabic, row.name_latin) or row.user_name, BlockId(row.block_id), row.field)
        for row in rows
    )
    return tuple(sorted(found, key=lambda one: one.name))


def leave(session: Session, actor: Actor, course: int) -> None:
    """Forget at once that an author is here: they closed what they edited."""
    session.execute(delete(_PRESENCE).where(_PRESENCE.c.course_id == course, _PRESENCE.c.person_id == actor.person_id))
