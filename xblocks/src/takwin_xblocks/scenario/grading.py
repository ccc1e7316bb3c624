"""The rules of a scenario: which way a learner went, what it brought, and the most that any way can bring.

A scenario is its `structure`: situations (`nodes`, the first is the start) with choices that lead on, and endings. What a learner
did is a list of moves, each the situation and the choice taken in it, or `BACK` in place of a choice for a step back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from typing import Any

BACK = ""
"""Stands in a move for a step back; no choice has this id."""

Part = Mapping[str, Any]
Profile = dict[str, int]
"""What each indicator came to, in the order of the scenario."""


class OutOfTurn(Exception):
    """A move that cannot be made now; `code` is `other_choice`, `not_yet`, `not_offered`, `ended` or `no_step_back`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unplayable(ValueError):
    """A scenario that cannot be played to an end: nothing in it, a circle, or no way to an ending."""


@dataclass(frozen=True)
class Step:
    """A choice taken in a situation."""

    node: str
    choice: str


@dataclass(frozen=True, kw_only=True)
class Run:
    """Where a learner stands: the steps that count, the steps back made, and how many moves that took."""

    at: str
    path: tuple[Step, ...] = ()
    backs: int = 0
    moves: int = 0


@dataclass(frozen=True, kw_only=True)
class Best:
    """The way that brings most; of equals, the one whose choices stand first."""

    path: tuple[Step, ...]
    total: int
    ending: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run that reached an ending came to."""

    ending: str
    profile: Profile
    total: int
    best: int
    needed: int

    @property
    def earned(self) -> int:
        """Return what counts: never below nothing."""
        return max(0, min(self.total, self.best))

    @property
    def passed(self) -> bool:
        """Tell whether it is enough."""
        return self.total >= self.needed


class Story:
    """A scenario to walk through. What is asked of a content with faults is answered or refused (`Unplayable`), never loops."""

    def __init__(self, structure: Part) -> None:
        self.structure = structure
        self.nodes: dict[str, Part] = {node["id"]: node for node in structure.get("nodes", ())}
        self.indicators: list[str] = [one["id"] for one in structure.get("measures", ())]
        # Nothing may be chosen in an ending, nor what leads nowhere.
        self._offered: dict[str, dict[str, Part]] = {
            node_id: {one["id"]: one for one in node.get("choices", ()) if one.get("to") in self.nodes and not node.get("ending")}
            for node_id, node in self.nodes.items()
        }

    @property
    def start(self) -> str:
        """Return the first situation. Refuses a scenario without any."""
        if not self.nodes:
            raise Unplayable("no_node")
        return next(iter(self.nodes))

    def is_ending(self, node_id: str) -> bool:
        """Tell an ending from a situation."""
        return bool(self.nodes[node_id].get("ending"))

    def choices(self, node_id: str) -> Sequence[Part]:
        """Return what may be chosen here: nothing in an ending, and nothing that leads nowhere."""
        return list(self._offered[node_id].values())

    def choice(self, node_id: str, choice_id: str) -> Part | None:
        """Return a choice that is offered here."""
        return self._offered[node_id].get(choice_id)

    def effect(self, step: Step) -> Profile:
        """Return what a choice brings to each indicator that it touches."""
        brought: Profile = {}
        for one in (self.choice(step.node, step.choice) or {}).get("effects", ()):
            if one.get("on") in self.indicators:
                brought[one["on"]] = brought.get(one["on"], 0) + int(one.get("by", 0))
        return brought

    def profile(self, path: Sequence[Step], *, backs: int = 0) -> Profile:
        """Return what a way brought; each step back takes a point of the indicator that pays for it, if one does."""
        profile = dict.fromkeys(self.indicators, 0)
        for step in path:
            for indicator, by in self.effect(step).items():
                profile[indicator] += by
        payer = self.structure.get("back_costs")
        if payer in profile:
            profile[payer] -= backs
        return profile

    # --- the graph ---

    @cached_property
    def depths(self) -> dict[str, int]:
        """Return, for each situation that can be reached, the most steps that lead there. Refuses circles."""
        if self.circle:
            raise Unplayable("circle")
        depths = {self.start: 0}
        for node_id in reversed(self._backwards):
            for one in self.choices(node_id):
                depths[one["to"]] = max(depths.get(one["to"], 0), depths[node_id] + 1)
        return depths

    @cached_property
    def circle(self) -> list[str]:
        """Return situations that lead round in a circle, if there are any to be met."""
        done: set[str] = set()
        way: dict[str, Iterator[Part]] = {}
        if self.nodes:
            way[self.start] = iter(self.choices(self.start))
        while way:
            here = next(reversed(way))
            following = next(way[here], None)
            if following is None:
                done.add(here)
                del way[here]
            elif following["to"] in way:
                met = list(way)
                return met[met.index(following["to"]) :]
            elif following["to"] not in done:
                way[following["to"]] = iter(self.choices(following["to"]))
        return []

    def reached(self) -> set[str]:
        """Return the situations that some way leads to."""
        return set(self._backwards) if self.nodes else set()

    @cached_property
    def _backwards(self) -> list[str]:
        """Return what can be reached, every situation after all that it leads to (where there is no circle)."""
        done: dict[str, None] = {}
        begun = {self.start}
        way = [(self.start, iter(self.choices(self.start)))]
        while way:
            here, rest = way[-1]
            following = next((one["to"] for one in rest if one["to"] not in begun), None)
            if following is None:
                done[here] = None
                way.pop()
            else:
                begun.add(following)
                way.append((following, iter(self.choices(following))))
        return list(done)

    @cached_property
    def best(self) -> Best:
        """Return the way that brings most. Refuses a scenario with a circle, or without a way to an ending."""
        if self.circle:
            raise Unplayable("circle")
        worth = {one: {step: sum(self.effect(step).values()) for step in self._steps(one)} for one in self.reached()}
        totals, first = self._extreme(worth)
        if self.start not in totals:
            raise Unplayable("no_ending")
        path, at = [], self.start
        while at in first:
            path.append(first[at])
            at = self._target(first[at])
        return Best(path=tuple(path), total=totals[self.start], ending=at)

    def span(self, indicator: str) -> tuple[int, int]:
        """Return the least and the most that ways to an ending bring to one indicator."""
        worth = {one: {step: self.effect(step).get(indicator, 0) for step in self._steps(one)} for one in self.reached()}
        most, _ = self._extreme(worth)
        least, _ = self._extreme({one: {step: -by for step, by in steps.items()} for one, steps in worth.items()})
        return -least.get(self.start, 0), most.get(self.start, 0)

    @property
    def needed(self) -> int:
        """Return the fewest points that are enough."""
        share = Decimal(str(self.structure.get("pass_share", "0.6")))
        return int((share * self.best.total).to_integral_value(ROUND_CEILING))

    def _extreme(self, worth: Mapping[str, Mapping[Step, int]]) -> tuple[dict[str, int], dict[str, Step]]:
        """Return the most that can be had from each situation to an ending, and the step to take there."""
        totals: dict[str, int] = {}
        first: dict[str, Step] = {}
        for here in self._backwards:
            if self.is_ending(here):
                totals[here] = 0
            for step, by in worth[here].items():
                beyond = totals.get(self._target(step))
                if beyond is not None and (here not in totals or by + beyond > totals[here]):
                    totals[here], first[here] = by + beyond, step
        return totals, first

    def _steps(self, node_id: str) -> list[Step]:
        return [Step(node_id, one["id"]) for one in self.choices(node_id)]

    def _target(self, step: Step) -> str:
        return str((self.choice(step.node, step.choice) or {})["to"])

    # --- a learner's way ---

    def follow(self, moves: Sequence[Sequence[Any]]) -> Run:
        """Return where these moves lead, stopping before the first that the scenario, changed since, no longer knows."""
        at, path, backs, made = self.start, list[Step](), 0, 0
        for node_id, choice_id, *_ in moves:
            if node_id != at or (choice_id == BACK and not path):
                break
            if choice_id == BACK:
                at, backs = path.pop().node, backs + 1
            elif self.choice(at, choice_id):
                path.append(Step(at, choice_id))
                at = self._target(path[-1])
            else:
                break
            made += 1
        return Run(at=at, path=tuple(path), backs=backs, moves=made)

    def move(self, moves: Sequence[Sequence[Any]], choice_id: str, *, position: int) -> list[list[Any]]:
        """Return the moves with one more. What was done at this position already may be sent again and changes nothing.

        Refuses (`OutOfTurn`) another move for a position that has passed, one for a later position, what is not offered
        here, and anything after an ending.
        """
        run = self.follow(moves)
        kept = [list(one) for one in moves[: run.moves]]
        if 0 <= position < run.moves:
            if kept[position][1] != choice_id:
                raise OutOfTurn("other_choice")
            return kept
        if position != run.moves:
            raise OutOfTurn("not_yet")
        if self.is_ending(run.at):
            raise OutOfTurn("ended")
        if choice_id == BACK and not self.backs_left(run):
            raise OutOfTurn("no_step_back")
        if choice_id != BACK and not self.choice(run.at, choice_id):
            raise OutOfTurn("not_offered")
        return [*kept, [run.at, choice_id]]

    def backs_left(self, run: Run) -> int:
        """Return how many steps back may be made from here: none at the start, nor once an ending has told the result."""
        if not run.path or self.is_ending(run.at):
            return 0
        return max(0, int(self.structure.get("steps_back") or 0) - run.backs)

    def result(self, run: Run) -> Result | None:
        """Return what a run came to, None if it goes on."""
        if not self.is_ending(run.at):
            return None
        profile = self.profile(run.path, backs=run.backs)
        # A step back that no indicator pays for costs nothing.
        return Result(ending=run.at, profile=profile, total=sum(profile.values()), best=self.best.total, needed=self.needed)
