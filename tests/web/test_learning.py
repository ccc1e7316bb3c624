"""The learner's pages, from catalogue to certificate, without a browser: forms first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms_app.adapters.nodes import load_content, store_content
from lms_app.adapters.revisions import commit_revision, publish
from lms_app.domain.actors import ANONYMOUS
from lms_app.domain.content import Block, CourseContent
from lms_app.model import Revision
from lms_app.services.authoring.importing import find_course_row
from lms_app.services.authoring.shipped import FOLDER
from lms_app.services.credentials import programmes, revoking
from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction
from lms_app.web.context import Takwin
from tests.conftest import SetClock
from tests.people import PASSWORD, Client, People
from tests.services.credentials.academy import GRADE, Academy

KEY = "course-v1:Takwin+COOP101+2026"
ANSWERS: dict[str, dict[str, Any]] = json.loads((FOLDER / "what-is-a-cooperative" / "answers.json").read_text(encoding="utf-8"))


@pytest.fixture
def course(shipped_courses: None, sessions: Sessions) -> int:
    """The shipped course, published in three languages; its number."""
    with transaction(sessions, writes=False) as session:
        row = find_course_row(session, KEY)  # type: ignore[arg-type]
        assert row is not None
        return row.id


@pytest.fixture
def learner(course: int, people: People, signed_in_client: Callable[..., Client]) -> Client:
    """Somebody who is enrolled, and has a name to print."""
    return signed_in_client(people.learner(course, name_latin="Aïcha Aït Ali", name_arabic="عائشة أيت علي"))


def usage(block: str) -> str:
    kind, name = block.split("/")
    return f"block-v1:Takwin+COOP101+2026+type@{kind}+block@{name}"


def send_answers(client: Client, block: str, answers: dict[str, Any]) -> Any:
    fields = {f"answer-{question}": answer for question, answer in answers.items()}
    return client.send(f"/handler/{usage(block)}/submit", back="/verify", **fields)


def answer_all(client: Client) -> None:
    for block, answers in ANSWERS.items():
        assert send_answers(client, block, answers).status_code == 303


def test_the_catalogue_shows_courses_and_says_so_when_there_are_none(client: Client) -> None:
    assert "No course yet" in client.get("/", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(("language", "title"), [("ar", "ما التعاونية؟"), ("fr", "coopérative"), ("en", "What is a cooperative?")])
def test_a_visitor_reads_the_catalogue_in_their_language(client: Client, course: int, language: str, title: str) -> None:
    page = client.get("/", headers={"Accept-Language": language}).text

    assert title in page
    assert f'<html lang="{language}"' in page


def test_a_unit_is_closed_to_visitors_and_to_those_who_are_not_enrolled(
    client: Client, course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    path = f"/courses/{KEY}/jump/coop_quiz/quiz-meaning"

    assert client.get(path).status_code == 303
    assert signed_in_client(people.person()).get(path).status_code == 403


def test_enrolling_answering_and_passing_gives_one_certificate(learner: Client) -> None:
    answer_all(learner)

    progress = learner.get(f"/courses/{KEY}/progress").text
    codes = set(re.findall(r"/v/([0-9A-Z-]+)", progress))
    assert len(codes) == 1
    check = learner.get(f"/v/{codes.pop()}").text
    for fact in ("Aïcha Aït Ali", "عائشة أيت علي", "What is a cooperative?", "2 hours"):
        assert fact in check, fact


def test_a_wrong_answer_shows_its_feedback_and_can_be_tried_again(learner: Client) -> None:
    wrong = {**ANSWERS["coop_quiz/quiz-meaning"], "extra": "1"}
    send_answers(learner, "coop_quiz/quiz-meaning", wrong)

    page = learner.get(f"/courses/{KEY}/jump/coop_quiz/quiz-meaning", follow_redirects=True).text
    assert "Your result: 4 of 5." in " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_changing_the_language_keeps_answers_and_grade(learner: Client) -> None:
    answer_all(learner)
    before = learner.get(f"/courses/{KEY}/progress").text

    learner.send(f"/courses/{KEY}/language", language="ar")

    page = learner.get(f"/courses/{KEY}/jump/coop_quiz/quiz-meaning", follow_redirects=True).text
    assert 'dir="rtl"' in page
    assert page.count(" checked") >= len([one for one in ANSWERS["coop_quiz/quiz-meaning"].values() if one != "96"])
    assert 'value="96"' in page
    after = learner.get(f"/courses/{KEY}/progress").text
    assert re.findall(r"\d+%", before) == re.findall(r"\d+%", after)


def test_a_hostile_back_address_is_not_followed(learner: Client) -> None:
    answers = {f"answer-{question}": answer for question, answer in ANSWERS["coop_quiz/quiz-meaning"].items()}

    sent = learner.send(f"/handler/{usage('coop_quiz/quiz-meaning')}/submit", back="//evil.example", **answers)

    assert sent.headers["Location"] == "/"


def test_a_script_gets_the_blocks_own_answer(learner: Client) -> None:
    sent = learner.post(
        f"/handler/{usage('coop_quiz/quiz-meaning')}/submit",
        json={"answers": ANSWERS["coop_quiz/quiz-meaning"]},
        headers={"X-CSRF-Token": learner.token(), "Accept": "application/json"},
    )

    assert sent.json is not None
    assert (sent.status_code, sent.json["code"], sent.json["earned"]) == (200, "marked", sent.json["possible"])


def test_a_handler_without_a_token_is_refused_and_writes_nothing(learner: Client) -> None:
    sent = learner.post(f"/handler/{usage('coop_quiz/quiz-meaning')}/submit", json={"answers": ANSWERS["coop_quiz/quiz-meaning"]})

    assert sent.status_code == 403
    assert "0%" in learner.get(f"/courses/{KEY}/progress").text


@pytest.mark.parametrize("block", ["coop_quiz/none", "html/none"])
def test_unknown_blocks_and_handlers_are_not_there(learner: Client, block: str) -> None:
    assert learner.send(f"/handler/{usage(block)}/submit").status_code == 404
    assert learner.send(f"/handler/{usage('coop_quiz/quiz-meaning')}/erase_everything").status_code == 404


def test_answers_after_the_closing_time_do_not_count(app: Flask, course: int, learner: Client) -> None:
    parts: Takwin = app.extensions["takwin"]
    _set_due(parts, "2020-01-01T00:00:00Z")

    sent = send_answers(learner, "coop_quiz/quiz-meaning", ANSWERS["coop_quiz/quiz-meaning"])

    assert sent.status_code in {303, 403, 409}
    assert "0%" in learner.get(f"/courses/{KEY}/progress").text


def _set_due(parts: Takwin, due: str) -> None:
    with transaction(parts.sessions) as session:
        row = find_course_row(session, KEY)  # type: ignore[arg-type]
        assert row is not None
        before = load_content(session, session.get_one(Revision, row.published_revision_id).snapshot)
        root = before.blocks[before.root]
        blocks = {**before.blocks, root.id: Block(root.id, root.type, {**root.fields, "due": due}, root.children)}
        content = CourseContent(before.root, blocks, before.language, before.overlays, before.assets, before.policy, before.pages)
        snapshot = store_content(session, content, parts.clock())
        publish(session, row, commit_revision(session, row, snapshot, author=None, message="due", now=parts.clock()))


def test_without_a_name_the_certificate_waits_and_is_made_out_when_asked_for(
    course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    person = people.learner(course)
    learner = signed_in_client(person)
    answer_all(learner)

    progress = learner.get(f"/courses/{KEY}/progress").text
    assert not re.search(r"/v/[0-9A-Z]{4}-", progress)
    assert "Your profile does not say how your name must be printed." in progress
    assert "At least 80% of the course done. You are at" in progress  # what is missing for the other paper
    assert learner.send(f"/courses/{KEY}/certificate").status_code == 422
    learner.send("/profile", name_latin="Aïcha Aït Ali", name_arabic="", language="en", country="", region="", email="", phone="")
    claimed = learner.send(f"/courses/{KEY}/certificate")

    assert claimed.status_code == 303
    assert "Aïcha Aït Ali" in learner.get(claimed.headers["Location"]).text


def test_leaving_and_coming_back_finds_everything(learner: Client) -> None:
    answer_all(learner)
    learner.send(f"/courses/{KEY}/leave")
    assert learner.get(f"/courses/{KEY}/progress").status_code == 403

    learner.send(f"/courses/{KEY}/enrol")

    assert "100%" in learner.get(f"/courses/{KEY}/progress").text


def test_a_code_opens_a_closed_course_and_its_cohort(
    app: Flask, course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    parts: Takwin = app.extensions["takwin"]
    with transaction(parts.sessions) as session:
        row = find_course_row(session, KEY)  # type: ignore[arg-type]
        assert row is not None
        row.enrolment, row.enrolment_code = "code", "ARGAN"
    people.cohort(course, name="Souss 1", enrolment_code="SOUSS1")
    stranger = signed_in_client(people.person())

    assert stranger.send(f"/courses/{KEY}/enrol").status_code == 422
    assert stranger.send(f"/courses/{KEY}/enrol", code="OLIVE").status_code == 422
    assert stranger.send(f"/courses/{KEY}/enrol", code=" souss1 ").status_code == 303
    gradebook = signed_in_client(people.trainer(course)).get(f"/courses/{KEY}/gradebook").text
    assert "Souss 1" in gradebook


def test_the_gradebook_is_for_those_who_run_the_course(
    course: int, learner: Client, people: People, signed_in_client: Callable[..., Client]
) -> None:
    answer_all(learner)

    page = signed_in_client(people.trainer(course)).get(f"/courses/{KEY}/gradebook").text

    assert "Aïcha Aït Ali" in page
    assert "100%" in page
    assert learner.get(f"/courses/{KEY}/gradebook").status_code == 403
    assert signed_in_client(people.trainer(people.course())).get(f"/courses/{KEY}/gradebook").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_whatever_their_length(
    count: int, course: int, people: People, signed_in_client: Callable[..., Client], queries: Callable[..., Any]
) -> None:
    for _ in range(count):
        people.learner(course)
    trainer = signed_in_client(people.trainer(course))
    trainer.get(f"/courses/{KEY}/gradebook")

    with queries() as counted:
        trainer.get(f"/courses/{KEY}/gradebook")

    assert len(counted) == 7, counted.statements


def test_a_unit_costs_four_reads_and_no_write_once_it_was_seen(learner: Client, queries: Callable[..., Any]) -> None:
    path = learner.get(f"/courses/{KEY}/jump/coop_quiz/quiz-meaning").headers["Location"]
    learner.get(path)

    with queries() as counted:
        learner.get(path)

    assert len(counted) <= 4, counted.statements
    assert {statement.split()[0] for statement in counted.statements} == {"SELECT"}


def test_right_answers_are_not_in_the_page_before_they_are_earned(learner: Client) -> None:
    page = learner.get(f"/courses/{KEY}/jump/coop_quiz/quiz-meaning", follow_redirects=True).text

    words = re.sub(r'<input type="hidden"[^>]*>|data-renew="[^"]*"|src="[^"]*"', "", page)  # tokens may hold any digits
    assert "correct" not in words.replace("incorrect", "").lower()
    assert "96" not in words


def test_a_pass_for_frames_ends_with_the_sign_in_it_was_given_to(
    app: Flask, course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    person = people.learner(course)
    here, other_device = signed_in_client(person), signed_in_client(person)
    unit = here.get(f"/courses/{KEY}/jump/coop_quiz/quiz-meaning").location.rsplit("/unit/", 1)[1]
    passes = [client.get(f"/courses/{KEY}/renew/{unit}").json["token"] for client in (here, other_device)]
    origin = app.extensions["takwin"].settings.blocks_origin

    def opened() -> list[int]:
        frames = [f"/frame/{token}/1/coop_quiz/quiz-meaning" for token in passes]
        return [app.test_client().get(frame, base_url=origin).status_code for frame in frames]

    assert opened() == [200, 200]
    here.send("/sign-out")
    assert opened() == [403, 200]
    client = signed_in_client(person)
    new = "savon corde pluie"
    assert client.send("/profile/password", password=PASSWORD, new_password=new, again=new).status_code == 303
    assert opened() == [403, 403]


def test_an_answer_in_a_frame_earns_all_that_one_in_a_page_earns(
    app: Flask,
    course: int,
    people: People,
    sessions: Sessions,
    clock: SetClock,
    tmp_path: Path,
    signed_in_client: Callable[..., Client],
) -> None:
    other = Academy(sessions, clock, people, tmp_path, awards=[GRADE])
    titles, keys = {"en": "Training of trainers"}, [KEY, other.key]
    with transaction(sessions) as session:
        programmes.create_unasked(session, key="TOT", titles=titles, courses=keys, by=None, now=clock())
    person = other.learner()
    people.enrol(person, course)
    other.pass_quiz(person)
    here = signed_in_client(person)
    *first, last = ANSWERS
    for block in first:
        send_answers(here, block, ANSWERS[block])
    unit = here.get(f"/courses/{KEY}/jump/{last}").location.rsplit("/unit/", 1)[1].partition("#")[0]
    token = here.get(f"/courses/{KEY}/renew/{unit}").json["token"]

    fields = {f"answer-{question}": answer for question, answer in ANSWERS[last].items()}
    origin = app.extensions["takwin"].settings.blocks_origin
    sent = app.test_client().post(f"/blocks/{token}/{usage(last)}/submit", data=fields, base_url=origin)

    assert sent.status_code == 200
    assert [row.kind for row in other.rows(person)] == ["completion", "completion", "programme"]


def test_the_check_page_answers_every_kind_of_code(client: Client) -> None:
    assert client.get("/v/ABCD-EFGH").status_code == 404
    assert client.get("/verify?code=abcd").status_code == 302
    assert client.get("/v/ABCD/certificate.pdf").status_code == 404
    assert client.get("/v/ABCD/record.json").status_code == 404


@pytest.fixture
def certified(learner: Client) -> str:
    """The code of the learner's certificate."""
    answer_all(learner)
    return learner.get(f"/courses/{KEY}").text.partition('href="/v/')[2].partition('"')[0]


