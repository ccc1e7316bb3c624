"""The scenario block: a learner walks from situation to situation by choosing, and is told at the end what that brought.

Handlers take a form or JSON `{"answers": {"run": "0", "step": "2", "choice": "b"}}` and answer JSON with the new inside as `html`:

* `choose`: 200 `chosen`, or `ended` where the choice leads to an ending; 422 `nothing_chosen`, `no_majority`, `unreadable_votes`;
* `back`: 200 `stepped_back`; `retry`: 200 `begun`; `group`: 200 `group` or `alone`;
* 409 `closed`, `not_ready`, and with the page as it stands `other_choice`, `not_yet`, `not_offered`, `ended`, `no_step_back`,
  `other_run`, `not_ended`, `no_run_left`, `begun`.

`run` and `step` say where the form stood: sent again, it is answered alike and changes nothing. The best run counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Float, Integer, List, Scope

from takwin_xblocks.contract.attempts import attempts_left
from takwin_xblocks.contract.block import CoopBlock
from takwin_xblocks.contract.element import Html, error_html
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.schema import N_, Fault
from takwin_xblocks.contract.score import publish_score
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.scenario.content import SCHEMA, check
from takwin_xblocks.scenario.grading import BACK, OutOfTurn, Result, Run, Story, Unplayable
from takwin_xblocks.scenario.page import Page
from takwin_xblocks.scenario.rendering import inner, nothing_yet
from takwin_xblocks.scenario.storymap import story_map
from takwin_xblocks.scenario.votes import VotesRefused, count_votes, refused_words, typed_hands
from takwin_xblocks.scenario.words import refusal_words

POINTS = 10.0
"""What a scenario is worth in the course where its author says nothing: its own points would outweigh everything else."""
_LONGEST_NUMBER = 6


class CoopScenarioBlock(CoopBlock):
    """A story with several ways through it."""

    schema = SCHEMA
    script = "CoopScenario"
    settings_in_form = ("display_name", "max_attempts", "weight", "group_mode")
    has_author_extras = True
    has_score = True
    icon_class = "problem"
    has_custom_completion = True
    completion_mode = "completable"

    max_attempts = Integer(
        display_name=N_("Runs allowed"),
        help=N_("Empty: as many as the learner wants. The best run counts."),
        default=None,
        values={"min": 1},
        scope=Scope.settings,
    )
    weight = Float(
        display_name=N_("Weight"),
        help=N_("Points in the course for the best path; empty: 10."),
        default=None,
        values={"min": 0},
        scope=Scope.settings,
    )
    group_mode = Boolean(
        display_name=N_("Offer the group mode"),
        help=N_("One screen for a group: hands are counted and the choice with most of them is taken."),
        default=True,
        scope=Scope.settings,
    )

    moves = List(
        help="Moves of this run: situation, choice ('' for a step back), hands by choice if a group voted.",
        default=[],
        scope=Scope.user_state,
    )
    run = Integer(help="Which run this is, from 0.", default=0, scope=Scope.user_state)
    best = Dict(help="The best run so far: earned, possible, ending.", default={}, scope=Scope.user_state)
    in_group = Boolean(help="Whether hands are counted.", default=False, scope=Scope.user_state)
    draft = Dict(
        help="Hands of a plain form that decided nothing, by choice, to show them again; `step`: where they were typed.",
        default={},
        scope=Scope.user_state,
    )

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what the author must put right."""
        return check(structure, texts)

    # --- what is seen ---

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the situation that this learner has reached, or the debrief."""
        story = self._story
        if not is_ready(story):
            return nothing_yet(self.display_name, voice.words.gettext("This scenario is not written yet."))
        return inner(self._page(story, voice, plain_forms=plain_forms))

    def author_html(self, voice: Voice) -> Html:
        """Return the map of all ways."""
        story = self._story
        return story_map(self._page(story, voice, plain_forms=True)) if is_ready(story) else Html()

    def max_score(self) -> float:
        """Return the points in the course that the best path is worth."""
        return POINTS if self.weight is None else float(self.weight)

    # --- what a learner does ---

    @XBlock.handler
    def choose(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Take a choice, or count a group's hands and take the choice with most of them."""
        return self.answered(request, self._choose)

    @XBlock.handler
    def back(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Take the last choice back."""
        return self.answered(request, self._back)

    @XBlock.handler
    def retry(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Begin another run."""
        return self.answered(request, self._retry)

    @XBlock.handler
    def group(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Turn the group mode on or off, before the first choice."""
        return self.answered(request, self._group)

    def _choose(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        position = self._position(submission, voice)
        choice, votes = self._wanted(submission, position, voice)
        before = self._story_run
        self._move(choice, position, voice, votes=votes)
        result = self._story.result(self._story_run)
        if result is None:
            return {"code": "chosen", "message": voice.words.gettext("Your choice is kept.")}
        if self._story.result(before) is None:
            self._end(result)
        return {"code": "ended", "message": "", "ending": result.ending}

    def _back(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        self._move(BACK, self._position(submission, voice), voice)
        return {"code": "stepped_back", "message": voice.words.gettext("Your last choice is taken back.")}

    def _retry(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        self._refuse_unready(voice)
        begun = {"code": "begun", "message": voice.words.gettext("A new run: choose otherwise, or the same again.")}
        asked = self._number(submission, "run")
        if asked < self.run:
            return begun  # sent again: it has begun already
        if asked > self.run:
            raise self._conflict("other_run", voice)
        if not self._has_ended:
            raise self._conflict("not_ended", voice)
        if self._left == 0:
            raise self._conflict("no_run_left", voice)
        self.run += 1
        self.moves = []
        return begun

    def _group(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        self._refuse_unready(voice)
        wanted = submission.answers.get("group") == ["yes"]
        if self._story_run.moves and wanted != self.in_group:
            raise self._conflict("begun", voice)
        if wanted and not self.group_mode:
            raise self._conflict("not_offered", voice)
        if wanted != self.in_group:
            self.in_group = wanted
        _ = voice.words.gettext
        return {"code": "group", "message": _("Now with a group.")} if wanted else {"code": "alone", "message": _("Now alone.")}

    def _wanted(self, submission: Submission, position: int, voice: Voice) -> tuple[str, dict[str, int]]:
        """Return the choice that was sent, and the hands raised where a group voted."""
        given = submission.answers.get("choice", [])
        if len(given) == 1 and given[0]:
            return given[0], {}
        run = self._story_run
        at = self.moves[position][0] if position < run.moves else run.at
        offered = [one["id"] for one in self._story.choices(at)]
        if not self._is_group or not any(f"votes-{one}" in submission.answers for one in offered):
            words = voice.words.gettext("Choose one of the answers first.")
            raise _unprocessable("nothing_chosen", words, {"choice": words})
        try:
            return count_votes(offered, submission.answers)
        except VotesRefused as refused:
            words, errors = refused_words(refused, voice)
            if not submission.by_script and position == run.moves:  # the page that comes next must show what was typed
                self.draft = {"step": position, "hands": typed_hands(offered, submission.answers)}
            raise _unprocessable(refused.code, words, errors) from refused

    def _move(self, choice: str, position: int, voice: Voice, *, votes: Mapping[str, int] | None = None) -> None:
        try:
            moves = self._story.move(self.moves, choice, position=position)
        except OutOfTurn as error:
            raise self._conflict(error.code, voice) from error
        if len(moves) > self._story_run.moves:
            if votes:
                moves[-1].append(dict(votes))
            self.moves = moves
            if self.draft:
                self.draft = {}

    def _end(self, result: Result) -> None:
        """Keep the best run and tell the host of it."""
        share = result.earned / result.best
        if not self.best or share >= self.best["earned"] / self.best["possible"]:
            self.best = {"earned": result.earned, "possible": result.best, "ending": result.ending}
        points = self.max_score()
        earned = round(self.best["earned"] / self.best["possible"] * points, 4)
        publish_score(self, {"earned": min(points, earned), "possible": points})
        told = {"ending": result.ending, "total": result.total, "best": result.best, "passed": result.passed}
        steps = [[step.node, step.choice] for step in self._story_run.path]
        event = {**told, "profile": result.profile, "path": steps, "steps_back": self._story_run.backs, "run": self.run}
        self.runtime.publish(self, "coop.scenario.ended", event)

    # --- where a form stood ---

    def _position(self, submission: Submission, voice: Voice) -> int:
        self._refuse_unready(voice)
        if self._number(submission, "run") != self.run:
            raise self._conflict("other_run", voice)
        return self._number(submission, "step")

    @staticmethod
    def _number(submission: Submission, name: str) -> int:
        typed = "".join(submission.answers.get(name, []))
        if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER):
            raise Refusal(HTTPStatus.BAD_REQUEST, "malformed")
        return int(typed)

    def _refuse_unready(self, voice: Voice) -> None:
        if not is_ready(self._story):
            raise Refusal(HTTPStatus.CONFLICT, "not_ready", refusal_words("not_ready", voice))

    def _conflict(self, code: str, voice: Voice) -> Refusal:
        """Return a refusal that also shows where the learner stands, since their page is behind."""
        words = refusal_words(code, voice)
        return Refusal(HTTPStatus.CONFLICT, code, words, html=self.inner_html(voice, plain_forms=self._plain_forms(None)))

    # --- small facts ---

    @property
    def _story(self) -> Story:
        return Story(self.structure)

    @property
    def _story_run(self) -> Run:
        return self._story.follow(self.moves)

    @property
    def _has_ended(self) -> bool:
        return self._story.is_ending(self._story_run.at)

    @property
    def _left(self) -> int | None:
        return attempts_left(self.max_attempts, used=self.run + int(self._has_ended))

    @property
    def _is_group(self) -> bool:
        return bool(self.group_mode and self.in_group)

    def _page(self, story: Story, voice: Voice, *, plain_forms: bool) -> Page:
        run = story.follow(self.moves)
        return Page(
            title=self.display_name,
            story=story,
            texts=self.texts,
            run=run,
            voice=voice,
            dom_id=self.dom_id,
            number=self.run,
            left=self._left,
            is_closed=self.is_over_for_host,
            offers_group=bool(self.group_mode),
            is_group=self._is_group,
            votes=self._votes(run),
            draft=self.draft.get("hands", {}) if self.draft.get("step") == run.moves else {},
            best=self.best,
            form=lambda handler, *inside, **given: self.form(handler, *inside, voice=voice, plain_forms=plain_forms, **given),
        )

    def _votes(self, run: Run) -> dict[int, dict[str, int]]:
        """Return the hands raised by step of the path, those of choices taken back left out."""
        standing: list[dict[str, int]] = []
        for _node, choice, *rest in self.moves[: run.moves]:
            if choice == BACK:
                standing.pop()
            else:
                standing.append(dict(rest[0]) if rest else {})
        return {index: votes for index, votes in enumerate(standing) if votes}


def is_ready(story: Story) -> bool:
    """Tell whether a story can be played: a block that nobody has written yet can not."""
    try:
        return story.best.total > 0
    except Unplayable:
        return False


def _unprocessable(code: str, words: str, errors: Mapping[str, str]) -> Refusal:
    shown = {name: error_html(said) for name, said in errors.items()}
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, code, words, errors=dict(errors), errors_html=shown)
