"""When the course and its lessons open and close, in the clocks of whoever sets it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.keys import BlockId
from lms_app.services.authoring import drafts, schedules
from lms_app.services.authoring.drafts import Draft
from lms_app.services.authoring.schedules import LessonTimes, Timetable
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import time_zone
from lms_app.web.studio import moments
from lms_app.web.studio.frame import frame
from lms_app.web.words import words_of

_WRITTEN = "%Y-%m-%dT%H:%M"


def schedule(course_key: str) -> Response | str | tuple[str, int]:
    """Show and change the timetable."""
    with takwin().reading() as session:
        draft = drafts.open_draft(session, asked_course().key)
        kept = schedules.timetable_of(session, draft)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        wanted = _wanted(draft, kept, wrong)
        if not wrong and _keeps(wanted, wrong):
            flash(gettext("Saved in the draft. Learners go by it once you publish."), "success")
            return redirect(url_for("studio.schedule", course_key=asked_course().key), 303)
    page = render_template(
        "studio/schedule.html",
        wrong=wrong,
        values=request.form if request.method == "POST" else _values(kept),
        own_pace=request.form.get("own_pace") == "1" if request.method == "POST" else kept.own_pace,
        base=request.form.get("base", "") if request.method == "POST" else schedules.base_of(draft.outline, kept),
        lessons=_lessons(draft, kept),
        told=_told(request.form if wrong else _values(kept)),
        clocks=moments.clocks(),
        **frame("settings", draft),
    )
    return (page, 422) if wrong else page


def _keeps(wanted: Timetable, wrong: dict[str, str]) -> bool:
    try:
        with takwin().transaction() as session:
            schedules.change_timetable(
                session,
                actor(),
                asked_course().key,
                wanted,
                base=request.form.get("base", ""),
                message=gettext("Changed the schedule"),
                now=now(),
            )
    except (Invalid, Conflict) as error:
        for each in error.facts.get("wrong", (error,)):
            wrong[each.facts.get("field", "")] = words_of(each)
        return False
    return True


def _lessons(draft: Draft, kept: Timetable) -> list[dict[str, Any]]:
    outline = draft.outline
    return [
        {"number": number, "title": outline[block].title, "chapter": _above(draft, block)}
        for number, block in enumerate(kept.lessons or {})
    ]


def _above(draft: Draft, block: BlockId) -> str:
    parent = draft.outline[block].parent
    return draft.outline[parent].title if parent else ""


def _values(kept: Timetable) -> dict[str, str]:
    values = {"opens": _shown(kept.opens), "ends": _shown(kept.ends)}
    for number, times in enumerate((kept.lessons or {}).values()):
        values |= {f"opens-{number}": _shown(times.opens), f"due-{number}": _shown(times.due)}
    return values


def _told(values: Mapping[str, str]) -> dict[str, str]:
    """Return by field what is chosen, in words."""
    told = {}
    for name, said in values.items():
        if name in {"opens", "ends"} or name.startswith(("opens-", "due-")):
            with suppress(ValueError):
                told[name] = moments.in_words(_read(said, None))
    return told


def _wanted(draft: Draft, kept: Timetable, wrong: dict[str, str]) -> Timetable:
    def read(name: str, before: datetime | None) -> datetime | None:
        try:
            return _read(request.form.get(name, ""), before)
        except (ValueError, OverflowError):  # the second: before the first year there is
            wrong[name] = words_of(Invalid("bad_moment"))
            return before

    lessons = {
        block: LessonTimes(read(f"opens-{number}", times.opens), read(f"due-{number}", times.due))
        for number, (block, times) in enumerate((kept.lessons or {}).items())
    }
    own_pace = request.form.get("own_pace") == "1"
    return Timetable(read("opens", kept.opens), read("ends", kept.ends), own_pace, lessons)


def _shown(value: datetime | None) -> str:
    return value.astimezone(ZoneInfo(time_zone())).strftime(_WRITTEN) if value else ""


def _read(said: str, before: datetime | None) -> datetime | None:
    """Return the moment that a field tells; one that still says what it said is left as it is, to the second."""
    said = said.strip()[:16]
    if said == _shown(before):
        return before
    if not said:
        return None
    return datetime.strptime(said, _WRITTEN).replace(tzinfo=ZoneInfo(time_zone())).astimezone(UTC)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/settings/schedule", view_func=schedule, methods=["GET", "POST"])
