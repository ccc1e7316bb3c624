"""Two people changed one thing from the same starting point: both changes are put together, and only what both changed clashes.

A mapping is merged key by key, a list of parts with ids part by part; anything else is one leaf. A leaf that both sides changed,
each to another value, is a clash: it is told with its path, and nobody's value is taken for the other's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from lms_app.domain.content import Json, canonical

ORDER: Final = "#order"
"""The last step of the path to a clash about the order of parts, which both sides changed."""


class Absent(Enum):
    """What stands where a side has no value; None is a value."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True)
class Leaf:
    """A value that both sides changed, each to another one."""

    path: tuple[str, ...]
    """Keys and ids, from the outside in."""
    base: Json
    mine: Json
    """None: they took it away."""
    theirs: Json


@dataclass(frozen=True)
class Merged:
    """Both changes in one; where they clash, `value` holds mine."""

    value: Json
    clashes: tuple[Leaf, ...] = ()


def merge(base: Json, mine: Json, theirs: Json) -> Merged:
    """Put together what two sides made of `base`."""
    found: list[Leaf] = []
    return Merged(_merged(base, mine, theirs, (), found), tuple(found))


def same(one: Json, other: Json) -> bool:
    """Tell whether two values are one JSON: True is not 1."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return canonical(one) == canonical(other)


def _merged(base: Json, mine: Json, theirs: Json, path: tuple[str, ...], found: list[Leaf]) -> Json:
    if same(mine, theirs) or same(theirs, base):
        return mine
    if same(mine, base):
        return theirs
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping) and (base is ABSENT or isinstance(base, Mapping)):
        return _of_keys({} if base is ABSENT else base, mine, theirs, path, found)
    if _has_ids(mine) and _has_ids(theirs) and (base is ABSENT or _has_ids(base)):
        return _of_parts([] if base is ABSENT else base, mine, theirs, path, found)
    found.append(Leaf(path, *(None if side is ABSENT else side for side in (base, mine, theirs))))
    return mine


def _of_keys(
    base: Mapping[str, Json], mine: Mapping[str, Json], theirs: Mapping[str, Json], path: tuple[str, ...], found: list[Leaf]
) -> dict[str, Json]:
    """Merge mappings key by key, in their order, what only this side has at the end."""
    merged = {
        key: _merged(base.get(key, ABSENT), mine.get(key, ABSENT), theirs.get(key, ABSENT), (*path, key), found)
        for key in dict.fromkeys([*theirs, *mine])
    }
    return {key: value for key, value in merged.items() if value is not ABSENT}


def _of_parts(base: Sequence[Json], mine: Sequence[Json], theirs: Sequence[Json], path: tuple[str, ...], found: list[Leaf]) -> Json:
    """Merge lists of parts: each part by itself, then their order."""
    before, my_parts, their_parts = ({part["id"]: part for part in side} for side in (base, mine, theirs))
    merged = _of_keys(before, my_parts, their_parts, path, found)
    order = _order(list(before), list(my_parts), list(their_parts), kept=merged, path=path, found=found)
    return [merged[each] for each in order]


def _order(
    base: list[str], mine: list[str], theirs: list[str], *, kept: Mapping[str, Json], path: tuple[str, ...], found: list[Leaf]
) -> list[str]:
    """Return the ids in the order of the side that moved any; what the other side added stands after its neighbour there."""
    known = set(base) & set(mine) & set(theirs)
    before, my_order, their_order = ([each for each in side if each in known] for side in (base, mine, theirs))
    if my_order != before and their_order not in (before, my_order):
        found.append(Leaf((*path, ORDER), before, my_order, their_order))
    spine, other = (theirs, mine) if my_order in (before, their_order) else (mine, theirs)
    order = [each for each in spine if each in kept]
    last = ""
    for each in other:
        if each in kept and each not in order:
            place = order.index(last) + 1 if last else 0
            while last and place < len(order) and order[place] not in other:
                place += 1  # what the other side added at the same place comes first
            order.insert(place, each)
        last = each if each in kept else last
    return order


def _has_ids(value: Json) -> bool:
    """Tell whether this is a list of parts, each with an id of its own."""
    if not isinstance(value, list) or not all(isinstance(part, Mapping) and isinstance(part.get("id"), str) for part in value):
        return False
    return len({part["id"] for part in value}) == len(value)


def with_leaf(value: Json, path: Sequence[str], new: Json) -> Json:
    """Return the value with another leaf at a path that a clash named; None takes it away, and what is not there any more comes last."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if step == ORDER and isinstance(value, list):
        place = {name: number for number, name in enumerate(new)}
        return sorted(value, key=lambda part: place.get(part["id"], len(place)))
    if isinstance(value, list):
        held = {part["id"]: part for part in value}
        return list(_with_key(held, step, rest, new).values())
    return _with_key(value if isinstance(value, Mapping) else {}, step, rest, new)


def _with_key(held: Mapping[str, Json], key: str, rest: Sequence[str], new: Json) -> dict[str, Json]:
    told = with_leaf(held.get(key), rest, new)
    return {**held, key: told} if told is not None else {name: each for name, each in held.items() if name != key}
