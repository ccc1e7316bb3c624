"""Dates, numbers and spans of time written as a certificate says them, in Arabic, French and English."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

_MONTHS: Final = {
    "ar": ("يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
"""Written here, not taken from a library: a certificate drawn again in ten years must bear the same date."""
UNBROKEN: Final = "\u00a0"
_NUMBERED: Final = re.compile(r"(\+?[0-9A-Za-z]*[0-9][0-9A-Za-z]*(?:[ ./:_-][0-9A-Za-z]*[0-9][0-9A-Za-z]*)+|\+[0-9]+)")
"""Groups of digits with one sign between: a telephone, a date in digits, a code."""
_FEW: Final = range(3, 11)
"""Arabic counts three to ten of a thing in the plural; the last two digits decide."""


def left_to_right(text: str) -> Markup:
    """Set a number, code or address apart, so that it keeps its order inside Arabic."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(escape(text))


def ordered(text: str) -> Markup:
    """Set people's text apart as `isolated` does, and in it the telephones, codes and times.

    After Arabic letters their parts would change places (Unicode Standard Annex 9, rule W2): 0523-48-12-34 would be
    printed from its end.
    """
    if _direction(text) == "ltr":
        return isolated(text)
    parts = (left_to_right(part) if place % 2 else escape(part) for place, part in enumerate(_NUMBERED.split(text)))
    return Markup('<bdi dir="rtl">{}</bdi>').format(Markup().join(parts))


def isolated(text: str) -> Markup:
    """Set people's text apart, in the direction of its first letter: the PDF writer does not look for it."""
    return Markup('<bdi dir="{}">{}</bdi>').format(_direction(text), text)


def _direction(text: str) -> str:
    strong = next((kind for kind in map(unicodedata.bidirectional, text) if kind in {"L", "R", "AL"}), "L")
    return "ltr" if strong == "L" else "rtl"


def written_date(day: dt.date, language: str, *, with_year: bool = True, gap: str = " ") -> Markup:
    """Write a date in words of the language, with Moroccan month names in Arabic."""
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    month = _MONTHS[language][day.month - 1]
    parts = [left_to_right(number), escape(month), *([left_to_right(str(day.year))] if with_year else [])]
    return Markup(gap).join(parts)  # noqa: S704 -- a space


def written_span(start: dt.date | None, end: dt.date | None, words: Mapping[str, str], language: str) -> Markup:
    """Write from when to when, the year once where both lie in it; nothing where nothing is known."""
    if start and end and start != end:
        first = written_date(start, language, with_year=start.year != end.year, gap=UNBROKEN)
        return Markup(words["from_to"]).format(first, written_date(end, language, gap=UNBROKEN))  # noqa: S704 -- words of the template
    if start and end:
        return Markup(words["on_day"]).format(written_date(end, language, gap=UNBROKEN))  # noqa: S704
    if end:
        return Markup(words["until"]).format(written_date(end, language, gap=UNBROKEN))  # noqa: S704
    return Markup(words["since"]).format(written_date(start, language, gap=UNBROKEN)) if start else Markup()  # noqa: S704


def written_number(value: float, language: str) -> str:
    """Write a number with the decimal sign of the language."""
    written = f"{value:g}"
    return written if language == "en" else written.replace(".", ",")


def counted(value: float, forms: Mapping[str, str], language: str) -> Markup:
    """Write a number of things, in the grammatical number that the language asks for."""
    number = left_to_right(written_number(value, language))
    return Markup(forms[_form(value, language)]).format(number)  # noqa: S704 -- words of the template


def _form(value: float, language: str) -> str:
    if language == "fr":
        return "one" if value < 2 else "other"  # noqa: PLR2004 -- French: 1,5 heure
    if value == 1:
        return "one"
    if language == "ar":
        if value == 2:  # noqa: PLR2004 -- the dual
            return "two"
        return "few" if value % 1 == 0 and value % 100 in _FEW else "other"
    return "other"
