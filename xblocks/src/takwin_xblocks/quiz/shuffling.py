"""Offer choices in an order of the learner's own, the same at every visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from takwin_xblocks.contract.drawing import Drawing

SHUFFLED_KINDS = ("single", "multiple")


def is_shuffled(question: Mapping[str, Any], *, all_of_them: bool) -> bool:
    """Tell whether learners meet the choices of a question in different orders; `all_of_them` is what the quiz as a whole says."""
    return question.get("kind") in SHUFFLED_KINDS and bool(all_of_them or question.get("shuffle"))


def in_drawn_order(choices: Sequence[Mapping[str, Any]], drawing: Drawing) -> list[Mapping[str, Any]]:
    """Return the choices in a drawn order; those that are `fixed` ("none of these") keep their place."""
    moving = iter(drawing.shuffled([choice for choice in choices if not choice.get("fixed")]))
    return [choice if choice.get("fixed") else next(moving) for choice in choices]
