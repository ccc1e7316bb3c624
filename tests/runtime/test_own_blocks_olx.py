"""Our structural blocks read and write their XML as Open edX does, and lose nothing on the way."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from xblock.fields import Boolean, Date, Integer, List, String, Timedelta

from lms_app.runtime.blocks.base import read_attribute, write_attribute
from lms_app.runtime.exporter import export_tree
from tests.course_files import KEY, TYPES, files_of, imported
from tests.runtime.hosting import Classroom

BLOCKS = {
    "split_test": '<split_test url_name="s" user_partition_id="5" odd="kept" group_id_to_child="{&quot;0&quot;: '
    '&quot;i4x://Org/Course/html/a&quot;}"><html url_name="a">1</html></split_test>',
    "conditional": '<conditional url_name="k" sources="i4x://Org/Course/html/x;i4x://Org/Course/html/y" attempted="False" '
    'message="First {link}"><html url_name="x">1</html></conditional>',
    "conditional with show": '<conditional url_name="k" sources="i4x://Org/Course/html/x" correct="True">'
    '<show sources="i4x://Org/Course/html/x;i4x://Org/Course/html/y"/></conditional>',
    "randomize": '<randomize url_name="r"><html url_name="a">1</html><html url_name="b">2</html></randomize>',
    "itembank": '<itembank url_name="i" max_count="1"><html url_name="a">1</html></itembank>',
    "discussion": '<discussion url_name="d" discussion_id="id1" discussion_category="Week 1" discussion_target="Talk"/>',
    "discussion without id": '<discussion url_name="d" for="Anything"/>',
    "html": '<html url_name="h" editor="raw" odd="1">a <b>bold</b> &lt; word</html>',
    "static_tab": '<static_tab url_name="t" display_name="null">words</static_tab>',
}


@pytest.mark.parametrize("xml", BLOCKS.values(), ids=BLOCKS.keys())
def test_what_is_read_is_written_and_read_again(xml: str) -> None:
    first = imported(files_of(f'<chapter url_name="c">{xml}<html url_name="y">3</html></chapter>'))
    files, problems = export_tree(first.content, course_key=KEY, types=TYPES)
    assert problems == []
    assert imported(files).content.blocks == first.content.blocks


def test_a_discussion_without_an_id_has_one_all_the_same() -> None:
    found = imported(files_of('<chapter url_name="c"><discussion url_name="d" discussion_target="Votes &amp; voices"/></chapter>'))
    shown = Classroom(tuple(one for one in found.content.blocks.values() if one.type == "discussion")).show("discussion/d")
    assert 'data-discussion-id="d"' in shown.html
    assert "<bdi>Votes &amp; voices</bdi>" in shown.html
    assert shown.inline_safe


TITLE, FLAG, COUNT, LISTED, DAY, SPAN = String(), Boolean(), Integer(), List(), Date(), Timedelta()


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (TITLE, "null", "null"),
        (TITLE, "12", "12"),
        (TITLE, '"quoted"', "quoted"),
        (TITLE, '"open', '"open'),
        (FLAG, "true", True),
        (FLAG, "True", True),
        (COUNT, "null", None),
        (COUNT, "3", 3),
        (LISTED, '["a"]', ["a"]),
        (DAY, "", None),
    ],
)
def test_attributes_are_json_where_the_field_takes_it(field: object, text: str, expected: object) -> None:
    assert read_attribute(field, text) == expected


def test_dates_of_any_age_are_read() -> None:
    assert read_attribute(DAY, "2012-12-12").isoformat() == "2012-12-12T00:00:00+00:00"
    assert read_attribute(DAY, "2012-10-22T00:00").isoformat() == "2012-10-22T00:00:00+00:00"
    assert read_attribute(SPAN, "1 day 5 hours").total_seconds() == 29 * 3600
    assert read_attribute(SPAN, "").total_seconds() == 0
    with pytest.raises(ValueError, match="soon"):
        read_attribute(DAY, "soon, I hope")
    with pytest.raises(ValueError, match="many"):
        read_attribute(COUNT, "many")


@given(st.text())
def test_any_title_survives(title: str) -> None:
    clean = TITLE._sanitize(title)
    assert read_attribute(TITLE, write_attribute(clean)) == clean
