"""One description of a content gives its XML, and every fault in it with its line."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings, strategies as st
from lxml import etree
from toy_block import SCHEMA

from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import Content, ContentError, each_part
from takwin_xblocks.contract.writing import write_content

TOY = """<toy mood="merry">
  <intro>Two <em>boxes</em>.</intro>
  <box id="b1" kind="word" secret="sun" size="3" next="b2">
    <prompt>What?</prompt>
    <feedback>Well.</feedback>
    <feedback when="correct">Yes.</feedback>
  </box>
  <box id="b2" kind="pick">
    <prompt>Which?</prompt>
    <option id="o1" right="true">One<note>first</note></option>
    <option id="o2">Two</option>
  </box>
</toy>"""
STRUCTURE = {
    "mood": "merry",
    "boxes": [
        {"id": "b1", "kind": "word", "size": 3, "secret": "sun", "next": "b2"},
        {"id": "b2", "kind": "pick", "options": [{"id": "o1", "right": True}, {"id": "o2", "right": False}]},
    ],
}
TEXTS = {
    "intro": "Two <em>boxes</em>.",
    "b1/prompt": "What?",
    "b1/feedback": "Well.",
    "b1/feedback/correct": "Yes.",
    "b2/prompt": "Which?",
    "b2/o1": "One",
    "b2/o1/note": "first",
    "b2/o2": "Two",
}


def read(xml: str) -> Content:
    return read_content(SCHEMA, etree.fromstring(xml))


def written(content: Content, *, indented: bool = False) -> str:
    node = etree.Element("toy")
    write_content(SCHEMA, node, content.structure, content.texts)
    return etree.tostring(node, encoding="unicode", pretty_print=indented)


def faults(xml: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(ContentError) as refused:
        read(xml)
    return [(fault.line, fault.path, fault.said()) for fault in refused.value.problems]


def test_the_two_fields() -> None:
    content = read(TOY)
    assert content.structure == STRUCTURE
    assert content.texts == TEXTS


def test_lines_are_known_by_path() -> None:
    assert read(TOY).lines == {"": 1, "boxes.0": 3, "boxes.1": 8, "boxes.1.options.0": 10, "boxes.1.options.1": 11}


def test_each_part_with_its_path_and_the_prefix_of_its_texts() -> None:
    found = [(kind.tag, where, prefix) for kind, _one, where, prefix in each_part(SCHEMA, STRUCTURE)]
    assert found == [
        ("box", "boxes.0", "b1"),
        ("box", "boxes.1", "b2"),
        ("option", "boxes.1.options.0", "b2/o1"),
        ("option", "boxes.1.options.1", "b2/o2"),
    ]


@pytest.mark.parametrize("indented", [False, True])
def test_what_is_written_reads_back(indented: bool) -> None:  # noqa: FBT001
    content = read(TOY)
    again = read(written(content, indented=indented))
    assert (again.structure, again.texts) == (content.structure, content.texts)


ODD = st.sampled_from(
    ["<em>a</em>", "<em>a</em><em>b</em>", "R&D <b>x", "a &amp; b", " a ", "<note>x</note>", "]]>", "a<br/>b", "a\r\nb"]
)
TEXT = st.text(max_size=20).map(lambda text: "".join(c for c in text if c.isprintable() or c in "\n\t")) | ODD
EVERY_TEXT = sorted(TEXTS)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(EVERY_TEXT), TEXT), st.booleans())
def test_any_text_reads_back(texts: dict[str, str], indented: bool) -> None:  # noqa: FBT001
    content = Content(structure=copy.deepcopy(STRUCTURE), texts=texts)
    assert read(written(content, indented=indented)).texts == texts


BOX = '<box id="b" kind="word" secret="s"><prompt>p</prompt></box>'


@pytest.mark.parametrize(
    ("inside", "path", "told"),
    [
        ("hello", "", "text outside <intro>, <box> would be lost"),
        ("<bax/>", "", "<bax> is not known here; expected <intro>, <box>"),
        ("<intro>a</intro><intro>b</intro>", "", "a second <intro> in the same place"),
        (BOX + BOX, "boxes.1", 'the id "b" is used twice'),
        (BOX.replace('id="b"', 'id="intro"'), "boxes.0", '"intro" is the name of a part and cannot be the id of a <box>'),
        (
            BOX.replace('id="b"', 'id="a b"'),
            "boxes.0",
            'this <box> needs an id of 1 to 64 letters a-z, digits, "-" or "_"; it has "a b"',
        ),
        (BOX.replace('secret="s"', ""), "boxes.0", '<box> needs the attribute "secret"'),
        (BOX.replace("secret", 'size="12" secret'), "boxes.0.size", 'size="12" is not a whole number from 1 to 9'),
        (BOX.replace("secret", 'size="1e9" secret'), "boxes.0.size", 'size="1e9" is not a whole number from 1 to 9'),
        (BOX.replace("secret", 'colour="red" secret'), "boxes.0", '<box> takes no attribute "colour"'),
        (BOX.replace('kind="word"', 'kind="pick"'), "boxes.0", '<box> takes no attribute "secret" here'),
        (BOX.replace("word", "odd"), "boxes.0.kind", 'kind is word, pick, not "odd"'),
        (BOX.replace("<prompt>p</prompt>", ""), "boxes.0", 'box "b" has no <prompt>'),
        (BOX.replace("</prompt>", "</prompt><feedback when='never'>x</feedback>"), "boxes.0", 'feedback is for when="correct"'),
        (
            BOX.replace("</prompt>", "</prompt><option id='o'>x</option>"),
            "boxes.0",
            "<option> is not known here; expected <prompt>, <feedback>",
        ),
        ('<box id="b" kind="pick"><prompt>p</prompt><option id="o">x</option></box>', "boxes.0", "1 times <option>: at least 2"),
        (BOX.replace("p<", "<em>" * 40 + "</em>" * 40 + "<"), "b/prompt", "markup is nested more than 30 deep"),
    ],
)
def test_faults_are_told_with_place_and_line(inside: str, path: str, told: str) -> None:
    assert (1, path, told) in faults(f"<toy>{inside}</toy>")


def test_every_fault_is_told_at_once() -> None:
    xml = '<toy mood="sad">\n<box id="b" kind="word">\n<prompt>p</prompt></box>\n<other/></toy>'
    assert [(line, path) for line, path, _told in faults(xml)] == [(1, "mood"), (4, ""), (2, "boxes.0")]


def test_an_entity_that_nobody_declared_is_refused() -> None:
    parser = etree.XMLParser(resolve_entities=False)
    xml = '<!DOCTYPE toy [<!ENTITY x "boom">]><toy><intro>&x;</intro></toy>'
    with pytest.raises(ContentError, match="the entity &x; is not known"):
        read_content(SCHEMA, etree.fromstring(xml, parser))


def test_a_block_without_anything_is_a_beginning_not_a_fault() -> None:
    assert read("<toy/>").structure == {"mood": "calm", "boxes": []}
