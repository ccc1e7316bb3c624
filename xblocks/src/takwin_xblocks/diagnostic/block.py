"""The diagnostic block: members answer pillar by pillar, alone, in turn or with stones; a radar and next steps come of it.

Answers under way are kept by statement. A member's are kept until the phone is passed on; then they are only counted, so that
nobody's own can be found again. A measure that is finished is kept as results alone; the last ten, the first among them.

Handlers take a form or JSON (`{"answers": {…}, "attempt": "<name on the page>"}`) and answer JSON with the block's new inside:

* `begin` (`form.moment`, `form.cooperative`), `answer` (`form.pillar`, `form.go`, and a value for each statement: `0` to `4` or
  `unknown`; with stones `<statement>.<value>`), `go` (`form.to`), `pass_on`, `finish`, `again`;
* 409 `moved_on` for a page that is no longer current, `not_now` for a step out of turn, `nothing_answered`, `closed`;
  422 `unanswered` or `unreadable_answers` with words by statement; 400 `malformed`.

`finish` publishes `coop.diagnostic.completed` and the completion; there is no grade.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Dict, Integer, List, Scope, String

from takwin_xblocks.contract.block import CoopBlock
from takwin_xblocks.contract.element import Html, error_html
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.schema import N_, Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.diagnostic.content import SCHEMA, asked_pillars, check, statement_ids
from takwin_xblocks.diagnostic.grading import BANDS, added, kept, measured, pillar_of
from takwin_xblocks.diagnostic.reading import Given, Unreadable, clean_name, read_scale, read_stones
from takwin_xblocks.diagnostic.rendering import (
    COOPERATIVE,
    GO,
    LONGEST_NAME,
    MOMENT,
    PILLAR,
    TO,
    Asked,
    Page,
    count_words,
    ending_html,
    frame,
    handed_html,
    outline_html,
    pillar_html,
    review_html,
    start_html,
    unanswered_words,
)
from takwin_xblocks.diagnostic.result import result_html
from takwin_xblocks.diagnostic.words import MOMENTS

MOST_MEASURES = 10
EVENT = "coop.diagnostic.completed"
_REFUSALS: Mapping[str, str] = {
    "moved_on": N_("That page was no longer the current one, so nothing of it was kept. Here is where you are."),
    "not_now": N_("This step is not open now. Here is where you are."),
    "nothing_answered": N_("Nothing has been answered yet."),
    "unanswered": N_("Some statements have no answer yet. What you answered is kept."),
    "unreadable_answers": N_("Nothing was kept. Look at what needs you."),
}


class CoopDiagnosticBlock(CoopBlock):
    """A diagnostic of a cooperative: what is asked is stored once, what is read is stored per language."""

    schema = SCHEMA
    script = "CoopDiagnostic"
    has_author_extras = True
    has_score = False
    icon_class = "problem"
    has_custom_completion = True
    completion_mode = "completable"

    place = String(
        help="Where the learner is: start, pillar, ending, handed, review or result.", default="start", scope=Scope.user_state
    )
    pillar = String(help="The pillar that is shown.", default="", scope=Scope.user_state)
    answers = Dict(help="Answers of this turn, by statement; null: not known.", default={}, scope=Scope.user_state)
    counts = Dict(help="How many gave 0 to 4, by statement: turns passed on, or stones.", default={}, scope=Scope.user_state)
    respondents = Integer(help="Members whose answers are counted.", default=0, scope=Scope.user_state)
    draft = Dict(help="Stones of a plain form that could not be read.", default={}, scope=Scope.user_state)
    moment = String(help="The moment of the measure under way.", default="", scope=Scope.user_state)
    cooperative = String(help="The cooperative of the measure under way, as typed.", default="", scope=Scope.user_state)
    measures = List(help="Results of finished measures: the first and the latest.", default=[], scope=Scope.user_state)
    turn = Integer(help="Turns begun: a page of an earlier turn is out of date.", default=0, scope=Scope.user_state)
    taken = String(
        help="The last step that ended a turn, so that sending it again does nothing more.", default="", scope=Scope.user_state
    )

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with a content whose form is right."""
        return check(structure, texts)

    # --- what is seen ---

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the screen where the learner is."""
        page = self._page(voice, plain_forms=plain_forms)
        if not page.pillars:
            return frame(page)
        screens = {
            "start": start_html,
            "pillar": pillar_html,
            "ending": ending_html,
            "handed": handed_html,
            "review": review_html,
            "result": result_html,
        }
        if self.is_over_for_host:
            return frame(page, result_html(page, voice) if page.measures else None)
        return frame(page, screens.get(page.place, start_html)(page, voice))

    def author_html(self, voice: Voice) -> Html:
        """Return every statement and advice, which learners meet one by one."""
        return outline_html(self._page(voice, plain_forms=True), voice)

    def public_data(self) -> dict[str, Any]:
        """Return what an app shows of the content."""
        pillars = [{"id": one.id, "name": one.name, "statements": dict(one.statements)} for one in self._asked]
        return {"group": self._group, "pillars": pillars, "intro": self.text("intro")}

    def attempt_name(self) -> str:
        """Name the turn of which this page is: nothing in it tells what was answered."""
        return f"turn-{self.turn}"

    def _page(self, voice: Voice, *, plain_forms: bool) -> Page:
        asked = self._asked
        place = "start" if self.place == "result" and not self.measures else self.place
        return Page(
            title=self.display_name or "",
            intro=self.text("intro"),
            dom_id=self.dom_id,
            group=self._group,
            place=place,
            pillars=asked,
            current=next((index for index, one in enumerate(asked) if one.id == self.pillar), 0),
            answers=self.answers,
            counts=self.counts,
            draft=self.draft,
            respondents=self.respondents,
            moment=self.moment or self._usual_moment,
            cooperative=self.cooperative,
            measures=self.measures,
            status=self._status(voice),
            is_closed=self.is_over_for_host,
            form=partial(self.form, voice=voice, plain_forms=plain_forms),
            advice={(one.id, band): self.text(one.id, "advice", band) for one in asked for band, _ in BANDS},
        )

    def _status(self, voice: Voice) -> str:
        _ = voice.words.gettext
        if not self._asked:
            return _("This diagnostic has no statement yet.")
        if self.is_over_for_host:
            return _("This is closed: it takes no more answers.")
        return _(_REFUSALS["unreadable_answers"]) if self.draft else ""

    @property
    def _asked(self) -> list[Asked]:
        return [
            Asked(
                id=pillar["id"],
                name=plain(self.text(pillar["id"], "name")),
                statements={statement: self.text(pillar["id"], statement) for statement in statement_ids(pillar)},
            )
            for pillar in asked_pillars(self.structure)
        ]

    @property
    def _group(self) -> str:
        return str(self.structure.get("group", "none"))

    @property
    def _usual_moment(self) -> str:
        return "after" if self.measures else "before"

    # --- steps ---

    @XBlock.handler
    def begin(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Begin a measure: of which cooperative, and when."""
        return self.answered(request, partial(self._step, self._begin, {"start"}))

    @XBlock.handler
    def answer(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Keep the answers to one pillar and show the next."""
        places = {"pillar", "ending"} if self._group == "turns" else {"pillar", "review"}
        return self.answered(request, partial(self._step, self._answer, places))

    @XBlock.handler
    def go(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Show another screen, if it is open from here."""
        return self.answered(request, partial(self._step, self._go, {"start", "ending", "handed", "review"}))

    @XBlock.handler
    def pass_on(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Count a member's answers and show them no more."""
        return self.answered(request, partial(self._step, self._pass_on, {"ending"}))

    @XBlock.handler
    def finish(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Finish the measure: publish its results and show them."""
        return self.answered(request, partial(self._step, self._finish, {"review"}))

    @XBlock.handler
    def again(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Open the next measure."""
        return self.answered(request, partial(self._step, self._again, {"result"}))

    def _step(
        self, act: Callable[[Submission, Voice], None], places: set[str], submission: Submission, voice: Voice
    ) -> Mapping[str, Any]:
        """Take a step if the page is current and the step is open; one that was taken already is answered alike."""
        name = f"{act.__name__}:{submission.attempt_id}"
        if submission.attempt_id and name == self.taken:
            return {"code": "done", "replayed": True}
        if submission.attempt_id != self.attempt_name():
            raise self._refusal("moved_on", voice)
        if self.place not in places or not self._asked:
            raise self._refusal("not_now", voice)
        before = self.turn
        act(submission, voice)
        if self.turn != before:
            self.taken = name
        return {"code": "done"}

    def _begin(self, submission: Submission, voice: Voice) -> None:
        moment = _one(submission, MOMENT) or self._usual_moment
        name = clean_name(_one(submission, COOPERATIVE))
        if moment not in MOMENTS:
            raise Refusal(HTTPStatus.BAD_REQUEST, "malformed")
        if len(name) > LONGEST_NAME:
            words = voice.say(voice.words.gettext("At most {most} characters."), most=LONGEST_NAME)
            raise self._unreadable("unreadable_answers", {COOPERATIVE: words}, voice)
        self.moment, self.cooperative = moment, name
        self._show_pillar(self._asked[0].id)
        self.turn += 1

    def _answer(self, submission: Submission, voice: Voice) -> None:
        ids = [one.id for one in self._asked]
        where, way = _one(submission, PILLAR), _one(submission, GO)
        if where not in ids or way not in {"next", "back"}:
            raise Refusal(HTTPStatus.BAD_REQUEST, "malformed")
        statements = list(self._asked[ids.index(where)].statements)
        if self._group == "stones":
            self._keep_stones(submission, statements, voice)
        else:
            self._keep_values(submission, statements, voice, is_whole=way == "next")
        target = ids.index(where) + (1 if way == "next" else -1)
        if target == len(ids):
            self.place = "ending" if self._group == "turns" else "review"
        else:
            self._show_pillar(ids[max(target, 0)])

    def _keep_values(self, submission: Submission, statements: list[str], voice: Voice, *, is_whole: bool) -> None:
        given = self._read(read_scale, submission, statements, voice, words=unanswered_words(voice))
        # Whatever a member chose is theirs to find again, even where something else is missing.
        self.answers = {**self.answers, **given}
        missing = [statement for statement in statements if statement not in self.answers]
        if is_whole and missing:
            raise self._unreadable("unanswered", dict.fromkeys(missing, unanswered_words(voice)), voice)

    def _keep_stones(self, submission: Submission, statements: list[str], voice: Voice) -> None:
        given = self._read(read_stones, submission, statements, voice, words=count_words(voice))
        self.counts = {**self.counts, **given}
        self.draft = {}

    def _read(
        self,
        reader: Callable[[Given, list[str]], dict[str, Any]],
        submission: Submission,
        statements: list[str],
        voice: Voice,
        *,
        words: str,
    ) -> dict[str, Any]:
        try:
            return reader(submission.answers, statements)
        except Unreadable as error:
            if not submission.by_script:
                self.draft = error.typed
            raise self._unreadable("unreadable_answers", dict.fromkeys(error.statements, words), voice) from error

    def _go(self, submission: Submission, voice: Voice) -> None:
        target = _one(submission, TO)
        ids = [one.id for one in self._asked]
        is_open = {
            "start": target == "result" and bool(self.measures),
            "ending": target in ids,
            "handed": target == ids[0] or (target == "review" and self.respondents > 0),
            "review": target == ids[0] if self._group == "turns" else target in ids,
        }[self.place]
        if not is_open:
            raise self._refusal("not_now", voice)
        if target in ids:
            self._show_pillar(target)
        else:
            self.place = target

    def _pass_on(self, submission: Submission, voice: Voice) -> None:
        del submission
        answers = self._asked_only(self.answers)
        if any(value is not None for value in answers.values()):
            self.counts = added(self.counts, answers)
            self.respondents += 1
        elif not answers:
            raise self._refusal("nothing_answered", voice)
        self.answers = {}
        self.place = "handed"
        self.turn += 1

    def _finish(self, submission: Submission, voice: Voice) -> None:
        del submission
        counts = added({}, self._asked_only(self.answers)) if self._group == "none" else self._asked_only(self.counts)
        respondents = self.respondents if self._group == "turns" else max(map(sum, counts.values()), default=0)
        if not respondents:
            raise self._refusal("nothing_answered", voice)
        pillars = [pillar_of(one.id, one.statements, counts) for one in self._asked]
        measure = {"moment": self.moment, "cooperative": self.cooperative, **measured(pillars, respondents=respondents)}
        self.measures = kept([*self.measures, measure], most=MOST_MEASURES)
        self._clear()
        self.place = "result"
        self.turn += 1
        self.runtime.publish(self, EVENT, {**measure, "language": voice.language or ""})
        self.runtime.publish(self, "completion", {"completion": 1.0})

    def _again(self, submission: Submission, voice: Voice) -> None:
        del submission, voice
        self._clear()
        self.moment = self._usual_moment
        self.place = "start"
        self.turn += 1

    def _clear(self) -> None:
        self.answers, self.counts, self.draft = {}, {}, {}
        self.respondents = 0
        self.pillar = ""

    def _show_pillar(self, pillar: str) -> None:
        self.place, self.pillar = "pillar", pillar

    def _asked_only(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was given to statements that are asked: a pillar may have been left out since."""
        asked = {statement for pillar in self._asked for statement in pillar.statements}
        return {statement: value for statement, value in given.items() if statement in asked}

    def _refusal(self, code: str, voice: Voice) -> Refusal:
        html = self.inner_html(voice, plain_forms=self._plain_forms(None))
        return Refusal(HTTPStatus.CONFLICT, code, voice.words.gettext(_REFUSALS[code]), html=html)

    @staticmethod
    def _unreadable(code: str, errors: Mapping[str, str], voice: Voice) -> Refusal:
        html = {name: error_html(words) for name, words in errors.items()}
        words = voice.words.gettext(_REFUSALS[code])
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, code, words, errors=dict(errors), errors_html=html)


def _one(submission: Submission, name: str) -> str:
    return "".join(submission.answers.get(name, [])[:1])
