"""The papers that a course can give: each of its own kind, with what earns it, its title and how long it counts."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from lms_app.domain.eligibility import ATTAINED, EXERCISE, Condition, Eligibility, Reached, judge, read_rule
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import CourseKey
from lms_app.domain.papers import DESIGNS

KINDS: Final = ("participation", "completion", "competence")
"""From the one that says least to the one that says most. A programme gives a fourth kind, over several courses."""
PROGRAMME: Final = "programme"
COUNT_FOR_PROGRAMMES: Final = ("completion", "competence")
MOST_MONTHS: Final = 240
_LONGEST_TITLE: Final = 200
_FIELDS: Final = frozenset({"kind", "rule", "title", "valid_months", "template", "shows_grade"})


@dataclass(frozen=True)
class Award:
    """A paper that can be earned."""

    kind: str
    conditions: tuple[Condition, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    """Language to what stands on the paper; the course's own title where there is none."""
    valid_months: int | None = None
    """None for ever."""
    template: str = ""
    """A design of its own; the course's for ''."""
    shows_grade: bool = False
    """Whether the paper says the grade, once the course is done to its end."""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored; what says nothing is left out."""
        more = {
            "title": dict(self.titles),
            "valid_months": self.valid_months,
            "template": self.template,
            "shows_grade": self.shows_grade,
        }
        rule = {"all": [each.to_json() for each in self.conditions]}
        return {"kind": self.kind, "rule": rule, **{name: value for name, value in more.items() if value}}


@dataclass(frozen=True)
class Judged:
    """An award, and where a learner stands before it."""

    award: Award
    eligibility: Eligibility


def read_awards(stored: Sequence[Any]) -> tuple[Award, ...]:
    """Read what a course gives, the weakest kind first.

    Refused (`bad_awards`, with every fault as `problems`): unknown or repeated kinds, rules that nobody or everybody meets.
    """
    problems: list[str] = []
    awards: dict[str, Award] = {}
    for number, each in enumerate(stored, start=1):
        found = [*_problems_of(each)]
        if not found and each["kind"] in awards:
            found = [f"{each['kind']} is listed already"]
        problems += [f"award {number}: {problem}" for problem in found]
        if not found:
            awards[each["kind"]] = _read(each)
    if problems:
        raise Invalid("bad_awards", problems=tuple(problems))
    return tuple(awards[kind] for kind in KINDS if kind in awards)


def strongest_kind(stored: Sequence[Any]) -> str:
    """Return the kind that says most among those stored, '' for none; rules are not read, so that a faulty one hides no other course."""
    kinds = {each.get("kind") for each in stored if isinstance(each, Mapping)}
    return next((kind for kind in reversed(KINDS) if kind in kinds), "")


def judge_awards(awards: Sequence[Award], reached: Reached) -> tuple[Judged, ...]:
    """Return where a learner stands before each of them."""
    return tuple(Judged(award, judge(award.conditions, reached)) for award in awards)


def has_passed(judged: Sequence[Judged]) -> bool:
    """Tell whether the course is passed: anything beyond participation is earned, or participation where there is nothing else."""
    counting = [each for each in judged if each.award.kind in COUNT_FOR_PROGRAMMES] or judged
    return any(each.eligibility.is_met for each in counting)


def asks_for_attainments(awards: Sequence[Award]) -> bool:
    """Tell whether anything a trainer notes is needed to judge."""
    return any(condition.kind in ATTAINED for award in awards for condition in award.conditions)


def asks_for_exercises(awards: Sequence[Award]) -> bool:
    """Tell whether the points of a single exercise are needed to judge."""
    return any(condition.kind == EXERCISE for award in awards for condition in award.conditions)


def award_name(course: CourseKey, kind: str) -> str:
    """Return the name of an award, the same for everybody who gets it."""
    return f"{course}#{kind}"


def programme_award(key: str) -> str:
    """Return the name of what a programme awards."""
    return f"programme:{key}"


def months_after(day: date, months: int) -> date:
    """Return the day so many months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _read(each: Mapping[str, Any]) -> Award:
    return Award(
        kind=each["kind"],
        conditions=read_rule(each["rule"]),
        titles={language: text for language, text in each.get("title", {}).items() if text},
        valid_months=each.get("valid_months"),
        template=each.get("template", ""),
        shows_grade=each.get("shows_grade", False),
    )


def _problems_of(each: Any) -> Iterator[str]:
    if not isinstance(each, Mapping):
        yield "an award has a kind and a rule"
        return
    if each.get("kind") not in KINDS:
        yield f"kind is one of {', '.join(KINDS)}"
    yield from (f"{name!r} says nothing here" for name in sorted({*each} - _FIELDS))
    yield from _problems_of_rule(each.get("rule"))
    yield from _problems_of_title(each.get("title", {}))
    months = each.get("valid_months")
    if months is not None and (not isinstance(months, int) or isinstance(months, bool) or not 1 <= months <= MOST_MONTHS):
        yield f"valid_months is from 1 to {MOST_MONTHS}"
    if each.get("template", "") not in {"", *DESIGNS}:
        yield f"template is one of {', '.join(DESIGNS)}"
    if not isinstance(each.get("shows_grade", False), bool):
        yield "shows_grade is true or false"


def _problems_of_rule(rule: Any) -> Iterator[str]:
    if not isinstance(rule, Mapping) or not rule:
        yield "rule is missing: nothing would be asked"
        return
    try:
        read_rule(rule)
    except Invalid as error:
        yield from error.facts["problems"]


def _problems_of_title(titles: Any) -> Iterator[str]:
    is_texts = isinstance(titles, Mapping) and all(isinstance(text, str) for both in titles.items() for text in both)
    if not is_texts:
        yield "title is a text for each language"
    elif any(len(text) > _LONGEST_TITLE for text in titles.values()):
        yield f"title has at most {_LONGEST_TITLE} characters"
