"""One's own data: taking it out, and being forgotten."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField

from lms_app.domain.errors import Invalid
from lms_app.services.accounts import leaving
from lms_app.web import sessions
from lms_app.web.account.passwords import check_own
from lms_app.web.context import actor, now, own_number, takwin
from lms_app.web.forms import Form, form_page, required


class EraseForm(Form):
    """The password once more: this can't be undone."""

    password = PasswordField(lazy_gettext("Your password"), [required()])


def data() -> str:
    """Explain what is kept, with the ways to take it out and to leave."""
    return render_template("account/data.html")


def take_out() -> Response:
    """Hand over everything kept about the visitor."""
    with takwin().reading() as session:
        packed = leaving.take_out(session, own_number(), blobs=takwin().blobs)
    response = Response(packed, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="takwin-{now():%Y-%m-%d}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


def erase() -> AnyResponse | str | tuple[str, int]:
    """Forget the visitor, once the password was asked again."""
    form = EraseForm.from_request()
    if form.was_sent_right():
        try:
            check_own(form.password.data or "")
        except Invalid as error:
            form.refuse(error)
        else:
            with takwin().transaction() as session:
                leaving.erase(session, actor(), now=now())
            flash(gettext("Your account is erased. Thank you for the way we went together."), "success")
            return sessions.forget(redirect("/", code=303))
    with takwin().reading() as session:
        certificates = leaving.count_certificates(session, own_number())
    return form_page("account/erase.html", form, certificates=certificates)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/profile/data", view_func=data)
    pages.add_url_rule("/profile/data/take-out", view_func=take_out, methods=["POST"])
    pages.add_url_rule("/profile/erase", view_func=erase, methods=["GET", "POST"])
