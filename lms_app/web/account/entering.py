"""Joining, signing in and out, and choosing a language."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField, TelField

from lms_app.domain.errors import Invalid
from lms_app.i18n import CODES, LANGUAGES
from lms_app.services.accounts import profile, signing_in, signing_up
from lms_app.services.accounts.signing_up import NewAccount
from lms_app.services.learning import inviting
from lms_app.web import sessions
from lms_app.web.account import limits
from lms_app.web.context import actor, now, takwin, visit
from lms_app.web.forms import Form, choices, form_page, required
from lms_app.web.i18n import COOKIE, language as page_language
from lms_app.web.redirects import safe_path, way_back
from lms_app.web.words import words_of

_YEAR = 365 * 24 * 3600


class SignInForm(Form):
    """Who, and the password."""

    identifier = StringField(lazy_gettext("User name, e-mail or phone"), [required()])
    password = PasswordField(lazy_gettext("Password"), [required()])
    next = HiddenField()


class SignUpForm(Form):
    """What an account needs, and what helps."""

    user_name = StringField(lazy_gettext("User name"), [required()])
    password = PasswordField(lazy_gettext("Password"), [required()])
    name_latin = StringField(lazy_gettext("Your name in Latin letters"))
    name_arabic = StringField(lazy_gettext("Your name in Arabic letters"))
    phone = TelField(lazy_gettext("Phone"))
    email = EmailField(lazy_gettext("E-mail"))
    language = SelectField(lazy_gettext("Language"), choices=choices((each.code, each.name) for each in LANGUAGES))
    next = HiddenField()


def sign_in() -> Response | str | tuple[str, int]:
    """Let somebody in who has an account."""
    form = SignInForm.from_request(next=request.args.get("next", ""))
    if visit() is not None and request.method == "GET":
        return way_back()
    if form.was_sent_right():
        try:
            known = _authenticate(form.identifier.data or "", form.password.data or "")
        except Invalid as error:
            form.form_errors.append(words_of(error))
        else:
            return sessions.begin(way_back(), known)
    return form_page("account/sign_in.html", form)


def sign_up() -> Response | str | tuple[str, int]:
    """Make an account, and sign its owner in."""
    form = SignUpForm.from_request(next=request.args.get("next", ""), language=page_language())
    if visit() is not None and request.method == "GET":
        return way_back()
    if form.was_sent_right():
        limits.take(limits.SIGN_UP_ADDRESS)
        try:
            checked = signing_up.check(_new_account(form))
            with takwin().transaction() as session:
                known = signing_up.sign_up(session, checked, now=now())
                inviting.take_places(session, known.person, now=now())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(gettext("Welcome! Your account is ready."), "success")
            return sessions.begin(way_back(), known)
    return form_page("account/sign_up.html", form)


def sign_out() -> Response:
    """End this device's sign-in."""
    here = visit()
    response = redirect("/", code=303)
    return sessions.end(response, here) if here else response


def language() -> Response:
    """Show the site in another language from now on."""
    chosen = request.form.get("language", "")
    if chosen not in CODES:
        raise Invalid("bad_language", field="language")
    person = actor().person_id
    if person is not None:
        with takwin().transaction() as session:
            profile.choose_language(session, person, chosen)
    response = redirect(safe_path(request.form.get("next")), code=303)
    secure = takwin().settings.is_https
    response.set_cookie(COOKIE, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure, path="/")
    return response


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/sign-in", view_func=sign_in, methods=["GET", "POST"])
    pages.add_url_rule("/sign-up", view_func=sign_up, methods=["GET", "POST"])
    pages.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    pages.add_url_rule("/language", view_func=language, methods=["POST"])


def _authenticate(identifier: str, password: str) -> signing_in.Known:
    who = identifier.strip().casefold()
    with (
        limits.only_failures(who, limits.SIGN_IN_HERE, limits.SIGN_IN_ACCOUNT, limits.SIGN_IN_ADDRESS),
        takwin().reading() as session,
    ):
        return signing_in.authenticate(session, identifier, password)


def _new_account(form: SignUpForm) -> NewAccount:
    return NewAccount(
        user_name=form.user_name.data or "",
        password=form.password.data or "",
        name_latin=form.name_latin.data or "",
        name_arabic=form.name_arabic.data or "",
        phone=form.phone.data or "",
        email=form.email.data or "",
        language=form.language.data or "",
    )
