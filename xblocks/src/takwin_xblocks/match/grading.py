"""Mark a matching: plain rules, no host, no storage.

Each item is worth one point, earned when it was put where it goes; an item that goes nowhere earns its point when it was
put with `none of these`. Nothing is taken away for a wrong place: an item left in doubt still has to be put somewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from takwin_xblocks.contract.drawing import Drawing
from takwin_xblocks.contract.marks import AnswersRefused, Mark

NONE = "none"
"""The answer that an item goes to none of the targets."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be matched."""

    homes: Mapping[str, str]
    """Each item and its target, `none` for an item that goes nowhere."""
    targets: tuple[str, ...]
    in_pairs: bool
    """Whether a target takes one item at most."""

    @property
    def offers_none(self) -> bool:
        """Tell whether `none of these` is among the places: where some item goes nowhere."""
        return NONE in self.homes.values()

    @property
    def places(self) -> tuple[str, ...]:
        """Return everything that an item can be put with."""
        return (*self.targets, NONE) if self.offers_none else self.targets


def task_of(structure: Mapping[str, Any]) -> Task:
    """Return what a content asks."""
    return Task(
        homes={item["id"]: item.get("to") or NONE for item in structure.get("items", ())},
        targets=tuple(target["id"] for target in structure.get("targets", ())),
        in_pairs=structure.get("mode") == "pairs",
    )


def placed(task: Task, answers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return where each item was put.

    Refuses (`AnswersRefused`) for each item `empty`, `several`, `unknown_place`, and in pairs `repeated` where two items were
    put with one target.
    """
    found: dict[str, str] = {}
    codes: dict[str, str] = {}
    for item in task.homes:
        chosen = [text for text in answers.get(item, ()) if text]
        if not chosen:
            codes[item] = "empty"
        elif len(chosen) > 1:
            codes[item] = "several"
        elif chosen[0] not in task.places:
            codes[item] = "unknown_place"
        else:
            found[item] = chosen[0]
    if task.in_pairs:
        taken = [place for place in found.values() if place != NONE]
        codes |= {item: "repeated" for item, place in found.items() if taken.count(place) > 1}
    if codes:
        raise AnswersRefused(codes)
    return found


def rightly(task: Task, places: Mapping[str, str]) -> dict[str, bool]:
    """Tell for each item whether it was put where it goes."""
    return {item: places.get(item) == home for item, home in task.homes.items()}


def marks(task: Task, places: Mapping[str, str], *, partial: bool = True) -> dict[str, Mark]:
    """Mark each item: one point where it was put rightly; without `partial` only if all were."""
    right = rightly(task, places)
    counts = partial or all(right.values())
    return {item: Mark(earned=float(is_right and counts), possible=1.0) for item, is_right in right.items()}


def first_sight(task: Task, seed: int) -> list[str]:
    """Return the items in a drawn order; it starts from the alphabet's, so that the author's file leaves no trace in it."""
    return Drawing(seed).shuffled(sorted(task.homes))
