"""What a learner was given: blocks that draw or wait give each learner a part of their children, and only that part counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from lms_app.domain.content import CONTAINERS, Outline, OutlineEntry
from lms_app.domain.keys import BlockId
from lms_app.domain.schedule import hidden_in

LIBRARIES: Final = frozenset({"library_content", "itembank"})
CHOOSING: Final = LIBRARIES | {"randomize", "split_test", "conditional"}
"""Types of the blocks that give a learner a part of their children."""
ALL: Final = -1
"""`max_count` of a library that gives everything."""
DUE: Final = 1
"""How many children a library gives where its author says nothing."""

Result = TypeVar("Result")
Choices = Mapping[BlockId, tuple[BlockId, ...]]
"""Choosing block → the children that it gave this learner; a block that chose nothing yet is not in it."""
NO_CHOICES: Final[Choices] = MappingProxyType({})


@dataclass(frozen=True)
class Measure(Generic[Result]):
    """A way to count leaves: by points, or one each."""

    name: str
    worth: Callable[[OutlineEntry], float | None]
    """What a leaf counts before anything is known of the learner; None leaves it out."""
    read: Callable[[Result], tuple[float, float]]
    """What the learner has of it, and of how much."""


def choosing_in(outline: Outline) -> frozenset[BlockId]:
    """Return the choosing blocks of a course: most have none, and then nobody's choices need to be read."""
    return outline.once(
        "choosing", lambda: frozenset(entry.id for entry in outline.entries.values() if entry.type in CHOOSING and entry.children)
    )


def read_choices(outline: Outline, states: Mapping[BlockId, Mapping[str, Any]]) -> Choices:
    """Return what choosing blocks gave a learner, from the state that they keep; what can't be read is no choice."""
    found = {block: _read_choice(outline[block], states[block]) for block in choosing_in(outline) & states.keys()}
    return {block: choice for block, choice in found.items() if choice is not None}


def _read_choice(entry: OutlineEntry, state: Mapping[str, Any]) -> tuple[BlockId, ...] | None:
    if entry.type in LIBRARIES:
        drawn = [BlockId("/".join(pair)) for pair in state.get("selected") or ()]
        return tuple(block for block in drawn if block in entry.children)[: _due(entry, len(entry.children))] or None
    if entry.type == "randomize":
        place = state.get("choice")
        return (entry.children[place],) if isinstance(place, int) and 0 <= place < len(entry.children) else None
    if entry.type == "split_test":
        group = (state.get("groups") or {}).get(str(entry.settings.get("user_partition_id", -1)))
        return (_child_of_group(entry, group),) if group is not None else None
    return entry.children if state.get("opened") else None


def _child_of_group(entry: OutlineEntry, group: str) -> BlockId:
    """Return the child that the group sees; the first where the author names none, as the block itself does."""
    named = str((entry.settings.get("group_id_to_child") or {}).get(group, ""))
    return next((child for child in entry.children if _names(named, child)), entry.children[0])


def _names(reference: str, block: BlockId) -> bool:
    """Tell whether a reference of any form (`html/a`, `i4x://…/html/a`, `…+type@html+block@a`) names the block."""
    kind, _, name = block.partition("/")
    return reference == block or reference.endswith((f"/{block}", f"+type@{kind}+block@{name}"))


def tally(
    outline: Outline, block: BlockId, measure: Measure[Result], *, results: Mapping[BlockId, Result], choices: Choices
) -> tuple[float, float]:
    """Return what a learner has below a block, and of how much: of what they were given, and nothing hidden.

    Where nothing was chosen yet, what may be expected counts: the mean of the children for each that will be drawn. What a
    condition keeps back counts once it was shown. The work grows with what the learner did, not with the course.
    """
    part = _part_of(outline, block, measure)
    got, of = 0.0, part.expected
    for leaf in part.worth.keys() & results.keys():
        earned, possible = measure.read(results[leaf])
        got, of = got + earned, of + possible - part.worth[leaf]
    for chooser in part.choosers & choices.keys():
        earned, possible = _given(outline, chooser, measure, results=results, choices=choices)
        got, of = got + earned, of + possible - _expected(outline, chooser, measure)
    return round(got, 9), round(of, 9)


