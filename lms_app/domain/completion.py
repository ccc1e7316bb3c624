"""How far a learner is: every leaf that they were given counts once, a container is the mean of its leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lms_app.domain.content import Outline
from lms_app.domain.given import NO_CHOICES, Choices, Measure, tally
from lms_app.domain.keys import BlockId

NOT_COUNTED = frozenset({"discussion"})
"""Nothing to finish there."""


_ONE_EACH: Final = Measure[float](
    "one each",
    worth=lambda entry: None if entry.type in NOT_COUNTED else 1.0,
    read=lambda value: (min(1.0, value), 1.0),
)


def share_done(
    outline: Outline, done: Mapping[BlockId, float], block: BlockId | None = None, *, choices: Choices = NO_CHOICES
) -> float:
    """Return how much below `block` (the whole course by default) is done, 0 to 1; 1 when there is nothing to do."""
    got, of = tally(outline, block or outline.root, _ONE_EACH, results=done, choices=choices)
    return min(1.0, got / of) if of > 0 else 1.0
