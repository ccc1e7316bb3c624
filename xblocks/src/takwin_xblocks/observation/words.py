"""Say in the reader's language why something was refused, who observed, and what a score comes to."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice

REFUSED: Mapping[str, str] = {
    "nobody": N_("Choose whom you observe, or type the code that they show you."),
    "unknown": N_("This person does not learn here, or not with you."),
    "unknown_code": N_("Nobody here has this code. Look at it again: letters and figures, as on their card."),
    "self": N_("Nobody observes themselves."),
    "trainers_only": N_("Only trainers observe here."),
    "not_yours": N_("Only a trainer of this trainee may do that."),
    "unmarked": N_("Some items have no level yet: mark each one, also what you did not see."),
    "too_many": N_("You have sent very many observations of this person already."),
    "gone": N_("This observation does not wait any more: the page shows how things stand."),
    "trainer_counts": N_("What a trainer observed counts: to change it, observe again or send a corrected sheet."),
    "last_counted": N_("This is the only observation that counts, and its result is published. Count another one first."),
    "no_decision_needed": N_("There is nothing to decide: the observers do not differ by so much."),
    "no_basis": N_("Choose which sheet holds, or the mean of all."),
    "no_reason": N_("Write in a sentence why you decide so: it stays with the result."),
    "nothing_counted": N_("No observation counts yet."),
    "decision_needed": N_("The observers differ by too much: decide first which sheet holds, and write why."),
    "full": N_("There is no room for another learner here."),
    "no_level": N_("This level is not offered: load the page again."),
    "too_long": N_("A note is too long: 500 characters at most."),
    "not_written": N_("This observation is not written yet."),
}
"""What refusals say, by code."""


def refused_words(voice: Voice, code: str) -> str:
    """Return why something was refused, and what to do."""
    return voice.words.gettext(REFUSED[code]) if code in REFUSED else ""


def score_html(voice: Voice, score: Fraction, most: int) -> Html:
    """Return `16.67 of 24` in the reader's words: a stroke between figures is read from either side in Arabic."""
    words = voice.words.gettext("{score} of {most}")
    told = filled(voice, words, score=voice.figure(voice.number(float(score))), most=voice.figure(voice.number(most)))
    return element("span", told, class_="obs-score")


def level_words(voice: Voice, level: int) -> str:
    """Return what a level is called: these are levels of the whole observation, 1 to 4."""
    return voice.words.gettext("Level {level} of 4").format(level=level)


def minutes_words(voice: Voice, minutes: int) -> str:
    """Return how long it lasts."""
    return voice.words.ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def points_words(voice: Voice, points: int) -> str:
    """Return a number of points."""
    return voice.words.ngettext("{count} point", "{count} points", points).format(count=points)


def share_html(voice: Voice, share: Fraction) -> Html:
    """Return a share as per cent."""
    return voice.figure(f"{voice.number(round(100 * share))} %")


def clock_words(seconds: int) -> str:
    """Return a span as minutes and seconds: `28:05`."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def filled(voice: Voice, words: str, **pieces: Html) -> Html:
    """Return a sentence of ours with pieces of HTML at its placeholders; `words` is translated already."""
    rest: list[str | Html] = []
    for part in _split(words):
        name = part[1:-1]
        rest.append(pieces[name] if part.startswith("{") and name in pieces else part)
    return element("span", joined(*rest), lang=voice.language)


def _split(words: str) -> list[str]:
    found, text = [], words
    while "{" in text:
        before, _, text = text.partition("{")
        name, _, text = text.partition("}")
        found += [before, f"{{{name}}}"]
    return [*found, text]
