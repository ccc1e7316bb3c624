"""Count attempts: how many a learner has left, and whether what was sent was sent before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

MOST_REMEMBERED = 20


def attempts_left(limit: int | None, *, used: int) -> int | None:
    """Return how many attempts remain, or None where the number is not limited (no limit, or one below 1)."""
    if limit is None or limit < 1:
        return None
    return max(limit - used, 0)


def digest_of(answers: Mapping[str, list[str]]) -> str:
    """Return a short name of what was answered (SHA-256, 48 bits)."""
    return hashlib.sha256(json.dumps(dict(answers), sort_keys=True).encode()).hexdigest()[:12]


def is_replay(taken: Mapping[str, str], attempt_id: str, digest: str) -> bool:
    """Tell whether this very sending was taken before: a phone that lost its answer sends it again.

    Another answer under the same name is a new attempt: two tabs that show the same page name their sendings alike.
    """
    return bool(attempt_id) and taken.get(attempt_id) == digest


def remembered(taken: Mapping[str, str], attempt_id: str, digest: str) -> dict[str, str]:
    """Return the sendings that were taken, this one last; the oldest are forgotten."""
    if not attempt_id:
        return dict(taken)
    kept = {name: told for name, told in taken.items() if name != attempt_id} | {attempt_id: digest}
    return dict(list(kept.items())[-MOST_REMEMBERED:])
