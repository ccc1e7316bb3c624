"""How Alembic reaches the database: through the engine it is given, one migration at a time, never waiting for ever for a lock."""

from __future__ import annotations

import time
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Engine, text

import lms_app.model  # noqa: F401 -- all tables must be known
from lms_app.storage.base import Base, JsonText, UtcDateTime
from lms_app.storage.session import WRITES

_LOCK = 0x7461_6B77_696E
"""Key of the advisory lock: "takwin"."""
_WAIT_SECONDS = 60


def run() -> None:
    """Migrate in one transaction; on failure nothing has changed."""
    engine: Engine = context.config.attributes["engine"]
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        if connection.dialect.name == "postgresql":
            _prepare_postgresql(connection)
        else:
            _check_foreign_keys(connection, "OFF")  # SQLite alters a table by building it anew, and others point at it
        try:
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                render_as_batch=connection.dialect.name == "sqlite",
                transaction_per_migration=False,
                compare_type=True,
                render_item=_render,
            )
            with context.begin_transaction():
                context.run_migrations()
            if connection.in_transaction():
                connection.commit()
        finally:
            if connection.in_transaction():
                connection.rollback()
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
                connection.execute(text("RESET lock_timeout"))
                connection.execute(text("RESET statement_timeout"))
            else:
                _check_foreign_keys(connection, "ON")
            if connection.in_transaction():
                connection.commit()


def _check_foreign_keys(connection: Connection, wanted: Literal["ON", "OFF"]) -> None:
    """Set SQLite's pragma on the driver's own connection, since it does nothing inside a transaction."""
    driver = connection.connection.dbapi_connection
    if driver is not None:
        driver.cursor().execute(f"PRAGMA foreign_keys={wanted}")


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own types as what the database knows them by, so that a migration never changes with the code."""
    if kind == "type" and isinstance(item, JsonText):
        return "sa.Text()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _prepare_postgresql(connection: Connection) -> None:
    """Keep other migrations out, and give up on a table that somebody else holds rather than queue everybody behind us."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}):
        if time.monotonic() > deadline:
            message = "another migration has been running for a minute; nothing was done"
            raise TimeoutError(message)
        time.sleep(0.2)
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.execute(text("SET statement_timeout = '10min'"))
    connection.commit()


run()