def test_a_certificate_that_was_withdrawn_says_why_and_is_given_out_no_more(
    client: Client,
    learner: Client,
    certified: str,
    course: int,
    people: People,
    signed_in_client: Callable[..., Client],
    app: Flask,
) -> None:
    page, record = f"/v/{certified}", f"/v/{certified}/record.json"
    desk = signed_in_client(people.coordinator(course))
    assert ["/revoke" in each.get(page).text for each in (client, learner, desk)] == [False, False, False]
    assert client.get(record).status_code == 200

    here = app.extensions["takwin"]
    with transaction(here.sessions) as session:
        revoking.revoke(session, ANONYMOUS, certified, reason="issued by mistake", now=here.clock())

    check = client.get(page, headers={"Accept-Language": "en"}).text
    assert "It was issued here, but it no longer counts." in check
    assert "issued by mistake" in check
    gone = client.get(record)
    assert (gone.status_code, gone.json["error"], gone.json["reason"]) == (410, "revoked", "issued by mistake")
    assert "signature" not in gone.text
    assert client.get(f"{page}/certificate.pdf").status_code == 404


def test_the_holder_alone_gives_a_certificate_up(
    client: Client, learner: Client, certified: str, course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    page = f"/v/{certified}"
    other = signed_in_client(people.learner(course))
    form = f'action="{page}/give-up"'
    assert [form in each.get(page).text for each in (client, other, learner)] == [False, False, True]

    assert (client.send(f"{page}/give-up", sure="1").location or "").partition("?")[0] == "/sign-in"
    assert other.send(f"{page}/give-up", sure="1").status_code == 404
    assert learner.send(f"{page}/give-up").status_code == 422
    assert "it counts today" in client.get(page, headers={"Accept-Language": "en"}).text
    assert learner.send(f"{page}/give-up", sure="1").status_code == 303

    assert "at the holder&#39;s request" in client.get(page, headers={"Accept-Language": "en"}).text
    assert "à la demande de la personne" in client.get(page, headers={"Accept-Language": "fr"}).text


def test_help_and_source_are_for_everybody(client: Client) -> None:
    assert client.get("/help").status_code == 200
    source = client.get("/source")
    assert source.mimetype == "application/gzip"
    assert len(source.data) > 100_000


def test_asset_files_come_by_their_hash_and_run_nothing(app: Flask, client: Client, course: int) -> None:
    parts: Takwin = app.extensions["takwin"]
    name = parts.blobs.put(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")

    sent = client.get(f"/asset/{name}/x.svg", base_url=parts.settings.blocks_origin or "http://localhost")

    assert sent.status_code == 200
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    assert client.get(f"/asset/{name}/x.svg", base_url="http://localhost").status_code == 404
    saved = client.get(f"/asset/{name}/محضر.docx", base_url=parts.settings.blocks_origin or "http://localhost")
    assert saved.headers["Content-Disposition"] == "attachment; filename=file.docx; filename*=UTF-8''%D9%85%D8%AD%D8%B6%D8%B1.docx"
    assert client.get("/asset/none/x.svg", base_url=parts.settings.blocks_origin or "").status_code == 404
