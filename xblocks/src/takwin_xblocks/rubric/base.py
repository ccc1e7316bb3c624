"""What every part of the block stands on: its settings, what a learner's state holds, and how a work is found and ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, ClassVar

from xblock.fields import Dict, Float, Scope, String

from takwin_xblocks.contract.element import error_html
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.judged import JudgedBlock
from takwin_xblocks.contract.records import PersonId, Record
from takwin_xblocks.contract.schema import N_, Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.rubric.content import SCHEMA, WAYS, check, rubric_of
from takwin_xblocks.rubric.giving import mine_of, sent
from takwin_xblocks.rubric.grading import Levels, Rubric, level_for_rules
from takwin_xblocks.rubric.judging import Judgement, JudgementRefused, read_judgement, typed_in
from takwin_xblocks.rubric.words import done_words, field_words, refusal_words
from takwin_xblocks.rubric.work import (
    COUNTED_UNTIL,
    DONE,
    FREE,
    REVIEW,
    WITHDRAWN,
    WORK,
    Standing,
    Work,
    marks_that_count,
    must_come_again,
    result_of,
    standing_of,
    work_of,
)

USUAL_POINTS = 10.0


class RubricBase(JudgedBlock):
    """A rubric, its settings, and the state of whoever is at the page."""

    schema = SCHEMA
    script = "CoopRubric"
    has_score = True
    icon_class = "problem"
    has_custom_completion = True
    completion_mode = "completable"
    settings_in_form: ClassVar[tuple[str, ...]] = ("display_name", "weight")
    work_views: ClassVar[tuple[str, ...]] = ("judge_view",)

    weight = Float(
        display_name=N_("Weight"),
        help=N_("Points in the course; empty: 10."),
        default=None,
        values={"min": 0},
        scope=Scope.settings,
    )

    draft = Dict(help="Work that is not handed in yet: text, files.", default={}, scope=Scope.user_state)
    practised = Dict(help="Levels given to examples, by example.", default={}, scope=Scope.user_state)
    typed = Dict(help="What a plain form sent and was refused: form, fields, codes.", default={}, scope=Scope.user_state)
    last = Dict(help="What was done last, and to which record.", default={}, scope=Scope.user_state)
    opened = String(help="The record on a trainer's desk, in hosts without pages of its own.", default="", scope=Scope.user_state)

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with a content whose form is right."""
        return check(structure, texts)

    def max_score(self) -> float:
        """Return the points that the best work earns."""
        return USUAL_POINTS if self.weight is None else float(self.weight)

    def public_data(self) -> dict[str, Any]:
        """Return what an app needs to show what is asked, and by what it is judged; no example's levels."""
        asked = {key: self.structure.get(key) for key in (*WAYS, "levels", "peers", "days")}
        criteria = [dict(one) for one in self.structure.get("criteria", ())]
        hidden = tuple(f"{one['id']}/" for one in self.structure.get("examples", ()))
        texts = {key: text for key, text in self.texts.items() if not key.startswith(hidden)} if hidden else dict(self.texts)
        return {**asked, "criteria": criteria, "texts": texts}

    def refuse_when_closed(self, voice: Voice) -> None:
        """Refuse nothing: judging goes on after the last day, and `hand_in` looks for itself."""

    # --- a work ---

    def _reviews(self, work: Work) -> tuple[Record, ...]:
        if not self.structure.get("peers"):
            return ()
        return self.records.list(kind=REVIEW, learner=work.record.learner, limit=20)

    def _standing(self, work: Work) -> Standing:
        return standing_of(work, self._reviews(work), self.structure)

    def _work_for_judge(self, key: str, voice: Voice) -> Work:
        """Return a work that whoever asks may judge. Refuses (404) all others as if they were not there."""
        work = work_of(self.records.get(key)) if self.records.is_judge else None
        if work is None or not self.records.may_judge(work.record.learner):
            raise refusal_of(voice, HTTPStatus.NOT_FOUND, "not_there")
        return work

    def _next(self, work: Work) -> Record | None:
        """Return the work that waits longest and is not this one."""
        waiting = self.records.list(kind=WORK, states=("waiting",), limit=10)
        return next((one for one in waiting if one.key != work.record.key and self._wants_me(one)), None)

    def _wants_me(self, record: Record) -> bool:
        work = work_of(record)
        is_said = work is not None and any(one.by == self.records.me for one in marks_that_count(work, self.structure))
        return not is_said and self.records.may_judge(record.learner)

    def _end(self, record: Record, data: Mapping[str, Any], standing: Standing) -> str:
        """Keep the result, tell the host, and return the state of the work: `done`, or `returned` to be handed in once more."""
        if standing.levels is None or record.learner is None:
            raise AssertionError("a work ends with its levels")
        work = work_of_data(record, data)
        result = result_of(standing.levels, self.structure)
        state = "returned" if must_come_again(work, standing.levels, self.structure) else DONE
        kept = {name: told for name, told in data.items() if name != COUNTED_UNTIL}
        self.records.decide(record, state=state, data={**kept, "result": result})
        if self.records.may_judge(record.learner):
            self._withdraw(work)
        self._publish_result(record.learner, standing.levels, result)
        self.give_completion(record.learner, 1.0)
        return state

    def _publish_result(self, learner: PersonId, levels: Levels, result: Mapping[str, Any]) -> None:
        points = self.max_score()
        self.give_grade(learner, round(points * result["points"] / 100, 4), points)
        self.give_attained(learner, "rubric", level_for_rules(self._rubric, levels))

    def _withdraw(self, work: Work | None) -> None:
        """Take back the reviews that nobody has begun: the work is judged, or was handed in anew."""
        if work is None:
            return
        for one in self.records.list(kind=REVIEW, learner=work.record.learner, states=(FREE,), limit=20):
            if one.data.get("round") == work.round:
                self.records.amend(one, state=WITHDRAWN)

    def _complete(self) -> None:
        """Tell how far the learner is: half of it is their work, half what they owe to others."""
        wanted = int(self.structure.get("peers", 0))
        is_all = not wanted or sent(mine_of(self.records)) >= wanted
        self.give_completion(self.records.me, 1.0 if is_all else 0.5)

    # --- reading and refusing ---

    def _read(self, form: str, submission: Submission, voice: Voice, *, wants_words: bool = False) -> Judgement:
        """Return what was judged. Refuses (422) what is not whole, with words for each field that needs somebody."""
        remarks = frozenset(str(one["id"]) for one in self.structure.get("remarks", ())) if form == "judge" else frozenset()
        try:
            return read_judgement(submission, self._rubric, remarks=remarks, wants_words=wants_words)
        except JudgementRefused as refused:
            self._refused(form, typed_in(submission, self._rubric), refused.codes, submission)
            raise unfinished(voice, field_words(voice, refused.codes)) from refused

    def _refused(self, form: str, typed: Mapping[str, str], codes: Mapping[str, str], submission: Submission) -> None:
        """Keep what a plain form sent, so that the page which comes next shows it; a script's page still does."""
        if not submission.by_script:
            self.typed = {"form": form, "typed": dict(typed), "codes": dict(codes)}
            self.last = {"code": "unfinished"}

    def _did(self, code: str, voice: Voice) -> dict[str, Any]:
        self.typed, self.last = {}, {"code": code}
        return {"code": code, "message": done_words(voice, code)}

    @property
    def _rubric(self) -> Rubric:
        return rubric_of(self.structure)


def work_of_data(record: Record, data: Mapping[str, Any]) -> Work:
    """Return the work of a record as it will be with other data."""
    work = work_of(replace(record, data=data))
    if work is None:
        raise AssertionError("a work stays a work")
    return work


def refusal_of(voice: Voice, status: HTTPStatus, code: str) -> Refusal:
    """Return a refusal in words."""
    return Refusal(status, code, refusal_words(voice, code))


def unfinished(voice: Voice, errors: Mapping[str, str], code: str = "unfinished") -> Refusal:
    """Return the refusal (422) of a form that needs somebody, with words for each field."""
    html = {where: error_html(words) for where, words in errors.items()}
    words = errors.get("work") or refusal_words(voice, "unfinished")
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, code, words, errors=dict(errors), errors_html=html)
