"""One use case, one transaction: opened at the edge, committed whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker

from lms_app.storage.session import WRITES

_AFTER = "after_commit"


@contextmanager
def transaction(sessions: sessionmaker[Session], *, writes: bool = True) -> Iterator[Session]:
    """Commit on success, roll back on any exception, then run what `after_commit` queued.

    With `writes=False` the transaction only reads (a cheap `BEGIN` on SQLite) and is rolled back at its end.
    """
    with sessions() as session:
        session.connection(execution_options={WRITES: writes})
        yield session
        if not writes:
            return  # leaving closes the session, which rolls back; an exception does the same
        session.commit()
        actions = session.info.pop(_AFTER, [])
    for action in actions:
        action()


def after_commit(session: Session, action: Callable[[], None]) -> None:
    """Run `action` once the transaction is stored; it only rings bells, for what must happen is an outbox row."""
    session.info.setdefault(_AFTER, []).append(action)
