"""Comparing states, publishing parts and plans, going back: what learners see, and what is remembered of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from lms_app.adapters.nodes import load_content
from lms_app.domain.actors import Actor
from lms_app.domain.content import Block
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.model import AuditEntry, BlockState, PlannedPublication, Revision, Score
from lms_app.services.authoring import planning, publishing
from lms_app.services.authoring.comparing import Consequence, Kind, compare, consequences, details
from lms_app.services.authoring.drafts import commit, hold_draft, open_draft, with_edit
from lms_app.services.authoring.drafts_at import ON_A_PAGE, history, published_at
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.blobs import Blobs
from tests.course_files import KEY, TYPES, files_of, write_folder

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
QUIZ = """<coop_quiz url_name="{name}" display_name="Votes" max_attempts="3">
  <question kind="single" id="votes"><prompt>How many votes has a member with ten shares?</prompt>
    <choice id="one" correct="true">One</choice><choice id="ten">Ten</choice></question></coop_quiz>"""
COURSE = files_of(
    '<chapter url_name="c" display_name="Chapter">'
    '<sequential url_name="s" display_name="Lesson" graded="true" format="Test"><vertical url_name="v" display_name="Unit">'
    f'<html url_name="a" display_name="Hello">Good morning</html>{QUIZ.format(name="q")}</vertical></sequential>'
    '<sequential url_name="t" display_name="Second"><vertical url_name="w" display_name="Other"><html url_name="b">Good night</html>'
    "</vertical></sequential></chapter>",
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.admin(name_latin="Aïcha")))


@pytest.fixture
def published(session, author, tmp_path) -> str:
    folder = write_folder(COURSE, tmp_path / "in")
    import_course(session, folder, blobs=Blobs(str(tmp_path / "blobs")), types=TYPES, now=NOW, actor=author, publish=True)
    return open_draft(session, KEY).snapshot


@pytest.fixture
def change(session, author, published):
    """Change the draft: `change(fields={…})`; return its revision."""

    def change_it(*, at: datetime = NOW, message: str = "changed", **edit) -> Revision:
        draft = hold_draft(session, KEY)
        fields = {block: {**field_of(session, block), **told} for block, told in edit.pop("fields", {}).items()}
        snapshot = with_edit(session, draft, Edit(fields=fields, **edit), now=at)
        return commit(session, draft, snapshot, author=author.person_id, message=message, now=at)

    return change_it


def field_of(session, block: str) -> dict:
    return dict(load_content(session, open_draft(session, KEY).snapshot).blocks[block].fields)


def seen(session) -> str:
    """The snapshot that learners see."""
    course = find_course_row(session, KEY)
    return session.get_one(Revision, course.published_revision_id).snapshot


def with_right_answer(session, choice: str) -> dict:
    fields = field_of(session, "coop_quiz/q")
    question = fields["structure"]["questions"][0]
    choices = [{**one, "correct": one["id"] == choice} for one in question["choices"]]
    return {"structure": {**fields["structure"], "questions": [{**question, "choices": choices}]}}


def test_what_differs_is_told_by_field_and_language(session, published, change):
    draft = change(
        fields={"html/a": {"data": "Good evening"}, "coop_quiz/q": with_right_answer(session, "ten")},
        children={"vertical/v": ["coop_quiz/q", "html/a", "html/new"], "chapter/c": ["sequential/s"]},
        new={"html/new": Block("html/new", "html", {"data": "More"})},
        texts={"fr": {"html/a": {"data": "Bonsoir"}}},
    )

    found = compare(session, draft.snapshot, published)

    assert (found.added, found.rewritten) == ({"html/new"}, {"html/a", "coop_quiz/q"})
    assert found.removed == {"sequential/t", "vertical/w", "html/b"}
    assert (found.moved, list(found.reordered)) == ({}, ["vertical/v"])
    assert found.parts() == ("course/course", "vertical/v", "sequential/t", "vertical/w")
    assert found.course.languages_added == ("fr",)
    changes = {block: told.changes for block, told in details(session, found, ["html/a", "html/new", "html/b"]).items()}
    assert [(one.name, one.language, one.before, one.after) for one in changes["html/a"]] == [
        ("data", "en", "Good morning", "Good evening"),
        ("data", "fr", None, "Bonsoir"),
    ]
    assert [(one.before, one.after) for one in changes["html/new"]] == [(None, "More")]
    assert ("data", "Good night", None) in [(one.name, one.before, one.after) for one in changes["html/b"]]


def test_a_block_in_another_part_is_moved_and_neither_new_nor_gone(session, published, change):
    draft = change(children={"vertical/v": ["coop_quiz/q"], "vertical/w": ["html/b", "html/a"]})

    found = compare(session, draft.snapshot, published)

    assert (found.moved, found.blocks) == ({"html/a": ("vertical/v", "vertical/w")}, {"html/a"})


def test_reads_grow_neither_with_the_course_nor_with_the_changes(session, published, change, engine):
    def reads(**edit) -> int:
        snapshot = change(**edit).snapshot
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(engine, "before_cursor_execute", counted)
        found = compare(session, snapshot, published)
        details(session, found, found.blocks)
        consequences(session, found, find_course_row(session, KEY).id)
        event.remove(engine, "before_cursor_execute", counted)
        return count

    one = reads(fields={"coop_quiz/q": {"max_attempts": 2}})
    three = reads(fields={"html/a": {"data": "2"}, "html/b": {"data": "2"}, "coop_quiz/q": {"max_attempts": 1}})
    assert (one, three) == (5, 5)


def test_learners_are_thought_of(session, people, published, change):
    course, first = find_course_row(session, KEY).id, field_of(session, "coop_quiz/q")
    for _ in range(2):
        learner = people.learner(course)
        session.add(Score(person_id=learner, course_id=course, block_id="coop_quiz/q", earned=1, possible=1, scored_at=NOW))
        session.add(BlockState(person_id=learner, course_id=course, block_id="coop_quiz/q", version=1, state={}, updated_at=NOW))
    session.flush()

    def told(snapshot: str) -> list[Consequence]:
        return list(consequences(session, compare(session, snapshot, published), course))

    assert told(change(fields={"html/a": {"data": "Words only"}, "coop_quiz/q": {"display_name": "Voting"}}).snapshot) == []
    assert told(change(fields={"coop_quiz/q": with_right_answer(session, "ten")}).snapshot) == [
        Consequence(Kind.KEY, "coop_quiz/q", 2)
    ]
    same = {"coop_quiz/again": Block("coop_quiz/again", "coop_quiz", first)}
    renamed = change(children={"vertical/v": ["html/a", "coop_quiz/again"]}, new=same)
    assert told(renamed.snapshot) == [
        Consequence(Kind.ANSWERED_GOES, "coop_quiz/q", 2),
        Consequence(Kind.RENAMED, "coop_quiz/q", 2),
        Consequence(Kind.SCORED_COMES, "coop_quiz/again"),
    ]


def test_a_part_is_published_and_the_draft_stays(session, published, change, author):
    draft = change(fields={"html/a": {"data": "Better"}, "html/b": {"data": "Later"}})

    publishing.publish_parts(session, author, KEY, ["vertical/v"], expected=draft.id, message="in part", now=NOW)

    assert compare(session, draft.snapshot, seen(session)).parts() == ("vertical/w",)
    assert open_draft(session, KEY).revision.id == draft.id
    publishing.publish_parts(session, author, KEY, ["vertical/w"], expected=draft.id, message="the rest", now=NOW)
    assert find_course_row(session, KEY).published_revision_id == draft.id
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "course_published").order_by(AuditEntry.id)).all()
    assert [one.detail.get("parts") for one in noted] == [None, ["vertical/v"], ["vertical/w"]]
    with pytest.raises(Conflict, match="draft_moved_on"):
        publishing.publish_parts(session, author, KEY, ["vertical/w"], expected=draft.id - 1, message="", now=NOW)


def test_one_block_comes_back_as_it_was_and_the_last_change_can_be_undone(session, published, change, author):
    first = open_draft(session, KEY).revision.id
    draft = change(fields={"html/a": {"data": "Worse"}, "html/b": {"data": "Better"}})

    publishing.restore_part(session, author, KEY, first, "html/a", message="back", now=NOW)
    assert (field_of(session, "html/a")["data"], field_of(session, "html/b")["data"]) == ("Good morning", "Better")
    with pytest.raises(Invalid, match="nothing_chosen"):
        publishing.restore_part(session, author, KEY, first, "html/a", message="back", now=NOW)
    newest = open_draft(session, KEY).revision.id
    publishing.undo_last(session, author, KEY, expected=newest, message="undone", now=NOW)
    assert open_draft(session, KEY).snapshot == draft.snapshot
    with pytest.raises(Conflict, match="draft_moved_on"):
        publishing.undo_last(session, author, KEY, expected=newest, message="undone", now=NOW)
    with pytest.raises(NotFound):
        publishing.restore_part(session, author, KEY, first, "html/else", message="", now=NOW)


def test_the_course_as_on_a_past_day(session, published, change, author):
    days = [NOW + timedelta(days=number) for number in range(4)]
    late = change(fields={"html/a": {"data": "Day two"}}, at=days[1])
    publishing.publish_draft(session, author, KEY, expected=late.id, now=days[2])
    row = find_course_row(session, KEY)

    assert [published_at(session, row, day).snapshot for day in (days[0], days[1], days[2], days[3])] == [
        published, published, late.snapshot, late.snapshot,
    ]  # fmt: skip
    assert published_at(session, row, days[1]).until == days[2]
    with pytest.raises(NotFound):
        published_at(session, row, NOW - timedelta(days=1))


def test_the_history_comes_in_pages(session, published, change):
    for number in range(ON_A_PAGE + 1):
        change(fields={"html/a": {"data": str(number)}}, message=str(number))
    row = find_course_row(session, KEY)

    first, second = history(session, row), history(session, row, page=2)

    assert (len(first.lines), len(second.lines), first.pages) == (ON_A_PAGE, 2, 2)
    assert (first.lines[0].message, first.lines[0].is_draft, first.lines[0].before) == (str(ON_A_PAGE), True, first.lines[1].id)
    assert (second.lines[-1].is_published, second.lines[-1].published_at) == (True, NOW)
    assert history(session, row, page=99).page == 2


def test_a_plan_is_carried_out_once_and_late_if_need_be(session, sessions, published, change, author, clock):
    draft = change(fields={"html/a": {"data": "Planned"}})
    planning.plan_publication(session, author, KEY, expected=draft.id, at=NOW + timedelta(hours=2), now=NOW)
    later = change(fields={"html/a": {"data": "Written after"}})
    session.commit()
    row = find_course_row(session, KEY)
    plan = planning.plan_of(session, row)
    assert plan
    assert (plan.revision, plan.by, plan.is_draft, plan.problem) == (draft.id, "Aïcha", False, "")

    assert planning.carry_out(sessions, now=lambda: NOW + timedelta(hours=1)) == 0
    assert [planning.carry_out(sessions, now=lambda: NOW + timedelta(days=3)) for _ in range(2)] == [1, 0]

    session.expire_all()
    row = find_course_row(session, KEY)
    assert (row.published_revision_id, row.draft_revision_id) == (draft.id, later.id)
    noted = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "course_published").order_by(AuditEntry.id.desc())
    ).first()
    assert noted
    assert (noted.actor_id, noted.detail) == (author.person_id, {"revision": draft.id, "planned": True})


def test_nothing_is_published_by_the_word_of_somebody_who_left_the_team(session, sessions, published, change, people):
    course = find_course_row(session, KEY)
    before = course.published_revision_id
    gone = Actor(PersonId(people.person()))
    planned = change(fields={"html/a": {"data": "Farewell"}})
    planning.plan_publication(session, gone, KEY, expected=planned.id, at=NOW + timedelta(hours=2), now=NOW)
    session.commit()

    assert planning.carry_out(sessions, now=lambda: NOW + timedelta(hours=3)) == 0
    session.expire_all()
    course = find_course_row(session, KEY)
    plan = planning.plan_of(session, course)
    assert (course.published_revision_id, plan.problem if plan else "") == (before, "refused")


def test_a_publication_by_hand_holds_the_plan_until_somebody_says_so(session, sessions, published, change, author):
    planned = change(fields={"html/a": {"data": "Planned"}})
    planning.plan_publication(session, author, KEY, expected=planned.id, at=NOW + timedelta(hours=2), now=NOW)
    by_hand = change(fields={"html/a": {"data": "By hand"}})
    publishing.publish_draft(session, author, KEY, expected=by_hand.id, now=NOW)
    session.commit()

    assert planning.carry_out(sessions, now=lambda: NOW + timedelta(hours=3)) == 0
    plan = planning.plan_of(session, find_course_row(session, KEY))
    assert planning.needs_a_word(plan)
    planning.confirm_plan(session, author, KEY, at=NOW + timedelta(hours=4), now=NOW)
    session.commit()
    assert planning.carry_out(sessions, now=lambda: NOW + timedelta(hours=5)) == 1
    session.expire_all()
    assert find_course_row(session, KEY).published_revision_id == planned.id


def test_a_course_that_is_brought_in_and_published_holds_the_plan_too(session, sessions, author, change, tmp_path):
    planned = change(fields={"html/a": {"data": "Planned"}})
    planning.plan_publication(session, author, KEY, expected=planned.id, at=NOW + timedelta(hours=2), now=NOW)
    told = {"blobs": Blobs(str(tmp_path / "blobs")), "types": TYPES, "now": NOW, "actor": author, "publish": True}
    newest = import_course(session, tmp_path / "in", **told).revision
    session.commit()
    assert planning.carry_out(sessions, now=lambda: NOW + timedelta(hours=3)) == 0
    assert find_course_row(session, KEY).published_revision_id == newest


def test_a_plan_can_be_changed_and_taken_back(session, published, change, author):
    draft = change(fields={"html/a": {"data": "Planned"}})
    for at in (NOW + timedelta(hours=2), NOW + timedelta(hours=9)):
        planning.plan_publication(session, author, KEY, expected=draft.id, at=at, now=NOW)
    assert [plan.at for plan in session.scalars(select(PlannedPublication))] == [NOW + timedelta(hours=9)]
    planning.cancel_plan(session, author, KEY, now=NOW)
    assert planning.plan_of(session, find_course_row(session, KEY)) is None
    with pytest.raises(NotFound):
        planning.cancel_plan(session, author, KEY, now=NOW)
    for at in (NOW, NOW + timedelta(days=800)):
        with pytest.raises(Invalid, match="bad_publication_moment"):
            planning.plan_publication(session, author, KEY, expected=draft.id, at=at, now=NOW)
    with pytest.raises(Conflict):
        planning.plan_publication(session, author, KEY, expected=draft.id - 1, at=NOW + timedelta(hours=2), now=NOW)
