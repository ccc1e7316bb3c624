"""The quiz as a learner meets it: every way to answer, every way to be refused."""

from __future__ import annotations

import gzip
import json

import pytest
from lxml import html
from memory_host import QUIZ, RIGHT, Host, post_body, post_form, post_json
from webob import Request

from takwin_xblocks.quiz.block import CoopQuizBlock

FORM = {"answer-votes": "one", "answer-values": ["solidarity", "equality"], "answer-refund": "1234,5"}


def test_what_a_host_reads_from_the_class() -> None:
    assert CoopQuizBlock.has_score is True
    assert CoopQuizBlock.icon_class == "problem"
    assert CoopQuizBlock.inline_safe is True
    assert CoopQuizBlock.offline_safe is True
    assert CoopQuizBlock.has_custom_completion is True


# --- the page ---


def test_the_form_is_complete_without_script(quiz: Host) -> None:
    form = html.fragment_fromstring(quiz.page(context={"plain_forms": True}), create_parent="div").find(".//form")
    assert form.method == "POST"
    assert form.action.endswith("/submit?a=1&b=2")
    assert sorted({name for name in form.fields}) == ["answer-refund", "answer-values", "answer-votes", "attempt"]  # noqa: C416
    assert [(i.type, i.get("value"), "required" in i.attrib) for i in form.iter("input") if i.name != "attempt"] == [
        ("radio", "one", True),
        ("radio", "shares", True),
        ("checkbox", "solidarity", False),
        ("checkbox", "equality", False),
        ("checkbox", "secrecy", False),
        ("text", "", True),
    ]
    assert form.xpath(".//button[@type='submit']/text()") == ["Check my answers"]
    assert form.xpath(".//noscript") == []


def test_no_inline_script_nor_style(quiz: Host) -> None:
    quiz_page = quiz.page()
    assert "<style" not in quiz_page
    assert "style=" not in quiz_page
    block = quiz.block()
    fragment = block.student_view({})
    assert [(resource.kind, resource.data) for resource in fragment.resources] == [
        ("url", "/block/coop_quiz/public/quiz.css"),
        ("url", "/block/coop_quiz/public/quiz.js"),
    ]
    assert fragment.js_init_fn == "CoopQuiz"
    for resource in fragment.resources:
        with CoopQuizBlock.open_local_resource(resource.data.split("coop_quiz/")[1]) as file:
            assert 0 < len(gzip.compress(file.read(), 9)) <= 2048


def test_ids_in_the_page_are_unique_and_descriptions_exist(quiz: Host) -> None:
    tree = html.fragment_fromstring(quiz.page(), create_parent="div")
    ids = tree.xpath(".//@id")
    assert len(ids) == len(set(ids))
    assert set(tree.xpath(".//@aria-describedby")) <= set(ids)


def test_a_host_without_plain_forms_says_that_script_is_needed(quiz: Host) -> None:
    assert "<noscript><p>Answering here needs JavaScript: please turn it on.</p></noscript>" in quiz.page()
    block = quiz.block()
    block.runtime.plain_forms = True
    assert "noscript" not in block.student_view(None).content


def test_a_quiz_without_questions() -> None:
    host = Host("<coop_quiz/>")
    assert "This quiz has no question yet." in host.page()
    assert "<button" not in host.page()
    answer = post_json(host.block(), {})
    assert (answer.status_code, answer.json["code"]) == (409, "no_question")


def test_a_draft_of_a_quiz_that_its_author_empties_is_forgotten(quiz: Host) -> None:
    assert post_form(quiz.block(), {"answer-votes": "one"}).status_code == 422
    author = quiz.block("author")
    author.structure, author.texts = {"questions": []}, {}
    author.save()
    assert "This quiz has no question yet." in quiz.page()
    assert "coop__error" not in quiz.page()
    answer = post_form(quiz.block(), {"answer-votes": "one"})
    assert (answer.status_code, answer.json["code"]) == (409, "no_question")


FEEDBACK = ["Yes: one person", "That is how a company", "Indeed.", "value openness", "Litres times", "Well counted", "Count again"]
SECRETS = [*FEEDBACK, "1234.5", "correct"]


