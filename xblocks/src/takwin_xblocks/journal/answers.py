"""Read what a learner wrote: tidy, complete and not too long, or why not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from takwin_xblocks.contract.markup import possible, unturned

LONGEST = 4_000
"""Characters of one answer."""
LONGEST_DRAFT = 4 * LONGEST


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question, without its words."""

    id: str
    may_be_empty: bool = False


def tidy(typed: str) -> str:
    """Return a text with its line breaks, without the characters that a page cannot show or that turn its direction."""
    text = unturned(possible(typed)).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def refused(questions: Sequence[Question], written: Mapping[str, str]) -> dict[str, str]:
    """Return the codes of the answers that cannot be kept, by question: `empty`, `too_long`."""
    codes = {}
    for question in questions:
        text = written.get(question.id, "")
        if len(text) > LONGEST:
            codes[question.id] = "too_long"
        elif not text and not question.may_be_empty:
            codes[question.id] = "empty"
    return codes


def is_whole(questions: Sequence[Question], written: Mapping[str, str]) -> bool:
    """Tell whether every needed answer is there, and something at all where none is needed."""
    needed = [question.id for question in questions if not question.may_be_empty]
    if not needed:
        return any(written.get(question.id) for question in questions)
    return all(written.get(name) for name in needed)


def known(ids: Sequence[str], sent: Collection[str]) -> list[str]:
    """Return those of the ids that were sent, in their own order."""
    return [name for name in ids if name in sent]
