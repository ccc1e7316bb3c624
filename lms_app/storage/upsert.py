"""Insert or update in one statement, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


class Upsert:
    """Inserts rows; where the primary key exists already, sets the columns named in `update` to the new values.

    Columns named in `keep` are set only while they are empty. The statement is written once for each database.
    """

    def __init__(self, table: Table, *, update: Sequence[str], keep: Sequence[str] = ()) -> None:
        self._table = table
        self._update = tuple(update)
        self._keep = tuple(keep)
        self._statements: dict[str, Any] = {}

    def __call__(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the rows, which may be none."""
        if not rows:
            return
        dialect = session.get_bind().dialect.name
        statement = self._statements.get(dialect)
        if statement is None:
            statement = self._statements[dialect] = self._written(dialect)
        # One row goes as itself: a list of one would take the slower way of many.
        session.connection().execute(statement, rows[0] if len(rows) == 1 else list(rows))

    def _written(self, dialect: str) -> Any:
        statement = _insert(self._table, dialect)
        new = statement.excluded
        values = {name: new[name] for name in self._update}
        values |= {name: func.coalesce(self._table.c[name], new[name]) for name in self._keep}
        return statement.on_conflict_do_update(index_elements=list(self._table.primary_key.columns), set_=values)


def upsert(session: Session, table: Table, rows: Sequence[Mapping[str, Any]], *, update: Sequence[str]) -> None:
    """Insert the rows; where the primary key exists already, set the columns named in `update` to the new values."""
    Upsert(table, update=update)(session, rows)


def insert_new(session: Session, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row and return True; where any unique key exists already, change nothing and return False."""
    result = session.connection().execute(_insert_or_nothing(table, session.get_bind().dialect.name), row)
    return result.rowcount == 1


@cache
def _insert_or_nothing(table: Table, dialect: str) -> Any:
    statement = _insert(table, dialect).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)  # on PostgreSQL an INSERT's count is forgotten unless asked for


def _insert(table: Table, dialect: str) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
