"""What blocks tell of a cooperative's way: it was measured, its plan is ready, its plan was followed up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

MEASURED: Final = "coop.diagnostic.completed"
PLAN_READY: Final = "coop.plan.ready"
FOLLOWED_UP: Final = "coop.plan.followed_up"
KINDS: Final = frozenset({MEASURED, PLAN_READY, FOLLOWED_UP})
"""The names of the events."""
LONGEST_NAME: Final = 200
_LONGEST_ID: Final = 80
_MOST_PILLARS, _MOST_STATEMENTS, _MOST_REMINDERS = 20, 400, 12
_MOST_RESPONDENTS: Final = 100_000
_MOST_MONTHS: Final = 60
_OLDEST, _FARTHEST = timedelta(days=31), timedelta(days=6 * 366)
"""A reminder may be for a day a little ago (a phone that was long without network), and for a day some years ahead."""


class NotUsable(ValueError):
    """What a block told can't be kept; says why, in plain English for the log."""


@dataclass(frozen=True)
class PillarScore:
    """How a cooperative stands in one respect, from 0 to 100; None where too little was answered."""

    id: str
    score: float | None
    answered: int
    spread: float


@dataclass(frozen=True)
class Measured:
    """What a diagnostic found of one cooperative at one moment."""

    moment: str
    cooperative: str
    respondents: int
    overall: float | None
    language: str
    pillars: tuple[PillarScore, ...]
    statements: tuple[Mapping[str, Any], ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return what has no column of its own; nobody's name is in it."""
        return {
            "pillars": [{"id": one.id, "score": one.score, "answered": one.answered, "spread": one.spread} for one in self.pillars],
            "statements": [dict(one) for one in self.statements],
            "language": self.language,
        }


@dataclass(frozen=True)
class PlanReady:
    """A plan and the days on which its author asked to be reminded of it, each with the months that lie between."""

    planned_on: date | None
    reminders: Mapping[date, int]
    refused: tuple[str, ...]
    """Days that can't be, for the log."""


def read_measured(data: Mapping[str, Any]) -> Measured:
    """Read a finished diagnostic; refuse (`NotUsable`) figures that are none or out of range, and more than a diagnostic holds."""
    return Measured(
        moment=_text(data, "moment", _LONGEST_ID),
        cooperative=_text(data, "cooperative", LONGEST_NAME),
        respondents=_whole(data.get("respondents", 0), "respondents", _MOST_RESPONDENTS),
        overall=_score(data.get("overall"), "overall"),
        language=_text(data, "language", 10),
        pillars=tuple(_pillar(one) for one in _parts(data, "pillars", _MOST_PILLARS)),
        statements=tuple(_statement(one) for one in _parts(data, "statements", _MOST_STATEMENTS)),
    )


def pillars_in(kept: Mapping[str, Any]) -> tuple[PillarScore, ...]:
    """Return the pillars of what `Measured.as_json` made."""
    return tuple(PillarScore(one["id"], one["score"], one["answered"], one["spread"]) for one in kept.get("pillars", ()))


def read_plan(data: Mapping[str, Any], *, now: datetime) -> PlanReady:
    """Read a plan's days; a day that can't be read, or lies too far off, is left out and named."""
    found: dict[date, int] = {}
    refused: list[str] = []
    for one in _parts(data, "reminders", _MOST_REMINDERS):
        try:
            months = _whole(one.get("months"), "months", _MOST_MONTHS)
            day = date.fromisoformat(str(one.get("on")))
        except ValueError:
            refused.append(str(one.get("on"))[:40])
            continue
        if now.date() - _OLDEST <= day <= now.date() + _FARTHEST:
            found.setdefault(day, months)
        else:
            refused.append(day.isoformat())
    return PlanReady(_day(data.get("plan_date")), found, tuple(refused))


def _pillar(one: Mapping[str, Any]) -> PillarScore:
    return PillarScore(
        id=_text(one, "id", _LONGEST_ID),
        score=_score(one.get("score"), "score"),
        answered=_whole(one.get("answered", 0), "answered", _MOST_STATEMENTS),
        spread=_number(one.get("spread", 0), "spread", 100) or 0.0,
    )


def _statement(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _text(one, "id", _LONGEST_ID),
        "mean": _number(one.get("mean"), "mean", 100),
        "spread": _number(one.get("spread", 0), "spread", 100),
        "answered": _whole(one.get("answered", 0), "answered", _MOST_RESPONDENTS),
    }


def _parts(data: Mapping[str, Any], name: str, most: int) -> list[Mapping[str, Any]]:
    found = data.get(name, ())
    if not isinstance(found, list | tuple) or len(found) > most or not all(isinstance(one, Mapping) for one in found):
        raise NotUsable(f"{name} is no list of at most {most} parts")
    return list(found)


def _text(data: Mapping[str, Any], name: str, longest: int) -> str:
    text = data.get(name) or ""
    if not isinstance(text, str) or len(text) > longest:
        raise NotUsable(f"{name} is no text of at most {longest} characters")
    return " ".join(text.split())


def _score(value: Any, name: str) -> float | None:
    return _number(value, name, 100)


def _number(value: Any, name: str, most: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= most:
        raise NotUsable(f"{name} is no number from 0 to {most}")
    return float(value)


def _whole(value: Any, name: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise NotUsable(f"{name} is no whole number from 0 to {most}")
    return value


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
