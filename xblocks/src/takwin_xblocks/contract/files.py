"""Files that people hand in with their work: photos, recordings, documents; what may be sent, and what is kept of it.

`coop_files` is a service that a host may lend (`@XBlock.wants("coop_files")`); where it lacks, a block offers text alone. A block
asks with `upload_html` (`contract.upload_form`), reads with `self.answered(request, act, read=read_upload)` and, in `act`,
`uploads_of(submission, ASK, voice=voice)`, and keeps with `keep(uploads, self.files, voice)`, which returns what belongs in its
own data: `{"file": id, "name": …, "kind": …, "size": …, "words": …, "position": [33.57, -7.59]}`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol

from takwin_xblocks.contract.element import error_html
from takwin_xblocks.contract.forms import Refusal, SentFile, Submission
from takwin_xblocks.contract.markup import possible, unturned
from takwin_xblocks.contract.media import LARGEST, MIB, Takes, kind_of, safe_name, takes_of
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.stripping import PictureRefused, position_of, stripped
from takwin_xblocks.contract.voice import Voice

MOST_FILES: Final = 60
MOST_BYTES_OF_FILES: Final = 20 * MIB
"""What one person may have in one block."""
LONGEST_WORDS: Final = 300
REMOVE_FIELD: Final = "remove"
"""Names the button beside an attached file; its value is the file's id."""

Position = tuple[float, float]
"""Latitude and longitude, to two decimals: about a kilometre."""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that the host keeps."""

    id: str
    name: str
    kind: str
    """Its media type, as its bytes show."""
    size: int
    is_new: bool = True
    """Whether it was just kept; False for the same bytes that were there before."""


class Files(Protocol):
    """The service `coop_files`: files of one block. What is put or dropped is kept or undone with everything else that a handler did."""

    refusal: type[Exception]
    """What `put` raises, a class of the host's own with a `code`: `full` (too many, or too much), `too_large`, `not_taken`."""

    def put(self, data: bytes, *, name: str, kind: str) -> File:
        """Keep bytes as a file of whoever acts; the same bytes again are the same file. Raises `refusal`."""

    def get(self, file_id: str) -> tuple[File, bytes] | None:
        """Return a file of this block, None where there is none."""

    def url(self, file_id: str) -> str:
        """Return an address that serves the file to this reader alone, for a day; '' in a host that cannot.

        Whoever shows it has decided that this reader may see the file.
        """

    def drop(self, file_id: str) -> None:
        """Give up a file of whoever acts; of another's, or of none, nothing is done."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A control of a form through which files come: fields `photo-1`, `photo-2`…, `photo-1-words`, `photo-1-position`."""

    name: str
    takes: Takes
    most: int = 1
    position: bool = False
    """Whether the form asks if it may keep where photos were taken."""
    seconds: int = 120
    """The longest recording."""

    def fields(self) -> tuple[str, ...]:
        """Return the names of its file fields."""
        return tuple(f"{self.name}-{place}" for place in range(1, self.most + 1))

    @property
    def consent_field(self) -> str:
        """Return the name of the box that allows to keep positions."""
        return f"{self.name}-position"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that may be kept: of a kind that is taken, within its size, a photo without what its camera wrote into it."""

    ask: str
    field: str
    name: str
    kind: str
    data: bytes
    words: str = ""
    """What it shows, in its sender's words."""
    position: Position | None = None
    """Where the photo was taken, only if its sender allowed it to be kept."""


def uploads_of(submission: Submission, *asks: Ask, voice: Voice) -> tuple[Upload, ...]:
    """Return the files that came through these controls, in order; files in other fields are left out.

    Refuses (422, words by field in `errors_html`) empty ones, what is too large, not of a kind that the control takes, or no
    whole picture.
    """
    by_field = {field: ask for ask in asks for field in ask.fields()}
    found, errors = [], {}
    for sent in submission.files:
        ask = by_field.pop(sent.field, None)
        if ask is None:
            continue
        try:
            found.append(_upload(sent, ask, submission))
        except _NotTaken as refused:
            errors[sent.field] = refused.said(voice)
    if errors:
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "file_refused",
            " ".join(dict.fromkeys(errors.values())),
            errors=errors,
            errors_html={field: error_html(words) for field, words in errors.items()},
        )
    order = [field for ask in asks for field in ask.fields()]
    return tuple(sorted(found, key=lambda one: order.index(one.field)))


