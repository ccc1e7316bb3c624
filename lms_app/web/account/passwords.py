"""Choosing another password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField

from lms_app.domain.errors import Invalid
from lms_app.services.accounts import passwords, profile as profiles, recovery
from lms_app.services.accounts.signing_in import Known
from lms_app.web.account import limits
from lms_app.web.context import now, own_number, takwin, visit
from lms_app.web.forms import Form, form_page, required


class NewPasswordForm(Form):
    """A new password, typed twice since it can't be seen."""

    new_password = PasswordField(lazy_gettext("New password"), [required()])
    again = PasswordField(lazy_gettext("New password, once more"), [required()])

    def chosen(self) -> str:
        """Return the new password; raise `Invalid` when the two differ."""
        if self.new_password.data != self.again.data:
            raise Invalid("passwords_differ", field="again")
        return self.new_password.data or ""


class ChangePasswordForm(NewPasswordForm):
    """The same, for somebody who knows the present one."""

    password = PasswordField(lazy_gettext("Present password"), [required()])


def password() -> Response | str | tuple[str, int]:
    """Change the visitor's password; every other device is signed out."""
    form = ChangePasswordForm.from_request()
    if form.was_sent_right():
        try:
            known = check_own(form.password.data or "")
            store(known, form.chosen(), keep_device=_this_device())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(gettext("Your password is changed. Your other devices are signed out."), "success")
            return redirect(url_for("account.profile"), code=303)
    return form_page("account/password.html", form)


def check_own(given: str, *, field: str = "password") -> Known:
    """Return the visitor when the password is theirs. Tries are counted: an open screen must not become a way to guess."""
    me = own_number()
    about = f"person {me}"
    with (
        limits.only_failures(about, limits.SIGN_IN_HERE, limits.SIGN_IN_ACCOUNT, limits.SIGN_IN_ADDRESS),
        takwin().reading() as session,
    ):
        return profiles.check_own_password(session, me, given, field=field)


def store(known: Known, chosen: str, *, keep_device: str = "", field: str = "new_password") -> Known:
    """Store a new password that the rules allow, and end every recovery code. Hashing comes before the write."""
    with takwin().reading() as session:
        about = profiles.own_words(session, known.person)
    passwords.check_password(chosen, about=about, field=field)
    password_hash = passwords.new_hash(chosen)
    with takwin().transaction() as session:
        changed = profiles.set_password(session, known, password_hash, now=now(), keep_device=keep_device)
        recovery.use_codes(session, known.person, now=now())
    return changed


def _this_device() -> str:
    here = visit()
    return here.token_hash if here else ""


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/profile/password", view_func=password, methods=["GET", "POST"])
