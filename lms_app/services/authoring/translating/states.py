"""How far each translation is: done, made from a source text that is another now, or not there."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Table, func, select
from sqlalchemy.orm import Session

from lms_app.adapters.content import load_pages
from lms_app.adapters.nodes import read_node, read_nodes, read_snapshot, store_nodes
from lms_app.domain.content import Hash, Json, Outline, hash_of
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, PersonId
from lms_app.model.authoring import TranslationSource
from lms_app.services.authoring.drafts import Draft, texts_of
from lms_app.services.authoring.translating.units import Unit, is_own_page, is_told, page_block, told_in, units_of
from lms_app.storage.remembering import Memory
from lms_app.storage.upsert import upsert

State = Literal["done", "stale", "missing"]
_TABLE: Final = cast("Table", TranslationSource.__table__)
Wanted = tuple[tuple[str, Hash, bool], ...]
"""Path, digest, and whether it stands in a structure, of every text of a block that wants a translation."""
Told = Mapping[str, Hash]
"""Path → digest of what a block's translation says."""
_UNITS: Final[Memory[Wanted]] = Memory(budget=400_000)
"""By the block's node."""
_TOLD: Final[Memory[Told]] = Memory(budget=400_000)
"""By the translation's node."""
_NOTHING: Final[Told] = {}
_LOCK: Final = threading.Lock()
Noted = Mapping[tuple[str, str], Mapping[str, str]]
"""(Language, block) → path → digest of the source text that the translation was made from."""


@dataclass(frozen=True)
class Counts:
    """How many texts of a block (or of all below it) are how far in one language."""

    done: int = 0
    stale: int = 0
    missing: int = 0

    @property
    def all(self) -> int:
        """How many there are."""
        return self.done + self.stale + self.missing

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.done + other.done, self.stale + other.stale, self.missing + other.missing)


@dataclass(frozen=True)
class Summary:
    """How far a course is in each of its languages beside the source, block by block."""

    languages: Mapping[str, Mapping[BlockId, Counts]]
    """Language → block → its own texts; a block without words is not there."""

    def of(self, language: str, blocks: Iterable[BlockId]) -> Counts:
        """Return how far these blocks are together."""
        known = self.languages.get(language, {})
        found = [known[block] for block in dict.fromkeys(blocks) if block in known]
        return Counts(sum(one.done for one in found), sum(one.stale for one in found), sum(one.missing for one in found))

    def whole(self, language: str) -> Counts:
        """Return how far the course is."""
        return self.of(language, self.languages.get(language, ()))


@dataclass
class _Rows:
    """What is noted of one course, read on from where it was read last."""

    newest: datetime | None = None
    count: int = 0
    noted: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    """By snapshot, as long as nothing more is noted."""


_ROWS: Final[WeakKeyDictionary[Engine, dict[int, _Rows]]] = WeakKeyDictionary()


def state_of(unit: Unit, told: str | None, made_from: str | None) -> State:
    """Return how far one text is; a translation of which nobody knows what it was made from came with the course, and is done."""
    if not is_told(unit, told, made_from=made_from):
        return "missing"
    return "stale" if made_from is not None and made_from != unit.digest else "done"


def summary(session: Session, course_id: int, draft: Draft) -> Summary:
    """Return how far the draft is in each language: a number of reads that does not grow, and next to none when nothing changed."""
    outline, held = draft.outline, _rows(session, course_id)
    found = held.summaries.get(outline.snapshot)
    if found is None:
        found = _counted(session, outline, held.noted)
        with _LOCK:
            held.summaries.clear()
            held.summaries[outline.snapshot] = found
    return found


