"""The file that came back from a translator: taken text by text, with a line for each, and kept as one change of the draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy.orm import Session

from lms_app.domain.actors import Actor
from lms_app.domain.content import hash_of
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.olx.xliff import STATES, Document, Given, names_of, read
from lms_app.runtime.blocks.sanitising import sanitise
from lms_app.services.authoring.drafts import Draft, open_draft
from lms_app.services.authoring.translating.sheets import Line, read_sheets
from lms_app.services.authoring.translating.writing import LONGEST, Told, keep_texts

Outcome = Literal[
    "taken", "stale", "confirmed", "unchanged", "untranslated", "partly", "tags", "unsafe", "unknown", "twice", "too_long"
]
TAKEN: Final = frozenset(("taken", "stale", "confirmed"))
REFUSED: Final = frozenset(("tags", "unsafe", "unknown", "twice", "too_long", "partly"))
_AT_ONCE: Final = 400
_NAMES: Final = 2


@dataclass(frozen=True)
class Came:
    """What became of one text of the file."""

    outcome: Outcome
    block: BlockId
    path: str
    source: str
    target: str


@dataclass(frozen=True)
class Report:
    """What became of a file."""

    lines: tuple[Came, ...]
    revision: int | None
    """None when nothing in the draft is another now."""

    def count(self) -> Mapping[str, int]:
        """Return how many texts came to what."""
        return Counter(one.outcome for one in self.lines)


def import_texts(
    session: Session, actor: Actor, key: CourseKey, language: str, content: bytes, *, name: str, message: str, now: datetime
) -> Report:
    """Take what a translator gave back. What can't be taken is told line by line; the rest becomes one revision.

    Refused as a whole (`Invalid`): a file that is no XLIFF 2 or that only somebody hostile writes, and one of other languages.
    """
    draft = open_draft(session, key)
    if language not in draft.outline.languages or language == draft.outline.language:
        raise NotFound("no_such_language", language=language)
    document = read(content, name)
    _check_languages(document, draft, language)
    known = _known(session, draft, language, document.ids)
    told: dict[BlockId, dict[str, Told]] = {}
    came: list[Came] = []
    seen: set[str] = set()
    for given in document.units(is_html=lambda identity: identity in known and known[identity].unit.kind == "html"):
        line = known.get(given.id)
        block, path = _place(given.id)
        outcome, text = _judged(given, line) if given.id not in seen else ("twice", "")
        seen.add(given.id)
        came.append(Came(outcome, block, path, line.unit.text if line else given.source, given.target or ""))
        if outcome in TAKEN and line is not None:
            told.setdefault(block, {})[path] = Told(text, made_from=given.digest or line.unit.digest)
    kept = keep_texts(session, actor, key, language, told, message=message, now=now) if told else None
    return Report(tuple(came), kept.revision if kept else None)


def _judged(given: Given, line: Line | None) -> tuple[Outcome, str]:
    """Return what becomes of a text, and the words to keep."""
    if line is None:
        return "unknown", ""
    target = (given.target or "").strip("\n")
    if not target.strip():
        return "untranslated", ""
    if not given.is_whole:
        return "partly", ""
    if not given.has_its_tags:
        return "tags", ""
    if len(target) > LONGEST:
        return "too_long", ""
    is_current = given.digest in {"", line.unit.digest}
    if target.strip() == line.told.strip():
        is_mended = line.state == "stale" and is_current and given.state in STATES[1:]
        return ("confirmed", line.told) if is_mended else ("unchanged", "")
    if line.unit.kind == "html":
        safe = sanitise(target)
        if not safe.is_whole and sanitise(line.unit.text).is_whole:
            return "unsafe", ""
        if not is_current or _has_strange_tags(given, line):
            target = safe.html
    return ("taken" if is_current else "stale"), target


def _has_strange_tags(given: Given, line: Line) -> bool:
    """Tell whether the file's tags are not those that went out: then they are cleaned like any stranger's."""
    return hash_of(given.source) != hash_of(line.unit.text)


def _known(session: Session, draft: Draft, language: str, ids: Sequence[str]) -> dict[str, Line]:
    """Return the text of the course that each unit means, by the unit's id."""
    blocks = list(dict.fromkeys(_place(one)[0] for one in ids))
    found: dict[tuple[str, str], Line] = {}
    for start in range(0, len(blocks), _AT_ONCE):
        for sheet in read_sheets(session, draft, language, blocks[start : start + _AT_ONCE]):
            found |= {(sheet.block, line.unit.path): line for line in sheet.lines}
    return {one: found[_place(one)] for one in ids if _place(one) in found}


def _place(identity: str) -> tuple[BlockId, str]:
    names: Sequence[str] = names_of(identity)
    return (BlockId(names[0]), names[1]) if len(names) == _NAMES else (BlockId(""), "")


def _check_languages(document: Document, draft: Draft, language: str) -> None:
    def plain(tag: str) -> str:
        return tag.lower().partition("-")[0]

    if (plain(document.source), plain(document.target)) != (draft.outline.language, language):
        raise Invalid("xliff_other_languages", field="file", source=document.source[:20], target=document.target[:20])