def keep(uploads: Iterable[Upload], files: Files, voice: Voice) -> list[dict[str, Any]]:
    """Hand files to the host and return what a block writes into its data for each. Refuses (409) all of them when one is not taken."""
    kept: dict[str, dict[str, Any]] = {}
    fresh: set[str] = set()
    for one in uploads:
        try:
            file = files.put(one.data, name=one.name, kind=one.kind)
        except files.refusal as refused:
            code = getattr(refused, "code", "not_taken")
            for file_id in fresh:  # what was there before may stand in work that is handed in
                files.drop(file_id)
            words = voice.say(_REFUSED.get(code, _REFUSED["not_taken"]), most=MOST_FILES, size=MOST_BYTES_OF_FILES // MIB)
            raise Refusal(HTTPStatus.CONFLICT, "file_refused", words) from refused
        if file.is_new:
            fresh.add(file.id)
        about: dict[str, Any] = {"words": one.words, "ask": one.ask} if one.words else {"ask": one.ask}
        if one.position is not None:
            about["position"] = list(one.position)
        kept[file.id] = {"file": file.id, "name": file.name, "kind": file.kind, "size": file.size, **about}
    return list(kept.values())


def without_removed(attached: Sequence[Mapping[str, Any]], submission: Submission, files: Files | None) -> list[dict[str, Any]]:
    """Return what stays attached after the button beside a file was pressed, and give up what was removed."""
    removed = set(submission.fields.get(REMOVE_FIELD, []))
    if files is not None:
        for one in attached:
            if one["file"] in removed:
                files.drop(str(one["file"]))
    return [dict(one) for one in attached if one["file"] not in removed]


class _NotTaken(Exception):
    def __init__(self, words: str, **given: object) -> None:
        super().__init__(words)
        self.words = words
        self.given = given

    def said(self, voice: Voice) -> str:
        return voice.say(self.words, **self.given)


def _upload(sent: SentFile, ask: Ask, submission: Submission) -> Upload:
    if not sent.data:
        raise _NotTaken(_EMPTY)
    kind = kind_of(sent.data)
    takes = takes_of(kind)
    if takes != ask.takes:
        raise _NotTaken(_INSTEAD.get(kind, _WANTED[ask.takes]) if takes is None else _WANTED[ask.takes])
    if len(sent.data) > LARGEST[takes]:
        raise _NotTaken(_TOO_LARGE[takes], size=LARGEST[takes] // MIB)
    data, position = sent.data, None
    if takes == "image":
        if ask.position and submission.fields.get(ask.consent_field):
            position = _position_sent(submission, sent.field) or position_of(sent.data)
        try:
            data = stripped(sent.data, kind)
        except PictureRefused as refused:
            raise _NotTaken(_BAD_PICTURE[refused.code]) from refused
    words = " ".join(unturned(possible("".join(submission.fields.get(f"{sent.field}-words", [])[:1]))).split())[:LONGEST_WORDS]
    return Upload(
        ask=ask.name, field=sent.field, name=safe_name(sent.name, kind), kind=kind, data=data, words=words, position=position
    )


def _position_sent(submission: Submission, field: str) -> Position | None:
    """Return the position that the page's script read from the photo before it made it smaller."""
    said = "".join(submission.fields.get(f"{field}-position", [])[:1]).split(",")
    try:
        latitude, longitude = (float(one) for one in said)
    except ValueError:
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004
        return None
    return round(latitude, 2), round(longitude, 2)


_EMPTY = N_("This file is empty. Choose it again.")
_WANTED: Mapping[Takes, str] = {
    "image": N_("This is not a photo that can be kept. Send a JPEG, PNG or WebP picture."),
    "audio": N_("This is not a recording that can be kept. Send a WebM, OGG, M4A, MP3 or WAV file."),
    "document": N_("This file cannot be kept. Send a PDF, ODT, DOCX or XLSX document, or a plain text."),
}
_INSTEAD: Mapping[str, str] = {
    "heic": N_(
        "This photo is in a format that many phones cannot show. Take a screenshot of it and send that, or save it as JPEG."
    ),
    "picture": N_("This kind of picture cannot be kept. Save it as JPEG or PNG, or take a screenshot of it and send that."),
    "video": N_("Videos cannot be kept. Send photos, or record only the sound."),
    "sound": N_("This kind of recording cannot be kept. Save it as MP3 or M4A, or record it here."),
    "old_document": N_("This document is in an old format. Save it as PDF, DOCX or ODT and send that."),
    "archive": N_("Packed files cannot be kept. Unpack it and send the documents one by one."),
    "program": N_("This file holds a program or macros, and is not kept. Save it as PDF and send that."),
    "page": N_("Web pages and drawings with code in them are not kept. Save it as PDF and send that."),
}
_TOO_LARGE: Mapping[Takes, str] = {
    "image": N_("This photo is larger than {size} MB. Send it with a lower quality, or a screenshot of it."),
    "audio": N_("This recording is larger than {size} MB. Record it here, or send it in two parts."),
    "document": N_("This document is larger than {size} MB. Make its pictures smaller, or send it in two parts."),
}
_BAD_PICTURE: Mapping[str, str] = {
    "broken": N_("This picture is damaged or not whole. Choose it again, or take a screenshot of it and send that."),
    "moving": N_("Moving pictures cannot be kept. Take a screenshot of it and send that."),
    "too_many_points": N_("This picture is too wide or too high. Send it with a lower quality, or a screenshot of it."),
}
_REFUSED: Mapping[str, str] = {
    "full": N_("You have reached {most} files or {size} MB here. Remove one first."),
    "too_large": N_("This file is too large to be kept. Send a smaller one."),
    "not_taken": N_("This file cannot be kept. Send another one."),
}
