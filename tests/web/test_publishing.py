"""The pages of publishing: what would change, whole or in part or later, and the ways back."""

from __future__ import annotations

import re

import lxml.html
import pytest
from sqlalchemy import event

from lms_app.domain.content import Block
from lms_app.domain.edits import Edit
from lms_app.model import PlannedPublication, Revision
from lms_app.services.authoring.drafts import commit, hold_draft, open_draft, with_edit
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

UNITS = "".join(
    f'<vertical url_name="v{n}" display_name="Unit {n}"><html url_name="h{n}" display_name="Text {n}">Words of unit {n}</html></vertical>'
    for n in range(1, 4)
)
QUIZ = """<vertical url_name="q" display_name="Test"><coop_quiz url_name="quiz" display_name="Votes">
  <question kind="single" id="votes"><prompt>How many votes?</prompt><choice id="one" correct="true">Only one</choice>
  <choice id="ten">Ten of them</choice></question></coop_quiz></vertical>"""
COURSE = files_of(
    f'<chapter url_name="c" display_name="Chapter"><sequential url_name="s" display_name="Lesson">{UNITS}{QUIZ}</sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)
HOME = f"/studio/{KEY}"


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        return find_course_row(session, KEY).id


@pytest.fixture
def trainer(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number, name_latin="Aïcha"))


@pytest.fixture
def change(sessions, number, clock):
    """Change the draft by itself, as somebody else would; return its revision."""

    def change_it(message: str = "by somebody", **edit) -> int:
        with transaction(sessions) as session:
            draft = hold_draft(session, KEY)
            return commit(
                session, draft, with_edit(session, draft, Edit(**edit), now=clock()), author=None, message=message, now=clock()
            ).id

    return change_it


def text_of(page: str) -> str:
    return " ".join(lxml.html.fromstring(page).text_content().split())


def seen(client: Client, unit: str) -> str:
    return client.get(f"/courses/{KEY}/unit/vertical/{unit}").text


def right_is(session, choice: str) -> dict:
    from lms_app.adapters.nodes import load_content  # noqa: PLC0415

    fields = dict(load_content(session, open_draft(session, KEY).snapshot).blocks["coop_quiz/quiz"].fields)
    question = fields["structure"]["questions"][0]
    choices = [{**one, "correct": one["id"] == choice} for one in question["choices"]]
    return {**fields, "structure": {**fields["structure"], "questions": [{**question, "choices": choices}]}}


def test_what_changes_is_said_in_words(trainer, change, session):
    change(
        fields={"html/h1": {"display_name": "Text 1", "data": "<p>Words of the first unit</p>"}, "coop_quiz/quiz": right_is(session, "ten"),
                "sequential/s": {"display_name": "Lesson", "due": "2026-12-01T12:00:00Z", "graded": True}},
        texts={"fr": {"html/h1": {"data": "Mots"}}},
        children={"vertical/v2": ["html/h2", "html/h3"], "vertical/v3": ["html/new"]},
        new={"html/new": Block("html/new", "html", {"display_name": "Brand new", "data": "<script>alert(1)</script>Fresh"})},
    )  # fmt: skip

    page = trainer.get(f"{HOME}/changes").text
    said = text_of(page)

    assert "Question 1 · right answer Only one Ten of them" in said
    assert "Words of <ins>the first </ins>unit<del> 1</del>" in page
    assert re.search(r"Moved from <bdi>Unit 3</bdi> to <bdi>Unit 2</bdi>", page)
    assert "Counts for the grade as usual yes" in said
    assert "To be done by</dt>" in page
    assert '<time datetime="2026-12-01T12:00:00+00:00">' in page
    assert ("Français" in said, "New language" in said, "Brand new" in said, "Fresh" in said) == (True, True, True, True)
    assert "<script>alert" not in page
    boxes = lxml.html.fromstring(page).xpath('//input[@name="part"]/@value')
    assert boxes == ["course/course", "sequential/s", "vertical/v1", "vertical/v2", "vertical/v3", "vertical/q"]
    under = lxml.html.fromstring(page).xpath('//input[@name="part"][@data-under="sequential/s"]/@value')
    assert under == ["vertical/v1", "vertical/v2", "vertical/v3", "vertical/q"]
    refused = trainer.send(f"{HOME}/publish", revision=1, what="parts", part="sequential/s").text
    ticked = lxml.html.fromstring(refused).xpath('//input[@name="part"][@checked]/@value')
    assert ticked == ["sequential/s", *under]
    assert re.findall(r"Ticked: [\w, ]+ blocks?", text_of(refused)) == ["Ticked: 1 lesson, 4 units, 4 blocks"]


def test_one_part_is_published_and_learners_see_that_alone(trainer, change, people, number, signed_in_client):
    revision = change(fields={"html/h1": {"data": "First, better"}, "html/h2": {"data": "Second, better"}})
    learner = signed_in_client(people.learner(number))

    assert trainer.send(f"{HOME}/publish", revision=revision, what="parts", part="vertical/v1").status_code == 303
    assert "Published: 1 unit, 1 block." in trainer.get(f"{HOME}/changes").text

    assert ("First, better" in seen(learner, "v1"), "Second, better" in seen(learner, "v2")) == (True, False)
    page = trainer.get(f"{HOME}/changes").text
    assert lxml.html.fromstring(page).xpath('//input[@name="part"]/@value') == ["vertical/v2"]
    assert trainer.send(f"{HOME}/publish", revision=revision, what="parts").status_code == 422
    assert trainer.send(f"{HOME}/publish", revision=revision, what="all").status_code == 303
    assert "Second, better" in seen(learner, "v2")
    assert "Nothing to publish" in trainer.get(f"{HOME}/changes").text


