"""The trainer's page of a course: its outline, what differs from what learners see, and all that can be done with it."""

from __future__ import annotations

from flask import Blueprint, render_template

from lms_app.domain.permissions import Action, allows
from lms_app.services.authoring import drafts, publishing
from lms_app.services.authoring.choosing import editable_courses
from lms_app.web.access import asked_course
from lms_app.web.context import actor, takwin
from lms_app.web.studio.shapes import outline_lines


def home() -> str:
    """List the courses that the visitor may change."""
    with takwin().reading() as session:
        courses = editable_courses(session, actor())
    return render_template("studio/home.html", courses=courses, may_create=allows(actor(), Action.CREATE_COURSE))


def course(course_key: str) -> str:
    """Show the draft of a course."""
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        changes = publishing.what_changed(session, draft.snapshot, facts.snapshot)
        lines = outline_lines(draft.outline)
    root = draft.outline[draft.outline.root]
    return render_template(
        "studio/course.html",
        key=facts.key,
        title=root.title,
        root=root.id,
        source_language=draft.outline.language,
        course_languages=draft.outline.languages,
        is_published=facts.snapshot is not None,
        revision=draft.revision.id,
        changes=changes,
        lines=lines,
    )


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("", endpoint="home", view_func=home)
    pages.add_url_rule("/<course_key>", view_func=course)
