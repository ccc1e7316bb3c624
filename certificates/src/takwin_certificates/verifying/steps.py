"""The list of steps of one check, written down in the order in which they are made."""

from __future__ import annotations

from typing import Final

from takwin_certificates.verifying.finding import Check, Outcome

_LONGEST_DETAIL: Final = 300


class Steps:
    """Collects what was looked at. A step that failed stays failed: nothing takes it back."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._checks: list[Check] = []

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every step so far, in order."""
        return tuple(self._checks)

    def passed(self, name: str, code: str = "ok", detail: str = "") -> None:
        """Write down that a step went well."""
        self._add(name, Outcome.PASSED, code, detail)

    def failed(self, name: str, code: str, detail: str = "") -> None:
        """Write down that a step failed, and why."""
        self._add(name, Outcome.FAILED, code, detail)

    def not_made(self, name: str, code: str, detail: str = "") -> None:
        """Write down that a step was left out, and why."""
        self._add(name, Outcome.NOT_MADE, code, detail)

    def add(self, checks: tuple[Check, ...]) -> None:
        """Take over the steps of something inside this file."""
        self._checks.extend(checks)

    def _add(self, name: str, outcome: Outcome, code: str, detail: str) -> None:
        shown = "".join(letter if letter.isprintable() else "�" for letter in detail[:_LONGEST_DETAIL])
        self._checks.append(Check(name, outcome, code, shown))
