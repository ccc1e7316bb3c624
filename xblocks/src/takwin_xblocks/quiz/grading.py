"""Mark a quiz: plain rules, no host, no storage.

A question is worth its points (1 unless its author says otherwise).

* `single`: all or nothing.
* `multiple`: each right tick earns its share, each wrong tick takes the same share back, never below nothing:
  points x (right ticks - wrong ticks) / number of right choices. Ticking everything thus earns nothing by itself.
* `number`: all or nothing; right when within the tolerance, which is absolute (`0.5`) or a share of the value (`5%`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from takwin_xblocks.contract.digits import NumberRefused, read_number

State = Literal["correct", "partly", "incorrect"]
KINDS = ("single", "multiple", "number")
_PLACES = 4


class AnswerRefused(ValueError):
    """An answer cannot be marked; `code` is `empty`, `one_only`, `unknown_choice`, `not_a_number` or `too_long`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one answer earned."""

    earned: float
    possible: float

    @property
    def state(self) -> State:
        """Return the mark in one word."""
        if self.earned >= self.possible:
            return "correct"
        return "partly" if self.earned > 0 else "incorrect"


def points(question: Mapping[str, Any]) -> float:
    """Return what a question is worth."""
    return float(question.get("points", 1))


def right_choices(question: Mapping[str, Any]) -> list[str]:
    """Return the ids of the right choices."""
    return [choice["id"] for choice in question.get("choices", ()) if choice.get("correct")]


def mark(question: Mapping[str, Any], answer: Sequence[str]) -> Mark:
    """Mark the answer to one question. Refuses (`AnswerRefused`) what is empty, no longer offered or no number."""
    share = float(_is_near(question, answer)) if question["kind"] == "number" else _chosen_share(question, answer)
    return Mark(earned=round(points(question) * share, _PLACES), possible=points(question))


def _chosen_share(question: Mapping[str, Any], answer: Sequence[str]) -> float:
    ticked = {choice for choice in answer if choice}
    if not ticked:
        raise AnswerRefused("empty")
    if ticked - {choice["id"] for choice in question["choices"]}:
        raise AnswerRefused("unknown_choice")
    right = set(right_choices(question))
    if question["kind"] == "single":
        if len(ticked) > 1:
            raise AnswerRefused("one_only")
        return 1.0 if ticked <= right else 0.0
    return max(len(ticked & right) - len(ticked - right), 0) / len(right) if right else 0.0


def _is_near(question: Mapping[str, Any], answer: Sequence[str]) -> bool:
    if len(answer) > 1:
        raise AnswerRefused("one_only")
    try:
        readings = read_number(answer[0] if answer else "")
    except NumberRefused as error:
        raise AnswerRefused(error.code) from error
    value = Decimal(question["value"])
    allowed = allowance(value, question.get("tolerance", "0"))
    return any(abs(reading - value) <= allowed for reading in readings)


def allowance(value: Decimal, tolerance: str) -> Decimal:
    """Return how far from `value` an answer may be: `0.5` means half a unit, `5%` a twentieth of the value."""
    if tolerance.endswith("%"):
        return abs(value) * Decimal(tolerance[:-1]) / 100
    return Decimal(tolerance)
