"""Text of a lesson: shown in the page when it is only text, framed when it brings more, and never both."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from lxml import html as lxml_html

from lms_app.runtime.blocks.sanitising import ACTIVE, sanitise
from tests.fakes import block
from tests.runtime.hosting import Classroom

PLAIN = [
    "<h2>Title</h2><p class='lead'>A <strong>text</strong> &amp; <em>more</em>.</p>",
    '<p dir="rtl" lang="ar">نص <bdi>x</bdi></p>',
    '<table border="1"><tr><th scope="col">a</th><td colspan="2">b</td></tr></table>',
    '<figure><img src="/static/a.png" alt="A"><figcaption>c</figcaption></figure>',
    '<video controls src="/static/a.mp4"><track src="/static/a.vtt" kind="captions"></video>',
    "<details><summary>More</summary><p>…</p></details>",
    '<p style="color: red; text-align: center">styled</p>',
    "5 &lt; 6 and a < b",
]
ACTIVE_TEXTS = [
    "<script>alert(1)</script>",
    "<p onclick='x()'>a</p>",
    '<a href="javascript:alert(1)">a</a>',
    '<a href=" \tjavascript:alert(1)">a</a>',
    '<iframe src="https://example.org"></iframe>',
    "<form action='/x'><input name='a'></form>",
    "<style>body { display: none }</style>",
    '<link rel="stylesheet" href="/a.css">',
    "<svg><circle r='1'/></svg>",
    '<object data="/a.swf"></object>',
    r"<p>\(x^2\)</p>",
    "<p>[mathjaxinline]x[/mathjaxinline]</p>",
    "<button>b</button>",
]
ATTACKS = [
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<a href="java&#115;cript:alert(1)">a</a>',
    "<scr<script>ipt>alert(1)</script>",
    '<iframe srcdoc="<script>alert(1)</script>">',
    '<math><mi xlink:href="javascript:alert(1)">',
    '<img src="data:text/html,<script>1</script>">',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">a</a>',
    '<div style="position:fixed;inset:0;background:url(//x)">a</div>',
    '<base href="//evil">',
    '<meta http-equiv="refresh" content="0;url=//evil">',
    '<p class="xblock xblock-v1" data-init="Evil" data-usage="u">a</p>',
    '<form action="/handlers/x" method="post"><input name="csrf_token"></form>',
    '<noscript><p title="</noscript><img src=x onerror=1>"></noscript>',
    "<template><script>1</script></template>",
    '<b id="csrf" name="csrf">a</b>',
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_stands_in_the_page(text: str) -> None:
    room = Classroom((block("html/h", data=text),))
    shown = room.show("html/h")
    assert (shown.inline_safe, shown.needs_jquery, shown.failed) == (True, False, "")


@pytest.mark.parametrize("text", ACTIVE_TEXTS)
def test_text_that_does_something_is_framed_as_it_is(text: str) -> None:
    room = Classroom((block("html/h", data=text),))
    shown = room.show("html/h")
    assert not shown.inline_safe
    assert text in shown.html


@pytest.mark.parametrize("text", ATTACKS + ACTIVE_TEXTS)
def test_nothing_that_does_something_passes_the_allow_list(text: str) -> None:
    _assert_harmless(sanitise(text).html)


@given(st.text(alphabet=st.sampled_from("<>/\"'= abonscriptlivgfhrej:&;#x\t\n")))
def test_whatever_is_written_what_stands_in_the_page_is_harmless(text: str) -> None:
    _assert_harmless(sanitise(text).html)


def _assert_harmless(text: str) -> None:
    for element in lxml_html.fragment_fromstring(text, create_parent="div").iter():
        assert element.tag not in ACTIVE
        for name, value in element.attrib.items():
            assert not name.startswith(("on", "data-", "formaction"))
            assert name not in {"srcdoc", "name"}
            if name in {"href", "src"}:
                assert not value.strip().lower().startswith(("javascript", "vbscript", "data:text", "data:image/svg"))
            if name == "style":
                assert "position" not in value
                assert "url" not in value
            if name == "class":
                assert not any(part.startswith("xblock") for part in value.split())


def test_pictures_may_be_in_the_text_itself() -> None:
    text = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    assert sanitise(text).html == text


def test_words_stay_when_unknown_elements_go() -> None:
    assert sanitise("<o:p>Word <foo>processor</foo></o:p>").html == "Word processor"
    assert sanitise("<o:p>Word</o:p>").is_whole


def test_addresses_are_replaced_in_a_frame_too() -> None:
    room = Classroom((block("html/h", data='<script src="/static/lib.js"></script>'),), files={"lib.js": b""})
    assert '<script src="/files/lib.js"></script>' in room.show("html/h").html


def test_other_names_of_the_same_block() -> None:
    room = Classroom(tuple(block(f"{name}/x", data="<p>words</p>") for name in ("about", "static_tab", "course_info")))
    for name in ("about", "static_tab", "course_info"):
        assert "<p>words</p>" in room.show(f"{name}/x").html
