"""Answers of a poll as lines of text: one a line, and an answer whose words are changed is still the same answer, with its votes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import count
from typing import Any, Final

from lms_app.domain.content import Json

_MANY: Final = 0.4
"""How alike two texts must be for one to be the other in new words, where their places do not tell."""


def shown_lines(value: Json) -> str | None:
    """Return a list of answers, one a line; None for a value of another shape."""
    if not isinstance(value, list) or not value or any(_label(each) is None for each in value):
        return None
    return "\n".join(" ".join(str(_label(each)).split()) for each in value)


def written_lines(text: str, before: Json) -> list[Json]:
    """Return the answers that the lines say, in the shape of those before.

    A line that stood there before is the same answer wherever it moved; one in new words keeps the name of the answer in
    whose place it stands, so that votes stay; all others are new.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    known: Sequence[Any] = before if isinstance(before, list) else ()
    labels = [" ".join(str(_label(each)).split()) for each in known]
    partner = _partners(labels, lines)
    taken = {_name(each) for each in known}
    found: list[Json] = []
    for place, line in enumerate(lines):
        if place in partner:
            found.append(_relabelled(known[partner[place]], line))
        else:
            found.append(_new(known, _fresh(line, taken), line))
    return found


def _fresh(line: str, taken: set[str]) -> str:
    """Return a name that no answer has, the same whenever the same line is read again."""
    name = next(made for turn in count() if (made := f"a{hashlib.sha256(f'{turn}:{line}'.encode()).hexdigest()[:8]}") not in taken)
    taken.add(name)
    return name


def _name(each: Any) -> str:
    return str(each["id"] if isinstance(each, Mapping) else each[0])


def _partners(labels: list[str], lines: list[str]) -> dict[int, int]:
    """Return for the places of lines the answers that they are."""
    found: dict[int, int] = {}
    free = list(range(len(labels)))
    for place, line in enumerate(lines):
        same = next((one for one in free if labels[one] == line), None)
        if same is not None:
            found[place] = same
            free.remove(same)
    open_places = [place for place in range(len(lines)) if place not in found]
    if len(labels) == len(lines):  # nothing was added or taken out: what is left changed its words where it stands
        found |= {place: place for place in open_places if place in free}
        free = [one for one in free if one not in found.values()]
        open_places = [place for place in open_places if place not in found]
    for place in open_places:
        alike = max(free, key=lambda one: _likeness(labels[one], lines[place]), default=None)
        if alike is not None and _likeness(labels[alike], lines[place]) >= _MANY:
            found[place] = alike
            free.remove(alike)
    return found


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


def _label(each: Any) -> str | None:
    """Return the words of an answer: `{"id", "text"}`, `[name, {"label"}]` or `[name, words]`."""
    if isinstance(each, Mapping):
        return str(each["text"]) if {"id", "text"} <= each.keys() else None
    if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str):  # noqa: PLR2004 -- a name, and what it names
        told = each[1]
        return str(told["label"]) if isinstance(told, Mapping) and "label" in told else told if isinstance(told, str) else None
    return None


def _relabelled(each: Any, line: str) -> Json:
    if " ".join(str(_label(each)).split()) == line:
        return each
    if isinstance(each, Mapping):
        return {**each, "text": line}
    return [each[0], {**each[1], "label": line} if isinstance(each[1], Mapping) else line]


def _new(known: Sequence[Any], name: str, line: str) -> Json:
    like = known[0] if known else None
    if isinstance(like, list) and isinstance(like[1], Mapping):
        return [name, {**dict.fromkeys(like[1], ""), "label": line}]
    return [name, line] if isinstance(like, list) else {"id": name, "text": line}
