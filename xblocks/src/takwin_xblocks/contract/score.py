"""Tell the host what a learner earned, in the events that every XBlock host knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def better(earlier: Mapping[str, float] | None, later: Mapping[str, float]) -> dict[str, float]:
    """Return the better of two scores (`earned`, `possible`) by share; of equals, the later, whose total is the current one."""
    if not earlier or not earlier.get("possible"):
        return dict(later)
    if not later.get("possible"):
        return dict(earlier)
    return dict(later if later["earned"] / later["possible"] >= earlier["earned"] / earlier["possible"] else earlier)


def publish_score(block: Any, score: Mapping[str, float]) -> None:
    """Publish the completion of a block that a learner has answered, and the grade, where there is anything to earn."""
    if score["possible"] > 0:
        block.runtime.publish(block, "grade", {"value": score["earned"], "max_value": score["possible"]})
    block.runtime.publish(block, "completion", {"completion": 1.0})
