"""Renders the style guide and the mock-up pages with Jinja alone, to look at them and to hold them to the rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from tests.design.words import WORDS

HERE = Path(__file__).parent
WEB = Path(__file__).parents[2] / "lms_app" / "web"
SOURCES = WEB / "static" / "src"
IMPORT = re.compile(r'^@import "(?P<path>[^"]+)";$', re.MULTILINE)


@dataclass(frozen=True)
class Language:
    """A language as the web layer offers it to templates."""

    code: str
    name: str
    dir: str


@dataclass(frozen=True)
class Visitor:
    """Someone signed in."""

    display_name: str
    is_staff: bool = False


LANGUAGES = (Language("ar", "العربية", "rtl"), Language("fr", "Français", "ltr"), Language("en", "English", "ltr"))
LOCALES = {"ar": "ar_MA", "fr": "fr_MA", "en": "en"}
LINKS = {
    "home": "/",
    "language": "/language",
    "sign_in": "/sign-in",
    "sign_out": "/sign-out",
    "profile": "/profile",
    "verify": "/verify",
    "help": "/help",
    "source": "/source",
}


def stylesheet() -> str:
    """Give the whole style sheet, its parts put in place of their imports."""
    entry = (SOURCES / "app.css").read_text("utf-8")
    return IMPORT.sub(lambda found: (SOURCES / found["path"]).read_text("utf-8"), entry)


def environment(language: str, words: Mapping[str, Mapping[str, str]] = WORDS) -> Environment:
    """Make templates ready for one language, as the web layer does; words without translation are listed in `missing`."""
    folders = ChoiceLoader([FileSystemLoader(WEB / "templates"), FileSystemLoader(HERE / "pages")])
    env = Environment(
        loader=folders,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    missing: set[str] = set()

    def translate(message: str) -> str:
        if language == "en":
            return message
        if message not in words:
            missing.add(message)
            return message
        return words[message][language]

    env.install_gettext_callables(  # type: ignore[attr-defined]
        translate, lambda one, many, count: translate(one if count == 1 else many), newstyle=True
    )
    env.globals.update(
        csrf_token=lambda: "a-token",
        static_url=lambda name: f"/static/{name}",
        get_flashed_messages=lambda **_: [],
        missing=missing,
        favicon="data:,",
    )
    locale = LOCALES[language]
    env.filters.update(
        date=lambda value: format_date(value, locale=locale),
        number=lambda value: format_decimal(value, locale=locale),
        percent=lambda value: format_percent(value, locale=locale),
    )
    return env


def render(template: str, language: str, **values: object) -> str:
    """Give the HTML of a template as a learner who reads this language would get it."""
    env = environment(language)
    spoken = next(known for known in LANGUAGES if known.code == language)
    page = {
        "language": language,
        "direction": spoken.dir,
        "languages": LANGUAGES,
        "links": LINKS,
        "current_person": None,
        "today": date(2026, 11, 22),
        "nav": (),
        **values,
    }
    person = page["current_person"].display_name if isinstance(page["current_person"], Visitor) else ""
    visit = {"person": person, "initial": person[:1].upper(), "token": "a-token", "here": "/"}
    frame = env.get_template("_macros/frame.html").module
    page["page_header"] = lambda: frame.header(visit, language, LANGUAGES, LINKS, page["nav"])  # type: ignore[attr-defined]
    page["page_footer"] = lambda: frame.footer(visit, language, LANGUAGES, LINKS)  # type: ignore[attr-defined]
    html = env.get_template(template).render(page)
    if missing := env.globals["missing"]:
        message = f"no {language} for {missing}"
        raise LookupError(message)
    return html
