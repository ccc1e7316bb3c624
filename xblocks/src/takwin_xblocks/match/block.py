"""The matching block: a learner puts items with their partners or into categories, by lists, by buttons, by keys or by dragging."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from takwin_xblocks.contract.disguised import DisguisedBlock
from takwin_xblocks.contract.drawing import seed_of
from takwin_xblocks.contract.element import Html
from takwin_xblocks.contract.marks import AnswersRefused, Mark
from takwin_xblocks.contract.schema import Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.match.content import SCHEMA, check
from takwin_xblocks.match.grading import Task, first_sight, marks, placed, rightly, task_of
from takwin_xblocks.match.rendering import inner


class CoopMatchBlock(DisguisedBlock):
    """Items to be put with their partners or into categories, with or without some that go nowhere."""

    schema = SCHEMA
    script = "CoopMatch"

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what the author must put right."""
        return check(structure, texts)

    def answer_ids(self) -> Collection[str]:
        """Return the ids of the items."""
        return tuple(self.task.homes)

    def named_ids(self) -> Collection[str]:
        """Return the ids of what items may be put with."""
        return self.task.targets

    def max_score(self) -> float:
        """Return one point for each item."""
        return float(len(self.task.homes))

    def mark_answers(self, answers: Mapping[str, list[str]]) -> dict[str, Mark]:
        """Mark each item. Refuses (`AnswersRefused`) items that were put nowhere, and in pairs two with one partner."""
        if not self.task.homes:
            raise AnswersRefused({"": "nothing_asked"})
        return marks(self.task, placed(self.task, answers), partial=self.structure.get("partial") != "none")

    def error_words(self, code: str, voice: Voice) -> str:
        """Return what is wrong with one item, in words."""
        _ = voice.words.gettext
        return {
            "empty": _("Say where this one goes."),
            "repeated": _("Another one is there too: each takes only one."),
            "nothing_asked": _("There is nothing to match yet."),
        }.get(code, _("This is not one of the places offered."))

    def result_details(self, voice: Voice) -> dict[str, Any]:  # noqa: ARG002
        """Return the state of each item under its token."""
        tokens = self.tokens()
        return {"items": {tokens[item]: "correct" if right else "incorrect" for item, right in self.shown_verdicts().items()}}

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the items, the places, and the result."""
        return inner(self, voice, plain_forms=plain_forms)

    # --- what the page shows ---

    @property
    def task(self) -> Task:
        """Return what is asked."""
        return task_of(self.structure)

    def place_of(self, item: str) -> str:
        """Return where an item was put, as far as it is still offered; '' for nowhere yet."""
        given = self.shown_answers.get(item, [])
        return given[0] if len(given) == 1 and given[0] in self.task.places else ""

    def shown_verdicts(self) -> dict[str, bool]:
        """Tell for each item whether it was put rightly in the last attempt; nothing beside a draft or before the first one."""
        if not self.shown_marks:
            return {}
        return rightly(self.task, {item: self.place_of(item) for item in self.task.homes})

    def shown_items(self) -> list[str]:
        """Return the items in this learner's own order."""
        return first_sight(self.task, seed_of(self.learner_id(), str(self.scope_ids.usage_id), "match"))

    def picture_of(self, part: str) -> str:
        """Return the picture of an item or a target, '' where it has none."""
        parts = [*self.structure.get("targets", ()), *self.structure.get("items", ())]
        return next((str(one["picture"]) for one in parts if one["id"] == part and one.get("picture")), "")
