"""Blocks with their texts side by side: what the source says, what the translation says, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_pages
from lms_app.adapters.nodes import read_nodes, read_snapshot
from lms_app.domain.content import Hash, Json, Outline, hash_of
from lms_app.domain.keys import BlockId
from lms_app.services.authoring.drafts import Draft
from lms_app.services.authoring.translating.states import State, noted_for, old_texts, state_of
from lms_app.services.authoring.translating.units import Unit, is_own_page, is_page, page_block, told_in, units_of

PAGE_TYPE: Final = "about"
LESSON: Final = "sequential"


@dataclass(frozen=True)
class Line:
    """One text: source and translation."""

    unit: Unit
    told: str
    """The translation; empty when there is none."""
    state: State
    made_from: str
    """Digest of the source text that the translation was made from; empty where nobody knows."""
    before: str | None = None
    """The source text as it was then, where it is another now and was kept."""

    @property
    def was(self) -> str:
        """What a save names to say which translation it replaces."""
        return hash_of(self.told) if self.told else ""


@dataclass(frozen=True)
class Sheet:
    """One block with all its texts."""

    block: BlockId
    type: str
    title: str
    structure: Json
    """Of a block that has one: where each text stands in it."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    """What is translated together: a lesson with all in it; the first one has the course's title, chapters and pages."""

    block: BlockId
    title: str
    chapter: str
    blocks: tuple[BlockId, ...]


def sections_of(outline: Outline, pages: Iterable[str] = ()) -> tuple[Section, ...]:
    """Return the course in parts that fit on a page, in reading order; every block is in one."""
    parts = outline.once("translating sections", lambda: _sections(outline))
    return (_with_pages(parts[0], pages), *parts[1:])


def read_sheets(session: Session, draft: Draft, language: str, blocks: Sequence[BlockId]) -> tuple[Sheet, ...]:
    """Return these blocks with their texts, those without words left out: a number of reads that does not grow."""
    outline = draft.outline
    fields, texts = _read(session, draft, language, blocks)
    noted = noted_for(session, draft.course.id, language, list(fields))
    found = [
        _sheet(outline, block, fields[block], texts.get(block, {}), noted.get(block, {})) for block in blocks if block in fields
    ]
    old = old_texts(session, [line.made_from for sheet in found for line in sheet.lines if line.state == "stale"])
    return tuple(_with_old(sheet, old) for sheet in found if sheet.lines)


def read_fields(
    session: Session, draft: Draft, language: str, blocks: Sequence[BlockId]
) -> tuple[dict[BlockId, Mapping[str, Json]], dict[BlockId, Mapping[str, Json]]]:
    """Return the blocks' fields in the source, and their texts in the language where there are any."""
    return _read(session, draft, language, blocks)


def course_pages(session: Session, draft: Draft) -> tuple[BlockId, ...]:
    """Return the pages about the course that can be translated, as if they were blocks."""
    pages = load_pages(session, draft.snapshot)
    return tuple(page_block(path) for path in pages if is_own_page(path))


def _sections(outline: Outline) -> tuple[Section, ...]:
    held: dict[BlockId, list[BlockId]] = {outline.root: []}
    lesson_of: dict[BlockId, BlockId] = {}
    for block, entry in outline.entries.items():  # those that hold stand before those held
        above = lesson_of.get(entry.parent) if entry.parent else None
        lesson = block if entry.type == LESSON and above in {None, outline.root} else above or outline.root
        lesson_of[block] = lesson
        held.setdefault(lesson, []).append(block)
    return tuple(
        Section(lesson, outline[lesson].title, _title_above(outline, lesson), tuple(blocks)) for lesson, blocks in held.items()
    )


def _title_above(outline: Outline, lesson: BlockId) -> str:
    holder = outline[lesson].parent
    return outline[holder].title if holder and holder != outline.root else ""


def _with_pages(first: Section, pages: Iterable[str]) -> Section:
    return Section(first.block, first.title, first.chapter, (*first.blocks, *(BlockId(page) for page in pages)))


def _read(
    session: Session, draft: Draft, language: str, blocks: Sequence[BlockId]
) -> tuple[dict[BlockId, Mapping[str, Json]], dict[BlockId, Mapping[str, Json]]]:
    nodes = {block: draft.outline[block].node for block in blocks if block in draft.outline}
    overlay = read_snapshot(session, draft.snapshot).overlays.get(language)
    known: Mapping[BlockId, Hash] = read_nodes(session, [overlay])[overlay]["texts"] if overlay else {}
    keys = {block: known[block] for block in nodes if block in known}
    bodies = read_nodes(session, [*nodes.values(), *keys.values()])
    fields: dict[BlockId, Mapping[str, Json]] = {block: bodies[node]["fields"] for block, node in nodes.items()}
    texts: dict[BlockId, Mapping[str, Json]] = {block: bodies[key] for block, key in keys.items()}
    if any(is_page(block) for block in blocks):
        pages = load_pages(session, draft.snapshot)
        for block in blocks:
            path = is_page(block)
            if path and path in pages:
                fields[block] = {"data": pages[path]}
                texts[block] = {"data": pages[f"{language}:{path}"]} if f"{language}:{path}" in pages else {}
    return fields, texts


def _sheet(
    outline: Outline, block: BlockId, fields: Mapping[str, Json], texts: Mapping[str, Json], noted: Mapping[str, str]
) -> Sheet:
    path = is_page(block)
    kind = PAGE_TYPE if path else outline[block].type
    told = told_in(kind, texts)
    lines = []
    for unit in units_of(kind, fields):
        said, made_from = told.get(unit.path, ""), noted.get(unit.path)
        state = state_of(unit, said, made_from)
        lines.append(Line(unit, "" if state == "missing" else said, state, made_from or ""))
    title = path or outline[block].title
    return Sheet(block, kind, title, fields.get("structure"), tuple(lines))


def _with_old(sheet: Sheet, old: Mapping[str, str]) -> Sheet:
    if not any(line.made_from in old for line in sheet.lines):
        return sheet
    lines = tuple(
        Line(line.unit, line.told, line.state, line.made_from, old.get(line.made_from) if line.state == "stale" else None)
        for line in sheet.lines
    )
    return Sheet(sheet.block, sheet.type, sheet.title, sheet.structure, lines)
