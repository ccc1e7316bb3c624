"""Questions are drawn from a library, stay themselves when it changes, and leave with the course they are in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms_app.domain.actors import SITE, Role
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.given import ALL
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring import arranging, creating, libraries
from lms_app.services.authoring.drafts import open_draft, texts_of
from lms_app.services.authoring.exporting import export_course
from lms_app.services.authoring.importing import import_course
from lms_app.services.authoring.lifting import lift
from lms_app.storage.blobs import Blobs
from tests.services.authored import PICTURE, author, begun, content

COURSE, LIBRARY, AGAIN = "course-v1:T+A+1", "course-v1:T+LIB+1", "course-v1:T+A+2"
TYPES = BlockTypes()
QUESTIONS = ("html/h00", "coop_quiz/q00", "html/h01", "coop_quiz/q01")


@pytest.fixture
def by(session, clock):
    begun(session, COURSE, replace(content(1), assets={}), clock())
    begun(session, LIBRARY, content(1), clock(), kind="library", enrolment=libraries.EDITORS)
    return {
        "session": session,
        "actor": author(session, COURSE, LIBRARY),
        "key": COURSE,
        "library": LIBRARY,
        "types": TYPES,
        "message": "m",
        "now": clock(),
    }


def drawn(by, **wishes):
    """Draw the first three questions into a unit, two a learner."""
    return libraries.draw(**{**by, "unit": "vertical/u00", "chosen": QUESTIONS[:3], "count": 2, "title": "Drawn", **wishes})


def changed(by, block: str, title: str) -> None:
    told = {name: by[name] for name in ("session", "actor", "message", "now")}
    arranging.rename_block(**told, key=LIBRARY, block=block, title=title)


def states(by, bank) -> list[tuple[str, str, bool]]:
    found = libraries.open_bank(by["session"], by["actor"], open_draft(by["session"], COURSE), bank)
    return [(one.block, one.state, one.is_drawn) for one in found.questions]


def test_questions_come_with_words_and_pictures_under_names_of_their_own(session, by):
    bank = drawn(by)
    draft = open_draft(session, COURSE)
    copies = [libraries.drawn_name(LIBRARY, one, bank) for one in QUESTIONS[:3]]
    copy = lift(session, draft.outline, [bank])
    assert list(draft.outline[bank].children) == copies
    assert copy.blocks[bank].fields == {
        "display_name": "Drawn",
        "source_library_id": LIBRARY,
        "source_library_version": open_draft(session, LIBRARY).snapshot,
        "max_count": 2,
    }
    assert copy.texts["ar"][copies[0]] == {"display_name": "نَصّ", "data": "<p>زيت الأركان</p>"}
    assert copy.assets[PICTURE.path].sha256 == PICTURE.sha256
    other = drawn(by, unit="vertical/u01")
    assert set(open_draft(session, COURSE).outline[other].children).isdisjoint(copies)


def test_an_update_takes_over_what_changed_and_keeps_who_is_who(session, by):
    bank = drawn(by)
    before = open_draft(session, COURSE)
    assert states(by, bank) == [(one, "same", True) for one in QUESTIONS[:3]] + [(QUESTIONS[3], "new", False)]
    changed(by, QUESTIONS[0], "Better")
    told = {name: by[name] for name in ("session", "actor", "message", "now")}
    arranging.remove_block(**told, key=LIBRARY, parent="vertical/u00", block=QUESTIONS[1])
    gone = libraries.drawn_name(LIBRARY, QUESTIONS[1], bank)
    assert states(by, bank) == [
        (QUESTIONS[0], "changed", True),
        (QUESTIONS[2], "same", True),
        (QUESTIONS[3], "new", False),
        (gone, "gone", True),
    ]
    libraries.redraw(**by, bank=bank, chosen=[QUESTIONS[0], QUESTIONS[2], QUESTIONS[3]], count=ALL)
    after = open_draft(session, COURSE)
    kept = [libraries.drawn_name(LIBRARY, one, bank) for one in (QUESTIONS[0], QUESTIONS[2], QUESTIONS[3])]
    assert list(after.outline[bank].children) == kept
    assert kept[:2] == [one for one in before.outline[bank].children if one != gone]
    assert after.outline[kept[0]].title == "Better"
    assert texts_of(session, after.snapshot, kept[0])["ar"][1]["display_name"] == "نَصّ"
    assert (gone in after.outline, states(by, bank)[2:]) == (False, [(QUESTIONS[3], "same", True)])


@pytest.mark.parametrize(
    ("chosen", "count", "code"),
    [
        ((), 1, "no_question_chosen"),
        (("html/h00",), 2, "bad_draw"),
        (("html/h00",), 0, "bad_draw"),
        (("chapter/c0",), 1, "no_question_chosen"),
    ],
)
def test_what_can_t_be_drawn(by, chosen, count, code):
    with pytest.raises(Invalid, match=code):
        drawn(by, chosen=chosen, count=count)


def test_a_library_is_open_to_whom_it_says(session, by, clock):
    owner, stranger = by["actor"], author(session, COURSE)
    maker, learner = replace(stranger, roles=frozenset({(Role.TRAINER, SITE)})), replace(stranger, roles=frozenset())
    for actor in (stranger, maker, learner):
        assert libraries.list_libraries(session, actor) == ()
        with pytest.raises(NotFound):
            libraries.open_library(session, actor, LIBRARY)
    with pytest.raises(NotFound):
        drawn(by, actor=stranger)
    with pytest.raises(NotFound):  # a course is no library
        libraries.open_library(session, owner, COURSE)
    libraries.share_library(session, owner, LIBRARY, with_everybody=True, now=clock())
    assert [(one.key, one.may_edit) for one in libraries.list_libraries(session, stranger)] == [(LIBRARY, False)]
    assert libraries.open_library(session, maker, LIBRARY).course.key == LIBRARY
    with pytest.raises(NotFound):
        libraries.open_library(session, learner, LIBRARY)
    bank = drawn(by, actor=stranger)
    libraries.share_library(session, owner, LIBRARY, with_everybody=False, now=clock())
    found = libraries.open_bank(session, stranger, open_draft(session, COURSE), bank)
    assert (found.library, {one.state for one in found.questions}) == (None, {"gone"})


def test_a_new_library_can_be_written_in_at_once(session, by):
    told = {name: by[name] for name in ("session", "actor", "message", "now")}
    key = libraries.create_library(**told, title="Bank", language="fr", topic="Questions")
    draft = open_draft(session, key)
    units = [entry.id for entry in draft.outline.entries.values() if entry.type == "vertical"]
    assert (draft.course.kind, len(units), libraries.questions_of(draft.outline)) == ("library", 1, ())


def test_what_was_drawn_leaves_in_olx_and_comes_back_the_same(session, by, clock, tmp_path):
    blobs = Blobs(str(tmp_path))
    begun(session, "course-v1:T+LIB+2", replace(content(1), assets={}), clock(), kind="library", enrolment=libraries.EVERYBODY)
    drawn(by, library="course-v1:T+LIB+2")
    archive, problems = export_course(session, COURSE, blobs=blobs, types=TYPES)
    report = import_course(session, archive, blobs=blobs, types=TYPES, now=clock(), key=AGAIN)
    here, there = open_draft(session, COURSE).outline, open_draft(session, AGAIN).outline
    assert (problems, report.is_refused) == ([], False)
    assert {one: entry.node for one, entry in there.entries.items() if entry.parent} == {
        one: entry.node for one, entry in here.entries.items() if entry.parent
    }


def test_a_draw_brings_no_language_that_the_course_does_not_have(session, by, clock):
    key = begun(session, "course-v1:T+B+1", replace(content(1), assets={}, overlays={}), clock())
    drawn(by, key=key, actor=author(session, key, LIBRARY))
    assert open_draft(session, key).outline.languages == ("en",)


def test_a_question_written_in_place_of_another_takes_over_none_of_its_answers(session, by):
    told = {name: by[name] for name in ("session", "actor", "message", "now")}
    old = arranging.add_block(**told, key=LIBRARY, unit="vertical/u00", block_type="coop_quiz", title="Who votes?")
    bank = drawn(by, chosen=[old], count=ALL)
    arranging.remove_block(**told, key=LIBRARY, parent="vertical/u00", block=old)
    new = arranging.add_block(**told, key=LIBRARY, unit="vertical/u00", block_type="coop_quiz", title="Who pays?")
    before = open_draft(session, COURSE).outline[bank].children
    libraries.redraw(**by, bank=bank, chosen=[new], count=ALL)
    after = open_draft(session, COURSE).outline
    assert [after[copy].title for copy in after[bank].children] == ["Who pays?"]
    assert set(after[bank].children).isdisjoint(before)


def test_a_copy_of_a_library_is_not_open_to_others(session, by):
    told = {name: by[name] for name in ("session", "actor", "message", "now")}
    copy = creating.copy_course(**told, source=LIBRARY, title="Mine")
    course = open_draft(session, copy).course
    assert (course.kind, course.enrolment) == (libraries.LIBRARY, libraries.EDITORS)
