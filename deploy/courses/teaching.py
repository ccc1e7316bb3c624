"""Holds a course with a map to the way we teach: four beats, pages that can be read, quizzes worth it, outcomes taught and assessed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache

from deploy.courses.course_map import CourseMap, MappedLesson
from deploy.courses.faults import Fault
from deploy.courses.reading import COURSES, Course, Edition, Unit
from deploy.courses.wording import ANNEX, ARABIC, unit_texts

FEWEST_WORDS, MOST_WORDS = 150, 500
AT_LENGTH = (ANNEX, "kit-guide-")
"""Units that say as much as they must: what is made from the facts, and what the trainer of a half-day reads beforehand."""
FEWEST_QUESTIONS = 5
CAST = COURSES / "cast.toml"
SPOKEN = "en"
"""The language in which invented people are looked for: their names are no other words there, as some are in Arabic."""
FICTIONAL = {
    "en": re.compile(r"fictional example|invented example", re.IGNORECASE),
    "fr": re.compile(r"exemples? fictifs?|exemples? inventés?", re.IGNORECASE),
    "ar": re.compile(r"(?:مثال|أمثلة|أسماء) متخي[\u064b-\u0652]*لة?"),
}


def check_teaching(course: Course) -> Iterator[Fault]:
    """Yield what the map asks for and the course does not have."""
    if not course.map:
        return
    yield from _outcomes(course, course.map)
    for edition in course.editions.values():
        for lesson in course.map.lessons:
            yield from _lesson(edition, lesson)
        for unit in edition.units.values():
            yield from _length(edition, unit)
            yield from _questions(edition, unit)
    yield from _invented(course)


def _outcomes(course: Course, plan: CourseMap) -> Iterator[Fault]:
    lessons = {lesson.id for lesson in plan.lessons}
    for outcome in plan.outcomes:
        for language, edition in course.editions.items():
            where = ("map.toml", 0)
            if not outcome.words.get(language, "").strip():
                yield edition.fault(*where, f"outcome {outcome.id} has no words", "write them")
            if not outcome.taught or not outcome.assessed:
                yield edition.fault(*where, f"outcome {outcome.id} is not both taught and assessed", "name the lessons and units")
            for lesson in outcome.taught:
                if lesson not in lessons or lesson not in edition.lessons:
                    yield edition.fault(*where, f"outcome {outcome.id} is taught in {lesson}, which is not there", "write it")
            for unit in outcome.assessed:
                if unit not in edition.units:
                    yield edition.fault(*where, f"outcome {outcome.id} is assessed in {unit}, which is not there", "write it")


def _lesson(edition: Edition, lesson: MappedLesson) -> Iterator[Fault]:
    chapter = next((one for one in edition.chapters if one.name == lesson.chapter), None)
    held = edition.lessons.get(lesson.id)
    if chapter is None or held is None or held not in chapter.lessons:
        yield edition.fault("map.toml", 0, f"lesson {lesson.id} is not in chapter {lesson.chapter}", "as the map says")
        return
    if held.title != lesson.titles[edition.language]:
        what = f"“{held.title}” is “{lesson.titles[edition.language]}” in the map"
        yield edition.fault(held.file, 1, what, "give both one name")
    yield from _beats(edition, lesson, held.file)
    for mapped in lesson.units:
        unit = edition.units.get(mapped.name)
        kinds = [block.kind for block in unit.blocks] if unit else []
        if mapped.block not in kinds:
            what = f"{mapped.name} holds {', '.join(kinds) or 'nothing'}; the map says {mapped.block}"
            yield edition.fault(f"vertical/{mapped.name}.xml", 0, what, "write the block, or change the map")


def _beats(edition: Edition, lesson: MappedLesson, file: str) -> Iterator[Fault]:
    live, named = edition.units.get(lesson.live), edition.units.get(lesson.named)
    if live is None or [block.key for block in live.blocks] != [f"html/{lesson.live}", f"html/{lesson.look}"]:
        what = f"{lesson.live} is not a story ({lesson.live}) and a look back on it ({lesson.look})"
        yield edition.fault(file, 1, what, "write both texts")
    elif not live.blocks[1].node.xpath(".//details[summary]"):
        yield edition.fault(live.blocks[1].file, 1, "no question to open", "ask two to four, each in <details><summary>")
    if named is None or not named.is_read:
        yield edition.fault(file, 1, f"{lesson.named} does not name the concept in a text", "write it")
    if not lesson.units:
        yield edition.fault(file, 1, f"nothing to try in {lesson.id}", "add an exercise")


def _length(edition: Edition, unit: Unit) -> Iterator[Fault]:
    if not unit.is_read:
        return
    if not FEWEST_WORDS <= unit.words <= MOST_WORDS and not unit.name.startswith(AT_LENGTH):
        what = f"{unit.words} words in {unit.name}"
        yield edition.fault(unit.file, 0, what, f"{FEWEST_WORDS} to {MOST_WORDS}: say less, or make two units")
    if not any(block.node.xpath(".//img|.//table") for block in unit.blocks):
        yield edition.fault(unit.file, 0, "neither picture nor table", "show something")


def _questions(edition: Edition, unit: Unit) -> Iterator[Fault]:
    for block in unit.blocks:
        count = len(block.node.findall("question"))
        if block.kind == "coop_quiz" and count < FEWEST_QUESTIONS:
            yield edition.fault(unit.file, block.line, f"{count} questions", f"ask {FEWEST_QUESTIONS} or more")


@cache
def cast() -> list[Mapping[str, str]]:
    """Return the names of the invented people and cooperatives of our courses, by language."""
    told = tomllib.loads(CAST.read_text(encoding="utf-8")) if CAST.exists() else {}
    return list(told.get("invented", ()))


@cache
def _named(name: str) -> re.Pattern[str]:
    """Find a name as a word; in Arabic a letter may be joined to its front, and signs may stand on letters."""
    letters = "[\u064b-\u0652]*".join(map(re.escape, name)) if ARABIC.search(name) else re.escape(name)
    return re.compile(rf"(?<!\w)[وبلفك]?[\u064b-\u0652]*{letters}[\u064b-\u0652]*(?!\w)")


def _invented(course: Course) -> Iterator[Fault]:
    """Yield units that do not say that their people are invented, and languages that leave somebody out or spell a name otherwise."""
    spoken = course.editions.get(SPOKEN)
    stories = {lesson.live for lesson in course.map.lessons} if course.map else set()
    for name in spoken.units if spoken else ():
        said = {
            language: " ".join(text.words for text in unit_texts(edition.units[name]))
            for language, edition in course.editions.items()
            if name in edition.units
        }
        met = [one for one in cast() if _named(one[SPOKEN]).search(said[SPOKEN])]
        for language, words in said.items():
            edition = course.editions[language]
            file = edition.units[name].file
            if (met or name in stories) and not FICTIONAL[language].search(words):
                remedy = "say once “(fictional example)”, « (exemple fictif) », «(مثال متخيَّل)»"
                who = met[0][SPOKEN] if met else "the story"
                yield edition.fault(file, 0, f"{who} is invented, and the unit does not say so", remedy)
            for one in met:
                if not _named(one[language]).search(words):
                    what = f"{SPOKEN} names {one[SPOKEN]}, {language} does not name {one[language]}"
                    yield edition.fault(file, 0, what, f"name the same people, as courses/{CAST.name} spells them")
