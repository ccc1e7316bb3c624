"""What was judged or noted without a network waits on the phone and is sent later: here it is read, recognised and taken once.

How a block takes part (the whole of it: docs/blocks/queue.md):

1. **The class** mixes in `QueuedBlock` first: `class CoopObservationBlock(QueuedBlock, JudgedBlock)`. It names what it takes,
   `queue_kinds = ("observation",)`, and implements

       def stamp_of(self, entry):            # the stamp that is stored of an entry with this id, None where there is none
           record = self.records.get(key_of(entry))
           return stamp_in(record.data, entry.id) if record else None

       def take(self, entry, voice):         # check all, then write; raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "code", words)
           data = merged(record.data if record else {}, entry, values)   # values: what this entry says, as plain JSON
           self.records.add(key, …, data=data)   # or amend
           return {"message": voice.words.gettext("Noted.")}

   `merged` keeps every entry about the same thing under its id with its stamp; `values_in(data)` are those that count: of the
   highest `rank`, (seq, id), whatever order they came in. Never decide by `made_at`. A record that holds one entry alone may
   store `{"stamp": entry.stamp(), …}` instead; `stamp_in` finds both. `entry.submission()` is the entry as `uploads_of` and the
   block's ordinary handler read a form, photos included.

2. **The page** has one panel, wherever it likes: `queue_panel(self, voice)` of `contract.queue_panel`; it shows how many wait,
   each with its label, the button "Send now", and the file. And forms:

       self.form("observe", …, data_queue="observation", data_queue_label="Awa Diop: {level}", voice=voice, plain_forms=…)

   `data-queue` is the kind; `{name}` in the label becomes what was chosen or typed in that field. The same form without script
   goes to its ordinary handler. Fields of hosts (`csrf_token`, `back`, `attempt`) are left out; file fields become photos of the
   entry (a script that makes them smaller puts the smaller ones into the input, or into `input.coopFiles`, and a promise into
   `input.coopReady` while it works). Once the entry is kept the form is reset (not with `data-queue-keep`) and fires
   `coop:queued` with the entry as `detail`; when the site has it, the root fires `coop:taken` with `{entry, answer}`.

3. **The script**: `import { queue } from "../../contract/scripts/queue.js"` and, in `enhance(root)`, `queue(root)`; it returns
   `{ add(kind, data, label, photos = []), list(), send() }` for what no form sends (a scanner). The style sheet:
   `@import "../../contract/styles/queue.css"`.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar, Final

from webob import Request, Response
from xblock.core import XBlock

from takwin_xblocks.contract.forms import (
    FIELD_PREFIX,
    MOST_BYTES_WITH_FILES,
    Refusal,
    SentFile,
    Submission,
    json_response,
    sent_file,
)
from takwin_xblocks.contract.markup import possible
from takwin_xblocks.contract.records import RecordsRefused
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice

SCHEMA: Final = 1
MOST_BYTES_OF_ENTRY: Final = 64 * 1024
MOST_FILES: Final = 12
MOST_ABOUT_ONE: Final = 50
"""How many entries about the same thing are kept."""
ENTRY_FIELD: Final = "entry"
ENTRIES: Final = "entries"
STAMP: Final = "stamp"
_CLOCKS_AGREE: Final = timedelta(days=1)
_DEEPEST: Final = 8
_LARGEST_NUMBER: Final = 2**53
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KIND: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_FIELD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_MARK: Final = 64
_LONGEST_TIME: Final = 40

QUEUE_WORDS: Mapping[str, str] = {
    "malformed": N_("What this phone sent cannot be read. It stays on this phone; load the page again and send it once more."),
    "post_only": N_("Send the form to answer."),
    "too_large": N_("This is too large to be sent: fewer or smaller photos, please."),
    "other_schema": N_("This was noted with another version of the page. Load the page again, then send it once more."),
    "other_person": N_("This was noted by another person, who must be signed in to send it."),
    "unknown_kind": N_("This page does not take what was noted there."),
    "conflict": N_("The site has this already, with other words. What the site has stays as it is."),
    "too_many": N_("The site has very much about this already and takes no more."),
    "taken": N_("Somebody else has this in hand just now."),
    "full": N_("There is no room for another learner: this platform keeps up to 60 here."),
    "not_yours": N_("You may not judge this learner."),
    "gone": N_("What this is about is not there any more."),
}
"""What refusals of the queue say; the entry stays on the phone, with these words beside it."""
_STATUS: Mapping[str, HTTPStatus] = {
    "post_only": HTTPStatus.METHOD_NOT_ALLOWED,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "malformed": HTTPStatus.BAD_REQUEST,
    "other_person": HTTPStatus.CONFLICT,
    "conflict": HTTPStatus.CONFLICT,
}

Rank = tuple[int, str]
"""What decides among several entries about one thing: the phone's count, then the id. No clock has a say."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that was noted on a phone, as it was sent."""

    id: str
    device: str
    seq: int
    """The phone's own count, which goes up by one with each entry."""
    person: str
    """`person_mark` of whoever noted it."""
    kind: str
    data: Mapping[str, Any]
    made_at: str
    """When, as the phone's clock told; evidence, never authority."""
    received_at: datetime
    digest: str
    files: tuple[SentFile, ...] = field(default=(), repr=False)

    @property
    def rank(self) -> Rank:
        """Return what decides among several entries about the same thing."""
        return self.seq, self.id

    @property
    def is_clock_off(self) -> bool:
        """Tell whether the phone's time and ours are more than a day apart, or the phone told none."""
        told = _time(self.made_at)
        return told is None or abs(told - self.received_at) > _CLOCKS_AGREE

    def stamp(self) -> dict[str, Any]:
        """Return what is stored with a record, so that the same entry is known when it comes again."""
        return {
            "id": self.id,
            "digest": self.digest,
            "device": self.device,
            "seq": self.seq,
            "made_at": self.made_at,
            "received_at": self.received_at.isoformat(timespec="seconds"),
            "clock_off": self.is_clock_off,
        }

    def texts(self, name: str) -> list[str]:
        """Return what was given in a field, each as text; nothing for one that was not sent."""
        value = self.data.get(name)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        return [str(one) for one in listed if isinstance(one, str | int | float) and not isinstance(one, bool)]

    def text(self, name: str) -> str:
        """Return the first text of a field, '' for none."""
        return next(iter(self.texts(name)), "")

    def submission(self) -> Submission:
        """Return the entry as a block's ordinary handler reads a form."""
        fields = {name: self.texts(name) for name in self.data}
        answers = {name.removeprefix(FIELD_PREFIX): given for name, given in fields.items() if name.startswith(FIELD_PREFIX)}
        others = {name: given for name, given in fields.items() if not name.startswith(FIELD_PREFIX)}
        return Submission(answers=answers, by_script=True, attempt_id=self.id, fields=others, files=self.files)


