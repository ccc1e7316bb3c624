"""What a journal or a case is made of, and what its author is told to put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, Words

_MOST_QUESTIONS = 6
_MOST_POINTS = 8

SCHEMA = Schema(
    tag="coop_journal",
    words=(
        Words(
            part="prompt",
            label=N_("What is told first"),
            help=N_("The case, or what to think back to."),
            long=True,
        ),
    ),
    parts=(
        Part(
            tag="question",
            key="questions",
            label=N_("Question"),
            add=N_("Add a question"),
            prefix="q",
            most=_MOST_QUESTIONS,
            attributes=(Attribute(name="may_be_empty", label=N_("May be left empty"), kind="truth", default=False),),
            words=(
                Words(part="", label=N_("Question"), required=True, long=True),
                Words(
                    part="model",
                    label=N_("A good answer"),
                    help=N_("Shown once the learner's own answer is kept. Leave it empty where only the learner knows the answer."),
                    long=True,
                ),
            ),
        ),
        Part(
            tag="point",
            key="points",
            label=N_("Point to compare"),
            add=N_("Add a point"),
            prefix="p",
            most=_MOST_POINTS,
            words=(
                Words(
                    part="",
                    label=N_("What a good answer says"),
                    help=N_("Learners tick it themselves, after writing: “I said how many votes each one has.”"),
                    required=True,
                    long=True,
                ),
            ),
        ),
    ),
)


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return what the author must put right before learners can be asked."""
    faults = [
        *_unsaid("questions", N_("This question asks nothing"), structure, texts),
        *_unsaid("points", N_("This point says nothing"), structure, texts),
    ]
    if not structure.get("questions") and (structure.get("points") or texts.get("prompt")):
        faults.append(Fault(N_("Ask at least one question"), path="questions"))
    return faults


def _unsaid(key: str, words: str, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    parts = structure.get(key, ())
    return [Fault(words, path=f"{key}.{index}") for index, one in enumerate(parts) if not plain(texts.get(one["id"], "")).strip()]
