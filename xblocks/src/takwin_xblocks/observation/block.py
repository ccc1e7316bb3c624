"""The observation: several people watch a trainee at work, mark what they see item by item, and a trainer publishes what it comes to.

A trainer's sheet counts at once; a peer's waits (record kind `observation`, state `waiting`) until a trainer counts it or sets it
aside. Nobody observes themselves, and a trainee never says who observes them. What was published is one record of kind `result`.

Handlers take a form (`answer-<field>=…`):

* `observe` (anybody who may): `trainee` or `code`, `level-<item>`, `note-<item>`, `remark`, `seconds`; 422 `unmarked`, `nobody`,
  `unknown`, `unknown_code`; 403 `self`, `trainers_only`. The same from a phone's queue: `replay`, entries of kind `observation`.
* `count`, `set_aside` (`trainee`, `sheet`), `decide` (`basis`, `reason`), `publish_result` (`trainee`): trainers of this trainee
  alone (403 `not_yours`); 409 `decision_needed`, `nothing_counted`, `last_counted`, `trainer_counts`; 404 `gone`.

Events, all in the trainee's name: `grade`, `completion`, `coop.attained` (kind `observation`, the level).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Float, Scope

from takwin_xblocks.contract.attempts import digest_of
from takwin_xblocks.contract.element import Html, error_html
from takwin_xblocks.contract.forms import Refusal, Submission, json_response
from takwin_xblocks.contract.judged import JudgedBlock
from takwin_xblocks.contract.queue import Entry, QueuedBlock, stamp_in
from takwin_xblocks.contract.records import PersonId, RecordsRefused
from takwin_xblocks.contract.schema import N_, Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.observation import judging
from takwin_xblocks.observation.content import SCHEMA, check, items_of, minutes_of, peers_may, rules_of
from takwin_xblocks.observation.dossier import Dossier, score_of
from takwin_xblocks.observation.grading import Rules
from takwin_xblocks.observation.pages import IN_FIELD, IN_JUDGING, Pages
from takwin_xblocks.observation.presets import preset_body, presets_html
from takwin_xblocks.observation.sheets import LEVEL, OBSERVATION, Marked, SheetRefused, read_marked, tidy
from takwin_xblocks.observation.words import refused_words


class CoopObservationBlock(QueuedBlock, JudgedBlock):
    """A live observation by several people."""

    schema = SCHEMA
    script = "CoopObservation"
    settings_in_form = ("display_name", "weight")
    work_views: ClassVar[tuple[str, ...]] = ("judge_view", "field_view")
    queue_kinds: ClassVar[tuple[str, ...]] = (OBSERVATION,)
    has_score = True
    icon_class = "problem"
    has_custom_completion = True
    completion_mode = "completable"
    is_sample = False
    """Whether an author looks: then the page shows what trainees prepare with, and nobody's names."""

    weight = Float(
        display_name=N_("Weight"),
        help=N_("Points in the course for a full score; empty: as many as the list gives."),
        default=None,
        values={"min": 0},
        scope=Scope.settings,
    )

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with a content whose form is right."""
        return check(structure, texts)

    def public_data(self) -> dict[str, Any]:
        """Return what an app needs to show what is observed."""
        return {"items": list(items_of(self.structure)), "minutes": minutes_of(self.structure), "texts": dict(self.texts)}

    def max_score(self) -> float:
        """Return the points in the course."""
        return float(self._rules.most) if self.weight is None else float(self.weight)

    # --- pages ---

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return what the reader's part in it is: a trainee's preparation or result, a trainer's list."""
        return Pages(self, voice, plain_forms=plain_forms).unit()

    def field_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the observer's form, to be used where there is no network."""
        asked = {name: str((context or {}).get(name) or "") for name in ("group", "search")}
        return self._page(context, lambda pages: pages.field(**asked))

    def judge_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show a trainer all sheets of the trainee whom a record is about (`context["record"]`)."""
        return self._page(context, lambda pages: pages.judging_record((context or {}).get("record")))

    def studio_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the author's form, and above it the checklist that is ready to begin with."""
        self.is_sample = True
        fragment = super().studio_view(context)
        url = self.runtime.handler_url(self, "studio_preset")
        fragment.content = presets_html(self.voice(context), url=url, folded=bool(items_of(self.structure))) + fragment.content
        fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/observation.js"))
        return fragment

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show what trainees prepare with."""
        self.is_sample = True
        return super().author_view(context)

    def twin(self, values: Mapping[str, Any]) -> Any:
        """Return a block like this one for the author's preview."""
        made = super().twin(values)
        made.is_sample = True
        return made

    def _page(self, context: Mapping[str, Any] | None, inside: Callable[[Pages], Html]) -> Fragment:
        voice = self.voice(context)
        return self._fragment(self._root(voice, inside(Pages(self, voice, plain_forms=self._plain_forms(context)))))

    # --- observing ---

    @XBlock.handler
    def observe(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Take a sheet that came by a plain form."""
        return self.answered(request, self._act(self._observe))

    @XBlock.handler
    def take_part(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Make a trainee known to this block, where the host does not say who learns here."""
        return self.answered(request, self._act(self._take_part))

    def stamp_of(self, entry: Entry) -> Mapping[str, Any] | None:
        """Return the stamp that is kept of an entry of this observer."""
        record = self.records.get(self._key(entry.id))
        return stamp_in(record.data, entry.id) if record is not None else None

    def take(self, entry: Entry, voice: Voice) -> Mapping[str, Any]:
        """Take a sheet that waited on a phone."""
        try:
            learner, marked = self._read(entry.submission())
            words = self._keep(self._key(entry.id), learner, marked, entry.stamp(), voice)
        except (Refusal, SheetRefused) as refusal:
            raise self._said(refusal, voice) from refusal
        return {"message": words}

    def _observe(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        learner, marked = self._read(submission)
        digest = digest_of({**{name: list(given) for name, given in submission.answers.items()}, "learner": [str(learner)]})
        name = f"form-{_first(submission, 'sheet')[:64]}-{digest}"
        page = _first(submission, "page")
        if self.records.get(self._key(name)) is not None:
            return {"code": "replayed", "message": voice.words.gettext("The observation is kept."), "html": self._html(page, voice)}
        stamp = {"id": name, "digest": digest, "seq": judging.next_number(self.records, learner)}
        words = self._keep(self._key(name), learner, marked, stamp, voice)
        return {"code": "kept", "message": words, "html": self._html(page, voice)}

    def _take_part(self, _submission: Submission, voice: Voice) -> Mapping[str, Any]:
        self.enter()
        return {"code": "known", "message": voice.words.gettext("You take part.")}

    def _read(self, submission: Submission) -> tuple[PersonId, Marked]:
        self.enter()
        may = peers_may(self.structure)
        learner = judging.trainee_of(self.records, _first(submission, "trainee"), _first(submission, "code"), peers_may=may)
        if not self._rules.items:
            raise judging.refused("not_written")
        return learner, read_marked(submission.answers, self._rules)

    def _keep(self, key: str, learner: PersonId, marked: Marked, stamp: Mapping[str, Any], voice: Voice) -> str:
        kept = judging.add_sheet(self.records, key, learner, marked, stamp)
        if kept.is_counted:
            judging.publish_again(self.records, learner, self._rules, self._tell)
            return voice.words.gettext("The observation is kept and counts.")
        return voice.words.gettext("The observation is kept. It counts once a trainer has looked at it.")

    def _key(self, name: str) -> str:
        """Return the key of a sheet: with its observer, so that nobody meets another's by its name."""
        return f"{OBSERVATION}-{self.records.me}-{name}"

    # --- judging ---

    @XBlock.handler
    def count(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Count a peer's sheet."""
        return self.answered(request, self._act(self._count))

    @XBlock.handler
    def set_aside(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Let a peer's sheet not count."""
        return self.answered(request, self._act(self._set_aside))

    @XBlock.handler
    def decide(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Keep which sheet holds where observers differ by too much, and why."""
        return self.answered(request, self._act(self._decide))

    @XBlock.handler
    def publish_result(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Tell the trainee and the gradebook what the sheets come to."""
        return self.answered(request, self._act(self._publish))

    def _count(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        dossier = judging.count(self.records, self._dossier(submission), _first(submission, "sheet"), self._tell)
        words = voice.words.gettext("It counts.")
        return self._judged("counted", f"{words} {self._standing(dossier, voice)}".strip(), submission, voice)

    def _set_aside(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        judging.set_aside(self.records, self._dossier(submission), _first(submission, "sheet"), self._tell)
        return self._judged("set_aside", voice.words.gettext("It is set aside; it is kept all the same."), submission, voice)

    def _decide(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        basis, reason = _first(submission, "basis"), tidy(_first(submission, "reason"))
        judging.decide(self.records, self._dossier(submission), basis, reason)
        return self._judged("decided", voice.words.gettext("Your decision is kept. Now publish the result."), submission, voice)

    def _publish(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        judging.publish(self.records, self._dossier(submission), self._tell)
        return self._judged("published", voice.words.gettext("The result is published: the trainee sees it."), submission, voice)

    def _dossier(self, submission: Submission) -> Dossier:
        return judging.to_judge(self.records, judging.person_id(_first(submission, "trainee")), self._rules)

    def _judged(self, code: str, message: str, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        page, learner = _first(submission, "page"), judging.person_id(_first(submission, "trainee"))
        return {"code": code, "message": message, "html": self._html(page, voice, learner=learner)}

    @staticmethod
    def _standing(dossier: Dossier, voice: Voice) -> str:
        result = dossier.result
        if result is not None and not result.can_be_published:
            return voice.words.gettext("The observers differ by too much now: decide which sheet holds.")
        return voice.words.gettext("The result was published anew.") if dossier.published and dossier.is_current else ""

    def _tell(self, dossier: Dossier) -> None:
        """Tell the host what was published, in the trainee's name."""
        published = dossier.published
        if published is None:
            return
        share = score_of(published) / published["most"]
        earned = min(float(share * round(self.max_score() * 1000) / 1000), self.max_score())
        self.give_grade(dossier.learner, earned, self.max_score())
        self.give_completion(dossier.learner, 1.0)
        self.give_attained(dossier.learner, "observation", float(published["level"]))

    # --- small things ---

    def refuse_when_closed(self, voice: Voice) -> None:
        """Refuse what comes too late from trainees: closing days don't hold for those who judge."""
        if not self.records.is_judge:
            super().refuse_when_closed(voice)

    def _act(self, act: Callable[[Submission, Voice], Mapping[str, Any]]) -> Callable[[Submission, Voice], Mapping[str, Any]]:
        """Return an act whose refusals are told in words."""

        def acted(submission: Submission, voice: Voice) -> Mapping[str, Any]:
            try:
                return act(submission, voice)
            except (Refusal, RecordsRefused, SheetRefused) as refusal:
                raise self._said(refusal, voice) from refusal

        return acted

    def _said(self, refusal: Exception, voice: Voice) -> Refusal:
        if isinstance(refusal, Refusal):
            refusal.words = refusal.words or refused_words(voice, refusal.code)
            return refusal
        if isinstance(refusal, RecordsRefused):
            return Refusal(HTTPStatus.CONFLICT, refusal.code, refused_words(voice, refusal.code))
        codes = refusal.codes if isinstance(refusal, SheetRefused) else {}
        first = "unmarked" if "unmarked" in codes.values() else next(iter(codes.values()), "unmarked")
        errors = {name: refused_words(voice, code) for name, code in codes.items()}
        marks = {
            name: error_html(voice.words.gettext("Mark this item.") if name.startswith(LEVEL) else words)
            for name, words in errors.items()
        }
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, first, refused_words(voice, first), errors=errors, errors_html=marks)

    def _html(self, page: str, voice: Voice, *, learner: PersonId | None = None) -> str:
        """Return the inside of the page from which something was sent."""
        pages = Pages(self, voice, plain_forms=self._plain_forms(None))
        if page == IN_JUDGING and learner is not None:
            inside = pages.judging(learner)
        else:
            inside = pages.field() if page == IN_FIELD else pages.unit()
        return self._addressed(inside)

    @property
    def _rules(self) -> Rules:
        return rules_of(self.structure)

    # --- the author's form ---

    @XBlock.handler
    def studio_preset(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Answer with the ready checklist in the language asked for, as the author's form takes it; nothing is kept."""
        return json_response({"code": "preset", "body": preset_body(request.params.get("language", ""))})


def _first(submission: Submission, name: str) -> str:
    given = submission.answers.get(name) or [""]
    return given[0]
