"""What authors write of a journal or a case: XML in and out, and what is wrong with it."""

from __future__ import annotations

import pytest
from lxml import html
from memory_host import Host, export

from takwin_xblocks.contract.schema import ContentError
from takwin_xblocks.journal.content import check

CASE = """<coop_journal display_name="A case">
  <prompt>Told <q>here</q>.<br/>And there.</prompt>
  <question id="form">What do you advise?<model>One member, <b>one</b> vote.</model></question>
  <question id="more" may_be_empty="true">And you?</question>
  <point id="vote">I counted the votes.</point>
</coop_journal>"""


def faults(xml):
    with pytest.raises(ContentError) as told:
        Host(xml)
    return [str(problem) for problem in told.value.problems]


def test_xml_comes_back_as_it_was():
    block = Host(CASE).block()
    assert block.structure == {
        "questions": [{"id": "form", "may_be_empty": False}, {"id": "more", "may_be_empty": True}],
        "points": [{"id": "vote"}],
    }
    assert block.texts == {
        "prompt": "Told <q>here</q>.<br/>And there.",
        "form": "What do you advise?",
        "form/model": "One member, <b>one</b> vote.",
        "more": "And you?",
        "vote": "I counted the votes.",
    }
    again = Host(export(block)).block()
    assert (again.structure, again.texts, again.display_name) == (block.structure, block.texts, block.display_name)
    assert export(again) == export(block)


def test_an_empty_element_is_a_beginning():
    block = Host("<coop_journal/>").block()
    assert export(block) == "<coop_journal/>"
    assert check(block.structure, block.texts) == []
    assert "There is nothing to write yet." in Host("<coop_journal/>").page()


def questions(count):
    return "".join(f'<question id="q{number}">Why?</question>\n' for number in range(count))


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ('<question id="q1"> </question>', "line 2: This question asks nothing"),
        ('<question id="q1"><b> </b></question>', "line 2: This question asks nothing"),
        ('<question id="q1">Why?</question><point id="p1"/>', "line 2: This point says nothing"),
        ("<prompt>Told.</prompt>", "line 1: Ask at least one question"),
        ('<point id="p1">I did.</point>', "line 1: Ask at least one question"),
        (
            '<question id="form">Why?</question>\n<point id="form">I did.</point>',
            'line 3: the id "form" is used twice',
        ),
        (questions(7), "line 1: 7 times <question>: at most 6"),
        (
            '<question id="q1">Why?</question>' + "".join(f'<point id="p{number}">I did.</point>' for number in range(9)),
            "line 1: 9 times <point>: at most 8",
        ),
        ('<question id="q1">Why?</question><question id="q1">How?</question>', 'line 2: the id "q1" is used twice'),
    ],
)
def test_every_fault_is_told_with_its_line(inside, told):
    assert faults(f"<coop_journal>\n{inside}</coop_journal>") == [told]


def test_the_form_shows_what_the_schema_says():
    block = Host(CASE).block()
    page = html.fromstring(block.runtime.render(block, "studio_view", {}).content)
    labels = {one.text_content().strip() for one in page.xpath("//label")}
    assert {"What is told first", "May be left empty", "A good answer", "What a good answer says"} <= labels
