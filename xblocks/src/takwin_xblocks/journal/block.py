"""The journal and the case: a learner writes in their own words; beside an answer that is kept a good one may appear.

Handlers take a form (`answer-<question>=…`) or JSON (`{"answers": {"<question>": …}}`):

* `keep` takes answers: 200 `kept`; 422 `unfinished` with words per question where one that is needed is empty or too long:
  nothing is kept then but a draft, so that what was typed is there the next time. Only the answers that were sent change.
* `compare` takes `points`, the ids of the points that are ticked: 200 `compared`; 409 `not_written` before all is written.

What was sent is what is kept, so that sending it again changes nothing. Nothing here is graded, and nobody else reads it.

Event: `completion`, once, when every answer that is needed is kept; it stays so when answers are changed later.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, List, Scope, String

from takwin_xblocks.contract.block import SHARED_WORDS, CoopBlock
from takwin_xblocks.contract.element import Html, error_html
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.schema import Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.journal.answers import LONGEST_DRAFT, Question, is_whole, known, refused, tidy
from takwin_xblocks.journal.content import SCHEMA, check
from takwin_xblocks.journal.rendering import Page, author_page, inner
from takwin_xblocks.journal.words import draft_words, error_words, kept_words, ticked_words

POINTS = "points"
"""The field that holds the points that are ticked."""


class CoopJournalBlock(CoopBlock):
    """Questions that a learner answers in their own words, for nobody else to read."""

    schema = SCHEMA
    script = "CoopJournal"
    has_author_extras = True
    has_score = False
    icon_class = "other"
    has_custom_completion = True
    completion_mode = "completable"

    written = Dict(help="The answers that are kept, by question.", default={}, scope=Scope.user_state)
    draft = Dict(help="Answers that were sent and could not be kept, to show them again.", default={}, scope=Scope.user_state)
    ticked = List(help="The points that the learner ticked.", default=[], scope=Scope.user_state)
    is_done = Boolean(help="Whether all that is needed was written once.", default=False, scope=Scope.user_state)
    last = String(help="What was done last: kept or compared.", default="", scope=Scope.user_state)

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with a content whose form is right."""
        return check(structure, texts)

    def public_data(self) -> dict[str, Any]:
        """Return what an app needs to ask: the prompt and the questions, nothing of what appears later."""
        asked = [{"id": one.id, "may_be_empty": one.may_be_empty, "text": self.text(one.id)} for one in self._questions]
        return {"prompt": self.text("prompt"), "questions": asked}

    # --- handlers ---

    @XBlock.handler
    def keep(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Keep what the learner wrote."""
        return self.answered(request, self._keep)

    @XBlock.handler
    def compare(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Keep which points the learner found in the answers."""
        return self.answered(request, self._compare)

    def _keep(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        questions = self._questions
        sent = {name: (given or [""])[0] for name, given in submission.answers.items()}
        typed = {one.id: sent[one.id] for one in questions if one.id in sent}
        if not typed:
            raise Refusal(HTTPStatus.BAD_REQUEST, "malformed")
        waiting = {one.id: self.draft[one.id] for one in questions if one.id in self.draft}
        written = self.written | {name: tidy(text) for name, text in (waiting | typed).items()}
        codes = refused(questions, written)
        if codes:
            self._refuse(typed, codes, voice)
        self.written = written
        if self.draft:
            self.draft = {}
        self.last = "kept"
        if not self.is_done and is_whole(questions, written):
            self.is_done = True
            self.runtime.publish(self, "completion", {"completion": 1.0})
        result = {"code": "kept", "message": self._status(voice)}
        return result | {"models": self._models} if submission.by_program else result

    def _refuse(self, typed: Mapping[str, str], codes: Mapping[str, str], voice: Voice) -> None:
        """Refuse (422) with words for each question that needs the learner; what was typed stays as a draft."""
        self.draft = self.draft | {name: text[:LONGEST_DRAFT] for name, text in typed.items()}
        errors = {name: error_words(voice, code) for name, code in codes.items()}
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unfinished",
            draft_words(voice),
            errors=errors,
            errors_html={one.id: error_html(errors[one.id]) for one in self._questions if one.id in errors},
        )

    def _compare(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        if not self._is_whole:
            words = voice.words.gettext("Write your own answers first: the points come after them.")
            raise Refusal(HTTPStatus.CONFLICT, "not_written", words)
        self.ticked = known(self._points, submission.answers.get(POINTS, ()))
        self.last = "compared"
        return {"code": "compared", "message": self._status(voice)}

    # --- the page ---

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the questions with what was written, and beside each answer that is kept what it can be compared with."""
        draft = {} if self.is_over_for_host else dict(self.draft)
        codes = refused(self._questions, {**self.written, **{name: tidy(text) for name, text in draft.items()}}) if draft else {}
        page = Page(
            dom_id=self.dom_id,
            title=self.display_name or "",
            prompt=self.text("prompt"),
            questions=self._questions,
            texts={one.id: self.text(one.id) for one in self._questions},
            written={name: text for name, text in self.written.items() if text},
            draft=draft,
            errors={name: error_words(voice, code) for name, code in codes.items()},
            models=self._models,
            points={name: self.text(name) for name in self._points} if self._is_whole else {},
            ticked=self.ticked,
            closed=self.is_over_for_host,
            status=self._status(voice),
            is_compared=self.last == "compared" and not draft and self._is_whole,
            form=lambda handler, *inside, **how: self.form(handler, *inside, voice=voice, plain_forms=plain_forms, **how),
        )
        return inner(page, voice)

    def author_html(self, voice: Voice) -> Html:
        """Return what learners meet only after they wrote."""
        models = {one.id: self.text(one.id, "model") for one in self._questions if self.text(one.id, "model")}
        texts = {one.id: self.text(one.id) for one in self._questions}
        return author_page(texts, models, [self.text(name) for name in self._points], voice)

    def _status(self, voice: Voice) -> str:
        """Return how things stand, in words; '' at the beginning."""
        if self.is_over_for_host:
            return voice.words.gettext(SHARED_WORDS["closed"])
        if self.draft:
            return draft_words(voice)
        if not self._is_whole:
            return ""
        if self.last == "compared":
            return ticked_words(voice, len(known(self._points, self.ticked)), len(self._points))
        return kept_words(voice, has_models=bool(self._models), has_points=bool(self._points))

    # --- small facts ---

    @property
    def _questions(self) -> list[Question]:
        asked = self.structure.get("questions", ())
        return [Question(id=one["id"], may_be_empty=bool(one.get("may_be_empty"))) for one in asked]

    @property
    def _points(self) -> list[str]:
        return [one["id"] for one in self.structure.get("points", ())]

    @property
    def _models(self) -> dict[str, str]:
        """Return the good answers that may be shown: each after the learner's own."""
        told = {one.id: self.text(one.id, "model") for one in self._questions if self.written.get(one.id)}
        return {name: text for name, text in told.items() if text}

    @property
    def _is_whole(self) -> bool:
        return is_whole(self._questions, self.written)
