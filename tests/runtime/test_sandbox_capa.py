"""Open edX's problems with the sandbox in place: the same marks as before, and words where there were crashes."""

from __future__ import annotations

import importlib
import io
import json
import sys
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from fs.memoryfs import MemoryFS
from opaque_keys.edx.locator import CourseLocator
from webob.multidict import MultiDict
from xblock.exceptions import ProcessingError
from xblock.field_data import DictFieldData

from lms_app.runtime import django_host
from lms_app.runtime.sandbox import Sandbox, SandboxUnavailable, bindings as bindings_module, install
from lms_app.runtime.sandbox.errors import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CAPA = "xblocks_contrib.problem.capa"

pytestmark = [
    pytest.mark.filterwarnings("ignore:'cgi' is deprecated:DeprecationWarning"),  # WebOb
    pytest.mark.filterwarnings("ignore::pyparsing.warnings.PyparsingDeprecationWarning"),  # calc
]


class Cache:
    """The cache service as capa calls it; true even when empty, else capa takes it for none."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    def set(self, key: str, value: Any, timeout: int | None = None) -> None:
        del timeout
        self.kept[key] = value


class Capa:
    """Builds and marks problems outside any course."""

    def __init__(self, sandbox: Sandbox) -> None:
        django_host.configure()
        self.problems = importlib.import_module(f"{_CAPA}.capa_problem")
        self.responses = importlib.import_module(f"{_CAPA}.responsetypes")
        self.unsafe = importlib.import_module("codejail.safe_exec").not_safe_exec
        install(sandbox)
        self.scripts = sys.modules[f"{_CAPA}.safe_exec.safe_exec"]
        self.sandbox = sandbox
        self.cache = Cache()

    def problem(self, xml: str, *, seed: int = 1, library: bytes | None = None, state: dict[str, Any] | None = None) -> Any:
        root = MemoryFS()
        root.root_path = "/nowhere"
        system = self.problems.LoncapaSystem(
            ajax_url="",
            anonymous_student_id="someone",
            cache=self.cache,
            can_execute_unsafe_code=lambda: False,
            get_python_lib_zip=lambda: library,
            DEBUG=False,
            i18n=SimpleNamespace(gettext=str, ngettext=lambda one, many, count: one if count == 1 else many),
            render_template=importlib.import_module("django.template.loader").render_to_string,
            resources_fs=root,
            seed=seed,
            xqueue=None,
        )
        block = SimpleNamespace(location="block", runtime=None, scope_ids=None, lcp=None)
        return self.problems.LoncapaProblem(xml, "p", system, block, state=state or {}, seed=seed)

    def mark(self, xml: str, *answers: str, **options: Any) -> dict[str, Any]:
        problem = self.problem(xml, **options)
        given = {f"p_{number}_1": answer for number, answer in enumerate(answers, start=2)}
        marks = problem.grade_answers(given)
        return {key: marks.get_correctness(key) for key in given}


@pytest.fixture(scope="module")
def capa() -> Iterator[Capa]:
    """Install one sandbox in capa, once."""
    sandbox = Sandbox()
    yield Capa(sandbox)
    sandbox.close()


def numerical(answer: str, tolerance: str = "1%") -> str:
    """Return a problem that asks for a number."""
    return (
        f'<problem><numericalresponse answer="{answer}"><responseparam type="tolerance" default="{tolerance}"/>'
        "<formulaequationinput/></numericalresponse></problem>"
    )


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


def test_script_error_is_told_to_the_author(capa: Capa) -> None:
    """The message names the line of the author's script, and is kept by capa's cache."""
    xml = '<problem><script type="loncapa/python">\nx = 1\ny = nothing\n</script></problem>'
    for _ in range(2):
        with pytest.raises(capa.responses.LoncapaProblemError) as caught:
            capa.problem(xml)
        assert "name 'nothing' is not defined (line 3 of the script)".replace("'", "&#39;") in str(caught.value)
    assert [key for key, (message, _) in capa.cache.kept.items() if message and "nothing" in message] != []


def test_stopped_script_is_not_kept_by_the_cache(capa: Capa) -> None:
    before = len(capa.cache.kept)
    with pytest.raises(capa.responses.LoncapaProblemError) as caught:
        capa.problem('<problem><script type="loncapa/python">x = "x" * 100_000_000</script></problem>')
    assert WORDS["output"] in str(caught.value)
    assert len(capa.cache.kept) == before


def test_cache_spares_the_sandbox(capa: Capa, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same script with the same seed is run once."""
    runs: list[str] = []
    whole = Sandbox.run_script

    def counted(self: Sandbox, code: str, *args: Any, **options: Any) -> Any:
        runs.append(code)
        return whole(self, code, *args, **options)

    monkeypatch.setattr(Sandbox, "run_script", counted)
    xml = '<problem><script type="loncapa/python">\ncached = random.randint(1, 10**9)\n</script></problem>'
    first = capa.problem(xml, seed=5).context["cached"]
    assert capa.problem(xml, seed=5).context["cached"] == first
    assert capa.problem(xml, seed=6).context["cached"] != first
    assert len(runs) == 2


