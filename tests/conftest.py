"""What tests stand on: the real database, migrated by the real migrations, and rolled back after each test.

`--database=sqlite|postgresql|both` chooses where the tests run that ask for a database. Without it they run on both, but for what
`ONE_DATABASE` names.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import event
from sqlalchemy.orm import sessionmaker

from lms_app.app import compose, create_app
from lms_app.config import Settings, read_settings
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import WRITES, Engine, Session, Sessions
from lms_app.web.context import Takwin
from takwin_certificates.renderer import Renderer
from tests.databases import Databases, copied
from tests.live import chromium, live, visitor  # noqa: F401 -- fixtures, here since Playwright runs once in a process
from tests.people import Client, People
from tests.second_chance import pytest_runtest_protocol, pytest_terminal_summary  # noqa: F401 -- pytest looks for them here

# A busy machine is slow at making examples, and that is no fault of theirs.
settings.register_profile("takwin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("takwin")

KINDS = ("sqlite", "postgresql")
STRICT = "postgresql"
ONE_DATABASE = ("tests/web", "tests/security/test_access.py")
"""Where one database is enough, and the stricter one is taken: what pages ask of it is asked on both by tests/services, and
tests/journeys opens every kind of page on SQLite; who may do what is decided without it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    default = os.environ.get("TAKWIN_TEST_DATABASE", "fitting")
    parser.addoption("--database", choices=(*KINDS, "both", "fitting"), default=default, help="which database tests use")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        if chosen == "fitting":
            here = metafunc.definition.path.relative_to(metafunc.config.rootpath)
            chosen = STRICT if any(here.is_relative_to(place) for place in ONE_DATABASE) else "both"
        metafunc.parametrize("database_kind", KINDS if chosen == "both" else (chosen,), scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count no lines under a browser: counting makes it wait, and what it goes through is counted where no browser is."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.no_cover)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Function) -> Iterator[None]:
    return (yield from _without_the_browsers_loop(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Iterator[None]:
    return (yield from _without_the_browsers_loop(item))


def _without_the_browsers_loop(item: pytest.Function) -> Iterator[None]:
    """Step out of the event loop that Playwright leaves running: tests without a browser could start none of their own."""
    if "chromium" in item.fixturenames:
        return (yield)
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(running)


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
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The databases of this process, one of each kind."""
    databases = Databases(tmp_path_factory.mktemp("databases"), now=SetClock().time)
    yield databases
    databases.close()


@pytest.fixture
def template_url(databases: Databases, database_kind: str) -> str:
    """Address of an empty, migrated database that is only ever copied."""
    return databases.template(database_kind)


@pytest.fixture
def shipped_courses(engine: Engine) -> None:
    """The courses that come with Takwin are in the test's database, published in three languages, and their files in the app's store."""


@pytest.fixture
def engine(databases: Databases, database_kind: str, request: pytest.FixtureRequest) -> Engine:
    """The database in which most tests run, each in a transaction that never ends well."""
    return databases.engine(database_kind, has_courses="shipped_courses" in request.fixturenames)


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
def _site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Flask]:
    """Return the app for a kind of database, made once: its templates are compiled once. Each test brings its own parts."""

    @cache
    def made(kind: str) -> Flask:
        engine = databases.engine(kind, has_courses=False)
        app = create_app(_settings(tmp_path_factory.mktemp("home"), engine.url.render_as_string(hide_password=False)))
        app.testing = False  # errors become pages, as in service
        app.test_client_class = Client
        return app

    return made


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """One process that draws for all tests: it takes a second or two to start."""
    with Renderer(timeout=60) as renderer:
        yield renderer


@pytest.fixture
def app(
    _site: Callable[[str], Flask], database_kind: str, databases: Databases, engine: Engine, sessions: Sessions, clock: SetClock,
    tmp_path: Path, renderer: Renderer, request: pytest.FixtureRequest,
) -> Iterator[Flask]:  # fmt: skip
    """The app on the test's own transaction, clock and files."""
    app = _site(database_kind)
    made: Takwin = app.extensions["takwin"]
    if "shipped_courses" in request.fixturenames:
        shutil.copytree(databases.shipped_blobs, tmp_path / "blobs")
    parts = compose(replace(made.settings, home=tmp_path, blobs_url=str(tmp_path / "blobs")), clock=clock)
    app.extensions["takwin"] = replace(
        parts, engine=engine, sessions=sessions, blobs=Blobs(str(tmp_path / "blobs")), secret_key=made.secret_key,
        renderer=renderer, room=made.room,
    )  # fmt: skip
    yield app
    parts.host.close()
    parts.pictures.close()


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
    with copied(template_url, tmp_path, f"takwin_{tmp_path.name}"[:60].lower().replace("-", "_")) as url:
        yield url


@pytest.fixture
def own_app(own_database: str, clock: SetClock, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database of its own."""
    app = create_app(_settings(tmp_path, own_database), clock=clock)
    app.test_client_class = Client
    yield app
    app.extensions["takwin"].close()


def _settings(home: Path, database_url: str) -> Settings:
    return replace(read_settings({"TAKWIN_HOME": str(home), "TAKWIN_SITE_URL": "http://localhost"}), database_url=database_url)
