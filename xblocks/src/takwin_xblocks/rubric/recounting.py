"""Count judged works again after their author changed weights or criteria, and put those that no longer fit on the desk once more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from takwin_xblocks.contract.forms import Submission
from takwin_xblocks.contract.records import PersonId, Record
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.rubric.base import RubricBase, refusal_of
from takwin_xblocks.rubric.grading import Levels, is_whole
from takwin_xblocks.rubric.words import recounted_words
from takwin_xblocks.rubric.work import COUNTED_UNTIL, DONE, REVIEW, WORK, Work, marks_that_count, result_of, standing_of, work_of

MOST_WORKS = 5_000
"""How many works are counted at once, the oldest first."""
AT_ONCE = 250
"""For how many works the reviews of peers are read in one query: all that they can have fit into one answer."""
MOST_REVIEWS = 5_000


class Recounting(RubricBase):
    """Trainers who count again what is judged."""

    def _recount(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        """Publish all results anew by the rubric as it is now. A work whose levels no longer fit keeps its result, and waits again."""
        if not self.records.is_judge:
            raise refusal_of(voice, HTTPStatus.NOT_FOUND, "not_there")
        counted = again = 0
        for work, reviews in self._judged_works():
            levels = self._levels_now(work, reviews)
            counted, again = counted + (levels is not None), again + (levels is None)
            if levels is not None:
                self._count(work, levels)
            elif work.record.state == DONE:
                self.records.amend(work.record, state="waiting", judge=None, data=_with_moment(work))
        told = {"code": "recounted", "counted": counted, "again": again}
        self.typed, self.last = {}, {} if submission.by_script else told  # a script says it at once
        shown = {}
        if submission.fields.get("page") == ["judge"]:
            shown["html"] = self._addressed(self._queue_html(voice, 1, plain_forms=self._plain_forms(None)))
        return {**told, "message": recounted_words(voice, told), **shown}

    def _judged_works(self) -> Iterator[tuple[Work, Sequence[Record]]]:
        """Yield the works that have a result and may be judged by whoever acts, with what peers said before they were judged."""
        found = self.records.list(kind=WORK, states=("waiting", "claimed", "returned", DONE), limit=MOST_WORKS)
        works = [work for one in found if (work := work_of(one)) and work.result and self.records.may_judge(one.learner)]
        for start in range(0, len(works), AT_ONCE):
            some = works[start : start + AT_ONCE]
            reviews = self._reviews_of([one.record.learner for one in some if one.record.learner is not None])
            for work in some:
                until = _judged_at(work)
                yield work, [one for one in reviews.get(work.record.learner, ()) if one.updated_at <= until]

    def _reviews_of(self, learners: Sequence[PersonId]) -> Mapping[PersonId | None, list[Record]]:
        by_learner: defaultdict[PersonId | None, list[Record]] = defaultdict(list)
        if self.structure.get("peers") and learners:
            for one in self.records.list(kind=REVIEW, states=(DONE,), learners=learners, limit=MOST_REVIEWS):
                by_learner[one.learner].append(one)
        return by_learner

    def _levels_now(self, work: Work, reviews: Sequence[Record]) -> Levels | None:
        """Return the levels of a judged work; None where they no longer fit. One that a single trainer judged needs no second one."""
        if work.decision is not None and not is_whole(self._rubric, work.decision.judgement.levels):
            return None  # what was said before it is not what was decided
        marks = len(marks_that_count(work, self.structure))
        trainers = max(1, min(int(self.structure.get("trainers", 1)), marks))
        return standing_of(work, reviews, {**self.structure, "trainers": trainers}).levels

    def _count(self, work: Work, levels: Levels) -> None:
        """Keep and publish a result. What waited only because it did not fit is judged again as it was."""
        record, result = work.record, result_of(levels, self.structure)
        is_back = record.state in ("waiting", "claimed")
        if is_back or result != dict(work.result):
            self.records.amend(record, state=DONE if is_back else None, data={**_with_moment(work), "result": result})
        if record.learner is not None:
            self._publish_result(record.learner, levels, result)


def _judged_at(work: Work) -> datetime:
    """Return when a work was judged: what peers said later is read and not counted."""
    kept = work.record.data.get(COUNTED_UNTIL)
    return datetime.fromisoformat(str(kept)) if kept else work.record.updated_at


def _with_moment(work: Work) -> dict[str, Any]:
    """Return what a record keeps, with the moment of its judgement, which its last change no longer tells."""
    return {**work.record.data, COUNTED_UNTIL: _judged_at(work).isoformat()}
