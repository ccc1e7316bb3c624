"""Blocks go from one course to another with their words and files, and only between courses that their author makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms_app.domain.content import Asset
from lms_app.domain.errors import Invalid, NotFound
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring import copying
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.lifting import lift
from tests.services.authored import PICTURE, author, begun, content

HERE, THERE = "course-v1:T+A+1", "course-v1:T+B+1"
TYPES = BlockTypes()


@pytest.fixture
def by(session, clock):
    begun(session, HERE, content(), clock())
    return {"session": session, "key": HERE, "to": THERE, "types": TYPES, "message": "m", "now": clock()}


def target(session, clock, **changes: object) -> None:
    begun(session, THERE, replace(content(1), **{"assets": {}, "overlays": {}, **changes}), clock())


def test_a_lesson_goes_along_with_its_words_and_pictures(session, by, clock):
    target(session, clock)
    made = copying.copy_block(**by, actor=author(session, HERE, THERE), block="sequential/s0", parent="chapter/c0")
    draft = open_draft(session, THERE)
    assert (made.blocks, made.files, made.more_languages) == (7, 2, ("ar", "fr"))
    assert draft.outline["chapter/c0"].children == ("sequential/s0", made.block)
    copy = lift(session, draft.outline, [made.block])
    assert copy.blocks[made.block].fields == {"display_name": "Lesson 0"}  # its last day was of the other course
    assert set(copy.assets) == {"oil.webp", "oil-480w.webp"}
    assert {told["display_name"] for told in copy.texts["ar"].values()} == {"نَصّ", "وحدة"}
    assert set(copy.blocks).isdisjoint(content(1).blocks)


def test_a_picture_of_the_same_name_stays_what_it_is(session, by, clock):
    other = Asset(PICTURE.path, "f" * 64, "image/webp", 9)
    target(session, clock, assets={other.path: other})
    made = copying.copy_block(**by, actor=author(session, HERE, THERE), block="html/h00", parent="vertical/u00")
    outline = open_draft(session, THERE).outline
    copy = lift(session, outline, [made.block])
    assert '"/static/oil-2.webp"' in copy.blocks[made.block].fields["data"]
    assert copy.assets["oil-2.webp"].sha256 == PICTURE.sha256
    assert lift(session, outline, ["html/h01"]).assets["oil.webp"] == other


def test_in_a_course_of_another_language_its_translation_becomes_the_text(session, by, clock):
    target(session, clock, language="ar")
    made = copying.copy_block(**by, actor=author(session, HERE, THERE), block="html/h00", parent="vertical/u00")
    copy = lift(session, open_draft(session, THERE).outline, [made.block])
    assert copy.blocks[made.block].fields == {"display_name": "نَصّ", "data": "<p>زيت الأركان</p>"}
    assert copy.texts["en"][made.block]["display_name"] == "Text 00"
    assert copy.texts["fr"][made.block] == {"display_name": "Text 00 (fr)"}


def test_both_courses_must_be_the_author_s(session, by, clock):
    target(session, clock)
    for keys in ((HERE,), (THERE,), ()):
        with pytest.raises(NotFound):
            copying.copy_block(**by, actor=author(session, *keys), block="html/h00", parent="vertical/u00")
        with pytest.raises(NotFound):
            copying.editable_outlines(session, author(session, *keys), [HERE, THERE])
    with pytest.raises(Invalid, match="bad_part"):
        copying.copy_block(**by, actor=author(session, HERE, THERE), block="html/h00", parent="chapter/c0")
