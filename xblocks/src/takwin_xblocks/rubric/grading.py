"""Say what levels are worth: one piece of work, several judges, and when they do not agree.

Every judgement is a level for each criterion, 1 the lowest. Judgements are joined criterion by criterion, in exact fractions, so
that the score of the joined levels is the joined score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Levels = Mapping[str, Fraction | int]
"""Criterion → level."""
Part = Literal["self", "peer", "trainer"]

FEWEST_PEERS = 2
"""A single peer's levels are read, and count for nothing."""
LEVELS_APART = 2
POINTS_APART = 20
"""Of 100. Two trainers who are as far apart as either of these do not agree."""
LEAST_LEVEL = 2
HEAVY = 20
"""Work below `LEAST_LEVEL` on a criterion of at least this weight is handed in once more."""
HIGHEST_ASKED = 4
"""No rule of a certificate asks for more, also where a rubric has more levels."""


@dataclass(frozen=True, kw_only=True)
class Rubric:
    """What work is judged by: the weight of each criterion, in order, and the highest level."""

    weights: Mapping[str, int]
    highest: int


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Two trainers who do not agree: where, and by how many points of 100."""

    criteria: tuple[str, ...]
    points: Fraction


def share(rubric: Rubric, levels: Levels) -> Fraction:
    """Return what the levels are worth, from 0 to 1: Σ weight x level / (Σ weight x highest level)."""
    whole = sum(rubric.weights.values()) * rubric.highest
    return Fraction(sum(weight * levels[one] for one, weight in rubric.weights.items()), whole) if whole else Fraction(0)


def mean_level(rubric: Rubric, levels: Levels) -> Fraction:
    """Return the mean of the levels by weight: what rules such as "at least level 3" look at."""
    return share(rubric, levels) * rubric.highest


def level_for_rules(rubric: Rubric, levels: Levels) -> float:
    """Return the mean level as rules are told it: never rounded up to a level, and no more than the highest that they ask for."""
    return float(min(mean_level(rubric, levels), Fraction(HIGHEST_ASKED)))


def is_whole(rubric: Rubric, levels: Levels) -> bool:
    """Tell whether every criterion, and nothing else, has a level that the rubric knows."""
    return set(levels) == set(rubric.weights) and all(1 <= level <= rubric.highest for level in levels.values())


def peers_levels(judged: Sequence[Levels]) -> dict[str, Fraction] | None:
    """Return the median of the peers for each criterion; None with fewer than two of them."""
    if len(judged) < FEWEST_PEERS:
        return None
    return {one: _middle(sorted(Fraction(levels[one]) for levels in judged)) for one in judged[0]}


def _middle(ordered: Sequence[Fraction]) -> Fraction:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def trainers_levels(judged: Sequence[Levels]) -> dict[str, Fraction] | None:
    """Return the mean of the trainers for each criterion; None without any."""
    if not judged:
        return None
    return {one: Fraction(sum(Fraction(levels[one]) for levels in judged), len(judged)) for one in judged[0]}


def apart(rubric: Rubric, first: Levels, second: Levels) -> Apart | None:
    """Return how far two trainers are apart; None where they are near enough for their mean to be fair to both."""
    criteria = tuple(one for one in rubric.weights if abs(Fraction(first[one]) - second[one]) >= LEVELS_APART)
    points = abs(share(rubric, first) - share(rubric, second)) * 100
    return Apart(criteria=criteria, points=points) if criteria or points >= POINTS_APART else None


def weights_of(asked: Mapping[Part, int], there: Iterable[Part]) -> dict[Part, Fraction]:
    """Return how much each part that is there counts, 1 together.

    What peers do not give, because they are too few or too late, trainers give in their place. Of anything else that is missing
    the others take over the weight, each by its own; where nobody who is there has a weight, the trainers' judgement is all.
    """
    present = set(there)
    weights = dict(asked)
    if "peer" not in present and "trainer" in present:
        weights["trainer"] = weights.get("trainer", 0) + weights.get("peer", 0)
    left = {part: weights.get(part, 0) for part in sorted(present)}
    whole = sum(left.values())
    if whole:
        return {part: Fraction(weight, whole) for part, weight in left.items() if weight}
    return {"trainer": Fraction(1)} if "trainer" in present else {}


def joined_levels(asked: Mapping[Part, int], parts: Mapping[Part, Levels]) -> dict[str, Fraction] | None:
    """Return the level of each criterion from all who judged, by their weights; None where nobody who counts has."""
    weights = weights_of(asked, parts)
    if not weights:
        return None
    criteria = parts[next(iter(weights))]
    return {one: Fraction(sum((weight * parts[part][one] for part, weight in weights.items()), Fraction(0))) for one in criteria}


def too_low(rubric: Rubric, levels: Levels) -> tuple[str, ...]:
    """Return the criteria of weight that are so low that the work is handed in once more."""
    return tuple(one for one, weight in rubric.weights.items() if weight >= HEAVY and levels[one] < LEAST_LEVEL)
