"""Back in without the password: by letter, by link, by a code on paper."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import EmailField, StringField

from lms_app.adapters.mail import Letter
from lms_app.adapters.outbox import ask_for
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import PersonId
from lms_app.domain.outbox import Errand
from lms_app.services.accounts import recovery
from lms_app.services.accounts.recovery import Link
from lms_app.web import sessions
from lms_app.web.account import limits
from lms_app.web.account.passwords import NewPasswordForm, store
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form, form_page, required
from lms_app.web.i18n import language

_NOBODY = Link(email="", user_name="", name="", language="en", token="")


class RecoverForm(Form):
    """Where the letter goes."""

    email = EmailField(lazy_gettext("E-mail"), [required()])


class CodeForm(NewPasswordForm):
    """The code that the trainer printed."""

    user_name = StringField(lazy_gettext("User name"), [required()])
    code = StringField(lazy_gettext("Code"), [required()])


def recover() -> Response | str | tuple[str, int]:
    """Send a letter to whoever has this e-mail; the answer is the same whether anybody has."""
    form = RecoverForm.from_request()
    if form.was_sent_right():
        email = (form.email.data or "").strip()
        limits.take(limits.RECOVERY_ADDRESS)
        limits.take(limits.RECOVERY_ACCOUNT, email.casefold())
        here = takwin()
        with here.transaction() as session:
            for link in recovery.links(session, email, secret_key=here.secret_key, now=now()) or (_NOBODY,):
                ask_for(session, Errand.MAIL, _letter(link).as_payload(), now=now())
        return render_template("account/recover_sent.html")
    return form_page("account/recover.html", form)


def recover_by_link(token: str) -> Response | str | tuple[str, int]:
    """Choose a new password by the link of a letter."""
    here = takwin()
    with here.reading() as session:
        known = recovery.by_link(session, token, secret_key=here.secret_key, now=now())
    form = NewPasswordForm.from_request()
    if form.was_sent_right():
        try:
            known = store(known, form.chosen())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(gettext("Your new password is stored, and you are signed in."), "success")
            return sessions.begin(redirect("/", code=303), known)
    return form_page("account/recover_link.html", form)


def recover_by_code() -> Response | str | tuple[str, int]:
    """Choose a new password by a code on paper."""
    form = CodeForm.from_request()
    if form.was_sent_right():
        try:
            who = (form.user_name.data or "").strip().casefold()
            limits.take(limits.RECOVERY_ADDRESS)
            limits.take(limits.RECOVERY_ACCOUNT, who)
            with takwin().reading() as session:
                known = recovery.by_code(session, who, form.code.data or "", now=now())
            known = store(known, form.chosen())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(gettext("Your new password is stored, and you are signed in."), "success")
            return sessions.begin(redirect("/", code=303), known)
    return form_page("account/recover_code.html", form)


def issue_code(person_id: int) -> str:
    """Ask whether to make a code for a learner, then make it and show the card to print, this once."""
    if request.method == "GET":
        return render_template("account/issue_code.html", person_id=person_id, card=None)
    with takwin().transaction() as session:
        card = recovery.issue_code(session, actor(), PersonId(person_id), now=now())
    address = takwin().settings.site_url.partition("//")[2] + url_for("account.recover_by_code")
    return render_template("account/issue_code.html", person_id=person_id, card=card, address=address)


def _letter(link: Link) -> Letter:
    """Write the letter in its reader's language. The address comes from the settings, never from the request."""
    address = f"{takwin().settings.site_url}/recover/{link.token}"
    with force_locale(link.language):
        text = render_template("account/letters/recovery.txt", link=link, address=address, hours=2)
        return Letter(
            to=link.email, subject=gettext("A new password for Takwin"), text=text, language=language(), person=link.person
        )


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/recover", view_func=recover, methods=["GET", "POST"])
    pages.add_url_rule("/recover/code", view_func=recover_by_code, methods=["GET", "POST"])
    pages.add_url_rule("/recover/<token>", view_func=recover_by_link, methods=["GET", "POST"])
    pages.add_url_rule("/people/<int:person_id>/recovery-code", view_func=issue_code, methods=["GET", "POST"])
