"""Scripts of authors in capa behind the sandbox: their faults, what is kept of them, and what learners read when they are stopped."""

from __future__ import annotations

import importlib
import io
import json
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from webob.multidict import MultiDict
from xblock.exceptions import ProcessingError

from lms_app.runtime.sandbox import Sandbox, bindings as bindings_module, install
from lms_app.runtime.sandbox.errors import WORDS
from tests.runtime.capa_acts import Capa, block, numerical

if TYPE_CHECKING:
    from collections.abc import Iterator


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


@pytest.fixture(autouse=True)
def _probe_again() -> Iterator[None]:
    yield
    importlib.import_module("lms_app.runtime.sandbox.confinement").probe.cache_clear()


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
