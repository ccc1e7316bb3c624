"""A Takwin served as an operator serves it, by `takwin serve` in a process of its own, with courses and learners to press on it."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select, update

from lms_app.app import compose
from lms_app.config import read_settings
from lms_app.domain.clock import utc_now
from lms_app.model import Course
from lms_app.services.authoring.importing import import_course
from lms_app.storage.transaction import transaction
from lms_app.web.context import Takwin
from tests.journeys.caller import Caller
from tests.people import People

COURSE = "course-v1:Takwin+LOAD+2026"
QUIZZES = tuple(f"coop_quiz/q{number}" for number in range(10))
RIGHT, WRONG = {"votes": "one"}, {"votes": "ten"}
THREADS = 32
START_SECONDS = 60
T = TypeVar("T")


@dataclass
class Served:
    """A site in a process of its own; `parts` reach the same database and files from here."""

    site: str
    parts: Takwin
    people: People
    process: subprocess.Popen[bytes]
    course: int

    def caller(self, person: int) -> Caller:
        return Caller(self.site, self.people.cookie(person))

    def kill(self) -> None:
        """End all its processes at once, as a power cut of the machine's programs would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def served(home: Path, database_url: str, *, attempts: int | None = None, pass_mark: float = 0.05) -> Iterator[Served]:
    """Serve a course of ten quizzes of one question, whose certificate asks for `pass_mark`."""
    port = _free_port()
    environ = {
        "TAKWIN_HOME": str(home),
        "TAKWIN_DATABASE_URL": database_url,
        "TAKWIN_SITE_URL": f"http://localhost:{port}",
    }
    parts = compose(read_settings(environ))
    course = _bring_in(parts, home, attempts=attempts, pass_mark=pass_mark)
    process = start(environ, port)
    try:
        yield Served(f"http://localhost:{port}", parts, People(parts.sessions, utc_now), process, course)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)
        parts.close()


def start(environ: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    """Start `takwin serve` and wait until it answers."""
    command = [sys.executable, "-W", "ignore", "-c", "from lms_app.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "serve", "--port", str(port), "--threads", str(THREADS)],
        env={**os.environ, **environ},
        start_new_session=True,
    )
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, "takwin serve ended at once"
            assert time.monotonic() < deadline, "takwin serve does not answer"
            time.sleep(0.05)
        else:
            return process


def at_once(deeds: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of these at the same moment, each in a thread of its own; return what they gave, in order."""
    results: list[Any] = [None] * len(deeds)
    failures: list[BaseException] = []
    gate = threading.Barrier(len(deeds))

    def do(number: int) -> None:
        try:
            gate.wait()
            results[number] = deeds[number]()
        except BaseException as error:  # noqa: BLE001 -- told by the main thread, below
            failures.append(error)

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return results


def _bring_in(parts: Takwin, home: Path, *, attempts: int | None, pass_mark: float) -> int:
    archive = home / "load.tar.gz"
    _write(archive, attempts)
    with transaction(parts.sessions) as session:
        report = import_course(session, archive, blobs=parts.blobs, types=parts.host.types, now=parts.clock(), publish=True)
        assert not report.is_refused, report
        row = session.scalars(select(Course).where(Course.key == COURSE)).one()
        awards = [{"kind": "completion", "rule": {"all": [{"kind": "grade", "at_least": pass_mark}]}}]
        session.execute(update(Course).where(Course.id == row.id).values(awards=awards, hours=1.0))
        return row.id


def _write(path: Path, attempts: int | None) -> None:
    limit = f' max_attempts="{attempts}"' if attempts else ""
    names = [quiz.partition("/")[2] for quiz in QUIZZES]
    files = {
        "course.xml": '<course url_name="2026" org="Takwin" course="LOAD"/>',
        "course/2026.xml": '<course display_name="Load" language="en"><chapter url_name="c"/></course>',
        "chapter/c.xml": "<chapter>" + "".join(f'<sequential url_name="{name}"/>' for name in names) + "</chapter>",
        "policies/2026/grading_policy.json": '{"GRADER": [{"type": "Quiz", "min_count": 10, "drop_count": 0, "weight": 1.0}],'
        ' "GRADE_CUTOFFS": {"Pass": 0.05}}',
        "policies/2026/policy.json": '{"course/2026": {"display_name": "Load", "language": "en"}}',
    }
    for name in names:
        files[f"sequential/{name}.xml"] = f'<sequential format="Quiz" graded="true"><vertical url_name="{name}"/></sequential>'
        files[f"vertical/{name}.xml"] = f'<vertical><coop_quiz url_name="{name}"/></vertical>'
        files[f"coop_quiz/{name}.xml"] = (
            f'<coop_quiz display_name="Votes"{limit}><question kind="single" id="votes"><prompt>How many votes?</prompt>'
            '<choice id="one" correct="true">One</choice><choice id="ten">Ten</choice></question></coop_quiz>'
        )
    with tarfile.open(path, "w:gz") as packed:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"course/{name}")
            entry.size = len(text.encode())
            packed.addfile(entry, io.BytesIO(text.encode()))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
