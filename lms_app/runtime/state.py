"""The state of one learner during one request: read in few queries, changed in memory, given back as what really changed."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from lms_app.domain.keys import BlockId
from lms_app.domain.learning import StateChanges, StateRow
from lms_app.runtime.ports import StateReader

Kind = Literal["block", "shared", "person"]
NO_ROW: Final = StateRow()


@dataclass(frozen=True, slots=True)
class Row:
    """Names one row: a learner's state of a block, a block's shared state, or a learner's preferences for a type."""

    kind: Kind
    key: str
    """A block id; for `person` a block type, '' for what holds in all blocks."""


Values = Mapping[str, Any]
Mark = dict[Row, dict[str, Any]]


class StateBuffer:
    """Rows as read, and over them rows as changed. Nothing is written before the caller asks for `changes`."""

    def __init__(self, reader: StateReader) -> None:
        self._reader = reader
        self._read: dict[Row, StateRow] = {}
        self._changed: Mark = {}

    def prefetch(self, keys: Mapping[Kind, Collection[str]]) -> None:
        """Read rows that will be needed, one query a kind; what is not there is remembered as absent."""
        for kind, wanted in keys.items():
            self._read_all(kind, wanted)

    def has(self, row: Row, name: str) -> bool:
        """Tell whether the field has a value."""
        return name in self.values(row)

    def get(self, row: Row, name: str) -> Any:
        """Return a copy of a field's value, or raise `KeyError`."""
        return copied(self.values(row)[name])

    def set(self, row: Row, values: Values) -> None:
        """Change fields of a row."""
        self._changed[row] = {**self.values(row), **{name: plain(value) for name, value in values.items()}}

    def delete(self, row: Row, name: str) -> None:
        """Take a field's value away, or raise `KeyError`."""
        values = dict(self.values(row))
        del values[name]
        self._changed[row] = values

    def mark(self) -> Mark:
        """Return a point to come back to."""
        return dict(self._changed)

    def restore(self, mark: Mark) -> None:
        """Forget all changes since the mark."""
        self._changed = dict(mark)

    def changes(self) -> StateChanges:
        """Return the rows that differ from what was read: whole rows, with the version that they were made from."""
        found: dict[Kind, dict[str, StateRow]] = {"block": {}, "shared": {}, "person": {}}
        for row, values in self._changed.items():
            stored = self._read.get(row, NO_ROW)
            if values != stored.values:
                found[row.kind][row.key] = StateRow(version=stored.version, values=values)
        return StateChanges(
            blocks={BlockId(key): row for key, row in found["block"].items()},
            shared={BlockId(key): row for key, row in found["shared"].items()},
            person=found["person"],
        )

    def values(self, row: Row) -> Values:
        """Return all fields of a row as they are now, not to be changed."""
        changed = self._changed.get(row)
        if changed is not None:
            return changed
        if row not in self._read:
            self._read_all(row.kind, (row.key,))
        return self._read[row].values

    def _read_all(self, kind: Kind, keys: Collection[str]) -> None:
        wanted = [key for key in dict.fromkeys(keys) if Row(kind, key) not in self._read]
        if not wanted:
            return
        found: Any
        blocks = [BlockId(key) for key in wanted]
        if kind == "block":
            found = self._reader.block_states(blocks)
        elif kind == "shared":
            found = self._reader.shared_states(blocks)
        else:
            found = self._reader.person_states(wanted)
        for key in wanted:
            self._read[Row(kind, key)] = found.get(key, NO_ROW)


def copied(value: Any) -> Any:
    """Return a copy of a JSON value that may be changed; several times as fast as `deepcopy`, which can copy anything."""
    if isinstance(value, dict):
        return {name: copied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


class _AuthoredDict(dict[str, Any]):
    """A dictionary of an author's. XBlock copies each in depth to see later whether it was changed: in vain, for nobody asks."""

    def __deepcopy__(self, _memo: object) -> _AuthoredDict:
        """Return itself."""
        return self


class _AuthoredList(list[Any]):
    """A list of an author's."""

    def __deepcopy__(self, _memo: object) -> _AuthoredList:
        """Return itself."""
        return self


def authored(value: Any) -> Any:
    """Return a copy of a value of the course, which a block may change for itself; that it did is seen by nobody."""
    if isinstance(value, dict):
        return _AuthoredDict((name, copied(item)) for name, item in value.items())
    if isinstance(value, list):
        return _AuthoredList([copied(item) for item in value])
    return value


def plain(value: Any) -> Any:
    """Return a value as JSON gives it back, so that a changed row can be compared with a stored one.

    A namedtuple (capa's `Score`) becomes an object: as a list, its field would refuse it on the next read. What no database
    takes is put right: NUL characters and lone halves of characters in texts, numbers that are none.
    """
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return _storable(str(value))
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_name(name): plain(item) for name, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(item) for name, item in value._asdict().items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    return _other(value)


def _other(value: Any) -> Any:
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        return plain(value.item())  # a number of numpy's, from a problem script
    if type(value).__module__.startswith("django."):
        return _storable(str(value))  # a translation that waits for its reader
    raise TypeError(f"{type(value).__name__} can't be stored as state")


def _name(name: Any) -> str:
    if isinstance(name, str):
        return _storable(str(name))
    if isinstance(name, bool) or name is None:
        return {True: "true", False: "false", None: "null"}[name]
    return str(name)


def _storable(text: str) -> str:
    if text.isascii():
        return text.replace("\x00", "")
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
