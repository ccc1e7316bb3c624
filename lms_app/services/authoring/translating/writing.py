"""Keeping translations: texts are laid into a course's draft, all that came together in one revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_pages
from lms_app.domain.actors import Actor
from lms_app.domain.content import LANGUAGES, Json, hash_of
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.services.authoring.drafts import Draft, commit, hold_draft, with_edit
from lms_app.services.authoring.translating.sheets import PAGE_TYPE, read_fields
from lms_app.services.authoring.translating.states import note
from lms_app.services.authoring.translating.units import Unit, is_page, told_in, units_of, with_told

LONGEST: Final = 1_000_000
"""Characters in one text."""


@dataclass(frozen=True)
class Told:
    """What a translator says for one text."""

    text: str
    """Empty: there is no translation any more."""
    made_from: str = ""
    """Digest of the source text that they had before them; '' means the text as it is now."""
    was: str | None = None
    """Digest of the translation that this replaces ('' for none); None replaces whatever there is."""


@dataclass(frozen=True)
class Apart:
    """A text that two people translated at once."""

    block: BlockId
    path: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Kept:
    """What was kept."""

    revision: int | None
    """None when every text was there already."""
    changed: int


def add_language(session: Session, actor: Actor, key: CourseKey, language: str, *, message: str, now: datetime) -> int:
    """Give the course a language in which nothing is translated yet; refuse one that it has, or that Takwin does not speak."""
    draft = hold_draft(session, key)
    if language not in LANGUAGES:
        raise Invalid("bad_language", field="language")
    if language in draft.outline.languages:
        raise Conflict("language_there", language=language)
    return _commit(session, actor, draft, Edit(more_languages=(language,)), message=message, now=now)


def remove_language(session: Session, actor: Actor, key: CourseKey, language: str, *, message: str, now: datetime) -> int:
    """Take a language with all its texts and files out of the draft; the history brings it back. Refused: the source language."""
    draft = hold_draft(session, key)
    if language not in draft.outline.languages:
        raise NotFound("no_such_language", language=language)
    if language == draft.outline.language:
        raise Conflict("language_is_source", language=language)
    pages = load_pages(session, draft.snapshot)
    kept = {path: text for path, text in pages.items() if not path.startswith(f"{language}:")}
    edit = Edit(fewer_languages=(language,), pages=kept if len(kept) != len(pages) else None)
    return _commit(session, actor, draft, edit, message=message, now=now)


def keep_texts(
    session: Session,
    actor: Actor,
    key: CourseKey,
    language: str,
    told: Mapping[BlockId, Mapping[str, Told]],
    *,
    message: str,
    now: datetime,
) -> Kept:
    """Lay the texts into the draft and note which source texts they were made from.

    Refused: a language that the course does not have or is written in (`NotFound`), a block or a text that is not there
    (`NotFound`), a text that is too long (`Invalid`), and one that somebody else translated otherwise meanwhile (`Conflict`, with
    every such text as `Apart` among its facts).
    """
    draft = hold_draft(session, key)
    if language not in draft.outline.languages or language == draft.outline.language:
        raise NotFound("no_such_language", language=language)
    blocks = list(told)
    fields, texts = read_fields(session, draft, language, blocks)
    apart: list[Apart] = []
    changed = 0
    made: dict[BlockId, Mapping[str, Json]] = {}
    made_from: dict[BlockId, dict[str, str]] = {}
    for block in blocks:
        if block not in fields:
            raise NotFound("no_such_block", block=block)
        kind = PAGE_TYPE if is_page(block) else draft.outline[block].type
        known = {unit.path: unit for unit in units_of(kind, fields[block])}
        mine, there = told[block], told_in(kind, texts.get(block, {}))
        _check(block, mine, known)
        apart += _apart(block, mine, there)
        fresh = {path: one.text for path, one in mine.items() if one.text.strip() != there.get(path, "").strip()}
        made_from[block] = {path: one.made_from or known[path].digest for path, one in mine.items() if one.text.strip()}
        if fresh:
            made[block] = with_told(kind, fields[block], texts.get(block, {}), fresh)
            changed += len(fresh)
    if apart:
        raise Conflict("edit_conflict", clashes=tuple(apart))
    note(session, draft.course.id, language, made_from, person=actor.person_id, now=now)
    if not made:
        return Kept(None, 0)
    edit = Edit(
        texts={language: {block: one for block, one in made.items() if not is_page(block)}},
        pages=_pages(session, draft, language, made),
    )
    return Kept(_commit(session, actor, draft, edit, message=message, now=now), changed)


def _check(block: BlockId, told: Mapping[str, Told], known: Mapping[str, Unit]) -> None:
    for path, one in told.items():
        if path not in known:
            raise NotFound("no_such_text", block=block, path=path)
        if len(one.text) > LONGEST:
            raise Invalid("field_too_long", field=path)


def _apart(block: BlockId, told: Mapping[str, Told], there: Mapping[str, str]) -> list[Apart]:
    found = []
    for path, one in told.items():
        theirs = there.get(path, "")
        is_other = one.was is not None and one.was != (hash_of(theirs) if theirs else "")
        if is_other and theirs.strip() != one.text.strip():
            found.append(Apart(block, path, mine=one.text, theirs=theirs))
    return found


def _pages(session: Session, draft: Draft, language: str, made: Mapping[BlockId, Mapping[str, Json]]) -> dict[str, str] | None:
    changed = {f"{language}:{is_page(block)}": str(texts.get("data", "")) for block, texts in made.items() if is_page(block)}
    if not changed:
        return None
    pages = {**load_pages(session, draft.snapshot), **changed}
    return {path: text for path, text in pages.items() if text or path not in changed}


def _commit(session: Session, actor: Actor, draft: Draft, edit: Edit, *, message: str, now: datetime) -> int:
    snapshot = with_edit(session, draft, edit, now=now)
    return commit(session, draft, snapshot, author=actor.person_id, message=message, now=now).id
