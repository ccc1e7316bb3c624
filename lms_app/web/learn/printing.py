"""The certificates of a cohort in one go: asked for on a page, made by a job, fetched when it is done."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField

from lms_app.domain.errors import NotFound
from lms_app.services.credentials import printing
from lms_app.services.learning import cohorts as groups
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form, SelectChoice, form_page
from lms_app.web.learn.cohorts import titled

_MEDIA = {"zip": "application/zip", "pdf": "application/pdf"}
STATES = {
    "waiting": lazy_gettext("Waiting"),
    "running": lazy_gettext("Being made"),
    "done": lazy_gettext("Ready"),
    "failed": lazy_gettext("Failed"),
}


class PrintForm(Form):
    """What is wanted."""

    form = RadioField(
        lazy_gettext("As what?"),
        choices=[
            SelectChoice("zip", lazy_gettext("One signed file a person, in a zip")),
            SelectChoice("pdf", lazy_gettext("One file to print (without signatures)")),
        ],
        default="zip",
    )


def certificates(course_key: str, cohort_id: int) -> AnyResponse | str | tuple[str, int]:
    """Ask for the certificates of a cohort, and see how far those asked for are."""
    course = asked_course()
    form = PrintForm.from_request()

    def ask() -> None:
        with takwin().transaction() as session:
            printing.ask_for_batch(session, actor(), course.id, cohort_id, form=form.form.data or "", now=now())

    if form.was_sent_right() and form.takes(ask):
        flash(gettext("The certificates are being made. This page shows how far they are."), "success")
        return redirect(url_for("learn.cohort_certificates", course_key=course.key, cohort_id=cohort_id), 303)
    with takwin().reading() as session:
        name = groups.cohort_page(session, course, cohort_id).facts.name
        batches = [each for each in printing.batches_of(session, course.id) if each.cohort_id == cohort_id]
        count = printing.how_many(session, course.id, cohort_id, now=now())
    return form_page(
        "learn/cohort_certificates.html",
        form,
        course=titled(course),
        cohort_id=cohort_id,
        cohort=name,
        batches=batches,
        count=count,
        states=STATES,
        is_busy=any(each.state in {"waiting", "running"} for each in batches),
    )


def batch_file(course_key: str, cohort_id: int, batch_id: int) -> Response:
    """Give the finished file of a batch of this cohort."""
    here = takwin()
    with here.reading() as session:
        batch = printing.show_batch(session, batch_id)
        if (batch.course_id, batch.cohort_id) != (asked_course().id, cohort_id):
            raise NotFound("no_such_batch")
        data = printing.batch_file(session, batch_id, workshop=here.workshop)
    response = Response(data, mimetype=_MEDIA[batch.form])
    response.headers["Content-Disposition"] = f'attachment; filename="certificates-{cohort_id}-{batch_id}.{batch.form}"'
    return response


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    top = "/courses/<course_key>/cohorts/<int:cohort_id>/certificates"
    pages.add_url_rule(top, view_func=certificates, endpoint="cohort_certificates", methods=["GET", "POST"])
    pages.add_url_rule(f"{top}/<int:batch_id>", view_func=batch_file)
