"""How far each translation is: done, made from a source text that is another now, or not there."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
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
_FRESH: Final = 5.0
"""Seconds for which figures of one state are taken as they are: only what another process confirmed meanwhile is missed."""
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
    _known: dict[tuple[str, str], Counts] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, language: str, blocks: Iterable[BlockId]) -> Counts:
        """Return how far these blocks are together."""
        known = self.languages.get(language, {})
        found = [known[block] for block in dict.fromkeys(blocks) if block in known]
        return Counts(sum(one.done for one in found), sum(one.stale for one in found), sum(one.missing for one in found))

    def named(self, language: str, name: str, blocks: Iterable[BlockId]) -> Counts:
        """Return how far the blocks are together that always go by this name; added up once."""
        found = self._known.get((language, name))
        if found is None:
            found = self._known[language, name] = self.of(language, blocks)
        return found

    def whole(self, language: str) -> Counts:
        """Return how far the course is."""
        return self.named(language, "", self.languages.get(language, ()))


@dataclass(frozen=True)
class _Block:
    """What one block's count was made from, and the count; None for a block without words."""

    node: Hash
    texts: Hash | None
    noted: Mapping[str, str] | None
    counts: Counts | None

    def is_of(self, node: Hash, texts: Hash | None, noted: Mapping[str, str] | None) -> bool:
        """Tell whether it would be counted from the same."""
        return self.node == node and self.texts == texts and self.noted is noted


@dataclass
class _Rows:
    """What is noted of one course, read on from where it was read last."""

    newest: datetime | None = None
    count: int = 0
    noted: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    """By snapshot, as long as nothing more is noted."""
    looked_at: float = 0.0
    """When it was last asked whether more was noted."""
    is_behind: bool = False
    """This process has noted more since."""
    counted: Mapping[tuple[str, BlockId], _Block] = field(default_factory=dict)
    """What was counted last: only what differs from it is counted anew."""


_ROWS: Final[WeakKeyDictionary[Engine, dict[int, _Rows]]] = WeakKeyDictionary()


def state_of(unit: Unit, told: str | None, made_from: str | None) -> State:
    """Return how far one text is; a translation of which nobody knows what it was made from came with the course, and is done."""
    if not is_told(unit, told, made_from=made_from):
        return "missing"
    return "stale" if made_from is not None and made_from != unit.digest else "done"


def summary(session: Session, course_id: int, draft: Draft) -> Summary:
    """Return how far the draft is in each language: a number of reads that does not grow, and next to none when nothing changed."""
    outline = draft.outline
    with _LOCK:
        before = _ROWS.get(cast("Engine", session.get_bind()), {}).get(course_id)
    if before and not before.is_behind and outline.snapshot in before.summaries and time.monotonic() - before.looked_at < _FRESH:
        return before.summaries[outline.snapshot]
    held = _rows(session, course_id)
    found = held.summaries.get(outline.snapshot)
    if found is None:
        counted = _counted(session, outline, held)
        found = _summed(session, outline, counted, held.noted)
        with _LOCK:
            held.counted = counted
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
    held = _ROWS.get(cast("Engine", session.get_bind()), {}).get(course_id)
    if rows and held is not None:
        held.is_behind = True


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
    if held is not None and not held.is_behind and (held.newest, held.count) == (newest, count):
        held.looked_at = time.monotonic()
        return held
    rows = _read_rows(session, course_id, held.newest if held else None)
    noted = dict(held.noted) if held else {}
    for language, block, path, digest in rows:
        if noted.get((language, block), {}).get(path) != digest:  # what did not change stays the very same
            noted[language, block] = {**noted.get((language, block), {}), path: digest}
    if held is not None and sum(map(len, noted.values())) != count:  # somebody else's clock is behind
        noted = {}
        for language, block, path, digest in _read_rows(session, course_id, None):
            noted.setdefault((language, block), {})[path] = digest
    made = _Rows(newest, count, noted, looked_at=time.monotonic(), counted=held.counted if held else {})
    with _LOCK:
        _ROWS[engine][course_id] = made
    return made


