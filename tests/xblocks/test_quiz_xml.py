"""A quiz is written as it was read, and faults are told with their line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from lxml import etree
from memory_host import EVERY_KIND, QUIZ, Host, export
from xblock.core import XBlock

from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import Content, ContentError, empty_structure
from takwin_xblocks.contract.writing import write_content
from takwin_xblocks.quiz.content import SCHEMA

FIELDS = ("display_name", "structure", "texts", "max_attempts", "weight", "show_answers", "format", "due")


def quiz_xml(inside: str) -> etree._Element:
    return etree.fromstring(f"<coop_quiz>{inside}</coop_quiz>")


def problems(inside: str) -> list[str]:
    with pytest.raises(ContentError) as refused:
        Host(f"<coop_quiz>{inside}</coop_quiz>")
    return [str(problem) for problem in refused.value.problems]


def test_the_two_fields() -> None:
    block = Host(QUIZ).block()
    assert block.structure["questions"][1:] == [
        {
            "id": "values",
            "kind": "multiple",
            "points": 2,
            "choices": [
                {"id": "solidarity", "correct": True},
                {"id": "equality", "correct": True},
                {"id": "secrecy", "correct": False},
            ],
        },
        {"id": "refund", "kind": "number", "value": "1234.5", "tolerance": "1%"},
    ]
    assert {key: text for key, text in block.texts.items() if key.startswith(("votes", "refund"))} == {
        "votes/prompt": "How many votes has <em>each</em> member?",
        "votes/hint": "Think of the person.",
        "votes/one": "One",
        "votes/one/feedback": "Yes: one person, one vote.",
        "votes/shares": "One for each share",
        "votes/shares/feedback": "That is how a company votes.",
        "refund/prompt": "What does Aïcha receive?",
        "refund/unit": "MAD",
        "refund/feedback": "Litres times refund.",
        "refund/feedback/correct": "Well counted.",
        "refund/feedback/incorrect": "Count again.",
    }


def test_structure_holds_no_word_and_texts_no_answer_key() -> None:
    block = Host(QUIZ).block()
    assert type(block).translatable_fields == ("display_name", "texts")
    assert "One" not in str(block.structure)
    assert "True" not in str(block.texts)
    assert "1234.5" not in str(block.texts)


def set_on(block: XBlock) -> list[str]:
    return [name for name in FIELDS if block.fields[name].is_set_on(block)]


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'max_attempts="3" weight="2.5" show_answers="never"',
        'display_name="2026"',
        'display_name="yes" format="1e3" due="2026-12-31T00:00:00Z"',
        'display_name="&lt;b&gt; &amp; &quot;"',
    ],
)
def test_export_then_import_gives_the_same_fields(attributes: str) -> None:
    first = Host(QUIZ.replace('display_name="A first quiz" max_attempts="2"', attributes)).block()
    written = export(first)
    second = Host(written).block()
    assert {name: getattr(second, name) for name in FIELDS} == {name: getattr(first, name) for name in FIELDS}
    assert set_on(second) == set_on(first)
    assert export(second) == written


def test_text_settings_stay_text() -> None:
    block = Host('<coop_quiz display_name="2026-01-01" format="no"/>').block()
    assert (block.display_name, block.format) == ("2026-01-01", "no")


def test_an_empty_number_is_no_limit() -> None:
    assert Host('<coop_quiz max_attempts="" weight=""/>').block().max_attempts is None


def test_an_unknown_or_unreadable_setting_of_the_host_does_not_stop_the_import(caplog: pytest.LogCaptureFixture) -> None:
    block = Host('<coop_quiz colour="red" due="whenever" structure="{}"/>').block()
    assert block.due is None
    assert [record.args[1] for record in caplog.records] == ["colour", "due", "structure"]


P = "<prompt>p</prompt>"


def number(inside: str, **attributes: str) -> str:
    return element(inside, {"id": "q", "kind": "number", "value": "1"} | attributes)


def single(inside: str, **attributes: str) -> str:
    return element(inside, {"id": "q"} | attributes)


def truth(inside: str, **attributes: str) -> str:
    return element(inside, {"id": "q", "kind": "truth"} | attributes)


def short(inside: str) -> str:
    return element(inside, {"id": "q", "kind": "text"})


def element(inside: str, attributes: dict[str, str]) -> str:
    return "<question " + " ".join(f'{name}="{value}"' for name, value in attributes.items()) + f">{inside}</question>"


ODD_TEXTS = ["a <em>b</em> c", "<em>a</em>", "<em>a</em><em>b</em>", "R&D <b>x", "a &amp; b", "a & b", "<feedback>x</feedback>"]
ODDER_TEXTS = [" a ", "", "a<br/>b", "<x y='1'/>", "]]>", "<span><em>a</em><em>b</em></span>", "a\r\nb"]
PRINTABLE = st.text(max_size=30).map(lambda text: "".join(c for c in text if c.isprintable() or c in "\n\t"))
TEXT = PRINTABLE | st.sampled_from(ODD_TEXTS + ODDER_TEXTS)
RESERVED = {"prompt", "audio", "transcript", "hint", "unit", "feedback"}
ID = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True).filter(lambda name: name not in RESERVED)
PARTS = [
    "prompt",
    "audio",
    "transcript",
    "hint",
    "hint/second",
    "hint/third",
    "feedback",
    "feedback/correct",
    "feedback/incorrect",
]


@st.composite
def questions(draw: st.DrawFn, question_id: str) -> tuple[dict[str, Any], list[str]]:
    """Return a question and the names of the texts it may have."""
    kind = draw(st.sampled_from(["single", "multiple", "truth", "number", "text"]))
    question: dict[str, Any] = {"id": question_id, "kind": kind}
    if draw(st.booleans()):
        question["points"] = draw(st.integers(min_value=1, max_value=9))
    if kind == "number":
        question |= {"value": str(draw(st.integers(-999, 999))), "tolerance": draw(st.sampled_from(["0", "0.5", "5%"]))}
        return question, [*PARTS, "unit", "unit/accepted"]
    if kind == "truth":
        return question | {"answer": draw(st.sampled_from(["true", "false"]))}, PARTS
    ids = draw(st.lists(ID, min_size=2, max_size=4, unique=True))
    own = [part for name in ids for part in (name, f"{name}/feedback")]
    if kind == "text":
        shares = draw(st.lists(st.none() | st.integers(0, 100), min_size=len(ids), max_size=len(ids)))
        question["accepts"] = [
            {"id": name, **({} if share is None else {"share": share})} for name, share in zip(ids, shares, strict=True)
        ]
        return question, [*PARTS, *own]
    question["choices"] = [{"id": name, "correct": place == 0} for place, name in enumerate(ids)]
    question["choices"][-1] |= draw(st.sampled_from([{}, {"fixed": True}, {"picture": "/static/a.svg"}]))
    question |= draw(st.sampled_from([{}, {"shuffle": True}]))
    if kind == "multiple":
        question |= draw(st.sampled_from([{}, {"partial": "false"}]))
    return question, [*PARTS, *own, *(f"{name}/alt" for name in ids)]


@st.composite
def quizzes(draw: st.DrawFn) -> Content:
    quiz = Content(structure=empty_structure(SCHEMA))
    for question_id in draw(st.lists(ID, unique=True, max_size=3)):
        question, parts = draw(questions(question_id))
        quiz.structure["questions"].append(question)
        for part in draw(st.lists(st.sampled_from(parts), unique=True)):
            quiz.texts[f"{question_id}/{part}"] = draw(TEXT)
    return quiz


@settings(max_examples=80, deadline=None)
@given(quizzes(), st.booleans())
def test_any_quiz_reads_back(quiz: Content, indented: bool) -> None:  # noqa: FBT001
    node = etree.Element("coop_quiz", nsmap={"option": "http://code.edx.org/xblock/option"})
    write_content(SCHEMA, node, quiz.structure, quiz.texts)
    again = read_content(SCHEMA, etree.fromstring(etree.tostring(node, pretty_print=indented)))
    assert (again.structure, again.texts) == (quiz.structure, quiz.texts)


def test_every_kind_in_the_two_fields() -> None:
    block = Host(EVERY_KIND).block()
    asked = {question["id"]: question for question in block.structure["questions"]}
    assert block.shuffle is True
    assert asked["votes"]["choices"] == [
        {"id": "one", "correct": True, "picture": "/static/one.svg"},
        {"id": "many", "correct": False, "picture": "/static/many.svg"},
        {"id": "none", "correct": False, "fixed": True},
    ]
    assert asked["values"]["partial"] == "false"
    assert asked["open"] == {"id": "open", "kind": "truth", "answer": "true"}
    assert asked["refund-name"]["accepts"] == [{"id": "refund"}, {"id": "short"}, {"id": "dividend", "share": 0}]
    assert {key: text for key, text in block.texts.items() if key.startswith("votes/")} == {
        "votes/prompt": "How many votes has each member?",
        "votes/audio": "/static/votes.mp3",
        "votes/transcript": "How many votes has each member?",
        "votes/hint": "Think of the person, not of the money.",
        "votes/hint/second": "It is the second principle.",
        "votes/one/alt": "One hand raised",
        "votes/many": "As many as shares",
        "votes/many/alt": "Many coins, many hands",
        "votes/many/feedback": "That is how a company votes.",
        "votes/none": "None of these",
    }
    written = export(block)
    assert export(Host(written).block()) == written


def picture(inside: str) -> str:
    return single(P + f"<choice id='a' correct='true' picture='/static/a.svg'>{inside}</choice><choice id='b'>b</choice>")


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<questoin/>", "<questoin> is not known here; expected <question>"),
        ("hello", "text outside <question> would be lost"),
        ("<question kind='essay' id='q'/>", 'kind is single, multiple, truth, number, text, not "essay"'),
        ("<question kind='number' value='1'><prompt>p</prompt></question>", "this <question> needs an id"),
        ("<question kind='number' id='a b' value='1'><prompt>p</prompt></question>", "this <question> needs an id"),
        (number(""), 'question "q" has no <prompt>'),
        (number(P + "<prompt>p</prompt>"), "a second <prompt>"),
        ("<question kind='number' id='q'><prompt>p</prompt></question>", 'needs the attribute "value"'),
        (number(P, value="1,5"), 'value="1,5" is not a number'),
        (number(P, value="NaN"), 'value="NaN" is not a number'),
        (number(P, tolerance="-1"), "a tolerance is not negative"),
        (number(P, tolerance="much"), 'tolerance="much" is not a number'),
        (number(P, points="0"), 'points="0" is not a whole number from 1 to 1000'),
        (number(P, colour="red"), 'takes no attribute "colour"'),
        (number(P + "<choice id='a'/>"), "<choice> is not known here"),
        (number(P + "<feedback when='late'>f</feedback>"), "feedback is for when="),
        (single(P + "<choice id='a' correct='true'>a</choice>"), "1 times <choice>: at least 2"),
        (single(P + "<choice id='a'>a</choice><choice id='b'>b</choice>"), "exactly one choice"),
        (single(P + "<choice id='a'>a</choice><choice id='b'>b</choice>", kind="multiple"), "no right choice"),
        (single(P + "<choice id='a' correct='maybe'>a</choice><choice id='b'>b</choice>"), "neither true nor false"),
        (single(P + "<choice id='a' correct='true'>a</choice><choice id='a'>b</choice>"), 'the id "a" is used twice'),
        (single(P + "<choice id='hint' correct='true'>a</choice><choice id='a'>b</choice>"), '"hint" is the name of a part'),
        (single("lost" + P + "<choice id='a' correct='1'>a</choice><choice id='b'>b</choice>"), "would be lost"),
        (picture("a"), 'choice "a" has a picture, and no words (<alt>)'),
        (picture("<alt> </alt>"), 'choice "a" has a picture, and no words (<alt>)'),
        (picture("<alt>a</alt>").replace("/static/a.svg", "http://elsewhere/a.svg"), "is not a file of the course"),
        (picture("<alt>a</alt>").replace("/static/a.svg", "javascript:steal()"), "is not a file of the course"),
        (number(P + "<audio>/static/a.mp3</audio>"), "no words (<transcript>) for those who do not hear it"),
        (number(P + "<audio>//elsewhere/a.mp3</audio><transcript>a</transcript>"), "is not a file of the course"),
        (truth(P), 'needs the attribute "answer"'),
        (truth(P, answer="perhaps"), 'answer is true, false, not "perhaps"'),
        (truth(P + "<choice id='a'>a</choice>", answer="true"), "<choice> is not known here"),
        (truth(P, answer="true", shuffle="true"), 'takes no attribute "shuffle" here'),
        (short(P), "0 times <accept>: at least 1"),
        (short(P + "<accept id='a'>?!</accept>"), 'the accepted wording "a" holds no letter and no digit'),
        (short(P + f"<accept id='a'>{'x' * 201}</accept>"), 'the accepted wording "a" is longer than 200 characters'),
        (short(P + "<accept id='a' share='0'>no</accept>"), "accepts no wording for any share of its points"),
        (short(P + "<accept id='a' share='101'>no</accept>"), 'share="101" is not a whole number from 0 to 100'),
        (number(P + "<hint>a</hint><hint when='fourth'>b</hint>"), "hint is for"),
        (number("<prompt>" + "<em>" * 40 + "</em>" * 40 + "</prompt>"), "nested more than 30 deep"),
    ],
)
def test_faults_are_told(inside: str, told: str) -> None:
    assert any(told in problem and problem.startswith("line 1: ") for problem in problems(inside)), problems(inside)


def test_every_fault_is_told_at_once_with_its_line() -> None:
    with pytest.raises(ContentError) as refused:
        Host(
            '<coop_quiz max_attempts="0"\n weight="-1" show_answers="soon">\n'
            '<question id="q">\n<prompt>p</prompt></question>\n<other/></coop_quiz>'
        )
    assert [(problem.line, problem.said().split(":")[0]) for problem in refused.value.problems] == [
        (2, 'max_attempts="0"'),
        (2, 'weight="-1"'),
        (2, 'show_answers="soon"'),
        (5, "<other> is not known here; expected <question>"),
        (3, "0 times <choice>"),
    ]


def test_an_entity_the_host_did_not_resolve_is_refused() -> None:
    parser = etree.XMLParser(resolve_entities=False)
    inside = number("<prompt>&x;</prompt>")
    node = etree.fromstring(f'<!DOCTYPE coop_quiz [<!ENTITY x "boom">]><coop_quiz>{inside}</coop_quiz>', parser)
    with pytest.raises(ContentError, match="the entity &x; is not known"):
        read_content(SCHEMA, node)


def test_comments_are_no_content() -> None:
    quiz = read_content(
        SCHEMA, quiz_xml("<!-- a -->" + number("<!-- b --><prompt>p<!-- c -->q</prompt>", value="١٢٫٥") + "<?pi x?>")
    )
    assert quiz.texts == {"q/prompt": "pq"}
    assert quiz.structure["questions"][0]["value"] == "12.5"


def test_the_writer_leaves_out_what_xml_cannot_hold() -> None:
    node = etree.Element("coop_quiz")
    write_content(
        SCHEMA, node, {"questions": [{"id": "q", "kind": "number", "value": "1", "tolerance": "0"}]}, {"q/prompt": "a\0b"}
    )
    assert read_content(SCHEMA, node).texts == {"q/prompt": "ab"}
