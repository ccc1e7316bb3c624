"""The accompaniment plan: one page that a cooperative and its adviser write together, sign, and come back to.

Handlers take a form (`answer-<field>=…`) or JSON (`{"answers": {"<field>": …}, "attempt": "<name of this sending>"}`):

* `keep` takes fields of the plan (`date`, `p2-change`, `p2-s1-due`), `follow` what became of its steps (`p2-s1-status`). Only
  the fields that were sent change, so that two tabs do not undo each other. 422 with words per field: nothing is kept.
* `ready` declares the plan ready. 409 `not_ready`, in words, while it lacks something.

What was sent is what is kept, also from an older page sent again. Only what is kept already, or declared already, is published
no second time. No clock is read: reminders count from the date that was typed.

Events: `coop.plan.ready` and `coop.plan.followed_up` (docs/blocks/plan.md), and `completion`, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Dict, Scope

from takwin_xblocks.contract.attempts import digest_of, is_replay, remembered
from takwin_xblocks.contract.block import CoopBlock
from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.schema import Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.plan.content import SCHEMA, check, months_of, shape_of
from takwin_xblocks.plan.dates import DateRefused, Reminder, reminders
from takwin_xblocks.plan.entries import Entry, EntryRefused, Shape, follow_up_entries, plan_entries, read_entry
from takwin_xblocks.plan.grading import Plan, kept_date, lacks, months_at, plan_of, statuses
from takwin_xblocks.plan.rendering import Page, lacks_in, screen_html, section_of
from takwin_xblocks.plan.sheet import sheet_html
from takwin_xblocks.plan.words import error_words, lack_words, reminder_words, section_words

_LONGEST_DRAFT = 2_000


class CoopPlanBlock(CoopBlock):
    """A plan of a few priorities, each with its steps, and what came of them."""

    schema = SCHEMA
    script = "CoopPlan"
    has_score = False
    icon_class = "other"
    has_custom_completion = True
    completion_mode = "completable"

    written = Dict(help="The plan, by field: texts, and dates as 2027-03-31.", default={}, scope=Scope.user_state)
    follow_up = Dict(help="What became of the steps, by field.", default={}, scope=Scope.user_state)
    draft = Dict(help="What a plain form sent and was refused, to show it again.", default={}, scope=Scope.user_state)
    declared = Dict(help="The plan as last declared ready: its date, its reminders, a digest.", default={}, scope=Scope.user_state)
    last = Dict(help="What was done last: the section, and how it went.", default={}, scope=Scope.user_state)
    taken = Dict(help="Names of the last sendings that published something.", default={}, scope=Scope.user_state)

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with a content whose form is right."""
        return check(structure, texts)

    def public_data(self) -> dict[str, Any]:
        """Return what an app needs to show the plan's forms."""
        shape = self._shape
        return {
            "priorities": shape.priorities,
            "steps": shape.steps,
            "months": list(months_of(self.structure)),
            "texts": dict(self.texts),
        }

    # --- handlers ---

    @XBlock.handler
    def keep(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Keep the fields of the plan that were sent."""
        return self.answered(request, self._keep)

    @XBlock.handler
    def follow(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Keep what became of the steps, and publish how many stand where."""
        return self.answered(request, self._follow)

    @XBlock.handler
    def ready(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Declare the plan ready, and publish when to ask what became of it."""
        return self.answered(request, self._ready)

    def _keep(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        sent = self._known(submission, plan_entries(self._shape))
        section = section_of(next(iter(sent)))
        read = self._read(sent, plan_entries(self._shape), section, submission, voice)
        self.written = self.written | read
        self._note(section, "saved", shown=sent)
        return {"code": "saved", "message": self._status(voice)}

    def _follow(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        _ = voice.words.gettext
        if not self.declared:
            raise Refusal(HTTPStatus.CONFLICT, "not_ready", _("Declare the plan ready first: then follow it up."))
        begun = {(step.priority, step.number) for step in self._plan.steps}
        entries = {name: entry for name, entry in follow_up_entries(self._shape).items() if _place(name) in begun}
        sending = _Sending("follow", submission)
        sent = self._known(submission, entries)
        section = f"f{_place(next(iter(sent)))[0]}"
        read = self._read(sent, entries, section, submission, voice)
        is_kept = read.items() <= self.follow_up.items()
        self._note(section, "saved", shown=sent)
        if not (is_kept and sending.is_in(self.taken)):
            self.follow_up = self.follow_up | read
            self.taken = sending.added_to(self.taken)
            self._publish_follow_up(read)
        return {"code": "saved", "message": self._status(voice)}

    def _ready(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        sending = _Sending("ready", submission)
        if self._is_declared_as_it_is and sending.is_in(self.taken):
            self._note("ready", "ready")
            return {"code": "ready", "message": self._status(voice)}
        plan = self._plan
        missing = [lack_words(voice, lack) for lack in lacks(plan)]
        plan_date = kept_date(plan.date)
        if missing or plan_date is None:
            if not submission.by_script:
                self.last = {"section": "ready", "code": "not_ready"}
            words = voice.words.gettext("The plan is not ready yet.")
            raise Refusal(HTTPStatus.CONFLICT, "not_ready", " ".join([words, *missing]), missing=missing)
        days = reminders(plan_date, months_of(self.structure))
        is_first = not self.declared
        self.declared = {"plan_date": plan.date, "reminders": _told(days), "digest": self._digest()}
        self._note("ready", "ready")
        self.taken = sending.added_to(self.taken)
        self._publish_ready(plan, voice)
        if is_first:
            self.runtime.publish(self, "completion", {"completion": 1.0})
        return {"code": "ready", "message": self._status(voice)}

    # --- reading what was sent ---

    @staticmethod
    def _known(submission: Submission, entries: Mapping[str, Entry]) -> dict[str, str]:
        """Return the fields that exist, and no other. Refuses a sending that names none."""
        sent = {name: given[0] if given else "" for name, given in submission.answers.items() if name in entries}
        if not sent:
            raise Refusal(HTTPStatus.BAD_REQUEST, "malformed")
        return sent

    def _read(
        self, sent: Mapping[str, str], entries: Mapping[str, Entry], section: str, submission: Submission, voice: Voice
    ) -> dict[str, str]:
        """Return what each field keeps. Refuses (422) all of it, with words for each field that needs the learner."""
        read, codes = _read_all(sent, entries)
        if not codes:
            return read
        if not submission.by_script:  # the page that comes next must show what was typed; a script's page still does
            self.draft = self.draft | {name: typed[:_LONGEST_DRAFT] for name, typed in sent.items()}
            self.last = {"section": section, "code": "unreadable"}
        errors = {name: error_words(voice, code, most=entries[name].most) for name, code in codes.items()}
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unreadable",
            _unreadable_words(voice),
            errors=errors,
            errors_html={name: element("p", words, class_="coop__error") for name, words in errors.items()},
        )

    def _note(self, section: str, code: str, *, shown: Mapping[str, str] | None = None) -> None:
        """Remember what was done, and forget the drafts that it replaces."""
        self.last = {"section": section, "code": code}
        if any(name in self.draft for name in shown or ()):
            self.draft = {name: typed for name, typed in self.draft.items() if name not in (shown or ())}

    # --- events ---

    def _publish_ready(self, plan: Plan, voice: Voice) -> None:
        event = {
            "plan_date": plan.date,
            "reminders": [dict(one) for one in self.declared["reminders"]],
            "cooperative": plan.cooperative,
            "priorities": [
                {"title": one.change, "steps": len(one.begun), "done": sum(step.status == "done" for step in one.begun)}
                for one in plan.priorities
            ],
            "language": voice.language or "en",
        }
        self.runtime.publish(self, "coop.plan.ready", event)

    def _publish_follow_up(self, read: Mapping[str, str]) -> None:
        plan = self._plan
        days = [kept for name, kept in read.items() if name.endswith("-on")]
        self.runtime.publish(self, "coop.plan.followed_up", {"statuses": statuses(plan), "months": months_at(plan.date, days)})

    # --- the page ---

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the forms, one part at a time, and the plan on one page."""
        plan = self._plan
        closed = self.is_over_for_host
        draft = {} if closed else dict(self.draft)
        _read, codes = _read_all(draft, {**plan_entries(self._shape), **follow_up_entries(self._shape)})
        page = Page(
            dom_id=self.dom_id,
            title=self.display_name or "",
            texts=self.texts,
            suggestions=[one["id"] for one in self.structure.get("suggestions", ())],
            shape=self._shape,
            plan=plan,
            shown=dict(self.written) | dict(self.follow_up) | draft,
            errors=codes,
            form=lambda handler, *inside, **how: self.form(handler, *inside, voice=voice, plain_forms=plain_forms, **how),
            closed=closed,
            opened=self._opened(plan),
            status=self._status(voice),
            declared=self.declared,
            changed_since=bool(self.declared) and not self._is_declared_as_it_is,
        )
        days = [str(one["on"]) for one in self.declared.get("reminders", ())]
        return joined(screen_html(page, voice), sheet_html(plan, voice, dom_id=self.dom_id, reminder_days=days))

    def _opened(self, plan: Plan) -> str:
        """Return the section to show open: the one in hand while it needs the learner, else the next that lacks something."""
        section = str(self.last.get("section", ""))
        if self.last.get("code") == "unreadable":
            return section
        order = ["about", *(f"p{one.number}" for one in plan.priorities)]
        if section in order and lacks_in(plan, section):
            return section
        return next((one for one in order if lacks_in(plan, one)), "")

    def _status(self, voice: Voice) -> str:
        """Return what was done last, in words; '' at the beginning."""
        _ = voice.words.gettext
        section = str(self.last.get("section", ""))
        match self.last.get("code"):
            case "saved":
                return _("“{section}” is saved.").format(section=section_words(voice, section))
            case "unreadable" if self.draft:
                return _unreadable_words(voice)
            case "not_ready" if missing := lacks(self._plan):
                return " ".join([_("The plan is not ready yet."), *(lack_words(voice, lack) for lack in missing)])
            case "ready":
                days = [str(one["on"]) for one in self.declared.get("reminders", ())]
                return " ".join(filter(None, [_("The plan is ready: well done."), reminder_words(voice, days)]))
        return ""

    # --- small facts ---

    @property
    def _shape(self) -> Shape:
        return shape_of(self.structure)

    @property
    def _plan(self) -> Plan:
        return plan_of(self._shape, self.written, self.follow_up)

    @property
    def _is_declared_as_it_is(self) -> bool:
        return bool(self.declared) and self.declared.get("digest") == self._digest()

    def _digest(self) -> str:
        """Name what the plan says now, to tell later whether it has changed since."""
        return digest_of({name: [text] for name, text in self.written.items() if text})


class _Sending:
    """One sending: two tabs that show the same page name theirs alike, so that what was sent is part of its name.

    That it was taken before says nothing of what is kept now: from an older page the same words may be sent once more, and meant.
    """

    def __init__(self, handler: str, submission: Submission) -> None:
        self._digest = digest_of({name: list(given) for name, given in submission.answers.items()})
        self._name = f"{submission.attempt_id}-{handler}-{self._digest}" if submission.attempt_id else ""

    def is_in(self, taken: Mapping[str, str]) -> bool:
        """Tell whether it was taken before."""
        return is_replay(taken, self._name, self._digest)

    def added_to(self, taken: Mapping[str, str]) -> dict[str, str]:
        """Return the sendings taken, with this one."""
        return remembered(taken, self._name, self._digest)


def _read_all(sent: Mapping[str, str], entries: Mapping[str, Entry]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what each field keeps, and the codes of those that cannot keep what was typed."""
    read, codes = {}, {}
    for name, typed in sent.items():
        if name not in entries:
            continue
        try:
            read[name] = read_entry(entries[name], typed)
        except (EntryRefused, DateRefused) as refused:
            codes[name] = refused.code
    return read, codes


def _place(name: str) -> tuple[int, int]:
    """Return the priority and the step of a field: (2, 1) for `p2-s1-status`."""
    priority, step, _name = name.split("-")
    return int(priority[1:]), int(step[1:])


def _told(days: list[Reminder]) -> list[dict[str, Any]]:
    return [{"months": one.months, "on": one.on.isoformat()} for one in days]


def _unreadable_words(voice: Voice) -> str:
    return voice.words.gettext("Nothing was kept yet. Look at the fields that need you: what you typed is still there.")
