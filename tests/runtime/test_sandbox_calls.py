"""What the sandbox calculates, and how it lives: started late, started again, one for each process."""

from __future__ import annotations

import cmath
import io
import math
import os
import signal
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from lms_app.runtime.sandbox import CodeFailed, Sandbox, SandboxRefused
from lms_app.runtime.sandbox.jail import seccomp
from lms_app.runtime.sandbox.jail.values import decode_number, encode_number
from lms_app.runtime.sandbox.libraries import archives_for
from lms_app.runtime.sandbox.plain_number import fold, plain_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Give one sandbox to all tests here."""
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


def zipped(files: dict[str, str]) -> bytes:
    """Return a zip archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def test_script_leaves_its_globals(sandbox: Sandbox) -> None:
    """Values come back; functions, modules and sets do not; given names are changed."""
    script = "import math\ngiven += 1\npair = (1, 2.5)\ntext = 'تعاونية'\ndef f(): pass\nodd = {1}\nraw = b'abc'\nbad = b'\\xff'"
    assert sandbox.run_script(script, {"given": 1, "kept": None, "dropped": object()}) == {
        "given": 2, "kept": None, "pair": [1, 2.5], "text": "تعاونية", "raw": "abc",
    }  # fmt: skip


def test_script_has_numpy_sympy_and_scipy(sandbox: Sandbox) -> None:
    script = """
import numpy, sympy, scipy.stats
total = float(numpy.dot([1, 2], [3, 4]))
root = str(sympy.sqrt(8))
half = float(scipy.stats.norm.cdf(0))
"""
    assert sandbox.run_script(script, {}) == {"total": 11.0, "root": "2*sqrt(2)", "half": 0.5}


def test_same_seed_gives_the_same_numbers(sandbox: Sandbox) -> None:
    """An exercise shows the same numbers when it is shown and when it is marked."""
    script = "import random, numpy\na = random.random()\nb = float(numpy.random.rand())"
    first = sandbox.run_script(script, {}, seed=7)
    assert sandbox.run_script(script, {}, seed=7) == first
    assert sandbox.run_script(script, {}, seed=8) != first
    assert sandbox.run_script(script, {}) != sandbox.run_script(script, {})


def test_order_of_sets_is_the_same_in_every_server(sandbox: Sandbox) -> None:
    script = "order = list({'maïs', 'argan', 'safran', 'olive', 'datte'})"
    first = sandbox.run_script(script, {})
    other = Sandbox()
    assert other.run_script(script, {}) == first
    other.close()


def test_error_names_the_line_of_the_script(sandbox: Sandbox) -> None:
    """The author is told what failed and where, counted in their own text."""
    with pytest.raises(CodeFailed) as caught:
        sandbox.run_script("# host\nx = 1\n\ny = nothing\n", {}, first_line=2)
    assert str(caught.value) == "NameError: name 'nothing' is not defined (line 3 of the script)"
    with pytest.raises(CodeFailed) as caught:
        sandbox.run_script("x = 1\ny = = 2\n", {})
    assert (caught.value.kind, caught.value.line) == ("SyntaxError", 2)
    with pytest.raises(CodeFailed) as caught:
        sandbox.run_script("raise SystemExit(3)", {})
    assert caught.value.kind == "SystemExit"


def test_library_of_the_course_is_imported(sandbox: Sandbox) -> None:
    library = zipped(
        {
            "grading/__init__.py": "from .rules import double\n",
            "grading/rules.py": "from helper import ONE\ndef double(x): return 2 * x * ONE\n",
            "grading/data.txt": "argan",
            "helper.py": "ONE = 1\n",
            "space/inner.py": "VALUE = 5\n",
        }
    )
    script = """
import pkgutil
from grading import double
from space.inner import VALUE
answer = double(21)
data = pkgutil.get_data('grading', 'data.txt').decode()
"""
    assert sandbox.run_script(script, {}, python_lib_zip=library) == {"answer": 42, "data": "argan", "VALUE": 5}
    with pytest.raises(CodeFailed) as caught:
        sandbox.run_script("import grading", {})
    assert caught.value.kind == "ModuleNotFoundError"


