"""Errands are done once after the commit that asked for them; a failure is kept, told and tried again, and stops nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lms_app.adapters.jobs import Bell
from lms_app.adapters.outbox import BELL, MAX_ATTEMPTS, ask_for
from lms_app.domain.outbox import Errand
from lms_app.model import Outbox
from lms_app.services.errands import sweep
from lms_app.storage.session import Session, Sessions
from lms_app.storage.transaction import transaction
from tests.conftest import SetClock
from tests.servers import redis_server


class Done:
    """What was done, and what can't be."""

    def __init__(self) -> None:
        self.payloads: list[Mapping[str, Any]] = []
        self.broken = False

    def __call__(self, payload: Mapping[str, Any]) -> None:
        if self.broken:
            message = "no paper"
            raise RuntimeError(message)
        self.payloads.append(payload)


@pytest.fixture
def done() -> Done:
    return Done()


def ask(sessions: Sessions, clock: SetClock, *codes: str) -> None:
    with transaction(sessions) as session:
        for code in codes:
            ask_for(session, Errand.DRAW_CERTIFICATE, {"code": code}, now=clock())


def ask_and_fail(sessions: Sessions, clock: SetClock) -> None:
    with transaction(sessions) as session:
        ask_for(session, Errand.DRAW_CERTIFICATE, {"code": "A"}, now=clock())
        _ = 1 / 0


def rows(session: Session) -> list[tuple[int, str, bool]]:
    return [(row.attempts, row.last_error, row.done_at is not None) for row in session.scalars(select(Outbox).order_by(Outbox.id))]


def test_each_errand_is_done_once(sessions: Sessions, session: Session, clock: SetClock, done: Done) -> None:
    ask(sessions, clock, "A", "B")

    counts = [sweep(sessions, {Errand.DRAW_CERTIFICATE: done}, now=clock) for _ in range(2)]

    assert counts == [2, 0]
    assert done.payloads == [{"code": "A"}, {"code": "B"}]
    assert rows(session) == [(0, "", True), (0, "", True)]


def test_a_failure_is_told_and_tried_again_later(sessions: Sessions, session: Session, clock: SetClock, done: Done) -> None:
    ask(sessions, clock, "A")
    done.broken = True
    sweep(sessions, {Errand.DRAW_CERTIFICATE: done}, now=clock)
    assert rows(session) == [(1, "RuntimeError: no paper", False)]
    session.expire_all()

    done.broken = False
    assert sweep(sessions, {Errand.DRAW_CERTIFICATE: done}, now=clock) == 0  # too early
    clock.go_on(minutes=2)
    assert sweep(sessions, {Errand.DRAW_CERTIFICATE: done}, now=clock) == 1


def test_what_fails_for_ever_rests(sessions: Sessions, session: Session, clock: SetClock, done: Done) -> None:
    ask(sessions, clock, "A")
    done.broken = True
    for _ in range(MAX_ATTEMPTS + 3):
        clock.go_on(days=1)
        sweep(sessions, {Errand.DRAW_CERTIFICATE: done}, now=clock)

    assert rows(session)[0][0] == MAX_ATTEMPTS


def test_an_errand_that_was_rolled_back_is_never_done(sessions: Sessions, clock: SetClock, done: Done) -> None:
    rung: list[int] = []
    sessions.configure(info={BELL: lambda: rung.append(1)})
    with pytest.raises(ZeroDivisionError):
        ask_and_fail(sessions, clock)

    assert sweep(sessions, {Errand.DRAW_CERTIFICATE: done}, now=clock) == 0
    assert rung == []
    ask(sessions, clock, "B")
    assert rung == [1]


@pytest.fixture
def swept() -> threading.Event:
    return threading.Event()


@pytest.fixture
def bell(tmp_path: Path, swept: threading.Event) -> Iterator[Bell]:
    def sweep_once() -> int:
        swept.set()
        return 0

    bell = Bell(sweep_once, queue=tmp_path)
    yield bell
    bell.stop()


def test_the_bell_is_answered_by_a_thread_of_the_serving_process(bell: Bell, swept: threading.Event) -> None:
    bell.listen()
    assert swept.wait(10)
    swept.clear()

    bell.ring()

    assert swept.wait(10)


def test_with_redis_another_process_answers_the_bell(tmp_path: Path, swept: threading.Event) -> None:
    def sweep_there() -> int:
        swept.set()
        return 0

    def sweep_here() -> int:
        raise AssertionError("the serving process only rings")

    with redis_server() as url:
        worker, server = Bell(sweep_there, queue=tmp_path, url=url), Bell(sweep_here, queue=tmp_path, url=url)
        worker.listen()
        assert swept.wait(10)
        swept.clear()

        server.ring()

        assert swept.wait(10)
        worker.stop()
