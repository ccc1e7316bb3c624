"""What the parts of a cooperative's block are called, and what was changed in them: question 2, choice 1, right answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext

from lms_app.domain.content import Json
from lms_app.web.i18n import N_

NOUNS: Final[Mapping[str, str]] = {
    "questions": N_("Question"),
    "choices": N_("Choice"),
    "options": N_("Choice"),
    "items": N_("Item"),
    "targets": N_("Place"),
    "nodes": N_("Situation"),
    "endings": N_("Ending"),
    "measures": N_("Indicator"),
    "pillars": N_("Area"),
    "statements": N_("Statement"),
    "rows": N_("Row"),
    "columns": N_("Column"),
    "cells": N_("Cell"),
    "figures": N_("Figure"),
    "suggestions": N_("Suggestion"),
    "sets": N_("Set of figures"),
}
ASPECTS: Final[Mapping[str, str]] = {
    "prompt": N_("question"),
    "hint": N_("hint"),
    "feedback": N_("feedback"),
    "situation": N_("what happens"),
    "title": N_("Title"),
    "consequence": N_("Consequence"),
    "alt": N_("What the picture shows"),
    "picture_alt": N_("What the picture shows"),
    "transcript": N_("What the recording says"),
    "name": N_("name"),
    "unit": N_("unit"),
    "intro": N_("introduction"),
    "lesson": N_("lesson learned"),
    "debrief": N_("debriefing"),
    "advice": N_("advice"),
    "correct": N_("right answer"),
    "incorrect": N_("wrong answer"),
    "to": N_("where it leads"),
    "belongs": N_("belongs"),
    "rank": N_("rank"),
    "kind": N_("kind"),
    "shuffle": N_("mixed order"),
    "formula": N_("formula"),
    "value": N_("value"),
    "values": N_("values"),
    "usual": N_("usual value"),
    "tolerance": N_("tolerance"),
    "partial": N_("partial points"),
    "effects": N_("effects"),
    "pass_share": N_("share to pass"),
    "months": N_("months"),
}
_MARK: Final = re.compile(r"<[^<>]*>")
_GIST: Final = 60
Way = tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """One part of a block's structure."""

    label: str
    facts: Mapping[str, Json]
    """Its own values by name, without those of the parts in it."""
    order: Mapping[str, tuple[str, ...]]
    """The ids of the parts in it, by the name of their list."""
    noun: str = ""


@dataclass(frozen=True)
class Told:
    """One change in words."""

    label: str
    before: str
    after: str


def pieces(structure: Json) -> dict[Way, Piece]:
    """Return the parts of a structure by the ids on the way to them; the whole is under ()."""
    return dict(_walk(structure if isinstance(structure, Mapping) else {}, (), ""))


def label_of_text(key: str, known: Mapping[Way, Piece]) -> str:
    """Return what a text of a block is about: “Question 2 · Choice 1 · feedback”."""
    way: Way = ()
    said: list[str] = []
    for step in key.split("/"):
        longer = (*way, step)
        found = longer if longer in known else next((one for one in known if one[-1:] == (step,) and one[: len(way)] == way), None)
        if found is not None:
            way = found
        else:
            said.append(aspect(step))
    return _joined([known[way].label if way else "", *said])


def aspect(name: str) -> str:
    """Return what a value of a part is called."""
    return str(gettext(ASPECTS[name])) if name in ASPECTS else name.replace("_", " ")


def told_changes(before: Json, after: Json, *, old_texts: Mapping[str, str], new_texts: Mapping[str, str]) -> Iterator[Told]:
    """Yield what changed in a structure: parts that came and went, another order, right answers by their words, other values."""
    old, new = pieces(before), pieces(after)
    for way, piece in old.items():
        if way and way not in new and way[:-1] in new:
            yield Told(_joined([piece.label, gettext("left out")]), _gist(way, old_texts), "")
    for way, piece in new.items():
        if way and way not in old and way[:-1] in old:
            yield Told(_joined([piece.label, gettext("new")]), "", _gist(way, new_texts))
        if way in old:
            yield from _changed(way, old[way], piece, old_texts, new_texts)
            yield from _right(way, old, new, old_texts, new_texts)


def _changed(way: Way, was: Piece, now: Piece, old_texts: Mapping[str, str], new_texts: Mapping[str, str]) -> Iterator[Told]:
    for name in dict.fromkeys([*was.facts, *now.facts]):
        if name != "correct" and was.facts.get(name) != now.facts.get(name):
            pair = (_value(was.facts.get(name), old_texts), _value(now.facts.get(name), new_texts))
            yield Told(_joined([now.label, aspect(name)]), *pair)
    for name, ids in now.order.items():
        left = [one for one in was.order.get(name, ()) if one in ids]
        stayed = [one for one in ids if one in left]
        if left != stayed:
            yield Told(_joined([now.label, gettext("order")]), *(_rows(way, order, old_texts) for order in (left, stayed)))


def _right(
    way: Way, old: Mapping[Way, Piece], new: Mapping[Way, Piece], old_texts: Mapping[str, str], new_texts: Mapping[str, str]
) -> Iterator[Told]:
    """Yield which choices of a question were right and are right now, when that differs."""
    was, now = ([one for one, piece in side.items() if one[:-1] == way and piece.facts.get("correct")] for side in (old, new))
    if was != now:
        label = _joined([new[way].label, gettext("right answer")])
        yield Told(label, ", ".join(_gist(one, old_texts) for one in was), ", ".join(_gist(one, new_texts) for one in now))


def _walk(value: Mapping[str, Json], way: Way, label: str, noun: str = "") -> Iterator[tuple[Way, Piece]]:
    lists = {name: one for name, one in value.items() if _is_list_of_parts(one)}
    facts = {name: one for name, one in value.items() if name not in lists and name != "id"}
    order = {name: tuple(str(one["id"]) for one in held) for name, held in lists.items()}
    yield way, Piece(label, facts, order, noun)
    for name, held in lists.items():
        for number, one in enumerate(held, 1):
            called = gettext(NOUNS[name]) if name in NOUNS else name.replace("_", " ")
            yield from _walk(one, (*way, str(one["id"])), _joined([label, f"{called} {number}"]), name)


def _is_list_of_parts(value: Json) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, Mapping) and isinstance(one.get("id"), str) for one in value)
    )


def _gist(way: Way, texts: Mapping[str, str]) -> str:
    """Return how the words of a part begin; its id where it has none."""
    for start in range(len(way)):
        key = "/".join(way[start:])
        for name in (key, f"{key}/prompt", f"{key}/situation", f"{key}/name", f"{key}/text"):
            if texts.get(name):
                return _begun(texts[name])
    return way[-1] if way else ""


def _rows(way: Way, ids: list[str], texts: Mapping[str, str]) -> str:
    return " → ".join(_gist((*way, one), texts) for one in ids)


def _value(value: Json, texts: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, Mapping):
        return ", ".join(f"{aspect(str(name))}: {_value(one, texts)}" for name, one in value.items())
    if isinstance(value, list):
        return "; ".join(_value(one, texts) for one in value)
    text = str(value)
    return _gist((text,), texts) if text in texts or f"{text}/name" in texts or f"{text}/situation" in texts else text


def _begun(text: str) -> str:
    words = " ".join(_MARK.sub(" ", text).split())
    return words if len(words) <= _GIST else f"{words[:_GIST].rsplit(' ', 1)[0]}…"


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)
