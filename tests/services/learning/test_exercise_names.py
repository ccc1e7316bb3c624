"""Exercises that a condition names once are told under the title of the reader's language: that of the exercise, not of what holds it."""

from __future__ import annotations

from lms_app.domain.content import Hash, Outline, OutlineEntry
from lms_app.domain.eligibility import EXERCISE, Condition
from lms_app.domain.keys import BlockId
from lms_app.services.learning.exercises import is_exercise, named_in

TITLES = {
    "course/c": ("Vendre", "Selling", 0.0),
    "vertical/cost": ("Le prix de revient", "What it costs", 0.0),
    "html/cost": ("Le prix de revient", "Before you begin", 0.0),
    "coop_worksheet/cost": ("Le prix de revient", "The full cost", 4.0),
    "html/last": ("Un mot", "A last word", 0.0),
}


def course() -> Outline:
    entries = {
        BlockId(name): OutlineEntry(
            id=BlockId(name),
            type=name.partition("/")[0],
            node=Hash("0" * 64),
            parent=None,
            children=(),
            title=french,
            settings={},
            titles={"en": english},
            possible=possible,
        )
        for name, (french, english, possible) in TITLES.items()
    }
    return Outline(BlockId("course/c"), Hash("0" * 64), "fr", ("fr", "en"), entries, {})


def test_of_several_with_one_title_the_exercise_is_meant() -> None:
    asked = Condition(EXERCISE, 1, "le prix de  revient")
    assert named_in(course(), asked, "en").name == "The full cost"
    assert named_in(course(), asked, "ar").name == "Le prix de revient"


def test_what_no_block_is_called_keeps_its_name() -> None:
    assert named_in(course(), Condition("practical", 1, "Plan"), "en").name == "Plan"
    assert named_in(course(), Condition("grade", 0.6), "en").name == ""


def test_only_what_earns_points_is_an_exercise() -> None:
    names = ("Le prix de revient", "the FULL cost", "What it costs", "Un mot", "Plan", "")
    assert [is_exercise(course(), name) for name in names] == [True, True, False, False, False, False]
