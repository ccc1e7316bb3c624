"""The ordering block: a learner puts steps in order, by places, by buttons, by keys or by dragging."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from takwin_xblocks.contract.disguised import DisguisedBlock
from takwin_xblocks.contract.drawing import seed_of
from takwin_xblocks.contract.element import Html
from takwin_xblocks.contract.marks import AnswersRefused, Mark
from takwin_xblocks.contract.schema import Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.order.content import SCHEMA, check
from takwin_xblocks.order.grading import Task, first_sight, mark, order_of, pairs, right_pairs, standings, task_of
from takwin_xblocks.order.rendering import inner

WHOLE = "order"
"""The order is marked as one answer: under this name its mark is kept."""


class CoopOrderBlock(DisguisedBlock):
    """Steps to be put in order, with or without some that do not belong."""

    schema = SCHEMA
    script = "CoopOrder"

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what the author must put right."""
        return check(structure, texts)

    def answer_ids(self) -> Collection[str]:
        """Return the ids of the items."""
        return self.task.ids

    def max_score(self) -> float:
        """Return one point for each item."""
        return float(len(self.task.ids))

    def mark_answers(self, answers: Mapping[str, list[str]]) -> dict[str, Mark]:
        """Mark the places given. Refuses (`AnswersRefused`) items without a place, and two at one place."""
        if not self.task.ids:
            raise AnswersRefused({"": "nothing_asked"})
        order = order_of(self.task, answers)
        return {WHOLE: mark(self.task, order, partial=self.structure.get("partial") != "none")}

    def error_words(self, code: str, voice: Voice) -> str:
        """Return what is wrong with one place, in words."""
        _ = voice.words.gettext
        return {
            "empty": _("Say where this one stands."),
            "repeated": _("Another one stands at the same place: give each its own."),
            "nothing_asked": _("There is nothing to put in order yet."),
        }.get(code, _("This is not one of the places."))

    def result_details(self, voice: Voice) -> dict[str, Any]:  # noqa: ARG002
        """Return how many pairs are right, and the state of each item under its token."""
        task, tokens = self.task, self.tokens()
        order = self.marked_order(task)
        stand = {} if order is None else standings(task, order)
        return {
            "right_pairs": right_pairs(task, order or ()),
            "pairs": pairs(task),
            "items": {tokens[item]: standing.state for item, standing in stand.items()},
        }

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the list of steps as this learner left it, and its result."""
        return inner(self, voice, plain_forms=plain_forms)

    # --- what the page shows ---

    @property
    def task(self) -> Task:
        """Return what is asked."""
        return task_of(self.structure)

    def marked_order(self, task: Task) -> list[str] | None:
        """Return the order that was marked last; None before, beside a draft, and where the author has changed the steps since."""
        if not self.shown_marks:
            return None
        try:
            return order_of(task, self.answers)
        except AnswersRefused:
            return None

    def shown_order(self, task: Task, order: Sequence[str] | None) -> list[str]:
        """Return all items as the page lists them: as the learner ordered them (the order marked last), else as drawn for them."""
        drawn = first_sight(task, seed_of(self.learner_id(), str(self.scope_ids.usage_id), "order"))
        placed = order or ()
        return [*placed, *(item for item in drawn if item not in placed)]
