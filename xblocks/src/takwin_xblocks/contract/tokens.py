"""Name things in a page by words that betray nothing, where the ids that an author chose (`step1`, `step2`) would.

This keeps an answer out of the page, its source and an app's data: nobody finds it by looking. It is no secret to whoever
works for it: a token is a hash without a key, of the learner's own name at the host, the block and an id, so a learner who
knows their name and guesses the ids (`step1`, `i1`) can compute which token is which. Only ids that nobody guesses, as the
author's form makes them, prevent that.
"""

from __future__ import annotations

from collections.abc import Iterable

from takwin_xblocks.contract.drawing import seed_of


def tokens_of(ids: Iterable[str], *parts: str) -> dict[str, str]:
    """Return a token for each id, the same each time for the same `parts` (who looks, at which block) and other for others."""
    return {one: f"t{seed_of(*parts, one):016x}" for one in ids}
