"""The sandbox as the rest of the house sees it: four kinds of calls, safe from any thread."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import threading
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .confinement import probe
from .errors import CodeFailed, SandboxRefused, SandboxTimeout, SandboxUnavailable
from .jail.tasks import plain_globals
from .jail.values import decode_number, encode_number
from .libraries import library_text
from .warden import Limits, ServerGoneError, Warden

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_Number = int | float | complex

_LONGEST_FORMULA = 5_000
_LONGEST_TASK = 8 << 20
_REMEMBER_SECONDS = 60.0
_MOST_REMEMBERED = 256
_RETRY_START_SECONDS = 30.0

# Words of a script, or of its library, that say which packages to load before forking.
_MENTIONS = {
    "scipy": re.compile(r"\bscipy\b"),
    "sympy": re.compile(r"\b(?:sympy|symmath)\b"),
    "chem": re.compile(r"\b(?:chem|chemcalc|chemtools|miller|nltk)\b"),
    "networkx": re.compile(r"\bnetworkx\b"),
}

_every_sandbox: weakref.WeakSet[Sandbox] = weakref.WeakSet()


class Sandbox:
    """Calls into a sandboxed process that is started on first use, and again whenever it is gone."""

    def __init__(
        self,
        *,
        cpu_seconds: int = 2,
        memory_mb: int = 512,
        wall_seconds: float = 4,
        places: int = 4,
        start_seconds: float = 60,
        idle_seconds: float = 900,
        output_bytes: int = 2 << 20,
        hidden: Iterable[Path] = (),
        seen: Iterable[Path] = (),
        loaded_first: str = "calc",
    ) -> None:
        """Set the limits of each call; `places` run at once.

        `hidden` folders are never seen from inside; `seen` ones are, beside those of Python. `loaded_first` names the group of
        packages that the server loads before it is ready.
        """
        self.limits = Limits(cpu_seconds, memory_mb, wall_seconds, start_seconds, idle_seconds, output_bytes, loaded_first)
        self._seen = tuple(path.resolve() for path in seen)
        home = os.environ.get("TAKWIN_HOME")
        self._hidden = tuple(path.resolve() for path in (*hidden, *([Path(home)] if home else [])))
        self._count = places
        self._prepare()
        _every_sandbox.add(self)

    def _prepare(self) -> None:
        self._places = threading.BoundedSemaphore(self._count)
        self._starting = threading.Lock()
        self._warden: Warden | None = None
        self._start_failed: tuple[float, str] | None = None
        self._loops: dict[bytes, float] = {}

    def run_script(
        self,
        code: str,
        globals_dict: Mapping[str, Any],
        *,
        seed: int | None = None,
        python_lib_zip: bytes | None = None,
        extra_files: Sequence[tuple[str, bytes]] = (),
        first_line: int = 1,
    ) -> dict[str, Any]:
        """Run a script over these globals and return those it leaves, as far as JSON carries them.

        Archives among `extra_files` can be imported from, as `python_lib_zip`; other files are refused, since nothing
        can be opened by name in there. `first_line` is the line on which the author's own text begins.
        Raises `CodeFailed` with the script's own error, else the other sandbox errors.
        """
        files = [*extra_files, *([("python_lib.zip", python_lib_zip)] if python_lib_zip else [])]
        text = "\n".join([code, *(library_text(content) for _, content in files)])
        groups = ["script", *(group for group, pattern in _MENTIONS.items() if pattern.search(text))]
        task = {
            "kind": "script",
            "code": code,
            "globals": plain_globals(dict(globals_dict)),
            "seed": seed,
            "first_line": first_line,
            "archives": [name for name, _ in files],
        }
        reply: dict[str, Any] = self._call(task, groups, [content for _, content in files])["globals"]
        return reply

    def evaluate(self, expression: str, variables: Mapping[str, _Number] | None = None, *, case_sensitive: bool = False) -> _Number:
        """Return the value of a formula; raise `CodeFailed` with the calculator's own error."""
        values, failure = self.evaluate_many([(expression, variables or {})], case_sensitive=case_sensitive)
        if failure is not None:
            raise failure
        return values[0]

    def evaluate_many(
        self, items: Sequence[tuple[str, Mapping[str, _Number]]], *, case_sensitive: bool = False
    ) -> tuple[list[_Number], CodeFailed | None]:
        """Evaluate several formulas in one call; return their values up to the first that fails, and its failure."""
        if sum(len(expression) for expression, _ in items) > _LONGEST_FORMULA * max(1, len(items)):
            raise SandboxRefused("input")
        coded = [(text, {name: encode_number(value) for name, value in known.items()}) for text, known in items]
        task = {"kind": "evaluate", "items": coded, "case_sensitive": case_sensitive}
        reply = self._call(task, ["calc"])
        failure = CodeFailed(*reply["failure"]) if reply["failure"] else None
        return [decode_number(value) for value in reply["values"]], failure

    def preview_formula(self, formula: str) -> str:
        """Return the LaTeX of a formula being typed."""
        return self._text({"kind": "preview", "formula": formula}, ["calc"])

    def preview_chemistry(self, formula: str) -> str:
        """Return the HTML of a chemical formula being typed."""
        return self._text({"kind": "chemistry", "formula": formula}, ["chem"])

    def _text(self, task: dict[str, Any], groups: list[str]) -> str:
        if len(task["formula"]) > _LONGEST_FORMULA:
            raise SandboxRefused("input")
        return str(self._call(task, groups)["text"])

    def symmath(
        self, expect: str, answer: str, *, dynamath: Sequence[str | None] | None = None, options: str | None = None
    ) -> dict[str, Any]:
        """Return the verdict `{"ok", "msg"}` on a symbolic answer; refuse an answer that is not mathematics."""
        if len(answer) > _LONGEST_FORMULA:
            raise SandboxRefused("input")
        task = {
            "kind": "symmath",
            "expect": str(expect),
            "answer": str(answer),
            "dynamath": list(dynamath) if dynamath else None,
            "options": options,
        }
        try:
            reply: dict[str, Any] = self._call(task, ["calc", "sympy"])
        except CodeFailed as failure:
            if failure.kind == "NotMathematicsError":
                raise SandboxRefused("symbols", failure.text) from failure
            raise
        return {"ok": reply["ok"] is True, "msg": str(reply["msg"])}

    def regex_search(self, pattern: str, text: str, flags: int = 0) -> bool:
        """Say whether the pattern is found in the text."""
        task = {"kind": "match", "pattern": pattern, "text": text, "flags": int(flags)}
        try:
            return self._call(task, ["calc"])["matches"] is True
        except CodeFailed as failure:
            raise SandboxRefused("pattern", failure.text) from failure

    def check_certificate(self, question: Mapping[str, Any], content: bytes) -> Any:
        """Return what the certificate library says of a file, as JSON; needs the group "certificates" to be loaded first."""
        return self._call({"kind": "certificate", "question": dict(question)}, ["certificates"], [content]).get("finding")

    def draw_picture(self, content: bytes, widths: Sequence[int], *, kind: str = "WEBP") -> dict[str, Any]:
        """Return the picture in these widths, as `jail.pictures.draw` does, or why it is refused."""
        return self._call({"kind": "picture", "widths": list(widths), "as": kind}, ["pictures"], [content])

    def warm(self) -> None:
        """Start the server now; refuse with `SandboxUnavailable` where there is none."""
        self._server()

    def close(self) -> None:
        """End the server; a later call starts another."""
        with self._starting:
            warden, self._warden = self._warden, None
        if warden is not None:
            warden.kill()

    @property
    def server_pid(self) -> int | None:
        """Return the process that holds the sandbox, for measurements and tests."""
        return self._warden.pid if self._warden else None

    def _call(self, task: dict[str, Any], groups: list[str], archives: Sequence[bytes] = ()) -> dict[str, Any]:
        digest = self._recall_loop(task, archives)
        if not self._places.acquire(timeout=self.limits.wall_seconds):
            raise SandboxTimeout("busy")
        try:
            reply = self._ask(task, groups, archives)
        except SandboxTimeout as timeout:
            if timeout.reason == "cpu":
                self._remember_loop(digest)
            raise
        finally:
            self._places.release()
        return _result(reply)

    def _ask(self, task: dict[str, Any], groups: list[str], archives: Sequence[bytes]) -> Any:
        with contextlib.ExitStack() as open_files:
            descriptors = [open_files.enter_context(_in_memory(content)) for content in archives]
            for _ in range(2):
                warden = self._server()
                try:
                    return warden.ask(task, preload=groups, archives=descriptors)
                except ServerGoneError:
                    self._drop(warden)
        raise SandboxUnavailable("unavailable", "the server ended twice before it took the call")

    def _server(self) -> Warden:
        with self._starting:
            if self._warden is not None and not self._warden.ended.is_set():
                return self._warden
            if self._warden is not None:
                self._warden.forget()
            availability = probe()
            if not availability.available:
                raise SandboxUnavailable("unavailable", availability.reason)
            if self._start_failed is not None and time.monotonic() < self._start_failed[0]:
                raise SandboxUnavailable("unavailable", self._start_failed[1])
            try:
                self._warden = Warden(self.limits, self._hidden, self._seen)
            except SandboxUnavailable as problem:
                self._start_failed = (time.monotonic() + _RETRY_START_SECONDS, problem.detail)
                raise
            self._start_failed = None
            return self._warden

    def _drop(self, warden: Warden) -> None:
        with self._starting:
            if self._warden is warden:
                self._warden = None
        warden.kill()

    def _recall_loop(self, task: dict[str, Any], archives: Sequence[bytes]) -> bytes:
        """Refuse at once what used up its time a moment ago: one endless script must not hold all places."""
        text = json.dumps(task, sort_keys=True).encode()
        if len(text) > _LONGEST_TASK:
            raise SandboxRefused("input")
        digest = hashlib.sha256(text)
        for content in archives:
            digest.update(hashlib.sha256(content).digest())
        key = digest.digest()
        if self._loops.get(key, 0.0) > time.monotonic():
            raise SandboxTimeout("cpu", "the same call was stopped a moment ago")
        return key

    def _remember_loop(self, key: bytes) -> None:
        if len(self._loops) >= _MOST_REMEMBERED:
            self._loops.clear()
        self._loops[key] = time.monotonic() + _REMEMBER_SECONDS

    def _start_afresh(self) -> None:
        """Forget, in a forked process, the server that belongs to its parent."""
        if self._warden is not None:
            self._warden.forget()
        self._prepare()


def _result(reply: Any) -> dict[str, Any]:
    if isinstance(reply, dict):
        if isinstance(reply.get("result"), dict):
            result: dict[str, Any] = reply["result"]
            return result
        if isinstance(reply.get("failure"), list):
            kind, text, line = reply["failure"]
            raise CodeFailed(str(kind), str(text), line if isinstance(line, int) else None)
        if reply.get("stopped") == "memory":
            raise SandboxRefused("memory")
        raise SandboxRefused("stopped", str(reply.get("stopped")))
    raise SandboxRefused("stopped", "the answer of the sandbox cannot be read")


@contextlib.contextmanager
def _in_memory(content: bytes) -> Any:
    descriptor = os.memfd_create("archive")
    try:
        os.write(descriptor, content)
        yield descriptor
    finally:
        os.close(descriptor)


def _after_fork() -> None:
    for sandbox in list(_every_sandbox):
        sandbox._start_afresh()  # noqa: SLF001 -- the same module


os.register_at_fork(after_in_child=_after_fork)
