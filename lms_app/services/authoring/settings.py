"""What a course asks of those who take it: how to enrol, what earns which paper, how many hours it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.awards import KINDS, MOST_MONTHS, Award, read_awards
from lms_app.domain.content import Outline
from lms_app.domain.eligibility import (
    ATTAINED,
    EXERCISE,
    LEVELLED,
    LEVELS,
    LONGEST_NAME,
    MOST_HOURS,
    MOST_TIMES,
    SHARES,
    Condition,
)
from lms_app.domain.errors import Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.keys import CourseKey
from lms_app.i18n import latin_digits
from lms_app.services.authoring.drafts import hold_draft
from lms_app.services.learning.exercises import is_exercise

ENROLMENTS: Final = ("open", "code", "list", "cohort")
WHATS: Final = ("", *SHARES, *ATTAINED)
MOST_CONDITIONS: Final = 6
_LONGEST_CODE: Final = 60


@dataclass(frozen=True)
class Asked:
    """One row of conditions as it was filled in; `what` is '' for a row that asks nothing."""

    what: str = ""
    amount: float | None = None
    """Per cent, hours, how many, or the level of an observation or a rubric."""
    name: str = ""
    times: int | None = None
    """How many observations, or pieces of work, of that level; once for None."""


@dataclass(frozen=True)
class Offered:
    """One kind of paper as it was filled in."""

    is_given: bool = False
    rows: tuple[Asked, ...] = ()
    valid_months: int | None = None
    shows_grade: bool = False


@dataclass(frozen=True)
class CourseSettings:
    """The settings of a course's row."""

    enrolment: str
    enrolment_code: str
    offered: Mapping[str, Offered]
    """By kind of award."""
    hours: float | None


def change_settings(session: Session, actor: Actor, key: CourseKey, wanted: CourseSettings, *, now: datetime) -> None:
    """Set them, audited; they hold at once, for whoever earns a paper from now on.

    Refused by field (`competence_2_amount`: the third condition of that paper): an unknown kind, no code where one is asked for,
    a paper without conditions, a figure that nobody or everybody reaches, an exercise that the draft does not have: nobody would
    ever earn that paper, and nothing would say why.
    """
    find = Findings()
    find(lambda: _check_way(wanted.enrolment, wanted.enrolment_code))
    find(lambda: _check_hours(wanted))
    draft = hold_draft(session, key)
    course = draft.course
    kept = {each["kind"]: each for each in course.awards or ()}
    awards = [_award(find, kind, wanted.offered.get(kind, Offered()), kept.get(kind, {}), draft.outline) for kind in KINDS]
    find.raise_all()
    stored = [each.to_json() for each in awards if each]
    read_awards(stored)
    course.enrolment = wanted.enrolment
    course.enrolment_code = latin_digits(wanted.enrolment_code).strip()
    course.awards = stored
    course.hours = wanted.hours
    write_audit(session, "course_settings", f"course:{course.id}", actor=actor.person_id, at=now, awards=stored)


def change_enrolment(session: Session, actor: Actor, key: CourseKey, *, way: str, code: str, now: datetime) -> None:
    """Say who may come into the course, audited; it holds at once, for whoever is not in yet.

    Refused: an unknown way, no code where one is asked for, one that is too long.
    """
    find = Findings()
    find(lambda: _check_way(way, code))
    find.raise_all()
    course = hold_draft(session, key).course
    course.enrolment, course.enrolment_code = way, latin_digits(code).strip()
    write_audit(session, "course_enrolment", f"course:{course.id}", actor=actor.person_id, at=now, way=way)


def change_papers(
    session: Session, actor: Actor, key: CourseKey, offered: Mapping[str, Offered], *, hours: float | None, now: datetime
) -> None:
    """Say what earns which paper and how many hours the course counts, as `change_settings` does, and leave the rest."""
    course = hold_draft(session, key).course
    change_settings(session, actor, key, CourseSettings(course.enrolment, course.enrolment_code, offered, hours), now=now)


