"""The file for a professional translator: every text of a course or of a lesson, with what is translated already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy.orm import Session

from lms_app.domain.errors import NotFound
from lms_app.domain.keys import CourseKey
from lms_app.olx.xliff import Part, Text, unit_id, write
from lms_app.services.authoring.drafts import Draft, open_draft
from lms_app.services.authoring.translating.glossary import hints
from lms_app.services.authoring.translating.sheets import Line, Section, Sheet, course_pages, read_sheets, sections_of

_AT_ONCE: Final = 400


def export_texts(session: Session, key: CourseKey, language: str, *, section: str = "") -> bytes:
    """Return the texts of the draft as XLIFF 2, of one lesson or of all; refuse (`NotFound`) what the course does not have."""
    draft = open_draft(session, key)
    outline = draft.outline
    if language not in outline.languages or language == outline.language:
        raise NotFound("no_such_language", language=language)
    sections = [one for one in sections_of(outline, course_pages(session, draft)) if section in {"", one.block}]
    if not sections:
        raise NotFound("no_such_block", block=section)
    sheets = _sheets(session, draft, language, sections)
    parts = [
        Part(
            unit_id(one.block),
            f"{one.chapter} / {one.title}" if one.chapter else one.title,
            [_text(draft, sheet, line, language) for sheet in _in(one, sheets) for line in sheet.lines],
        )
        for one in sections
    ]
    return write(parts, source=outline.language, target=language)


def _sheets(session: Session, draft: Draft, language: str, sections: list[Section]) -> dict[str, Sheet]:
    blocks = [block for one in sections for block in one.blocks]
    found: dict[str, Sheet] = {}
    for start in range(0, len(blocks), _AT_ONCE):
        found |= {sheet.block: sheet for sheet in read_sheets(session, draft, language, blocks[start : start + _AT_ONCE])}
    return found


def _in(section: Section, sheets: Mapping[str, Sheet]) -> Iterator[Sheet]:
    return (sheets[block] for block in section.blocks if block in sheets)


def _text(draft: Draft, sheet: Sheet, line: Line, language: str) -> Text:
    unit = line.unit
    terms = [f"{hint.said} = {', '.join(hint.house)}" for hint in hints(unit.text, draft.outline.language, language)]
    return Text(
        id=unit_id(sheet.block, unit.path),
        name=f"{sheet.block} {unit.path}",
        source=unit.text,
        is_html=unit.kind == "html",
        digest=unit.digest,
        target=line.told,
        is_done=line.state == "done",
        notes=(
            ("where", f"{sheet.title} ({sheet.type})"),
            *((("glossary", "; ".join(terms)),) if terms else ()),
            *((("source-was", line.before),) if line.before else ()),
        ),
    )
