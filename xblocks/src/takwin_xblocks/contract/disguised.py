"""Graded blocks whose page names its parts by tokens: ids such as `step1`, `step2` would tell the answer.

State keeps the ids that the author chose, so that answers outlive a copy of the course and can be counted part by part.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from takwin_xblocks.contract.answered import AnsweredBlock
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.tokens import tokens_of
from takwin_xblocks.contract.voice import Voice

_UNKNOWN = "?"


def _never(_fields: Mapping[str, Any]) -> bool:
    return False


class DisguisedBlock(AnsweredBlock):
    """A block that each learner meets under other names and in another order."""

    # The page is this learner's own.
    same_for_same_state = staticmethod(_never)

    def named_ids(self) -> Collection[str]:
        """Return the ids that answers name as their values; usually none."""
        return ()

    def tokens(self) -> dict[str, str]:
        """Return what stands in the page for each id."""
        ids = dict.fromkeys((*self.answer_ids(), *self.named_ids()))
        return tokens_of(ids, self.learner_id(), str(self.scope_ids.usage_id))

    def _submit(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        tokens = self.tokens()
        names = {tokens[one]: one for one in self.answer_ids()}
        values = {tokens[one]: one for one in self.named_ids()}
        # An id sent as it is gives no answer: only what the page gave out does.
        answers = {
            names[token]: [values.get(text.strip(), _UNKNOWN if text.strip() in tokens and values else text) for text in given]
            for token, given in submission.answers.items()
            if token in names
        }
        try:
            return super()._submit(replace(submission, answers=answers), voice)
        except Refusal as refusal:
            for told in ("errors", "errors_html"):
                named = refusal.details.get(told)
                if isinstance(named, Mapping):
                    refusal.details[told] = {tokens.get(name, name): words for name, words in named.items()}
            raise
