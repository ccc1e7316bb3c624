"""Texts made so that looking at them takes minutes: a course's author must not stop the pages of everybody else.

Nothing here measures time: before they were mended, each of these took from minutes to days.
"""

from __future__ import annotations

import pytest

from lms_app.domain.differing import runs_of
from lms_app.olx import xliff
from lms_app.runtime import transcripts
from lms_app.runtime.blocks.sanitising import sanitise
from lms_app.runtime.problems import importing
from lms_app.runtime.problems.reading import read_markup
from lms_app.services.authoring import searching
from lms_app.services.authoring.translating import units
from lms_app.web.studio import blocks, differences, fields, structures, translating

LONG = 900_000
PIECES = ("<", "<a ", "<!--", "<script>", "<img ", "<br ", "<div style='", "<b>", "</i>")


@pytest.mark.parametrize("piece", PIECES)
def test_tags_that_never_end_are_read_once(piece):
    text = piece * (LONG // len(piece))

    assert differences.plain(text).count("<") <= text.count("<")
    assert differences._PICTURE.findall(text) == []
    assert units.plain_text(text).count("<") <= text.count("<")
    for pattern in (searching._TAG, fields._TAGS, structures._MARK, blocks._MARKS):
        assert pattern.sub("", "<p>" + text).startswith("<p>") is False
    assert "".join(xliff._tokens(text)) == text


@pytest.mark.parametrize("piece", ["<a ", "<div style='", "<!--", "<?"])
def test_a_text_with_thousands_of_open_tags_is_no_whole_text(piece):
    assert sanitise(piece * (LONG // len(piece))).is_whole is False
    assert sanitise(f"<p>whole</p>{piece[:-1]}").is_whole is True


def test_tags_closed_that_were_never_opened_are_told_apart_at_once():
    assert xliff._pairs(["<b>"] * 60_000 + ["</i>"] * 60_000) == {}
    assert xliff._pairs(["<b>", "<i>", "</b>", "</i>"]) == {0: 2}


def test_two_texts_of_one_word_are_compared_with_a_bounded_effort():
    before, after = "a " * 1_400, "b a " * 700
    told = differences.marked(before, after)

    assert "".join(each.text for each in told if each.op in {"same", "new"}).split()[-1] == "a"
    assert translating._difference("a " * 5_000, "b a " * 2_500)
    assert differences.marked("a\n" * 200_000, "b\n" + "a\n" * 150_000)


def test_what_can_be_compared_is_compared_whole():
    words = [str(number) for number in range(2_000)]
    changed = [*words[:900], "other", *words[901:]]

    assert list(runs_of(words, changed)) == [
        ("equal", 0, 900, 0, 900),
        ("replace", 900, 901, 900, 901),
        ("equal", 901, 2_000, 901, 2_000),
    ]
    assert [run[0] for run in runs_of(["a"] * 10, ["a"] * 9, effort=5)] == ["replace"]


def test_readable_problems_and_options_are_read_once():
    for line in (">>" + "||" * 200_000, "(x) " + "{{" * 200_000, "= " + " " * 200_000 + "b", "(x) a" + " " * 200_000 + "b"):
        assert read_markup(f"What?\n{line}") is not None
    assert importing._QUOTED.match("(" + "'a' " * 200 + "x") is None
    assert importing._QUOTED.match("('a', \"b\" 'c' , 'd')") is not None
    assert transcripts._CUE.search("1" * 400_000) is None
    assert transcripts._CUE.search("1\n00:00:01,000 --> 00:00:02,000\nHello\n")["begin"] == "00:00:01,000"
