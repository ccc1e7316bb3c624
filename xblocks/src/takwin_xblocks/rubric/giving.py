"""Choose whose work a learner is given to judge: nobody chooses, and nobody judges their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from takwin_xblocks.contract.records import PersonId, Record, Records, RecordsRefused
from takwin_xblocks.rubric.work import DONE, FREE, REVIEW, TAKEN

MOST_LOOKED_AT = 200
MOST_FORGOTTEN = 20
"""How many reviews that others have in hand are asked for, the oldest first: somebody may have forgotten theirs."""


def mine_of(records: Records) -> tuple[Record, ...]:
    """Return the reviews that were given to whoever acts."""
    return records.list(kind=REVIEW, judge=records.me, states=(TAKEN, DONE), newest_first=True, limit=50)


def in_hand(mine: Iterable[Record]) -> Record | None:
    """Return the review that they have not sent yet."""
    return next((one for one in mine if one.state == TAKEN), None)


def sent(mine: Iterable[Record]) -> int:
    """Return how many they have sent."""
    return sum(one.state == DONE for one in mine)


def next_for(records: Records, mine: Sequence[Record]) -> Record | None:
    """Take a review in hand for whoever acts, and return it; None where there is none to give now.

    Works of the same group come first, then those with the fewest reviews, then the oldest; after them reviews that somebody
    took and forgot. Never one's own work, and never the same work twice.
    """
    free = records.list(kind=REVIEW, states=(FREE,), limit=MOST_LOOKED_AT)
    taken = records.list(kind=REVIEW, states=(TAKEN,), limit=MOST_FORGOTTEN)
    me = records.me
    had = {(one.learner, one.data.get("round")) for one in mine}
    others = [one for one in free if one.learner != me and (one.learner, one.data.get("round")) not in had]
    groups = _groups(records, [me, *(one.learner for one in others if one.learner is not None)])
    forgotten = [one for one in taken if me not in (one.learner, one.judge) and (one.learner, one.data.get("round")) not in had]
    for one in [*in_order(others, groups, me), *sorted(forgotten, key=lambda one: (one.updated_at, one.key))]:
        try:
            return records.claim(one)
        except RecordsRefused:
            continue  # somebody was faster, or still has it
    return None


def in_order(free: Sequence[Record], groups: Mapping[PersonId | None, str], me: PersonId) -> list[Record]:
    """Return free reviews in the order in which they are given to somebody."""
    left = Counter(one.learner for one in free)  # the more reviews are free, the fewer there are

    def place(one: Record) -> tuple[bool, int, object, str]:
        mine = groups.get(me, "")
        return (not mine or groups.get(one.learner, "") != mine, -left[one.learner], one.created_at, one.key)

    return sorted(free, key=place)


def _groups(records: Records, people: list[PersonId]) -> dict[PersonId | None, str]:
    if len(people) == 1:
        return {}
    return {one: person.group for one, person in records.people(people).items()}
