"""What a forked process can be asked to do, one function a kind; each takes plain JSON and returns plain JSON."""

from __future__ import annotations

import builtins
import importlib
import json
import random
import re
import sys
import traceback
from typing import TYPE_CHECKING, Any

from .library import ArchiveFinder
from .symbolic import NotMathematicsError, check_mathematics
from .values import decode_number, encode_number

if TYPE_CHECKING:
    from collections.abc import Callable

_SCRIPT = "<script>"
_LARGEST_SEED = 2**32


class ScriptFailedError(Exception):
    """The author's script raised: what, and on which line."""

    def __init__(self, kind: str, text: str, line: int | None) -> None:
        """Keep the name of the exception, its text and the line of the script."""
        super().__init__(text)
        self.kind = kind
        self.line = line


class _Nowhere:
    """Takes what a script prints."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None


def run_script(task: dict[str, Any], archives: list[bytes]) -> dict[str, Any]:
    """Run a script and return its globals, those that JSON can carry."""
    sys.stdout = sys.stderr = _Nowhere()
    for name, content in zip(task["archives"], archives, strict=True):
        sys.meta_path.append(ArchiveFinder(name, content))
    _seed(task["seed"])
    names = dict(task["globals"])
    try:
        exec(compile(task["code"], _SCRIPT, "exec", dont_inherit=True), names)  # noqa: S102 -- what the sandbox is for
    except MemoryError:
        raise
    except BaseException as problem:  # noqa: BLE001 -- a script that calls exit() has failed too
        raise _script_failure(problem, task["first_line"]) from None
    return {"globals": plain_globals(names)}


def _seed(seed: int | None) -> None:
    """Give every fork its own numbers: by the exercise's seed, else by the system."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(None if seed is None else int(seed) % _LARGEST_SEED)


def _script_failure(problem: BaseException, first_line: int) -> ScriptFailedError:
    line = None
    if isinstance(problem, SyntaxError) and problem.filename == _SCRIPT:
        line = problem.lineno
        text = problem.msg
    else:
        lines = [entry.lineno for entry in traceback.extract_tb(problem.__traceback__) if entry.filename == _SCRIPT]
        line = lines[-1] if lines else None
        text = str(problem)
    if line is not None:
        line = line - first_line + 1
    return ScriptFailedError(type(problem).__name__, text, line if line is not None and line > 0 else None)


def plain_globals(names: dict[str, Any]) -> dict[str, Any]:
    """Keep the names whose values JSON can carry; drop functions, modules and whatever else the script left."""
    kept = {}
    for name, value in names.items():
        if name == "__builtins__" or not isinstance(value, (type(None), int, float, bytes, str, list, tuple, dict)):
            continue
        try:
            kept[name] = json.loads(json.dumps(_as_text(value)))
        except (TypeError, ValueError, RecursionError):
            continue
    return kept


def _as_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)):
        return [_as_text(item) for item in value]
    if isinstance(value, dict):
        return {_as_text(key): _as_text(item) for key, item in value.items()}
    return value


def evaluate(task: dict[str, Any], archives: list[bytes]) -> dict[str, Any]:
    """Evaluate formulas, each with its variables; return their values up to the first that fails."""
    del archives
    calc = importlib.import_module("calc")
    values: list[list[str]] = []
    for expression, variables in task["items"]:
        known = {name: decode_number(parts) for name, parts in variables.items()}
        try:
            value = calc.evaluator(known, {}, expression, case_sensitive=task["case_sensitive"])
            values.append(encode_number(value))
        except MemoryError:
            raise
        except Exception as problem:  # noqa: BLE001 -- told to the caller, by name
            return {"values": values, "failure": [type(problem).__name__, str(problem)]}
    return {"values": values, "failure": None}


def preview(task: dict[str, Any], archives: list[bytes]) -> dict[str, Any]:
    """Return the LaTeX of a formula being typed."""
    del archives
    return {"text": importlib.import_module("calc.preview").latex_preview(task["formula"])}


def chemistry(task: dict[str, Any], archives: list[bytes]) -> dict[str, Any]:
    """Return the HTML of a chemical formula being typed."""
    del archives
    return {"text": str(importlib.import_module("chem.chemcalc").render_to_html(task["formula"]))}


def symmath(task: dict[str, Any], archives: list[bytes]) -> dict[str, Any]:
    """Compare the learner's formula with the expected one by sympy."""
    del archives
    sympy = importlib.import_module("sympy")
    namespace = {**vars(sympy), "MatrixBase": sympy.MatrixBase}
    allowed = {"namespace": namespace, "builtins": vars(builtins)}
    check_mathematics(task["answer"], **allowed)
    checker = importlib.import_module("symmath")
    verdict = checker.symmath_check(
        task["expect"], task["answer"], dynamath=_mathematical_markup(task, allowed), options=task["options"], debug=False
    )
    message = str(verdict["msg"])
    return {"ok": bool(verdict["ok"]), "msg": "" if message.startswith("[symmath_check]") else message}


def _mathematical_markup(task: dict[str, Any], allowed: dict[str, Any]) -> list[str] | None:
    """Return the MathML that the browser made of the answer, unless it holds more than mathematics.

    The checker joins the words of neighbours and evaluates them: both are looked at.
    """
    markup = (task["dynamath"] or [None])[0]
    if not markup:
        return None
    etree = importlib.import_module("lxml.etree")
    try:
        root = etree.fromstring(markup.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        for element in root.iter("*"):
            for text in (element.text or "", "".join(child.text or "" for child in element)):
                check_mathematics(text, **allowed)
    except (etree.XMLSyntaxError, NotMathematicsError):
        return None
    return [markup]


def match(task: dict[str, Any], archives: list[bytes]) -> dict[str, Any]:
    """Say whether a pattern written by an author is found."""
    del archives
    pattern = re.compile(task["pattern"], task["flags"])
    return {"matches": pattern.search(task["text"]) is not None}


def check_certificate(task: dict[str, Any], archives: list[bytes]) -> dict[str, Any]:
    """Check a file that somebody gave as a certificate; the library that does it looks at nothing else."""
    return {"finding": importlib.import_module("takwin_certificates.verifying.child").answer(task["question"], archives)}


def draw_picture(task: dict[str, Any], archives: list[bytes]) -> dict[str, Any]:
    """Make of a picture what phones need, or say why it is refused."""
    pictures = importlib.import_module("jail.pictures")
    try:
        return {"drawn": pictures.draw(archives[0], task["widths"], task["as"])}
    except pictures.PictureRefusedError as refused:
        return {"refused": list(refused.args)}


KINDS: dict[str, Callable[[dict[str, Any], list[bytes]], dict[str, Any]]] = {
    "script": run_script,
    "evaluate": evaluate,
    "preview": preview,
    "chemistry": chemistry,
    "symmath": symmath,
    "match": match,
    "certificate": check_certificate,
    "picture": draw_picture,
}
