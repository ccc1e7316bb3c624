"""The databases of a test process: one of each kind, made at first use and kept, since tests of both kinds alternate.

Starting PostgreSQL, migrating it and bringing the shipped courses in cost seconds; a copy of what was made so costs little.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from lms_app.migrations import migrate_engine
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.shipped import load_shipped
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import Engine, open_engine, sessions_of
from lms_app.storage.transaction import transaction
from tests.servers import drop_database, new_database, postgres_server


class Databases:
    """Templates, which are only ever copied, and the databases in which most tests run."""

    def __init__(self, folder: Path, *, now: datetime) -> None:
        self.shipped_blobs = folder / "blobs"
        """The files of the shipped courses, once a template with courses has been asked for."""
        self._folder = folder
        self._now = now
        self._made = ExitStack()
        self._templates: dict[tuple[str, bool], str] = {}
        self._engines: dict[tuple[str, bool], Engine] = {}

    def close(self) -> None:
        """End all of them."""
        self._made.close()

    def template(self, kind: str, *, has_courses: bool = False) -> str:
        """Return the address of a migrated database that is only ever copied: empty, or with the shipped courses in it."""
        if (kind, has_courses) not in self._templates:
            make = self._with_courses if has_courses else self._migrated
            self._templates[kind, has_courses] = make(kind)
        return self._templates[kind, has_courses]

    def engine(self, kind: str, *, has_courses: bool) -> Engine:
        """Return the database that tests share, empty or with the shipped courses in it."""
        if (kind, has_courses) not in self._engines:
            url = self._copy(self.template(kind, has_courses=has_courses), f"takwin_suite_{has_courses:d}")
            self._engines[kind, has_courses] = open_engine(url)
            self._made.callback(self._engines[kind, has_courses].dispose)
        return self._engines[kind, has_courses]

    def _copy(self, template_url: str, name: str) -> str:
        return self._made.enter_context(copied(template_url, self._folder, name))

    def _migrated(self, kind: str) -> str:
        sqlite = f"sqlite:///{self._folder / 'template.sqlite3'}"
        url = sqlite if kind == "sqlite" else self._made.enter_context(postgres_server())
        engine = open_engine(url)
        migrate_engine(engine)
        engine.dispose()
        return url

    def _with_courses(self, kind: str) -> str:
        url = self._copy(self.template(kind), "takwin_courses")
        engine = open_engine(url)
        with transaction(sessions_of(engine)) as session:
            for report in load_shipped(session, blobs=Blobs(str(self.shipped_blobs)), types=BlockTypes(), now=self._now):
                assert not report.problems, report
        engine.dispose()
        return url


@contextmanager
def copied(template_url: str, folder: Path, name: str) -> Iterator[str]:
    """Copy a template for as long as the copy is needed; yield its address."""
    if template_url.startswith("sqlite"):
        path = folder / f"{name}.sqlite3"
        shutil.copyfile(template_url.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        return
    url = new_database(template_url, name, template=make_url(template_url).database or "")
    yield url
    drop_database(url)
