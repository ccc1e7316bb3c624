"""Exercises and tasks that conditions name by their titles: what a learner reached in them, and their titles in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lms_app.domain.content import Outline
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
    named = outline.once(("named", condition.name), lambda: _called(outline, condition.name)) if condition.name else None
    return replace(condition, name=outline.title(named, language)) if named else condition


def _called(outline: Outline, name: str) -> BlockId | None:
    return next((block for block in outline.entries if any(same_name(title, name) for title in titles_of(outline, block))), None)
