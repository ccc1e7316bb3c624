"""What an answer earned, in points and in one word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["correct", "partly", "incorrect"]
ICONS: Mapping[State, str] = {
    "correct": "\N{CHECK MARK}",
    "partly": "\N{ALMOST EQUAL TO}",
    "incorrect": "\N{MULTIPLICATION X}",
}
"""Beside the colour, for those who see none."""


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


class AnswersRefused(ValueError):
    """Answers cannot be marked; `codes` holds, for each field that needs the learner, why."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{where}: {code}" for where, code in codes.items()))
        self.codes = dict(codes)
