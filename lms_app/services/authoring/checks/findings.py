"""What a look at a course finds: what is wrong, how much it matters, and where."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from lms_app.domain.keys import BlockId

Severity = Literal["must", "should", "could"]
SEVERITIES: Final[tuple[Severity, ...]] = ("must", "should", "could")
"""Learners meet something broken; they learn less well, or some of them cannot take part; worth a look."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at before publishing. Its words, and the way to the place, are the web's."""

    kind: str
    severity: Severity
    block: BlockId
    field: str = ""
    """Where in the block; empty for all of it."""
    language: str = ""
    """Of the translation in which it was found; empty for the source."""
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """What the words name."""


@dataclass(frozen=True)
class Looked:
    """What is to be said of one node, whatever course holds it."""

    findings: tuple[tuple[str, Severity, str, Mapping[str, Any]], ...] = ()
    """Kind, severity, field, facts."""
    files: tuple[tuple[str, str], ...] = ()
    """Field and path below `static/` that it needs."""
    blocks: tuple[tuple[str, str], ...] = ()
    """Field and name of a block that it leads to."""

    @property
    def weight(self) -> int:
        """How much memory it is worth."""
        return 1 + len(self.findings) + len(self.files) + len(self.blocks)
