"""The buttons that move a course between draft and published, and its history."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.services.authoring import drafts, publishing
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin


def publish(course_key: str) -> Response:
    """Show learners the draft."""
    key = asked_course().key
    with takwin().transaction() as session:
        publishing.publish_draft(session, actor(), key, expected=request.form.get("revision", type=int), now=now())
    flash(gettext("Published. Learners see it now."), "success")
    return redirect(url_for("studio.course", course_key=key), 303)


def discard(course_key: str) -> Response:
    """Go back to what learners see."""
    key = asked_course().key
    message = gettext("Back to what is published")
    with takwin().transaction() as session:
        publishing.discard_draft(session, actor(), key, message=message, now=now())
    flash(gettext("The draft is again what learners see. What you left out stays in the history."), "success")
    return redirect(url_for("studio.course", course_key=key), 303)


def history(course_key: str) -> str:
    """List what was done, newest first."""
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        course = draft.course
        lines = publishing.history(session, course.id, draft=course.draft_revision_id, published=course.published_revision_id)
    return render_template("studio/history.html", key=facts.key, title=draft.outline[draft.outline.root].title, lines=lines)


def restore(course_key: str, revision: int) -> Response:
    """Make an old state the draft again."""
    key = asked_course().key
    message = gettext("Back to state %(number)s", number=revision)
    with takwin().transaction() as session:
        publishing.restore(session, actor(), key, revision, message=message, now=now())
    flash(gettext("The old state is the draft now. Learners see it once you publish."), "success")
    return redirect(url_for("studio.course", course_key=key), 303)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/publish", view_func=publish, methods=["POST"])
    pages.add_url_rule("/<course_key>/discard", view_func=discard, methods=["POST"])
    pages.add_url_rule("/<course_key>/history", view_func=history)
    pages.add_url_rule("/<course_key>/history/<int:revision>", view_func=restore, methods=["POST"])
