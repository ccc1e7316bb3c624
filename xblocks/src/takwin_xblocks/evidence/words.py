"""Say in the reader's language what a field is called, what is wrong with it, where a piece of evidence stands and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence.content import Asked, Band
from takwin_xblocks.evidence.facts import LONGEST_LINE, LONGEST_TEXT
from takwin_xblocks.plan.dates import DateRefused, read_date


def day_html(voice: Voice, kept: str) -> Html:
    """Return a kept day as people write it, `31/03/2027`, whole wherever it stands; nothing for none."""
    try:
        day = read_date(kept[:10])
    except DateRefused:
        return Html()
    if day is None:
        return Html()
    return element("time", voice.figure(f"{day.day:02}/{day.month:02}/{day.year}"), datetime=day.isoformat())


def moment_html(voice: Voice, at: str) -> Html:
    """Return the day of a moment as it was kept; nothing for what is no moment."""
    try:
        return day_html(voice, datetime.fromisoformat(at).date().isoformat())
    except ValueError:
        return Html()


def band_words(voice: Voice, band: Band) -> str:
    """Return how an age is called."""
    return voice.words.gettext(band.words) if band.is_usual else band.words


def label(voice: Voice, name: str) -> str:
    """Return how a field is called."""
    _ = voice.words.gettext
    return {
        "date": _("Day"),
        "place": _("Place, in words"),
        "cooperative": _("Cooperative or group"),
        "uncounted": _("Others, not counted by age"),
        "how": _("Have the people on the photos agreed?"),
        "who": _("Who agreed?"),
        "to": _("To whom did they say it?"),
        "when": _("On which day?"),
    }[name]


def note(voice: Voice, name: str) -> str:
    """Return what helps with a field; '' for none."""
    _ = voice.words.gettext
    return {
        "place": _("The village, the house, the market: as you would tell it."),
        "cooperative": _("Its name. It may still be in creation."),
        "who": _("Names, or “the ten members present”."),
        "to": _("To you, or to somebody else: the name."),
    }.get(name, "")


def way_words(voice: Voice, how: str) -> str:
    """Return how those on the photos have agreed."""
    _ = voice.words.gettext
    return {
        "paper": _("Yes, they signed a paper"),
        "spoken": _("Yes, they said so aloud"),
        "nobody": _("Nobody can be recognised on the photos"),
    }.get(how, "")


def error_words(voice: Voice, code: str, *, most: int = 0) -> str:
    """Return what is wrong with a field, and what to do."""
    _ = voice.words.gettext
    said = {
        "needed": _("This is needed."),
        "too_long": _("This is too long: {most} characters at most."),
        "far_too_long": _("This is too long: {most} characters at most."),
        "not_a_date": _("This is no date. Write the day, the month and the year, for example 31/03/2027."),
        "year_out_of_range": _("Look at the year of this date."),
        "not_whole": _("Write a whole number, such as 12."),
        "out_of_range": _("This number is too large, or below nought."),
        "nobody_counted": _("Say how many took part, at least in one of these fields."),
    }
    if code == "too_few":
        words = voice.words.ngettext("At least {count} photo is needed.", "At least {count} photos are needed.", most)
        return words.format(count=most)
    limits = {"too_long": LONGEST_LINE, "far_too_long": LONGEST_TEXT}
    return said.get(code, said["needed"]).format(most=limits.get(code, 0))


def state_words(voice: Voice, state: str) -> str:
    """Return where a piece stands."""
    _ = voice.words.gettext
    return {
        "waiting": _("Waiting for a trainer"),
        "claimed": _("Waiting for a trainer"),
        "returned": _("Asked again: please correct it"),
        "done": _("Accepted"),
        "refused": _("Refused"),
    }.get(state, state)


def decision_words(voice: Voice, what: str) -> str:
    """Return what a trainer did."""
    _ = voice.words.gettext
    return {
        "accepted": _("Accepted"),
        "asked_again": _("Asked again"),
        "refused": _("Refused"),
        "taken_back": _("Decision taken back"),
    }.get(what, what)


def reason_words(texts: Mapping[str, str], reason: str) -> str:
    """Return a reason of the author's list; '' once it is there no more."""
    return plain(texts.get(reason, "")).strip()


def progress_words(voice: Voice, accepted: int, asked: Asked) -> str:
    """Return how many pieces of those asked for are accepted."""
    words = voice.words.ngettext("{accepted} of {count} accepted", "{accepted} of {count} accepted", asked.pieces)
    return words.format(accepted=accepted, count=asked.pieces)


def people_words(voice: Voice, count: int) -> str:
    """Return how many people."""
    return voice.words.ngettext("{count} person", "{count} people", count).format(count=count)


def refusal_words(voice: Voice, code: str) -> str:
    """Return why nothing was kept."""
    _ = voice.words.gettext
    return {
        "unreadable": _("Nothing was sent yet. Look at the fields that need you: what you typed is still there."),
        "enough": _("You have sent as many pieces as are asked for. Wait for your trainer's answer."),
        "not_returned": _("This piece cannot be corrected now: it waits for your trainer, or was decided."),
        "not_there": _("This piece of evidence is not there."),
        "not_judge": _("Only trainers can decide on this piece of evidence."),
        "only_trainers": _("Only trainers can count evidence again."),
        "too_many": _("There is too much evidence to count at once: everybody's is counted with the next decision on it."),
        "own": _("Nobody decides on their own work."),
        "changed": _("This piece has changed in the meantime. Look at it again, then decide."),
        "words_needed": _("Write what is missing, so that the trainee knows what to do."),
        "reason_needed": _("Choose a reason or write one: the trainee reads it."),
        "full": _("There is no room for more people here. Please tell your trainer."),
        "no_preset": _("This ready task is not there."),
        "begun": _("Something is written already: it stays as it is."),
        "withdrawn": _("This photo was withdrawn already."),
    }[code]
