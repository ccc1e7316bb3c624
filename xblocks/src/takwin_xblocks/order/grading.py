"""Mark an order: plain rules, no host, no storage.

Every two items are looked at. A pair is right when both stand in the order and the earlier step comes first; a step and an
item that does not belong make a right pair when the step stands in the order and the other was left out. Two steps that may
stand at the same place, and two items that do not belong, make no pair. The mark is the share of right pairs.

Why pairs: a step that was put one place too late costs one pair, at the other end all its pairs; comparing places would give
nothing to somebody who knows the whole order and forgot how it begins, since all that follows has moved by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from takwin_xblocks.contract.digits import fold
from takwin_xblocks.contract.drawing import Drawing
from takwin_xblocks.contract.marks import AnswersRefused, Mark, State

OUT = "out"
"""The answer that an item is not part of it."""
_MOST_DIGITS = 3
_PLACES = 4
_NEARLY = 0.1
"""A first sight with no more than this share of its pairs wrong gives the order away."""
_MOST_DRAWS = 100
"""Even two pairs are right in a third of the shuffles only: in so many after one another, never."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be put in order."""

    stages: Mapping[str, int]
    """Each step and when it comes; steps of one stage may come one before the other as one likes."""
    strangers: tuple[str, ...] = ()
    """Items that do not belong."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Return all items, steps first."""
        return (*self.stages, *self.strangers)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one item stands: with how many others it is as it should be, and whether it was taken in or left out wrongly."""

    right: int
    of: int
    side: Literal["in", "out"]
    belongs: bool

    @property
    def state(self) -> State:
        """Return it in one word."""
        if self.belongs != (self.side == "in") or (self.of and not self.right):
            return "incorrect"
        return "correct" if self.right == self.of else "partly"


def task_of(structure: Mapping[str, Any]) -> Task:
    """Return what a content asks: items in the order in which they are written, neighbours of one rank at one stage."""
    stages: dict[str, int] = {}
    stage, last = -1, None
    for item in structure.get("items", ()):
        if not item.get("belongs", True):
            continue
        rank = item.get("rank")
        if rank is None or rank != last:
            stage += 1
        stages[item["id"]], last = stage, rank
    strangers = [item["id"] for item in structure.get("items", ()) if not item.get("belongs", True)]
    return Task(stages=stages, strangers=tuple(strangers))


def order_of(task: Task, places: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the items that were placed, from first to last, from the place that each was given (`1`, `2`… or `out`).

    Places need not be without gaps: only what comes before what counts. Refuses (`AnswersRefused`) for each item `empty`,
    `several`, `not_a_place`, and `repeated` where two items share a place: which of the two comes first cannot be known, and
    taking it where it does not matter would tell that it does not.
    """
    read: dict[str, int | None] = {}
    codes: dict[str, str] = {}
    for item in task.ids:
        try:
            read[item] = _place(task, places.get(item, ()))
        except ValueError as refused:
            codes[item] = str(refused)
    taken = [place for place in read.values() if place is not None]
    codes |= {item: "repeated" for item, place in read.items() if place is not None and taken.count(place) > 1}
    if codes:
        raise AnswersRefused(codes)
    placed = {item: place for item, place in read.items() if place is not None}
    return sorted(placed, key=placed.__getitem__)


def _place(task: Task, given: Sequence[str]) -> int | None:
    """Return a place, None for out. Raises ValueError with a code."""
    typed = [text for text in given if text.strip()]
    if not typed:
        raise ValueError("empty")
    if len(typed) > 1:
        raise ValueError("several")
    if typed[0] == OUT and task.strangers:
        return None
    # A learner's place is one of a short list, yet a program may send anything, in any digits.
    digits = fold(typed[0]) if len(typed[0]) <= _MOST_DIGITS else ""
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits) <= len(task.ids)):
        raise ValueError("not_a_place")
    return int(digits)


def pairs(task: Task) -> int:
    """Return how many pairs of items can be right or wrong."""
    return sum(1 for one, other in combinations(task.ids, 2) if _counts(task, one, other))


def right_pairs(task: Task, order: Sequence[str]) -> int:
    """Return how many of them are right."""
    where = {item: index for index, item in enumerate(order)}
    return sum(1 for one, other in combinations(task.ids, 2) if _counts(task, one, other) and _is_right(task, where, one, other))


def mark(task: Task, order: Sequence[str], *, partial: bool = True) -> Mark:
    """Mark an order: a point for each item, times the share of right pairs; without `partial` all or nothing."""
    possible, right = pairs(task), right_pairs(task, order)
    share = right / possible if possible else 1.0
    if not partial and share < 1:
        share = 0.0
    return Mark(earned=round(len(task.ids) * share, _PLACES), possible=float(len(task.ids)))


def standings(task: Task, order: Sequence[str]) -> dict[str, Standing]:
    """Return how each item stands among the steps; what does not belong stands right when it was left out."""
    where = {item: index for index, item in enumerate(order)}
    found = {}
    for item in task.ids:
        belongs = item in task.stages
        others = [other for other in task.stages if other != item and _counts(task, item, other)] if belongs else []
        found[item] = Standing(
            right=sum(_is_right(task, where, item, other) for other in others),
            of=len(others),
            side="in" if item in where else "out",
            belongs=belongs,
        )
    return found


def _counts(task: Task, one: str, other: str) -> bool:
    """Tell whether two items make a pair."""
    if one in task.stages and other in task.stages:
        return task.stages[one] != task.stages[other]
    return one in task.stages or other in task.stages


def _is_right(task: Task, where: Mapping[str, int], one: str, other: str) -> bool:
    if one in task.stages and other in task.stages:
        both = one in where and other in where
        return both and (where[one] < where[other]) == (task.stages[one] < task.stages[other])
    step, stranger = (one, other) if one in task.stages else (other, one)
    return step in where and stranger not in where


def first_sight(task: Task, seed: int) -> list[str]:
    """Return the items as a learner first meets them: shuffled, and shuffled again where (nearly) all is right already.

    Nothing else is held back. Were what is shown always wrong in most pairs, turning it round would earn most of the marks; as it
    is, what is shown and its reverse are worth one half each, on average. The shuffling starts from the ids in the alphabet's
    order, so that the place in the author's file leaves no trace in it.
    """
    drawing, ids = Drawing(seed), sorted(task.ids)
    drawn = drawing.shuffled(ids)
    for _again in range(_MOST_DRAWS):
        if not _is_nearly_right(Task(stages=task.stages), drawn):
            break
        drawn = drawing.shuffled(ids)
    return drawn


def _is_nearly_right(steps: Task, drawn: Sequence[str]) -> bool:
    """Tell whether an order gives the answer away; of one pair no order does, else the wrong one would always be shown."""
    possible = pairs(steps)
    return possible > 1 and possible - right_pairs(steps, drawn) <= _NEARLY * possible
