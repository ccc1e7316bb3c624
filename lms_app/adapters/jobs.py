"""The bell that says that an errand waits: huey, in a file drained by a thread of the serving process, or in Redis."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

_DRIVER = "psycopg"
_unwanted = _DRIVER not in sys.modules
if _unwanted:  # huey would load PostgreSQL's driver, 7 MB, for a kind of queue that is not used here
    sys.modules[_DRIVER] = None  # type: ignore[assignment] # Python's own way to say "not installed"

from huey import Huey, RedisHuey, SqliteHuey, crontab  # noqa: E402 -- see above
from huey.consumer import Consumer  # noqa: E402

if _unwanted:
    del sys.modules[_DRIVER]

log = logging.getLogger(__name__)


class _QuietConsumer(Consumer):  # type: ignore[misc]
    """A consumer inside a server that has signal handlers of its own."""

    def _set_signal_handlers(self) -> None:
        """Install none."""


class Bell:
    """Rings when an outbox row was committed; also each minute and at the start, in case a ring was lost."""

    def __init__(self, sweep: Callable[[], int], *, queue: Path, url: str | None = None) -> None:
        self._huey = _open(queue, url)
        self._consumer: _QuietConsumer | None = None
        self._task = self._huey.task(name="takwin.sweep")(sweep)
        self._huey.periodic_task(crontab(minute="*"), name="takwin.sweep_each_minute")(sweep)

    def ring(self) -> None:
        """Ask for a sweep soon; a queue that can't be reached is logged, for the next sweep finds the row anyway."""
        try:
            self._task()
        except Exception:
            log.exception("the job queue can't be reached; the sweep of the next minute will do the work")

    def listen(self, *, workers: int = 1) -> None:
        """Start answering the bell in threads of this process."""
        if self._consumer is None:
            self._consumer = _QuietConsumer(self._huey, workers=workers, worker_type="thread", check_worker_health=False)
            self._consumer.start()
            self.ring()

    def stop(self) -> None:
        """Finish what is being done and stop answering."""
        if self._consumer is not None:
            self._consumer.stop(graceful=True)
            self._consumer = None


def _open(queue: Path, url: str | None) -> Huey:
    if url:
        return RedisHuey("takwin", url=url)
    queue.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("takwin", filename=str(queue / "jobs.sqlite3"), fsync=False)
