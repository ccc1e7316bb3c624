"""Work that people judge, as it passes between blocks and what is stored: records, files, and what a visit changed of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from lms_app.domain.keys import BlockId, PersonId

WAITING: Final = "waiting"
CLAIMED: Final = "claimed"
STATES: Final = ("draft", WAITING, CLAIMED, "returned", "done", "refused")
"""The words of a record's state; the desk shows what is `waiting`, and what was claimed and forgotten."""
CLAIM_LASTS: Final = timedelta(minutes=30)
"""How long a piece of work stays with whoever took it in hand."""
LONGEST_KEY: Final = 255
_WORD: Final = re.compile(r"(?=.{1,64}$)[a-z0-9]+([_./:-][a-z0-9]+)*")
"""A word that a block reads: small Latin letters and figures, no spaces."""
_FIGURES: Final = re.compile(r"[\d./:-]{6,}")
"""What may be the number of a phone or of a card."""
_OF_PEOPLE: Final = frozenset(
    {"text", "words", "answers", "comments", "overall", "remark", "reason", "note", "notes", "place", "cooperative", "consent"}
    | {"name", "who", "phone", "code", "device", "typed"}
)
"""Under these names stand texts of people, a single word perhaps."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.+Z-]*)?")


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record of a block as it stands."""

    key: str
    kind: str
    state: str
    learner: PersonId | None = None
    judge: PersonId | None = None
    author: PersonId | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    """0 for one that is not stored yet."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class RecordChange:
    """A record as it is to be stored; its `version` is the one that was read."""

    block: BlockId
    record: Record


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """A file that was handed in; its bytes are among the blobs already."""

    block: BlockId
    token: str
    person: PersonId
    sha256: str
    kind: str
    size: int
    name: str


@dataclass(frozen=True, kw_only=True)
class FileGone:
    """A file that was taken back."""

    block: BlockId
    token: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Records of learners as they were listed."""

    block: BlockId
    asked: Asked
    found: frozenset[tuple[str, int]]
    """Their keys and versions."""


@dataclass(frozen=True)
class WorkChanges:
    """All that a visit changed of records and files."""

    records: tuple[RecordChange, ...] = ()
    files: tuple[FileChange | FileGone, ...] = ()
    lists: tuple[Listed, ...] = ()
    """What was listed of the learners whom this is about: sums are made of it, which must still be right."""

    def __bool__(self) -> bool:
        return bool(self.records or self.files)


@dataclass(frozen=True, kw_only=True)
class Known:
    """A person as blocks that are judged may know them."""

    id: PersonId
    name: str
    language: str = ""
    code: str = ""
    """What their signed personal QR code says."""
    group: str = ""
    """Name of their cohort."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which records of a block somebody asks for; what is empty is not asked about."""

    kind: str = ""
    learner: PersonId | None = None
    judge: PersonId | None = None
    author: PersonId | None = None
    states: tuple[str, ...] = ()
    limit: int = 200
    newest_first: bool = False
    learners: frozenset[PersonId] | None = None
    """Any of these; None for all."""

    def takes(self, record: Record) -> bool:
        """Tell whether a record is among them."""
        about = (("kind", self.kind or None), ("learner", self.learner), ("judge", self.judge), ("author", self.author))
        same = all(wanted is None or getattr(record, name) == wanted for name, wanted in about)
        theirs = self.learners is None or record.learner in self.learners
        return same and theirs and (not self.states or record.state in self.states)


def versions_of(records: Iterable[Record]) -> frozenset[tuple[str, int]]:
    """Return keys and versions of records, by which a list is known again."""
    return frozenset((record.key, record.version) for record in records)


class WorkRefused(Exception):
    """Records can't be changed so: `taken`, `full`, `not_yours` or `gone`. A block may name a class of its own for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_free(record: Record, person: PersonId, *, now: datetime) -> bool:
    """Tell whether a person may take a piece of work in hand: nobody else has it, or whoever has it forgot it."""
    return record.state != CLAIMED or record.judge == person or now - record.updated_at > CLAIM_LASTS


def without_texts(data: Any) -> Any:
    """Return data of a record with every text emptied: figures, levels and days stay.

    So do the words that blocks themselves read (`accepted`, `am`, `work/12`), or nobody could open the list in which it stands.
    """
    if isinstance(data, Mapping):
        return {name: _emptied(value) if name in _OF_PEOPLE else without_texts(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [without_texts(value) for value in data]
    is_kept = not isinstance(data, str) or _MOMENT.fullmatch(data) or (_WORD.fullmatch(data) and not _FIGURES.fullmatch(data))
    return data if is_kept else ""


def _emptied(value: Any) -> Any:
    """Return what stands under a name that people write under: not a word of it is kept."""
    if isinstance(value, Mapping):
        return {name: _emptied(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_emptied(each) for each in value]
    return "" if isinstance(value, str) else value
