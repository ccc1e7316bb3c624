"""Say what the author of a piece of field work asks for: how many pieces, which facts, which photos, what to think about afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, When, Words

MOST_PIECES = 12
MOST_PHOTOS = 6
REQUIRED, OFFERED, LEFT_OUT = "required", "offered", "left_out"
PARTS = ("date", "place", "cooperative", "participants")
"""The facts that an author may require, offer, or leave out of the form."""
USUAL_BANDS: Mapping[str, str] = {
    "u18": N_("Under 18"),
    "18-35": N_("18 to 35"),
    "36-59": N_("36 to 59"),
    "60-up": N_("60 and over"),
}
_DEMANDS = ((REQUIRED, N_("Required")), (OFFERED, N_("Offered, may stay empty")), (LEFT_OUT, N_("Left out")))


def _demand(name: str, label: str) -> Attribute:
    return Attribute(name=name, label=label, kind="choice", choices=_DEMANDS, default=REQUIRED, more=True)


SCHEMA = Schema(
    tag="coop_evidence",
    attributes=(
        Attribute(
            name="pieces",
            label=N_("Pieces of evidence"),
            kind="whole",
            help=N_("How many must be accepted: 3 for three visits."),
            default=1,
            least=1,
            most=MOST_PIECES,
        ),
        Attribute(
            name="photos",
            label=N_("Photos needed"),
            kind="whole",
            help=N_("For each piece, 0 to 6. More may be sent, up to 6."),
            default=1,
            least=0,
            most=MOST_PHOTOS,
        ),
        _demand("date", N_("The day")),
        _demand("place", N_("The place, in words")),
        _demand("cooperative", N_("The cooperative or group")),
        _demand("participants", N_("Who took part: women and men by age")),
        Attribute(
            name="ages",
            label=N_("Ages of those who took part"),
            kind="choice",
            choices=(("usual", N_("Under 18, 18 to 35, 36 to 59, 60 and over")), ("own", N_("Ages that I name"))),
            default="usual",
            more=True,
        ),
    ),
    words=(
        Words(part="prompt", label=N_("What is to be done"), help=N_("What to do, with whom, and what to bring back."), long=True),
    ),
    parts=(
        Part(
            tag="question",
            key="questions",
            label=N_("Question to think about"),
            add=N_("Add a question"),
            attributes=(
                Attribute(
                    name="may_be_empty",
                    label=N_("May stay empty"),
                    kind="truth",
                ),
            ),
            words=(Words(part="", label=N_("Question"), required=True, long=True),),
            most=6,
            prefix="q",
        ),
        Part(
            tag="band",
            key="bands",
            label=N_("Age"),
            add=N_("Add an age"),
            words=(Words(part="", label=N_("What it is called"), required=True),),
            least=1,
            most=8,
            prefix="b",
            when=When(attribute="ages", values=frozenset({"own"})),
        ),
        Part(
            tag="reason",
            key="reasons",
            label=N_("Reason to refuse"),
            add=N_("Add a reason"),
            words=(Words(part="", label=N_("Reason, as the trainee reads it"), required=True),),
            most=12,
            prefix="r",
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Band:
    """An age by which people are counted; without words of its author it has the usual ones."""

    id: str
    words: str
    is_usual: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of one piece of evidence, and how many are."""

    pieces: int
    photos: int
    demands: Mapping[str, str]
    """Of the facts: required, offered or left out."""
    questions: Mapping[str, bool]
    """Ids in order; whether an answer is needed."""
    bands: tuple[Band, ...]
    reasons: tuple[str, ...]
    """Ids, in order."""

    def asks(self, part: str) -> bool:
        """Tell whether the form has a fact at all."""
        return self.demands[part] != LEFT_OUT

    def requires(self, part: str) -> bool:
        """Tell whether a fact must be there."""
        return self.demands[part] == REQUIRED


def asked_of(structure: Mapping[str, Any], texts: Mapping[str, str]) -> Asked:
    """Return what a content asks for; within its limits whatever a foreign host stored."""
    allowed = {value for value, _label in _DEMANDS}
    demands = {part: str(structure.get(part, REQUIRED)) for part in PARTS}
    return Asked(
        pieces=_within(structure.get("pieces"), 1, 1, MOST_PIECES),
        photos=_within(structure.get("photos"), 1, 0, MOST_PHOTOS),
        demands={part: demand if demand in allowed else REQUIRED for part, demand in demands.items()},
        questions={one["id"]: not one.get("may_be_empty") for one in structure.get("questions", ())},
        bands=_bands(structure, texts),
        reasons=tuple(one["id"] for one in structure.get("reasons", ())),
    )


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with a content: words that say nothing, and a task that asks for nothing at all."""
    found = [
        Fault(N_("This says nothing."), path=f"{key}.{index}")
        for key in ("questions", "bands", "reasons")
        for index, one in enumerate(structure.get(key, ()))
        if not plain(texts.get(one["id"], "")).strip()
    ]
    asked = asked_of(structure, texts)
    if texts and not (asked.photos or asked.questions or any(map(asked.asks, PARTS))):
        found.append(Fault(N_("Nothing is asked for: no photo, no fact, no question."), path="photos"))
    return found


def _bands(structure: Mapping[str, Any], texts: Mapping[str, str]) -> tuple[Band, ...]:
    own = structure.get("bands", ()) if structure.get("ages") == "own" else ()
    if own:
        return tuple(Band(id=one["id"], words=plain(texts.get(one["id"], "")), is_usual=False) for one in own)
    return tuple(Band(id=name, words=words, is_usual=True) for name, words in USUAL_BANDS.items())


def _within(number: object, usual: int, least: int, most: int) -> int:
    return min(max(number, least), most) if isinstance(number, int) and not isinstance(number, bool) else usual
