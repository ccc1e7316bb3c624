"""The checklist before publishing: every block is looked at once, and again only when it is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import read_nodes, read_snapshot
from lms_app.domain.content import Hash, Json, Outline
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.runtime.links import asset_names
from lms_app.services.authoring.checks import in_course
from lms_app.services.authoring.checks.findings import SEVERITIES, Finding, Looked
from lms_app.services.authoring.checks.in_block import look_at
from lms_app.services.authoring.drafts import Draft, open_draft
from lms_app.services.authoring.translating.sheets import sections_of
from lms_app.services.authoring.translating.states import summary
from lms_app.storage.remembering import Memory

HEAVY: Final = 500_000
"""Bytes of a unit's pictures and files that a phone on a slow network waits too long for."""
_LOOKED: Final[Memory[Looked]] = Memory(budget=200_000)
_UNIT: Final = "vertical"


@dataclass(frozen=True)
class _Files:
    """The files of a course: those of the source, and in each language those that replace others."""

    own: Mapping[str, Json]
    by_language: Mapping[str, Mapping[str, Json]]

    def size(self, path: str, language: str = "") -> int | None:
        """Return the bytes of a file that authors name so; None when there is none."""
        for files in (self.by_language.get(language, {}), self.own):
            for name in asset_names(path):
                if name in files:
                    return int(files[name][2])
        return None


def run(session: Session, key: CourseKey, *, now: datetime) -> tuple[Finding, ...]:
    """Return what is to be looked at in the draft before it is published, the worst first, in the course's order.

    Nothing is fetched from the network. What was looked at once is remembered by its hash.
    """
    draft = open_draft(session, key)
    outline = draft.outline
    found = [
        *in_course.dates(outline, now),
        *in_course.grading(outline, draft.course),
        *outline.once("checks", lambda: _of_snapshot(session, outline)),
        *_translations(session, draft),
    ]
    order = {block: place for place, block in enumerate(outline.entries)}
    return tuple(sorted(found, key=lambda one: (SEVERITIES.index(one.severity), order.get(one.block, 0))))


def _of_snapshot(session: Session, outline: Outline) -> tuple[Finding, ...]:
    """Return what follows from the state of the course alone: looked for once."""
    snapshot = read_snapshot(session, outline.snapshot)
    nodes = read_nodes(session, [snapshot.assets, *snapshot.overlays.values()])
    overlays = {language: nodes[key] for language, key in snapshot.overlays.items() if language != outline.language}
    files = _Files(nodes[snapshot.assets], {language: body["assets"] for language, body in overlays.items()})
    looked = _looked(session, outline, {language: body["texts"] for language, body in overlays.items()})
    names = {block.partition("/")[2] for block in outline.entries} | set(outline.entries)
    return (*in_course.empty_places(outline), *_of_blocks(looked, files, names), *_heavy_units(outline, looked, files))


def _of_blocks(looked: Mapping[tuple[BlockId, str], Looked], files: _Files, names: set[str]) -> Iterator[Finding]:
    for (block, language), one in looked.items():
        for kind, severity, name, facts in one.findings:
            yield Finding(kind, severity, block, name, language, facts)
        for name, path in one.files:
            if files.size(path, language) is None:
                yield Finding("file_missing", "must", block, name, language, {"name": path})
        for name, target in one.blocks:
            if target not in names and _name_in(target) not in names:
                yield Finding("target_missing", "must", block, name, language, {"name": target})


def _heavy_units(outline: Outline, looked: Mapping[tuple[BlockId, str], Looked], files: _Files) -> Iterator[Finding]:
    for unit in outline.of_type(_UNIT):
        paths = {path for block in (unit.id, *unit.children) for _, path in looked.get((block, ""), Looked()).files}
        weight = sum(files.size(path) or 0 for path in paths)
        if weight > HEAVY:
            yield Finding("unit_heavy", "should", unit.id, facts={"title": unit.title, "kilobytes": round(weight / 1000)})


def _translations(session: Session, draft: Draft) -> Iterator[Finding]:
    done = summary(session, draft.course.id, draft)
    for section in sections_of(draft.outline):
        for language in done.languages:
            counts = done.named(language, f"lesson {section.block}", section.blocks)
            facts = {"title": section.title, "stale": counts.stale, "missing": counts.missing}
            if counts.stale:
                yield Finding("translation_stale", "should", section.block, language=language, facts=facts)
            if counts.missing:
                yield Finding("translation_missing", "could", section.block, language=language, facts=facts)


def _looked(session: Session, outline: Outline, texts: Mapping[str, Mapping[BlockId, Hash]]) -> dict[tuple[BlockId, str], Looked]:
    """Return what is to be said of each block, and of its words in each language; only what is new is read."""
    keys: dict[tuple[BlockId, str], tuple[str, str, Hash]] = {}
    for block, entry in outline.entries.items():
        keys[block, ""] = (f"block {entry.node}", entry.type, entry.node)
    for language, of in texts.items():
        for block, node in of.items():
            if block in outline:
                keys[block, language] = (f"words {outline[block].type} {node}", outline[block].type, node)
    found = {place: _LOOKED.get(name) for place, (name, _, _) in keys.items()}
    bodies = read_nodes(session, [keys[place][2] for place, one in found.items() if one is None])
    made: dict[tuple[BlockId, str], Looked] = {}
    for place, known in found.items():
        if known is None:
            name, block_type, node = keys[place]
            body = bodies[node]
            known = look_at(block_type, body["fields"]) if not place[1] else _of_words(block_type, body)  # noqa: PLW2901 -- made now
            _LOOKED.keep(name, known, known.weight)
        made[place] = known
    return made


def _of_words(block_type: str, texts: Mapping[str, Json]) -> Looked:
    """Look at a translation: what is about words, not what is about a block that has none of its own in them."""
    whole = look_at(block_type, texts)
    kept = tuple(one for one in whole.findings if one[0] in _ABOUT_WORDS and one[2] in texts)
    return Looked(kept, whole.files, whole.blocks)


_ABOUT_WORDS: Final = frozenset(
    (
        *("alt_missing", "heading_jumps", "heading_empty", "table_no_header", "contrast_low", "placeholder", "problem_broken"),
        *("link_no_words", "link_says_nothing", "link_nowhere", "link_malformed", "link_private", "no_right_answer"),
    )
)


def _name_in(target: str) -> str:
    """Return the block's name in a key of the whole kind (`block-v1:…+block@NAME`)."""
    return target.rpartition("@")[2].rpartition("/")[2]
