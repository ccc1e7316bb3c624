"""The quiz as a learner meets it: every way to answer, every way to be refused."""

from __future__ import annotations

import gzip
import json
import re
from types import SimpleNamespace

import pytest
from lxml import html
from memory_host import ALL_RIGHT, EVERY_KIND, QUIZ, RIGHT, Host, post_body, post_form, post_json
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


# --- when right answers are told ---

WRONG = {"votes": "shares", "values": ["secrecy"], "refund": "1"}


@pytest.mark.parametrize(
    ("policy", "after_one_wrong", "after_two_wrong", "after_all_right", "after_closing"),
    [
        ("never", False, False, False, False),
        ("after_correct", False, False, True, False),
        ("after_attempts_exhausted", False, True, True, False),
        ("after_closed", False, False, False, True),
    ],
)
def test_when_right_answers_are_told(
    policy: str,
    *,
    after_one_wrong: bool,
    after_two_wrong: bool,
    after_all_right: bool,
    after_closing: bool,
) -> None:
    host = Host(QUIZ.replace("max_attempts", f'show_answers="{policy}" max_attempts'))
    assert "Right answer" not in host.page("nobody", closed=True)
    post_json(host.block(), WRONG)
    assert ("Right answer" in host.page()) == after_one_wrong
    assert ("Right answer" in host.page(closed=True)) == after_closing
    told = post_json(host.block(), WRONG).text
    assert ("Right answer" in told) == ("Right answer" in host.page()) == after_two_wrong
    post_json(host.block("rahma"), RIGHT)
    post_json(host.block("rahma"), WRONG)
    assert ("Right answer" in host.page("rahma")) == (after_all_right or after_two_wrong)


def test_the_right_answers_in_words(quiz: Host) -> None:
    post_json(quiz.block(), WRONG)
    told = post_json(quiz.block(), WRONG).json
    said = {name: html.fragment_fromstring(question["html"], create_parent="div") for name, question in told["questions"].items()}
    assert {name: tree.find_class("coop-quiz__right")[0].text_content() for name, tree in said.items()} == {
        "votes": "Right answer: One",
        "values": "Right answer: Solidarity · Equality",
        "refund": "Right answer: 1234.5 MAD",
    }


def test_without_a_limit_wrong_answers_never_tell_the_right_ones() -> None:
    host = Host(QUIZ.replace(' max_attempts="2"', ""))
    for _ in range(5):
        told = post_json(host.block(), WRONG).json
    assert (told["attempts_left"], told["attempts_words"], told["attempts_used"]) == (None, "", 5)
    assert "Right answer" not in host.page()


# --- the handler may be run again ---


def test_the_same_submission_on_the_same_state_does_the_same(quiz: Host) -> None:
    first, second = quiz.block("aicha"), quiz.block("rahma")
    assert post_json(first, WRONG).json == post_json(second, WRONG).json
    assert first.runtime.published == second.runtime.published
    assert quiz.state("aicha") == quiz.state("rahma")


def test_content_changed_since_the_attempt_does_not_break_the_page(quiz: Host) -> None:
    post_json(quiz.block(), RIGHT)
    block = quiz.block()
    questions = block.structure["questions"]
    block.structure = {"questions": [questions[2], {**questions[0], "id": "new"}]}
    page = block.student_view({}).content
    assert "Your result: 4 of 4." in page
    assert page.count("coop-quiz__mark") == 1


# --- words ---


@pytest.mark.parametrize(
    ("language", "context", "button", "attempts"),
    [
        (None, None, "Check my answers", "2 attempts left of 2."),
        ("ar", None, "تحقّق من أجوبتي", "بقيت محاولتان من 2."),
        ("fr-MA", None, "Vérifier mes réponses", "Il reste 2 tentatives sur 2."),
        ("fr", {"language": "ar"}, "تحقّق من أجوبتي", "بقيت محاولتان من 2."),
        (None, {"language": "fr_FR"}, "Vérifier mes réponses", "Il reste 2 tentatives sur 2."),
        ("zgh", None, "Check my answers", "2 attempts left of 2."),
    ],
)
def test_the_reader_s_language(
    quiz: Host, language: str | None, context: dict[str, str] | None, button: str, attempts: str
) -> None:
    page = quiz.page(language=language, context=context)
    assert f">{button}</button>" in page
    assert attempts in page


def test_refusals_speak_the_reader_s_language(quiz: Host) -> None:
    assert post_json(quiz.block(language="fr"), {}).json["errors"]["votes"] == "Répondez à cette question."
    assert post_json(quiz.block(language="ar"), {}).json["errors"]["votes"] == "أجب عن هذا السؤال."


def test_scores_are_written_as_the_reader_writes_them() -> None:
    host = Host(QUIZ.replace('points="2"', 'points="1"'))
    answers = RIGHT | {"values": ["equality"]}
    assert post_json(host.block("a", language="fr"), answers).json["message"] == "Votre résultat\N{NO-BREAK SPACE}: 2,5 sur 3."
    assert post_json(host.block("b", language="en"), answers).json["message"] == "Your result: 2.5 of 3."


