"""Files for professional translators: out as XLIFF 2, and in again with a line for each text."""

from __future__ import annotations

import io
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.errors import Invalid
from lms_app.domain.keys import course_parts
from lms_app.olx.problems import FileRefused
from lms_app.services.authoring import drafts
from lms_app.services.authoring.translating import xliff_in, xliff_out
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import N_, language_in_words
from lms_app.web.problem_words import told
from lms_app.web.studio.frame import frame
from lms_app.web.words import words_of

MOST_BYTES: Final = 20_000_000
_OUTCOMES: Final = {
    "taken": N_("taken"),
    "confirmed": N_("confirmed: still right"),
    "stale": N_("taken, but the source has changed meanwhile"),
    "unchanged": N_("as it was"),
    "untranslated": N_("not translated"),
    "partly": N_("not taken: a part of it is not translated"),
    "tags": N_("not taken: marks of the text (bold, links, pictures) are missing or doubled"),
    "unsafe": N_("not taken: there is something in it that may not stand in a text"),
    "unknown": N_("not taken: this text is not in the course"),
    "twice": N_("not taken: it stands in the file twice"),
    "too_long": N_("not taken: too long"),
}
_SHOWN: Final = 400
"""Lines of the report; what was as it was comes last, and is only counted beyond that."""
_ORDER: Final = (
    "tags",
    "unsafe",
    "partly",
    "unknown",
    "twice",
    "too_long",
    "stale",
    "taken",
    "confirmed",
    "untranslated",
    "unchanged",
)


def download_texts(course_key: str, language: str) -> Response:
    """Send the texts of the draft, or of one lesson, as a file that translation programmes open."""
    key = asked_course().key
    with takwin().reading() as session:
        content = xliff_out.export_texts(session, key, language, section=request.args.get("lesson", ""))
    name = f"{'-'.join(course_parts(key))}-{language}.xlf"
    return send_file(io.BytesIO(content), "application/xliff+xml", as_attachment=True, download_name=name)


def bring_texts(course_key: str, language: str) -> AnyResponse | str:
    """Take the file that came back, and show what became of each text in it."""
    key = asked_course().key
    message = gettext("Brought translations into %(language)s in", language=language_in_words(language))
    try:
        content, name = _sent()
        with takwin().transaction() as session:
            report = xliff_in.import_texts(session, actor(), key, language, content, name=name, message=message, now=now())
    except FileRefused as error:
        said = told(error.problem)
        flash(f"{said.message} {said.remedy}", "error")
        return redirect(url_for("studio.languages", course_key=key), 303)
    except Invalid as error:
        flash(words_of(error), "error")
        return redirect(url_for("studio.languages", course_key=key), 303)
    with takwin().reading() as session:
        draft = drafts.open_draft(session, key)
        context = frame("languages", draft)
    counts = report.count()
    lines = sorted(report.lines, key=lambda one: _ORDER.index(one.outcome))
    return render_template(
        "studio/xliff_report.html",
        language_to=language,
        file_name=name,
        report=report,
        counts=[(gettext(_OUTCOMES[one]), counts[one], one) for one in _ORDER if counts[one]],
        lines=[(one, gettext(_OUTCOMES[one.outcome])) for one in lines[:_SHOWN]],
        refused=xliff_in.REFUSED,
        titles={one.block: draft.outline[one.block].title for one in lines[:_SHOWN] if one.block in draft.outline},
        **context,
    )


def _sent() -> tuple[bytes, str]:
    """Return the file and its name; refuse none, and one that is too large."""
    upload = request.files.get("file")
    content = upload.read(MOST_BYTES + 1) if upload else b""
    if not content:
        raise Invalid("required", field="file")
    if len(content) > MOST_BYTES:
        raise Invalid("too_large", field="file")
    return content, ((upload.filename if upload else "") or "xliff")[:200]


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/languages/<language>/xliff", endpoint="xliff_out", view_func=download_texts)
    pages.add_url_rule("/<course_key>/languages/<language>/xliff", endpoint="xliff_in", view_func=bring_texts, methods=["POST"])
