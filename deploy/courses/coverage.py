"""Writes the table of a course's README: every unit with its block, languages, beat, words and minutes; every outcome."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deploy.courses.course_map import CourseMap, MappedLesson
from deploy.courses.minutes import AWAY, WORDS_A_MINUTE, minutes_of
from deploy.courses.reading import LANGUAGES, Chapter, Course, Edition, Lesson, Unit

BEGIN, END = "<!-- coverage: begin (made by `python -m deploy.courses coverage`) -->", "<!-- coverage: end -->"
HEAD = "| Lesson | Unit | Block | Beat | ar | fr | en | Words ar · fr · en | Minutes |\n|---|---|---|---|---|---|---|---|---|"
OUTCOMES = "| Outcome | Taught in | Assessed in |\n|---|---|---|"
SHOWN = "en"


def readme(course: Course) -> str:
    """Return the course's README with its tables made anew."""
    told = (course.folder / "README.md").read_text(encoding="utf-8")
    if BEGIN not in told or END not in told:
        return told
    before, _, rest = told.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{tables(course)}\n\n{END}{rest.partition(END)[2]}"


def readmes(courses: list[Course]) -> Iterator[tuple[Path, str]]:
    """Yield the README of each course that has a map."""
    for course in courses:
        path = course.folder / "README.md"
        if course.map and path.exists():
            yield path, readme(course)


def tables(course: Course) -> str:
    """Return both tables."""
    edition = course.editions[SHOWN]
    rows = [row for chapter in edition.chapters for row in _chapter(course, chapter)]
    summary = f"{len(edition.units)} units. {_hours(edition)} “✓” stands for a unit that is written in that language."
    parts = [summary, "\n".join([HEAD, *rows])]
    if course.map:
        parts.append("\n".join([OUTCOMES, *_outcomes(course.map, edition)]))
    return "\n\n".join(parts)


def _hours(edition: Edition) -> str:
    """Say how long one pass takes, apart from what happens with others and in the field."""
    blocks = {unit.name: {block.kind for block in unit.blocks} for unit in edition.units.values()}
    away = sum(minutes_of(unit) for unit in edition.units.values() if blocks[unit.name] & AWAY)
    total = sum(minutes_of(unit) for unit in edition.units.values())
    return (
        f"One pass takes about {(total - away) / 60:.0f} hours on a screen at {WORDS_A_MINUTE} words a minute, "
        f"and {away / 60:.0f} hours in a room and in the field; further attempts and talks with members come on top."
    )


def _chapter(course: Course, chapter: Chapter) -> Iterator[str]:
    yield f"| **{chapter.title}** | | | | | | | | |"
    plan = {lesson.id: lesson for lesson in course.map.lessons} if course.map else {}
    for lesson in chapter.lessons:
        minutes = sum(minutes_of(unit) for unit in lesson.units)
        mapped = plan.get(lesson.name)
        title = f"{mapped.plan} {lesson.title}" if mapped else lesson.title
        for place, unit in enumerate(lesson.units):
            named = f"{title} ({minutes} min)" if place == 0 else ""
            yield f"| {named} | {_unit(course, unit, mapped, lesson)} |"


def _unit(course: Course, unit: Unit, mapped: MappedLesson | None, lesson: Lesson) -> str:
    kinds = ", ".join(f"`{kind.removeprefix('coop_')}`" for kind in dict.fromkeys(block.kind for block in unit.blocks))
    there = [course.editions[language].units.get(unit.name) for language in LANGUAGES]
    present = " | ".join("✓" if one and one.blocks else "–" for one in there)
    words = " · ".join(str(one.words) if one else "–" for one in there)
    return f"`{unit.name}` {unit.title} | {kinds} | {_beat(unit, mapped, lesson)} | {present} | {words} | {minutes_of(unit)}"


def _beat(unit: Unit, mapped: MappedLesson | None, lesson: Lesson) -> str:
    if mapped is None:
        return "try" if unit.name.startswith("g") and lesson.attributes.get("graded") else ""
    if unit.name == mapped.live:
        return "live, look back"
    return "name it" if unit.name == mapped.named else "try it"


def _outcomes(plan: CourseMap, edition: Edition) -> Iterator[str]:
    titles = {lesson.id: f"{lesson.plan} {lesson.titles[SHOWN]}" for lesson in plan.lessons}
    for outcome in plan.outcomes:
        taught = ", ".join(titles.get(lesson, lesson) for lesson in outcome.taught)
        assessed = ", ".join(f"`{unit}`" if unit in edition.units else f"`{unit}` (missing)" for unit in outcome.assessed)
        yield f"| {outcome.words[SHOWN]} | {taught} | {assessed} |"
