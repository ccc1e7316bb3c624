"""Trying a course as a learner would: answers are kept for the author alone, dates are obeyed, and nothing is scored."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from lms_app.domain.edits import Edit
from lms_app.model import BlockState, Completion, Enrolment, Score, TrialState
from lms_app.services.authoring.drafts import commit, hold_draft, with_edit
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

QUIZ = """<coop_quiz url_name="{name}" display_name="Votes" max_attempts="3">
  <question kind="single" id="votes"><prompt>How many votes?</prompt><choice id="one" correct="true">Only one</choice>
  <choice id="ten">Ten of them</choice></question></coop_quiz>"""
COURSE = files_of(
    '<chapter url_name="c" display_name="Chapter">'
    '<sequential url_name="s" display_name="Lesson" graded="true" format="Test" due="2026-11-01T00:00:00Z">'
    f'<vertical url_name="v" display_name="Unit">{QUIZ.format(name="q")}<html url_name="h">Words</html>'
    '<html url_name="script"><![CDATA[<p>Framed</p><script>1</script>]]></html></vertical></sequential>'
    '<sequential url_name="t" display_name="Later" start="2026-12-01T00:00:00Z"><vertical url_name="w" display_name="To come">'
    '<html url_name="b">Not yet</html></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)
HOME = f"/studio/{KEY}/try"
USAGE = "block-v1:Org+Course+run+type@coop_quiz+block@q"


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        return find_course_row(session, KEY).id


@pytest.fixture
def trainer(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number))


def answer(client: Client, how: str = "draft...", choice: str = "one") -> object:
    headers = {"X-CSRF-Token": client.token()}
    return client.post(f"{HOME}/{how}/handler/{USAGE}/submit", json={"answers": {"votes": choice}}, headers=headers)


def count(sessions, table) -> int:
    with transaction(sessions, writes=False) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_answers_are_kept_for_the_author_alone_until_they_begin_again(trainer, sessions, people, number, signed_in_client):
    given = answer(trainer)
    assert given.status_code == 200, given.text
    assert count(sessions, TrialState) == 1
    assert [count(sessions, table) for table in (BlockState, Score, Completion, Enrolment)] == [0, 0, 0, 0]
    page = trainer.get(f"{HOME}/draft.../unit/vertical/v").text
    colleague = signed_in_client(people.trainer(number))
    assert page != colleague.get(f"{HOME}/draft.../unit/vertical/v").text
    assert answer(colleague, choice="ten").status_code == 200
    assert count(sessions, TrialState) == 2

    assert trainer.send(f"{HOME}/draft.../again").status_code == 303
    with transaction(sessions, writes=False) as session:
        assert session.scalars(select(TrialState.name)).all() == ["coop_quiz/q"]


def test_a_plain_form_is_answered_too_and_leads_back(trainer):
    path = f"{HOME}/draft.../unit/vertical/v"

    sent = trainer.send(f"{HOME}/draft.../handler/{USAGE}/submit", **{"back": path, "answer-votes": "one", "attempt": "n1"})

    assert (sent.status_code, sent.location) == (303, path)
    assert "coop-quiz__mark" in trainer.get(path).text


def test_dates_are_obeyed_as_on_the_day_that_was_chosen(trainer):
    assert "Not open yet" in trainer.get(f"{HOME}/draft...").text
    assert trainer.get(f"{HOME}/draft.../unit/vertical/w").status_code == 403
    assert "Not yet" in trainer.get(f"{HOME}/draft...20261202T1200/unit/vertical/w").text
    assert answer(trainer, "draft...20261031T1200").status_code == 200
    assert answer(trainer, "draft...20261102T1200").status_code == 409
    assert "The time for answering ended" in trainer.get(f"{HOME}/draft...20261102T1200/unit/vertical/v").text


def test_the_draft_or_what_is_published(trainer, sessions, clock):
    with transaction(sessions) as session:
        draft = hold_draft(session, KEY)
        edit = Edit(fields={"html/h": {"data": "Drafted"}}, texts={"fr": {"html/h": {"data": "En cours"}}})
        commit(session, draft, with_edit(session, draft, edit, now=clock()), author=None, message="", now=clock())

    shown = {how: trainer.get(f"{HOME}/{how}/unit/vertical/v").text for how in ("draft...", "published...", "draft.fr..")}
    assert [
        word in shown[how] for how, word in (("draft...", "Drafted"), ("published...", "Words"), ("draft.fr..", "En cours"))
    ] == [True] * 3
    assert "Drafted" not in shown["published..."]


def test_the_phone_frames_our_own_page_and_nobody_else_may(trainer, people, number):
    outer = trainer.get(f"{HOME}?language=en&on=2026-12-02")
    inner = re.search(r'<iframe src="([^"]+)"', outer.text)[1]
    assert inner.endswith("/try/draft.en..20261202T1100")
    page = trainer.get(inner)
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    assert "frame-ancestors 'none'" in outer.headers["Content-Security-Policy"]
    assert "'self'" in re.search(r"frame-src ([^;]*)", outer.headers["Content-Security-Policy"])[1]
    assert ("tk-header" in page.text, "A trial: nothing counts" in page.text) == (False, True)
    group, other = people.cohort(number, name="Souss"), people.cohort(people.course())
    assert "Souss" in trainer.get(f"{HOME}/draft..g{group}.").text
    assert trainer.get(f"{HOME}/draft..g{other}.").status_code == 404
    for word in ("else...", "draft", "draft...99999999T9999", "draft.x!.."):
        assert trainer.get(f"{HOME}/{word}").status_code == 404


def test_nobody_else_tries_it_and_no_handler_is_called_by_get(people, number, signed_in_client, trainer):
    learner = signed_in_client(people.learner(number))
    for path in (HOME, f"{HOME}/draft...", f"{HOME}/draft.../unit/vertical/v"):
        assert learner.get(path).status_code == 403
    assert answer(learner).status_code == 403
    assert trainer.get(f"{HOME}/draft.../handler/{USAGE}/submit").status_code == 405
    elsewhere = f"/studio/{people.course_key(people.course())}/try/draft.../handler/{USAGE}/submit"
    assert trainer.post(elsewhere, json={}, headers={"X-CSRF-Token": trainer.token()}).status_code == 404


def test_other_peoples_blocks_are_tried_in_a_frame_with_a_pass_of_their_own(trainer, app, people, number, sessions):
    page = trainer.get(f"{HOME}/draft.../unit/vertical/v").text
    source = urlsplit(re.search(r'<iframe class="tk-frame" src="([^"]+)"', page)[1])
    stranger = app.test_client()  # the block origin sees no cookie
    host = f"{source.scheme}://{source.netloc}" if source.netloc else None

    framed = stranger.get(source.path, base_url=host)
    assert (framed.status_code, "Framed" in framed.text, "/trials/" in framed.text) == (200, True, True)
    token = source.path.split("/")[2]
    usage = USAGE.replace("coop_quiz+block@q", "html+block@script")
    assert stranger.post(f"/trials/{token}/{usage}/nothing", base_url=host).status_code == 404
    assert stranger.post(f"/blocks/{token}/{usage}/nothing", base_url=host).status_code == 403
    assert stranger.get(source.path.replace(token, f"{token}x"), base_url=host).status_code == 403
    renewed = trainer.get(f"{HOME}/draft.../renew/vertical/v").json["token"]
    assert stranger.get(source.path.replace(token, renewed), base_url=host).status_code == 200