def test_library_that_is_no_archive_is_refused(sandbox: Sandbox) -> None:
    """A broken library is named, not passed on."""
    with pytest.raises(SandboxRefused) as caught:
        sandbox.run_script("x = 1", {}, python_lib_zip=b"no archive")
    assert caught.value.reason == "archive"


def test_library_that_unpacks_to_too_much_is_refused(sandbox: Sandbox) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.py", "#" * (20 << 20))
    with pytest.raises(SandboxRefused) as caught:
        sandbox.run_script("import big", {}, python_lib_zip=buffer.getvalue())
    assert caught.value.reason == "input"


def test_folder_of_modules_becomes_an_archive(sandbox: Sandbox, tmp_path: Path) -> None:
    """A folder that a script's path names is brought along; a link in it is not."""
    secret = tmp_path / "secret.py"
    secret.write_text("KEY = 1")
    folder = tmp_path / "code"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "one.py").write_text("VALUE = 1")
    (folder / "linked.py").symlink_to(secret)
    files = archives_for([str(folder), "python_lib.zip", "/nowhere"], {"python_lib.zip": zipped({"two.py": "VALUE = 2"})})
    assert [name for name, _ in files] == ["code", "python_lib.zip"]
    script = """
import importlib.util, two
from inner import one
sum = one.VALUE + two.VALUE
linked = importlib.util.find_spec('linked') is not None
"""
    assert sandbox.run_script(script, {}, extra_files=files) == {"sum": 3, "linked": False}


@pytest.mark.parametrize(
    ("formula", "value"),
    [("2+3*sin(pi/2)", 5.0), ("sqrt(-4)", 2j), ("5%*200", 10.0), ("2^10", 1024), ("1||1", 0.5), ("7/2", 3.5)],
)
def test_formula_has_its_value(sandbox: Sandbox, formula: str, value: complex) -> None:
    assert cmath.isclose(sandbox.evaluate(formula), value)
    assert type(sandbox.evaluate(formula)) is type(value)


def test_variables_and_case(sandbox: Sandbox) -> None:
    """Variables are given as numbers; case counts where it is asked to."""
    assert sandbox.evaluate("R*i1", {"r": 2.5, "i1": 2}) == 5.0
    with pytest.raises(CodeFailed) as caught:
        sandbox.evaluate("R*2", {"r": 2.5}, case_sensitive=True)
    assert caught.value.kind == "UndefinedVariable"
    values, failure = sandbox.evaluate_many([("x", {"x": 1}), ("1/x", {"x": 0}), ("x", {"x": 3})])
    assert values == [1]
    assert failure is not None
    assert failure.kind == "ZeroDivisionError"


def test_formula_too_large_for_a_float_fails_as_a_number(sandbox: Sandbox) -> None:
    with pytest.raises(CodeFailed) as caught:
        sandbox.evaluate("9^999")
    assert caught.value.kind == "OverflowError"


@pytest.mark.parametrize("value", [0, -7, 2**70, 0.1, -0.0, math.inf, -math.inf, 1 + 2j, complex(math.inf, -0.0), True])
def test_numbers_cross_the_wall_unchanged(value: complex) -> None:
    """A number comes back equal, to the last bit and the sign of zero."""
    back = decode_number(encode_number(value))
    assert back == value
    assert repr(complex(back)) == repr(complex(value))


def test_not_a_number_crosses_the_wall() -> None:
    back = decode_number(encode_number(math.nan))
    assert isinstance(back, float)
    assert math.isnan(back)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), (" -5 ", -5), ("- 5", -5), ("+.5", 0.5), ("3.", 3.0), ("1e3", 1000.0), ("2.5E-3", 0.0025),
        ("5%", 0.05), ("٣٫١٤", 3.14), ("١٬٢٠٠", 1200), ("۱۲", 12), ("٥٪", 0.05), ("\u200f-٧", -7), ("\u221212", -12),
    ],
)  # fmt: skip
def test_plain_number_is_read_here(text: str, value: float) -> None:
    """Numbers in the digits that people type need no sandbox."""
    assert plain_number(fold(text)) == value
    assert type(plain_number(fold(text))) is type(value)


