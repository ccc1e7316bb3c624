"""Name things in a page by words that betray nothing, where the ids that an author chose (`step1`, `step2`) would."""

from __future__ import annotations

from collections.abc import Iterable

from takwin_xblocks.contract.drawing import seed_of


def tokens_of(ids: Iterable[str], *parts: str) -> dict[str, str]:
    """Return a token for each id, the same each time for the same `parts` (who looks, at which block) and other for others."""
    return {one: f"t{seed_of(*parts, one):016x}" for one in ids}
