"""What a trainer sees: the pieces that wait, one piece with what can be decided, whom accepted evidence reached, and its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.records import Record
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence import judging
from takwin_xblocks.evidence.form import fields_html
from takwin_xblocks.evidence.page import case_id, frame_of, prompt_html, status_html
from takwin_xblocks.evidence.rounds import KIND, Round, rounds_of
from takwin_xblocks.evidence.tally import reached
from takwin_xblocks.evidence.trainee import sheet_of
from takwin_xblocks.evidence.words import refusal_words

MOST_WAITING = 30
MOST_COUNTED = 5_000
MOST_DECIDED = 20
_WAITING = ("waiting", "claimed")


def trainer_html(block: Any, voice: Voice, *, plain_forms: bool) -> Html:
    """Return what waits for a trainer, whom accepted evidence reached, and the form as trainees see it."""
    _ = voice.words.gettext
    records = block.records
    found = records.list(kind=KIND, states=_WAITING, limit=MOST_WAITING + 1)
    mine = [one for one in found if one.learner != records.me and rounds_of(one.data)]
    shown, more = (
        mine[:MOST_WAITING],
        max(0, _count(records, _WAITING) - len(mine[:MOST_WAITING])) if len(mine) > MOST_WAITING else 0,
    )
    frame = frame_of(block, [])
    waiting = _listed(block, voice, shown, plain_forms=plain_forms)
    return joined(
        judging.waiting_html(frame, voice, waiting, more=more),
        _accepted_html(block, voice, plain_forms=plain_forms),
        _decided_html(block, voice, plain_forms=plain_forms),
        element(
            "details",
            element("summary", _("The form, as trainees see it")),
            as_trainees_see(block, voice),
            class_="evidence__more",
        ),
    )


def _accepted_html(block: Any, voice: Voice, *, plain_forms: bool) -> Html | None:
    """Return the way to whom accepted evidence reached, which is read there alone, and the button that counts all of it again."""
    _ = voice.words.gettext
    if not _count(block.records, ("done",)):
        return None
    title, address = _("People reached, and the table of accepted evidence"), block.work_url("print_view")
    button = element("button", _("Count again"), type="submit", class_="coop__button coop__button--quiet evidence__button")
    why = element(
        "p", _("If the number of pieces asked for was changed, everybody's share is brought up to date."), class_="coop__note"
    )
    return joined(
        element("p", element("a", title, href=address, class_="evidence__link")) if address else None,
        element("details", element("summary", title), table_html(block, voice), class_="evidence__more") if not address else None,
        element(
            "details",
            element("summary", _("Count accepted evidence again")),
            why,
            block.form("recount", button, voice=voice, plain_forms=plain_forms),
            class_="evidence__more",
        ),
    )


def judge_html(block: Any, voice: Voice, key: str, *, plain_forms: bool) -> Html:
    """Return a trainer's page of one piece. Whoever may not judge it is told so, and sees nothing of it."""
    record = block.records.get(key) if key else None
    may = record is not None and record.kind == KIND and block.records.may_judge(record.learner)
    if record is None or not may:
        code = "own" if record is not None and record.learner == block.records.me else "not_there"
        words = refusal_words(voice, code if block.records.is_judge else "not_judge")
        return element("p", words, class_="coop__note", role="status", data_status=True)
    return joined(
        status_html(block, voice),
        prompt_html(block, is_folded=True),
        _case_html(block, voice, record, plain_forms=plain_forms, page="judge"),
    )


def table_html(block: Any, voice: Voice) -> Html:
    """Return whom accepted evidence reached and its table, for trainers alone."""
    if not block.records.is_judge:
        return element("p", voice.words.gettext("This table is for trainers."), class_="coop__note")
    accepted = _accepted(block)
    shown = _sums(block, voice, accepted, level=2)
    nothing = element("p", voice.words.gettext("Nothing is accepted yet."), class_="coop__note")
    frame = frame_of(block, accepted, level=2)
    people = block.records.people({one.learner for one in accepted if one.learner is not None})
    kept = [
        judging.Kept(
            name=people[one.learner].name if one.learner in people else "",
            group=people[one.learner].group if one.learner in people else "",
            last=rounds_of(one.data)[-1],
        )
        for one in accepted
    ]
    return joined(shown, judging.sheet_html(frame, voice, kept)) or nothing


def _count(records: Any, states: Iterable[str]) -> int:
    counts = records.counts(kind=KIND)
    return sum(counts.get(state, 0) for state in states)


def _accepted(block: Any) -> tuple[Record, ...]:
    found = block.records.list(kind=KIND, states=("done",), limit=MOST_COUNTED)
    return tuple(one for one in found if one.learner != block.records.me and rounds_of(one.data))


def _sums(block: Any, voice: Voice, accepted: Sequence[Record], *, level: int = 4) -> Html | None:
    if not block.asked.asks("participants"):
        return None
    return judging.reached_html(frame_of(block, [], level=level), voice, reached(rounds_of(one.data)[-1].facts for one in accepted))


def _case_html(block: Any, voice: Voice, record: Record, *, plain_forms: bool, page: str) -> Html:
    people = block.records.people({record.learner}) if record.learner is not None else {}
    person = people.get(record.learner)
    rounds: tuple[Round, ...] = rounds_of(record.data)
    failed = block.last if block.last.get("record") == record.key and block.last.get("what") else {}
    case = judging.Case(
        key=record.key,
        version=record.version,
        state=record.state,
        name=person.name if person else "",
        group=person.group if person else "",
        rounds=rounds,
        error=refusal_words(voice, str(failed["code"])) if failed else "",
        tried=str(failed.get("what", "")),
    )
    form = partial(block.form, voice=voice, plain_forms=plain_forms)
    frame = frame_of(block, [record], level=2 if page == "judge" else 4)
    return judging.judge_html(frame, voice, case, form, dom_id=case_id(block, record.key), page=page)


def _decided_html(block: Any, voice: Voice, *, plain_forms: bool) -> Html | None:
    """Return what was decided last, folded: a decision can be taken back."""
    found = block.records.list(kind=KIND, states=("done", "refused", "returned"), limit=MOST_DECIDED, newest_first=True)
    shown = [one for one in found if one.learner != block.records.me and rounds_of(one.data)]
    if not shown:
        return None
    rows = judging.list_html(frame_of(block, []), voice, _listed(block, voice, shown, plain_forms=plain_forms))
    return element("details", element("summary", voice.words.gettext("Decided")), rows, class_="evidence__more")


def _listed(block: Any, voice: Voice, records: Sequence[Record], *, plain_forms: bool) -> list[judging.Listed]:
    """Return pieces as lists show them, with the way to each; where the host has no page for it, the whole of it."""
    people = block.records.people({one.learner for one in records if one.learner is not None}) if records else {}
    return [
        judging.Listed(
            name=people[one.learner].name if one.learner in people else "",
            group=people[one.learner].group if one.learner in people else "",
            state=one.state,
            last=rounds_of(one.data)[-1],
            url=(url := block.work_url("judge_view", record=one.key)),
            folded=None if url else _case_html(block, voice, one, plain_forms=plain_forms, page="unit"),
        )
        for one in records
    ]


def as_trainees_see(block: Any, voice: Voice) -> Html:
    """Return the form as its author should see it once; it sends nothing."""
    return element(
        "fieldset", fields_html(sheet_of(block, voice, None), voice), disabled=True, class_="evidence__form evidence__shown"
    )
