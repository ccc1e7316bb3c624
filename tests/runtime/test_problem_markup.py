"""Problems as trainers write them: their text becomes OLX that capa plays, and OLX becomes text where nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings, strategies as st

from lms_app.domain.errors import Invalid
from lms_app.runtime.editable import implied_changes
from lms_app.runtime.host import BlockHost
from lms_app.runtime.problems.importing import markup_of, problem_of
from lms_app.runtime.problems.judging import KNOWN, wrong_in
from lms_app.runtime.problems.keeping import is_ahead, olx_of, shown_text
from lms_app.runtime.problems.model import Answer, Answers, Choice, Label, Line, Note, Problem, Question
from lms_app.runtime.problems.olx import write_olx
from lms_app.runtime.problems.reading import number_of, read_markup
from lms_app.runtime.problems.writing import write_markup
from lms_app.runtime.sandbox import Sandbox
from tests.fakes import MemoryCache, block
from tests.runtime.hosting import Classroom

pytestmark = pytest.mark.filterwarnings("default")  # others' warnings, raised where errors are swallowed

CHOICE = """Members & shares: 3 < 7

>>How many members does a cooperative need?||Choose one.<<

( ) Three {{Too few.}}
(x) Seven {{Right::The law says so.}}
(@) None of these

[explanation]
The <b>law</b> says seven.
[explanation]

||Look at the law.||
"""
CHOICES = """>>Who elects the board?<<

[x] Members {{ {selected: Yes.}, {unselected: They do.} }}
[ ] The bank {{No.}}
{{ ((A B)) One of the two. }}
"""
MENU = """>>The board is elected…<<

[[
  every day {{Too often.}}
  (every year)
]]
"""
NUMBER = """>>Share of 1000 for 4 members?<<

= 250 +- 2%
or= 251 {{Nearly.}}
"""
TEXT = """>>The capital of Morocco?<<

