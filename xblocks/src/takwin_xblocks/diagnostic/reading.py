"""Read what a screen sent: values of the scale, stones in bowls, and the name of a cooperative."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from takwin_xblocks.contract.markup import possible, unturned
from takwin_xblocks.diagnostic.grading import ValueRefused, read_count, read_value
from takwin_xblocks.diagnostic.rendering import stones_names

Given = Mapping[str, list[str]]
_LONGEST_DRAFT = 16
"""Marks that turn the direction of all that follows, names of others included."""


class Unreadable(ValueError):
    """Something that was sent is none of the values asked for."""

    def __init__(self, statements: list[str], typed: dict[str, str] | None = None) -> None:
        super().__init__(", ".join(statements))
        self.statements = statements
        self.typed = typed or {}
        """What was typed, by field, for a page that shows it again."""


def read_scale(given: Given, statements: list[str]) -> dict[str, int | None]:
    """Return the values that were sent. Refuses (`Unreadable`) all of them if one is none of the scale, or is sent twice."""
    values: dict[str, int | None] = {}
    wrong = []
    for statement in statements:
        try:
            if given.get(statement):
                values[statement] = read_value(_single(given[statement]))
        except ValueRefused:
            wrong.append(statement)
    if wrong:
        raise Unreadable(wrong)
    return values


def read_stones(given: Given, statements: list[str]) -> dict[str, list[int]]:
    """Return the stones in each statement's five bowls; an empty bowl is 0. Refuses (`Unreadable`) all if one is no count."""
    counts: dict[str, list[int]] = {}
    wrong = []
    for statement in statements:
        try:
            counts[statement] = [read_count(_single(given[name])) if given.get(name) else 0 for name in stones_names(statement)]
        except ValueRefused:
            wrong.append(statement)
    if wrong:
        names = [name for statement in statements for name in stones_names(statement) if given.get(name)]
        raise Unreadable(wrong, {name: possible(given[name][0])[:_LONGEST_DRAFT] for name in names})
    return counts


def clean_name(typed: str) -> str:
    """Return a name on one line, without characters that no page shows or that turn the text around them."""
    kept = "".join(" " if unicodedata.category(one) == "Cc" else one for one in unturned(possible(typed)))
    return " ".join(kept.split())


def _single(sent: list[str]) -> str:
    if len(sent) != 1:
        raise ValueRefused("several")
    return sent[0]
