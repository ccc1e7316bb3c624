"""Open edX's problems with the sandbox in place: the same marks as before, and words where there were crashes."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest

from lms_app.runtime.sandbox import Sandbox, SandboxUnavailable, install
from lms_app.runtime.sandbox.errors import WORDS
from tests.runtime.capa_acts import _CAPA, Capa, numerical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = [
    pytest.mark.filterwarnings("ignore:'cgi' is deprecated:DeprecationWarning"),  # WebOb
    pytest.mark.filterwarnings("ignore::pyparsing.warnings.PyparsingDeprecationWarning"),  # calc
]


@pytest.fixture(scope="module")
def capa() -> Iterator[Capa]:
    """Install one sandbox in capa, once."""
    sandbox = Sandbox()
    yield Capa(sandbox)
    sandbox.close()


FORMULA = (
    '<problem><formularesponse type="cs" samples="R_1,V@1,1:9,9#10" answer="V/R_1">'
    '<responseparam type="tolerance" default="0.01%"/><formulaequationinput/></formularesponse></problem>'
)
SYMBOLIC = '<problem><symbolicresponse expect="x+1"><textline math="1"/></symbolicresponse></problem>'
CUSTOM = """<problem><script type="loncapa/python">
def check(expect, answer):
    return {'ok': int(answer) == int(expect) * 2, 'msg': 'seen'}
</script><customresponse cfn="check" expect="21"><textline/></customresponse></problem>"""


@pytest.mark.parametrize(
    ("answer", "mark"), [("3.14", "correct"), ("٣٫١٤", "correct"), ("pi", "correct"), ("22/7", "correct"), ("3.5", "incorrect")]
)
def test_numbers_are_marked(capa: Capa, answer: str, mark: str) -> None:
    """Plain numbers, Arabic digits and expressions alike."""
    assert capa.mark(numerical("3.14"), answer) == {"p_2_1": mark}


def test_plain_numbers_need_no_sandbox(capa: Capa, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = unavailable(monkeypatch)
    install(missing)
    try:
        assert capa.mark(numerical("3.14"), "3,14".replace(",", ".")) == {"p_2_1": "correct"}
        choice = (
            "<problem><multiplechoiceresponse><choicegroup><choice correct='true'>a</choice><choice correct='false'>b</choice>"
            "</choicegroup></multiplechoiceresponse></problem>"
        )
        assert capa.mark(choice, "choice_0") == {"p_2_1": "correct"}
        told = "This exercise needs a protected calculation"
        for xml, answer, error in (
            (numerical("3.14"), "pi", capa.responses.StudentInputError),
            (FORMULA, "V/R_1", capa.responses.StudentInputError),
            (SYMBOLIC, "x+1", capa.responses.StudentInputError),
            (CUSTOM, "42", capa.responses.LoncapaProblemError),
        ):
            with pytest.raises(error) as caught:
                capa.mark(xml, answer)
            assert told in str(caught.value.args[0])
    finally:
        install(capa.sandbox)


def unavailable(monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Return a sandbox of a machine without bubblewrap."""
    confinement = importlib.import_module("lms_app.runtime.sandbox.confinement")
    confinement.probe.cache_clear()
    with monkeypatch.context() as patched:
        patched.setenv("PATH", "/nowhere")
        assert not confinement.probe().available
    sandbox = Sandbox()
    with pytest.raises(SandboxUnavailable):
        sandbox.warm()
    return sandbox


@pytest.fixture(autouse=True)
def _probe_again() -> Iterator[None]:
    yield
    importlib.import_module("lms_app.runtime.sandbox.confinement").probe.cache_clear()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("9^9^9^9", WORDS["slow"]),
        ("__import__('os').system('true')", "Invalid math syntax"),
        ("9^9999", "Could not interpret '9^9999' as a number."),
        ("1/0", "Could not interpret '1/0' as a number."),
        ("abc", "Invalid Input: abc not permitted in answer as a variable"),
        ("(1", "Invalid Input: Parentheses are unmatched"),
        ("fact(-1)", "Factorial function evaluated outside its domain"),
    ],
)
def test_bad_number_is_told_in_words(capa: Capa, answer: str, words: str) -> None:
    """What cannot be calculated is told as capa tells it, what takes too long in our words."""
    with pytest.raises(capa.responses.StudentInputError) as caught:
        capa.mark(numerical("3.14"), answer)
    assert words in caught.value.args[0]


