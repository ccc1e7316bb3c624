"""Addresses in course texts lead where they mean."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from lms_app.runtime.links import Links, asset_names
from lms_app.runtime.services import ReplaceUrls
from tests.fakes import MemoryContent, SiteUrls, block, course_of, learner

FILES = dict.fromkeys(("a.png", "a_b.png", "dir_x.png", "deep/y.png", "lib.js"), b"")


def links(**who: str) -> Links:
    content = MemoryContent(course_of(block("html/intro", data=""), block("problem/p1", data="")), files=FILES)
    return Links(content, SiteUrls(), learner(**who))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('<img src="/static/a.png">', '<img src="/files/a.png">'),
        ("<img src='/static/a.png'>", "<img src='/files/a.png'>"),
        ('<img src="/static/a b.png">', '<img src="/files/a_b.png">'),
        ('<img src="/static/a%20b.png">', '<img src="/files/a_b.png">'),
        ('<img src="/static/dir/x.png">', '<img src="/files/dir_x.png">'),
        ('<img src="/static/deep/y.png">', '<img src="/files/deep/y.png">'),
        ('<a href="/static/a.png?dl=1#top">', '<a href="/files/a.png?dl=1#top">'),
        ('<a href="/static/a.png?raw">', '<a href="/static/a.png?raw">'),
        ('<a href="/static/missing file.pdf">', '<a href="/files/missing file.pdf">'),
        ('data-content="&lt;img src=&quot;/static/a.png&quot;&gt;"', 'data-content="&lt;img src=&quot;/files/a.png&quot;&gt;"'),
        ('{"html": "<img src=\\"/static/a.png\\">"}', '{"html": "<img src=\\"/files/a.png\\">"}'),
        ("background: url(/static/a.png)", "background: url(/files/a.png)"),
        ("background: url('/static/a.png')", "background: url('/files/a.png')"),
        ('<a href="https://elsewhere.org/static/a.png">', '<a href="https://elsewhere.org/static/a.png">'),
        ("see /static/a.png in the text", "see /static/a.png in the text"),
        ('<a href="/jump_to_id/p1">', '<a href="/go/problem/p1">'),
        ('<a href="/jump_to_id/nobody">', '<a href="/jump_to_id/nobody">'),
        ('<a href="/jump_to/i4x://O/C/problem/p1">', '<a href="/go/problem/p1">'),
        ('<a href="/jump_to/block-v1:Other+Name+Run+type@html+block@intro">', '<a href="/go/html/intro">'),
        ('<a href="/courses/Coop/Intro/2019/jump_to_id/p1">', '<a href="/go/problem/p1">'),
        ('<a href="/courses/course-v1:Coop+Intro+2019/courseware/c/s/">', '<a href="/go/sequential/s">'),
        ('<a href="/courses/course-v1:Coop+Intro+2019/info">', '<a href="/courses/course-v1:Coop+Intro+2026">'),
        ('<a href="/courses/course-v1:Other+Course+2019/info">', '<a href="/courses/course-v1:Other+Course+2019/info">'),
        ('<a href="/course/courseware/c/s/1">', '<a href="/go/sequential/s">'),
        ('<a href="/course/info">', '<a href="/courses/course-v1:Coop+Intro+2026">'),
        ('<img src="/c4x/Coop/Intro/asset/a.png">', '<img src="/files/a.png">'),
        ('<img src="/c4x/Other/Course/asset/missing.png">', '<img src="/c4x/Other/Course/asset/missing.png">'),
        ('<img src="/asset-v1:Coop+Intro+2019+type@asset+block@a_b.png">', '<img src="/files/a_b.png">'),
        ('<img src="https://lms.org/asset-v1:Coop+Intro+2019+type@asset+block/a.png">',) * 2,
        ('<img src="https://lms.org/asset-v1:Coop+Intro+2019+type@asset+block@a.png">', '<img src="/files/a.png">'),
        ('<div data-src="/capa/js/x.js">', '<div data-src="/capa/js/x.js">'),
        ("%%USER_ID%% %%COURSE_ID%%", "0f3a course-v1:Coop+Intro+2026"),
    ],
)
def test_addresses(written: str, expected: str) -> None:
    assert links().replaced(written) == expected


@pytest.mark.parametrize("written", ['<a href="/jump_to_id/p1">', '<a href="/course/info">', '<img src="/static/a b.png">'])
def test_replacing_twice_is_replacing_once(written: str) -> None:
    once = links().replaced(written)
    assert links().replaced(once) == once


def test_what_stands_for_a_learner_is_escaped() -> None:
    assert links(email='"><script>').replaced("%%USER_EMAIL%%") == "&quot;&gt;&lt;script&gt;"


def test_only_files_when_only_files_are_asked_for() -> None:
    text = '<a href="/jump_to_id/p1"><img src="/static/a.png">'
    assert ReplaceUrls(links()).replace_urls(text, static_replace_only=True) == '<a href="/jump_to_id/p1"><img src="/files/a.png">'


def test_what_is_no_text_is_refused_as_capa_counts_on() -> None:
    with pytest.raises(TypeError):
        ReplaceUrls(links()).replace_urls(["choice_1"])  # type: ignore[arg-type]


def test_a_text_marked_safe_comes_back_unmarked() -> None:
    class Marked(str):
        __slots__ = ()

        def __html__(self) -> str:
            return self

    assert type(ReplaceUrls(links()).replace_urls(Marked("<b>"))) is str


@given(st.text())
def test_texts_without_addresses_stay(text: str) -> None:
    if not any(hint in text for hint in ("/", "%%")):
        assert links().replaced(text) == text


def test_names_that_studio_may_have_given() -> None:
    assert asset_names("dir/a b%20c.png") == ("dir/a b%20c.png", "dir/a b c.png", "dir/a_b_c.png", "dir_a_b_c.png")
