"""What graded blocks share: attempts, the best of them, drafts of what could not be marked, and when right answers may be told.

Handler `submit` takes a form (`answer-<id>=…`) or JSON (`{"answers": {"<id>": …}, "attempt": "<name of this sending>"}`):

* 200 `marked`: score, attempts left, the block's new inside as `html`, to JSON also the details of each answer;
* 200 `marked` with `replayed: true` to a sending that was taken before: it uses nothing and changes nothing, and what it is told
  is how things stand now, which is not what this sending earned where another was marked since;
* 409 `no_attempts_left` or `closed`, 422 `unreadable_answers` with words per field: nothing is marked, no attempt is used.

The best attempt counts. Beside its own fields the handler changes nothing, so that a host may run it again on fresh state.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Dict, Float, Integer, Scope, String

from takwin_xblocks.contract.attempts import attempts_left, digest_of, is_replay, remembered
from takwin_xblocks.contract.block import SHARED_WORDS, CoopBlock
from takwin_xblocks.contract.element import error_html
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.marks import AnswersRefused, Mark
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.score import better, publish_score
from takwin_xblocks.contract.voice import Voice

SHOW_ANSWERS = (
    ("never", N_("Never")),
    ("after_correct", N_("Once all is right")),
    ("after_attempts_exhausted", N_("Once all is right or no attempt is left")),
    ("after_closed", N_("Once it is closed")),
)
_LONGEST_DRAFT = 64
_MOST_VALUES = 100


class AnsweredBlock(CoopBlock):
    """A block whose answers are marked at once, in one or more attempts."""

    has_score = True
    icon_class = "problem"
    has_custom_completion = True
    completion_mode = "completable"
    settings_in_form: ClassVar[tuple[str, ...]] = ("display_name", "max_attempts", "weight", "show_answers")
    longest_draft: int = _LONGEST_DRAFT
    """Characters kept of each answer that could not be marked."""

    max_attempts = Integer(
        display_name=N_("Attempts allowed"),
        help=N_("Empty: as many as the learner wants."),
        default=None,
        values={"min": 1},
        scope=Scope.settings,
    )
    weight = Float(
        display_name=N_("Weight"),
        help=N_("Points in the course; empty: the sum of the points inside."),
        default=None,
        values={"min": 0},
        scope=Scope.settings,
    )
    show_answers = String(
        display_name=N_("Show right answers"),
        help=N_("When learners may see them."),
        default="after_attempts_exhausted",
        values=[{"display_name": label, "value": value} for value, label in SHOW_ANSWERS],
        scope=Scope.settings,
    )

    answers = Dict(help="Last marked answers, by id.", default={}, scope=Scope.user_state)
    marks = Dict(help="What each of these answers earned: id to [earned, possible].", default={}, scope=Scope.user_state)
    attempts = Integer(help="Attempts used.", default=0, scope=Scope.user_state)
    best = Dict(help="The best score so far: earned, possible.", default={}, scope=Scope.user_state)
    draft = Dict(help="Answers of a plain form that could not be marked, to show them again.", default={}, scope=Scope.user_state)
    taken = Dict(help="Names of the last sendings, with a digest of each.", default={}, scope=Scope.user_state)

    # --- what each block says of itself ---

    def answer_ids(self) -> Collection[str]:
        """Return the ids under which answers are taken; all others are left out."""
        raise NotImplementedError

    def mark_answers(self, answers: Mapping[str, list[str]]) -> dict[str, Mark]:
        """Mark answers. Refuses (`AnswersRefused`) what cannot be marked, naming every field that needs the learner."""
        raise NotImplementedError

    def error_words(self, code: str, voice: Voice) -> str:
        """Return what a code of `AnswersRefused` says to the learner."""
        raise NotImplementedError

    def result_details(self, voice: Voice) -> dict[str, Any]:  # noqa: ARG002
        """Return what programs are told of a marked attempt beside the score."""
        return {}

    def after_marking(self) -> None:
        """Change what else an attempt changes, before the result is told."""

    # --- the learner's answer ---

    @XBlock.handler
    def submit(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Mark the learner's answers and publish grade and completion."""
        return self.answered(request, self._submit)

    def _submit(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        kept = self._kept(submission.answers)
        digest = digest_of(kept)
        if is_replay(self.taken, submission.attempt_id, digest):
            return {**self._result_for(submission, voice), "replayed": True}
        self._refuse_when_used_up(voice)
        marks = self._marked(submission, kept, voice)
        self.answers = kept
        self.marks = {name: [mark.earned, mark.possible] for name, mark in marks.items()}
        self.attempts += 1
        self.best = better(self.best, self.score())
        self.taken = remembered(self.taken, submission.attempt_id, digest)
        if self.draft:
            self.draft = {}
        self.after_marking()
        publish_score(self, self.best)
        return self._result_for(submission, voice)

    def _result_for(self, submission: Submission, voice: Voice) -> dict[str, Any]:
        """Return the result; details only to programs, since a page is told all in its new inside."""
        return self.result(voice) | (self.result_details(voice) if submission.by_program else {})

    def _refuse_when_used_up(self, voice: Voice) -> None:
        left = self.left
        if left == 0:
            over = {"attempts_left": left, "attempts_used": self.attempts}
            raise Refusal(HTTPStatus.CONFLICT, "no_attempts_left", voice.words.gettext("You have used all your attempts."), **over)

    def _marked(self, submission: Submission, kept: Mapping[str, list[str]], voice: Voice) -> dict[str, Mark]:
        try:
            return self.mark_answers(kept)
        except AnswersRefused as refused:
            if not submission.by_script:  # the page that comes next must show what was typed; a script's page still does
                self.draft = {name: [text[: self.longest_draft] for text in given] for name, given in kept.items()} or {"": []}
            errors = {name: self.error_words(code, voice) for name, code in refused.codes.items()}
            raise Refusal(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "unreadable_answers",
                unreadable_words(voice),
                errors=errors,
                errors_html={name: error_html(words) for name, words in errors.items()},
                attempts_left=self.left,
                attempts_used=self.attempts,
            ) from refused

    def _kept(self, answers: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return the answers under ids that exist, and no other."""
        return {name: [text.strip() for text in answers[name][:_MOST_VALUES]] for name in self.answer_ids() if name in answers}

    # --- what the learner sees ---

    def result(self, voice: Voice) -> dict[str, Any]:
        """Return the result of the last marked attempt, as programs read it."""
        return {
            "code": "marked",
            "message": self.status_words(voice),
            **self.score(),
            "best": dict(self.best),
            "attempts_used": self.attempts,
            "attempts_left": self.left,
            "attempts_words": self.attempts_words(voice),
            "open": not self.is_over,
        }

    def score(self) -> dict[str, float]:
        """Return the score of the last marked attempt: earned, possible."""
        marks = self.marks.values()
        return {
            "earned": round(sum(earned for earned, _ in marks), 4),
            "possible": float(round(sum(possible for _, possible in marks), 4)),
        }

    def status_words(self, voice: Voice) -> str:
        """Return where the learner stands, in words; '' before the first attempt."""
        if self.draft and self.errors(voice):
            return unreadable_words(voice)
        said = []
        if self.attempts:
            score = self.score()
            said.append(_score_words(voice, voice.words.gettext("Your result: {earned} of {possible}."), score))
            if self.best and better(score, self.best) != score:
                said.append(_score_words(voice, voice.words.gettext("Your best result counts: {earned} of {possible}."), self.best))
        if self.is_over_for_host:
            said.append(voice.words.gettext(SHARED_WORDS["closed"]))
        elif self.left == 0:
            said.append(voice.words.gettext("You have used all your attempts."))
        return " ".join(said)

    def attempts_words(self, voice: Voice) -> str:
        """Return how many attempts remain; nothing where they are not limited, nor at the end, which the status tells."""
        left = self.left
        if not left or self.is_over:
            return ""
        words = voice.words.ngettext("{left} attempt left of {limit}.", "{left} attempts left of {limit}.", left)
        return words.format(left=left, limit=self.max_attempts)

    def errors(self, voice: Voice) -> dict[str, str]:
        """Return what is wrong with the draft that a plain form left, in words by field."""
        if not self.draft or self.is_over:
            return {}
        try:
            self.mark_answers({name: given for name, given in self.draft.items() if name})
        except AnswersRefused as refused:
            return {name: self.error_words(code, voice) for name, code in refused.codes.items()}
        return {}

    @property
    def shown_answers(self) -> Mapping[str, list[str]]:
        """Return the answers that the page shows: those to put right, else those marked last."""
        return self.draft if self.draft and not self.is_over else self.answers

    @property
    def shown_marks(self) -> dict[str, Mark]:
        """Return the marks that the page shows: none beside answers that are not marked yet."""
        if self.draft and not self.is_over:
            return {}
        return {name: Mark(earned=earned, possible=possible) for name, (earned, possible) in self.marks.items()}

    @property
    def left(self) -> int | None:
        """Return how many attempts are left, None where they are not limited."""
        return attempts_left(self.max_attempts, used=self.attempts)

    @property
    def is_over(self) -> bool:
        """Tell whether no more answers are taken."""
        return self.left == 0 or self.is_over_for_host

    @property
    def is_all_right(self) -> bool:
        """Tell whether the best attempt earned everything."""
        best = self.best
        return bool(best) and best["earned"] >= best["possible"] > 0

    @property
    def reveal(self) -> bool:
        """Tell whether right answers may be told now."""
        if not self.attempts:
            return False
        return {
            "after_correct": self.is_all_right,
            "after_attempts_exhausted": self.is_all_right or self.left == 0,
            "after_closed": self.is_over_for_host,
        }.get(self.show_answers, False)

    def attempt_name(self) -> str:
        """Name the next attempt from this page."""
        return f"n{self.attempts + 1}"


def unreadable_words(voice: Voice) -> str:
    """Return what is said above answers that cannot be marked."""
    return voice.words.gettext("Nothing was marked and no attempt was used. Look at what needs you.")


def _score_words(voice: Voice, words: str, score: Mapping[str, float]) -> str:
    return words.format(earned=voice.number(score["earned"]), possible=voice.number(score["possible"]))
