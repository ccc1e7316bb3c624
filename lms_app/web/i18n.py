"""The reader's language: how it is chosen, where the words come from, how dates and numbers are written in it."""

from __future__ import annotations

import io
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup, escape

from lms_app.domain.contact import DEFAULT_COUNTRY
from lms_app.i18n import CODES, LANGUAGES, SOURCE, Language, direction_of
from lms_app.web.context import actor

COOKIE = "takwin_language"
DEFAULT_ZONE = "Africa/Casablanca"
TRANSLATIONS = Path(__file__).parent / "translations"
LOCALES = {"ar": "ar_MA", "fr": "fr", "en": "en"}
"""Dates and numbers: Moroccan Arabic has the Maghreb's month names and Western digits; users may type any digits."""


def N_(message: str) -> str:  # noqa: N802 -- gettext's own name for "translate this later"
    """Mark words in a table for extraction; they are translated where they are said."""
    return message


class Words(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """The catalogues of this package, read from their `.po` files at first use: nothing to compile, nothing that can be stale."""

    def get_translations(self) -> Translations | NullTranslations:
        """Return the words of the request's language."""
        locale = get_locale()
        return words_in(locale.language if locale else SOURCE)


@cache
def words_in(language: str) -> Translations | NullTranslations:
    """Return the words of a language; English ones are the message ids themselves."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    if language == SOURCE or not path.exists():
        return Translations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def choose_language() -> str:
    """Return the reader's language: the profile's when signed in, else the one picked here, else what the browser asks for."""
    if not has_request_context():
        return SOURCE
    if "language" not in g:
        here = actor()
        chosen = here.language if here.is_signed_in else request.cookies.get(COOKIE, "")
        g.language = chosen if chosen in CODES else request.accept_languages.best_match(CODES, default=SOURCE)
    return str(g.language)


def language() -> str:
    """Return the language in which words are being said just now (a letter may be in another than the page)."""
    locale = get_locale()
    return locale.language if locale else choose_language()


def languages() -> tuple[dict[str, str], ...]:
    """Return what the language menu shows."""
    return tuple({"code": each.code, "name": each.name, "dir": each.direction, "url": ""} for each in LANGUAGES)


def language_called(code: str) -> Language | None:
    """Return the interface language with this code, if there is one."""
    return next((each for each in LANGUAGES if each.code == code), None)


def language_name(code: str) -> str:
    """Return a language's name in itself; its code when Takwin does not speak it."""
    found = language_called(code)
    return found.name if found else code


def language_in_words(code: str) -> str:
    """Return a language's name as a sentence of the reader's has it: arabe, الفرنسية; its code when nobody names it."""
    return str(Locale.parse(LOCALES[language()]).languages.get(code, code))


def written_date(value: date | datetime, form: str = "long") -> Markup:
    """Return a day in words: `long` (12 octobre 2026), `medium`, `short`, or `time` for a day with its hour.

    A moment is told by the clocks of the reader's country.
    """
    locale = Locale.parse(LOCALES[language()])
    here = value.astimezone(ZoneInfo(time_zone())) if isinstance(value, datetime) else value
    text = format_date(here, "medium" if form == "time" else form, locale=locale)
    if form == "time" and isinstance(here, datetime):
        hour = format_time(here, "short", tzinfo=here.tzinfo, locale=locale)
        text = locale.datetime_formats["medium"].replace("'", "").format(hour, text)
    return Markup('<time datetime="{}"><bdi>{}</bdi></time>').format(value.isoformat(), text)


def time_zone() -> str:
    """Return the time zone of the reader's country, its first by Unicode's list; Morocco's where no country is known."""
    zones = get_global("territory_zones").get(actor().country or DEFAULT_COUNTRY) or (DEFAULT_ZONE,)
    return str(zones[0])


def written_number(value: float) -> str:
    """Return a number as the reader's language writes it."""
    return str(format_decimal(value, locale=LOCALES[language()]))


def written_percent(value: float) -> str:
    """Return a part of one as a percentage, rounded down: 99.9 % is not done."""
    return str(format_percent(int(value * 100 + 1e-9) / 100, locale=LOCALES[language()]))


def theirs(text: object, lang: str = "") -> Markup:
    """Return people's own words, isolated, so that their direction does not disturb the sentence around them."""
    return Markup('<bdi lang="{}">{}</bdi>').format(lang, text) if lang else Markup("<bdi>{}</bdi>").format(escape(text))


def install(app: Flask) -> None:
    """Give the app its languages, its templates their words, and the filters `date`, `number`, `percent` and `theirs`."""
    babel = Babel()
    babel.init_app(app, locale_selector=choose_language, timezone_selector=time_zone, default_locale=SOURCE)
    babel.domain_instance = Words()
    # Straight to the catalogue: Flask-Babel's way there looks through the request four times for each word.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: words_in(language()).gettext(text),
        lambda one, many, number: words_in(language()).ngettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters.update(date=written_date, number=written_number, percent=written_percent, theirs=theirs)
    app.jinja_env.filters.update(language_name=language_name, language_in_words=language_in_words, direction=direction_of)


def page_language() -> dict[str, Any]:
    """Return what every template knows of the reader's language."""
    code = language()
    return {"language": code, "direction": direction_of(code), "languages": languages()}
