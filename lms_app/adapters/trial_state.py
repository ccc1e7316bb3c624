"""What an author answered while trying a course: kept apart from everything that learners do, for this author alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from lms_app.domain.errors import Invalid, StateTooLarge
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import StateChanges, StateRow
from lms_app.model.authoring import TrialState
from lms_app.storage.base import json_text
from lms_app.storage.upsert import insert_new

_TABLE: Final = cast("Table", TrialState.__table__)
_LARGEST: Final = 256 << 10
"""Bytes of JSON in a row, as for a learner."""


class TrialReader:
    """Reads what the author answered (port `StateReader`); what is everybody's is the author's alone here."""

    def __init__(self, session: Session, person: PersonId, course_id: int) -> None:
        self._session = session
        self._mine = (_TABLE.c.person_id == person, _TABLE.c.course_id == course_id)

    def block_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return the author's rows of these blocks."""
        return cast("Mapping[BlockId, StateRow]", self._rows("block", blocks))

    def shared_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return what would be everybody's rows of these blocks."""
        return cast("Mapping[BlockId, StateRow]", self._rows("shared", blocks))

    def person_states(self, block_types: Collection[str]) -> Mapping[str, StateRow]:
        """Return the author's preferences for these block types."""
        return self._rows("person", block_types)

    def _rows(self, kind: str, names: Collection[str]) -> dict[str, StateRow]:
        if not names:
            return {}
        columns = select(_TABLE.c.name, _TABLE.c.version, _TABLE.c.state)
        found = self._session.execute(columns.where(*self._mine, _TABLE.c.kind == kind, _TABLE.c.name.in_(list(names))))
        return {name: StateRow(version, state) for name, version, state in found}


class NoState:
    """Somebody who never answered anything (port `StateReader`): for pages on which nothing can be answered."""

    def block_states(self, _blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return no rows."""
        return {}

    def shared_states(self, _blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return no rows."""
        return {}

    def person_states(self, _block_types: Collection[str]) -> Mapping[str, StateRow]:
        """Return no rows."""
        return {}


def write_trial(session: Session, changes: StateChanges, *, person: PersonId, course_id: int, now: datetime) -> bool:
    """Write all rows and return True; return False when one changed since it was read, and then the caller rolls back.

    Raises `StateTooLarge`, as for a learner, before any is written.
    """
    rows = [
        *(("block", str(name), row) for name, row in changes.blocks.items()),
        *(("shared", str(name), row) for name, row in changes.shared.items()),
        *(("person", name, row) for name, row in changes.person.items()),
    ]
    for _kind, _name, row in rows:
        _check(row)
    key = {"person_id": person, "course_id": course_id}
    return all(_write(session, {**key, "kind": kind, "name": name}, row, now) for kind, name, row in rows)


def clear_trial(session: Session, *, person: PersonId, course_id: int) -> None:
    """Forget everything that the author answered while trying the course."""
    session.execute(delete(_TABLE).where(_TABLE.c.person_id == person, _TABLE.c.course_id == course_id))


def _check(row: StateRow) -> None:
    try:
        size = len(json_text(row.values).encode())
    except UnicodeEncodeError as error:
        raise Invalid("hidden_characters") from error
    if size > _LARGEST:
        raise StateTooLarge(size=size)


def _write(session: Session, key: Mapping[str, Any], row: StateRow, now: datetime) -> bool:
    values = {"version": row.version + 1, "state": dict(row.values), "updated_at": now}
    if row.version == 0:
        return insert_new(session, _TABLE, {**key, **values})
    same = [_TABLE.c[name] == value for name, value in (*key.items(), ("version", row.version))]
    changed = session.connection().execute(update(_TABLE).where(*same).values(values))
    return changed.rowcount == 1
