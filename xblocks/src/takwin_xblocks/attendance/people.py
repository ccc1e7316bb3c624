"""The list of a session as its trainers see it: whom they expect, who is here at which half-day, how many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from takwin_xblocks.attendance.codes import name_of
from takwin_xblocks.attendance.content import HalfDay
from takwin_xblocks.attendance.register import Register, standing
from takwin_xblocks.attendance.rows import Row
from takwin_xblocks.contract.records import Person, PersonId, Record, Records

MOST_IN_PAGE = 100
"""Names that stand in the page itself; of more, a phone fetches the list."""
PAGE = 50
FETCHED = 2_000


@dataclass(frozen=True, kw_only=True)
class Roll:
    """Learners of one's cohorts, with their rows."""

    people: Mapping[PersonId, Person]
    rows: Mapping[str, Mapping[PersonId, Record]] = field(default_factory=dict)
    """By half-day."""
    groups: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    """The cohort chosen, '' for all."""
    after: str = ""
    """The name after which more follow, '' where these are all."""

    def row(self, slot: str, learner: PersonId) -> Record | None:
        """Return a learner's row of a half-day."""
        return self.rows.get(slot, {}).get(learner)

    def is_here(self, slot: str, learner: PersonId) -> bool:
        """Tell whether a learner was at a half-day."""
        return standing(self.row(slot, learner))

    def count(self, slot: str) -> int:
        """Return how many of these were at a half-day."""
        return sum(self.is_here(slot, learner) for learner in self.people)


def roll_of(
    records: Records,
    register: Register,
    half_days: tuple[HalfDay, ...],
    *,
    group: str = "",
    search: str = "",
    after: str = "",
    limit: int = PAGE,
) -> Roll:
    """Return learners by name with their rows; nobody's to those who judge nobody."""
    if not records.is_judge:
        return Roll(people={})
    groups = records.groups()
    chosen = group if group in groups else ""
    found = dict(records.people(group=chosen, search=search, limit=limit + 1, after=after))
    listed = list(found.items())
    end = min(limit, len(listed))
    while 0 < end < len(listed) and listed[end][1].name == listed[end - 1][1].name:
        end += 1  # the next page begins after a name: nobody of that name may be left for it
    shown = dict(listed[:end])
    rows = {one.id: register.rows(one.id, learners=list(shown)) for one in half_days}
    more = list(shown.values())[-1].name if len(found) > limit else ""
    return Roll(people=shown, rows=rows, groups=groups, group=chosen, after=more)


def moment_of(record: Record) -> datetime:
    """Return when somebody was checked in: as the phone told where its clock was right, else when it was received."""
    first = Row.of(record.data).first or {}
    for name in ("received_at",) if first.get("clock_off") else ("made_at", "received_at"):
        try:
            told = datetime.fromisoformat(str(first.get(name, "")))
        except ValueError:
            continue
        return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
    return record.created_at


def roll_data(roll: Roll) -> dict[str, Any]:
    """Return the list as a phone keeps it: names, and of each code a name by which it is known again."""
    return {
        "people": [
            {
                "id": str(one.id),
                "name": one.name,
                "group": one.group,
                "code": name_of(one.code) if one.code else "",
                "here": here_of(roll, one.id),
            }
            for one in roll.people.values()
        ],
        "after": roll.after,
    }


def here_of(roll: Roll, learner: PersonId) -> dict[str, str]:
    """Return at which half-days a learner is noted, and since when."""
    found = {slot: rows[learner] for slot, rows in roll.rows.items() if standing(rows.get(learner))}
    return {slot: moment_of(record).strftime("%Y-%m-%dT%H:%M:%SZ") for slot, record in found.items()}
