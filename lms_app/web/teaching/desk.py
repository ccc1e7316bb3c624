"""The desk itself: what waits for me over all my courses, and the courses and cohorts that are mine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from lms_app.adapters.teaching import Among
from lms_app.domain.errors import NotFound, Refused
from lms_app.services.teaching.reach import TaughtCourse, reach_of
from lms_app.services.teaching.waiting import KINDS, MOST_COUNTED, Piece, desk as desk_of
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import N_
from lms_app.web.odd_input import LARGEST_NUMBER, asked_number

_WHERE: Final = re.compile(r"(course|cohort)-(\d{1,10})")
KIND_WORDS: Final = {
    "work": N_("Written or recorded work"),
    "evidence": N_("Evidence from the field"),
    "observation": N_("Observation by a peer"),
}
KIND_ICONS: Final = {"work": "text", "evidence": "pin", "observation": "eye"}


def home() -> str:
    """Show what waits for the visitor, and what they teach."""
    among = asked_among()
    if not (reach_of(actor()) or actor().is_site_admin):
        raise Refused("nothing_to_teach")
    with takwin().reading() as session:
        view = desk_of(session, actor(), among, page=asked_number("page") or 1, now=now())
    steps = {way: url_for("teaching.home", page=view.page + step, **narrowing()) for way, step in (("previous", -1), ("next", 1))}
    return render_template(
        "teaching/home.html",
        view=view,
        most=MOST_COUNTED,
        wheres=list(_wheres(view.courses)),
        where=request.args.get("where", ""),
        kinds=[("", gettext("Every kind")), *((kind, gettext(KIND_WORDS[kind])) for kind in KINDS)],
        kind=among.kind,
        kind_words=kind_words,
        kind_icons=KIND_ICONS,
        judge_href=judge_href,
        previous=steps["previous"] if view.page > 1 else "",
        next=steps["next"] if view.page < view.pages else "",
    )


def asked_among() -> Among:
    """Return what the address narrows the list to; raise `NotFound` for what can be no course, cohort or kind."""
    where, kind = request.args.get("where", ""), request.args.get("kind", "")
    found = _WHERE.fullmatch(where)
    if (where and not found) or (kind and kind not in KINDS):
        raise NotFound
    number = int(found[2]) if found else None
    if number is not None and number > LARGEST_NUMBER:
        raise NotFound
    is_course = found is not None and found[1] == "course"
    return Among(course=number if is_course else None, cohort=None if is_course else number, kind=kind)


def narrowing() -> dict[str, Any]:
    """Return what narrows the list, for addresses that keep it."""
    return {name: request.args[name] for name in ("where", "kind") if request.args.get(name)}


def judge_href(piece: Piece, **more: Any) -> str:
    """Return the address where a piece of work is judged, with what the list is narrowed to."""
    return url_for("teaching.judge", course_key=piece.course, block=piece.block, record=piece.key, **narrowing(), **more)


def kind_words(kind: str) -> str:
    """Return what a kind of work is called; for one that we do not know, that it is work."""
    return str(gettext(KIND_WORDS.get(kind, KIND_WORDS["work"])))


def _wheres(courses: Iterable[TaughtCourse]) -> Iterator[tuple[str, str]]:
    yield "", gettext("Everywhere")
    for course in courses:
        if course.is_run:
            yield f"course-{course.id}", course.title
        for cohort in course.cohorts:
            yield f"cohort-{cohort.id}", f"{course.title} – {cohort.name}"


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/teaching", view_func=home)
