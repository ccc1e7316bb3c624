"""Say what the author of a plan's page decides: how large the plan is, when to ask what became of it, and the words of advice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, Words
from takwin_xblocks.plan.dates import read_months
from takwin_xblocks.plan.entries import MOST_PRIORITIES, MOST_STEPS, Shape

USUAL = Shape()
USUAL_MONTHS = "3 6"


def tidy_months(typed: str) -> str:
    """Return months as they are kept, `3 6`. Refuses (`ValueError`, with words) what is no list of months."""
    try:
        return " ".join(map(str, read_months(typed)))
    except ValueError as error:
        raise ValueError(N_("write whole numbers of months from 1 to 60, six at most, such as 3 6")) from error


SCHEMA = Schema(
    tag="coop_plan",
    attributes=(
        Attribute(
            name="priorities",
            label=N_("Number of priorities"),
            kind="whole",
            help=N_("How many priorities the plan must have. Three fit on one page."),
            default=USUAL.priorities,
            least=1,
            most=MOST_PRIORITIES,
        ),
        Attribute(
            name="steps",
            label=N_("Steps for each priority"),
            kind="whole",
            help=N_("The most steps that a priority may have; one whole step is enough for the plan to be ready."),
            default=USUAL.steps,
            least=1,
            most=MOST_STEPS,
        ),
        Attribute(
            name="months",
            label=N_("Months of the reminders"),
            help=N_("Months after the date of the plan, apart by spaces. Empty: no reminder."),
            default=USUAL_MONTHS,
            check=tidy_months,
        ),
    ),
    words=(
        Words(part="intro", label=N_("Introduction"), long=True),
        Words(
            part="change", label=N_("Advice: what to change"), help=N_("Shown above this field, once for each priority."), long=True
        ),
        Words(part="why", label=N_("Advice: what shows it"), long=True),
        Words(part="what", label=N_("Advice: what to do"), help=N_("Shown at the first step of each priority."), long=True),
        Words(part="who", label=N_("Advice: who"), long=True),
        Words(part="due", label=N_("Advice: by when"), long=True),
        Words(part="indicator", label=N_("Advice: indicator"), help=N_("Examples of good indicators help most."), long=True),
        Words(part="cost", label=N_("Advice: cost"), long=True),
        Words(
            part="agreement",
            label=N_("Advice: before signing"),
            help=N_("With whom to decide, what to leave for later, what to beware of."),
            long=True,
        ),
        Words(part="followup", label=N_("Advice: follow-up"), long=True),
    ),
    parts=(
        Part(
            tag="suggestion",
            key="suggestions",
            label=N_("Suggestion"),
            add=N_("Add a suggestion"),
            words=(
                Words(part="", label=N_("A priority to begin with"), required=True),
                Words(
                    part="because", label=N_("What shows it"), help=N_("The weak statement of the diagnostic, a paper, a figure.")
                ),
            ),
            most=12,
            prefix="s",
        ),
    ),
)


def shape_of(structure: Mapping[str, Any]) -> Shape:
    """Return how large the plan is; within its limits whatever a foreign host stored."""
    return Shape(
        priorities=_within(structure.get("priorities"), USUAL.priorities, MOST_PRIORITIES),
        steps=_within(structure.get("steps"), USUAL.steps, MOST_STEPS),
    )


def months_of(structure: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the months after which to remind; the usual ones where nothing, or nothing readable, was stored."""
    try:
        return read_months(str(structure.get("months", USUAL_MONTHS)))
    except ValueError:
        return read_months(USUAL_MONTHS)


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with a content: a suggestion that says nothing."""
    return [
        Fault(N_("this suggestion says nothing"), path=f"suggestions.{index}")
        for index, one in enumerate(structure.get("suggestions", ()))
        if not texts.get(one["id"], "").strip()
    ]


def _within(number: object, usual: int, most: int) -> int:
    return min(max(number, 1), most) if isinstance(number, int) and not isinstance(number, bool) else usual
