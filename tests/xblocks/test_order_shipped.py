"""The orders and matchings of the tour: the same in three languages, answerable, with light pictures that exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asked_pages import of_class, send, texts
from lxml import etree
from memory_host import Host, export

from takwin_xblocks.match.block import CoopMatchBlock
from takwin_xblocks.order.block import CoopOrderBlock

TOUR = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
LANGUAGES = ("ar", "fr", "en")
ORDERS = ("order-assembly", "order-costing", "order-conflict")
MATCHINGS = ("match-organs", "match-documents", "match-expenses")


def shipped(language: str, name: str) -> Host:
    vertical = etree.parse(str(TOUR / language / "vertical" / f"{name}.xml")).getroot()
    (node,) = vertical
    assert (vertical.tag, node.get("url_name")) == ("vertical", name)
    return Host(etree.tostring(node, encoding="unicode"))


def right_answers(block: Any) -> dict[str, str]:
    if block.schema.tag == "coop_match":
        return dict(block.task.homes)
    return {item: str(place) for place, item in enumerate(block.task.stages, start=1)} | dict.fromkeys(block.task.strangers, "out")


@pytest.mark.parametrize("name", ["coop-order", "coop-match"])
def test_the_lessons_hold_their_units(name: str) -> None:
    units = {
        language: [node.get("url_name") for node in etree.parse(str(TOUR / language / "sequential" / f"{name}.xml")).getroot()]
        for language in LANGUAGES
    }
    assert all(held == list(ORDERS if name == "coop-order" else MATCHINGS) for held in units.values())


@pytest.mark.parametrize("name", [*ORDERS, *MATCHINGS])
def test_the_languages_differ_in_texts_alone(name: str) -> None:
    blocks = [shipped(language, name).block() for language in LANGUAGES]
    assert blocks[0].structure == blocks[1].structure == blocks[2].structure
    assert blocks[0].texts.keys() == blocks[1].texts.keys() == blocks[2].texts.keys()
    assert len({(block.max_attempts, block.show_answers) for block in blocks}) == 1
    assert all(len({block.texts[key] for block in blocks}) == 3 for key in blocks[0].texts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*ORDERS, *MATCHINGS])
def test_the_right_answers_earn_everything_in_every_language(language: str, name: str) -> None:
    host = shipped(language, name)
    result = send(host, right_answers(host.block()), language=language)
    assert (result["status"], result["earned"]) == (200, result["possible"])
    marks = texts(of_class(host.page(language=language), "coop__mark"))
    assert len(marks) == result["possible"]
    assert all(mark.startswith("✓ ") for mark in marks)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*ORDERS, *MATCHINGS])
def test_export_and_reading_again_change_nothing(language: str, name: str) -> None:
    first = shipped(language, name).block()
    again = Host(export(first)).block()
    assert (again.structure, again.texts, export(again)) == (first.structure, first.texts, export(first))


def test_the_pictures_are_there_light_and_the_same_everywhere() -> None:
    used = {item["picture"] for item in shipped("en", "match-expenses").block().structure["items"] if "picture" in item}
    assert len(used) == 5
    for picture in used:
        drawn = {(TOUR / language / picture.lstrip("/")).read_bytes() for language in LANGUAGES}
        assert len(drawn) == 1
        assert etree.fromstring(drawn.copy().pop()).tag == "{http://www.w3.org/2000/svg}svg"
        assert len(drawn.pop()) <= 15 * 1024


@pytest.mark.parametrize("block_class", [CoopOrderBlock, CoopMatchBlock])
def test_the_examples_of_the_workbench_can_be_read(block_class: type) -> None:
    found = block_class.workbench_scenarios()
    assert len(found) == 4
    counts = [len(Host(xml).block().structure["items"]) for _title, xml in found]
    assert all(counts[:3])
    assert counts[3] == 0
