"""What was found wrong in something brought in: where, what, and what to do, as data that any language can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """Nothing is written."""
    WARNING = "warning"
    """Written, with a loss or a guess that the author should know."""
    NOTE = "note"
    """Written; good to know."""


@dataclass(frozen=True)
class Problem:
    """One finding of an import, an export or a check."""

    severity: Severity
    code: str
    """Chooses the words: `web/words.py` has a message and a remedy for each code, in three languages."""
    file: str = ""
    line: int = 0
    """1 is the first; 0 when the place in the file is not known."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Fills the words."""

    def as_json(self) -> dict[str, Any]:
        """Return the finding for `--json`."""
        return {"severity": str(self.severity), "code": self.code, "file": self.file, "line": self.line, **self.facts}
