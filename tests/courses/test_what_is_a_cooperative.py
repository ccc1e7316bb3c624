"""What the short course alone promises: its shape, how it is graded, and drawings without words."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree

from deploy.courses.reading import COURSES, LANGUAGES, read_course

COURSE = read_course(COURSES / "what-is-a-cooperative")


def test_one_chapter_of_three_lessons_and_a_final_quiz() -> None:
    edition = COURSE.editions["en"]
    assert [chapter.name for chapter in edition.chapters] == ["cooperative"]
    assert list(edition.lessons) == ["meaning", "principles", "members", "final"]
    assert edition.types == ["coop_quiz", "html"]
    assert [block.key for unit in edition.units.values() for block in unit.blocks if block.kind == "coop_quiz"] == list(
        COURSE.answers
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_final_quiz_counts(language: str) -> None:
    policy = json.loads((COURSE.editions[language].folder / "policies" / "2026" / "grading_policy.json").read_text())
    assert policy == {
        "GRADER": [
            {"type": "Quiz", "short_label": "Quiz", "min_count": 3, "drop_count": 0, "weight": 0.6},
            {"type": "Final", "short_label": "Final", "min_count": 1, "drop_count": 0, "weight": 0.4},
        ],
        "GRADE_CUTOFFS": {"Pass": 0.7},
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_readings_are_short(language: str) -> None:
    units = COURSE.editions[language].units.values()
    assert {unit.name: unit.words for unit in units if unit.is_read and not 150 <= unit.words <= 400} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawings_hold_no_words(language: str) -> None:
    for path in (COURSE.editions[language].folder / "static").iterdir():
        assert path.stat().st_size <= 10_240
        assert all(re.fullmatch(r"[1-7]?", (one.text or "").strip()) for one in etree.parse(str(path)).getroot().iter())
