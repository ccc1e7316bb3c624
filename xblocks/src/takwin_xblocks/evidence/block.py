"""Proof of field practice: a trainee tells of a visit or a session, with photos; a trainer accepts it, asks again or refuses.

Handlers take a form (`answer-<field>=…`, photos as files) or JSON; `replay` takes what waited on a phone (docs/blocks/queue.md):

* `send` sends a new piece, or corrects one that a trainer asked for again (`record`). 422 with words per field: nothing is kept
  but, of a plain form, what was typed and its photos.
* `decide` is a trainer's: `record`, `version`, `decision` (`accepted`, `asked_again`, `refused`, `taken_back`), `words`, `reason`.
* `recount` is a trainer's: it publishes anew where all stand, after its author changed how many pieces are asked for.
* `withdraw` takes a photo out of one's own piece, at any time; what was decided stays.

The grade is the share of the pieces asked for that are accepted, published in the trainee's name with each decision; with the last
piece comes `coop.attained` of kind `practical`.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Dict, Integer, Scope

from takwin_xblocks.contract.block import refused
from takwin_xblocks.contract.element import Html, element, error_html, joined
from takwin_xblocks.contract.files import uploads_of
from takwin_xblocks.contract.forms import Refusal, Submission, json_response, read_json, read_upload
from takwin_xblocks.contract.queue import Entry, QueuedBlock
from takwin_xblocks.contract.records import Record, RecordsRefused
from takwin_xblocks.contract.schema import Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence import trainee, trainer
from takwin_xblocks.evidence.content import SCHEMA, check
from takwin_xblocks.evidence.deciding import Deciding
from takwin_xblocks.evidence.facts import Photo, photo_of, read_facts
from takwin_xblocks.evidence.page import in_words_of, prompt_html, status_html
from takwin_xblocks.evidence.presets import preset, presets_html
from takwin_xblocks.evidence.rounds import (
    KIND,
    Round,
    data_of,
    files_in,
    moment,
    rounds_of,
    without_photo,
)
from takwin_xblocks.evidence.sending import PHOTOS, Sending, draft_of, kept_photos
from takwin_xblocks.evidence.words import error_words, refusal_words

MORE_THAN_ASKED = 3
"""Pieces that are taken beyond those asked for: they may have been made where no page could say that it was enough."""


class CoopEvidenceBlock(QueuedBlock, Deciding):
    """Evidence of practice: so many pieces, each judged by a trainer."""

    schema = SCHEMA
    script = "CoopEvidence"
    settings_in_form: ClassVar[tuple[str, ...]] = ("display_name", "weight")
    has_score = True
    icon_class = "problem"
    has_custom_completion = True
    completion_mode = "completable"
    work_views: ClassVar[tuple[str, ...]] = ("field_view", "judge_view", "print_view")
    queue_kinds = (KIND,)

    draft = Dict(help="What a plain form sent and was refused, to show it again.", default={}, scope=Scope.user_state)
    sent = Integer(help="How many times this learner has sent something.", default=0, scope=Scope.user_state)

    is_sample = False
    """Whether its author looks at it, not somebody who learns or judges."""
    _stays_open = False

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with a content whose form is right."""
        return check(structure, texts)

    def public_data(self) -> dict[str, Any]:
        """Return what an app needs to show what is asked."""
        asked = self.asked
        return {"pieces": asked.pieces, "photos": asked.photos, "parts": dict(asked.demands), "texts": dict(self.texts)}

    # --- pages ---

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return a trainee's own pieces, or what waits for a trainer."""
        title = element("h3", self.display_name, class_="coop__title", dir="auto") if self.display_name else None
        if self.is_sample:  # what its author looks at is what trainees will fill in
            return in_words_of(voice, title, prompt_html(self), trainer.as_trainees_see(self, voice))
        if self.records.is_judge and self.work_url("field_view") and self.learns_here:  # trains one cohort, learns in another
            title = joined(title, trainee.trainee_html(self, voice, plain_forms=plain_forms))
        shown = trainer.trainer_html if self.records.is_judge else trainee.trainee_html
        below = prompt_html(self, is_folded=self.records.is_judge), shown(self, voice, plain_forms=plain_forms)
        return in_words_of(voice, title, status_html(self, voice), self.fallback_note(voice), *below)

    def field_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the trainee's form alone, which works without network; `context["record"]` is the piece to correct."""
        voice = self.voice(context)
        key = str((context or {}).get("record", ""))
        return self._page(voice, trainee.field_html(self, voice, key, plain_forms=self._plain_forms(context)))

    def judge_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show a trainer one piece (`context["record"]`) with what can be decided."""
        voice = self.voice(context)
        key = str((context or {}).get("record", ""))
        return self._page(voice, trainer.judge_html(self, voice, key, plain_forms=self._plain_forms(context)))

    def print_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show trainers whom accepted evidence reached, and its table."""
        voice = self.voice(context)
        return self._page(voice, trainer.table_html(self, voice))

    # --- the author's form ---

    def studio_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the author's form, and above one that nobody has begun the ready tasks."""
        self.is_sample = True
        fragment = super().studio_view(context)
        if not self.texts:
            url = self.runtime.handler_url(self, "studio_preset")
            fragment.content = presets_html(self.voice(context), url=url) + fragment.content
            fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/evidence.js"))
        return fragment

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show its author what trainees will fill in."""
        self.is_sample = True
        return super().author_view(context)

    def twin(self, values: Mapping[str, Any]) -> Any:
        """Return a block like this one for the preview of the author's form."""
        made = super().twin(values)
        made.is_sample = True
        return made

    @XBlock.handler
    def studio_preset(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Begin with a ready task. Refuses (404) what is not ready, and (409 `begun`) where something is written already."""
        voice = self.voice()
        try:
            title, content = preset(read_json(request).get("preset"), voice, is_begun=bool(self.texts))
        except Refusal as refusal:
            return refused(refusal, voice)
        self.structure, self.texts = content.structure, content.texts
        self.display_name = self.display_name or title
        return json_response({"code": "saved", "message": voice.words.gettext("Filled in.")})

    def _page(self, voice: Voice, inner: Html) -> Fragment:
        return self._fragment(self._root(voice, in_words_of(voice, inner)))

    # --- handlers ---

    @XBlock.handler
    def send(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Send a piece of evidence, or correct one."""
        return self.answered(request, self._send, read=read_upload)

    @XBlock.handler
    def decide(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Judge a piece of evidence; closing dates are not for trainers."""
        self._stays_open = True
        return self.answered(request, self._decide)

    @XBlock.handler
    def recount(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Publish anew where all trainees stand, after how many pieces are asked for was changed."""
        self._stays_open = True
        return self.answered(request, self._recount)

    @XBlock.handler
    def withdraw(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Take a photo out of one's own piece, also after the end of the course: it is theirs."""
        self._stays_open = True
        return self.answered(request, self._withdraw)

    def refuse_when_closed(self, voice: Voice) -> None:
        """Refuse (409 `closed`) once the host takes no more answers here, but for what may be done at any time."""
        if not self._stays_open:
            super().refuse_when_closed(voice)

    # --- what waited on a phone ---

    def stamp_of(self, entry: Entry) -> Mapping[str, Any] | None:
        """Return the stamp that one's own pieces hold of this entry."""
        stamps = (one.stamp for record in self.own_records() for one in rounds_of(record.data) if one.stamp)
        return next((stamp for stamp in stamps if stamp.get("id") == entry.id), None)

    def take(self, entry: Entry, voice: Voice) -> Mapping[str, Any]:
        """Take a piece, or its correction, that waited on a phone."""
        self.refuse_when_closed(voice)
        return self._send(entry.submission(), voice, stamp=entry.stamp())

    # --- sending ---

    def _send(self, submission: Submission, voice: Voice, stamp: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        own = self.own_records()
        sending = Sending(submission)
        done = {"code": "sent", "message": voice.words.gettext("Sent. A trainer will look at it.")}
        if stamp is None and any(one.digest == sending.digest for record in own for one in rounds_of(record.data)):
            return {**done, "code": "replayed"}
        record = self._piece_to_correct(sending.record, own, voice)
        attached = tuple(one for one in self.attached(record) if one.file not in sending.left_out)
        try:
            uploads = uploads_of(submission, PHOTOS, voice=voice) if self.files is not None else ()
        except Refusal as refusal:
            if not submission.by_script:
                self.draft = draft_of(sending, attached, said=refusal.words)
            raise
        new = [Photo(file=f"new-{index}") for index, _one in enumerate(uploads)]
        reading = read_facts(sending.typed, self.asked, [*attached, *new], takes_photos=self.files is not None)
        if reading.codes:
            if not submission.by_script:  # the page that comes next must show what was given; a script's page still does
                self.draft = draft_of(sending, kept_photos(attached, uploads, self.files, voice))
            raise self._unreadable(reading.codes, voice)
        photos = kept_photos(attached, uploads, self.files, voice)
        facts = read_facts(sending.typed, self.asked, photos, takes_photos=False).facts
        key = self._keep(record, Round(facts=facts, at=moment(), stamp=stamp, digest=sending.digest), stamp, voice)
        self._forget_draft()
        self.sent += 1
        self.last = {} if submission.by_script else {"code": "sent", "record": key}  # a script says it at once
        return done

    def _piece_to_correct(self, key: str, own: tuple[Record, ...], voice: Voice) -> Record | None:
        """Return one's own piece that a trainer asked for again; None for a new one. Refuses what is neither."""
        if key:
            record = next((one for one in own if one.key == key), None)
            if record is None:
                raise Refusal(HTTPStatus.NOT_FOUND, "not_there", refusal_words(voice, "not_there"))
            if record.state != "returned":
                raise Refusal(HTTPStatus.CONFLICT, "not_returned", refusal_words(voice, "not_returned"))
            return record
        counted = sum(record.state != "refused" for record in own)
        most = self.asked.pieces + MORE_THAN_ASKED
        if counted >= most or len(own) >= 3 * most:
            raise Refusal(HTTPStatus.CONFLICT, "enough", refusal_words(voice, "enough"))
        return None

    def _keep(self, record: Record | None, new: Round, stamp: Mapping[str, Any] | None, voice: Voice) -> str:
        """Keep a round with its piece, and return the piece's key."""
        self.enter()
        try:
            if record is not None:
                return self.records.amend(record, state="waiting", judge=None, data=data_of((*rounds_of(record.data), new))).key
            key = str(stamp["id"]) if stamp else self._free_key()
            return self.records.add(key, kind=KIND, state="waiting", learner=self.records.me, data=data_of((new,))).key
        except RecordsRefused as refused:
            if refused.code != "full":
                raise Refusal(HTTPStatus.CONFLICT, "not_there", refusal_words(voice, "not_there")) from refused
            raise Refusal(HTTPStatus.CONFLICT, "full", refusal_words(voice, "full")) from refused

    def _free_key(self) -> str:
        number = len(self.own_records()) + 1
        while self.records.get(f"{self.person_mark}-{number}") is not None:
            number += 1
        return f"{self.person_mark}-{number}"

    def _unreadable(self, codes: Mapping[str, str], voice: Voice) -> Refusal:
        said = {name: error_words(voice, code, most=self.asked.photos) for name, code in codes.items()}
        return Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unreadable",
            refusal_words(voice, "unreadable"),
            errors=said,
            errors_html={name: error_html(words) for name, words in said.items()},
        )

    def _forget_draft(self) -> None:
        """Forget what was refused before, and give up its photos that were left out in the end."""
        held = {file for record in self.own_records() for file in files_in(rounds_of(record.data))}
        for photo in self.draft.get("photos", ()):
            if self.files is not None and photo.get("file") not in held:
                self.files.drop(str(photo.get("file")))
        self.draft = {}

    # --- withdrawing ---

    def _withdraw(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        sent = Sending(submission).typed
        key, file = sent.get("record", ""), sent.get("photo", "")
        record = next((one for one in self.own_records() if one.key == key), None)
        if record is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "not_there", refusal_words(voice, "not_there"))
        rounds = rounds_of(record.data)
        if not file or file not in set(files_in(rounds)):
            raise Refusal(HTTPStatus.CONFLICT, "withdrawn", refusal_words(voice, "withdrawn"))
        self.records.amend(record, data=data_of(without_photo(rounds, file)))
        if self.files is not None and not any(
            file in set(files_in(rounds_of(one.data))) for one in self.own_records() if one.key != key
        ):
            self.files.drop(file)
        self.last = {} if submission.by_script else {"code": "withdrawn"}
        return {"code": "withdrawn", "message": voice.words.gettext("The photo is withdrawn. What was decided stays.")}

    # --- small facts ---

    def own_records(self) -> tuple[Record, ...]:
        """Return the pieces of whoever is here, the oldest first."""
        return self.records.list(kind=KIND, learner=self.records.me)

    def attached(self, record: Record | None) -> tuple[Photo, ...]:
        """Return the photos that the form has already: those of a refused form, else those of the round to be corrected."""
        if self.draft and self.draft.get("record", "") == (record.key if record else ""):
            return tuple(photo_of(one) for one in self.draft.get("photos", ()))
        rounds = rounds_of(record.data) if record else ()
        return tuple(one for one in rounds[-1].facts.photos if one.file) if rounds else ()
