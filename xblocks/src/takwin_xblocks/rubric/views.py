"""Gather what the pages show: a learner's page, what waits for trainers, one work on their desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from web_fragments.fragment import Fragment

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.forms import Refusal
from takwin_xblocks.contract.records import Record
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.rubric.base import RubricBase
from takwin_xblocks.rubric.giving import in_hand, mine_of
from takwin_xblocks.rubric.guide import Filled, Guide
from takwin_xblocks.rubric.learner import LONGEST_TEXT, LOST, Page
from takwin_xblocks.rubric.page import page_html
from takwin_xblocks.rubric.staff import EACH_PAGE, MOST_PAGES, Desk, Queue, desk_html, queue_html
from takwin_xblocks.rubric.words import done_words, field_words, recounted_words, refusal_words
from takwin_xblocks.rubric.work import (
    TAKEN,
    WORK,
    Work,
    done_reviews,
    peers_until,
    standing_of,
    work_key,
    work_of,
)

_PAGE = "page/"


class Views(RubricBase):
    """The pages of the block."""

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return a learner's page; for judges, what waits for them, and the learner's page folded below."""
        page = self.learner_html(voice, plain_forms=plain_forms)
        if not self._shows_queue:
            return page
        folded = element(
            "details", element("summary", voice.words.gettext("What learners see")), page, class_="rubric__guide rubric__seen-by"
        )
        opened = self.opened if self.work_url("judge_view", record="x") is None else ""
        desk = self._desk_html(opened, voice, plain_forms=plain_forms) if opened else None
        return joined(self.fallback_note(voice), desk or self._queue_html(voice, 1, plain_forms=plain_forms, titled=True), folded)

    def learner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the page of whoever learns, also to those who judge."""
        return page_html(self._page(voice, plain_forms=plain_forms))

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show authors what learners meet: nothing waits while a rubric is being written."""
        voice = self.voice(context)
        return self._fragment(self._root(voice, self.learner_html(voice, plain_forms=self._plain_forms(context))))

    @staticmethod
    def _preview(block: Any, voice: Voice) -> str:
        return str(block._root(voice, block.learner_html(voice, plain_forms=True)))  # noqa: SLF001 -- a block of this very kind

    @property
    def _shows_queue(self) -> bool:
        return bool(self._rubric.weights) and self.records.is_judge

    def judge_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show a trainer one piece of work (`context["record"]`), or what waits; others are told politely that there is nothing."""
        voice, wanted = self.voice(context), str((context or {}).get("record") or "")
        plain_forms = self._plain_forms(context)
        if not self.records.is_judge:
            inner = element("p", refusal_words(voice, "not_there"), class_="coop__note")
        elif not wanted or wanted.startswith(_PAGE):
            number = wanted.removeprefix(_PAGE)
            inner = self._queue_html(voice, int(number) if number.isdecimal() and len(number) < 3 else 1, plain_forms=plain_forms)  # noqa: PLR2004
        else:
            inner = self._desk_html(wanted, voice, plain_forms=plain_forms)
        return self._fragment(self._root(voice, inner))

    def _queue_html(self, voice: Voice, number: int, *, plain_forms: bool, titled: bool = False) -> Html:
        records, number = self.records, min(max(number, 1), MOST_PAGES)
        found = records.list(kind=WORK, states=("waiting", TAKEN), limit=EACH_PAGE * number + 1)
        shown = found[EACH_PAGE * (number - 1) : EACH_PAGE * number]
        _ = voice.words.gettext

        def opening(key: str, name: str) -> Html:
            button = element("button", element("bdi", name), type="submit", class_="coop__button coop__button--quiet")
            field = element("input", type="hidden", name="record", value=key)
            return self.form("open_work", field, button, voice=voice, plain_forms=plain_forms)

        queue = Queue(
            guide=self._guide(voice),
            records=shown,
            people=records.people([one.learner for one in shown if one.learner is not None]) if shown else {},
            counts=records.counts(kind=WORK),
            number=number,
            has_more=len(found) > EACH_PAGE * number,
            url=lambda record: self.work_url("judge_view", record=record),
            open_form=opening,
            recount=self._recount_form(voice, titled=titled, plain_forms=plain_forms),
        )
        title = element("h3", self.display_name, class_="coop__title", dir="auto") if titled and self.display_name else None
        words = recounted_words(voice, self.last) if self.last.get("code") == "recounted" else None
        said = element("p", words, class_="coop__status", role="status", tabindex="-1", data_status=True)
        return joined(title, said, queue_html(queue))

    def _recount_form(self, voice: Voice, *, titled: bool, plain_forms: bool) -> Html:
        page = element("input", type="hidden", name="page", value="unit" if titled else "judge")
        button = element("button", voice.words.gettext("Count again"), type="submit", class_="coop__button coop__button--quiet")
        return self.form("recount", page, button, voice=voice, plain_forms=plain_forms)

    def _desk_html(self, key: str, voice: Voice, *, plain_forms: bool) -> Html:
        try:
            work = self._work_for_judge(key, voice)
        except Refusal as refusal:
            return element("p", refusal.words, class_="coop__note")
        _ = voice.words.gettext
        reviews = self._reviews(work)
        people = self.records.people([one for one in (work.record.learner, *(mark.by for mark in work.marks)) if one is not None])
        names = {one: person.name for one, person in people.items()}
        wanted = int(self.structure.get("peers", 0))
        following = self._next(work) if work.result or work.marks else None
        filled, status, is_bad = self._filled("judge", voice)
        return desk_html(
            Desk(
                guide=self._guide(voice),
                form=self._form(voice, plain_forms=plain_forms),
                files=self.files,
                work=work,
                standing=standing_of(work, reviews, self.structure),
                learner=names.get(work.record.learner, str(work.record.learner)) if work.record.learner is not None else "",
                names=names,
                me=self.records.me,
                peers=done_reviews(reviews, work.round),
                until=peers_until(reviews, work.round, self.structure),
                is_small=bool(wanted) and len(self.records.people(limit=wanted + 1)) <= wanted,
                status=status if is_bad or self.last.get("record") == key else "",
                is_bad=is_bad,
                filled=filled,
                next=self._way(following, _("Next work"), voice, plain_forms=plain_forms) if following else None,
                back=self._way(None, _("All works that wait"), voice, plain_forms=plain_forms),
            )
        )

    def _way(self, record: Record | None, words: str, voice: Voice, *, plain_forms: bool) -> Html:
        """Return a link, or a button in hosts without pages, to a work or to the list."""
        key = record.key if record is not None else ""
        address = self.work_url("judge_view", record=key or f"{_PAGE}1")
        if address:
            return element("a", words, href=address, class_="coop__button coop__button--quiet")
        button = element("button", words, type="submit", class_="coop__button coop__button--quiet")
        field = element("input", type="hidden", name="record", value=key)
        return self.form("open_work", field, button, voice=voice, plain_forms=plain_forms)

    def _page(self, voice: Voice, *, plain_forms: bool) -> Page:
        records = self.records
        work = work_of(records.get(work_key(records.me)))
        reviews = self._reviews(work) if work is not None else ()
        mine = mine_of(records) if work is not None and self.structure.get("peers") else ()
        held = in_hand(mine)
        form, status, is_bad = str(self.typed.get("form", "")), "", False
        filled: dict[str, Filled] = {}
        if form == LOST:
            filled[form] = Filled(typed=self.typed.get("typed", {}))
            is_bad = self.last.get("code") == "not_given"
            status = refusal_words(voice, "not_given") if is_bad else done_words(voice, str(self.last.get("code", "")))
        elif form and form != "judge":
            filled[form], status, is_bad = self._filled(form, voice)
        elif self.last.get("code") and "record" not in self.last and (work is None or not work.result or held is not None):
            status = done_words(voice, str(self.last["code"]))
        return Page(
            title=self.display_name or "",
            guide=self._guide(voice),
            form=self._form(voice, plain_forms=plain_forms),
            files=self.files,
            status=status,
            is_bad=is_bad,
            closed=self.is_over_for_host,
            draft=self.draft,
            practised=self.practised,
            work=work,
            standing=standing_of(work, reviews, self.structure) if work is not None else None,
            peers=done_reviews(reviews, work.round) if work is not None else (),
            until=self._peers_until(work, reviews),
            mine=mine,
            peer=work_of(records.get(str(held.data.get("work", "")))) if held is not None else None,
            filled=filled,
        )

    def _peers_until(self, work: Work | None, reviews: tuple[Record, ...]) -> datetime | None:
        """Return until when peers have time, None once it is over: trainers judge alone then."""
        until = peers_until(reviews, work.round, self.structure) if work is not None else None
        # A page alone looks at the clock; what is kept, counted and published does not depend on it.
        return until if until is not None and until > datetime.now(UTC) else None

    def _filled(self, form: str, voice: Voice) -> tuple[Filled, str, bool]:
        """Return what a form shows again, and what is said of it."""
        if self.typed.get("form") != form:
            return Filled(), done_words(voice, str(self.last.get("code", ""))), False
        codes: dict[str, str] = dict(self.typed.get("codes", {}))
        if form == "hand_in":
            errors = {where: refusal_words(voice, code, most=LONGEST_TEXT) for where, code in codes.items()}
        else:
            errors = field_words(voice, codes)
        return Filled(typed=self.typed.get("typed", {}), errors=errors), refusal_words(voice, "unfinished"), True

    def _guide(self, voice: Voice) -> Guide:
        return Guide(structure=self.structure, texts=self.texts, voice=voice, dom_id=self.dom_id)

    def _form(self, voice: Voice, *, plain_forms: bool) -> Callable[..., Html]:
        return partial(self.form, voice=voice, plain_forms=plain_forms)
