"""State of one learner, read in one query and written only if nobody else wrote meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, select, update
from sqlalchemy.orm import Session

from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import StateChanges, StateRow
from lms_app.model.state import BlockState, PersonState, SharedState
from lms_app.storage.upsert import insert_new

BLOCK = cast("Table", BlockState.__table__)
SHARED = cast("Table", SharedState.__table__)
PERSON = cast("Table", PersonState.__table__)


class SqlState:
    """Reads what is stored (port `StateReader`) for one learner in one course."""

    def __init__(self, session: Session, person: PersonId, course_id: int) -> None:
        self._session = session
        self._person = person
        self._course = course_id

    def block_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return the learner's rows of these blocks."""
        if not blocks:
            return {}
        mine = and_(BLOCK.c.person_id == self._person, BLOCK.c.course_id == self._course)
        return cast("Mapping[BlockId, StateRow]", self._rows(BLOCK, BLOCK.c.block_id, mine, blocks))

    def shared_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return everybody's rows of these blocks."""
        if not blocks:
            return {}
        return cast("Mapping[BlockId, StateRow]", self._rows(SHARED, SHARED.c.block_id, SHARED.c.course_id == self._course, blocks))

    def person_states(self, block_types: Collection[str]) -> Mapping[str, StateRow]:
        """Return the learner's preferences for these block types; '' is `user_info`."""
        if not block_types:
            return {}
        return self._rows(PERSON, PERSON.c.block_type, PERSON.c.person_id == self._person, block_types)

    def _rows(self, table: Table, key: Any, where: ColumnElement[bool], wanted: Iterable[str]) -> dict[str, StateRow]:
        found = self._session.execute(select(key, table.c.version, table.c.state).where(where, key.in_(list(wanted))))
        return {name: StateRow(version, values) for name, version, values in found}


def write_changes(session: Session, changes: StateChanges, *, person: PersonId, course_id: int, now: datetime) -> bool:
    """Write all rows and return True, or return False when one of them changed since it was read.

    On False some rows may be written already: the caller rolls the transaction back.
    """
    course = {"course_id": course_id}
    rows: list[tuple[Table, dict[str, Any], StateRow]] = [
        *((BLOCK, {"person_id": person, **course, "block_id": name}, row) for name, row in changes.blocks.items()),
        *((SHARED, {**course, "block_id": name}, row) for name, row in changes.shared.items()),
        *((PERSON, {"person_id": person, "block_type": name}, row) for name, row in changes.person.items()),
    ]
    return all(_write(session, table, key, row, now) for table, key, row in rows)


def _write(session: Session, table: Table, key: Mapping[str, Any], row: StateRow, now: datetime) -> bool:
    values = {"version": row.version + 1, "state": dict(row.values), "updated_at": now}
    if row.version == 0:
        return insert_new(session, table, {**key, **values})
    same = and_(*(table.c[name] == value for name, value in key.items()), table.c.version == row.version)
    return session.connection().execute(update(table).where(same).values(values)).rowcount == 1
