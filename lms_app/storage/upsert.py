"""Insert or update in one statement, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def upsert(session: Session, table: Table, rows: Sequence[Mapping[str, Any]], *, update: Sequence[str]) -> None:
    """Insert the rows; where the primary key exists already, set the columns named in `update` to the new values."""
    if not rows:
        return
    statement = _insert(session, table)
    statement = statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={name: statement.excluded[name] for name in update}
    )
    session.connection().execute(statement, list(rows))


def insert_new(session: Session, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row and return True; where any unique key exists already, change nothing and return False."""
    result = session.connection().execute(_insert(session, table).on_conflict_do_nothing(), row)
    return result.rowcount == 1


def _insert(session: Session, table: Table) -> Any:
    dialect = session.get_bind().dialect.name
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
