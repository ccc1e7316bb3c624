"""Author's texts: a little markup passes, nothing else acts."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest
from hypothesis import given, strategies as st
from lxml import html

from takwin_xblocks.contract.markup import ALLOWED, inline, plain, unturned


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Profit & loss", "Profit &amp; loss"),
        ("Profit &amp; loss", "Profit &amp; loss"),
        ("a <em>b</em> c", "a <em>b</em> c"),
        ("a<br/>b", "a<br>b"),
        ("2 < 3", "2 &lt; 3"),
        ('<bdi dir="ltr">10 × 12</bdi>', '<bdi dir="ltr">10 × 12</bdi>'),
        ('<span lang="fr" style="color:red" onclick="x()">a</span>', '<span lang="fr">a</span>'),
        ('<img src="/static/a.svg" alt="A wheel" width="36"/>', '<img src="/static/a.svg" alt="A wheel" width="36">'),
        ('<img src="/static/a.svg" onerror="x()">', '<img src="/static/a.svg" alt="">'),
        ('<img src="javascript:x()" alt="A wheel">', "A wheel"),
        ('<img src="//evil.example/x.png" alt="">', ""),
        ('<img src="https://evil.example/x.png" alt="">', ""),
        (r'<img src="/\evil.example/x.png" alt="">', ""),
        ('<img src="data:image/svg+xml,x" alt="">', ""),
        ("<script>x()</script>", "&lt;script&gt;x()&lt;/script&gt;"),
        ('<a href="javascript:x()">y</a>', "&lt;a href=&quot;javascript:x()&quot;&gt;y&lt;/a&gt;"),
        ("a<!-- b -->c", "a&lt;!-- b --&gt;c"),
        ("less <!-- and more", "less &lt;!-- and more"),
        ("less <!> <![CDATA[x]]> <?php more", "less &lt;!&gt; &lt;![CDATA[x]]&gt; &lt;?php more"),
        ("<em>never closed", "<em>never closed</em>"),
        ("</div></form>x", "x"),
        ("", ""),
    ],
)
def test_shows(text: str, shown: str) -> None:
    assert inline(text) == shown


def test_plain_keeps_only_words() -> None:
    assert plain('How <em>many</em> &amp; <img src="/a.svg" alt="x">why') == "How many & why"
    assert plain("A & B") == "A & B"


def test_plain_loses_nothing_after_what_begins_like_a_comment() -> None:
    assert plain("a <!-- b & c <? d") == "a <!-- b & c <? d"


def test_what_turns_the_text_after_it_is_taken_out() -> None:
    assert unturned("a\u202eb\u2067c\u2069d\u200f\u200e\u061c") == "abcd\u200f\u200e\u061c"


ELEMENTS = ["<script>", "</script>", "<svg>", "<math>", "<style>", "<noscript>", "<em>", "</em>", "<img src=x onerror=y>"]
PIECES = [*ELEMENTS, "&lt;", "&#x", '"', "'"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join))
def test_nothing_but_the_allowed_elements_comes_out(text: str) -> None:
    shown = inline(text)
    assert set(re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", shown)) <= set(ALLOWED)
    body = html.document_fromstring(f"<html><body>{shown}</body></html>").find("body")
    for element in body.iterdescendants():
        assert set(element.attrib) <= ALLOWED[element.tag]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=60))
def test_plain_text_reads_back_as_typed(text: str) -> None:
    assert unescape(inline(escape(text))) == unescape(escape(text))


def test_control_characters_are_left_out() -> None:
    assert inline("a\0\x1b<em>b</em>\ud800") == "a<em>b</em>"
    assert inline("a&#x1;b<em>c&#27;</em>&#x1;") == "ab<em>c</em>"