= Rabat {{Yes.}}
or= الرباط
not= Casablanca {{The largest, not the first.}}
"""
PATTERN = ">>A word with r<<\n\n= | .*r.*\n"
EXAMPLES = {"choice": CHOICE, "choices": CHOICES, "menu": MENU, "number": NUMBER, "text": TEXT, "pattern": PATTERN}


@pytest.mark.parametrize("text", [*EXAMPLES.values(), f"{CHOICES}\n---\n\nText between.\n\n---\n\n{NUMBER}"])
def test_a_text_comes_back_from_its_olx_as_it_was(text: str) -> None:
    assert markup_of(olx_of(text, language="en")) == text


def test_the_olx_says_all_that_the_text_says() -> None:
    assert olx_of(CHOICE, language="ar").splitlines() == [
        "<problem>",
        "  <multiplechoiceresponse>",
        "    <p>Members &amp; shares: 3 &lt; 7</p>",
        "    <label>How many members does a cooperative need?</label>",
        "    <description>Choose one.</description>",
        '    <choicegroup type="MultipleChoice">',
        '      <choice correct="false">Three<choicehint>Too few.</choicehint></choice>',
        '      <choice correct="true">Seven<choicehint label="Right">The law says so.</choicehint></choice>',
        '      <choice correct="false" fixed="true">None of these</choice>',
        "    </choicegroup>",
        "    <solution>",
        '      <div class="detailed-solution">',
        "        <p>الشرح</p>",
        "        <p>The <b>law</b> says seven.</p>",
        "      </div>",
        "    </solution>",
        "  </multiplechoiceresponse>",
        "  <demandhint>",
        "    <hint>Look at the law.</hint>",
        "  </demandhint>",
        "</problem>",
    ]


SAME: list[tuple[str, str]] = [
    ("(X) a\n() b", "(x) a\n( ) b"),
    ("(✓) a\n( ) b", "(x) a\n( ) b"),
    ("[[a, (b)]]", "[[\n  a\n  (b)\n]]"),
    ("= ١٠ ± ٥٪", "= 10 +- 5%"),
    ("= 3,5", "= 3.5"),
    ("= [1,5)", "= [1, 5)"),
    ("s= 12", "s= 12"),
    ("a\n---\nb\n---\n= 1", "a\n\nb\n\n---\n\n= 1"),
    ("= 1\n[explanation]\nyes\n[/explanation]", "= 1\n\n[explanation]\nyes\n[explanation]"),
    ("[x] a {{s: yes}, {u: no}}\n[ ] b", "[x] a {{ {selected: yes}, {unselected: no} }}\n[ ] b"),
    ("Tea&nbsp;&amp; milk\n= 1", "Tea\xa0& milk\n\n= 1"),
    ("(!) a\n(x) b", "(!) a\n(x) b"),
]


@pytest.mark.parametrize(("text", "told"), SAME)
def test_what_means_the_same_is_written_one_way(text: str, told: str) -> None:
    problem, wrong = read_markup(text)
    assert wrong == ()
    assert write_markup(problem) == f"{told}\n"


WRONG: list[tuple[str, list[tuple[int, str]]]] = [
    ("Only words.", [(1, "problem_no_answers")]),
    ("", [(1, "problem_no_answers")]),
    (">>q<<\n( ) a\n( ) b", [(1, "problem_none_right")]),
    ("[[a, b]]", [(1, "problem_none_right_menu")]),
    ("(x) a", [(1, "problem_one_choice")]),
    ("(x) a\n( )\n( ) c", [(2, "problem_choice_empty")]),
    ("(x) a\n( ) b\n= 3", [(3, "problem_two_answers")]),
    ("= 3\n= 4", [(2, "problem_two_answers")]),
    ("= 3 +- some", [(1, "problem_tolerance")]),
    ("= 3\nor= three", [(2, "problem_not_number")]),
    ("= 3\nnot= 4", [(2, "problem_not_for_numbers")]),
    ("or= 3", [(1, "problem_or_first")]),
    ("=", [(1, "problem_answer_empty")]),
    (">>never closed\n= 1", [(1, "problem_label_open")]),
    (">>a<<\n>>b<<\n= 1", [(2, "problem_label_twice")]),
    ("= 1\n||a hint", [(2, "problem_hint_open")]),
    ("= 1\n[explanation]\nwords", [(2, "problem_explanation_open")]),
    ("[[a,\n(b)\n---\n= 1", [(1, "problem_menu_open")]),
    ("(x) a {{b\n( ) c", [(1, "problem_note_open")]),
    ("{{alone}}\n= 1", [(1, "problem_note_alone")]),
    ("[code]\nx\n= 1", [(1, "problem_code_open")]),
    ("<script>x</script>\n= 1", [(1, "problem_unknown_tag")]),
    ("( ) a\n( ) b\n---\n>>q\n= 1", [(1, "problem_none_right"), (4, "problem_label_open")]),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_each_fault_is_told_with_its_line(text: str, told: list[tuple[int, str]]) -> None:
    assert [(one.line, one.code) for one in read_markup(text)[1]] == told


OLX_FAULTS: list[tuple[str, list[tuple[int, str]]]] = [
    ("<problem>\n<p>a</problem>", [(2, "problem_not_xml")]),
    ("<quiz/>", [(1, "problem_root")]),
    ("<problem>\n\n<magicresponse/></problem>", [(3, "problem_unknown_response")]),
    ("<problem>\n<stringresponse><textline/></stringresponse></problem>", [(2, "problem_answer_missing")]),
    ('<problem>\n<numericalresponse answer="1"/></problem>', [(2, "problem_no_input")]),
    ("<problem><optionresponse>\n<optioninput/></optionresponse></problem>", [(2, "problem_none_right_olx")]),
    ('<problem><multiplechoiceresponse><choicegroup><choice correct="$x">a</choice></choicegroup></multiplechoiceresponse></problem>', []),
    ('<problem><customresponse cfn="f"><textline/></customresponse></problem>', []),
]  # fmt: skip


@pytest.mark.parametrize(("olx", "told"), OLX_FAULTS)
def test_each_fault_of_olx_is_told_with_its_line(olx: str, told: list[tuple[int, str]]) -> None:
    assert [(one.line, one.code) for one in wrong_in(olx)] == told


KEPT_AS_OLX = [
    "<problem><script type='loncapa/python'>x = 1</script><p>a</p></problem>",
    '<problem><stringresponse answer="a"><textline/></stringresponse></problem>',
    '<problem><numericalresponse answer="$x"><formulaequationinput/></numericalresponse></problem>',
    '<problem><numericalresponse answer="1"><textline/></numericalresponse></problem>',
    "<problem><p>no question</p></problem>",
    '<problem attempts="3"><p>a</p></problem>',
    '<problem><customresponse cfn="f"><textline/></customresponse></problem>',
    "not XML",
]


@pytest.mark.parametrize("olx", KEPT_AS_OLX)
def test_olx_that_a_text_would_not_say_whole_stays_olx(olx: str) -> None:
    assert markup_of(olx) is None
    assert shown_text({"data": olx}) is None


def test_a_drop_down_list_in_the_older_way_is_the_same_list() -> None:
    old = "<problem><optionresponse><optioninput options=\"('red','blue')\" correct=\"blue\"/></optionresponse></problem>"
    assert markup_of(old) == "[[\n  red\n  (blue)\n]]\n"


def test_a_text_makes_its_olx_and_olx_of_its_own_drops_the_text() -> None:
    made = implied_changes({"markdown": NUMBER}, {}, language="fr")
    assert made == {"markdown": NUMBER, "data": olx_of(NUMBER, language="fr")}
    assert implied_changes({"data": made["data"]}, made) == {"data": made["data"], "markdown": None}
    assert implied_changes({"markdown": None}, made, is_translation=True) == {"markdown": None, "data": None}
    assert implied_changes(made, {}, language="fr") == made
    assert implied_changes({"data": "<p>of another block</p>"}, {}) == {"data": "<p>of another block</p>"}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"markdown": "( ) a\n( ) b"}, ["problem_none_right"]),
        ({"markdown": None}, ["problem_no_answers"]),
        ({"markdown": NUMBER, "data": olx_of(TEXT, language="en")}, ["problem_twice"]),
        ({"data": "<problem><oddresponse/></problem>"}, ["problem_unknown_response"]),
    ],
)
def test_a_problem_that_would_not_play_is_refused(changes: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        implied_changes(changes, {"data": olx_of(CHOICE, language="en")})
    assert [one.code for one in refused.value.facts.get("wrong", (refused.value,))] == codes


def test_a_text_that_its_olx_has_left_behind_is_known() -> None:
    assert not is_ahead({"markdown": NUMBER, "data": olx_of(NUMBER, language="en")})
    assert is_ahead({"markdown": NUMBER, "data": olx_of(TEXT, language="en")})
    assert shown_text({"markdown": NUMBER, "data": olx_of(NUMBER, language="en")}) == NUMBER
    assert shown_text({"markdown": NUMBER, "data": olx_of(TEXT, language="en")}) == TEXT
    assert shown_text({"markdown": NUMBER, "data": KEPT_AS_OLX[0]}) == NUMBER


@pytest.mark.parametrize(
    ("text", "number"), [("10", "10"), ("-3.5e2", "-3.5e2"), ("1/3", "1/3"), ("٣٫٥", "3.5"), ("12a", None), ("2026-01-01", None)]
)
def test_numbers_of_any_script_are_numbers(text: str, number: str | None) -> None:
    assert number_of(text) == number


# Whatever a trainer writes

WORDS = (
    st.text(st.sampled_from("abc 12é&<>ابت؟.,'\"$"), min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
)
XML = WORDS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
NOTES = st.none() | st.builds(Note, XML, st.just("") | XML)
TITLES = st.builds(Label, XML, st.just("") | XML)


def lists(kind: Any) -> st.SearchStrategy[Answers]:
    left = NOTES if kind == "choices" else st.none()
    choices = st.lists(st.builds(Choice, XML, st.booleans(), NOTES, left), min_size=1, max_size=4)
    first = st.builds(Choice, XML, st.just(True), NOTES)
    return st.builds(lambda one, others: Answers(kind, choices=(one, *others)), first, choices)


NUMBERS = st.integers(-99, 99).map(str)
TYPED = st.builds(Answer, st.sampled_from(["Rabat", "deux mots", "الرباط", "12"]), NOTES)
GROUPS = st.one_of(
    lists("choice"),
    lists("choices"),
    lists("menu"),
    st.builds(
        lambda value, note, part: Answers("number", right=(Answer(value, note),), tolerance=part),
        NUMBERS,
        NOTES,
        st.sampled_from(["", "2", "5%"]),
    ),
    st.builds(
        lambda right, wrong: Answers("text", right=tuple(right), wrong=tuple(wrong)),
        st.lists(TYPED, min_size=1, max_size=3),
        st.lists(TYPED, max_size=2),
    ),
)
QUESTIONS = st.builds(
    lambda title, group, why: Question((title, group), tuple(Line("text", text) for text in why)),
    TITLES,
    GROUPS,
    st.lists(XML, max_size=2),
)
PROBLEMS = st.builds(
    lambda questions, hints: Problem(tuple(questions), tuple(hints)),
    st.lists(QUESTIONS, min_size=1, max_size=3),
    st.lists(XML, max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(PROBLEMS)
def test_olx_holds_any_problem_and_its_text_never_says_another(problem: Problem) -> None:
    olx = write_olx(problem, language="fr")
    assert problem_of(olx) == problem
    assert wrong_in(olx) == ()
    text = markup_of(olx)  # None where words look like marks: such a problem stays OLX
    assert text is None or read_markup(text) == (problem, ())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *"ab",
                "(x) a",
                "( ) b",
                "[x] c",
                "[ ] d",
                ">>q<<",
                "= 1",
                "or= 2",
                "---",
                "||h||",
                "[explanation]",
                "[[a,(b)]]",
                "{{n}}",
                "<b>x</b>",
                "",
            ]
        ),
        max_size=10,
    )
)
def test_any_text_is_understood_or_refused_and_what_is_understood_stays_the_same(lines: list[str]) -> None:
    problem, wrong = read_markup("\n".join(lines))
    if not wrong:
        assert problem_of(write_olx(problem, language="ar")) == problem
        assert read_markup(write_markup(problem)) == (problem, ())


def test_a_question_that_nobody_can_answer_is_refused_though_another_follows() -> None:
    assert [(one.code, one.line) for one in read_markup(">>q<<\n---\n[x] c")[1]] == [("problem_no_answers", 1)]


# In capa


@pytest.fixture(scope="module")
def host() -> Iterator[BlockHost]:
    sandbox = Sandbox()
    yield BlockHost(cache=MemoryCache(), sandbox=sandbox)
    sandbox.close()


PLAYED: list[tuple[str, list[tuple[str, str]], list[tuple[str, str]]]] = [
    ("choice", [("input_p_2_1", "choice_1")], [("input_p_2_1", "choice_0")]),
    ("choices", [("input_p_2_1[]", "choice_0")], [("input_p_2_1[]", "choice_1")]),
    ("menu", [("input_p_2_1", "every year")], [("input_p_2_1", "every day")]),
    ("number", [("input_p_2_1", "254")], [("input_p_2_1", "260")]),
    ("text", [("input_p_2_1", "الرباط")], [("input_p_2_1", "Casablanca")]),
    ("pattern", [("input_p_2_1", "mer")], [("input_p_2_1", "eau")]),
]


@pytest.mark.parametrize(("kind", "right", "wrong"), PLAYED, ids=list(EXAMPLES))
def test_capa_plays_what_the_text_says(
    host: BlockHost, kind: str, right: list[tuple[str, str]], wrong: list[tuple[str, str]]
) -> None:
    data = olx_of(EXAMPLES[kind], language="en")
    room = Classroom((block("problem/p", data=data, display_name="P"),), host=host)
    assert room.show("problem/p").failed == ""
    for answers, told in ((wrong, "incorrect"), (right, "correct")):
        body = room.call("problem/p", "xmodule_handler", urlencode(answers), "problem_check", form=True).body
        assert json.loads(body)["success"] == told


def test_capa_knows_the_responses_that_we_know(host: BlockHost) -> None:
    host.types.load("problem")
    from xblocks_contrib.problem.capa import responsetypes  # noqa: PLC0415 -- slow import

    assert set(responsetypes.registry.registered_tags()) == KNOWN
