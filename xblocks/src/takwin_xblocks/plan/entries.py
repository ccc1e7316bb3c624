"""Name every field of a plan, and read what was typed into it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from takwin_xblocks.contract.markup import possible, unturned
from takwin_xblocks.plan.dates import read_date

Kind = Literal["line", "long", "date", "status"]
STATUSES = ("not_begun", "under_way", "done", "dropped")
MOST_PRIORITIES = 5
MOST_STEPS = 6

# They turn the direction of what follows them, even outside the text: the page isolates each text by its element instead.
_SPACES = re.compile(r"\s+")


class EntryRefused(ValueError):
    """What was typed cannot be kept in this field; `code` is `too_long`, `unknown_status` or one of a refused date."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How large a plan the author asks for."""

    priorities: int = 3
    steps: int = 3


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One field: what is typed there, and how long it may be."""

    kind: Kind
    most: int = 40


ABOUT: Mapping[str, Entry] = {
    "cooperative": Entry(kind="line", most=120),
    "date": Entry(kind="date"),
    "agreed": Entry(kind="long", most=300),
    "later": Entry(kind="long", most=300),
    "risks": Entry(kind="long", most=300),
}
PRIORITY: Mapping[str, Entry] = {
    "change": Entry(kind="line", most=160),
    "why": Entry(kind="long", most=300),
    "checker": Entry(kind="line", most=120),
}
STEP: Mapping[str, Entry] = {
    "what": Entry(kind="long", most=200),
    "who": Entry(kind="line", most=120),
    "due": Entry(kind="date"),
    "indicator": Entry(kind="long", most=160),
    "today": Entry(kind="line", most=60),
    "target": Entry(kind="line", most=60),
    "cost": Entry(kind="line", most=60),
}
FOLLOW_UP: Mapping[str, Entry] = {
    "status": Entry(kind="status"),
    "happened": Entry(kind="long", most=600),
    "on": Entry(kind="date"),
}


def priority_id(priority: int, name: str) -> str:
    """Return the id of a field of a priority: `p2-change`."""
    return f"p{priority}-{name}"


def step_id(priority: int, step: int, name: str) -> str:
    """Return the id of a field of a step: `p2-s1-due`."""
    return f"p{priority}-s{step}-{name}"


@lru_cache(maxsize=64)
def plan_entries(shape: Shape) -> Mapping[str, Entry]:
    """Return every field of the plan itself, by id."""
    entries = dict(ABOUT)
    for priority in range(1, shape.priorities + 1):
        entries |= {priority_id(priority, name): entry for name, entry in PRIORITY.items()}
        for step in range(1, shape.steps + 1):
            entries |= {step_id(priority, step, name): entry for name, entry in STEP.items()}
    return entries


@lru_cache(maxsize=64)
def follow_up_entries(shape: Shape) -> Mapping[str, Entry]:
    """Return every field of the follow-up, by id."""
    return {
        step_id(priority, step, name): entry
        for priority in range(1, shape.priorities + 1)
        for step in range(1, shape.steps + 1)
        for name, entry in FOLLOW_UP.items()
    }


def read_entry(entry: Entry, typed: str) -> str:
    """Return what a field keeps: a tidy text, a date as `2027-03-31`, a status, or '' for nothing.

    Refuses (`EntryRefused`, `DateRefused`) texts too long, statuses unknown and dates that are none.
    """
    if entry.kind == "date":
        read = read_date(typed)
        return read.isoformat() if read else ""
    if entry.kind == "status":
        if typed and typed not in STATUSES:
            raise EntryRefused("unknown_status")
        return typed
    text = tidy(typed, lines=entry.kind == "long")
    if len(text) > entry.most:
        raise EntryRefused("too_long")
    return text


def tidy(typed: str, *, lines: bool = False) -> str:
    """Return a text without the characters that a page cannot show or that turn its direction; on one line unless `lines` count."""
    text = unturned(possible(typed))
    if not lines:
        return _SPACES.sub(" ", text).strip()
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
