"""Holds the languages of a course to each other: the same files, ids, order and settings, and no text that only some have."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from math import isclose

from deploy.courses.faults import EVERY_LANGUAGE, Fault
from deploy.courses.reading import LANGUAGES, Block, Course, Edition, Unit
from deploy.courses.texts import INLINE, Node

OF_ITS_LANGUAGE = frozenset({"accept", "unit"})
"""Wordings that a learner may type: each language lists its own."""
LIKE = "en"
"""The language that the others are compared with; which one it is does not matter."""


def check_structure(course: Course) -> Iterator[Fault]:
    """Yield every difference between the languages, and every name that is missing."""
    for language in LANGUAGES:
        if language not in course.editions:
            yield Fault(course.name, language, language, 0, "the language is missing", "write the course in it")
    for edition in course.editions.values():
        yield from edition.faults
        yield from _names(edition)
        yield from _policies(edition)
    if LIKE in course.editions:
        for edition in course.editions.values():
            if edition.language != LIKE:
                yield from _files(edition, course.editions[LIKE])
                yield from _tree(edition, course.editions[LIKE])
                yield from _blocks(edition, course.editions[LIKE])


def _files(edition: Edition, other: Edition) -> Iterator[Fault]:
    for file in sorted(other.files - edition.files):
        yield edition.fault(file, 0, f"the file is missing; {other.language} has it", "write it, or delete it everywhere")
    for file in sorted(edition.files - other.files):
        yield other.fault(file, 0, f"the file is missing; {edition.language} has it", "write it, or delete it everywhere")


def _tree(edition: Edition, other: Edition) -> Iterator[Fault]:
    ours, theirs = list(_places(edition)), list(_places(other))
    if ours != theirs:
        first = next((pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]), (ours[-1:], theirs[-1:]))
        what = f"another order or other settings than {other.language}: {first[0]} instead of {first[1]}"
        yield edition.fault("course.xml", 0, what, "give all languages the same ids, order and attributes")
    names = Counter(place[:2] for place in ours)
    for (kind, name), count in names.items():
        if count > 1:
            yield edition.fault("course.xml", 0, f"{kind}/{name} stands {count} times in the course", "give each its own id")


def _places(edition: Edition) -> Iterator[tuple[str, str, str]]:
    for chapter in edition.chapters:
        yield "chapter", chapter.name, str(sorted(chapter.attributes.items()))
        for lesson in chapter.lessons:
            yield "sequential", lesson.name, str(sorted(lesson.attributes.items()))
            for unit in lesson.units:
                yield "vertical", unit.name, str(sorted(unit.attributes.items()))
                yield from ((block.kind, block.name, "") for block in unit.blocks)


def _names(edition: Edition) -> Iterator[Fault]:
    told = [("course.xml", 0, "", edition.title)]
    for chapter in edition.chapters:
        told.append((chapter.file, 1, chapter.name, chapter.title))
        for lesson in chapter.lessons:
            told.append((lesson.file, 1, lesson.name, lesson.title))
            for unit in lesson.units:
                told.append((unit.file, 1, unit.name, unit.title))
                told += [(block.file, block.line, block.name, block.title) for block in unit.blocks]
    for file, line, name, title in told:
        if not title.strip():
            yield edition.fault(file, line, "no display_name", "say in a few words what it is")
        elif title.strip() == name:
            yield edition.fault(file, line, f"the display_name is the id, “{name}”", "write a name for people")


def _policies(edition: Edition) -> Iterator[Fault]:
    for path in sorted((edition.folder / "policies").glob("*/*.json")):
        file = path.relative_to(edition.folder).as_posix()
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            yield edition.fault(file, error.lineno, f"no JSON: {error.msg}", "mend it")
            continue
        if path.name == "grading_policy.json" and told["GRADER"] and not isclose(sum(part["weight"] for part in told["GRADER"]), 1):
            yield edition.fault(file, 0, "the weights are not 1 together", "share out 1")
    if edition.policy.get("language") != edition.language:
        said = edition.policy.get("language")
        yield edition.fault("policies", 0, f"the policy says the language is {said}", f"write {edition.language}")
    types = {block for block in edition.types if block != "html"}
    for missing in sorted(types - set(edition.policy.get("advanced_modules", ()))):
        yield edition.fault("policies", 0, f"advanced_modules lacks {missing}", "add it: without it Studio hides the block")


def _blocks(edition: Edition, other: Edition) -> Iterator[Fault]:
    for name, unit in edition.units.items():
        same = other.units.get(name)
        for ours, theirs in zip(unit.blocks, same.blocks if same else (), strict=False):
            if ours.kind == theirs.kind == "html":
                yield from _pages(edition, ours, theirs, other.language)
            elif ours.key == theirs.key:
                yield from _settings(edition, ours, theirs, other.language)
                yield from _texts(edition, unit, ours, theirs, other)


def _pages(edition: Edition, ours: Block, theirs: Block, language: str) -> Iterator[Fault]:
    for what, path in (("pictures", "count(.//img)"), ("links", "count(.//a)"), ("rows of tables", "count(.//tr)")):
        here, there = int(ours.node.xpath(path)), int(theirs.node.xpath(path))
        if here != there:
            yield edition.fault(ours.file, 0, f"{here} {what}, {there} in {language}", "say the same in every language")


def _settings(edition: Edition, ours: Block, theirs: Block, language: str) -> Iterator[Fault]:
    for here, there in zip(_skeleton(ours.node), _skeleton(theirs.node), strict=False):
        if here[:2] != there[:2]:
            what = f"{_shown(here)} where {language} has {_shown(there)}"
            yield edition.fault(ours.file, here[2], what, "languages differ in texts alone: same elements, ids, attributes, order")
            return


def _shown(element: tuple[str, str, int]) -> str:
    return f"<{element[0]} {element[1]}>".replace(" >", ">")


def _skeleton(node: Node) -> Iterator[tuple[str, str, int]]:
    """Yield elements and attributes in order, without words and the markup inside them."""
    attributes = " ".join(f'{key}="{value}"' for key, value in sorted(node.attrib.items()) if key != "display_name")
    yield node.tag, attributes, node.sourceline or 0
    for child in node:
        if isinstance(child.tag, str) and child.tag not in INLINE | OF_ITS_LANGUAGE:
            yield from _skeleton(child)


def _texts(edition: Edition, unit: Unit, ours: Block, theirs: Block, other: Edition) -> Iterator[Fault]:
    here, there = _keys(ours), _keys(theirs)
    for key in sorted(there.keys() - here.keys()):
        yield edition.fault(unit.file, ours.line, f"no text at {key}; {other.language} has one", "write it")
    for key in sorted(here.keys() - there.keys()):
        yield other.fault(unit.file, theirs.line, f"no text at {key}; {edition.language} has one", "write it")


def _keys(block: Block) -> dict[str, str]:
    return {text.key: text.words for text in block.texts if text.tag not in OF_ITS_LANGUAGE}


def check_answers(course: Course) -> Iterator[Fault]:
    """Yield reference answers of blocks that are not there."""
    known = {block.key for edition in course.editions.values() for unit in edition.units.values() for block in unit.blocks}
    for key in sorted(course.answers.keys() - known):
        yield Fault(course.name, EVERY_LANGUAGE, "answers", 0, f"answers for {key}, which is not there", "take them out")
