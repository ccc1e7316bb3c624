"""What a row of the attendance sheet holds: every check-in that came for it, and what was taken back.

Nothing here depends on the order in which phones send, nor on any clock: a row is the set of its check-ins and of what was
taken back, written in one order. It counts while one of its check-ins was not taken back by somebody who had seen it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Data = dict[str, Any]
Outcome = Literal["here", "again", "replayed"]
MOST_KEPT = 60
"""Check-ins, and what was taken back, that one row keeps; of more, those that came first on their phones."""


def check_in(stamp: Mapping[str, Any], *, how: str, by: str) -> Data:
    """Return a check-in as a row keeps it: the phone's stamp, how it was made, and by whom as the server knows."""
    return {**stamp, "how": how, "by": by}


def taken_back(stamp: Mapping[str, Any], *, of: Iterable[str], reason: str, by: str) -> Data:
    """Return what takes back the check-ins that somebody had before their eyes."""
    return {**stamp, "of": sorted(set(of)), "reason": reason, "by": by}


@dataclass(frozen=True)
class Row:
    """The row of one person and one half-day."""

    slot: str
    entries: tuple[Data, ...] = ()
    undone: tuple[Data, ...] = ()
    more: Mapping[str, Any] | None = None
    """What else the record keeps: a guest's name, a stranger's code."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Row:
        """Return the row that a record holds."""
        more = {key: value for key, value in data.items() if key not in {"slot", "entries", "undone"}}
        return cls(str(data.get("slot", "")), tuple(data.get("entries", ())), tuple(data.get("undone", ())), more or None)

    def data(self) -> Data:
        """Return what the record keeps."""
        return {"slot": self.slot, "entries": list(self.entries), "undone": list(self.undone), **(self.more or {})}

    def with_entry(self, entry: Data) -> Row:
        """Return the row with one check-in more, or the same where it holds it."""
        return Row(self.slot, _added(self.entries, entry), self.undone, self.more)

    def with_undo(self, undo: Data) -> Row:
        """Return the row with one more thing that was taken back."""
        return Row(self.slot, self.entries, _added(self.undone, undo), self.more)

    def knows(self, stamp: Mapping[str, Any]) -> bool:
        """Tell whether this very sending was taken before."""
        return any(_name(one) == _name(stamp) for one in (*self.entries, *self.undone))

    def contradicts(self, stamp: Mapping[str, Any]) -> bool:
        """Tell whether another content came under the same name."""
        return not self.knows(stamp) and any(one.get("id") == stamp.get("id") for one in (*self.entries, *self.undone))

    @property
    def standing(self) -> tuple[Data, ...]:
        """Return the check-ins that nobody has taken back."""
        gone = {name for undo in self.undone for name in undo["of"]}
        return tuple(one for one in self.entries if one["id"] not in gone)

    @property
    def state(self) -> str:
        """Return the state of the record: `done` while somebody's check-in stands."""
        return "done" if self.standing else "refused"

    @property
    def first(self) -> Data | None:
        """Return the check-in that counts."""
        return next(iter(self.standing or self.entries), None)

    @property
    def is_disputed(self) -> bool:
        """Tell whether one took back what another noted, too: a person must look."""
        return bool(self.undone) and bool(self.standing)


def _added(known: tuple[Data, ...], one: Data) -> tuple[Data, ...]:
    by_name = {_name(each): each for each in (*known, one)}
    return tuple(by_name[name] for name in sorted(by_name)[:MOST_KEPT])


def _name(one: Mapping[str, Any]) -> tuple[int, str, str]:
    """Return what one sending is known and ordered by: how many its phone had sent before, its name, its content."""
    return int(one.get("seq") or 0), str(one.get("id", "")), str(one.get("digest", ""))
