"""Reads the folder of a course: its languages, chapters, lessons, units and blocks, by following the pointers of OLX.

Nothing but lxml is needed: no platform, no block. What cannot be read becomes a fault that says where, and the rest is read.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from deploy.courses.course_map import CourseMap, read_map
from deploy.courses.faults import Fault
from deploy.courses.texts import Node, Reference, Text, references_of, texts_of

ROOT = Path(__file__).resolve().parents[2]
COURSES = ROOT / "courses"
LANGUAGES = ("ar", "fr", "en")
OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(frozen=True)
class Block:
    """A block of a unit, with its XML; of a text its page."""

    kind: str
    name: str
    title: str
    file: str
    line: int
    node: Node
    texts: tuple[Text, ...]
    references: tuple[Reference, ...]
    weight: int
    """Bytes of its text."""

    @property
    def key(self) -> str:
        """Return type and name, as reference answers name a block."""
        return f"{self.kind}/{self.name}"

    @cached_property
    def words(self) -> int:
        """Return how many words a reader meets."""
        return sum(len(text.words.split()) for text in self.texts)


@dataclass(frozen=True)
class Unit:
    """What stands on one page."""

    name: str
    title: str
    file: str
    blocks: tuple[Block, ...]
    attributes: Mapping[str, str]

    @property
    def texts(self) -> list[Text]:
        """Return the texts of all blocks."""
        return [text for block in self.blocks for text in block.texts]

    @property
    def references(self) -> list[Reference]:
        """Return what all blocks point to."""
        return [one for block in self.blocks for one in block.references]

    @property
    def is_read(self) -> bool:
        """Tell whether there is nothing to do but read."""
        return bool(self.blocks) and all(block.kind == "html" for block in self.blocks)

    @property
    def words(self) -> int:
        """Return how many words a reader meets."""
        return sum(block.words for block in self.blocks)


@dataclass(frozen=True)
class Lesson:
    """A sequence of units."""

    name: str
    title: str
    file: str
    units: tuple[Unit, ...]
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Chapter:
    """A sequence of lessons."""

    name: str
    title: str
    file: str
    lessons: tuple[Lesson, ...]
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Edition:
    """A course in one language."""

    course: str
    language: str
    folder: Path
    title: str
    chapters: tuple[Chapter, ...]
    about: tuple[Text, ...]
    policy: Mapping[str, Any]
    files: frozenset[str]
    faults: tuple[Fault, ...]

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Return every unit by its name, in the order of the course."""
        return {unit.name: unit for chapter in self.chapters for lesson in chapter.lessons for unit in lesson.units}

    @cached_property
    def lessons(self) -> dict[str, Lesson]:
        """Return every lesson by its name."""
        return {lesson.name: lesson for chapter in self.chapters for lesson in chapter.lessons}

    @cached_property
    def types(self) -> list[str]:
        """Return the block types in use."""
        return sorted({block.kind for unit in self.units.values() for block in unit.blocks})

    def fault(self, file: str, line: int, what: str, remedy: str) -> Fault:
        """Return a fault of this edition."""
        return Fault(self.course, self.language, file, line, what, remedy)


@dataclass(frozen=True)
class Course:
    """A course in all its languages, its map if it has one, and its reference answers by block."""

    name: str
    folder: Path
    editions: Mapping[str, Edition]
    map: CourseMap | None
    answers: Mapping[str, Any]


def course_folders(courses: Path = COURSES) -> list[Path]:
    """Return the folders that hold courses."""
    return sorted(path.parents[1] for path in courses.glob("*/en/course.xml"))


def read_course(folder: Path) -> Course:
    """Read a course in every language that it has."""
    editions = {language: read_edition(folder / language) for language in LANGUAGES if (folder / language / "course.xml").exists()}
    return Course(folder.name, folder, editions, read_map(folder / "map.toml"), _answers(folder))


def read_edition(folder: Path) -> Edition:
    """Read a course in one language."""
    return _Reader(folder).edition()


def parsed_page(source: bytes) -> Node:
    """Return a page of HTML as a tree; it must be well-formed, and its first line stays the first line."""
    plain = re.sub(r"&(\w+);", lambda found: found[0] if found[1] in OF_XML else html.unescape(found[0]), source.decode())
    return etree.fromstring(f"<div>{plain}</div>")


def _answers(folder: Path) -> dict[str, Any]:
    files = [folder / "answers.json", *sorted((folder / "answers").glob("*.json"))]
    return {block: told for path in files if path.exists() for block, told in json.loads(path.read_text(encoding="utf-8")).items()}


@dataclass(frozen=True, slots=True)
class _Pointed:
    """An element of a file that another one points to."""

    name: str
    title: str
    file: str
    attributes: Mapping[str, str]
    node: Node


