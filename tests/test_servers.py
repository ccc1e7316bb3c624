"""The tests' own database server starts anywhere, as root too, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text
from tests.servers import drop_database, new_database, postgres_server


def test_server_answers_and_vanishes() -> None:
    with postgres_server() as url:
        folder = Path(url.partition("?host=")[2])
        copy = new_database(url, "second")
        with create_engine(copy).begin() as connection:
            assert connection.scalar(text("SELECT current_database() || ' ' || pg_encoding_to_char(encoding) FROM pg_database LIMIT 1")) == "second UTF8"
        drop_database(copy)
        with create_engine(url).connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM pg_database WHERE datname = 'second'")) == 0
            assert connection.scalar(text("SHOW fsync")) == "off"
    assert not folder.exists()
