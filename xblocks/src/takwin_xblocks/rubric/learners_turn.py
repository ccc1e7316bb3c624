"""Take what learners judge: examples to practise with, their own work, works of peers that were given to them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from takwin_xblocks.contract.forms import Submission
from takwin_xblocks.contract.records import RecordsRefused
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.rubric.base import RubricBase, refusal_of
from takwin_xblocks.rubric.content import judges_own
from takwin_xblocks.rubric.giving import in_hand, mine_of, next_for, sent
from takwin_xblocks.rubric.judging import typed_in
from takwin_xblocks.rubric.learner import LOST
from takwin_xblocks.rubric.words import done_words
from takwin_xblocks.rubric.work import (
    DONE,
    Work,
    work_key,
    work_of,
)


class LearnersTurn(RubricBase):
    """Learners who judge."""

    def _practise(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        example = "".join(submission.fields.get("example", [])[:1])
        if example not in {one["id"] for one in self.structure.get("examples", ())}:
            raise refusal_of(voice, HTTPStatus.NOT_FOUND, "not_there")
        judgement = self._read("practise", submission, voice)
        self.practised = {**self.practised, example: dict(judgement.levels)}
        return self._did("practised", voice)

    def _judge_self(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        work = work_of(self.records.get(work_key(self.records.me)))
        if work is None or not judges_own(self.structure):
            raise refusal_of(voice, HTTPStatus.NOT_FOUND, "not_there")
        if work.own is not None or work.result:
            raise refusal_of(voice, HTTPStatus.CONFLICT, "own_done")
        judgement = self._read("judge_self", submission, voice)
        self.records.amend(work.record, data={**work.record.data, "own": judgement.to_json()})
        return self._did("own", voice)

    def _take(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:  # noqa: ARG002 -- there is nothing to send
        mine = mine_of(self.records)
        wanted = int(self.structure.get("peers", 0))
        if in_hand(mine) is not None:
            return self._took("given", voice)
        if sent(mine) >= wanted:
            raise refusal_of(voice, HTTPStatus.CONFLICT, "no_more")
        if self.records.get(work_key(self.records.me)) is None or self._has_examples_left():
            raise refusal_of(voice, HTTPStatus.CONFLICT, "not_yet")
        given = next_for(self.records, mine)
        return self._took("given" if given is not None else "none_free", voice)

    def _took(self, code: str, voice: Voice) -> Mapping[str, Any]:
        lost = self.typed if self.typed.get("form") == LOST else {}
        told = self._did(code, voice)
        self.typed = lost  # whoever asks for another work still reads what they wrote
        return told

    def _has_examples_left(self) -> bool:
        return any(one["id"] not in self.practised for one in self.structure.get("examples", ()))

    def _judge_peer(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        records = self.records
        token = "".join(submission.fields.get("review", [])[:1])
        review = next((one for one in mine_of(records) if token and one.data.get("token") == token), None)
        if review is None or review.learner == records.me:
            self._keep_lost(submission)
            raise refusal_of(voice, HTTPStatus.CONFLICT, "not_given")
        judgement = self._read("judge_peer", submission, voice, wants_words=True)
        if review.state == DONE:  # a phone that lost the answer sends it again
            return {"code": "reviewed", "message": done_words(voice, "reviewed"), "replayed": True}
        records.decide(review, state=DONE, data={**review.data, "judgement": judgement.to_json()})
        work = work_of(records.get(str(review.data.get("work", ""))))
        if work is not None and not work.result and work.round == review.data.get("round"):
            self._settle_by_peers(work)
        self._complete()
        return self._did("reviewed", voice)

    def _keep_lost(self, submission: Submission) -> None:
        """Keep what a plain form said of a work that went to somebody else: the next page shows it, beside no other work's form."""
        typed = typed_in(submission, self._rubric)
        if typed and not submission.by_script:
            self.typed, self.last = {"form": LOST, "typed": typed}, {"code": "not_given"}

    def _settle_by_peers(self, work: Work) -> None:
        """End a work that is peers' affair alone, once enough of them have judged."""
        standing = self._standing(work)
        if standing.levels is not None and int(self.structure.get("trainer", 100)) == 0:
            try:
                record = self.records.claim(work.record)
            except RecordsRefused:
                return  # a trainer has it in hand, and decides
            self._end(record, dict(work.record.data), standing)
