"""A cache in this process, which may forget at any time (port `Cache`)."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

LIMIT = 500


class MemoryCache:
    """Keeps the latest values; safe for threads."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._values: OrderedDict[str, tuple[float, object]] = OrderedDict()
        self._limit = limit
        self._lock = Lock()

    def get(self, key: str) -> object:
        """Return the value, or None when it was never there, is too old, or was forgotten."""
        with self._lock:
            ends, value = self._values.get(key, (0.0, None))
            if value is None or ends < time.monotonic():
                self._values.pop(key, None)
                return None
            self._values.move_to_end(key)
            return value

    def set(self, key: str, value: object, timeout: float | None = None) -> None:
        """Keep the value for `timeout` seconds, or as long as there is room."""
        with self._lock:
            self._values[key] = (time.monotonic() + timeout if timeout else float("inf"), value)
            self._values.move_to_end(key)
            while len(self._values) > self._limit:
                self._values.popitem(last=False)
