"""A moment in words, below the field in which it is chosen: what a browser shows in the field is in the browser's own form."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location

from lms_app.web.i18n import LOCALES, language, time_zone


def clocks() -> str:
    """Return by whose clocks hours are told: those of the reader's country."""
    return str(get_timezone_location(time_zone(), locale=LOCALES[language()]))


def in_words(value: datetime | None) -> str:
    """Return the day, the hour and whose hour it is, in the reader's language; '' of none."""
    if value is None:
        return ""
    here, locale = value.astimezone(ZoneInfo(time_zone())), LOCALES[language()]
    hour = format_time(here, "short", tzinfo=here.tzinfo, locale=locale)
    return f"{format_date(here, 'full', locale=locale)} · {hour} · {clocks()}"