# --- every kind of question ---


@pytest.fixture
def every_kind() -> Host:
    return Host(EVERY_KIND)


# The wording of an accepted answer is not in the page; "refund" alone is, in the prompt of the number.
KEYS = ["patronage", "dividend", "A dividend rewards", "first principle again", "company votes", "DH", "1200", "correct", "share="]


def test_no_key_of_any_kind_in_the_page_nor_in_what_apps_get(every_kind: Host) -> None:
    block = every_kind.block()
    shown = every_kind.page() + json.dumps(block.student_view_data())
    assert [key for key in KEYS if key in shown] == []


def test_every_kind_is_marked(every_kind: Host) -> None:
    told = post_json(every_kind.block(), ALL_RIGHT).json
    assert (told["earned"], told["possible"]) == (6.0, 6.0)
    assert {question["state"] for question in told["questions"].values()} == {"correct"}


def test_a_foreseen_wording_is_answered_and_others_stay_unsaid(every_kind: Host) -> None:
    told = post_json(every_kind.block(), ALL_RIGHT | {"refund-name": "un DIVIDEND"}).json
    assert told["questions"]["refund-name"]["feedback"] == []
    told = post_json(every_kind.block("rahma"), ALL_RIGHT | {"refund-name": "«Dividend»"})
    assert told.json["questions"]["refund-name"]["feedback"] == ["A dividend rewards money; this rewards activity."]
    assert told.json["questions"]["refund-name"]["earned"] == 0
    assert "patronage" not in told.text + every_kind.page("rahma")


def test_the_right_answers_of_every_kind_in_words() -> None:
    host = Host(EVERY_KIND.replace('max_attempts="3"', 'max_attempts="1"'))
    wrong = {"votes": "none", "values": ["secrecy"], "open": "false", "refund": "2", "refund-name": "x"}
    told = post_json(host.block(language="fr"), wrong).json
    trees = {name: html.fragment_fromstring(question["html"], create_parent="div") for name, question in told["questions"].items()}
    assert {name: tree.find_class("coop-quiz__right")[0].text_content() for name, tree in trees.items()} == {
        "votes": "Bonne réponse\N{NO-BREAK SPACE}: ",
        "values": "Bonne réponse\N{NO-BREAK SPACE}: Solidarity · Equality",
        "open": "Bonne réponse\N{NO-BREAK SPACE}: Vrai",
        "refund": "Bonne réponse\N{NO-BREAK SPACE}: 1200 MAD",
        "refund-name": "Bonne réponse\N{NO-BREAK SPACE}: patronage refund",
    }
    assert trees["votes"].xpath(".//bdi/img/@alt") == ["One hand raised"]


@pytest.mark.parametrize(("language", "words"), [("ar", ["صحيح", "خطأ"]), ("fr", ["Vrai", "Faux"]), ("en", ["True", "False"])])
def test_true_and_false_are_said_by_the_interface(every_kind: Host, language: str, words: list[str]) -> None:
    tree = html.fragment_fromstring(every_kind.page(language=language), create_parent="div")
    labels = tree.xpath(".//fieldset[@data-question='open']//label")
    assert [label.text_content().strip() for label in labels] == words
    assert tree.xpath(".//input[@name='answer-open']/@value") == ["true", "false"]


def test_pictures_recordings_and_hints(every_kind: Host) -> None:
    tree = html.fragment_fromstring(every_kind.page(), create_parent="div")
    question = tree.xpath(".//fieldset[@data-question='votes']")[0]
    pictures = {picture.get("src"): picture.get("alt") for picture in question.iter("img")}
    assert pictures == {"/static/one.svg": "One hand raised", "/static/many.svg": "Many coins, many hands"}
    assert [(one.get("src"), one.get("preload"), "autoplay" in one.attrib) for one in question.iter("audio")] == [
        ("/static/votes.mp3", "none", False)
    ]
    assert [one.text for one in question.xpath("./details/summary")] == ["What the recording says", "Hint 1 of 2"]
    assert question.xpath("./details[2]/details/summary/text()") == ["Hint 2 of 2"]
    assert [one for one in tree.iter("details") if "open" in one.attrib] == []


def test_without_a_recording_the_words_to_read_aloud_are_there() -> None:
    host = Host(EVERY_KIND.replace("<audio>/static/votes.mp3</audio>", ""))
    tree = html.fragment_fromstring(host.page(), create_parent="div")
    assert tree.xpath(".//div[@class='coop-quiz__spoken']/p/text()") == ["To be read aloud:", "How many votes has each member?"]
    assert tree.findall(".//audio") == []


