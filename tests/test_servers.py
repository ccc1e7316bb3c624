"""The tests' own database server starts anywhere, as root too, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.servers import drop_database, new_database, postgres_server


def test_server_answers_and_vanishes() -> None:
    with postgres_server() as url:
        folder = Path(url.partition("?host=")[2])
        copy = new_database(url, "second")
        with create_engine(copy, poolclass=NullPool).begin() as connection:
            assert connection.scalar(text("SELECT current_database()")) == "second"
            assert connection.scalar(text("SHOW server_encoding")) == "UTF8"
        drop_database(copy)
        with create_engine(url, poolclass=NullPool).connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM pg_database WHERE datname = 'second'")) == 0
            assert connection.scalar(text("SHOW fsync")) == "off"
    assert not folder.exists()