def test_formula_is_sampled_in_two_calls(capa: Capa, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    whole = Sandbox.evaluate_many

    def counted(self: Sandbox, items: Any, **options: Any) -> Any:
        calls.append(len(items))
        return whole(self, items, **options)

    monkeypatch.setattr(Sandbox, "evaluate_many", counted)
    assert capa.mark(FORMULA, "V*R_1^(-1)") == {"p_2_1": "correct"}
    assert calls == [10, 10]
    assert capa.mark(FORMULA, "V*R_1") == {"p_2_1": "incorrect"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("9^9^9^9", WORDS["slow"]),
        ("v/R_1", "Invalid Input: v not permitted in answer as a variable (did you mean V?)"),
        ("V/", "Invalid input: Could not parse"),
    ],
)
def test_bad_formula_is_told_in_words(capa: Capa, answer: str, words: str) -> None:
    """As for numbers."""
    with pytest.raises(capa.responses.StudentInputError) as caught:
        capa.mark(FORMULA, answer)
    assert words in caught.value.args[0]


def test_symbolic_answer(capa: Capa, tmp_path: Path) -> None:
    assert capa.mark(SYMBOLIC, "1+x") == {"p_2_1": "correct"}
    assert capa.mark(SYMBOLIC, "2+x") == {"p_2_1": "incorrect"}
    file = tmp_path / "touched"
    with pytest.raises(capa.responses.StudentInputError) as caught:
        capa.mark(SYMBOLIC, f"__import__('os').system('touch {file}')")
    assert caught.value.args[0] == WORDS["symbols"]
    assert not file.exists()


def test_check_function_of_the_author(capa: Capa) -> None:
    """A customresponse runs in the sandbox, and what it raises is told with its line."""
    assert capa.mark(CUSTOM, "42") == {"p_2_1": "correct"}
    assert capa.mark(CUSTOM, "41") == {"p_2_1": "incorrect"}
    with pytest.raises(capa.responses.ResponseError) as caught:
        capa.mark(CUSTOM, "argan")
    assert caught.value.args[0] == "ValueError: invalid literal for int() with base 10: 'argan' (line 3 of the script)"


def test_endless_check_function_is_told_in_words(capa: Capa) -> None:
    xml = CUSTOM.replace("return {", "while True: pass\n    return {")
    with pytest.raises(capa.responses.ResponseError) as caught:
        capa.mark(xml, "42")
    assert caught.value.args[0] == WORDS["cpu"]


def string(kind: str, answer: str) -> str:
    """Return a problem that asks for a text."""
    return (
        f'<problem><stringresponse answer="{answer}" type="{kind}"><additional_answer answer="safran.*"/>'
        "<textline/></stringresponse></problem>"
    )


def test_patterns_of_the_author(capa: Capa) -> None:
    """Matched in the sandbox; endless ones and broken ones are told."""
    assert capa.mark(string("ci regexp", "argan(e|ier)?"), "ARGANIER") == {"p_2_1": "correct"}
    assert capa.mark(string("ci regexp", "argan|olive"), "olive") == {"p_2_1": "correct"}
    assert capa.mark(string("regexp", "argan"), "olive") == {"p_2_1": "incorrect"}
    with pytest.raises(capa.responses.ResponseError) as caught:
        capa.mark(string("regexp", "(a+)+x"), "a" * 60)
    assert WORDS["cpu"] in caught.value.args[0]
    with pytest.raises(capa.responses.ResponseError) as caught:
        capa.mark(string("regexp", "(argan"), "argan")
    assert WORDS["pattern"] in caught.value.args[0]


def test_previews(capa: Capa) -> None:
    inputs = importlib.import_module(f"{_CAPA}.inputtypes")
    assert inputs.preview_numeric_input("x^2/3") == {"preview": r"\frac{x^{2}}{3}", "is_valid": True, "error": ""}
    assert inputs.preview_numeric_input("٣")["preview"] == "3"
    assert inputs.preview_numeric_input("1+")["is_valid"] is False
    assert inputs.chemcalc.render_to_html("H2O") == '<span class="math">H<sub>2</sub>O</span>'