def test_a_translation_cannot_bring_in_a_recording_from_elsewhere(every_kind: Host) -> None:
    block = every_kind.block()
    block.texts = block.texts | {"votes/audio": "https://elsewhere.example/track.mp3"}
    assert "elsewhere" not in block.student_view({}).content


def orders(host: Host, learner: str) -> dict[str, list[str]]:
    form = html.fragment_fromstring(host.page(learner), create_parent="div")
    names = ("votes", "values", "open")
    return {name: form.xpath(f".//input[@name='answer-{name}']/@value") for name in names}


def test_each_learner_keeps_an_order_of_their_own(every_kind: Host) -> None:
    met = {learner: orders(every_kind, learner) for learner in map(str, range(40))}
    assert met == {learner: orders(every_kind, learner) for learner in met}
    assert {tuple(order["votes"]) for order in met.values()} == {("one", "many", "none"), ("many", "one", "none")}
    assert len({tuple(order["values"]) for order in met.values()}) == 6
    assert {tuple(order["open"]) for order in met.values()} == {("true", "false")}
    post_json(every_kind.block("7"), ALL_RIGHT)
    assert orders(every_kind, "7") == met["7"]


def test_what_differs_by_learner_is_never_shown_to_another() -> None:
    def promised(xml: str) -> bool:
        block = Host(xml).block()
        return CoopQuizBlock.same_for_same_state({"structure": block.structure, "shuffle": block.shuffle})

    assert promised(QUIZ) is True
    assert promised(EVERY_KIND) is False
    assert promised(EVERY_KIND.replace('shuffle="true"', "")) is True
    assert promised(QUIZ.replace('<question kind="single"', '<question kind="single" shuffle="true"')) is False
    assert CoopQuizBlock.same_for_same_state({}) is True


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"refund": "1200 kg"}, "This is not the unit that is asked for. Type the number alone."),
        ({"refund": "١e309"}, "This is not a number. Type digits, for example 1250 or 12.5."),
        ({"refund-name": "x" * 201}, "This answer is too long: 200 characters at most."),
        ({"refund-name": " ... "}, "Answer this question."),
        ({"open": "yes"}, "This choice is no longer offered: choose again."),
        ({"open": ["true", "false"]}, "Give one answer only."),
    ],
)
def test_refusals_of_the_other_kinds(every_kind: Host, answer: dict[str, object], words: str) -> None:
    told = post_json(every_kind.block(), ALL_RIGHT | answer)
    assert (told.status_code, told.json["errors"]) == (422, {next(iter(answer)): words})
    assert every_kind.state() == {}


def test_a_long_text_is_refused_before_it_is_compared(every_kind: Host) -> None:
    told = post_json(every_kind.block(), ALL_RIGHT | {"refund-name": "a" * 10_000_000})
    assert told.status_code == 413
    for typed in ("\N{ARABIC LETTER ALEF}\N{ARABIC FATHA}" * 20_000, "(a+)+$" * 20_000, "a" * 120_000 + "!"):
        assert post_json(every_kind.block(), ALL_RIGHT | {"refund-name": typed}).status_code == 422
    assert every_kind.state() == {}


def test_pictures_of_an_answer_have_the_host_s_addresses() -> None:
    """A host rewrites whole pages by itself, but not what a handler answers."""
    host = Host(EVERY_KIND.replace('max_attempts="3"', 'max_attempts="1"'))
    block = host.block()
    files = SimpleNamespace(replace_urls=lambda shown: shown.replace("/static/", "/asset/"))
    block.runtime._services["replace_urls"] = files
    told = post_json(block, ALL_RIGHT | {"votes": "many"}).json
    assert "/static/" not in json.dumps(told)
    assert told["html"].count("/asset/one.svg") == 2  # the choice, and the right answer that is told
    assert "/asset/one.svg" in told["questions"]["votes"]["html"]


def test_the_same_sending_twice_uses_one_attempt(every_kind: Host) -> None:
    body = json.dumps({"answers": ALL_RIGHT, "attempt": "n1"}).encode()
    first, second = post_body(every_kind.block(), body), post_body(every_kind.block(), body)
    assert (first.json["attempts_used"], second.json["attempts_used"], second.json["replayed"]) == (1, 1, True)


# --- what ships beside the code ---


def test_scenarios_load_and_render() -> None:
    scenarios = CoopQuizBlock.workbench_scenarios()
    assert len(scenarios) == 4
    for _, xml in scenarios:
        assert "coop-quiz" in Host(xml).page()


def test_css_is_logical_and_takes_its_colours_from_the_host() -> None:
    with CoopQuizBlock.open_local_resource("public/quiz.css") as file:
        css = file.read().decode()
    assert re.findall(r"(?<![\w-])(left|right|top|bottom|width|height|margin-left|padding-right)\s*:", css) == []
    colours = {"--tk-accent", "--tk-surface", "--tk-ink", "--tk-line", "--tk-ok", "--tk-bad"}
    assert colours <= set(re.findall(r"var\((--[\w-]+), #", css))
