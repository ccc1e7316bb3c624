"""Parts of a course are named, placed and taken back, and nothing of them is lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms_app.domain.content import Block
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.services.authoring import arranging, copying, lifting
from lms_app.services.authoring.drafts import open_draft, texts_of
from tests.services.authored import ROOT, author, begun, content

KEY = "course-v1:T+A+1"


@pytest.fixture
def by(session, clock):
    begun(session, KEY, content(), clock())
    return {"session": session, "actor": author(session, KEY), "key": KEY, "message": "m", "now": clock()}


def children(session, parent: str) -> list[str]:
    return list(open_draft(session, KEY).outline[parent].children)


def test_parts_are_added_where_they_are_wanted(session, by):
    first = arranging.add_part(**by, parent="sequential/s0", title=" One ", after="vertical/u00")
    assert children(session, "sequential/s0") == ["vertical/u00", first, "vertical/u01"]
    assert open_draft(session, KEY).outline[first].title == "One"
    with pytest.raises(NotFound):
        arranging.add_part(**by, parent="sequential/s0", title="x", after="vertical/u10")


def test_a_block_is_renamed_and_its_translations_are_known_to_be_older(session, by):
    assert arranging.rename_block(**by, block="vertical/u00", title="Beginning")
    assert open_draft(session, KEY).outline["vertical/u00"].title == "Beginning"
    assert not arranging.rename_block(**by, block="vertical/u00", title="Beginning ")
    with pytest.raises(Invalid, match="required"):
        arranging.rename_block(**by, block="vertical/u00", title=" ")


@pytest.mark.parametrize(
    ("to", "before", "wanted"),
    [
        ("sequential/s1", None, ["vertical/u10", "vertical/u11", "vertical/u00"]),
        ("sequential/s1", "vertical/u11", ["vertical/u10", "vertical/u00", "vertical/u11"]),
        ("sequential/s0", None, ["vertical/u01", "vertical/u00"]),
    ],
)
def test_a_unit_is_placed_anywhere_with_its_words(session, by, to, before, wanted):
    assert arranging.place_block(**by, parent="sequential/s0", block="vertical/u00", to=to, before=before)
    assert children(session, to) == wanted
    assert [*texts_of(session, open_draft(session, KEY).snapshot, "html/h00")] == ["ar", "fr"]


def test_nothing_is_placed_where_it_does_not_belong(session, by):
    unit = {**by, "parent": "sequential/s0", "block": "vertical/u00"}
    assert not arranging.place_block(**unit, to="sequential/s0", before="vertical/u01")  # it stands there
    for to in (ROOT, "chapter/c1", "vertical/u01"):
        with pytest.raises(Invalid, match="bad_part"):
            arranging.place_block(**unit, to=to, before=None)
    for wrong in ({"to": "sequential/s1", "before": "html/h00"}, {"to": "sequential/no", "before": None}):
        with pytest.raises(NotFound):
            arranging.place_block(**unit, **wrong)
    with pytest.raises(NotFound):
        arranging.place_block(**{**unit, "parent": "sequential/s1"}, to="sequential/s1", before=None)


def test_taking_out_is_undone_word_for_word(session, by):
    before = open_draft(session, KEY).snapshot
    arranging.remove_block(**by, parent="sequential/s0", block="vertical/u00")
    removal = open_draft(session, KEY).revision.id
    assert copying.undo(**by, revision=removal) == "vertical/u00"
    assert open_draft(session, KEY).snapshot == before


def test_taking_out_is_undone_after_others_went_on(session, by):
    before = open_draft(session, KEY)
    arranging.remove_block(**by, parent="sequential/s0", block="vertical/u00")
    removal = open_draft(session, KEY).revision.id
    added = arranging.add_part(**by, parent="sequential/s0", title="Between")
    assert copying.undo(**by, revision=removal) == "vertical/u00"
    after = open_draft(session, KEY)
    assert children(session, "sequential/s0") == ["vertical/u00", "vertical/u01", added]
    assert after.outline["vertical/u00"].node == before.outline["vertical/u00"].node
    assert texts_of(session, after.snapshot, "html/h00") == texts_of(session, before.snapshot, "html/h00")
    with pytest.raises(Conflict):  # it is back
        copying.undo(**by, revision=removal)


def test_only_the_course_s_own_newest_changes_are_undone(session, by, clock):
    other = begun(session, "course-v1:T+B+1", content(1), clock())
    foreign = {**by, "key": other}
    arranging.add_part(**by, parent=ROOT, title="x")
    mine = open_draft(session, KEY).revision.id
    for wrong in (mine, mine + 1000):
        with pytest.raises(NotFound):
            copying.undo(**foreign, revision=wrong)
    arranging.rename_block(**by, block="html/h00", title="y")
    with pytest.raises(Conflict):  # something was added, nothing taken out
        copying.undo(**by, revision=mine)


def test_a_copy_beside_has_names_of_its_own_and_leads_to_itself(session, by):
    made = copying.duplicate_block(**by, parent="sequential/s0", block="vertical/u00", title="Again")
    draft = open_draft(session, KEY)
    assert children(session, "sequential/s0") == ["vertical/u00", made, "vertical/u01"]
    text, quiz = draft.outline[made].children
    assert {text, quiz}.isdisjoint({"html/h00", "coop_quiz/q00"})
    copied = copying.lift(session, draft.outline, [made])
    assert copied.blocks[made].fields["display_name"] == "Again"
    assert f"/jump_to_id/{quiz.partition('/')[2]}" in copied.blocks[text].fields["data"]
    assert copied.texts["ar"] == {made: {"display_name": "وحدة"}, text: {"display_name": "نَصّ", "data": "<p>زيت الأركان</p>"}}


def test_questions_drawn_from_a_library_keep_their_mark_in_a_copy(session, by):
    draft = open_draft(session, KEY)
    bank, drawn = "library_content/library-content-1", "coop_quiz/library-content-1-0123456789ab"
    new = {
        drawn: Block(drawn, "coop_quiz", {"display_name": "Q"}),
        bank: Block(bank, "library_content", {"max_count": 1}, (drawn,)),
    }
    edit = arranging.Edit(children={"vertical/u00": [*draft.outline["vertical/u00"].children, bank]}, new=new)
    arranging.settle(session, by["actor"], draft, edit, message="", now=by["now"])
    made = copying.duplicate_block(**by, parent="vertical/u00", block=bank, title="Again")
    name = made.removeprefix("library_content/")
    assert made not in {bank, "library_content/"}
    assert open_draft(session, KEY).outline[made].children == (f"coop_quiz/{name}-0123456789ab",)


def test_what_was_taken_out_gives_its_name_to_nothing_new(session, by):
    unit = {**by, "unit": "vertical/u00", "block_type": "coop_quiz"}
    given = []
    for number in range(3):
        given.append(arranging.add_block(**unit, title=f"Quiz {number}"))
        arranging.remove_block(**by, parent="vertical/u00", block=given[-1])
    copy = copying.duplicate_block(**by, parent="sequential/s0", block="vertical/u00", title="Again")
    held = lifting.below(open_draft(session, KEY).outline, [copy])
    copying.undo(**by, revision=open_draft(session, KEY).revision.id)
    assert open_draft(session, KEY).outline.entries.keys().isdisjoint(held)
    other = copying.duplicate_block(**by, parent="sequential/s0", block="vertical/u00", title="Once more")
    held += lifting.below(open_draft(session, KEY).outline, [other])
    assert len({*given, *held}) == 3 + 2 * 3


def test_a_block_that_is_only_kept_keeps_its_name(session, by, clock):
    raw = Block("mystery/m", "mystery", {"xml": '<mystery display_name="As it came"/>'})
    whole = content(1)
    unit = whole.blocks["vertical/u00"]
    blocks = {**whole.blocks, raw.id: raw, unit.id: replace(unit, children=(raw.id,))}
    key = begun(session, "course-v1:T+D+1", replace(whole, blocks=blocks), clock())
    with pytest.raises(Invalid, match="no_such_field"):
        arranging.rename_block(**{**by, "key": key}, block=raw.id, title="Other")