def _given(
    outline: Outline, chooser: BlockId, measure: Measure[Result], *, results: Mapping[BlockId, Result], choices: Choices
) -> tuple[float, float]:
    """Return the tally of the children that were given, and what may be expected of those still to be drawn."""
    visible = set(_visible(outline, chooser))
    given = [child for child in choices[chooser] if child in visible]
    tallies = [tally(outline, child, measure, results=results, choices=choices) for child in given]
    rest = [_part_of(outline, child, measure).expected for child in visible.difference(given)]
    to_come = min(len(rest), max(0, _due(outline[chooser], len(visible)) - len(given)))
    expected = to_come * math.fsum(rest) / len(rest) if rest else 0.0
    return math.fsum(got for got, _ in tallies), math.fsum(of for _, of in tallies) + expected


@dataclass(frozen=True)
class _Part:
    """What stands below a block, for any learner."""

    worth: Mapping[BlockId, float]
    """Leaves that everybody is given."""
    choosers: frozenset[BlockId]
    """The choosing blocks nearest to it (or itself)."""
    expected: float
    """What counts for a learner who was given nothing yet."""


def _part_of(outline: Outline, block: BlockId, measure: Measure[Any]) -> _Part:
    return outline.once(("part", measure.name, block), lambda: _part(outline, block, measure))


def _part(outline: Outline, block: BlockId, measure: Measure[Any]) -> _Part:
    worth: dict[BlockId, float] = {}
    choosers: set[BlockId] = set()
    for entry in _below(outline, block):
        if entry.type in CHOOSING:
            choosers.add(entry.id)
        elif (counted := measure.worth(entry)) is not None:
            worth[entry.id] = counted
    waiting = math.fsum(_expected(outline, chooser, measure) for chooser in choosers)
    return _Part(worth, frozenset(choosers), math.fsum(worth.values()) + waiting)


def _below(outline: Outline, block: BlockId) -> Iterator[OutlineEntry]:
    """Yield leaves and choosing blocks that learners may see, each once; not what is inside the choosing ones."""
    hidden = hidden_in(outline)
    seen: set[BlockId] = set()
    waiting = [block]
    while waiting:
        entry = outline[waiting.pop()]
        if entry.id in seen or entry.id in hidden:
            continue
        seen.add(entry.id)
        if entry.type in CHOOSING or not (entry.children or entry.type in CONTAINERS):
            yield entry
        waiting.extend(() if entry.type in CHOOSING else entry.children)


def _expected(outline: Outline, chooser: BlockId, measure: Measure[Any]) -> float:
    """Return what a choosing block counts before it chose: the mean of its children for each that is due."""

    def expect() -> float:
        children = [_part_of(outline, child, measure).expected for child in _visible(outline, chooser)]
        return _due(outline[chooser], len(children)) * math.fsum(children) / len(children) if children else 0.0

    return outline.once(("expected", measure.name, chooser), expect)


def _visible(outline: Outline, chooser: BlockId) -> tuple[BlockId, ...]:
    hidden = hidden_in(outline)
    return tuple(child for child in outline[chooser].children if child not in hidden)


def _due(entry: OutlineEntry, there: int) -> int:
    """Return how many of so many children a choosing block will give; none while a condition may never be met."""
    if entry.type == "conditional":
        return 0
    if entry.type not in LIBRARIES:
        return min(1, there)
    said = entry.settings.get("max_count")
    try:
        due = DUE if said is None else int(said)
    except (TypeError, ValueError):
        due = DUE
    return there if due == ALL else max(0, min(due, there))
