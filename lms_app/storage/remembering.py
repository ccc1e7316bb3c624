"""A memory of things that never change, for one process: it forgets what was not asked for longest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Memory(Generic[Kept]):
    """Values under hashes, up to a total weight. What a hash names never changes, so nothing here goes stale."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._weight = 0
        self._kept: OrderedDict[str, tuple[Kept, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Kept | None:
        """Return the value, or None when it was forgotten or never known."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: str, value: Kept, weight: int) -> None:
        """Keep the value and forget others when it gets too much; what outweighs the whole budget is not kept."""
        if weight > self._budget:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = (value, weight)
            self._weight += weight
            while self._weight > self._budget:
                _, (_, freed) = self._kept.popitem(last=False)
                self._weight -= freed
