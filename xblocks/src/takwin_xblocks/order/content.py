"""What the steps of an order are made of, and what its author is told to put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, Words
from takwin_xblocks.order.grading import task_of

_MOST_ITEMS = 15
_MOST_RANK = 99

SCHEMA = Schema(
    tag="coop_order",
    attributes=(
        Attribute(
            name="partial",
            label=N_("Partial credit"),
            help=N_("Pairs: the share of pairs of steps that stand in the right order. None: all or nothing."),
            kind="choice",
            default="pairs",
            choices=(("pairs", N_("By pairs of steps")), ("none", N_("None: all or nothing"))),
        ),
    ),
    words=(
        Words(part="prompt", label=N_("What is to be put in order"), long=True),
        Words(part="hint", label=N_("Hint"), long=True),
        Words(part="feedback/correct", label=N_("Feedback when all is right"), long=True),
        Words(part="feedback/incorrect", label=N_("Feedback when not all is right"), long=True),
    ),
    parts=(
        Part(
            tag="item",
            key="items",
            label=N_("Step"),
            add=N_("Add a step"),
            prefix="s",
            most=_MOST_ITEMS,
            attributes=(
                Attribute(
                    name="belongs",
                    label=N_("Belongs to the order"),
                    help=N_("Untick it for a step that the learner should leave out."),
                    kind="truth",
                    default=True,
                ),
                Attribute(
                    name="rank",
                    label=N_("Same place as its neighbour"),
                    help=N_("Give neighbouring steps the same number if any of them may come first. Usually left empty."),
                    kind="whole",
                    least=1,
                    most=_MOST_RANK,
                ),
            ),
            words=(
                Words(part="", label=N_("What is done"), required=True),
                Words(part="feedback", label=N_("Feedback on this step"), long=True),
            ),
        ),
    ),
)


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return what the author must put right before learners can be asked."""
    items = structure.get("items", [])
    faults = [*_unsaid(items, texts), *_ranks(items)]
    if items and len(set(task_of(structure).stages.values())) < 2:  # noqa: PLR2004
        faults.append(Fault(N_("At least two steps must come one after the other"), path="items"))
    return faults


def _unsaid(items: list[Mapping[str, Any]], texts: Mapping[str, str]) -> list[Fault]:
    faults, seen = [], set()
    for index, item in enumerate(items):
        said = texts.get(item["id"], "").strip()
        words = " ".join(plain(said).split())
        if not said:
            faults.append(Fault(N_("This step says nothing"), path=f"items.{index}"))
        elif words and words in seen:
            faults.append(Fault(N_("Another step says the same: nobody could tell them apart"), path=f"items.{index}"))
        seen.add(words)
    return faults


def _ranks(items: list[Mapping[str, Any]]) -> list[Fault]:
    """Find ranks that contradict the order in which the steps are written."""
    faults: list[Fault] = []
    highest, last, closed = 0, None, set()
    for index, item in enumerate(items):
        rank = item.get("rank")
        if not item.get("belongs", True):
            if rank is not None:
                faults.append(Fault(N_("What does not belong has no place"), path=f"items.{index}.rank"))
            continue
        if last is not None and rank != last:
            closed.add(last)
        if rank is not None:
            if rank in closed:
                words = N_("Steps at the same place ({rank}) must be written one after the other")
                faults.append(Fault(words, {"rank": rank}, f"items.{index}.rank"))
            elif rank < highest:
                words = N_("The place {rank} comes after {highest}: write the steps in their right order")
                faults.append(Fault(words, {"rank": rank, "highest": highest}, f"items.{index}.rank"))
            highest = max(highest, rank)
        last = rank
    return faults
