"""Exercises and tasks that conditions name by their titles: what a learner reached in them, and their titles in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lms_app.domain.content import CONTAINERS, Outline
from lms_app.domain.eligibility import EXERCISE, Attained, Condition, same_name
from lms_app.domain.grading import Points
from lms_app.domain.keys import BlockId


def exercises_of(outline: Outline, scores: Mapping[BlockId, Points]) -> tuple[Attained, ...]:
    """Return the share of its points (0 to 1) that a learner has in each exercise, under all its titles."""
    return tuple(
        Attained(EXERCISE, outline[block].title, points.share, titles_of(outline, block))
        for block, points in scores.items()
        if block in outline
    )


def titles_of(outline: Outline, block: BlockId) -> tuple[str, ...]:
    """Return what a block is called in the languages of its course, each title once."""
    return tuple(dict.fromkeys(outline.title(block, language) for language in outline.languages))


def named_in(outline: Outline, condition: Condition, language: str) -> Condition:
    """Return a condition with the name that its exercise has in a language; as it is where no block of the course is called so."""
    named = outline.once(("named", condition.name), lambda: _called(outline, condition.name)) if condition.name else ()
    return replace(condition, name=outline.title(named[0], language)) if named else condition


def is_exercise(outline: Outline, name: str) -> bool:
    """Tell whether something that earns points is called so in any language."""
    return any(outline[block].possible for block in _called(outline, name))


def _called(outline: Outline, name: str) -> tuple[BlockId, ...]:
    """Return the blocks of a name, those that earn points first: in one language a unit may have the title of an exercise."""
    found = [block for block in outline.entries if any(same_name(title, name) for title in titles_of(outline, block))]
    return tuple(sorted(found, key=lambda block: (not outline[block].possible, outline[block].type in CONTAINERS)))
