"""Quizzes are made of Open edX problems and problems of quizzes; what is lost on the way is said, not dropped."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from lxml import etree
from memory_host import EVERY_KIND, QUIZ, Host

from takwin_xblocks.contract.i18n import translator
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import ContentError
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.contract.writing import write_content
from takwin_xblocks.quiz.capa_reading import Converted, from_capa
from takwin_xblocks.quiz.capa_writing import to_capa
from takwin_xblocks.quiz.content import SCHEMA, check


def problem(inside: str, attributes: str = "") -> str:
    return f"<problem {attributes}>{inside}</problem>"


def made_of(inside: str) -> Converted:
    made = from_capa(problem(inside))
    node = etree.Element("coop_quiz")
    write_content(SCHEMA, node, made.content.structure, made.content.texts)
    again = read_content(SCHEMA, etree.fromstring(etree.tostring(node)))
    assert (again.structure, again.texts) == (made.content.structure, made.content.texts)
    assert check(again.structure, again.texts) == []
    return made


def lost(inside: str) -> list[str]:
    return [fault.said() for fault in made_of(inside).lost]


def only_question(made: Converted) -> dict[str, Any]:
    (question,) = made.content.structure["questions"]
    return question


RADIO = """<multiplechoiceresponse>
  <label>How many <b>votes</b>?</label><description>Choose one.</description>
  <choicegroup type="MultipleChoice" shuffle="true">
    <choice correct="true" name="one">One<choicehint>Yes.</choicehint></choice>
    <choice correct="false" name="hint">Ten</choice>
    <choice correct="false" fixed="true"><img src="/static/none.png" alt="An empty hand"/></choice>
  </choicegroup>
  <solution><div class="detailed-solution"><p>Explanation</p><p>One person, one vote.</p></div></solution>
</multiplechoiceresponse>"""
BOXES = """<choiceresponse><label>Which?</label><checkboxgroup>
  <choice correct="true">A<choicehint selected="true">Right.</choicehint></choice><choice correct="false">B</choice>
