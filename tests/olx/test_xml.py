"""Reading XML safely: what is mended, what is refused, and that lines stay the author's."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings, strategies as st
from lxml import etree

from lms_app.olx import xml
from lms_app.olx.problems import FileRefused

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40)


def read(text: str) -> etree._Element:
    return xml.parse_text(text, "a.xml")[0]


@settings(deadline=None, max_examples=50)
@given(title=TEXT, body=TEXT)
def test_any_text_survives_writing_and_reading(title, body):
    node = etree.Element("html", display_name=title)
    node.text = body
    again = read(etree.tostring(node, encoding="unicode"))
    assert (again.get("display_name"), again.text or "") == (title, body)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_name(content):
    with suppress(FileRefused):  # and nothing else
        xml.parse_text(xml.decode(content, "a.xml")[0], "a.xml")


def test_html_entities_are_mended_and_told():
    root, problems = xml.parse_text("<a>\n<b>un&nbsp;peu &amp; beaucoup&hellip;</b></a>", "a.xml")
    assert root[0].text == "un\u00a0peu & beaucoup…"
    assert [(problem.code, problem.line) for problem in problems] == [("html_entity_replaced", 2)]


def test_unknown_entity_is_refused_with_its_line():
    with pytest.raises(FileRefused) as caught:
        read("<a>\n\n&nosuch;</a>")
    assert (caught.value.code, caught.value.problem.line) == ("xml_broken", 3)


def test_broken_xml_is_refused_with_its_line_and_the_parsers_words():
    with pytest.raises(FileRefused) as caught:
        read("<a>\n<b>\n</a>")
    assert caught.value.problem.line == 3
    assert "tag mismatch" in caught.value.problem.facts["reason"]


def test_lines_are_those_of_the_author_also_after_a_declaration_and_a_document_type():
    root = read("<?xml version='1.0'?>\n<!DOCTYPE problem>\n<problem>\n  <p/>\n</problem>")
    assert (xml.line_of(root), xml.line_of(root[0])) == (3, 4)


@pytest.mark.parametrize(("declared", "text"), [("iso-8859-1", "café"), ("windows-1256", "تعاونية"), ("utf-8", "تعاونية")])
def test_declared_encodings_are_believed(declared, text):
    content = f"<?xml version='1.0' encoding='{declared}'?><a>{text}</a>".encode(declared)
    decoded, problems = xml.decode(content, "a.xml")
    assert read(decoded).text == text
    assert problems == []


def test_comments_and_cdata_keep_their_text():
    root = read("<problem><!-- note --><script><![CDATA[a < b]]></script></problem>")
    assert root.find("script").text == "a < b"
    assert root[0].text == " note "
