"""The `coop_files` service of one block: photos, recordings and documents that people hand in with their work.

A photo that a phone made small is kept as it came, its camera's notes taken out by the block: drawing it anew in a process of its
own costs 130 ms for each, and gains nothing. One of more than 300 KiB, sent by a page without script, is drawn anew (half a
second): what a trainer then loads is a quarter of it.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from lms_app.domain.handed_in import LARGEST_FILE, PICTURES, TAKEN, HandedIn, is_too_much
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.work import FileChange, FileGone
from lms_app.runtime.work import WorkBuffer
from lms_app.storage.blobs import Blobs

_SMALL_ENOUGH: Final = 300 * 1024
_LONGEST_NAME: Final = 120
_TOKEN_BYTES: Final = 24

Redraw = Callable[[bytes], bytes | None]
"""Draws a picture anew as WebP, no wider than a laptop shows it; None where that cannot be."""
Address = Callable[[str, BlockId], str]
"""Makes the address at which one reader gets a file of a block."""


class FileReader(Protocol):
    """Files of one course, as stored."""

    def file(self, block: BlockId, token: str) -> HandedIn | None:
        """Return a file of a block, None where there is none."""

    def of_person(self, block: BlockId, person: PersonId) -> tuple[HandedIn, ...]:
        """Return what a person handed in to a block, in order, in one query."""


class FilesRefused(Exception):
    """The file is not kept: `full` (too many, or too much), `too_large`, `not_taken` (of another kind)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class File:
    """A file as blocks know it."""

    id: str
    name: str
    kind: str
    size: int
    is_new: bool = True
    """Whether it was just kept; False for the same bytes that were there before."""


class FilesService:
    """Files of one block for whoever acts. Rows are written when the handler's other changes are, bytes at once."""

    refusal = FilesRefused

    def __init__(
        self, work: WorkBuffer, block: BlockId, *, reader: FileReader, blobs: Blobs, address: Address, redraw: Redraw
    ) -> None:
        self._work = work
        self._block = block
        self._reader = reader
        self._blobs = blobs
        self._address = address
        self._redraw = redraw

    def put(self, data: bytes, *, name: str, kind: str) -> File:
        """Keep bytes as a file of whoever acts; the same bytes again are the same file.

        Refused (`FilesRefused`): another kind than those that are taken, more than 5 MiB, more than one person may have here.
        """
        if kind not in TAKEN or not data:
            raise FilesRefused("not_taken")
        if len(data) > LARGEST_FILE:
            raise FilesRefused("too_large")
        name = _safe(name)
        if kind in PICTURES and len(data) > _SMALL_ENOUGH:
            data, name, kind = self._smaller(data, name, kind)
        sha256 = hashlib.sha256(data).hexdigest()
        mine = self._mine()
        for each in mine:
            if each.sha256 == sha256 and each.kind == kind:
                return _told(each, is_new=False)
        if is_too_much((*(each.size for each in mine), len(data))):
            raise FilesRefused("full")
        change = FileChange(
            block=self._block,
            token=secrets.token_urlsafe(_TOKEN_BYTES),
            person=self._work.reader.me,
            sha256=self._blobs.put_anew(data),  # the same bytes may be about to go, since somebody took them back
            kind=kind,
            size=len(data),
            name=name,
        )
        self._work.change_file(change)
        return _told(change)

    def get(self, file_id: str) -> tuple[File, bytes] | None:
        """Return a file of this block, None where there is none."""
        found = self._find(file_id)
        return (_told(found), self._blobs.get(found.sha256)) if found is not None else None

    def url(self, file_id: str) -> str:
        """Return the address at which this reader alone gets the file, for up to a day; asking costs nothing."""
        return self._address(file_id, self._block)

    def drop(self, file_id: str) -> None:
        """Give up a file of whoever acts; of another's, or of none, nothing is done."""
        if any(each.token == file_id for each in self._mine()):
            self._work.change_file(FileGone(block=self._block, token=file_id))

    def _smaller(self, data: bytes, name: str, kind: str) -> tuple[bytes, str, str]:
        drawn = self._redraw(data)
        if drawn is None or len(drawn) >= len(data):
            return data, name, kind
        return drawn, f"{name.rpartition('.')[0] or name}.webp", "image/webp"

    def _find(self, token: str) -> HandedIn | FileChange | None:
        for change in reversed(self._work.files(self._block)):
            if change.token == token:
                return change if isinstance(change, FileChange) else None
        return self._reader.file(self._block, token)

    def _mine(self) -> list[HandedIn | FileChange]:
        """Return what whoever acts has in this block, as it is now."""
        me, changes = self._work.reader.me, self._work.files(self._block)
        gone = {change.token for change in changes if isinstance(change, FileGone)}
        mine: list[HandedIn | FileChange] = [*self._reader.of_person(self._block, me)]
        mine += [change for change in changes if isinstance(change, FileChange) and change.person == me]
        return [each for each in mine if each.token not in gone]


def _told(file: HandedIn | FileChange, *, is_new: bool = True) -> File:
    return File(id=file.token, name=file.name, kind=file.kind, size=file.size, is_new=is_new)


def _safe(name: str) -> str:
    """Return a name without folders and signs that nobody sees; blocks clean names too, but not every block is ours."""
    kept = "".join(sign for sign in name if sign not in '/\\"' and unicodedata.category(sign)[0] != "C")
    return kept.strip()[-_LONGEST_NAME:] or "file"
