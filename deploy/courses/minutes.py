"""Estimates how many minutes a unit takes somebody who reads slowly, from its words and what there is to do."""

from __future__ import annotations

from math import ceil

from deploy.courses.reading import Block, Unit

WORDS_A_MINUTE = 80
"""Adults who read slowly, and stop to look at a picture."""
AWAY = frozenset({"coop_attendance", "coop_diagnostic", "coop_evidence", "coop_plan"})
"""Blocks whose time is spent with others or in the field."""
STARTS = {
    "coop_attendance": 0,
    "coop_diagnostic": 90,
    "coop_evidence": 120,
    "coop_journal": 3,
    "coop_match": 1,
    "coop_observation": 10,
    "coop_order": 1,
    "coop_plan": 60,
    "coop_quiz": 0,
    "coop_rubric": 20,
    "coop_scenario": 0,
    "coop_worksheet": 2,
}
"""Minutes before the first answer: to understand what is asked, or to do it in the field; the session that is observed is in its day."""
EACH = {
    "coop_journal": ("question", 2.0),
    "coop_match": ("item", 0.3),
    "coop_order": ("item", 0.4),
    "coop_quiz": ("question", 1.0),
    "coop_scenario": ("node", 0.8),
    "coop_worksheet": ("row[@kind='input']", 1.0),
}
"""Minutes for each thing to answer; of a scenario one walks half of the situations."""


def minutes_of(unit: Unit) -> int:
    """Return the minutes of a unit, at least one."""
    return max(1, ceil(sum(_minutes(block) for block in unit.blocks)))


def _minutes(block: Block) -> float:
    if block.kind == "html":
        return block.words / WORDS_A_MINUTE
    if block.kind == "coop_attendance":
        return 60 * sum(float(part.get("hours", 0)) for part in block.node.findall("halfday"))
    things, each = EACH.get(block.kind, ("*", 0.0))
    return STARTS.get(block.kind, 5) + each * len(block.node.findall(things))
