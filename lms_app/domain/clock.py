"""The time, asked in one place so that a test can set it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present time in UTC."""


def utc_now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)
