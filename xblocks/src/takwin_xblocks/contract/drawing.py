"""Draw by chance, the same way on every machine and in every version: a learner finds their own order and numbers again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def seed_of(*parts: str) -> int:
    """Return a seed made of who draws, for what, and at which attempt (SHA-256; 64 bits)."""
    told = "".join(f"{len(part)}:{part}" for part in parts)
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big")


class Drawing:
    """A run of draws from one seed. Python's own generator promises no sequence across versions; a hash in counter mode does."""

    def __init__(self, seed: int) -> None:
        self._numbers = self._stream(seed)

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to `limit` - 1, each as likely as any other to one part in 2^48 at worst."""
        if limit < 1:
            raise ValueError("nothing to draw from")
        return next(self._numbers) % limit

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items. Refuses (`ValueError`) an empty sequence."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Return the items in a drawn order (Fisher and Yates)."""
        left = list(items)
        for last in range(len(left) - 1, 0, -1):
            other = self.below(last + 1)
            left[last], left[other] = left[other], left[last]
        return left

    @staticmethod
    def _stream(seed: int) -> Iterator[int]:
        counter = 0
        while True:
            yield int.from_bytes(hashlib.sha256(f"{seed}/{counter}".encode()).digest()[:8], "big")
            counter += 1
