"""What authors write of a plan: XML in and out, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from memory_host import Host, export

from takwin_xblocks.contract.schema import ContentError
from takwin_xblocks.plan.content import SCHEMA, check, months_of, shape_of
from takwin_xblocks.plan.entries import Shape

FULL = """<coop_plan display_name="خطة المواكبة" priorities="2" steps="4" months="3 6 12">
  <intro>Write it <strong>together</strong>.</intro>
  <change>One thing.</change>
  <why>A statement and a paper.</why>
  <what>A verb.</what>
  <who>A name.</who>
  <due>A day.</due>
  <indicator>A number.</indicator>
  <cost>Dirhams and who pays.</cost>
  <agreement>Five members.</agreement>
  <followup>What was seen.</followup>
  <suggestion id="till">Count the till &amp; write it<because>F1: 1 of 4</because></suggestion>
  <suggestion id="label">Correct the label</suggestion>
</coop_plan>"""


def test_xml_comes_back_as_it_was():
    host = Host(FULL)
    block = host.block()
    assert block.structure == {
        "priorities": 2,
        "steps": 4,
        "months": "3 6 12",
        "suggestions": [{"id": "till"}, {"id": "label"}],
    }
    assert block.texts["till"] == "Count the till &amp; write it"
    assert block.texts["till/because"] == "F1: 1 of 4"
    again = Host(export(block)).block()
    assert (again.structure, again.texts, again.display_name) == (block.structure, block.texts, block.display_name)
    assert export(again) == export(block)


def test_an_empty_element_is_a_usual_plan():
    block = Host("<coop_plan/>").block()
    assert shape_of(block.structure) == Shape(priorities=3, steps=3)
    assert months_of(block.structure) == (3, 6)
    assert export(block) == "<coop_plan/>"


def test_no_month_is_no_reminder():
    block = Host('<coop_plan months=""/>').block()
    assert months_of(block.structure) == ()
    assert months_of(Host(export(block)).block().structure) == ()


@pytest.mark.parametrize(
    ("xml", "line", "path"),
    [
        ('<coop_plan priorities="6"/>', 1, "priorities"),
        ('<coop_plan priorities="0"/>', 1, "priorities"),
        ('<coop_plan\n steps="7"/>', 2, "steps"),
        ('<coop_plan steps="NaN"/>', 1, "steps"),
        ('<coop_plan months="3 six"/>', 1, "months"),
        ('<coop_plan months="0"/>', 1, "months"),
        ("<coop_plan>\n<intro>a</intro>\n<intro>b</intro></coop_plan>", 3, ""),
        ("<coop_plan>\n<script>alert(1)</script></coop_plan>", 2, ""),
        ('<coop_plan>\n<suggestion id="a">A</suggestion>\n<suggestion id="a">B</suggestion></coop_plan>', 3, "suggestions.1"),
        ('<coop_plan>\n<suggestion id="intro">A</suggestion></coop_plan>', 2, "suggestions.0"),
        ('<coop_plan>\n\n<suggestion id="a"> </suggestion></coop_plan>', 3, "suggestions.0"),
        ("<coop_plan>words</coop_plan>", 1, ""),
    ],
)
def test_faults_are_told_with_their_line(xml, line, path):
    with pytest.raises(ContentError) as refused:
        Host(xml)
    assert [(fault.line, fault.path) for fault in refused.value.problems] == [(line, path)]
    assert all(fault.said() for fault in refused.value.problems)


def test_a_foreign_structure_does_no_harm():
    assert shape_of({"priorities": 10**9, "steps": -4}) == Shape(priorities=5, steps=1)
    assert shape_of({"priorities": "many", "steps": True}) == Shape()
    assert months_of({"months": "soon"}) == (3, 6)


def test_a_suggestion_needs_words():
    assert [fault.path for fault in check({"suggestions": [{"id": "a"}, {"id": "b"}]}, {"a": "Words"})] == ["suggestions.1"]


def test_every_part_of_the_schema_can_be_written():
    names = [words.part for words in SCHEMA.words]
    assert names == ["intro", "change", "why", "what", "who", "due", "indicator", "cost", "agreement", "followup"]


@pytest.mark.parametrize("name", ["plan-tamaynut", "plan-own"])
def test_the_shipped_plans_are_the_same_in_three_languages(name):
    tour = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
    blocks = []
    for language in ("ar", "fr", "en"):
        node = etree.parse(tour / language / "vertical" / f"{name}.xml").find("coop_plan")
        blocks.append(Host(etree.tostring(node, encoding="unicode")).block())
    assert [block.structure for block in blocks[1:]] == [blocks[0].structure] * 2
    assert [sorted(block.texts) for block in blocks[1:]] == [sorted(blocks[0].texts)] * 2
    assert [Host(export(block)).block().texts for block in blocks] == [block.texts for block in blocks]
