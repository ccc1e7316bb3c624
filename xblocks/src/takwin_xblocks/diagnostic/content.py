"""Say what a diagnostic is made of: pillars, their statements, and advice for each band, without blame."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, Words
from takwin_xblocks.diagnostic.grading import FEWEST_STATEMENTS

GROUPS = (
    ("none", N_("One answer for the cooperative")),
    ("turns", N_("Members answer in turn on one phone")),
    ("stones", N_("The facilitator types the stones counted in each bowl")),
)
_ADVICE = (
    ("emerging", N_("Next steps, 0 to 24: emerging")),
    ("structuring", N_("Next steps, 25 to 49: structuring")),
    ("consolidating", N_("Next steps, 50 to 74: consolidating")),
    ("autonomous", N_("Next steps, 75 to 100: autonomous")),
)
# A line of its own, or <br/>; a line that goes on further in is one wrapped in its file.
_STEPS = re.compile(r"<br\s*/?>|\r?\n(?!\s)")

STATEMENT = Part(
    tag="statement",
    key="statements",
    label=N_("Statement"),
    add=N_("Add a statement"),
    words=(Words(part="", label=N_("Statement"), required=True, long=True),),
    most=20,
    prefix="s",
)
PILLAR = Part(
    tag="pillar",
    key="pillars",
    label=N_("Pillar"),
    add=N_("Add a pillar"),
    words=(
        Words(part="name", label=N_("Name"), required=True),
        *(
            Words(
                part=f"advice/{band}",
                label=label,
                long=True,
                more=True,
                help=N_("One step a line, three at most. Kind words, no blame."),
            )
            for band, label in _ADVICE
        ),
    ),
    parts=(STATEMENT,),
    most=8,
    ids="shown",
    prefix="p",
)
SCHEMA = Schema(
    tag="coop_diagnostic",
    attributes=(
        Attribute(
            name="hidden_pillars",
            label=N_("Pillars left out"),
            kind="references",
            refers_to="pillars",
            default=[],
            help=N_("Their statements are not asked, and they are not in the result."),
        ),
        Attribute(name="group", label=N_("Who answers"), kind="choice", choices=GROUPS, default="none"),
    ),
    words=(Words(part="intro", label=N_("Introduction"), long=True),),
    parts=(PILLAR,),
)


def asked_pillars(structure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the pillars that are asked, in order."""
    hidden = structure.get("hidden_pillars", ())
    return [pillar for pillar in structure.get("pillars", ()) if pillar["id"] not in hidden]


def statement_ids(pillar: Mapping[str, Any]) -> list[str]:
    """Return the ids of a pillar's statements, in order."""
    return [statement["id"] for statement in pillar["statements"]]


def steps(advice: str) -> list[str]:
    """Return the steps of an advice: its lines."""
    return [step.strip() for step in _STEPS.split(advice) if step.strip()]


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong beyond the form: ids used in two pillars, pillars that never get a score, all of them left out."""
    del texts  # a missing advice is no fault: nothing is shown
    return [*_hidden(structure), *_pillars(structure), *_twice(structure)]


def _hidden(structure: Mapping[str, Any]) -> Iterator[Fault]:
    known = {pillar["id"] for pillar in structure["pillars"]}
    for name in structure.get("hidden_pillars", ()):
        if name not in known:
            yield Fault(N_('"{name}" is no pillar of this diagnostic'), {"name": name}, "hidden_pillars")
    if known and not asked_pillars(structure):
        yield Fault(N_("At least one pillar must be asked"), {}, "hidden_pillars")


def _pillars(structure: Mapping[str, Any]) -> Iterator[Fault]:
    for index, pillar in enumerate(structure["pillars"]):
        if len(pillar["statements"]) < FEWEST_STATEMENTS:
            words = N_("A pillar needs at least {fewest} statements to have a score")
            yield Fault(words, {"fewest": FEWEST_STATEMENTS}, f"pillars.{index}")


def _twice(structure: Mapping[str, Any]) -> Iterator[Fault]:
    """Answers are kept by the statement's id alone, and hosts compare them so: it must be the only one."""
    owners: dict[str, str] = {}
    for index, pillar in enumerate(structure["pillars"]):
        for place, statement in enumerate(statement_ids(pillar)):
            if statement in owners:
                words = N_('The id "{id}" is already that of a statement in "{pillar}"')
                yield Fault(words, {"id": statement, "pillar": owners[statement]}, f"pillars.{index}.statements.{place}")
            owners.setdefault(statement, pillar["id"])