SCRIPTS = {
    "drawn numbers": "x = random.randint(0, 20)\ny = random.uniform(1, 2)\nz = [1, 2, 3, 4]\nrandom.shuffle(z)",
    "arrays": "m = numpy.array([[2, 1], [1, 3]])\nd = float(numpy.linalg.det(m))\nl = m.tolist()\nn = numpy.float64(0.1)",
    "calculator": "v = calc.evaluator({'R': 2.0}, {}, 'R^2+1')\nr = math.sqrt(2)\nw = 7 / 2",
    "chemistry": "ok = chemcalc.chemical_equations_equal('H2O', 'O2 + H2')\nh = str(chemcalc.render_to_html('H2O'))",
    "json": "import json\nstate = json.loads('{\"a\": [1, null]}')\ntext = '&lt;b&gt; é ع'",
    "python 2 habits": "from six.moves import xrange\ntotal = sum(xrange(10))\nratio = 1 / 2",
    "sympy": "import sympy\ns = str(sympy.diff(sympy.Symbol('x') ** 3))\nf = float(sympy.pi)",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_script_gives_what_it_gave_unprotected(capa: Capa, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    protected: dict[str, Any] = {"seed": 42}
    capa.scripts.safe_exec(script, protected, random_seed=42, slug="p")
    unprotected: dict[str, Any] = {"seed": 42}
    # Unprotected, capa's prologue changes the process it runs in.
    monkeypatch.setitem(sys.modules, "random", sys.modules["random"])
    for name in ("TMPDIR", "MPLCONFIGDIR", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(capa.scripts, "codejail_not_safe_exec", capa.unsafe)
    capa.scripts.safe_exec(script, unprotected, random_seed=42, slug="p", unsafely=True)
    assert protected == unprotected
    assert len(protected) > 1


def test_library_of_the_course_is_imported(capa: Capa) -> None:
    """A problem imports from `python_lib.zip`, when it is shown and when it is marked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("cooperative.py", "def share(total, members): return total / members\n")
    xml = """<problem><script type="loncapa/python">
from cooperative import share
each = share(300, 4)
def check(expect, answer):
    return share(300, 4) == float(answer)
</script><customresponse cfn="check" expect="$each"><textline/></customresponse></problem>"""
    assert capa.problem(xml, library=buffer.getvalue()).context["each"] == 75.0
    assert capa.mark(xml, "75", library=buffer.getvalue()) == {"p_2_1": "correct"}


def test_installing_twice_changes_only_the_sandbox(capa: Capa) -> None:
    before = capa.responses.evaluator
    install(capa.sandbox, translate=lambda text: f"«{text}»")
    try:
        assert capa.responses.evaluator == before
        with pytest.raises(capa.responses.StudentInputError) as caught:
            capa.mark(numerical("1"), "9^9^9^9")
        assert caught.value.args[0] == f"«{WORDS['slow']}»"
    finally:
        install(capa.sandbox)


def test_unknown_capa_is_refused(capa: Capa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(capa.responses, "symmath_check")
    with pytest.raises(RuntimeError, match="symmath_check"):
        bindings_module.Bindings(capa.sandbox, str).rebind()


class Services:
    """What the problem block asks its host for."""

    def __init__(self, capa: Capa) -> None:
        self.emails: list[str] = []
        self.full_name = ""
        self.opt_attrs = {"edx-platform.anonymous_user_id": "a", "edx-platform.user_is_staff": False}
        self.get, self.set = capa.cache.get, capa.cache.set

    def get_current_user(self) -> Services:
        return self

    def can_execute_unsafe_code(self) -> bool:
        return False

    def get_python_lib_zip(self) -> None:
        return None

    def replace_urls(self, text: Any, **_options: bool) -> Any:
        if not isinstance(text, str):
            raise TypeError
        return text


def block(capa: Capa, xml: str) -> Any:
    """Return a real problem block over memory."""
    tools = importlib.import_module("xblock.test.tools")
    fields = importlib.import_module("xblock.fields")
    problem = importlib.import_module("xblocks_contrib.problem.capa_block").ProblemBlock
    given = Services(capa)
    names = ("user", "cache", "sandbox", "xqueue", "replace_urls")
    runtime = tools.TestRuntime(services={**dict.fromkeys(names, given), "field-data": DictFieldData({"data": xml})})
    runtime.resources_fs = MemoryFS()
    runtime.resources_fs.root_path = "/nowhere"
    runtime.is_author_mode = False
    runtime.handler_url = lambda *_args, **_options: "/handler"
    runtime.local_resource_url = lambda _block, path: path
    runtime.publish = lambda *_args: None
    key = CourseLocator("org", "course", "run").make_usage_key("problem", "p")
    graded = type("Graded", (problem,), {"graded": False})
    return graded(runtime, scope_ids=fields.ScopeIds("learner", "problem", key, key))


def ask(problem: Any, dispatch: str, data: dict[str, str]) -> dict[str, Any]:
    """Return what the problem's handler answers."""
    answer: dict[str, Any] = json.loads(problem.handle_ajax(dispatch, MultiDict(data)))
    return answer


def test_learner_reads_why_an_answer_has_no_mark(capa: Capa) -> None:
    problem = block(capa, numerical("3.14"))
    assert ask(problem, "problem_check", {"input_p_2_1": "9^9^9^9"})["success"] == WORDS["slow"]
    assert problem.attempts == 0
    assert ask(problem, "problem_check", {"input_p_2_1": "٣٫١٤"})["success"] == "correct"
    assert problem.attempts == 1


def test_learner_reads_why_a_problem_cannot_be_shown(capa: Capa) -> None:
    broken = '<problem><script type="loncapa/python">\nx = nothing\n</script></problem>'
    problem = block(capa, broken)
    assert WORDS["broken"] in problem.student_view({}).content
    assert "nothing" not in problem.student_view({}).content
    assert "nothing" in problem.student_view({}, show_detailed_errors=True).content
    with pytest.raises(ProcessingError) as caught:
        problem.handle_ajax("problem_get", MultiDict())
    assert str(caught.value) == WORDS["broken"]
    endless = block(capa, '<problem><script type="loncapa/python">\nwhile True: pass\n</script></problem>')
    assert WORDS["cpu"] in endless.student_view({}).content


def test_preview_of_an_endless_formula_is_answered(capa: Capa) -> None:
    problem = block(capa, numerical("3.14"))
    asked = {"input_id": "p_2_1", "dispatch": "preview_formcalc", "formula": "9^9^9^9", "request_start": "1"}
    assert ask(problem, "input_ajax", asked)["preview"] == "9^{9^{9^{9}}}"
    assert ask(problem, "input_ajax", {**asked, "formula": "("})["error"] == "Sorry, couldn't parse formula"