def noted_for(session: Session, course_id: int, language: str, blocks: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Return, of these blocks, path → digest of the source text that a translation was made from: one read."""
    columns = _TABLE.c
    query = select(columns.block_id, columns.path, columns.digest).where(
        columns.course_id == course_id, columns.language == language, columns.block_id.in_(blocks)
    )
    found: dict[str, dict[str, str]] = {}
    for block, path, digest in session.execute(query):
        found.setdefault(block, {})[path] = digest
    return found


def note_source_change(
    session: Session,
    draft: Draft,
    block: BlockId,
    *,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    now: datetime,
) -> None:
    """Note, for translations of which nothing is noted yet, that they were made from the texts as they were `before`.

    Called with the draft as it was. Costs nothing when no text changed; the old texts are kept, so that the difference can be shown.
    """
    kind = draft.outline[block].type
    later = {unit.path: unit.digest for unit in units_of(kind, after)}
    changed = [unit for unit in units_of(kind, before) if later.get(unit.path) != unit.digest]
    if not changed or len(draft.outline.languages) == 1:
        return
    store_nodes(session, {unit.digest: unit.text for unit in changed}, now)
    for language, (_, texts) in texts_of(session, draft.snapshot, block).items():
        said = told_in(kind, texts)
        known = noted_for(session, draft.course.id, language, [block]).get(block, {})
        made_from = {unit.path: unit.digest for unit in changed if unit.path in said and unit.path not in known}
        note(session, draft.course.id, language, {block: made_from}, person=None, now=now)


def note(
    session: Session,
    course_id: int,
    language: str,
    made_from: Mapping[BlockId, Mapping[str, str]],
    *,
    person: PersonId | None,
    now: datetime,
) -> None:
    """Note, block by block and path by path, the digest of the source text that a translation was made from."""
    rows: list[dict[str, Any]] = [
        {
            "course_id": course_id,
            "language": language,
            "block_id": block,
            "path": path,
            "digest": digest,
            "person_id": person,
            "noted_at": now,
        }
        for block, digests in made_from.items()
        for path, digest in digests.items()
    ]
    upsert(session, _TABLE, rows, update=("digest", "person_id", "noted_at"))
    if rows:
        with _LOCK:
            _ROWS.get(cast("Engine", session.get_bind()), {}).pop(course_id, None)


def note_translation(
    session: Session,
    draft: Draft,
    block: BlockId,
    language: str,
    *,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    person: PersonId | None,
    now: datetime,
) -> None:
    """Note that what differs between two states of a block's translation was made from the source texts as they are."""
    kind = draft.outline[block].type
    said, says = told_in(kind, before), told_in(kind, after)
    fields = read_node(session, draft.outline[block].node)["fields"]
    fresh = {
        unit.path: unit.digest for unit in units_of(kind, fields) if unit.path in says and says[unit.path] != said.get(unit.path)
    }
    note(session, draft.course.id, language, {block: fresh}, person=person, now=now)


def old_texts(session: Session, digests: Iterable[str]) -> Mapping[str, str]:
    """Return source texts as they were, by digest; what nobody kept is not there."""
    wanted = list(dict.fromkeys(digests))
    try:
        found = read_nodes(session, wanted)
    except NotFound:
        found = {}
        for digest in wanted:
            try:
                found |= read_nodes(session, [digest])
            except NotFound:
                continue
    return {digest: text for digest, text in found.items() if isinstance(text, str)}


def _rows(session: Session, course_id: int) -> _Rows:
    """Return what is noted of the course, reading only what was noted since the last time."""
    columns, engine = _TABLE.c, cast("Engine", session.get_bind())
    of_course = columns.course_id == course_id
    newest, count = session.execute(select(func.max(columns.noted_at), func.count()).where(of_course)).one()
    with _LOCK:
        held = _ROWS.setdefault(engine, {}).get(course_id)
    if held is not None and (held.newest, held.count) == (newest, count):
        return held
    rows = _read_rows(session, course_id, held.newest if held else None)
    noted = {key: dict(paths) for key, paths in held.noted.items()} if held else {}
    for language, block, path, digest in rows:
        noted.setdefault((language, block), {})[path] = digest
    if held is not None and sum(map(len, noted.values())) != count:  # somebody else's clock is behind
        noted = {}
        for language, block, path, digest in _read_rows(session, course_id, None):
            noted.setdefault((language, block), {})[path] = digest
    made = _Rows(newest, count, noted)
    with _LOCK:
        _ROWS[engine][course_id] = made
    return made


def _read_rows(session: Session, course_id: int, since: datetime | None) -> Sequence[tuple[str, str, str, str]]:
    columns = _TABLE.c
    query = select(columns.language, columns.block_id, columns.path, columns.digest).where(columns.course_id == course_id)
    return [tuple(row) for row in session.execute(query if since is None else query.where(columns.noted_at >= since))]


def _counted(session: Session, outline: Outline, noted: Noted) -> Summary:
    snapshot = read_snapshot(session, outline.snapshot)
    others = {language: key for language, key in snapshot.overlays.items() if language != outline.language}
    overlays = read_nodes(session, others.values())
    texts: dict[str, Mapping[BlockId, Hash]] = {language: overlays[key]["texts"] for language, key in others.items()}
    units = _units_by_block(session, outline) if texts else {}
    told = _told_by_block(session, outline, texts)
    if texts:
        _add_pages(session, outline, texts, units, told)
    return Summary(
        {
            language: {
                block: _count(wanted, told.get((language, block), _NOTHING), noted.get((language, block), {}))
                for block, wanted in units.items()
                if wanted
            }
            for language in texts
        }
    )


def _add_pages(
    session: Session,
    outline: Outline,
    languages: Iterable[str],
    units: dict[BlockId, Wanted],
    told: dict[tuple[str, BlockId], Told],
) -> None:
    """Count the pages about the course among its blocks."""
    pages = load_pages(session, outline.snapshot)
    for path in pages:
        if is_own_page(path):
            block = page_block(path)
            units[block] = tuple((unit.path, unit.digest, False) for unit in units_of("about", {"data": pages[path]}))
            for language in languages:
                if pages.get(f"{language}:{path}"):
                    told[language, block] = {"data": hash_of(pages[f"{language}:{path}"])}


def _count(wanted: Wanted, told: Told, made_from: Mapping[str, str]) -> Counts:
    done = stale = 0
    for path, digest, in_structure in wanted if told else ():
        noted, said = made_from.get(path), told.get(path)
        if said is None or (in_structure and noted is None and said == digest):
            continue
        if noted is None or noted == digest:
            done += 1
        else:
            stale += 1
    return Counts(done, stale, len(wanted) - done - stale)


def _units_by_block(session: Session, outline: Outline) -> dict[BlockId, Wanted]:
    found = {block: _UNITS.get(entry.node) for block, entry in outline.entries.items()}
    unknown = [outline[block].node for block, units in found.items() if units is None]
    bodies = read_nodes(session, unknown)
    for block, units in found.items():
        if units is None:
            entry = outline[block]
            made = tuple((unit.path, unit.digest, unit.in_structure) for unit in units_of(entry.type, bodies[entry.node]["fields"]))
            _UNITS.keep(entry.node, made, len(made) + 1)
            found[block] = made
    return {block: units for block, units in found.items() if units}


def _told_by_block(
    session: Session, outline: Outline, texts: Mapping[str, Mapping[BlockId, Hash]]
) -> dict[tuple[str, BlockId], Told]:
    keys = {
        (language, block): (key, f"{outline[block].type} {key}")
        for language, of in texts.items()
        for block, key in of.items()
        if block in outline
    }
    found = {place: _TOLD.get(name) for place, (_, name) in keys.items()}
    bodies = read_nodes(session, [keys[place][0] for place, told in found.items() if told is None])
    for place, told in found.items():
        if told is None:
            key, name = keys[place]
            made: Told = {path: hash_of(text) for path, text in told_in(outline[place[1]].type, bodies[key]).items()}
            _TOLD.keep(name, made, len(made) + 1)
            found[place] = made
    return {place: told for place, told in found.items() if told}
