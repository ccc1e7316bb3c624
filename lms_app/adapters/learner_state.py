"""State of one learner, read in one query and written only if nobody else wrote meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Column, Table, bindparam, or_, select, update
from sqlalchemy.orm import Session

from lms_app.domain.errors import Invalid, StateTooLarge
from lms_app.domain.given import CHOOSING
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import StateChanges, StateRow
from lms_app.model.state import BlockState, PersonState, SharedState
from lms_app.storage.base import json_text
from lms_app.storage.upsert import insert_new

BLOCK = cast("Table", BlockState.__table__)
SHARED = cast("Table", SharedState.__table__)
PERSON = cast("Table", PersonState.__table__)
LARGEST: Final = {BLOCK: 256 << 10, SHARED: 2 << 20, PERSON: 256 << 10}
"""Bytes of JSON in a row: one learner's long essay fits many times; a shared row holds what a whole country said."""


def _reading(table: Table, key: Column[str]) -> Any:
    mine = [table.c[name] == bindparam(name) for name in ("person_id", "course_id") if name in table.c]
    return select(key, table.c.version, table.c.state).where(*mine, key.in_(bindparam("wanted", expanding=True)))


def _writing(table: Table) -> Any:
    """Names of parameters that are columns too are taken for new values by SQLAlchemy: hence `same_`."""
    same = [column == bindparam(f"same_{column.name}") for column in (*table.primary_key.columns, table.c.version)]
    return update(table).where(*same).values({name: bindparam(name) for name in ("version", "state", "updated_at")})


_READ_BLOCK, _READ_SHARED = _reading(BLOCK, BLOCK.c.block_id), _reading(SHARED, SHARED.c.block_id)
_READ_PERSON = _reading(PERSON, PERSON.c.block_type)
_CHOICES = select(BLOCK.c.block_id, BLOCK.c.state).where(
    BLOCK.c.person_id == bindparam("person"),
    BLOCK.c.course_id == bindparam("course"),
    or_(*(BLOCK.c.block_id.startswith(f"{kind}/", autoescape=True) for kind in sorted(CHOOSING))),
)
_WRITE = {table: _writing(table) for table in (BLOCK, SHARED, PERSON)}
"""Written once: putting a statement together costs more than running it."""


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
        mine = {"person_id": self._person, "course_id": self._course, "wanted": list(blocks)}
        return cast("Mapping[BlockId, StateRow]", self._rows(_READ_BLOCK, mine))

    def shared_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return everybody's rows of these blocks."""
        if not blocks:
            return {}
        return cast("Mapping[BlockId, StateRow]", self._rows(_READ_SHARED, {"course_id": self._course, "wanted": list(blocks)}))

    def person_states(self, block_types: Collection[str]) -> Mapping[str, StateRow]:
        """Return the learner's preferences for these block types; '' is `user_info`."""
        if not block_types:
            return {}
        return self._rows(_READ_PERSON, {"person_id": self._person, "wanted": list(block_types)})

    def _rows(self, statement: Any, values: Mapping[str, Any]) -> dict[str, StateRow]:
        found = self._session.connection().execute(statement, values)
        return {name: StateRow(version, values) for name, version, values in found}


def choosing_states(session: Session, person: PersonId, course_id: int) -> dict[BlockId, Mapping[str, Any]]:
    """Return the learner's state of every block of the course that gives a part of its children, in one query."""
    found = session.connection().execute(_CHOICES, {"person": person, "course": course_id})
    return {BlockId(block): state for block, state in found}


def write_changes(session: Session, changes: StateChanges, *, person: PersonId, course_id: int, now: datetime) -> bool:
    """Write all rows and return True, or return False when one of them changed since it was read.

    On False some rows may be written already: the caller rolls the transaction back. Raises `StateTooLarge` before any is written.
    """
    course = {"course_id": course_id}
    rows: list[tuple[Table, dict[str, Any], StateRow]] = [
        *((BLOCK, {"person_id": person, **course, "block_id": name}, row) for name, row in changes.blocks.items()),
        *((SHARED, {**course, "block_id": name}, row) for name, row in changes.shared.items()),
        *((PERSON, {"person_id": person, "block_type": name}, row) for name, row in changes.person.items()),
    ]
    for table, _key, row in rows:
        _check(table, row)
    return all(_write(session, table, key, row, now) for table, key, row in rows)


def _check(table: Table, row: StateRow) -> None:
    try:
        size = len(json_text(row.values).encode())
    except UnicodeEncodeError as error:  # half of a pair of surrogates, which JSON can name and no database holds
        raise Invalid("hidden_characters") from error
    if size > LARGEST[table]:
        raise StateTooLarge(size=size)


def _write(session: Session, table: Table, key: Mapping[str, Any], row: StateRow, now: datetime) -> bool:
    values = {"version": row.version + 1, "state": dict(row.values), "updated_at": now}
    if row.version == 0:
        return insert_new(session, table, {**key, **values})
    same = {f"same_{name}": value for name, value in (*key.items(), ("version", row.version))}
    return session.connection().execute(_WRITE[table], {**same, **values}).rowcount == 1