def _read_rows(session: Session, course_id: int, since: datetime | None) -> Sequence[tuple[str, str, str, str]]:
    columns = _TABLE.c
    query = select(columns.language, columns.block_id, columns.path, columns.digest).where(columns.course_id == course_id)
    return [tuple(row) for row in session.execute(query if since is None else query.where(columns.noted_at >= since))]


def _counted(session: Session, outline: Outline, held: _Rows) -> Mapping[tuple[str, BlockId], _Block]:
    """Count each block in each language; those counted before from the same are taken as they are."""
    snapshot = read_snapshot(session, outline.snapshot)
    others = {language: key for language, key in snapshot.overlays.items() if language != outline.language}
    overlays = read_nodes(session, others.values())
    texts: dict[str, Mapping[BlockId, Hash]] = {language: overlays[key]["texts"] for language, key in others.items()}
    found: dict[tuple[str, BlockId], _Block] = {}
    fresh: list[tuple[str, BlockId]] = []
    for language, told in texts.items():
        for block, entry in outline.entries.items():
            place = (language, block)
            before = held.counted.get(place)
            if before is not None and before.is_of(entry.node, told.get(block), held.noted.get(place)):
                found[place] = before
            else:
                fresh.append(place)
    units = _units_by_block(session, outline, {block for _, block in fresh})
    said = _told_by_block(session, outline, {place: texts[place[0]][place[1]] for place in fresh if place[1] in texts[place[0]]})
    for place in fresh:
        language, block = place
        noted, wanted = held.noted.get(place), units.get(block)
        counts = _count(wanted, said.get(place, _NOTHING), noted or {}) if wanted else None
        found[place] = _Block(outline[block].node, texts[language].get(block), noted, counts)
    return found


def _summed(session: Session, outline: Outline, counted: Mapping[tuple[str, BlockId], _Block], noted: Noted) -> Summary:
    """Return the counts by language, the pages about the course among the blocks."""
    found: dict[str, dict[BlockId, Counts]] = {language: {} for language in outline.languages if language != outline.language}
    for (language, block), one in counted.items():
        if one.counts is not None:
            found[language][block] = one.counts
    pages = load_pages(session, outline.snapshot) if found else {}
    for path in pages:
        block = page_block(path)
        wanted = tuple((unit.path, unit.digest, False) for unit in units_of("about", {"data": pages[path]}))
        for language in found if wanted and is_own_page(path) else ():
            said = pages.get(f"{language}:{path}")
            told: Told = {"data": hash_of(said)} if said else _NOTHING
            found[language][block] = _count(wanted, told, noted.get((language, block), {}))
    return Summary(found)


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


def _units_by_block(session: Session, outline: Outline, blocks: Collection[BlockId]) -> dict[BlockId, Wanted]:
    found = {block: _UNITS.get(outline[block].node) for block in blocks}
    bodies = read_nodes(session, [outline[block].node for block, units in found.items() if units is None])
    for block, units in found.items():
        if units is None:
            entry = outline[block]
            made = tuple((unit.path, unit.digest, unit.in_structure) for unit in units_of(entry.type, bodies[entry.node]["fields"]))
            _UNITS.keep(entry.node, made, len(made) + 1)
            found[block] = made
    return {block: units for block, units in found.items() if units}


def _told_by_block(session: Session, outline: Outline, keys: Mapping[tuple[str, BlockId], Hash]) -> dict[tuple[str, BlockId], Told]:
    names = {place: f"{outline[place[1]].type} {key}" for place, key in keys.items()}
    found = {place: _TOLD.get(name) for place, name in names.items()}
    bodies = read_nodes(session, [keys[place] for place, told in found.items() if told is None])
    for place, told in found.items():
        if told is None:
            said = told_in(outline[place[1]].type, bodies[keys[place]])
            made: Told = {path: hash_of(text) for path, text in said.items()}
            _TOLD.keep(names[place], made, len(made) + 1)
            found[place] = made
    return {place: told for place, told in found.items() if told}
