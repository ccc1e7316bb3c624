"""Take what trainers judge: one alone, two who agree or not, and decisions with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from takwin_xblocks.contract.forms import Submission
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.rubric.base import RubricBase, refusal_of, unfinished, work_of_data
from takwin_xblocks.rubric.grading import too_low
from takwin_xblocks.rubric.judging import OVERALL, REASON, Judgement, typed_in
from takwin_xblocks.rubric.words import done_words, field_words
from takwin_xblocks.rubric.work import (
    ROUNDS,
    Mark,
    Work,
    marks_that_count,
)


class TrainersTurn(RubricBase):
    """Trainers who judge."""

    def _judge(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        work = self._work_for_judge("".join(submission.fields.get("record", [])[:1]), voice)
        judgement = self._read("judge", submission, voice)
        mark, standing = Mark(by=self.records.me, judgement=judgement), self._standing(work)
        is_fresh = "".join(submission.fields.get("seen", [])[:1]) == work.seen
        # Nobody is waited for and there is no result: two were to judge, and its author is content with one since.
        may_repeat = bool(work.result) or standing.wants == "nobody"
        if self._is_said(work, judgement) and not (is_fresh and may_repeat):
            return self._judged(work, submission, voice, "judged")
        if not is_fresh:
            raise refusal_of(voice, HTTPStatus.CONFLICT, "changed")
        is_decision = bool(work.result) or standing.wants == "third"
        is_mine = any(one.by == mark.by for one in marks_that_count(work, self.structure))
        if not is_decision and is_mine and not may_repeat:
            raise refusal_of(voice, HTTPStatus.CONFLICT, "judged_by_you")
        self._refuse_wordless(work, judgement, submission, voice, is_decision=is_decision)
        data = dict(work.record.data)
        if is_decision:
            data["decision"] = mark.to_json()
        else:
            earlier = (one for one in data.get("marks", ()) if one.get("by") != mark.by)  # by settings that were changed since
            data["marks"] = [*earlier, mark.to_json()]
        after = self._standing(work_of_data(work.record, data))
        if after.levels is None:
            self.records.decide(work.record, state="waiting", data=data)
            return self._judged(work, submission, voice, "third" if after.wants == "third" else "second")
        state = self._end(work.record, data, after)
        return self._judged(work, submission, voice, "sent_back" if state == "returned" else "judged")

    def _is_said(self, work: Work, judgement: Judgement) -> bool:
        """Tell whether this trainer said the very same before: a phone that lost the answer sends it again, from a page that is old."""
        said = [*work.marks, *([work.decision] if work.decision else [])]
        return any(one.by == self.records.me and one.judgement == judgement for one in said)

    def _refuse_wordless(
        self, work: Work, judgement: Judgement, submission: Submission, voice: Voice, *, is_decision: bool
    ) -> None:
        """Refuse (422) a decision without its reason, and work that is sent back without a word."""
        codes = {}
        if is_decision and not judgement.reason:
            codes[REASON] = "reason_wanted"
        is_low = work.round < ROUNDS and self.structure.get("again", True) and too_low(self._rubric, judgement.levels)
        if is_low and not judgement.overall and not judgement.remarks:
            codes[OVERALL] = "comment_wanted"
        if codes:
            self._refused("judge", typed_in(submission, self._rubric), codes, submission)
            raise unfinished(voice, field_words(voice, codes))

    def _judged(self, work: Work, submission: Submission, voice: Voice, code: str) -> Mapping[str, Any]:
        """Answer a trainer: with the next work where there is one and it is asked for, else with this one."""
        told: dict[str, Any] = {"code": code, "message": done_words(voice, code)}
        self.typed, self.last = {}, {"code": code, "record": work.record.key}
        following = self._next(work) if submission.fields.get("then") == ["next"] else None
        if following is not None and (address := self.work_url("judge_view", record=following.key)):
            told["next"] = address
        elif following is not None:
            self.opened = following.key
        on_page = self.work_url("judge_view", record=work.record.key) is not None
        plain_forms = self._plain_forms(None)
        if on_page:
            told["html"] = self._addressed(self._desk_html(work.record.key, voice, plain_forms=plain_forms))
        return told

    def _open(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        key = "".join(submission.fields.get("record", [])[:1])
        self.opened = self._work_for_judge(key, voice).record.key if key else ""
        self.last = {}
        return {"code": "opened"}
