"""A face-to-face session: each trainee shows a personal QR, the trainer's phone scans it with no network, hours count.

Pages: a trainee sees their card and the hours attended; a trainer has `field_view` (the phone in the hall), `judge_view` (the
register: who was where, codes of strangers, guests) and `print_view` (sign-in sheets, cards).

Handlers, plain forms all, and `replay` for what waited on a phone (kinds `checkin`, `guest`, `undo`):

* `check_in` takes `slot` and `code` or `learner`; `add_guest` a `slot` and who it is; `take_back` the `key` of a row and a `reason`;
* `assign`, `welcome` and `dismiss` say whose a stranger's code was;
* `card` makes a trainee known to a host that names nobody; `recount` publishes all hours anew;
* `roster` answers the list as JSON, `csv` the register as a file.

A row is one learner and half-day, however often and in whatever order phones send (`rows`). Hours are published in the learner's
name: `grade`, `completion`, and `coop.attained` of kind `attendance`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any, ClassVar

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Dict, Scope

from takwin_xblocks.attendance.card import Session
from takwin_xblocks.attendance.codes import LONGEST
from takwin_xblocks.attendance.content import SCHEMA, check, half_days_of
from takwin_xblocks.attendance.pages import Pages
from takwin_xblocks.attendance.people import FETCHED, roll_data, roll_of
from takwin_xblocks.attendance.register import Guest, NotTaken, Register, Taken, guest_key, read_guest
from takwin_xblocks.attendance.table import csv_of
from takwin_xblocks.attendance.words import outcome_words, refusal_words
from takwin_xblocks.contract.block import refused
from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.forms import Refusal, Submission, json_response
from takwin_xblocks.contract.judged import JudgedBlock
from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.queue import Entry, QueuedBlock
from takwin_xblocks.contract.records import PersonId, RecordsRefused
from takwin_xblocks.contract.schema import Fault
from takwin_xblocks.contract.voice import Voice

_BY_HAND = uuid.UUID("6f0c1c1e-6a5b-4d0a-9a49-2f6a5a0f7c11")
_REFUSED: Mapping[str, HTTPStatus] = {"not_yours": HTTPStatus.FORBIDDEN, "yourself": HTTPStatus.FORBIDDEN}


class CoopAttendanceBlock(QueuedBlock, JudgedBlock):
    """A face-to-face session: who was there, and for how many hours."""

    schema = SCHEMA
    script = "CoopAttendance"
    has_score = True
    icon_class = "other"
    has_custom_completion = True
    completion_mode = "completable"
    work_views: ClassVar[tuple[str, ...]] = ("field_view", "judge_view", "print_view")
    queue_kinds: ClassVar[tuple[str, ...]] = ("checkin", "guest", "undo")
    said = Dict(help="What a plain form was answered last: words, refused.", default={}, scope=Scope.user_state)
    is_sample = False
    """Whether an author looks: then the page shows a made-up card and nobody's names."""

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with a content whose form is right."""
        return check(structure, texts)

    def max_score(self) -> float:
        """Return the hours of all half-days; a host asks this of a block that stands in no page, too."""
        return float(self.session.hours)

    def public_data(self) -> dict[str, Any]:
        """Return what an app needs to show when and where the session is."""
        return {"halfdays": list(self.structure.get("halfdays", ())), "texts": dict(self.texts)}

    @property
    def session(self) -> Session:
        """What the author says of the session."""
        return Session(
            title=self.display_name or "",
            place=plain(self.text("place")),
            organiser=plain(self.text("organiser")),
            intro=self.text("intro"),
            half_days=half_days_of(self.structure, self.texts),
        )

    @property
    def register(self) -> Register:
        """The register as whoever acts may write it."""
        return Register(self.records, half_days_of(self.structure, self.texts))

    # --- views ---

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the trainee's card and hours, or what trainers do here."""
        return Pages(self, voice, plain_forms=plain_forms).learner_or_trainer()

    def studio_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the author's form, with a preview that names nobody."""
        self.is_sample = True
        return super().studio_view(context)

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the block as a trainee meets it, with a made-up card."""
        self.is_sample = True
        return super().author_view(context)

    def twin(self, values: Mapping[str, Any]) -> Any:
        """Return a block like this one for the author's preview."""
        made = super().twin(values)
        made.is_sample = True
        return made

    def field_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the phone's page in the hall, to those who judge here."""
        return self._work_view(context, Pages.field)

    def judge_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the register, to those who judge here."""
        return self._work_view(context, Pages.book)

    def print_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show sign-in sheets or cards, to those who judge here."""
        return self._work_view(context, Pages.paper)

    def _work_view(self, context: Mapping[str, Any] | None, page: Callable[[Pages], Html]) -> Fragment:
        voice = self.voice(context)
        if not self.records.is_judge:
            words = voice.words.gettext("This page is for those who train this group.")
            return self._fragment(self._root(voice, element("p", words, class_="coop__note")))
        query = (context or {}).get("query") or {}
        pages = Pages(self, voice, plain_forms=self._plain_forms(context), query=query)
        return self._fragment(self._root(voice, page(pages)))

    # --- handlers ---

    @XBlock.handler
    def check_in(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Write down who is here, by code or by name."""
        return self._acted(request, lambda sent: self._check_in(_one(sent), self._by_hand(sent), how=_how(sent)))

    @XBlock.handler
    def add_guest(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Write down a guest without an account."""
        return self._acted(request, lambda sent: self._guest(_one(sent), self._by_hand(sent)))

    @XBlock.handler
    def take_back(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Take back all that a row holds now, with a reason."""
        return self._acted(request, self._take_back)

    @XBlock.handler
    def assign(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Say whose code a stranger's was."""
        return self._acted(request, self._assign)

    @XBlock.handler
    def welcome(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Make a stranger a guest."""
        return self._acted(
            request,
            lambda sent: self.register.welcome(_one(sent).get("key", ""), read_guest(_one(sent)), stamp=self._by_hand(sent)),
        )

    @XBlock.handler
    def dismiss(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Set a stranger's code aside: it was no card."""
        return self._acted(request, self._dismiss)

    @XBlock.handler
    def recount(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Publish everybody's hours anew, after half-days were changed."""
        return self._acted(request, self._recount)

    @XBlock.handler
    def card(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Make oneself known to a host that names nobody, and get a code."""
        return self.answered(request, self._card)

    @XBlock.handler
    def roster(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Return the list for a phone, a part at a time (`after`)."""
        if not self.records.is_judge:
            return self._refused_page()
        after = str(request.params.get("after", ""))
        roll = roll_of(self.records, self.register, self.session.half_days, after=after, limit=FETCHED)
        return json_response({"code": "roster", **roll_data(roll)})

    @XBlock.handler
    def csv(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Return the register as a file for a spreadsheet (`group`)."""
        if not self.records.is_judge:
            return self._refused_page()
        text = csv_of(self.records, self.register, self.session, self.voice(), group=str(request.params.get("group", "")))
        response = Response(text.encode("utf-8-sig"), content_type="text/csv", charset="utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="attendance.csv"'
        response.headers["Cache-Control"] = "no-store"
        return response

    # --- what waited on a phone ---

    def stamp_of(self, entry: Entry) -> Mapping[str, Any] | None:
        """Return the stamp that is stored of an entry with this id."""
        register = self.register
        if not self.records.is_judge:
            return None
        if entry.kind == "undo":
            key = entry.text("key")
        elif entry.kind == "guest":
            try:
                key = guest_key(entry.text("slot"), read_guest(_texts(entry)))
            except NotTaken:
                return None
        else:
            key = register.key_for(entry.text("slot"), code=entry.text("code"), learner=entry.text("learner"))
        return register.stamp_of(key, entry.id)

    def take(self, entry: Entry, voice: Voice) -> Mapping[str, Any]:
        """Write an entry of the phone into the register."""
        sent = _texts(entry)
        stamp = entry.stamp()
        try:
            if entry.kind == "guest":
                taken = self._guest(sent, stamp)
            elif entry.kind == "undo":
                taken = self.register.undo(sent.get("key", ""), of=entry.texts("of"), reason=sent.get("reason", ""), stamp=stamp)
            else:
                taken = self._check_in(sent, stamp, how=sent.get("how", ""))
        except NotTaken as refusal:
            raise _refusal(refusal.code, refusal_words(voice, refusal.code)) from refusal
        self._tell(taken)
        return self._told(taken, voice)

    # --- acts ---

    def _acted(self, request: Request, act: Callable[[Submission], Taken]) -> Response:
        def acted(submission: Submission, voice: Voice) -> Mapping[str, Any]:
            try:
                taken = act(submission)
            except (NotTaken, RecordsRefused) as refusal:
                words = refusal_words(voice, refusal.code)
                self._say(submission, words, refused=True)
                raise _refusal(refusal.code, words) from refusal
            self._tell(taken)
            told = self._told(taken, voice)
            self._say(submission, told["message"])
            html = self._shown_again(_one(submission).get("view", ""), voice)
            return {"code": "noted", **told, **({} if html is None else {"html": html})}

        return self.answered(request, acted)

    def _check_in(self, sent: Mapping[str, str], stamp: Mapping[str, Any], *, how: str) -> Taken:
        slot, learner = sent.get("slot", ""), sent.get("learner", "")
        if learner:
            return self.register.take_learner(slot, learner, how="ticked", stamp=stamp)
        return self.register.take_code(slot, sent.get("code", "")[:LONGEST], how=how, stamp=stamp)

    def _guest(self, sent: Mapping[str, str], stamp: Mapping[str, Any]) -> Taken:
        return self.register.take_guest(sent.get("slot", ""), read_guest(sent), how="typed", stamp=stamp)

    def _take_back(self, submission: Submission) -> Taken:
        sent = _one(submission)
        return self.register.undo(sent.get("key", ""), of=None, reason=sent.get("reason", ""), stamp=self._by_hand(submission))

    def _assign(self, submission: Submission) -> Taken:
        sent = _one(submission)
        learner = sent.get("learner", "") or self._named(sent.get("who", ""))
        return self.register.assign(sent.get("key", ""), learner, stamp=self._by_hand(submission))

    def _named(self, name: str) -> str:
        """Return the one learner of this name. Refuses (`NotTaken`) none and several."""
        wanted = " ".join(name.split())
        found = self.records.people(search=wanted, limit=20) if wanted else {}
        exact = [one for one in found.values() if one.name.casefold() == wanted.casefold()] or list(found.values())
        if len(exact) != 1:
            raise NotTaken("which_one")
        return str(exact[0].id)

    def _dismiss(self, submission: Submission) -> Taken:
        record = self.register.dismiss(_one(submission).get("key", ""))
        return Taken(outcome="undone", record=record)

    def _recount(self, _submission: Submission) -> Taken:
        if not self.records.is_judge:
            raise NotTaken("not_yours")
        register = self.register
        noted = register.noted()
        for learner, hours in register.hours_of_all(noted).items():
            if self.records.may_judge(learner):
                self._publish(learner, hours)
        if not noted:
            raise NotTaken("gone")
        return Taken(outcome="recounted", record=noted[0])

    def _card(self, _submission: Submission, voice: Voice) -> Mapping[str, Any]:
        self.enter()
        return {"code": "card", "message": voice.words.gettext("Here is your card.")}

    def _by_hand(self, submission: Submission) -> dict[str, Any]:
        """Return the stamp of a form that no phone's queue numbered: the same form sent again is the same check-in."""
        name = uuid.uuid5(_BY_HAND, f"{self.records.me}|{submission.attempt_id}|{sorted(_one(submission).items())}")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return {"id": str(name), "seq": 0, "device": "", "digest": "", "made_at": "", "received_at": now, "clock_off": False}

    def refuse_when_closed(self, voice: Voice) -> None:
        """Take check-ins whenever they come: a phone may be without a network for longer than a session is open."""

    def attempt_name(self) -> str:
        """Name the next sending from this page: whoever is noted, taken back and noted again was noted twice."""
        return uuid.uuid4().hex[:16]

    # --- telling the host, and the page ---

    def _tell(self, taken: Taken) -> None:
        if taken.changed and taken.person is not None:
            self._publish(taken.person.id, self.register.hours(taken.person.id))

    def _publish(self, learner: PersonId, attended: Decimal) -> None:
        hours, possible = float(attended), self.max_score()
        if possible > 0:
            self.give_grade(learner, hours, possible)
            self.give_completion(learner, min(hours / possible, 1.0))
        self.give_attained(learner, "attendance", hours or None)

    def _say(self, submission: Submission, words: str, *, refused: bool = False) -> None:
        """Keep the answer for the page that comes next where no script shows it."""
        said = {} if submission.by_script else {"words": words, "refused": refused}
        if said != self.said:
            self.said = said

    def _told(self, taken: Taken, voice: Voice) -> dict[str, Any]:
        if taken.outcome == "recounted":
            return {"message": voice.words.gettext("All hours were counted again.")}
        name = taken.person.name if taken.person is not None else _guest_name(taken)
        return {
            "message": outcome_words(voice, taken.outcome, name),
            "outcome": taken.outcome,
            "learner": str(taken.person.id) if taken.person is not None else "",
            "name": name,
            "key": taken.record.key,
        }

    def _shown_again(self, view: str, voice: Voice) -> Html | None:
        page = {"field_view": Pages.field, "judge_view": Pages.book}.get(view)
        if page is None or self.work_url(view) is None:
            return None
        return page(Pages(self, voice, plain_forms=self._plain_forms(None)))

    def _refused_page(self) -> Response:
        voice = self.voice()
        return refused(_refusal("not_yours", refusal_words(voice, "not_yours")), voice)


def _refusal(code: str, words: str) -> Refusal:
    return Refusal(_REFUSED.get(code, HTTPStatus.UNPROCESSABLE_ENTITY), code, words)


def _one(submission: Submission) -> dict[str, str]:
    return {name: given[0] if given else "" for name, given in submission.fields.items()}


def _how(submission: Submission) -> str:
    return "typed" if _one(submission).get("how") != "scan" else "scan"


def _texts(entry: Entry) -> dict[str, str]:
    return {name: entry.text(name) for name in entry.data}


def _guest_name(taken: Taken) -> str:
    told = next((one.get("guest") for one in taken.record.data.get("entries", ()) if one.get("guest")), None)
    return Guest(**told).name if told else ""