def read_entry(request: Request, *, now: datetime | None = None) -> Entry:
    """Read what a phone sent: JSON, or a form with the field `entry` and files.

    Refuses other methods than POST (405), more than 64 KiB without files and 16 MiB with them (413), and whatever is no whole
    entry (400): cut off, of another shape, files that are not those which the entry names.
    """
    if request.method != "POST":
        raise _refusal("post_only")
    is_form = request.content_type == "multipart/form-data"
    most = MOST_BYTES_WITH_FILES if is_form else MOST_BYTES_OF_ENTRY
    if (request.content_length or 0) > most:
        raise _refusal("too_large")
    try:
        text, files = _from_form(request) if is_form else (request.body.decode(), ())
        if len(text) > MOST_BYTES_OF_ENTRY:
            raise _refusal("too_large")
        sent = _plain(json.loads(text, parse_constant=_no_number))
        return _entry(sent, files, now=now or datetime.now(tz=UTC))
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise _refusal("malformed") from error


class QueuedBlock(XBlock):
    """A block to which phones send later what was noted without a network; mix it in before the block's other classes."""

    same_for_same_state: Any = False  # the page names its person, whose entries alone it shows and sends
    queue_kinds: ClassVar[tuple[str, ...]] = ()

    def stamp_of(self, entry: Entry) -> Mapping[str, Any] | None:
        """Return the stamp that is stored of an entry with this id, None where there is none."""
        raise NotImplementedError

    def take(self, entry: Entry, voice: Voice) -> Mapping[str, Any]:
        """Store the entry with its stamp and return what the phone is told beside `stored`; refuse before anything is written."""
        raise NotImplementedError

    @XBlock.handler
    def replay(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Take one entry, once, however often it is sent.

        Answers `stored`, `replayed`, `conflict` (409: the same id said something else before), `refused`, `other_person` (409).
        """
        block: Any = self
        voice: Voice = block.voice()
        entry: Entry | None = None
        try:
            entry = read_entry(request)
            answer = self._replayed(entry, voice)
        except RecordsRefused as refused:
            return _refused(_refusal(refused.code), entry, voice)
        except Refusal as refused:
            return _refused(refused, entry, voice)
        return json_response({"message": "", **answer, "id": entry.id, "received_at": entry.stamp()["received_at"]})

    def _replayed(self, entry: Entry, voice: Voice) -> dict[str, Any]:
        block: Any = self
        if entry.person != block.person_mark:
            raise _refusal("other_person")
        if entry.kind not in self.queue_kinds:
            raise _refusal("unknown_kind")
        stamp = self.stamp_of(entry)
        if stamp is None:
            return {**self.take(entry, voice), "code": "stored"}
        if stamp.get("digest") != entry.digest:
            raise _refusal("conflict")
        return {"code": "replayed"}


def merged(data: Mapping[str, Any], entry: Entry, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's data with what this entry says among all that was sent about the same thing.

    The record is the same in whatever order its entries come. Refuses (422 `too_many`) more than fifty.
    """
    before = data.get(ENTRIES, {})
    if entry.id not in before and len(before) >= MOST_ABOUT_ONE:
        raise _refusal("too_many")
    entries = {**before, entry.id: {STAMP: entry.stamp(), "values": dict(values)}}
    return {**data, ENTRIES: dict(sorted(entries.items(), key=lambda one: rank_of(one[1][STAMP])))}


def values_in(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what counts of all that was sent about one thing: the values of the highest rank; nothing where nothing was sent."""
    held = list(data.get(ENTRIES, {}).values())
    values: Mapping[str, Any] = max(held, key=lambda one: rank_of(one[STAMP]))["values"] if held else {}
    return values


def stamp_in(data: Mapping[str, Any], entry_id: str) -> Mapping[str, Any] | None:
    """Return the stamp that a record's data hold of an entry, None where they hold none."""
    own = data.get(STAMP)
    if isinstance(own, Mapping) and own.get("id") == entry_id:
        return own
    held = data.get(ENTRIES, {}).get(entry_id)
    return held[STAMP] if held else None


def rank_of(stamp: Mapping[str, Any]) -> Rank:
    """Return what decides among several stamps about the same thing."""
    return int(stamp["seq"]), str(stamp["id"])


def _refused(refusal: Refusal, entry: Entry | None, voice: Voice) -> Response:
    """Answer with what the phone keeps beside the entry; whatever was refused stays there."""
    words = refusal.words or voice.words.gettext(QUEUE_WORDS.get(refusal.code, QUEUE_WORDS["malformed"]))
    code = refusal.code if refusal.code in {"conflict", "other_person"} else "refused"
    told = {**refusal.details, "code": code, "reason": refusal.code, "id": entry.id if entry else "", "message": words}
    return json_response(told, status=refusal.status)


def _refusal(code: str) -> Refusal:
    return Refusal(_STATUS.get(code, HTTPStatus.UNPROCESSABLE_ENTITY), code)


def _from_form(request: Request) -> tuple[str, tuple[SentFile, ...]]:
    sent = list(request.POST.items())
    texts = [value for name, value in sent if name == ENTRY_FIELD and isinstance(value, str)]
    files = tuple(sent_file(name, value) for name, value in sent if not isinstance(value, str))
    if len(texts) != 1 or len(files) > MOST_FILES:
        raise ValueError("one entry, a few files")
    return texts[0], files


def _entry(sent: Any, files: tuple[SentFile, ...], *, now: datetime) -> Entry:
    if not isinstance(sent, dict):
        raise ValueError("no entry")  # noqa: TRY004 -- every bad body is one refusal
    if sent.get("schema") != SCHEMA:
        raise _refusal("other_schema")
    names = [[one["field"], one["size"]] for one in sent.get("photos", [])]
    if names != [[one.field, len(one.data)] for one in files] or not all(_FIELD.fullmatch(one.field) for one in files):
        raise ValueError("not the files that the entry names")
    seq, data, kind, person = sent["seq"], sent["data"], sent["kind"], sent["person"]
    if isinstance(seq, bool) or not isinstance(seq, int) or not 0 < seq <= _LARGEST_NUMBER:
        raise ValueError("no count")
    if not isinstance(data, dict) or not _KIND.fullmatch(kind) or not 0 < len(person) <= _LONGEST_MARK:
        raise ValueError("no entry")
    made_at = sent.get("made_at", "")
    return Entry(
        id=_uuid(sent["id"]),
        device=_uuid(sent["device"]),
        seq=seq,
        person=person,
        kind=kind,
        data=data,
        made_at=made_at[:_LONGEST_TIME] if isinstance(made_at, str) else "",
        received_at=now,
        digest=_digest(sent, files),
        files=files,
    )


def _digest(sent: Mapping[str, Any], files: tuple[SentFile, ...]) -> str:
    """Return what tells two entries of one id apart: all but the clock, which a phone may set right between two tries."""
    said = {name: sent[name] for name in ("device", "seq", "person", "kind", "data")}
    said["files"] = [[one.field, hashlib.sha256(one.data).hexdigest()] for one in files]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _uuid(value: Any) -> str:
    text = str(value).lower()
    if not _UUID.fullmatch(text):
        raise ValueError("no UUID")
    return str(uuid.UUID(text))


def _plain(value: Any, depth: int = 0) -> Any:
    """Return what was sent without characters that no page and no storage can hold; refuse what is nested too deeply."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        return possible(value)
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {possible(name): _plain(one, depth + 1) for name, one in value.items()}
    return value


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _time(text: str) -> datetime | None:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return None
