"""What a trainee sees: their own pieces and how they stand, and the form for the field, with which one is sent or corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.queue_panel import queue_panel
from takwin_xblocks.contract.records import Record
from takwin_xblocks.contract.upload_form import FILES_FORM, upload_html
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence.facts import read_facts
from takwin_xblocks.evidence.form import Sheet, fields_html, typed_of
from takwin_xblocks.evidence.page import address_of, frame_of, prompt_html, status_html
from takwin_xblocks.evidence.piece import Frame, decision_html, earlier_html, headline, round_html
from takwin_xblocks.evidence.rounds import KIND, rounds_of
from takwin_xblocks.evidence.sending import PHOTOS
from takwin_xblocks.evidence.words import error_words, progress_words, refusal_words, state_words

_SIGNS = {"waiting": "…", "claimed": "…", "returned": "↩", "done": "✓", "refused": "✕"}


def trainee_html(block: Any, voice: Voice, *, plain_forms: bool) -> Html:
    """Return a trainee's own pieces, and the way to the next one."""
    _ = voice.words.gettext
    own: Sequence[Record] = block.own_records()
    accepted = sum(one.state == "done" for one in own)
    under_way = sum(one.state != "refused" for one in own)
    closed = block.is_over_for_host
    frame = frame_of(block, own, level=3)
    pieces = [_own_html(block, voice, frame, record, number, plain_forms=plain_forms) for number, record in enumerate(own, start=1)]
    address = block.work_url("field_view")
    is_wanted = under_way < block.asked.pieces and not closed
    returned = next((one for one in own if one.state == "returned"), None)
    here: Piece = None
    if address is None and not closed:
        if returned is not None:
            here = _here(block, voice, returned, _("Correct what was asked for again"), plain_forms=plain_forms)
        elif is_wanted:
            here = _here(block, voice, None, _("Tell of your practice"), plain_forms=plain_forms)
    elif is_wanted and address:
        words = _("Add the next piece of evidence") if own else _("Add evidence")
        here = joined(
            element("p", element("a", words, href=address, class_="coop__button evidence__button")),
            element("p", _("The form also works without network: open it once while you have some."), class_="coop__note"),
        )
    return joined(
        element(
            "p",
            element("span", progress_words(voice, accepted, block.asked), class_="evidence__figure"),
            class_="evidence__progress",
        ),
        element("ol", *pieces, class_="evidence__list evidence__own", role="list") if pieces else None,
        here,
        element("p", _("This is closed: it takes no more evidence."), class_="coop__note") if closed else None,
        element("div", queue_panel(block, voice), class_="evidence__queue") if address else None,
    )


def field_html(block: Any, voice: Voice, key: str, *, plain_forms: bool) -> Html:
    """Return the form on a page of its own; it is kept for when there is no network, and holds nothing of anybody else."""
    _ = voice.words.gettext
    if not block.learns_here:
        return element("p", _("This form is for trainees."), class_="coop__note")
    key = key or str(block.draft.get("record", ""))
    record = next((one for one in block.own_records() if one.key == key and one.state == "returned"), None)
    if key and record is None:
        return joined(status_html(block, voice), element("p", refusal_words(voice, "not_returned"), class_="coop__note"))
    frame = frame_of(block, [record] if record else [])
    said = rounds_of(record.data)[-1].last if record else None
    return joined(
        status_html(block, voice),
        prompt_html(block, is_folded=True),
        decision_html(frame, voice, said) if said else None,
        queue_panel(block, voice),
        form_html(block, voice, record, plain_forms=plain_forms, is_queued=True),
    )


def _here(block: Any, voice: Voice, record: Record | None, title: str, *, plain_forms: bool) -> Html:
    """Return the form in the unit itself, where the host shows no page for it."""
    heading = element("h4", title, class_="evidence__heading")
    return joined(heading, form_html(block, voice, record, plain_forms=plain_forms, is_queued=False))