def test_who_saved_meanwhile_is_told_and_nothing_is_published(trainer, change, sessions):
    revision = change(fields={"html/h1": {"data": "Mine"}})
    change(message="Theirs", fields={"html/h2": {"data": "Theirs"}})

    refused = trainer.send(f"{HOME}/publish", revision=revision, what="all")

    assert refused.status_code == 409
    assert "Somebody saved something after you opened this page" in refused.text
    assert "Theirs" in text_of(refused.text)
    with transaction(sessions, writes=False) as session:
        assert find_course_row(session, KEY).published_revision_id < revision


def test_it_is_planned_by_the_authors_clock_and_cancelled(trainer, change, sessions):
    revision = change(fields={"html/h1": {"data": "Later"}})

    page = trainer.get(f"{HOME}/changes").text
    assert "By the clocks of Morocco" in text_of(page)
    assert trainer.send(f"{HOME}/plan", revision=revision, at="2026-10-20T08:30").status_code == 303
    with transaction(sessions, writes=False) as session:
        plan = session.query(PlannedPublication).one()
        assert (plan.at.isoformat(), plan.revision_id) == ("2026-10-20T07:30:00+00:00", revision)
    assert "Planned: publish on its own on" in trainer.get(f"{HOME}/changes").text
    assert trainer.send(f"{HOME}/plan", revision=revision, at="0001-01-01T00:00").status_code == 422
    wrong = trainer.send(f"{HOME}/plan", revision=revision, at="2020-01-01T00:00")
    assert (wrong.status_code, "Please give a day and an hour to come" in wrong.text) == (422, True)
    assert trainer.send(f"{HOME}/publish", revision=revision, what="all").status_code == 303
    assert "Does it still hold?" in trainer.get(f"{HOME}/changes").text
    assert trainer.send(f"{HOME}/plan", what="keep", at="2026-10-21T08:30").status_code == 303
    assert trainer.send(f"{HOME}/plan/cancel").status_code == 303
    with transaction(sessions, writes=False) as session:
        assert session.query(PlannedPublication).count() == 0


def test_the_history_shows_what_changed_and_brings_one_block_back(trainer, change, sessions, number):
    first = change(
        fields={"html/h1": {"display_name": "Text 1", "data": "Worse"}, "html/h2": {"display_name": "Text 2", "data": "Better"}}
    )
    page = trainer.get(f"{HOME}/history").text
    assert f'href="{HOME}/history/{first}/changes"'.replace("+", "%2B") in page.replace("+", "%2B")

    difference = trainer.get(f"{HOME}/history/{first}/changes").text
    back = [
        form for form in lxml.html.fromstring(difference).forms
        if form.action and (form.fields.get("block"), form.action.rsplit("/", 1)[-1]) == ("html/h1", str(first - 1))
    ]  # fmt: skip
    assert len(back) == 1
    assert trainer.send(f"{HOME}/history/{first - 1}", block="html/h1").status_code == 303

    text = text_of(trainer.get(f"{HOME}/changes").text)
    assert ("Worse" in text, "Better" in text) == (False, True)
    newest = re.search(r'name="revision" value="(\d+)"', trainer.get(f"{HOME}/history").text)[1]
    assert trainer.send(f"{HOME}/history/undo", revision=newest).status_code == 303
    assert "Worse" in text_of(trainer.get(f"{HOME}/changes").text)


def test_the_course_as_on_a_past_day_can_be_read(trainer, change, clock):
    clock.go_on(days=10)
    revision = change(fields={"html/h1": {"data": "New words"}})
    trainer.send(f"{HOME}/publish", revision=revision, what="all")

    past = trainer.get(f"{HOME}/as-of?day=2026-10-13").text
    link = re.search(r'href="([^"]+/as-of/\d+/unit/vertical/v1[^"]*)"', past)[1]
    assert "Words of unit 1" in trainer.get(link.replace("&amp;", "&")).text
    assert "New words" in trainer.get(link.replace("&amp;", "&").replace(f"/{revision - 1}/", f"/{revision}/")).text
    assert "Learners saw nothing of it yet" in trainer.get(f"{HOME}/as-of?day=2026-10-01").text


def test_states_of_another_course_are_nowhere(trainer, people, sessions, signed_in_client):
    with transaction(sessions) as session:
        other = people.course()
        session.add(Revision(course_id=other, snapshot="0" * 64, message="", created_at=people.clock()))
        session.flush()
        strange = session.query(Revision).order_by(Revision.id.desc()).first().id

    for path in (f"history/{strange}/changes", f"as-of/{strange}/unit/vertical/v1"):
        assert trainer.get(f"{HOME}/{path}").status_code == 404
    assert trainer.send(f"{HOME}/history/{strange}").status_code == 404
    stranger = signed_in_client(people.trainer(other))
    for path in ("changes", "history", "try", "as-of", "try/draft..."):
        assert stranger.get(f"{HOME}/{path}").status_code == 403
    assert stranger.send(f"{HOME}/plan/cancel").status_code == 403


def test_the_page_reads_no_more_for_three_changes_than_for_one(trainer, change, engine):
    def reads() -> int:
        trainer.get(f"{HOME}/changes")
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(engine, "before_cursor_execute", counted)
        assert trainer.get(f"{HOME}/changes").status_code == 200
        event.remove(engine, "before_cursor_execute", counted)
        return count

    change(fields={"html/h1": {"data": "1"}})
    one = reads()
    change(fields={"html/h2": {"data": "2"}, "html/h3": {"data": "3"}})
    assert reads() == one
