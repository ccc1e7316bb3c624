"""Learners choose the example set that they work with: the product of their region, before its numbers are drawn.

The handler `choose` takes the id of a set as `answer-set` (or JSON `{"answers": {"set": "argan"}}`). It refuses a set that is not
there, and any where nothing may be chosen (422 `no_such_set`); a table that is marked already (409 `marked_already`).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Boolean, Scope, String

from takwin_xblocks.contract.answered import AnsweredBlock
from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.forms import Refusal, Submission, field_name
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.schema import N_, Fault
from takwin_xblocks.contract.voice import Voice

FIELD = "set"
NO_SET = N_('There is no example set "{name}": the first one is shown.')
NO_CHOICE = N_("Learners can choose only where there are two example sets or more.")


class ChoosingBlock(AnsweredBlock):
    """A block whose content has example sets: its author says which is shown, or lets each learner choose."""

    example_set = String(
        display_name=N_("Example set"),
        help=N_("The id of the example set that is shown; empty: the first."),
        default="",
        scope=Scope.settings,
    )
    learners_choose = Boolean(
        display_name=N_("Learners choose the example set"),
        help=N_("Each learner chooses before the first attempt, and may choose again before another one."),
        default=False,
        scope=Scope.settings,
    )
    chosen_set = String(help="The example set that the learner chose.", default="", scope=Scope.user_state)

    @property
    def set_in_use(self) -> str:
        """The id of the example set that this learner works with; '' for the first."""
        return self.chosen_set if self._may_choose and not is_missing(self.chosen_set, self.structure) else self.example_set

    @property
    def must_choose(self) -> bool:
        """Tell whether the learner has yet to choose, while there is time."""
        return (
            self._may_choose
            and not self.attempts
            and not self.is_over
            and (not self.chosen_set or is_missing(self.chosen_set, self.structure))
        )

    @property
    def is_shut(self) -> bool:
        """Tell whether another set would undo what is shown; here, once no more answers are taken."""
        return self.is_over

    def after_changing_set(self) -> None:
        """Change what else another set changes; it is in use already."""

    @property
    def _may_choose(self) -> bool:
        return bool(self.learners_choose) and len(self.structure.get("sets", ())) > 1

    def check_choice(self, settings: Mapping[str, Any], structure: Mapping[str, Any]) -> list[Fault]:
        """Return what is wrong with the example set of the settings, and with letting learners choose."""
        wanted, choose = (settings.get(name, getattr(self, name)) for name in ("example_set", "learners_choose"))
        faults = []
        if is_missing(wanted, structure):
            faults.append(Fault(NO_SET, {"name": wanted}, "settings.example_set"))
        if choose and len(structure.get("sets", ())) < 2:  # noqa: PLR2004 -- one is no choice
            faults.append(Fault(NO_CHOICE, {}, "settings.learners_choose"))
        return faults

    @XBlock.handler
    def choose(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Take the example set that the learner chose."""
        return self.answered(request, self._choose)

    def _choose(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        self._refuse_when_used_up(voice)
        wanted = "".join(submission.answers.get(FIELD, [])[:1])
        if not self._may_choose or not wanted or is_missing(wanted, self.structure):
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "no_such_set", voice.words.gettext("Choose one of the list."))
        if self.is_shut:
            words = voice.words.gettext("This table is marked: ask for new numbers before you choose again.")
            raise Refusal(HTTPStatus.CONFLICT, "marked_already", words)
        is_other = wanted != (self.set_in_use or self.structure["sets"][0]["id"])
        self.chosen_set = wanted
        if is_other:
            self.draft = {}
            self.after_changing_set()
        return {"code": "chosen", "message": self.status_words(voice)}

    def choice_html(self, voice: Voice, *, plain_forms: bool) -> Html | None:
        """Return the list to choose from: open before the first choice, folded away after it; None where nothing may be chosen."""
        if not self._may_choose or self.is_shut or self.is_over:
            return None
        _ = voice.words.gettext
        asked = _("Choose the product that is nearest to yours")
        sets = [(one["id"], Html(inline(self.texts.get(f"{one['id']}/name", one["id"])))) for one in self.structure["sets"]]
        choices = [self._choice(name, words) for name, words in sets]
        listed = element("fieldset", element("legend", asked, dir="auto"), *choices, class_="coop-worksheet__choice")
        button = element("p", element("button", _("Take this one"), type="submit", class_="coop__button"))
        form = self.form("choose", listed, button, voice=voice, plain_forms=plain_forms)
        if self.must_choose:
            return form
        here = next((words for name, words in sets if name == self.set_in_use), sets[0][1])
        lost = element("p", _("What you wrote in the table is not kept then."), class_="coop__note", dir="auto")
        summary = element("summary", joined(here, Html(" · "), Html(_("choose another"))), dir="auto")
        return element("details", summary, lost, form, class_="coop-worksheet__chosen")

    def _choice(self, name: str, words: Html) -> Html:
        box = element(
            "input", type="radio", name=field_name(FIELD), value=name, required=True, checked=name == self.chosen_set or None
        )
        return element("label", box, element("span", words, dir="auto"), class_="coop-worksheet__product")


def is_missing(example_set: str, structure: Mapping[str, Any]) -> bool:
    """Tell whether a set is named that is not there."""
    return bool(example_set) and all(one["id"] != example_set for one in structure.get("sets", ()))
