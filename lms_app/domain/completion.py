"""How far a learner is: every leaf counts once, a container is the mean of its leaves."""

from __future__ import annotations

from collections.abc import Mapping

from lms_app.domain.content import Outline
from lms_app.domain.keys import BlockId
from lms_app.domain.schedule import is_hidden

NOT_COUNTED = frozenset({"discussion"})
"""Nothing to finish there."""


def share_done(outline: Outline, done: Mapping[BlockId, float], block: BlockId | None = None) -> float:
    """Return how much below `block` (the whole course by default) is done, 0 to 1; 1 when there is nothing to do."""
    leaves = [leaf for leaf in outline.leaves(block) if leaf.type not in NOT_COUNTED and not is_hidden(leaf.settings)]
    if not leaves:
        return 1.0
    return sum(min(1.0, done.get(leaf.id, 0.0)) for leaf in leaves) / len(leaves)
