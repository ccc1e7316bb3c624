"""What a problem of the five common kinds says, whichever way it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["choice", "choices", "menu", "number", "text"]
"""One choice, several choices, a drop-down list, a number, a text."""


@dataclass(frozen=True)
class Wrong:
    """Something in the text that can't be understood: where, and which refusal says so."""

    line: int
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """What a learner reads after an answer. All texts here are canonical inline XML."""

    text: str
    label: str = ""


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    text: str
    is_right: bool
    note: Note | None = None
    """When it was chosen."""
    left: Note | None = None
    """When it was left alone (several choices only)."""
    is_fixed: bool = False
    """Keeps its place when the others are shuffled."""


@dataclass(frozen=True)
class Answer:
    """An answer that is typed."""

    value: str
    note: Note | None = None


@dataclass(frozen=True)
class Answers:
    """Where the learner answers: one of the five kinds."""

    kind: Kind
    choices: tuple[Choice, ...] = ()
    combined: tuple[Answer, ...] = ()
    """Notes on combinations, as in `A B` (several choices only)."""
    is_shuffled: bool = False
    right: tuple[Answer, ...] = ()
    """Right answers, the first one first."""
    wrong: tuple[Answer, ...] = ()
    """Wrong answers that get a note (text only)."""
    tolerance: str = ""
    is_pattern: bool = False
    """The right answers are regular expressions."""


@dataclass(frozen=True)
class Line:
    """A paragraph, a heading, a piece of code or a piece of HTML of its own."""

    kind: Literal["text", "heading", "code", "html"]
    text: str


@dataclass(frozen=True)
class Label:
    """The question itself."""

    text: str
    description: str = ""


Part = Line | Label | Answers


@dataclass(frozen=True)
class Question:
    """One question; one without answers is text between questions."""

    parts: tuple[Part, ...]
    explanation: tuple[Line, ...] = ()

    @property
    def answers(self) -> Answers | None:
        """Where the learner answers, if anywhere."""
        return next((part for part in self.parts if isinstance(part, Answers)), None)


@dataclass(frozen=True)
class Problem:
    """All questions of a problem, and the hints that learners may ask for."""

    questions: tuple[Question, ...]
    hints: tuple[str, ...] = ()