def test_no_answer_and_no_feedback_in_the_page_before_an_attempt(quiz: Host) -> None:
    block = quiz.block()
    fragment = block.student_view({})
    sources = fragment.content + json.dumps(fragment.json_init_args)
    assert [secret for secret in SECRETS if secret in sources] == []


def test_wrong_answers_tell_nothing_of_what_was_not_chosen(quiz: Host) -> None:
    answer = post_json(quiz.block(), {"votes": "shares", "values": ["secrecy"], "refund": "7"})
    for shown in (answer.text, quiz.page()):
        assert [secret for secret in SECRETS if secret in shown and secret != "correct"] == [
            "That is how a company",
            "value openness",
            "Litres times",
            "Count again",
        ]
        assert "Right answer" not in shown


def test_author_markup_cannot_act() -> None:
    hostile = QUIZ.replace("Which are values?", "<script>steal()</script><img src='x' onerror='steal()'/>")
    host = Host(hostile.replace("Aïcha", "&lt;b onclick='x'&gt;"))
    page = host.page()
    assert "<script" not in page
    assert "onerror" not in page
    assert "<b onclick" not in page
    assert "&lt;script&gt;steal()&lt;/script&gt;" in page


# --- right and wrong answers ---


def test_right_answers_by_program(quiz: Host) -> None:
    block = quiz.block()
    answer = post_json(block, RIGHT)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert {key: told[key] for key in ("code", "message", "earned", "possible", "attempts_used", "attempts_left", "open")} == {
        "code": "marked",
        "message": "Your result: 4 of 4.",
        "earned": 4.0,
        "possible": 4.0,
        "attempts_used": 1,
        "attempts_left": 1,
        "open": True,
    }
    assert {name: question["state"] for name, question in told["questions"].items()} == dict.fromkeys(RIGHT, "correct")
    assert block.runtime.published == [("grade", {"value": 4.0, "max_value": 4.0}), ("completion", {"completion": 1.0})]
    assert block.max_score() == 4.0


def test_a_form_and_a_program_are_read_alike(quiz: Host) -> None:
    by_form = post_form(quiz.block("aicha"), FORM)
    by_script = post_form(quiz.block("rahma"), FORM, accept="application/json")
    by_program = post_json(quiz.block("brahim"), RIGHT | {"refund": "1234,5"})
    as_number = post_json(quiz.block("moha"), RIGHT | {"refund": 1234.5})
    assert by_form.json == by_script.json
    # A program reads each answer's mark, where a page shows its own new inside.
    assert {name: told for name, told in by_program.json.items() if name != "questions"} == by_form.json
    assert {**as_number.json, "html": ""} == {**by_program.json, "html": ""}
    assert quiz.state("aicha") == quiz.state("rahma") == quiz.state("brahim")


def test_answers_are_kept_by_id_and_as_typed(quiz: Host) -> None:
    post_json(quiz.block(), {"votes": "shares", "values": ["equality"], "refund": " ١٬٢٣٤٫٥ ", "ghost": "x"})
    assert quiz.state() == {
        "answers": {"votes": ["shares"], "values": ["equality"], "refund": ["١٬٢٣٤٫٥"]},
        "marks": {"votes": [0.0, 1.0], "values": [1.0, 2.0], "refund": [1.0, 1.0]},
        "attempts": 1,
        "best": {"earned": 2.0, "possible": 4.0},
    }


def test_the_page_shows_last_answers_and_results_in_icons_and_words(quiz: Host) -> None:
    post_json(quiz.block(), {"votes": "shares", "values": ["equality"], "refund": "1234.5"})
    tree = html.fragment_fromstring(quiz.page(), create_parent="div")
    assert tree.xpath(".//input[@checked]/@value") == ["shares", "equality"]
    assert tree.xpath(".//input[@type='text']/@value") == ["1234.5"]
    marks = [" ".join(mark.text_content().split()) for mark in tree.find_class("coop-quiz__mark")]
    assert marks == ["✕ Not correct", "≈ Partly correct", "✓ Correct"]
    assert tree.find_class("coop__status")[0].text_content() == "Your result: 2 of 4."
    assert tree.find_class("coop-quiz__attempts")[0].text_content() == "1 attempt left of 2."


