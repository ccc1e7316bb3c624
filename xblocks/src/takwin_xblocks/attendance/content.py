"""Say what a face-to-face session is made of: where it is held, by whom, and its half-days with their hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from takwin_xblocks.attendance.days import tidy_date, tidy_time
from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, Words

MOST_HALF_DAYS = 20
MOST_HOURS = 10

SCHEMA = Schema(
    tag="coop_attendance",
    words=(
        Words(part="place", label=N_("Place"), help=N_("The hall, the village, the address. Printed on the sheet.")),
        Words(part="organiser", label=N_("Organiser"), help=N_("Who invites and signs the sheet.")),
        Words(part="intro", label=N_("Before the session"), help=N_("What to bring, how to get there."), long=True),
    ),
    parts=(
        Part(
            tag="halfday",
            key="halfdays",
            label=N_("Half-day"),
            add=N_("Add a half-day"),
            prefix="h",
            most=MOST_HALF_DAYS,
            attributes=(
                Attribute(
                    name="date",
                    label=N_("Day"),
                    help=N_("Such as 31/03/2026. Empty while it is not known."),
                    default="",
                    check=tidy_date,
                ),
                Attribute(name="starts", label=N_("Begins at"), help=N_("Such as 09:00."), default="", check=tidy_time),
                Attribute(
                    name="hours",
                    label=N_("Hours"),
                    help=N_("What this half-day counts, such as 3.5."),
                    kind="decimal",
                    required=True,
                    default="3.5",
                    least=0.25,
                    most=MOST_HOURS,
                ),
            ),
            words=(Words(part="", label=N_("Name"), help=N_("Such as Visit of the workshop. Empty: the day and its half.")),),
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class HalfDay:
    """One half-day of the session."""

    id: str
    date: str
    starts: str
    hours: Decimal
    name: str = ""


def half_days_of(structure: Mapping[str, Any], texts: Mapping[str, str]) -> tuple[HalfDay, ...]:
    """Return the half-days in the author's order; what a foreign host stored badly counts no hours."""
    return tuple(
        HalfDay(
            id=str(one.get("id", "")),
            date=str(one.get("date") or ""),
            starts=str(one.get("starts") or ""),
            hours=_hours(one.get("hours")),
            name=plain(str(texts.get(str(one.get("id", "")), ""))),
        )
        for one in structure.get("halfdays", ())
    )


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:  # noqa: ARG001 -- part of every check
    """Return what is wrong with a content: two half-days that begin at one time."""
    faults = []
    seen: set[tuple[str, str]] = set()
    for index, one in enumerate(structure.get("halfdays", ())):
        begins = (str(one.get("date") or ""), str(one.get("starts") or ""))
        if all(begins) and begins in seen:
            faults.append(Fault(N_("another half-day begins at this time, too"), path=f"halfdays.{index}.starts"))
        seen.add(begins)
    return faults


def _hours(kept: object) -> Decimal:
    try:
        hours = Decimal(str(kept))
    except InvalidOperation:
        return Decimal(0)
    return hours if hours.is_finite() and hours > 0 else Decimal(0)
