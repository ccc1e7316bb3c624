"""Several faults told at once: nobody likes to mend a form one field at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lms_app.domain.errors import Invalid

Found = TypeVar("Found")


class Findings:
    """Several looks at what was given, each of which may refuse it: all refusals are told at once."""

    def __init__(self) -> None:
        self.wrong: list[Invalid] = []

    def __call__(self, look: Callable[[], Found]) -> Found | None:
        """Return what the look gives, or None when it refuses, which is remembered."""
        try:
            return look()
        except Invalid as error:
            self.wrong.append(error)
            return None

    def raise_all(self) -> None:
        """Raise one `Invalid` whose `wrong` lists all refusals; return silently when there was none."""
        if self.wrong:
            raise Invalid("several_wrong", wrong=tuple(self.wrong))
