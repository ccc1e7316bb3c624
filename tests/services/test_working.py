"""What authors type is kept before it is saved, becomes one change of the draft when it settles, and meets what others do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import PersonId
from lms_app.domain.merging import Leaf
from lms_app.model import Revision, WorkingCopy
from lms_app.services.authoring import presence, publishing, settling, working
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.editing import Clash, open_block, save_block
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.services.authoring.presence import Other
from lms_app.services.authoring.translating import writing
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import open_engine, sessions_of
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, TYPES, files_of, write_folder
from tests.people import People

NOW = datetime(2026, 11, 1, tzinfo=UTC)
QUIZ = (
    '<coop_quiz display_name="Quiz"><question kind="single" id="q1"><prompt>One?</prompt><choice id="a" correct="true">A</choice>'
    '<choice id="b">B</choice></question><question kind="single" id="q2"><prompt>Two?</prompt><choice id="c" correct="true">C</choice>'
    '<choice id="d">D</choice></question></coop_quiz>'
)
COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s" display_name="Lesson"><vertical url_name="v">'
    '<html url_name="a" display_name="Hello">Good morning</html><html url_name="b">Good night</html><coop_quiz url_name="q"/>'
    "</vertical></sequential></chapter>",
    coop_quiz__q_xml=QUIZ,
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)


def message(title, language):
    return f"{language}: {title}"


def bring_in(session, tmp_path) -> int:
    folder = write_folder(COURSE, tmp_path / "in")
    import_course(session, folder, blobs=Blobs(str(tmp_path / "blobs")), types=TYPES, now=NOW, publish=True)
    return find_course_row(session, KEY).id


@pytest.fixture
def course(session, tmp_path) -> int:
    return bring_in(session, tmp_path)


@pytest.fixture
def amina(people, course) -> Actor:
    return Actor(PersonId(people.person(name_latin="Amina")), language="fr")


@pytest.fixture
def samira(people, course) -> Actor:
    return Actor(PersonId(people.person(name_latin="Samira", name_arabic="سميرة")), language="ar")


@pytest.fixture
def desk(session, course):
    return Desk(session, course)


class Desk:
    """What authors do to the course, each from the page as they opened it."""

    def __init__(self, session, course):
        self.session, self.course = session, course

    def open(self, block="html/a"):
        return open_block(self.session, KEY, block, types=TYPES)

    def fields(self, block="html/a"):
        return self.open(block).fields

    def keep(self, actor, changes=None, *, block="html/a", number=1, state=None, now=NOW, **more):
        state = state or self.open(block)
        base = working.newest_of(state, more.get("language", ""))[0]
        return working.keep(
            self.session, actor, self.course, state, number=number, base=base, changes=changes, now=now, **more
        )  # fmt: skip

    def settle(self, actor, block="html/a", language=""):
        return settling.settle(self.session, actor, KEY, block, language=language, types=TYPES, message=message, now=NOW)

    def save(self, actor, changes, state):
        block = state.block
        return save_block(self.session, actor, KEY, block, base=state.base, changes=changes, types=TYPES, now=NOW)

    def laid(self, actor, block="html/a", language=""):
        return working.laid_over(self.session, actor, self.course, self.open(block), language=language)

    def count(self, what=WorkingCopy):
        return self.session.scalar(select(func.count()).select_from(what))


def test_what_is_kept_is_not_in_the_draft_until_it_settles_as_one_revision(desk, amina):
    before = desk.count(Revision)
    desk.keep(amina, {"display_name": "Hell"}, number=1)
    kept = desk.keep(amina, {"display_name": "Hello you", "data": "Good day"}, number=2)
    assert (kept, desk.count(Revision)) == (working.Kept(2, NOW, is_older=False, problem=""), before)
    assert desk.fields() == {"data": "Good morning", "display_name": "Hello"}

    settled = desk.settle(amina)
    assert (settled.saved.changed, settled.problem, settled.left) == (("display_name", "data"), None, ())
    assert desk.fields() == {"data": "Good day", "display_name": "Hello you"}
    assert (desk.count(Revision), desk.count()) == (before + 1, 0)
    assert desk.session.get(Revision, settled.saved.revision).message == "fr: Hello"


def test_an_older_keeping_that_comes_late_changes_nothing(desk, amina, samira):
    desk.keep(amina, {"data": "newer"}, number=7)
    assert desk.keep(amina, {"data": "older"}, number=6) == working.Kept(7, NOW, is_older=True, problem="")
    assert desk.keep(samira, {"data": "hers"}, number=1).is_older is False
    assert (desk.laid(amina).values["data"], desk.laid(samira).values["data"]) == ("newer", "hers")


def test_a_value_that_is_not_right_yet_is_kept_and_shown_and_the_rest_settles(desk, amina):
    kept = desk.keep(amina, {"max_attempts": "many", "display_name": "Lesson 1"}, block="sequential/s")
    assert kept.problem == "field_not_whole"
    settled = desk.settle(amina, "sequential/s")
    assert (settled.saved.changed, settled.left, settled.problem.code) == (("display_name",), ("max_attempts",), "several_wrong")
    laid = desk.laid(amina, "sequential/s")
    assert (laid.values["max_attempts"], laid.values["display_name"], laid.copy.problem) == ("many", "Lesson 1", "several_wrong")


def test_only_fields_of_the_form_are_kept(desk, amina):
    for changes, more in (({"price": 3}, {}), ({"markdown": "x"}, {"language": "fr"}), ({"data": "x"}, {"language": "zz"})):
        with pytest.raises(Invalid):
            desk.keep(amina, changes, **more)
    assert desk.count() == 0


def test_two_texts_and_two_questions_of_one_quiz_both_survive(desk, amina, samira):
    early = desk.open("coop_quiz/q")
    texts, questions = early.fields["texts"], early.fields["structure"]["questions"]
    theirs = {"texts": {**texts, "q2/prompt": "Two and more?"}, "structure": {"questions": [questions[1], questions[0]]}}
    desk.save(samira, theirs, early)
    more = {**questions[0], "choices": [*questions[0]["choices"], {"id": "e"}]}
    mine = {"texts": {**texts, "q1/prompt": "One or none?", "q1/e": "E"}, "structure": {"questions": [more, questions[1]]}}
    desk.keep(amina, mine, block="coop_quiz/q", state=early)
    settled = desk.settle(amina, "coop_quiz/q")

    assert (settled.problem, settled.saved.merged) == (None, True)
    fields = desk.fields("coop_quiz/q")
    assert fields["texts"] == {**texts, "q1/prompt": "One or none?", "q1/e": "E", "q2/prompt": "Two and more?"}
    assert fields["structure"] == {"questions": [questions[1], more]}


def test_a_text_of_a_question_that_another_takes_away_is_not_lost_silently(desk, amina, samira):
    early = desk.open("coop_quiz/q")
    texts, questions = early.fields["texts"], early.fields["structure"]["questions"]
    gone = {key: text for key, text in texts.items() if not key.startswith("q2")}
    desk.save(samira, {"texts": gone, "structure": {"questions": questions[:1]}}, early)
    desk.keep(amina, {"texts": {**texts, "q2/feedback": "Think of the vote."}}, block="coop_quiz/q", state=early)
    settled = desk.settle(amina, "coop_quiz/q")

    (clash,) = settled.problem.facts["clashes"]
    assert clash.leaves == (Leaf(("q2/feedback",), None, "Think of the vote.", None),)
    assert desk.laid(amina, "coop_quiz/q").values["texts"]["q2/feedback"] == "Think of the vote."


def test_one_field_changed_to_two_values_is_shown_from_both_sides_until_it_is_decided(desk, amina, samira):
    early = desk.open()
    desk.save(samira, {"data": "Good evening"}, early)
    desk.keep(amina, {"data": "Good day", "display_name": "Hi"}, state=early)
    settled = desk.settle(amina)
    assert (settled.saved.changed, settled.left, settled.problem.code) == (("display_name",), ("data",), "edit_conflict")
    assert desk.fields() == {"data": "Good evening", "display_name": "Hi"}

    laid = desk.laid(amina)
    assert laid.clashes == (Clash("data", "Good day", "Good evening", (Leaf((), "Good morning", "Good day", "Good evening"),)),)
    assert (laid.values["data"], laid.base, laid.newest) == ("Good day", early.base, desk.open().base)
    desk.keep(amina, {"data": "Good day and evening"}, number=2)  # from the newest state: decided
    assert desk.settle(amina).problem is None
    assert (desk.fields()["data"], desk.count()) == ("Good day and evening", 0)


def test_translations_and_what_own_forms_hold_half_written_are_kept_apart(desk, amina):
    desk.keep(amina, {"data": "Bonjour"}, language="fr")
    desk.keep(amina, block="coop_quiz/q", own_form={"settings": {}, "content": {"fields": {}}})
    desk.keep(amina, {"weight": 3.0}, block="coop_quiz/q", number=2)
    found = working.copies(desk.session, amina, desk.course)
    assert {key: (one.changes, one.problem) for key, one in found.items()} == {
        ("html/a", "fr"): ({"data": "Bonjour"}, ""),
        ("coop_quiz/q", ""): ({"weight": 3.0}, ""),
    }
    assert desk.settle(amina, "coop_quiz/q").problem is None
    laid = desk.laid(amina, "coop_quiz/q")
    assert (laid.copy.own_form, laid.copy.problem) == ({"settings": {}, "content": {"fields": {}}}, working.HALF_WRITTEN)
    working.end(desk.session, amina, desk.course, "coop_quiz/q", fields=(), own_form=True)
    working.drop(desk.session, amina, desk.course, "html/a", language="fr")
    assert (desk.count(), desk.open().texts) == (0, {})


def test_a_late_word_does_not_bring_back_a_language_that_was_taken_out(desk, amina, samira):
    told = {"base": "", "changes": {"data": "Bonjour"}, "types": TYPES, "now": NOW, "language": "fr"}
    save_block(desk.session, samira, KEY, "html/a", **told)
    desk.keep(amina, {"data": "Bonjour à toutes"}, language="fr")
    writing.remove_language(desk.session, samira, KEY, "fr", message="", now=NOW)
    settled = desk.settle(amina, language="fr")
    assert (settled.problem.code, settled.left) == ("no_such_language", ("data",))
    assert open_draft(desk.session, KEY).outline.languages == ("en",)
    publishing.undo_last(desk.session, samira, KEY, expected=open_draft(desk.session, KEY).revision.id, message="", now=NOW)
    assert desk.settle(amina, language="fr").problem is None
    assert desk.open().texts["fr"][1] == {"data": "Bonjour à toutes"}


def test_reading_the_copies_of_a_unit_costs_one_read_for_one_and_for_three(desk, amina, queries):
    costs = []
    for blocks in (["html/a"], ["html/a", "html/b", "coop_quiz/q"]):
        for block in blocks:
            desk.keep(amina, {"display_name": "x"}, block=block, number=len(costs))
        desk.session.expunge_all()
        with queries() as counted:
            assert len(working.copies(desk.session, amina, desk.course, blocks)) == len(blocks)
        costs.append(len(counted))
    assert costs == [1, 1]


def test_authors_see_each_other_for_a_minute(desk, amina, samira):
    def others(actor, **later):
        return presence.others(desk.session, actor, desk.course, "vertical/v", now=NOW + timedelta(**later))

    presence.note(desk.session, amina, desk.course, unit="vertical/v", block="html/a", field="data", now=NOW)
    presence.note(desk.session, samira, desk.course, unit="vertical/v", block="html/b", now=NOW)
    assert others(amina) == (Other("Samira", "html/b", ""),)
    assert others(samira) == (Other("Amina", "html/a", "data"),)
    assert others(amina, seconds=60) == ()
    presence.note(desk.session, samira, desk.course, unit="vertical/w", block="html/x", now=NOW)
    assert others(amina) == ()
    presence.leave(desk.session, amina, desk.course)
    assert others(samira) == ()


def test_what_nobody_touched_for_ten_minutes_settles_by_itself(own_database, tmp_path):
    engine = open_engine(own_database)
    sessions = sessions_of(engine)
    with transaction(sessions) as session:
        course = bring_in(session, tmp_path)

    people = People(sessions, lambda: NOW)
    trainer = Actor(PersonId(people.trainer(course, language="fr")))
    stranger = Actor(PersonId(people.person()))
    typed = [
        (trainer, "html/a", {"data": "mine"}, 11),
        (trainer, "html/b", {"data": "fresh"}, 9),
        (trainer, "sequential/s", {"max_attempts": "many"}, 11),
        (stranger, "html/a", {"display_name": "no more"}, 11),
    ]
    for actor, block, changes, minutes in typed:
        with transaction(sessions) as session:
            Desk(session, course).keep(actor, changes, block=block, now=NOW - timedelta(minutes=minutes))
    with ThreadPoolExecutor(2) as pool:
        sweeps = [pool.submit(settling.settle_due, sessions, types=TYPES, message=message, now=lambda: NOW) for _ in range(2)]
        assert sum(sweep.result() for sweep in sweeps) == 1
    with transaction(sessions, writes=False) as session:
        assert Desk(session, course).fields()["data"] == "mine"
        assert session.get(Revision, open_draft(session, KEY).revision.id).message == "fr: Hello"
        rows = session.execute(select(WorkingCopy.block_id, WorkingCopy.problem).order_by(WorkingCopy.block_id)).all()
        assert [tuple(row) for row in rows] == [("html/a", "refused"), ("html/b", ""), ("sequential/s", "field_not_whole")]
    engine.dispose()
