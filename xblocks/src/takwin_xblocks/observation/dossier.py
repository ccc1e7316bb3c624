"""All that was observed of one trainee: the sheets that count and those that wait, what they come to, and what was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from takwin_xblocks.contract.records import PersonId, Record, Records
from takwin_xblocks.observation.grading import Decision, Result, Rules, result_of
from takwin_xblocks.observation.sheets import (
    OBSERVATION,
    Kept,
    counted_of,
    decision_of,
    kept_of,
    published_of,
    result_key,
    set_aside_of,
    waiting_of,
)

TRAINER, PEER = "trainer", "peer"


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One trainee's observations."""

    learner: PersonId
    rules: Rules
    counted: tuple[Kept, ...]
    waiting: tuple[Kept, ...]
    aside: tuple[Kept, ...]
    record: Record | None
    """What a trainer decided and published."""

    @property
    def decision(self) -> Decision | None:
        """Return which sheet a trainer said holds."""
        return decision_of(self.record)

    @property
    def published(self) -> Mapping[str, Any] | None:
        """Return the result as the trainee sees it, None before it was published."""
        return published_of(self.record)

    @property
    def result(self) -> Result | None:
        """Return what the counted sheets come to now."""
        return result_of((one.sheet for one in self.counted), self.rules, self.decision)

    @property
    def is_current(self) -> bool:
        """Tell whether what was published is what the counted sheets come to now."""
        return self.published is not None and self.published == self.snapshot()

    def of_observer(self, person: PersonId) -> tuple[Kept, ...]:
        """Return what one person's sheets are that count or wait."""
        return tuple(one for one in (*self.counted, *self.waiting) if one.record.author == person)

    def snapshot(self) -> dict[str, Any] | None:
        """Return the result as it is published: who observed is left out, and peers are not told apart by their order."""
        result = self.result
        if result is None:
            return None
        return {
            "score": [result.score.numerator, result.score.denominator],
            "most": result.most,
            "level": result.level,
            "observers": result.observers,
            "is_decided": result.is_decided,
            "items": {
                one.item: {"levels": sorted(one.levels, reverse=True), "is_zero": one.is_zero, "notes": self._notes(one.item)}
                for one in result.items
            },
            "key_zeros": list(result.key_zeros),
            "remarks": sorted([_role(one), one.remark] for one in self.counted if one.remark),
        }

    def _notes(self, item: str) -> list[list[str]]:
        return sorted([_role(one), one.notes[item]] for one in self.counted if one.notes.get(item))


def dossier_of(records: Records, learner: PersonId, rules: Rules) -> Dossier:
    """Return what was observed of a trainee."""
    kept = [kept_of(one) for one in records.list(kind=OBSERVATION, learner=learner)]
    return Dossier(
        learner=learner,
        rules=rules,
        counted=counted_of(kept),
        waiting=waiting_of(kept),
        aside=set_aside_of(kept),
        record=records.get(result_key(learner)),
    )


def score_of(published: Mapping[str, Any]) -> Fraction:
    """Return the score of a published result."""
    numerator, denominator = published["score"]
    return Fraction(numerator, denominator)


def _role(kept: Kept) -> str:
    return TRAINER if kept.by_trainer else PEER
