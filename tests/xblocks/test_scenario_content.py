"""A scenario's content: what its XML says, and what its author is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from scenario_tables import TABLES, structure_of, texts_of

from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import ContentError
from takwin_xblocks.contract.writing import write_content
from takwin_xblocks.scenario.content import SCHEMA, check

XML = """<coop_scenario indicators="shown" back_costs="posture">
  <intro>You visit a cooperative.</intro>
  <indicator id="finance"><name>Finance</name></indicator>
  <indicator id="posture"><name>Posture</name></indicator>
  <node id="n1" picture="/static/till.svg" audio="/static/till.mp3">
    <situation>The till is <em>empty</em>.</situation>
    <picture_alt>An open till</picture_alt>
    <transcript>The till is empty.</transcript>
    <choice id="a" to="e2">Call the bank<consequence>You decided for them.</consequence><effect on="finance" by="-1"/></choice>
    <choice id="b" to="e1">Ask to see the book<effect on="finance" by="2"/><effect on="posture" by="3"/></choice>
  </node>
  <node id="e1" ending="best"><title>The season is saved</title><situation>They know their gap.</situation></node>
  <node id="e2" ending="bad"><title>Nobody believes you</title><situation>The book is lost.</situation></node>
  <debrief>What did you ask first?</debrief>
