"""How commands speak: refusals in one plain sentence, findings with file and line, everything as JSON when asked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from lms_app.domain.errors import TakwinError
from lms_app.domain.problems import Problem, Severity
from lms_app.web.words import in_english

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Group(click.Group):
    """Commands whose refusals are one plain sentence, and not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it refuses is said on one line, with exit code 1."""
        try:
            return super().invoke(ctx)
        except TakwinError as error:
            raise click.ClickException(in_english(error)) from error


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")


def say_json(facts: Any) -> None:
    """Print facts as JSON."""
    click.echo(json.dumps(facts, ensure_ascii=False, indent=1))


def say_problems(problems: Iterable[Problem]) -> None:
    """Print findings, each with its place and what to do."""
    for problem in problems:
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        kind = click.style(str(problem.severity), fg=_COLOURS[problem.severity], bold=True)
        click.echo(f"{kind} {place + ': ' if place else ''}{problem.code} {_told(problem)}")


def _told(problem: Problem) -> str:
    return ", ".join(f"{name}: {value}" for name, value in problem.facts.items())
