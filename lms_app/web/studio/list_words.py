"""What the look at a list of people says: what becomes of each line, how many there are of each, and how to mend a line."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, ngettext

from lms_app.services.learning import bulk_enrolling as bulk
from lms_app.services.learning.bulk_enrolling import Line
from lms_app.web.i18n import N_
from lms_app.web.words import words_of

FATES: Final = {
    bulk.ENROL: (N_("Will be enrolled"), N_("Enrolled"), "ok"),
    bulk.ACCOUNT: (N_("Gets an account"), N_("Has an account now"), "ok"),
    bulk.INVITE: (N_("Gets a place, to be taken on signing up"), N_("Has a place, to be taken on signing up"), "info"),
    bulk.ALREADY: (N_("Enrolled already"), N_("Was enrolled already"), ""),
    bulk.WAITING: (N_("Has a place already"), N_("Had a place already"), ""),
    bulk.REFUSED: (N_("Can't be taken"), N_("Was not taken"), "bad"),
}
"""Fate → words before, words after, kind of badge."""
_MENDED: Final = {
    "bad_email": N_("The e-mail address can't be read. Keep the address only, as in fatima@example.ma."),
    "bad_phone": N_("The phone number can't be read. Keep the number only, as in 06 12 34 56 78."),
    "bad_user_name": N_("This is no user name. Write the user name, the e-mail or the phone of one person on the line."),
    "user_name_too_short": N_("This is no user name. Write the user name, the e-mail or the phone of one person on the line."),
    "name_not_latin": N_("The name can't be read. Keep the name only, in the letters of one script, without figures or signs."),
    "name_not_arabic": N_("The name can't be read. Keep the name only, in the letters of one script, without figures or signs."),
    "roster_formula": N_("This is a formula. Write the value itself, without = or @ before it."),
    "roster_nobody": N_("Nobody is named. Write a user name, an e-mail or a phone on this line, or delete the line."),
}
"""A refusal that has other words on the page of an account → what to do about it in a list."""


def number_of(fate: str, number: int, *, done: bool) -> str:
    """Return how many lines have this fate, in words."""
    return str((_done(number) if done else _coming(number))[fate])


def _coming(number: int) -> dict[str, str]:
    return {
        bulk.ENROL: ngettext("%(num)s person will be enrolled", "%(num)s people will be enrolled", number),
        bulk.ACCOUNT: ngettext("%(num)s person gets an account", "%(num)s people get an account", number),
        bulk.INVITE: ngettext(
            "%(num)s person gets a place, to be taken on signing up",
            "%(num)s people get a place, to be taken on signing up",
            number,
        ),
        bulk.ALREADY: ngettext("%(num)s person is enrolled already", "%(num)s people are enrolled already", number),
        bulk.WAITING: ngettext("%(num)s person has a place already", "%(num)s people have a place already", number),
        bulk.REFUSED: ngettext("%(num)s line can't be taken", "%(num)s lines can't be taken", number),
    }


def _done(number: int) -> dict[str, str]:
    return {
        bulk.ENROL: ngettext("%(num)s person is enrolled", "%(num)s people are enrolled", number),
        bulk.ACCOUNT: ngettext("%(num)s person has an account now", "%(num)s people have an account now", number),
        bulk.INVITE: ngettext(
            "%(num)s person has a place, to be taken on signing up",
            "%(num)s people have a place, to be taken on signing up",
            number,
        ),
        bulk.ALREADY: ngettext("%(num)s person was enrolled already", "%(num)s people were enrolled already", number),
        bulk.WAITING: ngettext("%(num)s person had a place already", "%(num)s people had a place already", number),
        bulk.REFUSED: ngettext("%(num)s line was not taken", "%(num)s lines were not taken", number),
    }


def fate_words(line: Line, *, done: bool) -> str:
    """Return what becomes, or became, of a line."""
    words = gettext(FATES[line.fate][1 if done else 0])
    if line.moves:
        return f"{words} · {gettext('moved to the cohort') if done else gettext('goes to the cohort')}"
    return str(words)


def why(line: Line) -> str:
    """Return why a line can't be taken, or what to look at, and what to do about it."""
    if line.wrong:
        mended = _MENDED.get(line.wrong.code)
        return str(gettext(mended)) if mended else words_of(line.wrong)
    if line.bears_another_name:
        return str(gettext("The account with this e-mail or phone bears another name. Make sure that it is the right person."))
    return ""
