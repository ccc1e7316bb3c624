"""Say what an observation's author decides: what is observed, on which scale, what its points come to, and who observes."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, When, Words
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.observation.grading import Rules

USUAL_MINUTES = 30
USUAL_TRAINERS, USUAL_PEERS = 1, 2
LEAST_ITEMS, MOST_ITEMS = 3, 30
LEAST_LEVELS, MOST_LEVELS = 2, 5
USUAL_LEVELS = (N_("Not seen"), N_("Partly"), N_("Clearly"))
_MOST_POINTS = MOST_ITEMS * (MOST_LEVELS - 1)
_USUAL_MOST = 24
_MARKS = {"level_two": 9, "pass_mark": 17, "level_four": 22, "difference": 6}
"""The marks of the teach-back checklist, out of 24; of other lists in the same proportion where their author says nothing."""


def _mark(name: str, label: str, told: str, *, least: int = 1) -> Attribute:
    return Attribute(name=name, label=label, help=told, kind="whole", least=least, most=_MOST_POINTS, more=True)


SCHEMA = Schema(
    tag="coop_observation",
    attributes=(
        Attribute(
            name="minutes",
            label=N_("Minutes"),
            help=N_("How long it lasts: the observers' phones count down."),
            kind="whole",
            default=USUAL_MINUTES,
            least=1,
            most=240,
        ),
        Attribute(
            name="trainers",
            label=N_("Trainers who observe"),
            help=N_("How many are expected. What fewer observed can be published too."),
            kind="whole",
            default=USUAL_TRAINERS,
            least=1,
            most=10,
        ),
        Attribute(
            name="peers_observe",
            label=N_("Other trainees observe too"),
            help=N_("What they send waits until a trainer counts it."),
            kind="truth",
            default=True,
        ),
        Attribute(
            name="peers",
            label=N_("Trainees who observe"),
            kind="whole",
            default=USUAL_PEERS,
            least=0,
            most=10,
            when=When(attribute="peers_observe", values=frozenset({"True", "true"})),
        ),
        _mark("pass_mark", N_("Points to pass (level 3)"), N_("Empty: 17 of 24, or the same share of the points of this list.")),
        _mark("level_two", N_("Points for level 2"), N_("Empty: 9 of 24, or the same share.")),
        _mark("level_four", N_("Points for level 4"), N_("With no zero at all. Empty: 22 of 24, or the same share.")),
        _mark(
            "difference",
            N_("Points by which observers may differ"),
            N_("Beyond that a trainer decides, and writes why. Empty: 6 of 24, or the same share."),
            least=0,
        ),
    ),
    words=(Words(part="prompt", label=N_("What is to be done"), help=N_("The trainee reads it before."), long=True),),
    parts=(
        Part(
            tag="item",
            key="items",
            label=N_("Item"),
            add=N_("Add an item"),
            attributes=(Attribute(name="key", label=N_("No zero is allowed here"), kind="truth"),),
            words=(
                Words(part="", label=N_("What is observed"), help=N_("Something that can be seen or heard."), required=True),
                Words(part="hint", label=N_("What to look for"), more=True),
            ),
            least=LEAST_ITEMS,
            most=MOST_ITEMS,
            prefix="i",
        ),
        Part(
            tag="level",
            key="levels",
            label=N_("Level"),
            add=N_("Add a level"),
            words=(Words(part="", label=N_("Its name, from the lowest to the highest"), required=True),),
            most=MOST_LEVELS,
            prefix="l",
        ),
    ),
)


def items_of(structure: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the items, in their order."""
    return tuple(str(one["id"]) for one in structure.get("items", ()))


def level_names(structure: Mapping[str, Any], texts: Mapping[str, str], voice: Voice) -> tuple[str, ...]:
    """Return what the levels are called, from 0: the author's, else the usual three in the reader's language."""
    own = tuple(texts.get(str(one["id"]), "").strip() or str(number) for number, one in enumerate(structure.get("levels", ())))
    return own if len(own) >= LEAST_LEVELS else tuple(voice.words.gettext(words) for words in USUAL_LEVELS)


def rules_of(structure: Mapping[str, Any]) -> Rules:
    """Return the rules; in proportion to the teach-back checklist where the author said nothing."""
    items = items_of(structure)
    levels = len(structure.get("levels", ()))
    top = (levels if levels >= LEAST_LEVELS else len(USUAL_LEVELS)) - 1
    most = top * len(items)
    marks = {name: _said(structure.get(name), ceil(mark * most / _USUAL_MOST)) for name, mark in _MARKS.items()}
    keys = frozenset(str(one["id"]) for one in structure.get("items", ()) if one.get("key"))
    return Rules(items=items, keys=keys, top=top, **marks)


def observers_expected(structure: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many trainers and how many peers are expected."""
    peers = _said(structure.get("peers"), USUAL_PEERS) if peers_may(structure) else 0
    return _said(structure.get("trainers"), USUAL_TRAINERS), peers


def peers_may(structure: Mapping[str, Any]) -> bool:
    """Tell whether trainees may observe each other."""
    return structure.get("peers_observe", True) is not False


def minutes_of(structure: Mapping[str, Any]) -> int:
    """Return how long it lasts."""
    return _said(structure.get("minutes"), USUAL_MINUTES)


def check(structure: Mapping[str, Any], _texts: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with a content: a scale of one level, marks that cannot be reached or stand in the wrong order."""
    faults = []
    if len(structure.get("levels", ())) == 1:
        faults.append(Fault(N_("A scale has two to five levels; none means the usual three."), path="levels"))
    if not structure.get("items"):
        return faults
    rules = rules_of(structure)
    given: dict[str, Any] = {"most": rules.most}
    if rules.level_four > rules.most:
        words = N_("{points} points cannot be reached: the items of this list give {most}.")
        faults.append(Fault(words, {**given, "points": rules.level_four}, "level_four"))
    if rules.pass_mark > rules.level_four:
        words = N_("Level 4 begins at {four} points, below the {three} that are needed to pass.")
        faults.append(Fault(words, {"four": rules.level_four, "three": rules.pass_mark}, "pass_mark"))
    if rules.level_two >= rules.pass_mark:
        words = N_("Level 2 begins at {two} points: it must be fewer than the {three} that are needed to pass.")
        faults.append(Fault(words, {"two": rules.level_two, "three": rules.pass_mark}, "level_two"))
    return faults


def _said(number: object, usual: int) -> int:
    return number if isinstance(number, int) and not isinstance(number, bool) and number >= 0 else usual
