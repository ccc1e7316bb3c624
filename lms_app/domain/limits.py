"""How often a delicate thing may be tried: so many times in so long, by key, forgotten afterwards."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms_app.domain.errors import TooMany

_MOST_KEYS = 20_000
"""Old keys make room for new ones, so that a flood of made-up names costs a few megabytes and no more."""


@dataclass(frozen=True)
class Limit:
    """So many tries in a period, counted from the first."""

    name: str
    tries: int
    period: timedelta


class Tries:
    """Counts of tries, in the memory of one process.

    With several processes each counts for itself, so that the real limit is at most so many times higher: enough against guessing,
    and nothing to set up. A restart forgets all counts.
    """

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, str], tuple[datetime, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, limit: Limit, key: str, *, now: datetime) -> None:
        """Count one try; raise `TooMany` when none was left. Counted before the thing is tried, so that a hundred at once gain nothing."""
        with self._lock:
            since, count = self._current(limit, key, now)
            self._counts[limit.name, key] = since, count + 1
            self._counts.move_to_end((limit.name, key))
            while len(self._counts) > _MOST_KEYS:
                self._counts.popitem(last=False)
        if count >= limit.tries:
            raise TooMany(minutes=max(1, round((since + limit.period - now).total_seconds() / 60)))

    def give_back(self, limit: Limit, key: str) -> None:
        """Take back one count: the try turned out well."""
        with self._lock:
            since, count = self._counts.get((limit.name, key), (None, 0))
            if since is not None:
                self._counts[limit.name, key] = since, max(0, count - 1)

    def _current(self, limit: Limit, key: str, now: datetime) -> tuple[datetime, int]:
        since, count = self._counts.get((limit.name, key), (now, 0))
        return (now, 0) if now - since >= limit.period else (since, count)
