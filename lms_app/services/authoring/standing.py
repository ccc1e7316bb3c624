"""How each block of a draft stands: new, changed, as published or hidden, and which of its languages are missing or out of date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.nodes import read_nodes, read_snapshot
from lms_app.domain.content import Outline
from lms_app.domain.keys import BlockId
from lms_app.services.authoring.drafts import Draft
from lms_app.services.authoring.translating.states import Summary, summary

Change = Literal["new", "changed", "published"]
HIDDEN: Final = "visible_to_staff_only"
_Lacking = Mapping[str, Mapping[BlockId, int]]
"""Language → block → how many of it and below it."""


@dataclass(frozen=True)
class Standing:
    """How one block stands, with all below it."""

    change: Change | None
    """None while nothing of the course is published."""
    is_hidden: bool
    missing: tuple[tuple[str, int], ...] = ()
    """Language → how many blocks here have no words in it."""
    stale: tuple[tuple[str, int], ...] = ()
    """Language → how many have words in it that are older than the source."""

    @property
    def is_changed(self) -> bool:
        """Tell whether learners will see something else here once it is published."""
        return self.change in {"new", "changed"}


@dataclass(frozen=True)
class Standings:
    """How all blocks of a draft stand, put together once for each state of the course."""

    outline: Outline
    is_published: bool
    new: frozenset[BlockId]
    changed: frozenset[BlockId]
    """With all that hold one, and all that hold what is new."""
    missing: _Lacking
    stale: _Lacking

    def of(self, block: BlockId) -> Standing:
        """Return how a block of the draft stands."""
        change: Change = "new" if block in self.new else "changed" if block in self.changed else "published"
        return Standing(
            change=change if self.is_published else None,
            is_hidden=bool(self.outline[block].settings.get(HIDDEN)),
            missing=_told(self.missing, block),
            stale=_told(self.stale, block),
        )


def standings(session: Session, draft: Draft, published_snapshot: str | None) -> Standings:
    """Return how the blocks of the draft stand beside what is published, from hashes and what is noted of translations.

    A number of reads that does not grow with the course; put together once for each state of it.
    """
    outline = draft.outline
    new, changed = outline.once(("standing", published_snapshot), lambda: _beside(session, outline, published_snapshot))
    found = summary(session, draft.course.id, draft)
    slot: list[tuple[Summary, _Lacking, _Lacking]] = outline.once("standing in languages", list)
    known = next((held for held in slot if held[0] is found), None)
    if known is None:
        known = (found, _lacking(outline, found, "missing"), _lacking(outline, found, "stale"))
        slot[:] = [known]
    return Standings(outline, published_snapshot is not None, new, changed, missing=known[1], stale=known[2])


def _beside(session: Session, outline: Outline, published_snapshot: str | None) -> tuple[frozenset[BlockId], frozenset[BlockId]]:
    """Return what is new, and what changed with all that holds something new or changed."""
    if published_snapshot is None:
        return frozenset(), frozenset()
    published = load_outline(session, published_snapshot)
    new = {block for block in outline.entries if block not in published}
    touched = {block for block in outline.entries if block not in new and outline[block].node != published[block].node}
    touched |= _texts_changed(_texts(session, outline.snapshot), _texts(session, published_snapshot))
    return frozenset(new), frozenset(_with_holders(outline, touched | new)) - new


def _lacking(outline: Outline, found: Summary, how: Literal["missing", "stale"]) -> _Lacking:
    """Return, by language, how many blocks with such texts each block is or holds."""
    return {
        language: _counted(outline, [block for block, counts in held.items() if getattr(counts, how) and block in outline])
        for language, held in found.languages.items()
    }


def _texts(session: Session, snapshot: str) -> Mapping[str, Mapping[BlockId, str]]:
    """Return, for each language beside the source, block → hash of its words: two reads."""
    overlays = read_snapshot(session, snapshot).overlays
    bodies = read_nodes(session, overlays.values())
    return {language: bodies[key]["texts"] for language, key in overlays.items()}


def _texts_changed(now: Mapping[str, Mapping[BlockId, str]], then: Mapping[str, Mapping[BlockId, str]]) -> set[BlockId]:
    found: set[BlockId] = set()
    for language in {*now, *then}:
        after, before = now.get(language, {}), then.get(language, {})
        if after != before:
            found |= {block for block in {*after, *before} if after.get(block) != before.get(block)}
    return found


def _with_holders(outline: Outline, blocks: Iterable[BlockId]) -> set[BlockId]:
    found: set[BlockId] = set()
    for block in blocks:
        here: BlockId | None = block if block in outline else None
        while here is not None and here not in found:
            found.add(here)
            here = outline[here].parent
    return found


def _counted(outline: Outline, blocks: Iterable[BlockId]) -> Mapping[BlockId, int]:
    """Return how many of these blocks each block is or holds."""
    found: dict[BlockId, int] = {}
    for block in blocks:
        here: BlockId | None = block
        while here is not None:
            found[here] = found.get(here, 0) + 1
            here = outline[here].parent
    return found


def _told(counts: Mapping[str, Mapping[BlockId, int]], block: BlockId) -> tuple[tuple[str, int], ...]:
    return tuple((language, held[block]) for language, held in counts.items() if held.get(block))
