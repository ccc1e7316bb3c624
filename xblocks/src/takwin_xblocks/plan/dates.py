"""Read the dates that people type, and count months on the calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from takwin_xblocks.contract.digits import fold

LONGEST = 40
FIRST_YEAR, LAST_YEAR = 1990, 2150
MOST_MONTHS = 60
MOST_REMINDERS = 6

_SEPARATOR = "[-/.\N{ARABIC DATE SEPARATOR}\N{ARABIC FULL STOP} ]"
_YEAR_FIRST = re.compile(rf"(\d{{4}})\s?{_SEPARATOR}\s?(\d{{1,2}})\s?{_SEPARATOR}\s?(\d{{1,2}})")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})\s?{_SEPARATOR}\s?(\d{{1,2}})\s?{_SEPARATOR}\s?(\d{{4}})")


class DateRefused(ValueError):
    """What was typed is no date; `code` is `not_a_date` or `year_out_of_range`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_date(text: str) -> date | None:
    """Return the date typed as `2027-03-31` or `31/03/2027`, in any digits; None where nothing was typed.

    Refuses (`DateRefused`) words, days that no calendar has, years of two figures, and years that no plan can mean.
    """
    if len(text) > LONGEST:
        raise DateRefused("not_a_date")
    folded = fold(text)
    if not folded:
        return None
    if match := _YEAR_FIRST.fullmatch(folded):
        year, month, day = map(int, match.groups())
    elif match := _DAY_FIRST.fullmatch(folded):
        day, month, year = map(int, match.groups())
    else:
        raise DateRefused("not_a_date")
    return _checked(year, month, day)


def _checked(year: int, month: int, day: int) -> date:
    try:
        read = date(year, month, day)
    except ValueError as error:
        raise DateRefused("not_a_date") from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateRefused("year_out_of_range")
    return read


def after_months(start: date, months: int) -> date:
    """Return the same day some months later, or the last day of a month that is too short: 31 August and 6 months is 28 February."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def months_since(start: date, then: date) -> int:
    """Return how many whole months have passed, none before the start."""
    months = (then.year - start.year) * 12 + then.month - start.month
    return max(months - (after_months(start, months) > then), 0) if months >= 0 else 0


def read_months(text: str) -> tuple[int, ...]:
    """Return the months after which to remind, written `3 6` or `3, 6`, in order and each once.

    Refuses (`ValueError`) what is no whole number of months from 1 to 60, and more than six of them.
    """
    pieces = re.split(r"[\s,;\N{ARABIC COMMA}]+", fold(text).strip(" ,;")) if text.strip() else []
    if not all(re.fullmatch(r"\d{1,3}", piece) for piece in pieces):
        raise ValueError(text)
    months = sorted({int(piece) for piece in pieces})
    if len(months) > MOST_REMINDERS or any(not 1 <= month <= MOST_MONTHS for month in months):
        raise ValueError(text)
    return tuple(months)


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """A day on which to ask what became of the plan."""

    months: int
    on: date


def reminders(plan_date: date, months: Iterable[int]) -> list[Reminder]:
    """Return the days to remind, counted from the date of the plan."""
    return [Reminder(months=count, on=after_months(plan_date, count)) for count in months]