def test_the_json_answer_and_the_next_page_say_the_same(quiz: Host) -> None:
    told = post_json(quiz.block(), {"votes": "one", "values": ["secrecy"], "refund": "1"}).json
    page = quiz.page()
    assert all(question["html"] in page for question in told["questions"].values())
    assert told["message"] in page
    assert told["attempts_words"] in page


def test_another_learner_sees_none_of_it(quiz: Host) -> None:
    before = quiz.page("rahma")
    post_json(quiz.block("aicha"), RIGHT)
    assert quiz.page("rahma") == before


def test_the_best_attempt_counts(quiz: Host) -> None:
    post_json(quiz.block(), RIGHT | {"refund": "1"})
    block = quiz.block()
    told = post_json(block, {"votes": "shares", "values": ["secrecy"], "refund": "1"}).json
    assert block.runtime.published[0] == ("grade", {"value": 3.0, "max_value": 4.0})
    assert told["message"] == "Your result: 0 of 4. Your best result counts: 3 of 4. You have used all your attempts."
    assert (told["earned"], told["best"]) == (0.0, {"earned": 3.0, "possible": 4.0})


def test_a_change_of_texts_keeps_answers_and_marks(quiz: Host) -> None:
    post_json(quiz.block(), RIGHT)
    block = quiz.block(language="ar")
    block.texts = {"votes/prompt": "كم صوتا لكل عضو؟", "votes/one": "صوت واحد", "votes/one/feedback": "نعم"}
    page = block.student_view({}).content
    tree = html.fragment_fromstring(page, create_parent="div")
    assert tree.xpath(".//input[@checked]/@value") == ["one", "solidarity", "equality"]
    assert "صحيح" in page
    assert "نتيجتك: 4 من 4." in page


# --- refusals: nothing is written ---


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({}, {"votes": "Answer this question.", "values": "Answer this question.", "refund": "Answer this question."}),
        (RIGHT | {"votes": []}, {"votes": "Answer this question."}),
        (RIGHT | {"votes": None}, {"votes": "Answer this question."}),
        (RIGHT | {"votes": ["one", "shares"]}, {"votes": "Give one answer only."}),
        (RIGHT | {"votes": "gone"}, {"votes": "This choice is no longer offered: choose again."}),
        (RIGHT | {"refund": "NaN"}, {"refund": "This is not a number. Type digits, for example 1250 or 12.5."}),
        (RIGHT | {"refund": "1e309"}, {"refund": "This is not a number. Type digits, for example 1250 or 12.5."}),
        (RIGHT | {"refund": 1e308}, {"refund": "This is not a number. Type digits, for example 1250 or 12.5."}),
        (RIGHT | {"refund": "9" * 100}, {"refund": "This number is too long."}),
    ],
)
def test_what_cannot_be_marked_is_refused_in_words_and_uses_no_attempt(quiz: Host, answers: object, errors: dict[str, str]) -> None:
    block = quiz.block()
    answer = post_json(block, answers)
    assert (answer.status_code, answer.json["code"], answer.json["errors"]) == (422, "unreadable_answers", errors)
    assert answer.json["message"] == "Nothing was marked and no attempt was used. Look at what needs you."
    assert (answer.json["attempts_left"], answer.json["attempts_used"]) == (2, 0)
    assert quiz.state() == {}
    assert block.runtime.published == []


def test_a_plain_form_that_cannot_be_marked_shows_again_what_was_typed(quiz: Host) -> None:
    answer = post_form(quiz.block(), {"answer-votes": "one", "answer-refund": "twelve"})
    assert answer.status_code == 422
    assert quiz.state() == {"draft": {"votes": ["one"], "refund": ["twelve"]}}
    tree = html.fragment_fromstring(quiz.page(), create_parent="div")
    assert tree.xpath(".//input[@checked]/@value") == ["one"]
    assert tree.xpath(".//input[@type='text']/@value") == ["twelve"]
    assert [error.text_content() for error in tree.find_class("coop__error")] == [
        "Answer this question.",
        "This is not a number. Type digits, for example 1250 or 12.5.",
    ]
    assert tree.xpath(".//input[@aria-invalid='true']/@name") == ["answer-refund"]
    assert [secret for secret in SECRETS if secret in quiz.page()] == []
    post_form(quiz.block(), FORM)
    assert quiz.state()["draft"] == {}
    assert "coop__error" not in quiz.page()


