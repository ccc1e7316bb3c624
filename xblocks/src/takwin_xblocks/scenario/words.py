"""Say why a move is refused."""

from __future__ import annotations

from takwin_xblocks.contract.voice import Voice


def refusal_words(code: str, voice: Voice) -> str:
    """Return what a refusal says to the learner."""
    _ = voice.words.gettext
    return {
        "other_choice": _("You chose otherwise at this step already. Here is where you stand."),
        "not_yet": _("You have not come this far yet. Here is where you stand."),
        "not_offered": _("This cannot be chosen here. Here is where you stand."),
        "ended": _("This run has ended. Here is where it led."),
        "no_step_back": _("No step back is left here."),
        "other_run": _("This page was from another run. Here is where you stand now."),
        "not_ended": _("This run goes on: another one begins after its end."),
        "no_run_left": _("You have played as often as you may."),
        "begun": _("This run has begun: the way of playing changes with the next one."),
        "not_ready": _("This scenario is not written yet."),
    }[code]
