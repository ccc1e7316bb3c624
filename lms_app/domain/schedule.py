"""When work opens and closes: start, due date and grace, as the settings on the way down to a block give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from dateutil import parser as dates

from lms_app.domain.content import Outline
from lms_app.domain.keys import BlockId

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(day|hour|minute|second)s?")


def moment(value: Any) -> datetime | None:
    """Return a date as OLX writes it (`2026-03-01T08:00:00Z`, or looser) in UTC; None when there is none or it can't be read."""
    return _moment(str(value)) if value else None


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    """Read one date: slow, and the few dates of a course are asked for at every page."""
    try:
        parsed = dates.parse(text, default=datetime(2000, 1, 1, tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def span(value: Any) -> timedelta:
    """Return a length of time as OLX writes it (`1 day 5 hours`, or seconds); nothing is no time at all."""
    if isinstance(value, int | float):
        return timedelta(seconds=value)
    parts = {f"{unit}s": float(amount) for amount, unit in _PART.findall(str(value or ""))}
    return timedelta(**parts)


def is_hidden(settings: Mapping[str, Any]) -> bool:
    """Tell whether learners never see it."""
    return bool(settings.get("visible_to_staff_only"))


def hidden_in(outline: Outline) -> frozenset[BlockId]:
    """Return the blocks that learners never see, since they or something above them are for staff alone."""

    def find() -> frozenset[BlockId]:
        hidden: set[BlockId] = set()
        for entry in outline.entries.values():  # parents stand before their children
            if entry.parent in hidden or is_hidden(entry.settings):
                hidden.add(entry.id)
        return frozenset(hidden)

    return outline.once("hidden", find)


def opens_at(outline: Outline, block: BlockId) -> datetime | None:
    """Return when learners may open the block: the latest start on its path; None means always (files often say nothing)."""

    def find() -> Mapping[BlockId, datetime]:
        opening: dict[BlockId, datetime] = {}
        for entry in outline.entries.values():
            above = opening.get(entry.parent) if entry.parent else None
            own = moment(entry.settings.get("start"))
            if above or own:
                opening[entry.id] = max(start for start in (above, own) if start)
        return opening

    return outline.once("openings", find).get(block)


def is_open(outline: Outline, block: BlockId, now: datetime) -> bool:
    """Tell whether a learner may see the block now: neither it nor anything above it is hidden or still to open."""
    start = opens_at(outline, block)
    return block not in hidden_in(outline) and (start is None or start <= now)


def closes_at(settings: Mapping[str, Any]) -> datetime | None:
    """Return the last moment at which an answer counts: the due date and its grace; self-paced courses have none."""
    due = moment(settings.get("due"))
    if due is None or settings.get("self_paced"):
        return None
    return due + span(settings.get("graceperiod"))


def later_end(outline: Outline, block: BlockId, given: Mapping[BlockId, datetime], *, than: datetime) -> datetime | None:
    """Return the latest end that somebody was given for the block or for anything above it, if it is later than the usual one."""
    ends = [given[entry.id] for entry in outline.path(block) if entry.id in given]
    return max(ends) if ends and max(ends) > than else None


def is_closed(settings: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether answers no longer count."""
    end = closes_at(settings)
    return end is not None and now > end
