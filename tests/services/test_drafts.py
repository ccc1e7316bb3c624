"""Many changes of a draft at once, and the outline that follows from the one before."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lms_app.adapters.content import load_outline
from lms_app.adapters.nodes import block_hashes, load_content, store_content
from lms_app.adapters.outlines import make_outline, open_outline
from lms_app.domain.content import Asset, Block, CourseContent, Overlay
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.services.authoring.drafts import Draft, with_edit

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROOT = BlockId("course/course")


def course(chapters: int = 2) -> CourseContent:
    """A course whose chapters hold a lesson of two units, each with a text and a quiz; some words in French and Arabic."""
    blocks = {}
    held = []
    for c in range(chapters):
        units = []
        for u in range(2):
            leaves = [BlockId(f"html/h{c}{u}"), BlockId(f"coop_quiz/q{c}{u}")]
            blocks |= {leaf: Block(leaf, leaf.partition("/")[0], {"display_name": f"{leaf}"}) for leaf in leaves}
            unit = BlockId(f"vertical/u{c}{u}")
            blocks[unit] = Block(unit, "vertical", {"display_name": f"Unit {c}{u}"}, tuple(leaves))
            units.append(unit)
        lesson = BlockId(f"sequential/s{c}")
        blocks[lesson] = Block(lesson, "sequential", {"display_name": f"Lesson {c}", "graded": True}, tuple(units))
        chapter = BlockId(f"chapter/c{c}")
        blocks[chapter] = Block(chapter, "chapter", {"start": f"2026-0{c + 1}-01T00:00:00Z"}, (lesson,))
        held.append(chapter)
    blocks[ROOT] = Block(ROOT, "course", {"display_name": "All"}, tuple(held))
    overlays = {
        "ar": Overlay("ar", {BlockId("html/h00"): {"display_name": "مرحبا", "data": "نص"}}),
        "fr": Overlay("fr", {BlockId("vertical/u00"): {"display_name": "Unité"}, BlockId("html/h11"): {"data": "Texte"}}),
    }
    return CourseContent(root=ROOT, blocks=blocks, language="en", overlays=overlays, policy={"grading": {}}, pages={"a": "b"})


@pytest.fixture
def draft(session):
    """Make a draft of some content: `draft(content)`."""

    def make(content: CourseContent) -> Draft:
        snapshot = store_content(session, content, NOW)
        revision = Revision(course_id=1, snapshot=snapshot, created_at=NOW)
        return Draft(Course(key="course-v1:A+B+C", created_at=NOW), revision, load_outline(session, snapshot))

    return make


def made_anew(session, snapshot: str):
    """The outline as it is made from all of the content."""
    content = load_content(session, snapshot)
    return open_outline(snapshot, make_outline(content, block_hashes(content)))


def same(found, wanted) -> None:
    assert list(found.entries) == list(wanted.entries)
    for block in wanted.entries:
        assert found[block] == wanted[block]
    assert replace(found, entries={}) == replace(wanted, entries={})


EDITS = {
    "a text": Edit(fields={BlockId("html/h00"): {"display_name": "Hi", "data": "x"}}),
    "a date that descends": Edit(fields={BlockId("chapter/c0"): {"start": "2030-01-01T00:00:00Z", "due": "2031-01-01T00:00:00Z"}}),
    "no more grade": Edit(fields={BlockId("sequential/s1"): {"display_name": "Free"}}),
    "a lesson to another chapter": Edit(
        children={BlockId("chapter/c0"): (), BlockId("chapter/c1"): (BlockId("sequential/s1"), BlockId("sequential/s0"))}
    ),
    "new blocks with children": Edit(
        new={
            BlockId("vertical/n"): Block(BlockId("vertical/n"), "vertical", {"display_name": "New"}, (BlockId("html/n"),)),
            BlockId("html/n"): Block(BlockId("html/n"), "html", {"data": "new"}),
        },
        children={BlockId("sequential/s0"): (BlockId("vertical/n"), BlockId("vertical/u01"))},
        texts={"ar": {BlockId("html/n"): {"display_name": "جديد"}}},
    ),
    "a unit left out, its words too": Edit(children={BlockId("sequential/s0"): (BlockId("vertical/u01"),)}),
    "words taken back": Edit(texts={"fr": {BlockId("vertical/u00"): {}}, "ar": {BlockId("html/h00"): {"data": "آخر"}}}),
    "a language more, one fewer": Edit(
        texts={"wo": {BlockId("html/h00"): {"display_name": "Salaam"}}}, fewer_languages=("fr",), more_languages=("mg",)
    ),
    "files and rules": Edit(
        assets={"a.webp": Asset("a.webp", "0" * 64, "image/webp", 3)},
        language_assets={"ar": {"a.webp": Asset("a.webp", "1" * 64, "image/webp", 4)}},
        policy={"grading": {"GRADER": []}},
        pages={"c": "d"},
    ),
    "one block in two places": Edit(children={BlockId("vertical/u11"): (BlockId("html/h00"), BlockId("html/h11"))}),
}


@pytest.mark.parametrize("name", EDITS)
def test_the_outline_that_follows_is_the_one_that_would_be_read(session, draft, name):
    snapshot = with_edit(session, draft(course()), EDITS[name], now=NOW)

    same(load_outline(session, snapshot), made_anew(session, snapshot))


def test_what_an_edit_stores_is_what_was_asked(session, draft):
    one = EDITS["files and rules"]
    content = load_content(session, with_edit(session, draft(course()), one, now=NOW))

    assert content.assets == one.assets
    assert content.overlays["ar"].assets == one.language_assets["ar"]
    assert (content.policy, content.pages) == (one.policy, one.pages)
    assert content.blocks == course().blocks


def test_many_edits_by_chance_one_after_another(session, draft):
    dice = random.Random(7)
    here = draft(course(3))
    for turn in range(25):
        outline = here.outline
        blocks = list(outline.entries)
        holders = [block for block in blocks if outline[block].children]
        holder, named = dice.choice(holders), dice.choice(blocks)
        children = list(outline[holder].children)
        dice.shuffle(children)
        fields = {"display_name": f"T{turn}"} | dice.choice([{}, {"graded": turn % 2 == 0}, {"due": f"2027-01-{turn + 1:02}"}])
        edit = Edit(
            fields={named: fields},
            children={holder: children[: dice.choice([len(children), max(1, len(children) - 1)])]},
            texts={dice.choice(["ar", "fr"]): {named: dice.choice([{}, {"display_name": f"L{turn}"}])}},
        )
        snapshot = with_edit(session, here, edit, now=NOW)
        same(load_outline(session, snapshot), made_anew(session, snapshot))
        revision = Revision(course_id=1, snapshot=snapshot, created_at=NOW)
        here = Draft(here.course, revision, load_outline(session, snapshot))


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (Edit(children={BlockId("html/h00"): (BlockId("vertical/u00"),)}), "block_in_itself"),
        (Edit(children={BlockId("vertical/u00"): (BlockId("html/nowhere"),)}), "child_missing"),
        (Edit(new={BlockId("html/h00"): Block(BlockId("html/h00"), "html")}), "block_twice"),
        (Edit(fields={BlockId("html/nowhere"): {}}), "no_such_block"),
    ],
)
def test_what_makes_no_course_is_refused(session, draft, edit, code):
    with pytest.raises((Invalid, NotFound)) as refused:
        with_edit(session, draft(course()), edit, now=NOW)

    assert refused.value.code == code
