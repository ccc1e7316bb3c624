"""My courses: what I make and run, what waits for me in each, and what is put away."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.permissions import Action, allows
from lms_app.services.authoring import choosing, creating
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import language

_LONGEST_SEARCH: Final = 100


def home() -> str:
    """Show them, last edited first."""
    asked = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    with takwin().reading() as session:
        mine = choosing.my_courses(session, actor(), words=asked, language=language())
    return render_template(
        "studio/home.html",
        mine=mine,
        courses=[card for card in mine.cards if card.kind == "course"],
        libraries=[card for card in mine.cards if card.kind == "library"],
        waiting=[card for card in mine.cards if card.waits],
        asked=asked,
        may_create=allows(actor(), Action.CREATE_COURSE),
    )


def archive(course_key: str) -> Response:
    """Put a course away."""
    with takwin().transaction() as session:
        creating.archive(session, actor(), asked_course().key, now=now())
    flash(gettext("The course is archived: it takes no new learners, and those who are in it can still open it."), "success")
    return redirect(url_for("studio.home"), 303)


def bring_back(course_key: str) -> Response:
    """Take a course out of the archive."""
    with takwin().transaction() as session:
        creating.bring_back(session, actor(), asked_course().key, now=now())
    flash(gettext("The course is back, as it was."), "success")
    return redirect(url_for("studio.home"), 303)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("", endpoint="home", view_func=home)
    pages.add_url_rule("/<course_key>/archive", view_func=archive, methods=["POST"])
    pages.add_url_rule("/<course_key>/bring-back", view_func=bring_back, methods=["POST"])
