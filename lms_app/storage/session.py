"""How the database is opened: SQLite or PostgreSQL, with the same manners."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

__all__ = ["BUSY_MILLISECONDS", "WRITES", "Engine", "Session", "Sessions", "open_engine", "sessions_of"]

Sessions = sessionmaker[Session]
"""Makes sessions. Layers that may not see SQLAlchemy take these three names from here."""
BUSY_MILLISECONDS = 5_000
PING_AFTER_SECONDS = 5.0
WRITES = "writes"
"""Execution option: the transaction is going to write, so take the lock at its beginning."""


def open_engine(url: str) -> Engine:
    """Return an engine for the address; on SQLite readers `BEGIN` and writers `BEGIN IMMEDIATE`.

    A deferred transaction that reads and then writes fails at once on SQLite, whatever the timeout: hence two kinds.
    """
    if not url.startswith("sqlite"):
        return _with_pings(create_engine(url, pool_size=10, max_overflow=20))
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, pool_size=20, max_overflow=40)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _with_pings(engine: Engine) -> Engine:
    """Try connections that have rested before they are used, since the server may have been restarted; busy ones need no such trip."""

    def rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    def wake(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) < PING_AFTER_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            raise DisconnectionError("the server does not answer") from error  # the pool opens another connection

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", wake)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions by itself
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    driver: Any = connection.connection.driver_connection  # straight to it: each page begins a transaction
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def sessions_of(engine: Engine) -> sessionmaker[Session]:
    """Return the maker of sessions; objects stay readable after a commit, since views get frozen copies anyway."""
    return sessionmaker(engine, expire_on_commit=False)
