"""Ways out of the sandbox, and ways to stop others from using it: each is tried for real."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lms_app.app import compose
from lms_app.config import read_settings
from lms_app.runtime.sandbox import (
    CodeFailed,
    Sandbox,
    SandboxError,
    SandboxRefused,
    SandboxTimeout,
    SandboxUnavailable,
    probe,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Far above the limits (two seconds of processor, four of the clock), far below "for ever".
BOUND_SECONDS = 60.0
MATHML = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mstyle><mrow>{}</mrow></mstyle></math>'


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Give one sandbox with the real limits to all tests here: what one attack breaks, the next test notices."""
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture(autouse=True)
def _still_serving(sandbox: Sandbox) -> Iterator[None]:
    yield
    assert sandbox.evaluate("2+3*x", {"x": 4}) == 14


def stopped(call: Callable[[], object], error: type[SandboxError]) -> SandboxError:
    """Return the error that ends the call, in bounded time."""
    begun = time.monotonic()
    with pytest.raises(error) as caught:
        call()
    assert time.monotonic() - begun < BOUND_SECONDS
    return caught.value


def test_endless_loop_is_stopped(sandbox: Sandbox) -> None:
    """A script that never ends is ended by its processor time."""
    error = stopped(lambda: sandbox.run_script("while True: pass", {}), SandboxTimeout)
    assert error.reason in {"cpu", "wall"}


def test_endless_loop_that_ignores_the_warning_is_stopped(sandbox: Sandbox) -> None:
    script = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    assert stopped(lambda: sandbox.run_script(script, {}), SandboxTimeout).reason in {"cpu", "wall"}


def test_sleeping_script_is_stopped_by_the_clock(sandbox: Sandbox) -> None:
    """A script that uses no processor time is ended by the clock."""
    error = stopped(lambda: sandbox.run_script("import time\ntime.sleep(3600)", {}), SandboxTimeout)
    assert error.reason == "wall"


@pytest.mark.parametrize(
    "script",
    [
        "x = bytearray(2 << 30)",
        "x = ['a' * 1_000_000 for i in range(2000)]",
        "import numpy\nx = numpy.ones(2 << 27)",
        "x = []\nwhile True: x.append(x[:] or [1])",
    ],
)
def test_two_gigabytes_are_refused(sandbox: Sandbox, script: str) -> None:
    assert stopped(lambda: sandbox.run_script(script, {}), SandboxRefused).reason == "memory"


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("import socket\nsocket.socket()", "PermissionError"),
        ("import socket\nsocket.create_connection(('127.0.0.1', 80))", "PermissionError"),
        ("import urllib.request\nurllib.request.urlopen('http://127.0.0.1/')", "URLError"),
        ("open('/etc/passwd').read()", "FileNotFoundError"),
        ("open('/proc/1/environ').read()", "FileNotFoundError"),
        ("open('/tmp/left-behind', 'w').write('hello')", "OSError"),
        ("open('left-behind', 'w').write('hello')", "OSError"),
        ("open('/dev/shm/left-behind', 'w').write('hello')", "FileNotFoundError"),
        ("import os\nwhile True: os.fork()", "PermissionError"),
        ("import os\nos.execv('/bin/sh', ['sh'])", "PermissionError"),
        ("import subprocess\nsubprocess.run(['touch', '/tmp/left-behind'])", "PermissionError"),
        ("import threading\nthreading.Thread(target=print).start()", "RuntimeError"),
        ("import os\nos.kill(1, 9)", "PermissionError"),
        ("import os\nos.kill(-1, 9)", "PermissionError"),
        ("import resource\nresource.prlimit(1, resource.RLIMIT_CPU, (1, 1))", "PermissionError"),
        ("import resource\nresource.setrlimit(resource.RLIMIT_CPU, (99, 99))", "ValueError"),
        ("import os, fcntl\nfcntl.fcntl(3, 8, 1)", "PermissionError"),
        ("import os\nos.setpriority(os.PRIO_PROCESS, 1, 19)", "PermissionError"),
        ("import os\nos.memfd_create('hidden')", "PermissionError"),
        ("import ctypes\nif ctypes.CDLL(None, use_errno=True).unshare(0x10000000): raise OSError(1, 'no')", "PermissionError"),
    ],
)
def test_script_reaches_nothing(sandbox: Sandbox, script: str, kind: str) -> None:
    """Networks, files, processes, threads, signals, other people's limits and namespaces are out of reach."""
    error = stopped(lambda: sandbox.run_script(script, {}), CodeFailed)
    assert isinstance(error, CodeFailed)
    assert error.kind == kind
    assert not Path("/tmp/left-behind").exists()


