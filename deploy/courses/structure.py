"""Holds the languages of a course to each other: the same files, ids, order and settings, and no text that only some have."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from math import isclose

from lxml import etree

from deploy.courses.citations import plain_spaces
from deploy.courses.faults import EVERY_LANGUAGE, Fault
from deploy.courses.numerals import numbers_in
from deploy.courses.reading import LANGUAGES, Block, Course, Edition, Unit
from deploy.courses.texts import INLINE, Node

OF_ITS_LANGUAGE = frozenset({"accept", "unit"})
"""Wordings that a learner may type: each language lists its own."""
LIKE = "en"
"""The language that the others are compared with; which one it is does not matter."""
OF_OLX = ("chapter/", "sequential/", "vertical/", "html/")
NUMBER_OF_A_LAW = re.compile(r"(?<!\d)(\d{2,3})-(\d{2})(?!\d)")
"""As French writes it: `112-12` is `112.12` elsewhere."""


def check_structure(course: Course) -> Iterator[Fault]:
    """Yield every difference between the languages, and every name that is missing."""
    for language in LANGUAGES:
        if language not in course.editions:
            yield Fault(course.name, language, language, 0, "the language is missing", "write the course in it")
    for edition in course.editions.values():
        yield from edition.faults
        yield from _names(edition)
        yield from _policies(edition)
        yield from _unread(edition)
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


def _unread(edition: Edition) -> Iterator[Fault]:
    """Yield files that nothing points to: no learner meets them, no check reads them, and an import may bring them in."""
    known = {chapter.file for chapter in edition.chapters} | {lesson.file for lesson in edition.lessons.values()}
    known |= {unit.file for unit in edition.units.values()}
    known |= {block.file for unit in edition.units.values() for block in unit.blocks}
    known |= {f"html/{block.name}.xml" for unit in edition.units.values() for block in unit.blocks}
    known |= {fault.file for fault in edition.faults}
    for file in sorted(edition.files - known):
        if file.startswith(OF_OLX):
            yield edition.fault(file, 0, "nothing points to this file", "point to it, or delete it in every language")


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
            yield from _figures(edition, ours, theirs, other.language)


def _pages(edition: Edition, ours: Block, theirs: Block, language: str) -> Iterator[Fault]:
    for what, path in (("pictures", "count(.//img)"), ("links", "count(.//a)"), ("rows of tables", "count(.//tr)")):
        here, there = int(ours.node.xpath(path)), int(theirs.node.xpath(path))
        if here != there:
            yield edition.fault(ours.file, 0, f"{here} {what}, {there} in {language}", "say the same in every language")
    for ours_next, theirs_next in zip_longest(_outline(ours.node), _outline(theirs.node), fillvalue=("the end", 0)):
        if ours_next[0] != theirs_next[0]:
            what = f"{ours_next[0]} where {language} has {theirs_next[0]}"
            yield edition.fault(ours.file, ours_next[1], what, "say the same in every language, paragraph by paragraph")
            return


def _outline(node: Node) -> Iterator[tuple[str, int]]:
    """Yield the elements of a page in order, without the markup inside texts."""
    for child in node.iter(etree.Element):
        if child is not node and child.tag not in INLINE:
            yield f"<{child.tag}>", child.sourceline or 0


def _figures(edition: Edition, ours: Block, theirs: Block, language: str) -> Iterator[Fault]:
    """Yield figures that only this language says; it may say one in words that the other writes in digits."""
    there = {text.key: _numbers(text.words) for text in theirs.texts}
    for text in ours.texts:
        if text.tag in OF_ITS_LANGUAGE or text.key not in there:
            continue
        for number in sorted(_numbers(text.words) - there[text.key]):
            what = f"{number} at {text.key}, which {language} does not say: “{text.words[:60]}”"
            yield edition.fault(text.place.file, text.place.line, what, "say the same figure in every language")


def _numbers(words: str) -> set[str]:
    return set(numbers_in(NUMBER_OF_A_LAW.sub(r"\1.\2", plain_spaces(words))))


def _settings(edition: Edition, ours: Block, theirs: Block, language: str) -> Iterator[Fault]:
    for here, there in zip_longest(_skeleton(ours.node), _skeleton(theirs.node), fillvalue=("the end", "", 0)):
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
