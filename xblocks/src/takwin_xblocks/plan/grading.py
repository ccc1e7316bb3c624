"""Tell what a plan holds, what it still lacks, and what came of it: plain rules, no marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from takwin_xblocks.plan.dates import DateRefused, months_since, read_date
from takwin_xblocks.plan.entries import STATUSES, STEP, Shape, priority_id, step_id

NEEDED = ("what", "who", "due", "indicator", "today", "target")
"""What a step cannot do without; its cost is asked for, and may be left out."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do, and what came of it. Dates are as kept: `2027-03-31`, or '' for none."""

    priority: int
    number: int
    what: str = ""
    who: str = ""
    due: str = ""
    indicator: str = ""
    today: str = ""
    target: str = ""
    cost: str = ""
    status: str = "not_begun"
    happened: str = ""
    on: str = ""

    @property
    def blanks(self) -> tuple[str, ...]:
        """Return what it still lacks."""
        return tuple(name for name in NEEDED if not getattr(self, name))

    @property
    def is_begun(self) -> bool:
        """Tell whether anything was written about it."""
        return any(getattr(self, name) for name in STEP)


@dataclass(frozen=True, kw_only=True)
class Priority:
    """What the cooperative wants to change, and the steps towards it."""

    number: int
    change: str = ""
    why: str = ""
    checker: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def begun(self) -> tuple[Step, ...]:
        """Return the steps about which something was written."""
        return tuple(step for step in self.steps if step.is_begun)

    @property
    def nearest(self) -> Step | None:
        """Return the step that lacks least, the first of equals; None while none is begun."""
        return min(self.begun, key=lambda step: len(step.blanks), default=None)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole plan."""

    cooperative: str = ""
    date: str = ""
    agreed: str = ""
    later: str = ""
    risks: str = ""
    priorities: tuple[Priority, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return every step about which something was written."""
        return tuple(step for priority in self.priorities for step in priority.begun)

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing at all was written."""
        about = (self.cooperative, self.date, self.agreed, self.later, self.risks)
        return not (any(about) or self.steps or any(one.change or one.why or one.checker for one in self.priorities))


@dataclass(frozen=True, kw_only=True)
class Lack:
    """One thing that is not there yet: `date`, a whole `priority`, its `change`, its first `step`, or the name of a step's field."""

    what: str
    priority: int = 0
    step: int = 0


def plan_of(shape: Shape, written: Mapping[str, str], follow_up: Mapping[str, str]) -> Plan:
    """Return the plan made of the fields that were kept, as large as the author asks for now."""
    return Plan(
        **{name: written.get(name, "") for name in ("cooperative", "date", "agreed", "later", "risks")},
        priorities=tuple(
            Priority(
                number=priority,
                **{name: written.get(priority_id(priority, name), "") for name in ("change", "why", "checker")},
                steps=tuple(_step(priority, step, written, follow_up) for step in range(1, shape.steps + 1)),
            )
            for priority in range(1, shape.priorities + 1)
        ),
    )


def _step(priority: int, step: int, written: Mapping[str, str], follow_up: Mapping[str, str]) -> Step:
    return Step(
        priority=priority,
        number=step,
        **{name: written.get(step_id(priority, step, name), "") for name in STEP},
        status=follow_up.get(step_id(priority, step, "status")) or STATUSES[0],
        happened=follow_up.get(step_id(priority, step, "happened"), ""),
        on=follow_up.get(step_id(priority, step, "on"), ""),
    )


def lacks(plan: Plan) -> list[Lack]:
    """Return what must be written before the plan is ready: its date and, for each priority, what is to change and one whole step.

    Of the steps begun only the one nearest to its end counts: writing more never makes a plan less complete.
    """
    found = [] if plan.date else [Lack(what="date")]
    for priority in plan.priorities:
        found += _lacks_of(priority)
    return found


def _lacks_of(priority: Priority) -> list[Lack]:
    nearest = priority.nearest
    if not priority.change and nearest is None:
        return [Lack(what="priority", priority=priority.number)]
    found = [] if priority.change else [Lack(what="change", priority=priority.number)]
    if nearest is None:
        return [*found, Lack(what="step", priority=priority.number)]
    return [*found, *(Lack(what=name, priority=priority.number, step=nearest.number) for name in nearest.blanks)]


def loose_ends(plan: Plan) -> list[Lack]:
    """Return what other steps begun still lack, and the steps due before the plan's own date: worth a word, no obstacle."""
    found = []
    for priority in plan.priorities:
        nearest = priority.nearest
        for step in priority.begun:
            if step is not nearest:
                found += [Lack(what=name, priority=priority.number, step=step.number) for name in step.blanks]
            if step.due and plan.date and step.due < plan.date:
                found.append(Lack(what="due_before_plan", priority=priority.number, step=step.number))
    return found


def statuses(plan: Plan) -> dict[str, int]:
    """Return how many steps stand where."""
    return {status: sum(step.status == status for step in plan.steps) for status in STATUSES}


def kept_date(text: str) -> date | None:
    """Return a date as it was kept; None for none, or for what an older or foreign state holds instead."""
    try:
        return read_date(text)
    except DateRefused:
        return None


def months_at(plan_date: str, followed_up_on: Iterable[str]) -> int | None:
    """Return how many whole months after the plan its latest follow-up was made; None where a date is missing."""
    start = kept_date(plan_date)
    days = [day for day in map(kept_date, followed_up_on) if day is not None]
    return months_since(start, max(days)) if start and days else None
