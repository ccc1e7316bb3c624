"""What a diagnostic is made of: the same out of XML and back, and every fault told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import ContentError, Fault
from takwin_xblocks.contract.writing import write_content
from takwin_xblocks.diagnostic.content import SCHEMA, asked_pillars, check, statement_ids, steps
from takwin_xblocks.diagnostic.grading import BANDS

TOUR = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
SHIPPED = [(language, name) for language in ("ar", "fr", "en") for name in ("diagnostic-alone", "diagnostic-group")]


def shipped(language: str, name: str) -> etree._Element:
    found = etree.parse(TOUR / language / "vertical" / f"{name}.xml").getroot().find("coop_diagnostic")
    assert found is not None
    return found


def faults(xml: str) -> list[tuple[str, str]]:
    content = read_content(SCHEMA, etree.fromstring(xml))
    return [(fault.path, fault.said()) for fault in check(content.structure, content.texts)]


def pillar(name: str, statements: int = 4, *, prefix: str = "") -> str:
    inside = "".join(f'<statement id="{prefix or name}{n}">We do it.</statement>' for n in range(statements))
    return f'<pillar id="{name}"><name>{name}</name>{inside}</pillar>'


@pytest.mark.parametrize(("language", "name"), SHIPPED)
def test_what_is_shipped_is_whole(language, name) -> None:
    content = read_content(SCHEMA, shipped(language, name))
    assert check(content.structure, content.texts) == []
    pillars = content.structure["pillars"]
    assert [one["id"] for one in pillars] == ["governance", "finance", "marketing", "innovation"]
    assert [statement_ids(one) for one in pillars] == [[f"{letter}{n}" for n in range(1, 7)] for letter in "gfmi"]
    advice = {f"{one['id']}/{band}": steps(content.texts[f"{one['id']}/advice/{band}"]) for one in pillars for band, _ in BANDS}
    assert {where: len(given) for where, given in advice.items()} == dict.fromkeys(advice, 3)
    assert len(advice) == 16


@pytest.mark.parametrize("name", ["diagnostic-alone", "diagnostic-group"])
def test_languages_differ_in_texts_alone(name) -> None:
    arabic, french, english = (read_content(SCHEMA, shipped(language, name)) for language in ("ar", "fr", "en"))
    assert arabic.structure == french.structure == english.structure
    assert arabic.texts.keys() == french.texts.keys() == english.texts.keys()
    assert [key for key, words in arabic.texts.items() if words in (french.texts[key], english.texts[key])] == []
    same = [key for key, words in french.texts.items() if words == english.texts[key]]
    assert same == ["marketing/name", "innovation/name"]  # the same words in both languages


@pytest.mark.parametrize(("language", "name"), SHIPPED)
def test_out_and_back(language, name) -> None:
    content = read_content(SCHEMA, shipped(language, name))
    node = etree.Element("coop_diagnostic")
    write_content(SCHEMA, node, content.structure, content.texts)
    again = read_content(SCHEMA, etree.fromstring(etree.tostring(node)))
    assert (again.structure, again.texts) == (content.structure, content.texts)


def test_the_three_pillars_asked() -> None:
    content = read_content(SCHEMA, shipped("en", "diagnostic-group"))
    assert [one["id"] for one in asked_pillars(content.structure)] == ["governance", "marketing", "innovation"]


def test_nothing_yet_is_a_beginning() -> None:
    content = read_content(SCHEMA, etree.fromstring("<coop_diagnostic/>"))
    assert (content.structure, content.texts) == ({"hidden_pillars": [], "group": "none", "pillars": []}, {})
    assert check(content.structure, content.texts) == []


def test_every_fault_at_once() -> None:
    xml = f'<coop_diagnostic hidden_pillars="a ghost b">{pillar("a", 3)}{pillar("b", prefix="a")}</coop_diagnostic>'
    assert faults(xml) == [
        ("hidden_pillars", '"ghost" is no pillar of this diagnostic'),
        ("hidden_pillars", "At least one pillar must be asked"),
        ("pillars.0", "A pillar needs at least 4 statements to have a score"),
        ("pillars.1.statements.0", 'The id "a0" is already that of a statement in "a"'),
        ("pillars.1.statements.1", 'The id "a1" is already that of a statement in "a"'),
        ("pillars.1.statements.2", 'The id "a2" is already that of a statement in "a"'),
    ]


def test_faults_of_form_have_lines() -> None:
    xml = """<coop_diagnostic group="crowd">
  <pillar id="a">
    <advice when="best">Well done.</advice>
    <statement>No id.</statement>
  </pillar>
</coop_diagnostic>"""
    with pytest.raises(ContentError) as refused:
        read_content(SCHEMA, etree.fromstring(xml))
    lines = [fault.line for fault in refused.value.problems if isinstance(fault, Fault)]
    assert sorted(line for line in lines if line) == [1, 2, 3, 4]


def test_steps_are_lines() -> None:
    assert steps("One.<br/>Two.<br>Three.") == ["One.", "Two.", "Three."]
    assert steps("One.\nTwo.\r\n\nThree.\n") == ["One.", "Two.", "Three."]
    assert steps("One that\n      goes on.<br/>\n      Two.") == ["One that\n      goes on.", "Two."]
    assert steps("") == []
