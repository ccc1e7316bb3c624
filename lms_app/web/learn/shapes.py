"""Facts of the services in the shapes that the page macros take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date
from flask import url_for
from flask_babel import gettext, ngettext

from lms_app.domain.keys import BlockId, CourseKey
from lms_app.services.learning.views import Chapter, Lesson, ProgressView, UnitView
from lms_app.web.i18n import LOCALES, language


@dataclass(frozen=True)
class Step:
    """A line of an outline, or a dot over a unit."""

    title: str
    href: str
    state: str
    note: str = ""
    badge: str = ""
    current: bool = False
    icon: str = ""


@dataclass(frozen=True)
class Part:
    """A part of an outline that opens and closes."""

    title: str
    steps: tuple[Step, ...]
    note: str = ""
    open: bool = True


@dataclass(frozen=True)
class Way:
    """Where "previous" or "next" leads."""

    title: str
    href: str
    label: str = ""


def unit_href(course: CourseKey, unit: BlockId) -> str:
    """Return the address of a unit."""
    return url_for("learn.unit", course_key=course, unit=unit)


def outline_parts(course: CourseKey, chapters: Iterable[Chapter], *, may_open: bool) -> tuple[Part, ...]:
    """Return the chapters for the outline macro: a lesson with one unit is a line, others show each unit."""
    return tuple(
        Part(chapter.title, tuple(_lesson_step(course, lesson, may_open=may_open) for lesson in chapter.lessons), open=True)
        for chapter in chapters
        if chapter.lessons
    )


def _lesson_step(course: CourseKey, lesson: Lesson, *, may_open: bool) -> Step:
    first = next((unit for unit in lesson.units if unit.done < 1), lesson.units[0] if lesson.units else None)
    is_open = may_open and lesson.opens is None and first is not None and first.is_released
    notes = [ngettext("%(num)s page", "%(num)s pages", len(lesson.units))]
    if lesson.opens:
        notes.append(gettext("opens on %(when)s", when=_day(lesson.opens)))
    elif lesson.due and lesson.has_more_time:
        notes.append(gettext("you have until %(when)s", when=_day(lesson.due)))
    elif lesson.due:
        notes.append(gettext("to be done by %(when)s", when=_day(lesson.due)))
    return Step(
        title=lesson.title,
        href=unit_href(course, first.id) if is_open and first else "",
        state="locked" if may_open and not is_open else _state(lesson.done),
        note=" · ".join(notes),
        badge=gettext("graded") if lesson.is_graded else "",
    )


def unit_steps(view: UnitView) -> tuple[Step, ...]:
    """Return the dots over a unit."""
    return tuple(
        Step(
            title=unit.title,
            href=unit_href(view.key, unit.id) if unit.is_released else "",
            state=_state(unit.done) if unit.is_released else "locked",
            current=unit.id == view.id,
        )
        for unit in view.siblings
    )


def ways(view: UnitView, title_of: Callable[[BlockId], str]) -> tuple[Way | None, Way | None, str]:
    """Return where previous and next lead, and the position in the lesson in words."""
    previous = Way(title_of(view.previous), unit_href(view.key, view.previous)) if view.previous else None
    following = (
        Way(title_of(view.next), unit_href(view.key, view.next))
        if view.next
        else Way(view.course_title, url_for("learn.progress", course_key=view.key), gettext("Finish"))
    )
    numbers = [n for n, unit in enumerate(view.siblings, start=1) if unit.id == view.id]
    position = gettext("%(number)s of %(count)s", number=numbers[0], count=len(view.siblings)) if numbers else ""
    return previous, following, position


def grade_rows(view: ProgressView) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of the grade chart, by assignment type, with the lessons' titles in the language that is read."""
    titles = {lesson.id: lesson.title for chapter in view.chapters for lesson in chapter.lessons}
    return {
        part.type.name: [
            {
                "title": titles.get(one.block, one.title),
                "score": one.points.share,
                "weight": part.type.weight / max(1, len(part.assignments) - part.type.drop_count),
                "href": url_for("learn.jump", course_key=view.key, block=one.block),
                "note": gettext("does not count") if one.dropped else "",
            }
            for one in part.assignments
        ]
        for part in view.grade.parts
    }


def _day(moment: datetime) -> str:
    """Return a day with its month in words: digits and strokes change their order beside letters of another direction."""
    return format_date(moment, "long", locale=LOCALES[language()])


def _state(done: float) -> str:
    return "done" if done >= 1 else "started" if done > 0 else "todo"
