"""Puts the sandbox in the place of what Open edX's problems would otherwise evaluate in this process.

The names replaced are those of `xblocks_contrib.problem`; a name that is no longer there stops the installation,
since the alternative would be to run people's code unprotected.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
import threading
from typing import TYPE_CHECKING, Any

import nh3

from .errors import WORDS, CodeFailed, SandboxError
from .libraries import archives_for
from .plain_number import fold, plain_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import ModuleType

    from .sandbox import Sandbox

_PACKAGE = "xblocks_contrib.problem"
_SEED = re.compile(r"^random = random_module\.Random\((\d+|None)\)$", re.MULTILINE)
_SLOW = frozenset({"cpu", "wall"})
# Letters, digits and alternatives match in linear time: such a pattern needs no sandbox.
_HARMLESS_PATTERN = re.compile(r"[\w\s|^$'’-]*")

_lock = threading.Lock()
_bindings: Bindings | None = None


def install(sandbox: Sandbox, *, translate: Callable[[str], str] = str) -> None:
    """Send problem scripts, formulas, symbolic answers and authors' patterns to this sandbox from now on.

    Call it after `xblocks_contrib` is imported. Called again, it only changes the sandbox and the language of the
    messages. Refuses with `RuntimeError` when capa no longer has a name that must be replaced.
    """
    global _bindings  # noqa: PLW0603 -- one capa in the process, one set of bindings
    with _lock:
        if _bindings is None:
            bindings = Bindings(sandbox, translate)
            bindings.rebind()
            _bindings = bindings
        else:
            _bindings.sandbox, _bindings.translate = sandbox, translate


class Bindings:
    """The functions that capa calls instead of its own."""

    def __init__(self, sandbox: Sandbox, translate: Callable[[str], str]) -> None:
        """Answer capa with this sandbox, in the language that `translate` gives."""
        self.sandbox = sandbox
        self.translate = translate
        self.prepared = threading.local()
        self.responses = importlib.import_module(f"{_PACKAGE}.capa.responsetypes")
        self.inputs = importlib.import_module(f"{_PACKAGE}.capa.inputtypes")
        self.tolerances = importlib.import_module(f"{_PACKAGE}.capa.util")
        self.block = importlib.import_module(f"{_PACKAGE}.capa_block")
        importlib.import_module(f"{_PACKAGE}.capa.safe_exec.safe_exec")
        # The package holds a function under the module's name.
        self.scripts = sys.modules[f"{_PACKAGE}.capa.safe_exec.safe_exec"]
        self.calc = importlib.import_module("calc")
        self.pyparsing = importlib.import_module("pyparsing")
        self.too_much = _told_as(self.calc.UndefinedVariable)
        self.whole_preview = self.inputs.latex_preview

    def rebind(self) -> None:
        """Replace all names, or none."""
        formula = self.responses.FormulaResponse
        symbolic = self.responses.SymbolicResponse
        problem = self.block.ProblemBlock
        plan: list[tuple[Any, str, Any]] = [
            (self.scripts, "codejail_safe_exec", self.run_script),
            (self.scripts, "codejail_not_safe_exec", self.run_script),
            (self.responses, "evaluator", self.evaluator),
            (self.tolerances, "evaluator", self.evaluator),
            (self.responses, "symmath_check", self.symmath_check),
            (self.responses, "re", AuthoredPatterns(self)),
            (self.inputs, "latex_preview", self.latex_preview),
            (self.inputs, "chemcalc", Chemistry(self, self.inputs.chemcalc)),
            (formula, "tupleize_answers", self._evaluating_together(formula.tupleize_answers)),
            (symbolic, "execute_check_function", self._as_student_error(symbolic.execute_check_function)),
            (problem, "handle_fatal_lcp_error", self._saying_why(problem.handle_fatal_lcp_error)),
            (problem, "handle_ajax", self._as_processing_error(problem.handle_ajax)),
        ]
        missing = [name for owner, name, _ in plan if not hasattr(owner, name)]
        if missing:
            message = f"the problem block has changed and would run code unprotected: {', '.join(missing)}"
            raise RuntimeError(message)
        for owner, name, replacement in plan:
            setattr(owner, name, replacement)

    # -- scripts

    def run_script(
        self,
        code: str,
        globals_dict: dict[str, Any],
        files: Sequence[str] | None = None,
        python_path: Sequence[str] | None = None,
        limit_overrides_context: str | None = None,
        slug: str | None = None,
        extra_files: Sequence[tuple[str, bytes]] | None = None,
    ) -> None:
        """Run a problem's script; what it raises is capa's `SafeExecException`, which capa may keep in its cache."""
        del files, limit_overrides_context, slug
        seed = _SEED.search(code)
        try:
            result = self.sandbox.run_script(
                code,
                globals_dict,
                seed=int(seed[1]) if seed and seed[1] != "None" else None,
                extra_files=archives_for(python_path or (), dict(extra_files or ())),
                first_line=self._first_line(code),
            )
        except CodeFailed as failure:
            raise self.scripts.SafeExecException(failure.words(self.translate)) from failure
        except SandboxError as problem:
            raise self._tell(problem) from None  # not kept in the cache: it may work the next time
        globals_dict.update(result)

    def _first_line(self, code: str) -> int:
        before, lazy_imports, _ = code.partition(self.scripts.LAZY_IMPORTS)
        return 1 if not lazy_imports else (before + lazy_imports).count("\n") + 1

    def _tell(self, problem: SandboxError) -> SandboxError:
        problem.message = problem.words(self.translate)
        return problem

    # -- formulas

    def evaluator(
        self,
        variables: Mapping[str, Any],
        unary_functions: Mapping[str, Any],
        math_expr: str,
        case_sensitive: bool = False,  # noqa: FBT001, FBT002 -- the signature that capa calls
    ) -> Any:
        """Return the value of a formula; raise what the calculator would raise."""
        text = fold(math_expr)
        number = plain_number(text)
        if number is not None:
            return number
        if unary_functions:
            message = "functions of the host cannot be used in the sandbox"
            raise TypeError(message)
        ready = getattr(self.prepared, "values", {}).get((text, id(variables)))
        value = self._evaluated(text, [variables], case_sensitive)[0] if ready is None else ready
        if isinstance(value, Exception):
            raise value
        return value

    def _evaluated(self, text: str, samples: Sequence[Mapping[str, Any]], case_sensitive: bool) -> list[Any]:  # noqa: FBT001
        """Return a value for each sample, the last one perhaps an exception."""
        try:
            values, failure = self.sandbox.evaluate_many([(text, sample) for sample in samples], case_sensitive=case_sensitive)
        except SandboxError as problem:
            return [self._too_much(problem)]
        return values if failure is None else [*values, self._as_calculator_error(failure)]

    def _too_much(self, problem: SandboxError) -> Exception:
        """Return an error that capa shows as it is: it hands on the words of an undefined variable, and no others."""
        words = self.translate(WORDS["slow"]) if problem.reason in _SLOW else problem.words(self.translate)
        told: Exception = self.too_much(words)
        told.__cause__ = problem
        return told

    def _as_calculator_error(self, failure: CodeFailed) -> Exception:
        if failure.kind == "ParseException":
            error: Exception = self.pyparsing.ParseException("", 0, failure.text)
            return error
        kinds = {
            "UndefinedVariable": self.calc.UndefinedVariable,
            "UnmatchedParenthesis": self.calc.UnmatchedParenthesis,
            "ValueError": ValueError,
            "ZeroDivisionError": ZeroDivisionError,
            "OverflowError": OverflowError,
        }
        known: Exception = kinds.get(failure.kind, ArithmeticError)(failure.text)
        return known

    def _evaluating_together(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Evaluate all samples of a formula in one call; capa asks for them one by one."""

        @functools.wraps(original)
        def tupleize_answers(response: Any, answer: str, var_dict_list: Sequence[Mapping[str, Any]]) -> Any:
            text = fold(answer)
            if plain_number(text) is not None:
                return original(response, answer, var_dict_list)
            values = self._evaluated(text, var_dict_list, bool(response.case_sensitive))
            self.prepared.values = {(text, id(sample)): value for sample, value in zip(var_dict_list, values, strict=False)}
            try:
                return original(response, answer, var_dict_list)
            finally:
                self.prepared.values = {}

        return tupleize_answers

    # -- symbolic answers

    def symmath_check(
        self,
        expect: str,
        ans: str,
        dynamath: Sequence[str | None] | None = None,
        options: str | None = None,
        debug: object = None,
        xml: object = None,
    ) -> dict[str, Any]:
        """Return the verdict on a symbolic answer, its message freed of whatever markup the learner typed."""
        del debug, xml
        verdict = self.sandbox.symmath(expect, fold(ans), dynamath=dynamath, options=options)
        return {"ok": verdict["ok"], "msg": nh3.clean(verdict["msg"], attributes={"*": {"class"}})}

    def _as_student_error(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Say in words that an answer could not be checked, and do not count it as an attempt."""

        @functools.wraps(original)
        def execute_check_function(response: Any, *args: Any) -> Any:
            try:
                return original(response, *args)
            except Exception as problem:
                found = _sandbox_error(problem)
                reason = "symbols" if found is None or isinstance(found, CodeFailed) else found.reason
                told = self.translate(WORDS["slow" if reason in _SLOW else reason])
                raise self.responses.StudentInputError(told) from problem

        return execute_check_function

    # -- previews

    def latex_preview(self, math_expr: str, *args: Any, **options: Any) -> str:
        """Return the LaTeX of a formula being typed."""
        text = fold(math_expr)
        if plain_number(text) is not None:
            return str(self.whole_preview(text, *args, **options))
        return self.preview(self.sandbox.preview_formula, text)

    def preview(self, call: Callable[[str], str], text: str) -> str:
        """Return a preview; raise the parser's error, which capa has words for."""
        try:
            return call(text)
        except CodeFailed as failure:
            raise self._as_calculator_error(failure) from failure

    # -- the block

    def _saying_why(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Tell the learner why a problem cannot be shown; capa would only say that it cannot."""

        @functools.wraps(original)
        def handle_fatal_lcp_error(block: Any, error: BaseException | None) -> Any:
            shown = original(block, error)
            found = _sandbox_error(sys.exc_info()[1])
            if error is not None or found is None:
                return shown
            return self.block.HTML('<p class="problem-unavailable">{}</p>').format(self._words_for_learner(found))

        return handle_fatal_lcp_error

    def _words_for_learner(self, problem: SandboxError) -> str:
        """Return words without the script's own error, which is for its author."""
        return self.translate(WORDS["broken"] if isinstance(problem, CodeFailed) else WORDS[problem.reason])

    def _as_processing_error(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Answer in words also when the problem could not be built at all; capa would raise."""

        @functools.wraps(original)
        def handle_ajax(block: Any, *args: Any) -> Any:
            try:
                return original(block, *args)
            except self.responses.LoncapaProblemError as problem:
                found = _sandbox_error(problem)
                words = self.translate(WORDS["broken"]) if found is None else self._words_for_learner(found)
                raise self.block.ProcessingError(words) from problem

        return handle_ajax


class AuthoredPatterns:
    """Stands for the module `re` where authors' patterns are used: compiles nothing here."""

    def __init__(self, bindings: Bindings) -> None:
        """Match in the sandbox of these bindings."""
        self._bindings = bindings

    def __getattr__(self, name: str) -> Any:
        """Leave everything else, and capa's own fixed patterns, to `re`."""
        return getattr(re, name)

    @staticmethod
    def compile(pattern: str, flags: int = 0) -> tuple[str, int]:
        """Keep the pattern until there is a text to search."""
        return pattern, int(flags)

    def search(self, pattern: str | tuple[str, int], text: str, flags: int = 0) -> object:
        """Say whether the pattern is found in the text."""
        written, chosen = (pattern, flags) if isinstance(pattern, str) else pattern
        if _HARMLESS_PATTERN.fullmatch(written):
            return re.search(written, text, chosen)
        try:
            return self._bindings.sandbox.regex_search(written, text, chosen) or None
        except SandboxError as problem:
            raise self._bindings._tell(problem) from None  # noqa: SLF001 -- the same module


class Chemistry:
    """Stands for the module `chemcalc` where a formula is previewed."""

    def __init__(self, bindings: Bindings, original: ModuleType) -> None:
        """Parse in the sandbox of these bindings."""
        self._bindings = bindings
        self._original = original

    def __getattr__(self, name: str) -> Any:
        """Leave everything else to the module."""
        return getattr(self._original, name)

    def render_to_html(self, formula: str) -> str:
        """Return the HTML of a chemical formula."""
        return self._bindings.preview(self._bindings.sandbox.preview_chemistry, formula)


def _told_as(shown: type[Exception]) -> type[Exception]:
    return type("CalculationStopped", (shown,), {"__doc__": "A formula that was not evaluated, and why, in words."})


def _sandbox_error(problem: BaseException | None) -> SandboxError | None:
    return next((found for found in _chain(problem) if isinstance(found, SandboxError)), None)


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__
