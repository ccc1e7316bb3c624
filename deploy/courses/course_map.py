"""Reads `map.toml`: what learners can do after a course, where each thing is taught and assessed, and what each unit is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that a learner can do afterwards."""

    id: str
    words: Mapping[str, str]
    taught: tuple[str, ...]
    """Lessons."""
    assessed: tuple[str, ...]
    """Units."""


@dataclass(frozen=True, slots=True)
class MappedUnit:
    """A unit of the course plan."""

    name: str
    letter: str
    block: str
    activity: str


@dataclass(frozen=True, slots=True)
class MappedLesson:
    """A lesson of the course plan; the beats “live, look back, name it” come before its units."""

    id: str
    plan: str
    chapter: str
    titles: Mapping[str, str]
    units: tuple[MappedUnit, ...]

    @property
    def live(self) -> str:
        """Return the unit that tells a story and looks back on it; its second text is `look`."""
        return f"{self.id}-live"

    @property
    def look(self) -> str:
        """Return the text with the questions."""
        return f"{self.id}-look"

    @property
    def named(self) -> str:
        """Return the unit that names the concept."""
        return f"{self.id}-name"


@dataclass(frozen=True)
class CourseMap:
    """The map of a course."""

    code: str
    minutes: int
    outcomes: tuple[Outcome, ...]
    lessons: tuple[MappedLesson, ...]

    @cached_property
    def units(self) -> dict[str, MappedUnit]:
        """Return the units of all lessons by name."""
        return {unit.name: unit for lesson in self.lessons for unit in lesson.units}


def read_map(path: Path) -> CourseMap | None:
    """Read a map, if there is one."""
    if not path.exists():
        return None
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    outcomes = tuple(
        Outcome(one["id"], _by_language(one), tuple(one["taught"]), tuple(one["assessed"])) for one in told.get("outcome", ())
    )
    lessons = tuple(
        MappedLesson(one["id"], one["plan"], one["chapter"], _by_language(one), tuple(map(_unit, one["units"])))
        for one in told.get("lesson", ())
    )
    return CourseMap(told["code"], told["minutes"], outcomes, lessons)


def _by_language(told: Mapping[str, Any]) -> dict[str, str]:
    return {language: told[language] for language in ("ar", "fr", "en")}


def _unit(told: Mapping[str, Any]) -> MappedUnit:
    return MappedUnit(told["unit"], told["letter"], told["block"], told["activity"])