</coop_scenario>"""


def test_xml_gives_structure_and_texts() -> None:
    content = read_content(SCHEMA, etree.fromstring(XML))
    assert content.structure == {
        "pass_share": "0.6",
        "steps_back": 1,
        "back_costs": "posture",
        "indicators": "shown",
        "measures": [{"id": "finance"}, {"id": "posture"}],
        "nodes": [
            {
                "id": "n1",
                "picture": "/static/till.svg",
                "audio": "/static/till.mp3",
                "choices": [
                    {"id": "a", "to": "e2", "effects": [{"on": "finance", "by": -1}]},
                    {"id": "b", "to": "e1", "effects": [{"on": "finance", "by": 2}, {"on": "posture", "by": 3}]},
                ],
            },
            {"id": "e1", "ending": "best"},
            {"id": "e2", "ending": "bad"},
        ],
    }
    assert content.texts == {
        "intro": "You visit a cooperative.",
        "finance/name": "Finance",
        "posture/name": "Posture",
        "n1/situation": "The till is <em>empty</em>.",
        "n1/picture_alt": "An open till",
        "n1/transcript": "The till is empty.",
        "n1/a": "Call the bank",
        "n1/a/consequence": "You decided for them.",
        "n1/b": "Ask to see the book",
        "e1/title": "The season is saved",
        "e1/situation": "They know their gap.",
        "e2/title": "Nobody believes you",
        "e2/situation": "The book is lost.",
        "debrief": "What did you ask first?",
    }
    assert check(content.structure, content.texts) == []


@pytest.mark.parametrize("name", [*TABLES, "xml"])
def test_what_is_written_reads_the_same(name: str) -> None:
    if name == "xml":
        first = read_content(SCHEMA, etree.fromstring(XML))
        structure, texts = first.structure, first.texts
    else:
        structure = structure_of(TABLES[name])
        texts = texts_of(structure)
    node = etree.Element("coop_scenario")
    write_content(SCHEMA, node, structure, texts)
    again = read_content(SCHEMA, etree.fromstring(etree.tostring(node)))
    assert (again.structure, again.texts) == (structure, texts)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('by="-1"', 'by="4"', 9),
        ('by="-1"', 'by="NaN"', 9),
        ('by="-1"', 'by="1e309"', 9),
        ('to="e1"', "", 10),
        ("<title>The season is saved</title>", "", 12),
        ("<situation>The till is <em>empty</em>.</situation>", "", 5),
        ('indicators="shown"', 'indicators="always"', 1),
        ("<title>The season is saved</title>", "<title>x</title><choice id='a' to='n1'>On</choice>", 12),
        ('id="e2"', 'id="e1"', 13),
        ('id="posture"', 'id="n1"', 5),
    ],
)
def test_faults_of_form_have_their_line(old: str, new: str, line: int) -> None:
    with pytest.raises(ContentError) as refused:
        read_content(SCHEMA, etree.fromstring(XML.replace(old, new, 1)))
    assert [fault.line for fault in refused.value.problems] == [line]


def faults_of(change: Callable[[dict[str, Any], dict[str, str]], None]) -> list[tuple[str, str]]:
    structure = structure_of(TABLES["s1"])
    texts = texts_of(structure)
    change(structure, texts)
    return [(fault.path, fault.said()) for fault in check(structure, texts)]


def node(structure: dict[str, Any], node_id: str) -> dict[str, Any]:
    return next(one for one in structure["nodes"] if one["id"] == node_id)


def test_nothing_yet_is_no_fault() -> None:
    assert check({"nodes": [], "measures": []}, {}) == []


@pytest.mark.parametrize("name", TABLES)
def test_the_four_scenarios_have_no_fault(name: str) -> None:
    structure = structure_of(TABLES[name])
    assert check(structure, texts_of(structure)) == []


def test_a_situation_that_nobody_meets() -> None:
    lonely = {"id": "n9", "choices": [{"id": "a", "to": "e1"}]}
    said = faults_of(lambda structure, texts: (structure["nodes"].append(lonely), texts.update({"n9/a": "x"})))  # type: ignore[func-returns-value]
    assert said == [("nodes.12", 'No choice leads to "n9".')]


def test_a_dead_end() -> None:
    said = faults_of(lambda structure, _texts: node(structure, "n8").update(choices=[]))
    assert ("nodes.7", '"n8" is a dead end: it has no choice and is no ending.') in said


def test_an_unknown_target() -> None:
    said = faults_of(lambda structure, _texts: node(structure, "n1")["choices"][0].update(to="n99"))
    assert ("nodes.0.choices.0.to", 'There is no situation "n99" to lead to.') in said


def test_unknown_and_doubled_indicators() -> None:
    def change(structure: dict[str, Any], _texts: dict[str, str]) -> None:
        structure["back_costs"] = "courage"
        node(structure, "n1")["choices"][0]["effects"] = [
            {"on": "luck", "by": 1},
            {"on": "trust", "by": 1},
            {"on": "trust", "by": 1},
        ]

    assert faults_of(change) == [
        ("back_costs", 'There is no indicator "courage".'),
        ("nodes.0.choices.0.effects.0.on", 'There is no indicator "luck".'),
        ("nodes.0.choices.0.effects.2.on", 'This choice changes "trust" twice.'),
    ]


def test_no_indicator() -> None:
    said = faults_of(lambda structure, _texts: structure.update(measures=[], back_costs=None))
    assert said[0] == ("measures", "A scenario needs at least one indicator.")


def test_a_circle() -> None:
    said = faults_of(lambda structure, _texts: node(structure, "n6")["choices"][1].update(to="n3"))
    assert said == [("nodes.2", "These situations lead round in a circle: n3 → n6 → n3.")]


def test_no_ending() -> None:
    def change(structure: dict[str, Any], texts: dict[str, str]) -> None:
        structure["nodes"] = [{"id": "n1", "choices": []}]

    assert faults_of(change) == [
        ("nodes.0", '"n1" is a dead end: it has no choice and is no ending.'),
        ("nodes", "A scenario needs at least one ending."),
    ]


def test_an_ending_at_the_start() -> None:
    said = faults_of(lambda structure, _texts: structure["nodes"].insert(0, structure["nodes"].pop()))
    assert said[0] == ("nodes.0", "The first situation is where a learner starts: it cannot be an ending.")


def test_an_ending_that_leads_on() -> None:
    def change(structure: dict[str, Any], texts: dict[str, str]) -> None:
        node(structure, "e1")["choices"] = [{"id": "a", "to": "e2"}]
        texts["e1/a"] = "On"

    assert faults_of(change) == [("nodes.8", 'The ending "e1" has choices: an ending leads nowhere.')]


@pytest.mark.parametrize(("text", "count"), [("x" * 700, None), ("x" * 701, 701), ("<em>" + "س" * 700 + "</em>", None)])
def test_a_situation_fits_a_small_screen(text: str, count: int | None) -> None:
    said = faults_of(lambda _structure, texts: texts.update({"n1/situation": text}))
    words = f'The text of "n1" has {count} characters; at most 700 fit on a small screen.'
    assert said == ([("nodes.0.situation", words)] if count else [])


def test_a_choice_that_says_nothing() -> None:
    said = faults_of(lambda _structure, texts: texts.update({"n1/a": "<em> </em>"}))
    assert said == [("nodes.0.choices.0", 'The choice "n1/a" says nothing.')]


def test_the_best_path_must_bring_something() -> None:
    def change(structure: dict[str, Any], _texts: dict[str, str]) -> None:
        for one in structure["nodes"]:
            for choice in one.get("choices", ()):
                choice["effects"] = []

    assert faults_of(change) == [("nodes", "The best path brings 0 points: it must bring at least one.")]