</checkboxgroup></choiceresponse>"""
NUMBER = """<numericalresponse answer="12.50"><label>How much?</label><responseparam type="tolerance" default="5%"/>
  <formulaequationinput trailing_text="MAD"/><correcthint>Well counted.</correcthint></numericalresponse>"""
TEXT = """<stringresponse answer="ristourne" type="ci"><label>The word?</label>
  <additional_answer answer="la ristourne"><correcthint>Without article.</correcthint></additional_answer>
  <stringequalhint answer="dividende">That is for shares.</stringequalhint><textline size="20"/></stringresponse>"""
LIST = """<optionresponse><label>Who decides?</label>
  <optioninput options="('The manager','The members\\' assembly', 'R&amp;D')" correct="The members' assembly"/></optionresponse>"""


def test_one_choice() -> None:
    made = made_of(RADIO)
    assert only_question(made) == {
        "id": "q1",
        "kind": "single",
        "shuffle": True,
        "choices": [
            {"id": "one", "correct": True},
            {"id": "c2", "correct": False},
            {"id": "c3", "correct": False, "picture": "/static/none.png", "fixed": True},
        ],
    }
    assert made.content.texts == {
        "q1/prompt": "How many <b>votes</b>?<br/>Choose one.",
        "q1/one": "One",
        "q1/one/feedback": "Yes.",
        "q1/c2": "Ten",
        "q1/c3/alt": "An empty hand",
        "q1/feedback/correct": "Explanation<br/>One person, one vote.",
    }
    assert made.lost == []


def test_several_choices_are_all_or_nothing_unless_the_problem_says_otherwise() -> None:
    made = made_of(BOXES)
    assert only_question(made) == {
        "id": "q1",
        "kind": "multiple",
        "partial": "false",
        "choices": [{"id": "c1", "correct": True}, {"id": "c2", "correct": False}],
    }
    assert made.content.texts["q1/c1/feedback"] == "Right."
    assert made.lost == []
    shared = made_of(BOXES.replace("<choiceresponse>", '<choiceresponse partial_credit="EDC">'))
    assert "partial" not in only_question(shared)
    assert [fault.said() for fault in shared.lost] == [
        "the way to share points edc: here each wrong tick takes back what a right one earns"
    ]


def test_a_list() -> None:
    made = made_of(LIST)
    assert [choice["correct"] for choice in only_question(made)["choices"]] == [False, True, False]
    assert [made.content.texts[f"q1/c{place}"] for place in (1, 2, 3)] == ["The manager", "The members' assembly", "R&amp;D"]
    tagged = made_of("<optionresponse><optioninput><option correct='True'>X<optionhint>Yes</optionhint></option>"
                     "<option correct='False'>Y</option></optioninput></optionresponse>")  # fmt: skip
    assert tagged.content.texts == {"q1/prompt": "…", "q1/c1": "X", "q1/c1/feedback": "Yes", "q1/c2": "Y"}


def test_a_number() -> None:
    made = made_of(NUMBER)
    assert only_question(made) == {"id": "q1", "kind": "number", "value": "12.5", "tolerance": "5%"}
    assert made.content.texts == {"q1/prompt": "How much?", "q1/unit": "MAD", "q1/feedback/correct": "Well counted."}


@pytest.mark.parametrize(
    ("answer", "value", "tolerance"),
    [("7", "7", "0.001%"), ("-0.5", "-0.5", "0.001%"), ("1e3", "1000", "0.001%"), ("[1, 5]", "3", "2")],
)
def test_numbers_as_they_are_typed(answer: str, value: str, tolerance: str) -> None:
    question = only_question(made_of(f'<numericalresponse answer="{answer}"><formulaequationinput/></numericalresponse>'))
    assert (question["value"], question["tolerance"]) == (value, tolerance)


def test_a_few_words() -> None:
    made = made_of(TEXT)
    assert only_question(made) == {"id": "q1", "kind": "text", "accepts": [{"id": "a1"}, {"id": "a2"}, {"id": "a3", "share": 0}]}
    assert made.content.texts == {
        "q1/prompt": "The word?",
        "q1/a1": "ristourne",
        "q1/a2": "la ristourne",
        "q1/a2/feedback": "Without article.",
        "q1/a3": "dividende",
        "q1/a3/feedback": "That is for shares.",
    }
    assert made.lost == []


def test_several_questions_and_what_stands_between_them() -> None:
    made = from_capa(
        problem(
            f"<p>Read <a href='https://elsewhere.example/law'>the law</a>.</p>{RADIO}<p>Then</p><ul><li>count</li></ul>{NUMBER}"
            "<demandhint><hint>one</hint><hint>two</hint><hint>three</hint><hint>four</hint></demandhint>",
            'display_name="Two" max_attempts="2" showanswer="finished" rerandomize="always"',
        )
    )
    assert [question["kind"] for question in made.content.structure["questions"]] == ["single", "number"]
    assert made.content.texts["q1/prompt"] == "Read the law.<br/>How many <b>votes</b>?<br/>Choose one."
    assert made.content.texts["q2/prompt"] == "Then<br/>count<br/>How much?"
    assert [made.content.texts[f"q1/{part}"] for part in ("hint", "hint/second", "hint/third")] == ["one", "two", "three"]
    assert made.settings == {"display_name": "Two", "max_attempts": "2", "show_answers": "after_attempts_exhausted"}
    assert [fault.said() for fault in made.lost] == [
        'rerandomize="always" of <problem>',
        "the address of the link https://elsewhere.example/law",
        "that the hints are for all questions: they stand by the first",
        "the hint four",
    ]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (RADIO.replace("</choicegroup>", "<compoundhint value='A B'>x</compoundhint></choicegroup>"),
         "the feedback to the ticks A B together"),
        (BOXES.replace('"true">Right', '"false">Right'), "the feedback to those who leave a box empty"),
        (RADIO.replace("<choicehint>", "<choicehint label='Bravo'>"), "the heading Bravo of <choicehint>"),
        (RADIO.replace('correct="false" name="hint"', 'correct="partial" point_value="0.25"'), "the points for a half-right choice"),
        (RADIO.replace('shuffle="true"', 'answer-pool="4"'), "the pool of 4 choices"),
        (NUMBER.replace("<correcthint>", "<additional_answer answer='13'/><correcthint>"), "the other right number 13"),
        (NUMBER.replace("<numericalresponse", "<numericalresponse partial_credit='close'"),
         'partial_credit="close" of <numericalresponse>'),
        (TEXT.replace(' type="ci"', ""), "that capital letters count"),
        (TEXT.replace("dividende", "x" * 300), f"the wording {'x' * 80}"),
        ("<script type='loncapa/python'>x = 1</script>" + RADIO, "the program in <script>"),
        ("<table><tr><td>a</td></tr></table>" + RADIO, "the layout of <table>"),
        ("<p><img src='https://elsewhere.example/a.png' alt='A'/></p>" + RADIO,
         "the picture https://elsewhere.example/a.png, which is no file of the course"),
        ("<customresponse cfn='f'><textline/></customresponse>" + RADIO, "questions of the kind <customresponse>"),
        (RADIO + "<p>Goodbye</p>", "the words after the last question: Goodbye"),
        (RADIO + NUMBER.replace("12.50", "sqrt(2)"), "the number sqrt(2): only plain numbers and closed ranges are carried"),
        (RADIO + NUMBER.replace("12.50", "$x"), "the number $x: only plain numbers and closed ranges are carried"),
        (RADIO + NUMBER.replace("12.50", "(1,2)"), "the number (1,2): only plain numbers and closed ranges are carried"),
        (RADIO + NUMBER.replace("12.50", "NaN"), "the number NaN: only plain numbers and closed ranges are carried"),
        (RADIO + TEXT.replace('"ci"', '"ci regexp"'), "the pattern ristourne: wordings are compared, never patterns"),
        (NUMBER + RADIO.replace('correct="false"', 'correct="true"', 1),
         "a question with several right choices of which one is enough, or with none"),
        (NUMBER + BOXES.replace('"true">A', '"false">A'), "a question where nothing is to be ticked"),
    ],
)  # fmt: skip
def test_what_is_lost_is_said(inside: str, said: str) -> None:
    assert lost(inside) == [said]


def test_where_something_was_lost() -> None:
    (fault,) = from_capa(problem(f"\n{RADIO}\n<p>Goodbye</p>")).lost
    assert (fault.line, fault.path) == (1, "questions.1")


BOMB = '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "this is not XML"),
        ("<problem>", "this is not XML"),
        ("What is it?\n[x] a\n", "this is not XML"),
        ("<html/>", "a <problem> is expected, not <html>"),
        (problem(""), "this problem has no question that can be carried over"),
        (problem(NUMBER.replace("12.50", "x")), "this problem has no question that can be carried over"),
        (problem("<div>" * 300 + "</div>" * 300), "no question|not XML"),
        (BOMB + problem("<p>&b;</p>"), "no question"),
    ],
)
def test_what_is_no_problem_is_refused(typed: str, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        from_capa(typed)


def test_entities_are_never_resolved() -> None:
    made = from_capa('<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + problem(RADIO.replace("How many", "&x;")))
    assert made.content.texts["q1/prompt"] == "<b>votes</b>?<br/>Choose one."
    assert [fault.said() for fault in made.lost] == ["the entity &x;"]


TAGS = [
    "label",
    "choicegroup",
    "checkboxgroup",
    "choice",
    "choicehint",
    "option",
    "optioninput",
    "p",
    "img",
    "solution",
    "textline",
    "hint",
]
RESPONSES = ["multiplechoiceresponse", "choiceresponse", "optionresponse", "numericalresponse", "stringresponse", "demandhint"]
ATTRIBUTES = ["correct", "answer", "options", "name", "type", "src", "alt", "default", "shuffle", "selected"]
VALUES = [
    "true",
    "false",
    "partial",
    "('a','b')",
    "'",
    "a",
    "7",
    "[1,",
    "[1,2]",
    "1e999999999",
    "-",
    "ci",
    "tolerance",
    "/static/a.png",
]


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> etree._Element:
    node = etree.Element(draw(st.sampled_from(RESPONSES if depth == 0 else TAGS)))
    for name in draw(st.lists(st.sampled_from(ATTRIBUTES), unique=True, max_size=3)):
        node.set(name, draw(st.sampled_from(VALUES)))
    node.text, node.tail = draw(st.sampled_from(["", "a", "R&D <b>"])), draw(st.sampled_from(["", "b"]))
    for child in draw(st.lists(trees(depth=depth + 1), max_size=3)) if depth < 3 else ():
        node.append(child)
    return node


@settings(max_examples=150, deadline=None)
@given(st.lists(trees(), max_size=3))
def test_any_problem_gives_a_valid_quiz_or_is_refused(nodes: list[etree._Element]) -> None:
    root = etree.Element("problem")
    root.extend(nodes)
    try:
        made_of(etree.tostring(root, encoding="unicode").removeprefix("<problem>").removesuffix("</problem>"))
    except ContentError as error:
        assert error.problems[-1].words == "this problem has no question that can be carried over"  # noqa: PT017


# --- from a quiz to problems ---


def voice(language: str | None) -> Voice:
    return Voice(words=translator(Host(QUIZ).block(), {"language": language} if language else {}), language=language)


def test_a_problem_for_each_question_and_what_each_does_without() -> None:
    block = Host(EVERY_KIND).block()
    made = to_capa(block.structure, block.texts, voice=voice("ar"), title=block.display_name, shuffle=block.shuffle)
    assert [node.xpath("local-name(*[contains(name(), 'response')])") for node in made.problems] == [
        "multiplechoiceresponse",
        "choiceresponse",
        "multiplechoiceresponse",
        "numericalresponse",
        "stringresponse",
    ]
    assert {node.get("display_name") for node in made.problems} == {"A quiz with every kind of question"}
    assert [node.get("weight") for node in made.problems] == [None, "2", None, None, None]
    assert made.problems[2].xpath("string(.//choice[@correct='true'])") == "صحيح"
    assert set(made.problems[0].xpath(".//label/span/@dir")) == {"rtl"}
    assert [(fault.path, fault.said()) for fault in made.lost] == [
        ("questions.1", "that the choices are shuffled"),
        ("questions.3", "that the unit may be typed"),
        ("questions.3", "Arabic digits and the decimal comma: Open edX reads Latin digits and a point"),
        ("questions.4", "that accents, vowel signs, forms of hamza and punctuation do not count"),
    ]


WORDS = st.sampled_from(["One", "a <b>b</b>", "R&amp;D", "صوت واحد", "x < y"]).filter(lambda words: words != "x < y")
NAMES = st.lists(st.sampled_from(["one", "two", "c-3", "d_4"]), min_size=2, max_size=4, unique=True)


@st.composite
def carried(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a question with nothing that Open edX lacks."""
    kind = draw(st.sampled_from(["single", "multiple", "number", "text"]))
    question: dict[str, Any] = {"id": "q1", "kind": kind}
    texts = {"q1/prompt": draw(WORDS), "q1/hint": draw(WORDS)}
    if kind == "number":
        return question | {"value": "12.5", "tolerance": draw(st.sampled_from(["0", "2", "5%"]))}, texts | {"q1/unit": "MAD"}
    if kind == "text":
        question["accepts"] = [{"id": "a1"}, {"id": "a2"}, {"id": "a3", "share": 0}]
        return question, texts | {"q1/a1": "one", "q1/a2": "two", "q1/a3": "three", "q1/a3/feedback": draw(WORDS)}
    names = draw(NAMES)
    right = draw(st.sampled_from(names))
    question["choices"] = [{"id": name, "correct": name == right} for name in names]
    question["choices"][0] |= draw(st.sampled_from([{}, {"picture": "/static/a.svg"}]))
    if "picture" in question["choices"][0]:
        texts[f"q1/{names[0]}/alt"] = "A picture"
    texts |= {f"q1/{name}": draw(WORDS) for name in names} | {f"q1/{names[0]}/feedback": draw(WORDS)}
    if kind == "multiple":
        question["partial"] = "false"
    elif draw(st.booleans()):
        question["shuffle"] = True
        question["choices"][-1]["fixed"] = True
    return question, texts


