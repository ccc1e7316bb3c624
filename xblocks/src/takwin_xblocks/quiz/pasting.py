"""Let an author paste a problem of Open edX into the form of a quiz: its questions are added, nothing is kept until they save."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.schema import Content, Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.quiz.capa_reading import Converted


def with_questions(structure: Mapping[str, Any], texts: Mapping[str, str], made: Converted) -> Content:
    """Return a quiz with the questions of a problem after its own, under ids that it does not use yet."""
    added = Content(structure=deepcopy(dict(structure)), texts=dict(texts))
    questions = added.structure.setdefault("questions", [])
    taken = {question["id"] for question in questions}
    for question in made.content.structure["questions"]:
        fresh = _fresh_id(taken)
        taken.add(fresh)
        questions.append({**deepcopy(question), "id": fresh})
        before = f"{question['id']}/"
        own = {key: text for key, text in made.content.texts.items() if key.startswith(before)}
        added.texts |= {f"{fresh}/{key.removeprefix(before)}": text for key, text in own.items()}
    return added


def _fresh_id(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"q{number}" in taken:
        number += 1
    return f"q{number}"


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
        data_unsaved=_("Save what you changed below first."),
        data_failed=_("This was not read. It is still here; try again."),
    )
    return element(
        "details", element("summary", _("Paste a problem of Open edX")), form, class_="coop coop-quiz__pasting coop-quiz__hint"
    )