def test_home_of_the_site_is_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "key").write_text("secret")
    monkeypatch.setenv("TAKWIN_HOME", str(home))
    monkeypatch.setenv("TAKWIN_SECRET_KEY", "secret")
    script = f"""
import os
names = sorted(os.environ)
seen = os.path.exists({str(home)!r})
top = sorted(os.listdir('/'))
"""
    sandbox = Sandbox()
    found = sandbox.run_script(script, {})
    sandbox.close()
    assert not found["seen"]
    assert [name for name in found["names"] if "TAKWIN" in name] == []
    ways_to_python = {Path(folder).parts[1] for folder in (sys.prefix, sys.base_prefix)}  # an environment may lie below /home
    assert not ({"home", "proc", "sys", "var", "run", "srv", "boot"} - ways_to_python) & set(found["top"])


def test_home_inside_the_environment_is_seen_empty() -> None:
    """A home that lies inside the folder of Python is covered by an empty one."""
    home = Path(sys.prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages" / "pytest"
    sandbox = Sandbox(hidden=[home])
    found = sandbox.run_script("import os\nseen = os.listdir(folder)", {"folder": str(home)})
    sandbox.close()
    assert list(home.iterdir()) != []
    assert found["seen"] == []


def test_printing_a_hundred_megabytes_costs_nothing(sandbox: Sandbox) -> None:
    script = "import os\nprint('x' * 100_000_000)\nos.write(1, b'x' * 1_000_000)\nos.write(2, b'x' * 1_000_000)\nanswer = 1"
    assert sandbox.run_script(script, {}) == {"answer": 1}


def test_result_of_a_hundred_megabytes_is_refused(sandbox: Sandbox) -> None:
    """What a script leaves behind is read up to a limit."""
    error = stopped(lambda: sandbox.run_script("x = 'x' * 100_000_000", {}), SandboxRefused)
    assert error.reason == "output"


@pytest.mark.parametrize("body", ["b'[' * 1_000_000", "b'{\"result\": 1}'", "b'\\x80\\x04.'", "b'9' * 100_000"])
def test_answer_written_by_the_script_itself_harms_nobody(sandbox: Sandbox, body: str) -> None:
    script = f"""
import os, struct
body = {body}
for descriptor in range(3, 64):
    try:
        os.write(descriptor, struct.pack('!I', len(body)) + body)
    except OSError:
        pass
"""
    assert stopped(lambda: sandbox.run_script(script, {}), SandboxRefused).reason in {"output", "stopped"}


def test_crash_is_told_in_words(sandbox: Sandbox) -> None:
    """A script that crashes the interpreter ends only itself."""
    error = stopped(lambda: sandbox.run_script("import ctypes\nctypes.string_at(0)", {}), SandboxRefused)
    assert error.reason == "stopped"
    assert str(error) == "This calculation stopped in the middle and gave no result."


@pytest.mark.parametrize("formula", ["9^9^9^9", "fact(fact(12))", "9^9^9^9-9^9^9^9"])
def test_gigantic_formula_of_a_learner_is_stopped(sandbox: Sandbox, formula: str) -> None:
    begun = time.monotonic()
    with pytest.raises(SandboxError) as caught:
        sandbox.evaluate(formula)
    assert time.monotonic() - begun < BOUND_SECONDS
    assert caught.value.reason in {"cpu", "wall", "memory"}


@pytest.mark.parametrize("formula", ["__import__('os').system('touch {file}')", "eval('1')", "'1'"])
def test_code_of_a_learner_is_no_formula(sandbox: Sandbox, tmp_path: Path, formula: str) -> None:
    """The calculator parses, and Python is not in its grammar."""
    file = tmp_path / "touched"
    with pytest.raises(CodeFailed):
        sandbox.evaluate(formula.format(file=file))
    assert not file.exists()


@pytest.mark.parametrize(
    "answer",
    [
        "__import__('os').system('touch {file}')",
        "eval(chr(49))",
        "().__class__",
        "x.func",
        "(x+1) . func",
        "S(latex(x))",
        "lambda: 1",
        "[y for y in x]",
        'open("x")',
        "exec",
        "srepr(x)",
        "sympify(x)",
        "x if x else y",
        "f\u2019x\u2019",
    ],
)
def test_code_of_a_learner_is_no_mathematics(sandbox: Sandbox, tmp_path: Path, answer: str) -> None:
    file = tmp_path / "touched"
    error = stopped(lambda: sandbox.symmath("x+1", answer.format(file=file)), SandboxRefused)
    assert error.reason == "symbols"
    assert not file.exists()


@pytest.mark.parametrize(
    "markup",
    [
        MATHML.format("<mi>__import__('os').system('touch /tmp/left-behind')</mi>"),
        MATHML.format("<mi>ch</mi><mi>r(95)</mi>"),
        "__import__('os').system('touch /tmp/left-behind')",
        '<!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + MATHML.format("<mi>&e;</mi>"),
    ],
)
def test_code_in_the_markup_of_a_learner_is_left_out(sandbox: Sandbox, markup: str) -> None:
    """What the browser sends beside the answer is looked at too."""
    assert sandbox.symmath("x+1", "x+2", dynamath=[markup]) == {"ok": False, "msg": ""}
    assert not Path("/tmp/left-behind").exists()


def test_endless_mathematics_is_stopped(sandbox: Sandbox) -> None:
    error = stopped(lambda: sandbox.symmath("9", "9^9^9^9^9"), SandboxError)
    assert error.reason in {"cpu", "wall", "memory"}


def test_catastrophic_pattern_is_stopped(sandbox: Sandbox) -> None:
    """A pattern that backtracks without end is stopped."""
    error = stopped(lambda: sandbox.regex_search("(a+)+$", "a" * 60 + "b"), SandboxTimeout)
    assert error.reason in {"cpu", "wall"}


def test_others_are_served_meanwhile() -> None:
    sandbox = Sandbox(wall_seconds=60)
    sandbox.warm()
    ended: list[str] = []

    def loop(number: int) -> None:
        with pytest.raises(SandboxTimeout) as caught:
            sandbox.run_script(f"number = {number}\nwhile True: pass", {})
        ended.append(caught.value.reason)

    threads = [threading.Thread(target=loop, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    answers = [sandbox.evaluate("2*x+1", {"x": number}) for number in range(5)]
    served_while_looping = len(ended) < len(threads)
    for thread in threads:
        thread.join()
    sandbox.close()
    assert answers == [1, 3, 5, 7, 9]
    assert served_while_looping
    assert len(ended) == 3
    assert set(ended) <= {"cpu", "wall"}


def test_calls_wait_for_a_place_and_are_told_when_there_is_none() -> None:
    sandbox = Sandbox(places=1, cpu_seconds=4, wall_seconds=1)
    sandbox._places.acquire()  # taken by the test, so that no timing decides
    error = stopped(lambda: sandbox.evaluate("1+x", {"x": 1}), SandboxTimeout)
    sandbox._places.release()
    assert error.reason == "busy"
    assert sandbox.evaluate("1+x", {"x": 1}) == 2
    sandbox.close()


def test_same_endless_script_is_not_run_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox(cpu_seconds=1, wall_seconds=60)
    script = "same = True\nwhile True: pass"
    stopped(lambda: sandbox.run_script(script, {}), SandboxTimeout)
    monkeypatch.setattr(sandbox, "_ask", pytest.fail)
    with pytest.raises(SandboxTimeout):
        sandbox.run_script(script, {})
    sandbox.close()


def test_without_bubblewrap_it_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the command is missing, calls are refused and the operator is told why."""
    monkeypatch.setenv("PATH", str(tmp_path))
    probe.cache_clear()
    try:
        assert not probe().available
        assert "bubblewrap" in probe().reason
        with pytest.raises(SandboxUnavailable) as caught:
            Sandbox().evaluate("1+x", {"x": 1})
    finally:
        probe.cache_clear()
    assert "Please tell your trainer" in str(caught.value)


def test_without_namespaces_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "bwrap"
    command.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    probe.cache_clear()
    try:
        found = probe()
    finally:
        probe.cache_clear()
    assert not found.available
    assert found.reason == "bubblewrap did not start: bwrap: No permissions to create new namespace"


def test_the_site_hides_its_home_from_scripts_wherever_the_setting_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The composition tells the sandbox, which by itself knows of the environment's variable alone."""
    monkeypatch.delenv("TAKWIN_HOME", raising=False)

    parts = compose(read_settings({"TAKWIN_HOME": str(tmp_path / "home")}))

    assert parts.host._sandbox is not None
    assert parts.host._sandbox._hidden == ((tmp_path / "home").resolve(),)
