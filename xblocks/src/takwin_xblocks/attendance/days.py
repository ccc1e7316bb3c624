"""Read the days and hours of a session as people type them, and say them in the reader's language."""

from __future__ import annotations

import re
from datetime import date

from takwin_xblocks.contract.digits import fold
from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.plan.dates import DateRefused, read_date

_TIME = re.compile(r"(\d{1,2})(?:\s?[:hH.]\s?(\d{1,2})?)?")
_NOON = 12
_LAST_HOUR, _LAST_MINUTE = 23, 59


def tidy_date(typed: str) -> str:
    """Return a day as it is kept, `2026-03-31`, '' for none. Refuses (`ValueError`, with words) what is no day."""
    try:
        day = read_date(typed)
    except DateRefused as error:
        raise ValueError(N_("write a day such as 2026-03-31 or 31/03/2026")) from error
    return day.isoformat() if day else ""


def tidy_time(typed: str) -> str:
    """Return an hour of the day as it is kept, `09:00`, '' for none. Refuses (`ValueError`, with words) what is none."""
    folded = fold(typed)
    if not folded:
        return ""
    match = _TIME.fullmatch(folded)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (_LAST_HOUR + 1, 0)
    if hour > _LAST_HOUR or minute > _LAST_MINUTE:
        raise ValueError(N_("write an hour such as 09:00 or 14:30"))
    return f"{hour:02}:{minute:02}"


def kept_day(kept: str) -> date | None:
    """Return the day that was kept, None for none or for what a foreign host stored."""
    try:
        return date.fromisoformat(kept) if kept else None
    except ValueError:
        return None


def day_words(voice: Voice, kept: str) -> str:
    """Return a day in words, with its weekday, and the months as the Maghreb names them in Arabic; '' for none."""
    _ = voice.words.gettext
    day = kept_day(kept)
    if day is None:
        return ""
    months = (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
        _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
    weekdays = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    # French writes the first of a month otherwise than its other days.
    words = _("{weekday} 1 {month} {year}") if day.day == 1 else _("{weekday} {day} {month} {year}")
    return words.format(weekday=weekdays[day.weekday()], day=day.day, month=months[day.month - 1], year=day.year)


def half_words(voice: Voice, starts: str) -> str:
    """Return which half of the day begins at this hour; '' where no hour is known."""
    if not starts:
        return ""
    return voice.words.gettext("morning") if int(starts[:2]) < _NOON else voice.words.gettext("afternoon")


def time_html(starts: str) -> Html:
    """Return an hour of the day as HTML that keeps its order in a text that runs from the right."""
    return element("bdi", starts, dir="ltr") if starts else Html()
