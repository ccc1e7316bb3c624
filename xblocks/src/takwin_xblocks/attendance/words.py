"""Say in the reader's language how half-days, hours and what became of a check-in are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from takwin_xblocks.attendance.content import HalfDay
from takwin_xblocks.attendance.days import day_words, half_words, time_html
from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.voice import Voice


def half_day_words(voice: Voice, half: HalfDay, number: int) -> str:
    """Return how a half-day is called: as its author named it, else its day and its half, else its number."""
    _ = voice.words.gettext
    if half.name:
        return half.name
    day, part = day_words(voice, half.date), half_words(voice, half.starts)
    if not day:
        return _("Half-day {number}").format(number=number)
    return _("{day}, {half}").format(day=day, half=part) if part else day


def when_html(voice: Voice, half: HalfDay) -> Html:
    """Return the day, the hour and the length of a half-day."""
    _ = voice.words.gettext
    told = [element("bdi", day_words(voice, half.date))] if half.date and half.name else []
    if half.starts:
        told.append(time_html(half.starts))
    told.append(element("span", hours_words(voice, half.hours)))
    return joined(*(joined(" · " if index else "", piece) for index, piece in enumerate(told)))


def hours_words(voice: Voice, hours: Decimal) -> str:
    """Return a number of hours."""
    whole = int(hours) if hours == int(hours) else int(hours) + 1
    return voice.words.ngettext("{hours} hour", "{hours} hours", whole).format(hours=voice.number(hours))


def of_hours_words(voice: Voice, hours: Decimal, of: Decimal) -> str:
    """Return the hours attended beside all there are."""
    return voice.words.gettext("{hours} of {all} hours").format(hours=voice.number(hours), all=voice.number(of))


def moment_html(when: datetime) -> Html:
    """Return a moment; the page's script writes it in the hour of the place."""
    return element(
        "time",
        element("bdi", f"{when:%d/%m %H:%M} UTC", dir="ltr"),
        datetime=when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        data_attendance_time=True,
    )


def how_words(voice: Voice, how: str) -> str:
    """Return how a check-in was made."""
    _ = voice.words.gettext
    return {
        "scan": _("scanned"),
        "typed": _("code typed"),
        "ticked": _("ticked"),
        "assigned": _("found later"),
        "guest": _("name written"),
    }.get(how, how)


def reason_words(voice: Voice) -> Mapping[str, str]:
    """Return why a check-in may be taken back."""
    _ = voice.words.gettext
    return {
        "wrong_person": _("Wrong person"),
        "not_here": _("Was not here"),
        "left_early": _("Left early"),
        "other": _("Another reason"),
    }


def outcome_words(voice: Voice, outcome: str, name: str) -> str:
    """Return what became of a check-in."""
    _ = voice.words.gettext
    return {
        "here": _("{name} is here."),
        "guest": _("{name} is here, as a guest."),
        "again": _("{name} was here already: noted once more, counted once."),
        "replayed": _("This was written down before."),
        "stranger": _("This code belongs to nobody on this list. It is kept: say later whose it is."),
        "conflict": _("Two different things came under one name. Both are kept; look at the list."),
        "undone": _("Taken back: {name}."),
    }[outcome].format(name=name)


def refusal_words(voice: Voice, code: str) -> str:
    """Return why nothing was written down."""
    _ = voice.words.gettext
    return {
        "unreadable": _("No code was read. Scan it, or type its letters and figures."),
        "no_half_day": _("Choose the half-day first."),
        "no_name": _("Write the guest's name."),
        "yourself": _("Nobody checks in themselves: another trainer does."),
        "which_one": _("No learner, or several, have this name. Write the whole name."),
        "gone": _("This is not there any more. Look at the list again."),
        "full": _("The list is full: this platform keeps 60 learners at most."),
    }.get(code, _("This learner is not in a group of yours."))
