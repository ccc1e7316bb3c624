"""What tests stand on: the real database, migrated by the real migrations, and rolled back after each test.

`--database=sqlite|postgresql|both` chooses where the tests run that ask for a database; without it they run on both.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import sessionmaker

from lms_app.app import compose, create_app
from lms_app.config import Settings, read_settings
from lms_app.migrations import migrate_engine
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import WRITES, Engine, Session, Sessions, open_engine
from lms_app.web.context import Takwin
from tests.live import chromium, live, visitor  # noqa: F401 -- fixtures, here since Playwright runs once in a process
from tests.people import Client, People
from tests.servers import drop_database, new_database, postgres_server

KINDS = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    default = os.environ.get("TAKWIN_TEST_DATABASE", "both")
    parser.addoption("--database", choices=(*KINDS, "both"), default=default, help="which database tests use")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        metafunc.parametrize("database_kind", KINDS if chosen == "both" else (chosen,), scope="session")


@dataclass
class SetClock:
    """A clock that stands still until it is told to go on."""

    time: datetime = field(default_factory=lambda: datetime(2026, 10, 12, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.time

    def go_on(self, **spans: float) -> datetime:
        self.time += timedelta(**spans)
        return self.time


@pytest.fixture(scope="session")
def template_url(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty, migrated database that is only ever copied."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'template.sqlite3'}"
        _migrate(url)
        yield url
        return
    with postgres_server() as url:
        _migrate(url)
        yield url


@pytest.fixture(scope="session")
def engine(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The database in which most tests run, each in a transaction that never ends well."""
    with _copied(template_url, tmp_path_factory.mktemp("suite"), "takwin_suite") as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Iterator[Sessions]:
    """Maker of sessions whose commits are savepoints of one transaction, rolled back after the test."""
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        outer = connection.begin()
        yield sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        outer.rollback()


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def _site(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app, made once: its templates are compiled once. Each test brings its own parts."""
    app = create_app(_settings(tmp_path_factory.mktemp("home"), engine.url.render_as_string(hide_password=False)))
    app.testing = False  # errors become pages, as in service
    app.test_client_class = Client
    return app


@pytest.fixture
def app(_site: Flask, engine: Engine, sessions: Sessions, clock: SetClock, tmp_path: Path) -> Flask:
    """The app on the test's own transaction, clock and files."""
    made: Takwin = _site.extensions["takwin"]
    parts = compose(replace(made.settings, home=tmp_path, blobs_url=str(tmp_path / "blobs")), clock=clock)
    _site.extensions["takwin"] = replace(
        parts, engine=engine, sessions=sessions, blobs=Blobs(str(tmp_path / "blobs")), secret_key=made.secret_key
    )
    return _site


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def people(sessions: Sessions, clock: SetClock) -> People:
    """Makes people, courses and cohorts, and says who is what where."""
    return People(sessions, clock)


@pytest.fixture
def signed_in_client(app: Flask, people: People) -> Callable[..., Client]:
    """Return a browser in which the person is signed in: `signed_in_client(people.trainer(course))`."""

    def sign_in(person: int) -> Client:
        client = app.test_client()
        client.set_cookie("takwin", people.cookie(person))
        return client

    return sign_in


class Queries:
    """Statements sent to the database while counting."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __len__(self) -> int:
        return len(self.statements)


@pytest.fixture
def queries(engine: Engine) -> Callable[[], object]:
    """Count statements: `with queries() as counted: …; assert len(counted) == 4`. Savepoints and BEGIN are the test's own."""

    @contextmanager
    def count() -> Iterator[Queries]:
        counted = Queries()

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.split(maxsplit=1)[0].upper() in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
                counted.statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield counted
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return count


@pytest.fixture
def own_database(template_url: str, tmp_path: Path) -> Iterator[str]:
    """Address of a database of this test's own, for what must really commit: threads, processes, crashes."""
    with _copied(template_url, tmp_path, f"takwin_{tmp_path.name}"[:60].lower().replace("-", "_")) as url:
        yield url


@pytest.fixture
def own_app(own_database: str, clock: SetClock, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database of its own."""
    app = create_app(_settings(tmp_path, own_database), clock=clock)
    app.test_client_class = Client
    yield app
    app.extensions["takwin"].engine.dispose()


def _settings(home: Path, database_url: str) -> Settings:
    return replace(read_settings({"TAKWIN_HOME": str(home), "TAKWIN_SITE_URL": "http://localhost"}), database_url=database_url)


def _migrate(url: str) -> None:
    engine = open_engine(url)
    migrate_engine(engine)
    engine.dispose()


@contextmanager
def _copied(template_url: str, folder: Path, name: str) -> Iterator[str]:
    if template_url.startswith("sqlite"):
        path = folder / f"{name}.sqlite3"
        shutil.copyfile(template_url.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        return
    url = new_database(template_url, name, template="takwin")
    yield url
    drop_database(url)