@settings(max_examples=80, deadline=None)
@given(carried(), st.booleans())
def test_there_and_back(both: tuple[dict[str, Any], dict[str, str]], indented: bool) -> None:  # noqa: FBT001
    question, texts = both
    (node,) = to_capa({"questions": [question]}, texts, voice=voice(None)).problems
    made = from_capa(etree.tostring(node, pretty_print=indented))
    assert (only_question(made), made.content.texts, made.lost) == (question, texts, [])


@pytest.mark.parametrize(
    "inside",
    [
        '&foo;<stringresponse answer="x" type="ci"><label>L</label></stringresponse>',
        "<p>a &foo; b</p><stringresponse answer='x' type='ci'><label>L</label></stringresponse>",
        '<stringresponse answer="x" type="ci"><label>L &foo;</label></stringresponse>',
        '<stringresponse answer="x" type="ci"><textline label="L &foo;"/></stringresponse>',
        '<stringresponse answer="x" type="ci"><label>L</label><additional_answer>y &foo; z</additional_answer></stringresponse>',
        '<stringresponse answer="x &foo;" type="ci"><label>L</label></stringresponse>',
    ],
)
def test_an_entity_that_nobody_declared_is_told_wherever_it_stands(inside: str) -> None:
    made = from_capa(f'<!DOCTYPE problem SYSTEM "x.dtd">\n<problem>{inside}</problem>')
    assert [str(fault) for fault in made.lost] == ["line 2: the entity &foo;"]
