"""What a course promises against what it holds: papers ask for works that are there, and for hours that are held."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deploy.courses.reading import COURSES, LANGUAGES, Course, read_course
from lms_app.domain.awards import KINDS, read_awards
from lms_app.domain.eligibility import Condition, same_name
from lms_app.domain.papers import read_paper

RULED = sorted(path.parent.name for path in COURSES.glob("*/takwin.json"))
BLOCKS = {"practical": "coop_evidence", "observation": "coop_observation", "rubric": "coop_rubric", "exercise": "coop_"}
"""What the kinds of blocks begin with that tell that a condition is met."""


@pytest.fixture(params=RULED)
def ruled(request: pytest.FixtureRequest) -> Course:
    return read_course(COURSES / request.param)


def rules_of(course: Course) -> dict[str, Any]:
    return dict(json.loads((course.folder / "takwin.json").read_text(encoding="utf-8")))


def conditions_of(course: Course) -> list[Condition]:
    return [each for award in read_awards(rules_of(course)["awards"]) for each in award.conditions]


def titles_of(course: Course, kind: str, language: str) -> dict[str, str]:
    """Return the names of the blocks of a kind, by their ids."""
    units = course.editions[language].units.values()
    return {block.key: block.title for unit in units for block in unit.blocks if block.kind.startswith(kind)}


def test_rules_and_paper_can_be_read(ruled: Course) -> None:
    rules = rules_of(ruled)
    assert {award.kind for award in read_awards(rules["awards"])} <= {*KINDS}
    for texts in read_paper(rules.get("certificate", {})).competences:
        assert set(texts) == set(LANGUAGES)


def test_what_is_asked_by_name_is_a_block_of_the_course(ruled: Course) -> None:
    """A rule names a work once; whoever learns in another language did the block of the same id."""
    for condition in conditions_of(ruled):
        if condition.kind not in BLOCKS:
            continue
        named = titles_of(ruled, BLOCKS[condition.kind], "en")
        if not condition.name:
            assert len(named) >= condition.asked, condition
            continue
        found = [block for block, title in named.items() if same_name(title, condition.name)]
        assert len(found) == 1, f"{condition.name}: {found} of {named}"
        for language in LANGUAGES:
            assert titles_of(ruled, BLOCKS[condition.kind], language)[found[0]], language


def test_the_hours_that_are_asked_are_held(ruled: Course) -> None:
    edition = ruled.editions["en"]
    halves = [half for unit in edition.units.values() for block in unit.blocks for half in block.node.iter("halfday")]
    held = sum(float(half.get("hours", 0)) for half in halves)
    for condition in conditions_of(ruled):
        if condition.kind == "attendance":
            assert 0 < condition.asked <= held
    if ruled.map:
        assert float(rules_of(ruled)["hours"]) * 60 == ruled.map.minutes


def test_train_the_trainer_asks_four_fifths_of_its_hours_and_level_three() -> None:
    course = read_course(COURSES / "train-the-trainer")
    asked = {each.kind: each for each in conditions_of(course) if each.kind != "completion"}
    assert (asked["grade"].asked, asked["observation"].level, asked["rubric"].level) == (0.7, 3, 3)
    assert asked["attendance"].asked == pytest.approx(0.8 * 14)
