"""One use case, one transaction: opened at the edge, committed whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import RLock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from lms_app.storage.session import BUSY_MILLISECONDS, WRITES

_AFTER = "after_commit"
_TURNS: WeakKeyDictionary[Engine, RLock] = WeakKeyDictionary()


@contextmanager
def transaction(sessions: sessionmaker[Session], *, writes: bool = True) -> Iterator[Session]:
    """Commit on success, roll back on any exception, then run what `after_commit` queued.

    With `writes=False` the transaction only reads (a cheap `BEGIN` on SQLite) and is rolled back at its end.
    """
    with _turn(sessions) if writes else nullcontext(), sessions() as session:
        session.connection(execution_options={WRITES: writes})
        yield session
        if not writes:
            return  # leaving closes the session, which rolls back; an exception does the same
        session.commit()
        actions = session.info.pop(_AFTER, [])
    for action in actions:
        action()


def begin_reading(sessions: sessionmaker[Session]) -> Session:
    """Return a session that only reads, to be closed by whoever asked for it."""
    session = sessions()
    session.connection(execution_options={WRITES: False})
    return session


@contextmanager
def _turn(sessions: sessionmaker[Session]) -> Iterator[None]:
    """Let the writers of this process queue up before SQLite's only write lock.

    Left to itself it makes those who find it taken sleep for longer and longer, and whoever comes by at the right moment is first.
    After the usual time the wait ends, and SQLite itself decides.
    """
    engine = sessions.kw["bind"].engine
    if engine.dialect.name != "sqlite":
        yield
        return
    turn = _TURNS.setdefault(engine, RLock())
    taken = turn.acquire(timeout=BUSY_MILLISECONDS / 1000)
    try:
        yield
    finally:
        if taken:
            turn.release()


def after_commit(session: Session, action: Callable[[], None]) -> None:
    """Run `action` once the transaction is stored; it only rings bells, for what must happen is an outbox row."""
    session.info.setdefault(_AFTER, []).append(action)
