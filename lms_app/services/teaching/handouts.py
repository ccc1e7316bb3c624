"""The trainer's kit: what a course keeps for its trainers alone, unit by unit, to read and to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import CourseReader
from lms_app.adapters.courses import CourseFacts
from lms_app.domain.content import Outline, OutlineEntry
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId
from lms_app.domain.schedule import hidden_in
from lms_app.runtime.printing.press import LARGEST_PICTURES, Handout, Printable, Sheet, printable
from lms_app.storage.blobs import Blobs

TEXT: Final = "html"
UNIT: Final = "vertical"


@dataclass(frozen=True)
class Unit:
    """One handout: a unit of texts that learners do not see."""

    block: BlockId
    title: str


@dataclass(frozen=True)
class Part:
    """The handouts of one lesson."""

    title: str
    units: tuple[Unit, ...]


def kit_of(outline: Outline, language: str) -> tuple[Part, ...]:
    """Return what can be printed, lesson by lesson, with titles in this language; empty where a course keeps nothing for its trainers."""
    parts: dict[BlockId | None, list[OutlineEntry]] = {}
    for entry in _units(outline):
        parts.setdefault(entry.parent, []).append(entry)
    return tuple(
        Part(
            outline.title(lesson, language) if lesson else "", tuple(Unit(one.id, outline.title(one.id, language)) for one in units)
        )
        for lesson, units in parts.items()
    )


def printable_kit(session: Session, course: CourseFacts, units: Sequence[BlockId], *, language: str, blobs: Blobs) -> Printable:
    """Return these units in this language, each on a page of its own; all of the kit where none is named.

    It is read whole here, so that setting it, which takes seconds, keeps nobody's session open.
    Refused: `NotFound` for what is no handout of this course or no language of it; `Unavailable` as `printable` says.
    """
    reader = CourseReader(session, course.key, course.snapshot or "", language=language, blobs=blobs)
    known = {entry.id: entry for entry in _units(reader.outline)}
    wanted = [known[each] for each in units if each in known] if units else list(known.values())
    if not wanted or len(wanted) < len(units) or language not in (reader.outline.language, *reader.outline.languages):
        raise NotFound("no_such_block", block=units[0] if units else reader.root)
    sheets = [_sheet(reader, entry, language) for entry in wanted]
    over = reader.outline.title(reader.root, language)
    title = sheets[0].title if len(sheets) == 1 else over
    return printable(Handout(title, over, language, sheets), lambda name: _picture(reader, name))


def _units(outline: Outline) -> list[OutlineEntry]:
    hidden = hidden_in(outline)
    return [unit for unit in outline.of_type(UNIT) if unit.id in hidden and _texts(outline, unit)]


def _texts(outline: Outline, unit: OutlineEntry) -> list[OutlineEntry]:
    return [one for one in outline.children(unit.id) if one.type == TEXT]


def _sheet(reader: CourseReader, unit: OutlineEntry, language: str) -> Sheet:
    found = _texts(reader.outline, unit)
    texts = [str(reader.block(one.id).fields.get("data") or "") for one in found]
    told = reader.language_of(found[0].id)  # what nobody translated yet is printed as its author wrote it
    return Sheet(reader.outline.title(unit.id, language), "\n".join(texts), language="" if told == language else told)


def _picture(reader: CourseReader, name: str) -> bytes | None:
    found = reader.find_asset(name)
    return reader.asset(name) if found and found.size <= LARGEST_PICTURES else None
