"""What phones send later is taken once: in whatever order, however often, cut off or not, and whatever their clocks say."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import memory_host
import pytest
from hypothesis import given, settings, strategies as st
from memory_records import JudgedHost
from webob import Request, Response

from takwin_xblocks.contract.element import Html
from takwin_xblocks.contract.forms import Refusal
from takwin_xblocks.contract.judged import JudgedBlock
from takwin_xblocks.contract.queue import (
    MOST_ABOUT_ONE,
    MOST_BYTES_OF_ENTRY,
    Entry,
    QueuedBlock,
    merged,
    rank_of,
    read_entry,
    stamp_in,
    values_in,
)
from takwin_xblocks.contract.queue_panel import queue_panel
from takwin_xblocks.contract.records import RecordsRefused
from takwin_xblocks.contract.schema import Schema
from takwin_xblocks.contract.voice import Voice

LEARNERS = ("awa", "binta", "chikondi")
NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


class NotebookBlock(QueuedBlock, JudgedBlock):
    """Keeps one note of a judge about each learner."""

    schema = Schema(tag="notebook")
    script = "CoopNotebook"
    queue_kinds = ("note",)

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        del plain_forms
        return queue_panel(self, voice)

    def stamp_of(self, entry: Entry) -> Mapping[str, Any] | None:
        record = self.records.get(f"note:{entry.text('who')}")
        return stamp_in(record.data, entry.id) if record else None

    def take(self, entry: Entry, voice: Voice) -> Mapping[str, Any]:
        del voice
        who, level = entry.text("who"), entry.text("level")
        if not level.isdecimal():
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "no_level", "Choose a level.")
        if not self.records.may_judge(who):
            raise RecordsRefused("not_yours")
        record = self.records.get(f"note:{who}")
        data = merged(record.data if record else {}, entry, {"level": int(level), "files": len(entry.files)})
        if record:
            self.records.amend(record, data=data)
        else:
            self.records.add(f"note:{who}", kind="note", state="done", learner=who, judge=self.records.me, data=data)
        return {"message": "Noted."}


memory_host.TYPES["notebook"] = NotebookBlock


def host() -> JudgedHost:
    return JudgedHost("<notebook/>", learners=LEARNERS, judges=("trainer", "colleague"))


def note(here: JudgedHost, *, by: str = "trainer", **changes: Any) -> dict[str, Any]:
    """Return an entry as a phone sends it."""
    return {
        "id": str(uuid.uuid4()),
        "device": str(uuid.UUID(int=7)),
        "seq": 1,
        "person": here.block(by).person_mark,
        "made_at": NOW.isoformat(),
        "schema": 1,
        "kind": "note",
        "data": {"who": "awa", "level": "3"},
        **changes,
    }


def send(here: JudgedHost, entry: Any, *, by: str = "trainer", cut: int | None = None) -> Response:
    body = entry if isinstance(entry, bytes) else json.dumps(entry).encode()
    request = Request.blank("/", method="POST", body=body[:cut], content_type="application/json")
    return here.block(by).handle("replay", request)


def outcome(here: JudgedHost) -> dict[str, Any]:
    """Return what is stored, but for when it came: which entries about whom, and what counts."""
    return {
        key: (row["learner"], {name: held["values"] for name, held in row["data"]["entries"].items()}, values_in(row["data"]))
        for key, row in here.rows.items()
    }


CLOCKS = st.one_of(
    st.sampled_from(["1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z", "0001-01-01T00:00:00+14:00", "yesterday", "", "+"]),
    st.integers(-3 * 366, 3 * 366).map(lambda days: (NOW + timedelta(days=days)).isoformat()),
)
NOTES = st.lists(
    st.tuples(st.sampled_from(LEARNERS), st.integers(0, 4), st.integers(1, 3), st.integers(1, 6), CLOCKS), min_size=1, max_size=8
)


@settings(max_examples=80, deadline=None)
@given(notes=NOTES, chance=st.randoms(use_true_random=False), data=st.data())
def test_any_order_repeats_and_cuts_leave_the_rows_of_sending_once_in_order(notes: list[Any], chance: Any, data: Any) -> None:
    calm, rough = host(), host()
    entries = [
        note(
            calm,
            id=str(uuid.UUID(int=100 + place)),
            device=str(uuid.UUID(int=device)),
            seq=seq,
            made_at=clock,
            data={"who": who, "level": str(level)},
        )
        for place, (who, level, device, seq, clock) in enumerate(notes)
    ]
    for entry in sorted(entries, key=lambda one: (one["seq"], one["id"])):
        assert send(calm, entry).json["code"] == "stored"

    sent = [*entries, *data.draw(st.lists(st.sampled_from(entries), max_size=6))]
    chance.shuffle(sent)
    seen: set[str] = set()
    for entry in sent:
        if data.draw(st.booleans()):
            whole = len(json.dumps(entry).encode())
            cut = send(rough, entry, cut=data.draw(st.integers(0, whole - 1)))
            assert (cut.status_int, cut.json["code"], cut.json["id"]) == (400, "refused", "")
        again = {**entry, "made_at": data.draw(CLOCKS)} if entry["id"] in seen else entry
        answer = send(rough, again)
        assert (answer.status_int, answer.json["code"]) == (200, "replayed" if entry["id"] in seen else "stored")
        seen.add(entry["id"])
    assert outcome(rough) == outcome(calm)


FORGED = (
    {"person": "0123456789abcdef"},
    {"person": ""},
    {"device": "my phone"},
    {"device": None},
    {"id": "1"},
    {"id": "../../x"},
    {"seq": 0},
    {"seq": -4},
    {"seq": True},
    {"seq": 2**60},
    {"seq": "1"},
    {"schema": 2},
    {"kind": "grade"},
    {"kind": "Note!"},
    {"data": []},
    {"data": {"who": "trainer", "level": "4"}},  # oneself
    {"data": {"who": ["awa"], "level": "high"}},
    {"data": {"a": [[[[[[[[[["deep"]]]]]]]]]]}},
    {"photos": [{"field": "photo-1", "size": 3}]},  # names a file that did not come
    {"photos": 7},
)


@pytest.mark.parametrize("changes", FORGED, ids=lambda one: next(iter(one.items())).__repr__()[:40])
def test_what_is_forged_or_broken_changes_nothing_and_is_refused_in_words(changes: dict[str, Any]) -> None:
    here = host()
    assert send(here, note(here)).json["code"] == "stored"
    before = json.dumps(here.rows, sort_keys=True)
    answer = send(here, note(here, **changes))
    assert 400 <= answer.status_int < 500
    assert answer.json["code"] in {"refused", "other_person"}
    assert answer.json["message"]
    assert json.dumps(here.rows, sort_keys=True) == before


def test_entries_of_one_person_are_not_taken_while_another_is_signed_in() -> None:
    here = host()
    mine = note(here)
    refused = send(here, mine, by="colleague")
    assert (refused.status_int, refused.json["code"], refused.json["id"]) == (409, "other_person", mine["id"])
    assert here.rows == {}
    assert send(here, mine).json["code"] == "stored"


def test_a_learner_who_sends_an_entry_for_themselves_or_another_judges_nobody() -> None:
    here = host()
    for who in ("awa", "binta"):
        answer = send(here, note(here, by="awa", data={"who": who, "level": "4"}), by="awa")
        assert (answer.status_int, answer.json["reason"]) == (422, "not_yours")
    assert here.rows == {}


def test_one_id_with_other_words_is_a_conflict_and_the_first_stay() -> None:
    here = host()
    first = note(here)
    send(here, first)
    answer = send(here, {**first, "data": {"who": "awa", "level": "1"}})
    assert (answer.status_int, answer.json["code"], answer.json["id"]) == (409, "conflict", first["id"])
    assert values_in(here.rows["note:awa"]["data"])["level"] == 3
    assert send(here, first).json["code"] == "replayed"


def with_photos(entry: Mapping[str, Any], *photos: bytes) -> tuple[bytes, str]:
    """Return the body of a form with the entry and its photos, and its content type."""
    named = [{"field": f"photo-{place}", "name": "a.jpg", "size": len(one)} for place, one in enumerate(photos, 1)]
    parts = {f"photo-{place}": ("a.jpg", one) for place, one in enumerate(photos, 1)}
    request = Request.blank("/", POST={"entry": json.dumps({**entry, "photos": named}), **parts})
    return request.body, request.headers["Content-Type"]


def post(here: JudgedHost, body: bytes, kind: str) -> Response:
    return here.block("trainer").handle("replay", Request.blank("/", method="POST", body=body, headers={"Content-Type": kind}))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_photos_come_whole_or_the_entry_is_not_taken(data: Any) -> None:
    here = host()
    entry = note(here)
    photos = [bytes([place]) * data.draw(st.integers(1, 400)) for place in (1, 2)]
    body, kind = with_photos(entry, *photos)
    cut = post(here, body[: data.draw(st.integers(0, len(body) - 8))], kind)
    assert (cut.status_int, here.rows) == (400, {})
    assert post(here, body, kind).json["code"] == "stored"
    assert values_in(here.rows["note:awa"]["data"])["files"] == 2
    assert post(here, body, kind).json["code"] == "replayed"
    other, other_kind = with_photos(entry, photos[0], photos[1][:-1] + b"!")
    assert post(here, other, other_kind).json["code"] == "conflict"


def test_too_much_is_refused_before_it_is_read() -> None:
    here = host()
    assert send(here, b"x" * (MOST_BYTES_OF_ENTRY + 1)).status_int == 413
    assert here.block("trainer").handle("replay", Request.blank("/")).status_int == 405


def test_a_clock_is_kept_as_evidence_and_flagged() -> None:
    here = host()

    def read(made_at: Any) -> Entry:
        body = json.dumps(note(here, made_at=made_at)).encode()
        return read_entry(Request.blank("/", method="POST", body=body, content_type="application/json"), now=NOW)

    off = {
        told: read(told).stamp()["clock_off"]
        for told in ("2026-11-22T02:00:00Z", "2023-11-22T14:00:00Z", "2038-01-19T03:14:08Z", "")
    }
    assert list(off.values()) == [False, True, True, True]
    assert read("2023-11-22T14:00:00Z").stamp()["made_at"] == "2023-11-22T14:00:00Z"
    assert read(7).stamp()["made_at"] == ""


def test_among_many_about_one_thing_the_highest_count_stands_and_there_is_an_end_of_them() -> None:
    here = host()
    for seq in range(1, MOST_ABOUT_ONE + 1):
        assert send(here, note(here, seq=seq, data={"who": "awa", "level": str(seq)})).json["code"] == "stored"
    row = here.rows["note:awa"]["data"]
    assert values_in(row)["level"] == MOST_ABOUT_ONE
    assert [rank_of(each["stamp"])[0] for each in row["entries"].values()] == list(range(1, MOST_ABOUT_ONE + 1))
    assert send(here, note(here, seq=999)).json["reason"] == "too_many"


def test_the_panel_names_its_person_and_waits_for_the_script() -> None:
    here = host()
    panels = {who: here.page(who) for who in ("trainer", "colleague")}
    assert all(" hidden data-queue-panel" in page for page in panels.values())
    marks = {who: here.block(who).person_mark for who in panels}
    assert marks["trainer"] in panels["trainer"]
    assert marks["trainer"] not in panels["colleague"]


def test_an_author_who_looks_gets_no_queue() -> None:
    block = host().block("trainer")
    block.runtime.work_url = lambda *_: None
    assert queue_panel(block, block.voice()) == ""
    block.runtime.work_url = lambda *_: "/work"
    assert "data-queue-panel" in queue_panel(block, block.voice())