def test_a_plain_form_without_any_answer_is_told_so(quiz: Host) -> None:
    """Boxes that nobody ticked send not even their name."""
    assert post_form(quiz.block(), {}).status_code == 422
    tree = html.fragment_fromstring(quiz.page(), create_parent="div")
    assert [error.text_content() for error in tree.find_class("coop__error")] == ["Answer this question."] * 3
    assert tree.xpath("string(.//p[@data-status])") == "Nothing was marked and no attempt was used. Look at what needs you."


def test_a_draft_is_short(quiz: Host) -> None:
    post_form(quiz.block(), {"answer-refund": "9" * 100_000})
    assert quiz.state() == {"draft": {"refund": ["9" * 200]}}


def test_no_more_attempts(quiz: Host) -> None:
    post_json(quiz.block(), RIGHT | {"refund": "1"})
    post_json(quiz.block(), RIGHT | {"refund": "2"})
    before = quiz.state()
    block = quiz.block()
    for answer in (post_json(block, RIGHT), post_form(block, FORM), post_form(block, {})):
        assert (answer.status_code, answer.json["code"]) == (409, "no_attempts_left")
        assert answer.json["message"] == "You have used all your attempts."
    assert quiz.state() == before
    assert block.runtime.published == []
    tree = html.fragment_fromstring(quiz.page(), create_parent="div")
    assert len(tree.xpath(".//fieldset[@disabled]")) == 3
    assert tree.xpath(".//button") == []


def test_a_closed_quiz(quiz: Host) -> None:
    block = quiz.block(closed=True)
    answer = post_json(block, RIGHT)
    assert (answer.status_code, answer.json["code"]) == (409, "closed")
    assert answer.json["message"] == "This is closed: it takes no more answers."
    assert quiz.state() == {}
    assert "This is closed" in quiz.page(closed=True)
    assert "<button" not in quiz.page(closed=True)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"{}", "application/json"),
        (b'{"answers": []}', "application/json"),
        (b'{"answers": {"votes": {}}}', "application/json"),
        (b'{"answers": {"votes": [["one"]]}}', "application/json"),
        (b'{"answers": {"votes": true}}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 200_000, "application/json"),
        (
            b'--x\r\nContent-Disposition: form-data; name="answer-votes"; filename="a.txt"\r\n\r\none\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_bad_bodies(quiz: Host, body: bytes, content_type: str) -> None:
    answer = post_body(quiz.block(), body, content_type)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")
    assert answer.json["message"] == "This cannot be read."
    assert quiz.state() == {}


def test_a_form_in_another_encoding_is_no_answer(quiz: Host) -> None:
    answer = post_body(quiz.block(), b"answer-votes=%ff%fe", "application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json["errors"]["votes"]) == (422, "This choice is no longer offered: choose again.")


def test_ten_megabytes(quiz: Host) -> None:
    answer = post_body(quiz.block(), json.dumps({"answers": RIGHT | {"refund": "9" * 10_000_000}}).encode())
    assert (answer.status_code, answer.json) == (413, {"code": "too_large", "message": "This is too long to be sent."})
    assert quiz.state() == {}


def test_only_post(quiz: Host) -> None:
    answer = quiz.block().handle("submit", Request.blank("/"))
    assert (answer.status_code, answer.headers["Allow"], answer.json["code"]) == (405, "POST", "post_only")


def test_a_learner_cannot_send_fields_of_the_block(quiz: Host) -> None:
    forged = {"answers": RIGHT | {"votes": "shares"}, "attempts": -5, "marks": {}, "best": {"earned": 9}}
    post_body(quiz.block(), json.dumps(forged).encode())
    assert quiz.state()["attempts"] == 1
    assert quiz.state()["best"] == {"earned": 3.0, "possible": 4.0}
