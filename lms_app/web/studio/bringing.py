"""Bringing courses in, with a report of all that was met, and taking them out."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from flask import Blueprint, Response, render_template, send_file
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, SelectField

from lms_app.domain.content import LANGUAGES
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import CourseKey, course_parts
from lms_app.i18n import LANGUAGES as SPOKEN
from lms_app.services.authoring import bringing, drafts, exporting
from lms_app.services.authoring.importing import ImportReport
from lms_app.web.access import asked_course
from lms_app.web.context import actor, end_reading, now, takwin
from lms_app.web.forms import Form, SelectChoice, form_page, required
from lms_app.web.problem_words import severity_words, told
from lms_app.web.studio.frame import frame
from lms_app.web.studio.shapes import type_name

ALL = "all"


class ImportForm(Form):
    """A course's archive, and what to do with it."""

    file = FileField(lazy_gettext("The course's file"), [required()])
    as_language = SelectField(lazy_gettext("What is in it?"), validate_choice=False)
    dry_run = BooleanField(lazy_gettext("Only look: report what would happen, and write nothing"))


def bring_in() -> str | tuple[str, int]:
    """Bring in a course that is not here yet."""
    return _bring(None)


def bring_into(course_key: str) -> str | tuple[str, int]:
    """Bring in another version of a course, or another language of it."""
    return _bring(asked_course().key)


def _bring(key: CourseKey | None) -> str | tuple[str, int]:
    form = ImportForm.from_request()
    form.as_language.choices = _languages(key)
    reports: list[ImportReport] = []

    def take() -> None:
        if not isinstance(form.file.data, FileStorage):
            raise Invalid("required", field="file")
        reports.append(_read(form.file.data, key, language=form.as_language.data or "", dry_run=form.dry_run.data))

    if form.was_sent_right() and form.takes(take):
        page = _report_page(reports[0], key)
        return (page, 422) if reports[0].is_refused else page
    if key is None:
        return form_page("studio/import.html", form)
    return form_page("studio/import_into.html", form, **frame("outline"))


def _languages(key: CourseKey | None) -> list[SelectChoice]:
    if key is None:
        return [SelectChoice("", gettext("A whole course"))]
    with takwin().reading() as session:
        source = drafts.open_draft(session, key).outline.language
    names = {one.code: one.name for one in SPOKEN}
    others = [
        SelectChoice(code, gettext("The same course in %(language)s", language=names[code])) for code in LANGUAGES if code != source
    ]
    return [SelectChoice("", gettext("A newer version of this course")), *others]


def _read(upload: FileStorage, key: CourseKey | None, *, language: str, dry_run: bool) -> ImportReport:
    """Read the upload from a file of this request's own: it was streamed to the disk, and is never held in memory."""
    here = takwin()
    end_reading()
    with tempfile.NamedTemporaryFile(suffix=Path(upload.filename or "").suffix[-10:]) as kept:
        upload.save(kept)
        kept.flush()
        asked = bringing.Wish(key=key, language=language, dry_run=dry_run)
        read = bringing.read_upload(Path(kept.name), asked, blobs=here.blobs, types=here.host.types)
    with here.reading() if dry_run else here.transaction() as session:
        return bringing.bring(session, actor(), read, asked, blobs=here.blobs, types=here.host.types, now=now())


def _report_page(report: ImportReport, key: CourseKey | None) -> str:
    kinds = Counter(problem.severity for problem in report.problems)
    return render_template(
        "studio/report.html",
        report=report,
        key=key,
        blocks=[(type_name(kind), kind, count) for kind, count in report.blocks.items()],
        count=sum(report.blocks.values()),
        problems=[told(problem) for problem in report.problems],
        kinds=[(severity_words(severity), count) for severity, count in sorted(kinds.items())],
    )


def export(course_key: str) -> str:
    """Show what can be taken out, and what no archive can hold."""
    here = takwin()
    with here.reading() as session:
        draft = drafts.open_draft(session, asked_course().key)
        _, problems = exporting.export_course(session, asked_course().key, blobs=here.blobs, types=here.host.types)
    return render_template(
        "studio/export.html",
        problems=[told(problem) for problem in problems],
        **frame("outline", draft),
    )


def download(course_key: str, language: str) -> Response:
    """Send the draft in one language as an archive, or all languages as a zip of archives."""
    here, key = takwin(), asked_course().key
    name = "-".join(course_parts(key))
    with here.reading() as session:
        languages = drafts.open_draft(session, key).outline.languages
        if language not in {*languages, ALL}:
            raise NotFound("no_such_file")
        wanted = languages if language == ALL else (language,)
        archives = {
            code: exporting.export_course(session, key, blobs=here.blobs, types=here.host.types, language=code)[0]
            for code in wanted
        }
    if language != ALL:
        return send_file(
            io.BytesIO(archives[language]), "application/gzip", as_attachment=True, download_name=f"{name}-{language}.tar.gz"
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as box:
        for code, archive in archives.items():
            box.writestr(f"{name}-{code}.tar.gz", archive)
    packed.seek(0)
    return send_file(packed, "application/zip", as_attachment=True, download_name=f"{name}.zip")


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/import", view_func=bring_in, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/import", view_func=bring_into, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/export", view_func=export)
    pages.add_url_rule("/<course_key>/export/<language>", view_func=download)
