"""Say in the reader's language why an answer was not kept, and how things stand."""

from __future__ import annotations

from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.journal.answers import LONGEST


def error_words(voice: Voice, code: str) -> str:
    """Return why an answer was not kept, and what to do."""
    _ = voice.words.gettext
    return {
        "too_long": _("This is too long: {most} characters at most.").format(most=voice.amount(LONGEST)),
    }.get(code, _("Write something here: a few words are enough."))


def draft_words(voice: Voice) -> str:
    """Return what is said above answers that cannot be kept yet."""
    return voice.words.gettext("Not finished yet. What you wrote is still here: look at the answers that need you.")


def kept_words(voice: Voice, *, has_models: bool, has_points: bool) -> str:
    """Return what is said once the answers are kept."""
    _ = voice.words.gettext
    said = [_("Your answers are kept. You can change them whenever you like.")]
    if has_models:
        said.append(_("Below yours stands a good answer, to compare."))
    elif has_points:
        said.append(_("Now compare them with the points below."))
    return " ".join(said)


def ticked_words(voice: Voice, ticked: int, total: int) -> str:
    """Return how many points the learner found in the answers."""
    words = voice.words.ngettext("You ticked {ticked} point of {total}.", "You ticked {ticked} points of {total}.", ticked)
    return words.format(ticked=ticked, total=total)
