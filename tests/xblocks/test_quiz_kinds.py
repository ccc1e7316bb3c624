"""What a quiz tells after an attempt, in which language, and every kind of question."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
from lxml import html
from memory_host import ALL_RIGHT, EVERY_KIND, QUIZ, RIGHT, Host, post_body, post_json

from takwin_xblocks.quiz.block import CoopQuizBlock

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
