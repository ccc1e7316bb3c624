"""What earns a certificate: conditions kept as data, any mix of them, and how far from each a learner is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lms_app.domain.errors import Invalid

EXERCISE: Final = "exercise"
SHARES: Final = ("grade", "completion", EXERCISE)
"""Conditions on a part of one."""
ATTAINED: Final = ("attendance", "practical", "observation", "rubric")
"""Conditions on what a trainer notes, or a block tells that people judge."""
LEVELLED: Final = frozenset({"observation", "rubric"})
"""Those of them that ask for a level."""
KINDS: Final = (*SHARES, *ATTAINED)
LEVELS: Final = range(1, 5)
MOST_HOURS: Final = 10_000
MOST_HOURS_A_SESSION: Final = 200
MOST_TIMES: Final = 100
LONGEST_NAME: Final = 120
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Condition:
    """One thing that is asked."""

    kind: str
    asked: float
    """A part of one (`grade`, `completion`, `exercise`), hours (`attendance`), how many (`practical`, `observation`, `rubric`)."""
    name: str = ""
    """Which exercise, task, observation or piece of work; any for '', which an exercise cannot be."""
    level: int = 1
    """The level at which an observation, or work judged by a rubric, counts."""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        if self.kind in SHARES:
            return {"kind": self.kind, **({"name": self.name} if self.name else {}), "at_least": self.asked}
        if self.kind == "attendance":
            return {"kind": self.kind, "hours": self.asked}
        level = {"level": self.level} if self.kind in LEVELLED else {}
        return {"kind": self.kind, **level, **({"name": self.name} if self.name else {}), "count": int(self.asked)}


@dataclass(frozen=True)
class Attained:
    """What a trainer noted of a learner: hours of a session, a task accepted or not, a level observed or reached."""

    kind: str
    name: str
    value: float
    also: tuple[str, ...] = ()
    """What the block that told it is called now, in each language: its author may have given it another title since."""


@dataclass(frozen=True)
class Reached:
    """Everything of a learner that conditions look at."""

    grade: float = 0.0
    completion: float = 0.0
    attained: Sequence[Attained] = ()
    exercises: Sequence[Attained] = ()
    """The part of its points that the learner has in each exercise; needed only where a condition names one."""


@dataclass(frozen=True)
class Line:
    """A condition, and how far the learner is."""

    condition: Condition
    reached: float

    @property
    def is_met(self) -> bool:
        """Tell whether it is met; rounding never takes it away."""
        return self.reached + _ROUNDING >= self.condition.asked


@dataclass(frozen=True)
class Eligibility:
    """Where a learner stands before each condition. Nothing asked means that nothing can be earned."""

    lines: tuple[Line, ...] = ()

    @property
    def is_met(self) -> bool:
        """Tell whether every condition is met."""
        return bool(self.lines) and all(line.is_met for line in self.lines)


def read_rule(rule: Mapping[str, Any]) -> tuple[Condition, ...]:
    """Return the conditions of a rule: `{"all": […]}`, or one condition alone as rules were kept before; `{}` asks nothing.

    Refused (`bad_certificate_rule`, with every fault as `problems`): what nobody, or everybody, would meet.
    """
    if not rule:
        return ()
    listed = rule.get("all") if "all" in rule else [dict(rule)]
    problems = [] if not set(rule) - {"all"} or "all" not in rule else ["a rule of several conditions has nothing beside `all`"]
    if not isinstance(listed, list) or not listed:
        problems.append("a rule lists at least one condition")
        listed = []
    for number, each in enumerate(listed, start=1):
        problems += [f"condition {number}: {problem}" for problem in _problems_of(each)]
    if problems:
        raise Invalid("bad_certificate_rule", rule=dict(rule), problems=tuple(problems))
    return tuple(_read(each) for each in listed)


def judge(conditions: Sequence[Condition], reached: Reached) -> Eligibility:
    """Return where a learner who has reached this stands."""
    return Eligibility(tuple(Line(each, _LOOKS[each.kind](each, reached)) for each in conditions))


def hours_attended(attained: Sequence[Attained]) -> float:
    """Return the hours of all sessions together."""
    return round(sum(each.value for each in attained if each.kind == "attendance"), 2)


def same_name(one: str, other: str) -> bool:
    """Tell whether two names mean the same: neither spaces nor capitals part them, nor how apostrophes and accents were typed."""
    return _typed(one) == _typed(other)


def _typed(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()).casefold()


def _read(each: Mapping[str, Any]) -> Condition:
    kind = str(each["kind"])
    if kind in SHARES:
        return Condition(kind, float(each["at_least"]), _name(each))
    if kind == "attendance":
        return Condition(kind, float(each["hours"]))
    return Condition(kind, float(each.get("count", 1)), _name(each), int(each.get("level", 1)))


def _name(each: Mapping[str, Any]) -> str:
    return " ".join(str(each.get("name", "")).split())


_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "grade": frozenset({"at_least"}),
    "completion": frozenset({"at_least"}),
    EXERCISE: frozenset({"at_least", "name"}),
    "attendance": frozenset({"hours"}),
    "practical": frozenset({"name", "count"}),
    "observation": frozenset({"level", "name", "count"}),
    "rubric": frozenset({"level", "name", "count"}),
}


def _problems_of(each: Any) -> Iterator[str]:
    if not isinstance(each, Mapping) or each.get("kind") not in KINDS:
        yield f"kind is one of {', '.join(KINDS)}"
        return
    kind = str(each["kind"])
    yield from (f"{name!r} says nothing here" for name in sorted({*each} - {"kind"} - _FIELDS[kind]))
    if kind in SHARES and not (_is_number(each.get("at_least")) and 0 < each["at_least"] <= 1):
        yield "at_least is above 0 and at most 1"
    if kind == EXERCISE and not _is_name(each.get("name", "")):
        yield f"name is the title of an exercise, at most {LONGEST_NAME} characters"
    if kind == "attendance" and not (_is_number(each.get("hours")) and 0 < each["hours"] <= MOST_HOURS):
        yield f"hours are above 0 and at most {MOST_HOURS}"
    if kind in LEVELLED and (not _is_whole(each.get("level")) or each["level"] not in LEVELS):
        yield f"level is from {LEVELS[0]} to {LEVELS[-1]}"
    if kind == "practical" or kind in LEVELLED:
        yield from _problems_of_times(each)


def _problems_of_times(each: Mapping[str, Any]) -> Iterator[str]:
    count, name = each.get("count", 1), each.get("name", "")
    if not _is_whole(count) or not 1 <= count <= MOST_TIMES:
        yield f"count is from 1 to {MOST_TIMES}"
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        yield f"name is a text of at most {LONGEST_NAME} characters"
    elif name.strip() and count != 1:
        yield "a task that is named is asked once"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_NAME


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _times(condition: Condition, reached: Reached) -> float:
    """Count the tasks accepted, or what was observed or judged at the level that is asked."""
    return float(
        sum(
            each.kind == condition.kind
            and each.value + _ROUNDING >= condition.level
            and (not condition.name or any(same_name(name, condition.name) for name in (each.name, *each.also)))
            for each in reached.attained
        )
    )


def _share(condition: Condition, reached: Reached) -> float:
    """Return the best share of an exercise of that name; two may have one title."""
    called = (each.value for each in reached.exercises if any(same_name(name, condition.name) for name in (each.name, *each.also)))
    return max(called, default=0.0)


_LOOKS: Final[Mapping[str, Callable[[Condition, Reached], float]]] = {
    "grade": lambda _condition, reached: reached.grade,
    "completion": lambda _condition, reached: reached.completion,
    EXERCISE: _share,
    "attendance": lambda _condition, reached: hours_attended(reached.attained),
    "practical": _times,
    "observation": _times,
    "rubric": _times,
}
