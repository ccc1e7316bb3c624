"""Every exercise of every course: read by its class, the same in each language, and worth everything to who knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from solving import SOLVERS, read, solve

from deploy.courses.reading import Block, Course, Edition, Unit
from takwin_xblocks.scenario.grading import Story

MOST_IN_ONE_PLACE = 0.6
MOST_LONGEST = 0.6


def exercises(edition: Edition, *kinds: str) -> Iterator[tuple[Unit, Block]]:
    for unit in edition.units.values():
        for block in unit.blocks:
            if block.kind in kinds if kinds else block.kind != "html":
                yield unit, block


def place(edition: Edition, unit: Unit, block: Block) -> str:
    return f"{edition.course}/{edition.language}/{unit.file}:{block.line} {block.key}"


def none(faults: list[str]) -> None:
    if faults:
        pytest.fail("\n".join([f"{len(faults)} faults:", *faults]), pytrace=False)


def refused(edition: Edition, unit: Unit, block: Block) -> str:
    try:
        read(block)
    except Exception as error:  # noqa: BLE001 -- whatever a class refuses is told with its place
        return f"{place(edition, unit, block)}: {type(error).__name__}: {error}"
    return ""


def test_every_block_can_be_read_by_its_class(course: Course) -> None:
    faults = [refused(edition, *found) for edition in course.editions.values() for found in exercises(edition)]
    none([fault for fault in faults if fault])


def test_languages_differ_by_their_texts_alone(course: Course) -> None:
    english = {block.key: read(block) for _unit, block in exercises(course.editions["en"])}
    faults = []
    for language in ("ar", "fr"):
        edition = course.editions[language]
        for unit, block in exercises(edition):
            here, there = read(block), english[block.key]
            where = place(edition, unit, block)
            if _without_wordings(here.structure) != _without_wordings(there.structure):
                faults.append(f"{where}: another structure than en")
            missing = {key for key in set(here.texts) ^ set(there.texts) if not _is_wording(key, here.structure, there.structure)}
            faults += [f"{where}: {key} is not in both languages" for key in sorted(missing)]
    none(faults)


def _without_wordings(structure: Any) -> Any:
    """Leave out what each language lists for itself: the wordings that may be typed."""
    if isinstance(structure, dict):
        return {key: _without_wordings(value) for key, value in structure.items() if key != "accepts"}
    return [_without_wordings(one) for one in structure] if isinstance(structure, list) else structure


def _is_wording(key: str, *structures: Any) -> bool:
    names = {
        f"{question['id']}/{one['id']}"
        for structure in structures
        for question in structure.get("questions", ())
        for one in question.get("accepts", ())
    }
    return any(key == name or key.startswith(f"{name}/") for name in names)


def test_the_right_answers_earn_everything(course: Course) -> None:
    faults = []
    for language, edition in course.editions.items():
        for unit, block in exercises(edition, *SOLVERS):
            earned, possible = solve(block, course, language)
            if earned != possible or not possible:
                faults.append(f"{place(edition, unit, block)}: right answers earn {earned} of {possible}")
    none(faults)


def test_a_course_with_a_map_has_reference_answers_for_every_exercise(course: Course) -> None:
    needed = {block.key for _unit, block in exercises(course.editions["en"], *SOLVERS)} if course.map else set()
    assert sorted(needed - course.answers.keys()) == []


def test_every_situation_can_be_reached_and_the_reference_path_is_the_best(course: Course) -> None:
    for unit, block in exercises(course.editions["en"], "coop_scenario"):
        story = Story(read(block).structure)
        where = place(course.editions["en"], unit, block)
        nodes = {node["id"] for node in read(block).structure["nodes"]}
        assert set(story.reached()) >= nodes, where
        targets = {choice["to"] for node in nodes for choice in story.choices(node)}
        assert targets <= nodes, where
        if block.key in course.answers:
            told = course.answers[block.key]
            at, path = story.start, []
            for choice in told:
                path.append((at, choice))
                at = next(one["to"] for one in story.choices(at) if one["id"] == choice)
            assert story.is_ending(at), where
            assert sum(_worth(story, step) for step in path) == story.best.total, f"{where}: the path in answers/ is not the best"


def _worth(story: Story, step: tuple[str, str]) -> int:
    node, choice = step
    found = next(one for one in story.choices(node) if one["id"] == choice)
    return sum(effect["by"] for effect in found["effects"])


def test_every_choice_is_answered_with_feedback(course: Course) -> None:
    """The tour shows what the blocks can do, feedback left out too; courses that are learnt from answer every choice."""
    faults = []
    for edition in course.editions.values() if course.answers else ():
        for unit, block in exercises(edition, "coop_quiz"):
            made = read(block)
            faults += [f"{place(edition, unit, block)}: no {key}" for key in _feedback(made.structure) if key not in made.texts]
    none(faults)


def _feedback(structure: Any) -> Iterator[str]:
    for question in structure["questions"]:
        yield from (f"{question['id']}/{choice['id']}/feedback" for choice in question.get("choices", ()))
        if question["kind"] in {"number", "truth"}:
            yield f"{question['id']}/feedback/incorrect"


def test_the_right_choice_can_be_guessed_neither_from_its_place_nor_from_its_length(course: Course) -> None:
    places, longest = [], []
    for _unit, block in exercises(course.editions["en"], "coop_quiz"):
        made = read(block)
        for question in made.structure["questions"]:
            if question["kind"] != "single":
                continue
            choices = question["choices"]
            right = [choice["correct"] for choice in choices].index(True)
            places.append(right)
            lengths = [len(made.texts.get(f"{question['id']}/{choice['id']}", "")) for choice in choices]
            longest.append(lengths[right] == max(lengths))
    if len(places) >= 5:
        assert max(places.count(one) for one in set(places)) / len(places) <= MOST_IN_ONE_PLACE
        assert not course.map or sum(longest) / len(longest) <= MOST_LONGEST
