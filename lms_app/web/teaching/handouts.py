"""The trainer's kit of a course: what can be printed, in each of its languages."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from lms_app.domain.content import LANGUAGES
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, course_parts
from lms_app.services.teaching.handouts import kit_of, printable_kit
from lms_app.web.access import asked_course
from lms_app.web.context import takwin
from lms_app.web.saving import named
from lms_app.web.teaching.pages import opened


def kit(course_key: str) -> str:
    """Show the handouts of the course, to print one by one or all together."""
    with takwin().reading() as session:
        course = opened(session)
        parts = kit_of(course.outline, course.language)
        title = course.outline.title(course.outline.root, course.language)
        languages = [each for each in LANGUAGES if each in (course.outline.language, *course.outline.languages)]
    return render_template("teaching/kit.html", key=course_key, title=title, parts=parts, languages=languages)


def handouts(course_key: str) -> Response:
    """Send one handout, or all of them, as PDF."""
    language, unit = request.args.get("language", ""), request.args.get("unit", "")
    if language not in LANGUAGES:
        raise NotFound
    facts = asked_course()
    if facts.snapshot is None:
        raise NotFound("no_such_course", key=facts.key)
    parts = takwin()
    with parts.last_reading() as session:
        units = [BlockId(unit)] if unit else []
        asked = printable_kit(session, facts, units, language=language, blobs=parts.blobs)
    response = Response(parts.press.set(asked), mimetype="application/pdf")
    name = "-".join((*course_parts(facts.key), unit.rpartition("/")[2].rpartition("@")[2] or "kit", language))
    return named(response, f"{name}.pdf", shown=True)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/teaching/<course_key>/kit", view_func=kit)
    pages.add_url_rule("/teaching/<course_key>/kit.pdf", view_func=handouts)