class _Reader:
    """Follows pointers, and collects what is wrong on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.course = folder.parent.name
        self.language = folder.name
        self.faults: list[Fault] = []

    def edition(self) -> Edition:
        """Read all of it."""
        top = self.tree("course.xml")
        run = top.get("url_name", "") if top is not None else ""
        root = self.tree(f"course/{run}.xml")
        chapters = tuple(self.chapter(node) for node in self.pointers(root, "chapter"))
        title = root.get("display_name", "") if root is not None else ""
        return Edition(
            self.course, self.language, self.folder, title, chapters, tuple(self.about()), self.policy(run),
            frozenset(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()),
            tuple(self.faults),
        )  # fmt: skip

    def chapter(self, node: _Pointed) -> Chapter:
        """Read a chapter."""
        lessons = tuple(self.lesson(child) for child in self.pointers(node.node, "sequential"))
        return Chapter(node.name, node.title, node.file, lessons, node.attributes)

    def lesson(self, node: _Pointed) -> Lesson:
        """Read a lesson."""
        units = tuple(self.unit(child) for child in self.pointers(node.node, "vertical"))
        return Lesson(node.name, node.title, node.file, units, node.attributes)

    def unit(self, node: _Pointed) -> Unit:
        """Read a unit."""
        children = (child for child in node.node if isinstance(child.tag, str))
        blocks = tuple(block for child in children for block in self.block(child, node.file))
        return Unit(node.name, node.title, node.file, blocks, node.attributes)

    def block(self, node: Node, file: str) -> Iterator[Block]:
        """Yield a block that stands in its unit; a text has two files of its own."""
        name = node.get("url_name", "")
        if node.tag == "html":
            yield from self.page(name, file, node)
            return
        if not len(node) and not set(node.attrib) - {"url_name"}:
            self.wrong(file, node, f"a pointer to {node.tag}/{name}: exercises stand in their unit", "move the exercise here")
        yield self.made(node.tag, name, node.get("display_name", ""), file, node, len(etree.tostring(node, encoding="utf-8")))

    def page(self, name: str, file: str, node: Node) -> Iterator[Block]:
        """Yield a text, from the file that points to its page."""
        if set(node.attrib) != {"url_name"} or len(node):
            self.wrong(file, node, "a text that stands in its unit", 'write <html url_name="…"/> and two files in html/')
        pointer = self.tree(f"html/{name}.xml")
        if pointer is None:
            return
        page = f"html/{pointer.get('filename', name)}.html"
        tree = self.tree(page)
        if tree is not None:
            yield self.made("html", name, pointer.get("display_name", ""), page, tree, (self.folder / page).stat().st_size)

    def made(self, kind: str, name: str, title: str, file: str, node: Node, weight: int) -> Block:
        """Return a block with its texts and what it points to."""
        key = f"{kind}/{name}"
        texts, references = tuple(texts_of(node, file, key)), tuple(references_of(node, file, key))
        return Block(kind, name, title, file, node.sourceline or 1, node, texts, references, weight)

    def pointers(self, node: Node, kind: str) -> Iterator[_Pointed]:
        """Yield what an element points to, read from its file."""
        for child in node if node is not None else ():
            if not isinstance(child.tag, str):
                continue
            name = child.get("url_name", "")
            file = f"{child.tag}/{name}.xml"
            tree = self.tree(file)
            if tree is None:
                continue
            if child.tag != kind or tree.tag != kind:
                self.wrong(file, tree, f"<{tree.tag}> where a {kind} is expected", f"write a {kind}")
                continue
            attributes = {key: value for key, value in tree.attrib.items() if key != "display_name"}
            yield _Pointed(name, tree.get("display_name", ""), file, attributes, tree)

    def tree(self, file: str) -> Any:
        """Return a file as a tree; None, and a fault, where that cannot be."""
        path = self.folder / file
        if not path.exists():
            self.faults.append(self.fault(file, 0, "the file is missing", "write it, or take out what points to it"))
            return None
        try:
            return parsed_page(path.read_bytes()) if file.endswith(".html") else etree.fromstring(path.read_bytes())
        except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
            line = error.lineno or 0 if isinstance(error, etree.XMLSyntaxError) else 0
            self.faults.append(self.fault(file, line, f"not well-formed: {error.args[0]}", "close every element; write & as &amp;"))
            return None

    def about(self) -> Iterator[Text]:
        """Yield the texts of the course's own page."""
        for path in sorted((self.folder / "about").glob("*.html")):
            file = f"about/{path.name}"
            tree = self.tree(file)
            if tree is not None:
                yield from texts_of(tree, file, file)

    def policy(self, run: str) -> dict[str, Any]:
        """Return what the policy of the run says of the course."""
        path = self.folder / "policies" / run / "policy.json"
        return dict(json.loads(path.read_text(encoding="utf-8")).get(f"course/{run}", {})) if path.exists() else {}

    def wrong(self, file: str, node: Node, what: str, remedy: str) -> None:
        """Note a fault at an element."""
        self.faults.append(self.fault(file, node.sourceline or 0, what, remedy))

    def fault(self, file: str, line: int, what: str, remedy: str) -> Fault:
        """Return a fault of this edition."""
        return Fault(self.course, self.language, file, line, what, remedy)
