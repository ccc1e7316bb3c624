"""Let an author paste a problem of Open edX into the form of a quiz: its questions are added, nothing is kept until they save."""

from __future__ import annotations

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.schema import Fault
from takwin_xblocks.contract.voice import Voice


def lost_words(fault: Fault, voice: Voice) -> str:
    """Return what could not be carried over, with its line in what was pasted."""
    said = fault.said(voice.words.gettext)
    return voice.words.gettext("line {line}: {words}").format(line=fault.line, words=said) if fault.line else said


def pasting_html(voice: Voice, *, url: str, dom_id: str) -> Html:
    """Return the place to paste a problem, folded until it is wanted."""
    _ = voice.words.gettext
    field = f"{dom_id}-problem"
    form = element(
        "form",
        element(
            "p", _("Choices, lists, numbers and short texts are read. What cannot be carried over is listed."), class_="coop__note"
        ),
        element("label", _("The problem, from <problem> to </problem>"), for_=field),
        element("textarea", "", id=field, name="problem", rows=8, dir="ltr", spellcheck="false", class_="coop-quiz__pasted"),
        element("p", element("button", _("Add its questions"), type="submit", class_="coop__button coop__button--quiet")),
        element("p", class_="coop__status", role="status", tabindex="-1", data_said=True),
        element("ul", data_lost=True),
        method="post",
        action=url,
        data_coop_pasting=True,
        data_failed=_("This was not read. It is still here; try again."),
    )
    return element(
        "details", element("summary", _("Paste a problem of Open edX")), form, class_="coop coop-quiz__pasting coop-quiz__hint"
    )
