"""How far a learner is: every leaf counts once, a container is the mean of its leaves."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lms_app.domain.content import Outline
from lms_app.domain.keys import BlockId
from lms_app.domain.schedule import is_hidden

NOT_COUNTED = frozenset({"discussion"})
"""Nothing to finish there."""


def share_done(outline: Outline, done: Mapping[BlockId, float], block: BlockId | None = None) -> float:
    """Return how much below `block` (the whole course by default) is done, 0 to 1; 1 when there is nothing to do."""
    counted = outline.once(("counted", block), lambda: _counted(outline, block))
    if not counted:
        return 1.0
    # By what is done, which is little in a large course, or by what there is, which is little in a unit.
    begun = counted & done.keys() if len(done) < len(counted) else counted
    return math.fsum(min(1.0, done.get(leaf, 0.0)) for leaf in begun) / len(counted)


def _counted(outline: Outline, block: BlockId | None) -> frozenset[BlockId]:
    return frozenset(leaf.id for leaf in outline.leaves(block) if leaf.type not in NOT_COUNTED and not is_hidden(leaf.settings))
