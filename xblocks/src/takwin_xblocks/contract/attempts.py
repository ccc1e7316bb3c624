"""Count attempts: how many a learner has left, and whether another one is allowed."""

from __future__ import annotations


def attempts_left(limit: int | None, *, used: int) -> int | None:
    """Return how many attempts remain, or None where the number is not limited (no limit, or one below 1)."""
    if limit is None or limit < 1:
        return None
    return max(limit - used, 0)


def is_closed(block: object) -> bool:
    """Tell whether the host takes no more answers here (`is_closed`, an attribute or a method; absent means open)."""
    closed = getattr(block, "is_closed", False)
    return bool(closed() if callable(closed) else closed)
