"""What can be wrong with a course's files, made into findings with a file and a line."""

from __future__ import annotations

from typing import Any, NoReturn

from lms_app.domain.errors import Invalid
from lms_app.domain.problems import Problem, Severity


class FileRefused(Invalid):
    """A file or an archive that can't be taken; `problem` says where and why."""

    code = "file_refused"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code, file=problem.file, line=problem.line, **problem.facts)
        self.problem = problem


def error(code: str, file: str = "", line: int = 0, /, **facts: Any) -> Problem:
    """Return a finding that stops the import."""
    return Problem(Severity.ERROR, code, file, line, facts)


def warning(code: str, file: str = "", line: int = 0, /, **facts: Any) -> Problem:
    """Return a finding about a loss or a guess."""
    return Problem(Severity.WARNING, code, file, line, facts)


def note(code: str, file: str = "", line: int = 0, /, **facts: Any) -> Problem:
    """Return a finding that is only good to know."""
    return Problem(Severity.NOTE, code, file, line, facts)


def refuse(code: str, file: str = "", line: int = 0, /, **facts: Any) -> NoReturn:
    """Raise `FileRefused` for this file."""
    raise FileRefused(error(code, file, line, **facts))
