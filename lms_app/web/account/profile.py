"""The profile: names as certificates print them, country, region, language, e-mail, phone."""

from __future__ import annotations

from babel import Locale
from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField, SelectField, StringField, TelField

from lms_app.adapters.mail import Letter
from lms_app.adapters.outbox import ask_for
from lms_app.domain import territories
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import PersonId
from lms_app.domain.outbox import Errand
from lms_app.i18n import LANGUAGES
from lms_app.services.accounts import profile as profiles
from lms_app.services.accounts.profile import Profile
from lms_app.web.account.passwords import check_own
from lms_app.web.context import now, own_number, takwin
from lms_app.web.forms import Form, choices, form_page
from lms_app.web.i18n import LOCALES, language

_FIRST = ("MA", "SN", "CI", "ML", "MG", "GM", "MW", "TN", "EG", "DZ", "MR")
"""Countries in which our programmes work stand before the alphabet."""
_NO_COUNTRIES = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))
"""Codes of two letters that name islands, unions and tests rather than countries of ISO 3166."""
_LETTERS = 2


class ProfileForm(Form):
    """What a person tells of themselves."""

    name_latin = StringField(lazy_gettext("Your name in Latin letters"))
    name_arabic = StringField(lazy_gettext("Your name in Arabic letters"))
    country = SelectField(lazy_gettext("Country"), validate_choice=True)
    region = StringField(lazy_gettext("Region"))
    language = SelectField(lazy_gettext("Language"), choices=choices((each.code, each.name) for each in LANGUAGES))
    email = EmailField(lazy_gettext("E-mail"))
    phone = TelField(lazy_gettext("Phone"))
    password = PasswordField(lazy_gettext("Your password"))


def profile() -> Response | str | tuple[str, int]:
    """Show the visitor's profile, and store it."""
    me = own_number()
    with takwin().reading() as session:
        kept = profiles.read(session, me)
    form = ProfileForm.from_request(kept)
    form.country.choices = choices([("", "—"), *countries()])
    if not form.region.raw_data:
        form.region.data = territories.shown_region(kept.country, kept.region, language())
    if form.was_sent_right():
        given = {name: value or "" for name, value in form.data.items()}
        password = given.pop("password")
        given["region"] = territories.kept_region(given["country"], given["region"])
        try:
            known = check_own(password) if password and given["email"] != kept.email else None
            with takwin().transaction() as session:
                before = profiles.change(session, me, Profile(**given), now=now(), known=known)
                if before:
                    ask_for(session, Errand.MAIL, _farewell(before, kept.user_name, me).as_payload(), now=now())
        except Invalid as error:
            form.refuse(error)
        else:
            g.pop("language", None)
            flash(gettext("Your profile is saved."), "success")
            return redirect(url_for("account.profile"), code=303)
    regions = territories.region_names(form.country.data or "MA", language())
    return form_page("account/profile.html", form, user_name=kept.user_name, regions=regions)


def countries() -> list[tuple[str, str]]:
    """Return the countries of ISO 3166 by name in the reader's language, those of our programmes first."""
    names = Locale.parse(LOCALES[language()]).territories
    known = {code: name for code, name in names.items() if len(code) == _LETTERS and code.isalpha() and code not in _NO_COUNTRIES}
    rest = sorted((code for code in known if code not in _FIRST), key=lambda code: known[code])
    return [(code, known[code]) for code in (*_FIRST, *rest)]


def _farewell(before: str, user_name: str, person: PersonId) -> Letter:
    """Write to the e-mail that no longer is the account's: its owner may not be who changed it."""
    text = render_template("account/letters/email_changed.txt", user_name=user_name)
    return Letter(to=before, subject=gettext("Your e-mail on Takwin was changed"), text=text, language=language(), person=person)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/profile", view_func=profile, methods=["GET", "POST"])
