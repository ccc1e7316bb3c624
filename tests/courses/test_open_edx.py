"""A course read as any OLX reader reads it: by lxml alone, then by the XBlock library with the blocks' own classes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from memory_host import Host

from deploy.courses.reading import COURSES, LANGUAGES, Course

CONTAINERS = ("course", "chapter", "sequential", "vertical")
OF_OPEN_EDX = frozenset({"html"})
PACKAGE = "takwin-xblocks"


def walked(folder: Path) -> Iterator[tuple[str, Any]]:
    """Yield every block of a course: type and element. Pointers are followed; nothing of ours is used."""
    top = etree.parse(str(folder / "course.xml")).getroot()

    def walk(node: Any) -> Iterator[tuple[str, Any]]:
        file = folder / node.tag / f"{node.get('url_name')}.xml"
        is_pointer = file.exists() and not len(node)
        full = etree.parse(str(file)).getroot() if is_pointer else node
        assert full.tag == node.tag, file
        yield full.tag, full
        for child in full if full.tag in CONTAINERS else ():
            if isinstance(child.tag, str):
                yield from walk(child)

    yield from walk(top)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_reader_finds_every_block(course: Course, language: str) -> None:
    folder = COURSES / course.name / language
    found = list(walked(folder))
    edition = course.editions[language]
    kinds = [kind for kind, _node in found if kind not in CONTAINERS]
    assert sorted(kinds) == sorted(block.kind for unit in edition.units.values() for block in unit.blocks)
    assert [kind for kind, _node in found].count("vertical") == len(edition.units)
    for kind, node in found:
        if kind == "html":
            assert (folder / "html" / f"{node.get('filename')}.html").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_policies_are_where_a_platform_looks_for_them(course: Course, language: str) -> None:
    folder = COURSES / course.name / language
    run = etree.parse(str(folder / "course.xml")).getroot().get("url_name")
    policy = json.loads((folder / "policies" / run / "policy.json").read_text(encoding="utf-8"))
    grading = json.loads((folder / "policies" / run / "grading_policy.json").read_text(encoding="utf-8"))
    graded = {node.get("format") for _kind, node in walked(folder) if node.get("graded") == "true"}
    assert policy[f"course/{run}"]["display_name"]
    assert graded <= {part["type"] for part in grading["GRADER"]}, "a format that no grader counts"
    assert set(policy[f"course/{run}"]["advanced_modules"]) >= set(course.editions[language].types) - OF_OPEN_EDX


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_xblock_library_reads_the_units(course: Course, language: str) -> None:
    """What stands in a vertical is handed to XBlock as a platform does: by its type's entry point."""
    known = {point.name for point in entry_points(group="xblock.v1")}
    read: dict[str, Any] = {}
    for kind, node in walked(COURSES / course.name / language):
        if kind in CONTAINERS or kind in OF_OPEN_EDX or kind in read:
            continue
        assert kind in known, f"{kind} is in no installed package"
        node.tail = None
        block = Host(etree.tostring(node, encoding="unicode")).block()
        read[kind] = block
        assert block.scope_ids.block_type == kind
        assert block.display_name == node.get("display_name")


def test_the_readme_lists_what_an_open_edx_site_needs(course: Course) -> None:
    told = (course.folder / "README.md").read_text(encoding="utf-8")
    in_use = {kind for edition in course.editions.values() for kind in edition.types} - OF_OPEN_EDX
    ours = {point.name for point in entry_points(group="xblock.v1") if point.dist and point.dist.name == PACKAGE}
    assert in_use <= ours
    if course.map:
        section = told.partition("## On an Open edX site")[2].partition("\n## ")[0]
        assert PACKAGE in section
        assert set(re.findall(r"`(coop_\w+)`", section)) == in_use


def test_names_of_files_are_plain(course: Course) -> None:
    """An export is a .tar.gz that is unpacked on machines of every kind."""
    names = {name for edition in course.editions.values() for name in edition.files}
    assert [name for name in sorted(names) if not re.fullmatch(r"[A-Za-z0-9._/-]+", name)] == []