def offered_by(awards: tuple[Award, ...]) -> dict[str, Offered]:
    """Return what is stored in the shape in which it is filled in."""
    return {
        each.kind: Offered(
            is_given=True,
            rows=tuple(_asked(condition) for condition in each.conditions),
            valid_months=each.valid_months,
            shows_grade=each.shows_grade,
        )
        for each in awards
    }


def _asked(condition: Condition) -> Asked:
    if condition.kind in SHARES:
        return Asked(condition.kind, round(100 * condition.asked, 2), condition.name)
    if condition.kind in LEVELLED:
        return Asked(condition.kind, condition.level, condition.name, int(condition.asked))
    return Asked(condition.kind, condition.asked, condition.name)


def _award(find: Findings, kind: str, offered: Offered, kept: Mapping[str, Any], outline: Outline) -> Award | None:
    """Return the award; what this page does not ask (its own title, its own design) stays as it is."""
    if not offered.is_given:
        return None
    rows = [(f"{kind}_{number}", row) for number, row in enumerate(offered.rows) if row.what]
    if not rows:
        find.wrong.append(Invalid("condition_needed", field=f"{kind}_0_what"))
    if offered.valid_months is not None and not 1 <= offered.valid_months <= MOST_MONTHS:
        find.wrong.append(Invalid("bad_months", field=f"{kind}_months", most=MOST_MONTHS))
    conditions = [find(lambda at=at, row=row: _condition(at, row, outline)) for at, row in rows]  # type: ignore[misc]
    return Award(
        kind=kind,
        conditions=tuple(each for each in conditions if each),
        titles=kept.get("title", {}),
        valid_months=offered.valid_months,
        template=kept.get("template", ""),
        shows_grade=offered.shows_grade,
    )


def _condition(at: str, row: Asked, outline: Outline) -> Condition:
    if row.what not in WHATS:
        raise Invalid("field_not_listed", field=f"{at}_what")
    if len(row.name) > LONGEST_NAME:
        raise Invalid("text_too_long", field=f"{at}_name", longest=LONGEST_NAME)
    name, amount = " ".join(row.name.split()), row.amount
    if row.what in SHARES:
        if row.what == EXERCISE and not name:
            raise Invalid("required", field=f"{at}_name")
        if row.what == EXERCISE and not is_exercise(outline, name):
            raise Invalid("no_such_exercise", field=f"{at}_name")
        share = round(_within(at, amount, 1, 100, refusal="bad_threshold") / 100, 6)
        return Condition(row.what, share, name if row.what == EXERCISE else "")
    if row.what == "attendance":
        if amount is None or not 0 < amount <= MOST_HOURS:
            raise Invalid("bad_hours", field=f"{at}_amount")
        return Condition(row.what, float(amount))
    if row.what == "practical":
        return Condition(row.what, _times(f"{at}_amount", amount, name), name)
    level = int(_within(at, amount, LEVELS[0], LEVELS[-1], refusal="bad_level"))
    return Condition(row.what, _times(f"{at}_times", row.times, name), name, level)


def _within(at: str, amount: float | None, least: int, most: int, *, refusal: str) -> float:
    is_whole = amount is not None and (refusal != "bad_level" or float(amount).is_integer())
    if amount is None or not is_whole or not least <= amount <= most:
        raise Invalid(refusal, field=f"{at}_amount", least=least, most=most)
    return float(amount)


def _times(field: str, times: float | None, name: str) -> float:
    """Return how often; a task that has a name is asked once."""
    if name:
        return 1.0
    if times is None:
        return 1.0
    if not float(times).is_integer() or not 1 <= times <= MOST_TIMES:
        raise Invalid("bad_times", field=field, most=MOST_TIMES)
    return float(times)


def _check_way(way: str, code: str) -> None:
    if way not in ENROLMENTS:
        raise Invalid("field_not_listed", field="enrolment")
    if way == "code" and not code.strip():
        raise Invalid("required", field="enrolment_code")
    if len(code) > _LONGEST_CODE:
        raise Invalid("text_too_long", field="enrolment_code", longest=_LONGEST_CODE)


def _check_hours(wanted: CourseSettings) -> None:
    if wanted.hours is not None and not 0 < wanted.hours <= MOST_HOURS:
        raise Invalid("bad_hours", field="hours")
