"""Say in the reader's language what went wrong and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.rubric.judging import LONGEST_COMMENT

REFUSALS: Mapping[str, str] = {
    "handed_in": N_("You have handed this in already: it is with those who judge it."),
    "closed": N_("This is closed: no more work is taken."),
    "empty": N_("There is nothing to hand in yet: write something, or attach a file."),
    "file_refused": N_("The file was not kept: look at its kind and its size, and choose it again. What you wrote is kept."),
    "too_long": N_("This is too long: {most} characters at most."),
    "unfinished": N_("Nothing was kept yet. Look at the fields that need you: what you gave is still there."),
    "not_there": N_("There is no such work here."),
    "not_given": N_("This work is not with you any more: somebody else judges it now. Ask for another one."),
    "not_yet": N_("First hand in your own work and practise with the examples."),
    "no_more": N_("You have judged all the works that you were asked to judge. Thank you!"),
    "none_free": N_("There is no work to give you just now. Come back when others have handed in theirs."),
    "own_done": N_("Your judgement is kept already."),
    "changed": N_("Something changed while you were judging: look again, then save once more."),
    "judged_by_you": N_("You have judged this work. It waits for a second trainer."),
    "begun": N_("This rubric has criteria already: take them out first."),
    "full": N_("This platform keeps the work of 60 learners at most, and there are as many already. Tell your trainer."),
}
DONE: Mapping[str, str] = {
    "saved": N_("Saved. You can go on later."),
    "removed": N_("Removed."),
    "handed_in": N_("Handed in."),
    "practised": N_("Look at the difference: that is how judging is learned."),
    "own": N_("Your judgement of your own work is kept."),
    "given": N_("Here is a work to judge."),
    "reviewed": N_("Your judgement is sent. Thank you!"),
    "judged": N_("Saved: the learner sees it now."),
    "sent_back": N_("Saved: the learner is asked to hand it in once more."),
    "second": N_("Saved. A second trainer judges it too."),
    "third": N_("Saved. Two trainers disagree: somebody must decide with a reason."),
    "none_free": REFUSALS["none_free"],
}
_FIELDS: Mapping[str, str] = {
    "missing": N_("Choose a level."),
    "unknown": N_("There is no such level."),
    "too_long": REFUSALS["too_long"],
    "comment_wanted": N_("Say in a few words what would make it better: the learner is asked to hand it in once more."),
    "reason_wanted": N_("Write the reason of this decision: it is kept."),
    "words_wanted": N_("Say in a few words what is good or could be better."),
}


def refusal_words(voice: Voice, code: str, **given: object) -> str:
    """Return why something was refused, and what to do."""
    return voice.say(REFUSALS[code], **given)


def done_words(voice: Voice, code: str) -> str:
    """Return what was done, '' for nothing."""
    return voice.say(DONE[code]) if code in DONE else ""


def recounted_words(voice: Voice, told: Mapping[str, Any]) -> str:
    """Return how many works were counted again, and how many no longer fit the criteria."""
    words = voice.say(N_("Counted again: {counted}."), counted=told.get("counted", 0))
    if not told.get("again"):
        return words
    return f"{words} {voice.say(N_('To be judged again, since the criteria were changed: {again}.'), again=told['again'])}"


def field_words(voice: Voice, codes: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with each field of a judgement."""
    return {where: voice.say(_FIELDS[code], most=LONGEST_COMMENT) for where, code in codes.items()}