def _own_html(block: Any, voice: Voice, frame: Frame, record: Record, number: int, *, plain_forms: bool) -> Html:
    _ = voice.words.gettext
    rounds = rounds_of(record.data)
    if not rounds:
        return Html()
    withdraw = partial(_withdraw_form, block, voice, record.key, plain_forms=plain_forms)
    frame = replace(frame, withdraw=withdraw)
    last = rounds[-1]
    told = headline(frame, voice, last.facts)
    may_correct = record.state == "returned" and not block.is_over_for_host
    correct = block.work_url("field_view", record=record.key) if may_correct else None
    badge = element("span", _SIGNS.get(record.state, ""), aria_hidden="true", class_="evidence__sign")
    return element(
        "li",
        element("p", badge, " ", element("strong", state_words(voice, record.state)), class_="evidence__state"),
        element(
            "p",
            element("span", _("Piece {number}").format(number=number)),
            *((" · ", told) if told else ()),
            class_="evidence__line",
        ),
        *(decision_html(frame, voice, said) for said in last.decisions[-1:]),
        element("p", element("a", _("Correct it"), href=correct, class_="coop__button evidence__button")) if correct else None,
        element(
            "details", element("summary", _("What I sent")), round_html(frame, voice, last), earlier_html(frame, voice, rounds)
        ),
        class_="evidence__piece",
        data_piece=record.state,
    )


def _withdraw_form(block: Any, voice: Voice, key: str, file: str, *, plain_forms: bool) -> Html:
    hidden = {"record": key, "photo": file}
    return block.form(
        "withdraw",
        *(element("input", type="hidden", name=field_name(name), value=value) for name, value in hidden.items()),
        element("button", voice.words.gettext("Withdraw this photo"), type="submit", class_="coop__button coop__button--quiet"),
        voice=voice,
        plain_forms=plain_forms,
    )


def form_html(block: Any, voice: Voice, record: Record | None, *, plain_forms: bool, is_queued: bool) -> Html:
    """Return the trainee's form; `is_queued` lets the phone keep what is sent until there is a network."""
    _ = voice.words.gettext
    label = _("Evidence") + ": " + " · ".join(f"{{{field_name(name)}}}" for name in ("date", "place") if block.asked.asks(name))
    queued = {"data_queue": KIND, "data_queue_label": label.rstrip(": ")} if is_queued else {}
    fields = fields_html(sheet_of(block, voice, record), voice)
    button = element("button", _("Send the correction") if record else _("Send"), type="submit", class_="coop__button")
    return block.form(
        "send",
        fields,
        element("p", button, class_="evidence__send"),
        voice=voice,
        plain_forms=plain_forms,
        enctype=FILES_FORM,
        novalidate=True,
        class_="evidence__form",
        **_said_at_once(block, voice),
        **queued,
    )


def _said_at_once(block: Any, voice: Voice) -> dict[str, str | int | None]:
    """Return what the script says of a field before anything is kept on a phone, whose site may answer hours later."""
    asked = block.asked
    least = asked.photos if block.files is not None else 0
    return {
        "data_needed": error_words(voice, "needed"),
        "data_whole": error_words(voice, "not_whole"),
        "data_counted": error_words(voice, "nobody_counted") if asked.requires("participants") else None,
        "data_least": least,
        "data_few": error_words(voice, "too_few", most=least),
    }


def sheet_of(block: Any, voice: Voice, record: Record | None) -> Sheet:
    """Return what the form shows: what was typed and refused, else the round to correct, else nothing yet."""
    photos = block.attached(record)
    draft = block.draft if block.draft.get("record", "") == (record.key if record else "") else {}
    if draft:
        typed = dict(draft.get("typed", {}))
        codes = read_facts(typed, block.asked, photos, takes_photos=block.files is not None).codes
    else:
        typed = typed_of(rounds_of(record.data)[-1].facts) if record else {}
        codes = {}
    there = [{"file": one.file, "ask": PHOTOS.name} for one in photos]
    upload = partial(upload_html, PHOTOS, voice, label=voice.words.gettext("Photo"), dom_id=block.dom_id, attached=there)
    return Sheet(
        dom_id=block.dom_id,
        asked=block.asked,
        texts=block.texts,
        typed=typed,
        codes=codes,
        photos=photos,
        record=record.key if record else "",
        upload=upload if block.files is not None or block.is_sample else None,
        address=address_of(block),
    )