@pytest.mark.parametrize("text", ["1+1", "2x", "9^9", "1 2", "0x10", "1_000", "1,5", "1e", "--5", "nan", "inf", "1" * 101])
def test_anything_else_is_no_plain_number(text: str) -> None:
    assert plain_number(text) is None


def test_empty_answer_is_not_a_number() -> None:
    """As in the calculator."""
    assert math.isnan(plain_number("  ") or 0)


@pytest.mark.parametrize("text", ["12", " -5 ", "- 5", "+.5", "3.", "1e3", "2.5E-3", "5%", "-5 %", "007"])
def test_plain_number_equals_the_calculator(sandbox: Sandbox, text: str) -> None:
    assert plain_number(text) == sandbox.evaluate(text)
    assert type(plain_number(text)) is type(sandbox.evaluate(text))


def test_symbolic_answers(sandbox: Sandbox) -> None:
    """Equal mathematics is right, whatever its form."""
    right = [("x+1", "1+x"), ("sqrt(2)", "2^0.5"), ("2*pi", "6.2832"), ("[[1,2],[3,4]]", "[[1,2],[3,4]]"),
             ("N*x_1", "x_1*N"), ("2", "2.0"), ("diff(x**2,x)", "2*x"), ("x*3.0", "3.*x"), ("2*alpha", "alpha*2")]  # fmt: skip
    for expect, answer in right:
        assert sandbox.symmath(expect, answer)["ok"] is True, answer
    assert sandbox.symmath("x+1", "x+2") == {"ok": False, "msg": ""}
    markup = "<math xmlns='http://www.w3.org/1998/Math/MathML'><mstyle><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></mstyle></math>"
    assert sandbox.symmath("x+1", "x plus 1", dynamath=[markup])["ok"] is True


def test_patterns(sandbox: Sandbox) -> None:
    assert sandbox.regex_search("b+", "abba") is True
    assert sandbox.regex_search("^b+", "abba") is False
    assert sandbox.regex_search("^AB+A$", "abba", 2) is True
    with pytest.raises(SandboxRefused) as caught:
        sandbox.regex_search("(", "x")
    assert caught.value.reason == "pattern"


def test_previews(sandbox: Sandbox) -> None:
    """Formulas are drawn as they are typed."""
    assert sandbox.preview_formula("x^2/3") == r"\frac{x^{2}}{3}"
    assert sandbox.preview_chemistry("H2O") == '<span class="math">H<sub>2</sub>O</span>'


def test_server_is_started_again_when_it_is_gone(sandbox: Sandbox) -> None:
    assert sandbox.evaluate("1+x", {"x": 1}) == 2
    first = sandbox.server_pid
    warden = sandbox._warden
    assert first is not None
    assert warden is not None
    os.kill(first, signal.SIGKILL)
    with suppress(SandboxRefused):  # whoever is there may take it, and dies with it a moment after
        assert sandbox.evaluate("1+x", {"x": 2}) == 3
    assert warden.ended.wait(20)
    assert sandbox.evaluate("2+x", {"x": 4}) == 6
    assert sandbox.server_pid != first
    sandbox.close()
    assert sandbox.evaluate("1+x", {"x": 3}) == 4


def test_unused_server_goes_away() -> None:
    """A server that nobody asks gives its memory back, leaves no socket open, and the next call starts another."""
    sandbox = Sandbox(idle_seconds=0.2)
    sandbox.warm()
    warden = sandbox._warden
    assert warden is not None
    assert warden.ended.wait(20)
    assert warden._control.fileno() == -1
    assert sandbox.evaluate("1+x", {"x": 1}) == 2
    sandbox.close()


def test_forked_process_gets_a_server_of_its_own(sandbox: Sandbox) -> None:
    assert sandbox.evaluate("1+x", {"x": 1}) == 2
    parent = sandbox.server_pid
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            good = sandbox.evaluate("1+x", {"x": 5}) == 6 and sandbox.server_pid != parent
            sandbox.close()
            status = 0 if good else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert sandbox.evaluate("1+x", {"x": 2}) == 3
    assert sandbox.server_pid == parent


@pytest.mark.parametrize("machine", ["x86_64", "aarch64", "riscv64"])
def test_filter_is_known_for_the_usual_machines(machine: str) -> None:
    assert seccomp.supported(machine)
    assert not seccomp.supported("i686")
