"""The translation desk: a page of texts side by side, chosen by lesson, by what is left to do, or by a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from lms_app.domain.content import Outline
from lms_app.domain.errors import NotFound
from lms_app.domain.folding import folded
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.services.authoring.drafts import Draft, open_draft
from lms_app.services.authoring.translating.sheets import Section, Sheet, course_pages, read_sheets, sections_of
from lms_app.services.authoring.translating.states import Counts, Summary, summary
from lms_app.services.authoring.translating.units import plain_text

Show = Literal["all", "missing", "stale", "left"]
SHOWS: Final = ("all", "left", "missing", "stale")
ON_A_PAGE: Final = 12
"""Blocks on one page that has all that is left of the course, or all that has a word."""
_LOOKED_AT_ONCE: Final = 400


@dataclass(frozen=True)
class Progress:
    """How far the course is in one language."""

    language: str
    counts: Counts


@dataclass(frozen=True)
class Languages:
    """The languages of a course."""

    draft: Draft
    source: str
    others: tuple[Progress, ...]


@dataclass(frozen=True)
class Chapter:
    """A section with how far it is."""

    section: Section
    counts: Counts


@dataclass(frozen=True)
class Desk:
    """One page of the desk."""

    draft: Draft
    language: str
    counts: Counts
    """Of the whole course."""
    sections: tuple[Chapter, ...]
    section: BlockId | None
    """The lesson that is open; None when texts are chosen from the whole course."""
    sheets: tuple[Sheet, ...]
    page: int
    pages: int
    next_left: BlockId | None
    """The next lesson in which something is left to do."""


def languages_of(session: Session, key: CourseKey) -> Languages:
    """Return how far the course is in each language; raise `NotFound`."""
    draft = open_draft(session, key)
    found = summary(session, draft.course.id, draft)
    source = draft.outline.language
    others = tuple(Progress(code, found.whole(code)) for code in draft.outline.languages if code != source)
    return Languages(draft, source, others)


def open_desk(
    session: Session, key: CourseKey, language: str, *, section: str = "", show: str = "all", search: str = "", page: int = 1
) -> Desk:
    """Return a page of the desk. Refused (`NotFound`): a language or a lesson that the course does not have.

    Without a lesson, a filter or a word looks through the whole course; with neither, the first lesson opens.
    """
    draft = open_draft(session, key)
    outline = draft.outline
    if language not in outline.languages or language == outline.language:
        raise NotFound("no_such_language", language=language)
    done = summary(session, draft.course.id, draft)
    sections = sections_of(outline, course_pages(session, draft))
    chapters = tuple(Chapter(one, done.named(language, one.block, one.blocks)) for one in sections)
    by_block = {one.block: one for one in sections}
    if section and BlockId(section) not in by_block:
        raise NotFound("no_such_block", block=section)
    is_whole = not section and (show != "all" or bool(search.strip()))
    here = None if is_whole else by_block[BlockId(section)] if section else _first(chapters)
    blocks = [block for one in ([here] if here else sections) for block in one.blocks]
    blocks = [block for block in blocks if _is_wanted(done, language, block, show)]
    if search.strip():
        sheets = _searched(session, draft, language, blocks, search)
        pages = max(1, -(-len(sheets) // ON_A_PAGE))
        page = min(max(page, 1), pages)
        sheets = sheets[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    else:
        pages = 1 if here else max(1, -(-len(blocks) // ON_A_PAGE))
        page = min(max(page, 1), pages)
        sheets = read_sheets(session, draft, language, blocks if here else blocks[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
    return Desk(
        draft=draft,
        language=language,
        counts=done.whole(language),
        sections=tuple(one for one in chapters if one.counts.all),
        section=here.block if here else None,
        sheets=_only(sheets, show),
        page=page,
        pages=pages,
        next_left=_next_left(chapters, here.block if here else None),
    )


def open_sheet(session: Session, key: CourseKey, language: str, block: BlockId) -> tuple[Draft, Sheet | None]:
    """Return one block of the desk; None when there is nothing to translate in it."""
    draft = open_draft(session, key)
    if language not in draft.outline.languages or language == draft.outline.language:
        raise NotFound("no_such_language", language=language)
    sheets = read_sheets(session, draft, language, [block])
    return draft, sheets[0] if sheets else None


def titles_above(outline: Outline, block: BlockId) -> Sequence[str]:
    """Return where a block stands: the titles of what holds it, from its chapter down."""
    return [entry.title for entry in outline.path(block)[1:-1]] if block in outline else []


def _first(chapters: Sequence[Chapter]) -> Section:
    """Return the first lesson that has something left to do, else the first with any words."""
    left = [one for one in chapters if one.counts.missing or one.counts.stale]
    some = [one for one in chapters if one.counts.all]
    return (left or some or list(chapters))[0].section


def _is_wanted(done: Summary, language: str, block: BlockId, show: str) -> bool:
    counts = done.languages.get(language, {}).get(block)
    if counts is None:
        return False
    return {"missing": counts.missing, "stale": counts.stale, "left": counts.missing + counts.stale}.get(show, 1) > 0


def _only(sheets: Sequence[Sheet], show: str) -> tuple[Sheet, ...]:
    """Keep the lines that the filter asks for; their neighbours in a structure go, for the words above say where each stands."""
    states = {"missing": {"missing"}, "stale": {"stale"}, "left": {"missing", "stale"}}.get(show)
    if states is None:
        return tuple(sheets)
    return tuple(
        Sheet(one.block, one.type, one.title, one.structure, tuple(line for line in one.lines if line.state in states))
        for one in sheets
    )


def _searched(session: Session, draft: Draft, language: str, blocks: Sequence[BlockId], search: str) -> tuple[Sheet, ...]:
    wanted = folded(search)
    found: list[Sheet] = []
    for start in range(0, len(blocks), _LOOKED_AT_ONCE):
        for sheet in read_sheets(session, draft, language, blocks[start : start + _LOOKED_AT_ONCE]):
            lines = tuple(
                line
                for line in sheet.lines
                if wanted in folded(plain_text(line.unit.text)) or wanted in folded(plain_text(line.told))
            )
            if lines:
                found.append(Sheet(sheet.block, sheet.type, sheet.title, sheet.structure, lines))
    return tuple(found)


def _next_left(chapters: Sequence[Chapter], here: BlockId | None) -> BlockId | None:
    places = [one.section.block for one in chapters]
    start = places.index(here) + 1 if here in places else 0
    for one in (*chapters[start:], *chapters[:start]):
        if one.section.block != here and (one.counts.missing or one.counts.stale):
            return one.section.block
    return None
