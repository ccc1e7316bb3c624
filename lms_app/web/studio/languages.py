"""The languages of a course: how far each is, one more, one less."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.content import LANGUAGES
from lms_app.services.authoring.translating import desk, writing
from lms_app.services.authoring.translating.sheets import sections_of
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import language_in_words, language_name
from lms_app.web.studio.frame import frame
from lms_app.web.studio.translating import progress_words


def languages(course_key: str) -> str:
    """Show the languages of a course, and what is left to do in each."""
    with takwin().reading() as session:
        found = desk.languages_of(session, asked_course().key)
        context = frame("languages", found.draft)
        sections = [(one.block, one.title) for one in sections_of(found.draft.outline)]
    there = {found.source, *(one.language for one in found.others)}
    return render_template(
        "studio/languages.html",
        found=found,
        sections=sections,
        progress_words=progress_words,
        addable=[(code, language_name(code)) for code in LANGUAGES if code not in there],
        **context,
    )


def add_language(course_key: str) -> Response:
    """Give the course one more language, in which nothing is translated yet."""
    language = request.form.get("language", "")
    message = gettext("Added %(language)s", language=language_in_words(language))
    _change(lambda session: writing.add_language(session, actor(), asked_course().key, language, message=message, now=now()))
    flash(gettext("Added. Nothing is translated yet: learners see the source text until it is."), "success")
    return redirect(url_for("studio.translate", course_key=course_key, language=language), 303)


def remove_language(course_key: str, language: str) -> Response:
    """Take a language out of the draft."""
    message = gettext("Took %(language)s out", language=language_in_words(language))
    _change(lambda session: writing.remove_language(session, actor(), asked_course().key, language, message=message, now=now()))
    flash(gettext("%(language)s is out of the draft. The history brings it back.", language=language_in_words(language)), "success")
    return redirect(url_for("studio.languages", course_key=course_key), 303)


def _change(change: Callable[[Session], int]) -> None:
    with takwin().transaction() as session:
        change(session)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/languages", view_func=languages)
    pages.add_url_rule("/<course_key>/languages", endpoint="add_language", view_func=add_language, methods=["POST"])
    pages.add_url_rule("/<course_key>/languages/<language>/remove", view_func=remove_language, methods=["POST"])
