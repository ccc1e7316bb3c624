"""One state of a course with some parts of another laid into it: what publishing a lesson only, or bringing one back, comes to."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import Snapshot, assets_of, block_of, read_nodes
from lms_app.adapters.rewriting import apply_edit
from lms_app.domain.content import Asset, Block, Hash, Json, Outline
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.keys import BlockId
from lms_app.services.authoring.comparing import Comparison, compare

_NO_OVERLAY: Final[Mapping[str, Json]] = {"texts": {}, "assets": {}}


@dataclass(frozen=True)
class Laid:
    """What came of it."""

    snapshot: Hash
    taken_along: tuple[BlockId, ...]
    """Parts that were not asked for, and without which those that were would be broken."""


def parts_with(session: Session, found: Comparison, parts: Collection[BlockId]) -> frozenset[BlockId]:
    """Return these parts and those that must go with them: a unit moved between two lessons, a block that another one names.

    Refused (`Invalid`): a part that is in neither state.
    """
    for part in parts:
        if part not in found.new and part not in found.old:
            raise Invalid("no_such_part", block=part)
    return _Chosen(session, found, parts).all_parts


def lay_parts(session: Session, *, over: str | None, of: str, parts: Collection[BlockId], now: datetime) -> Laid:
    """Store the state `over` with these parts as they are in the state `of`, and return it.

    A part is a chapter, lesson, unit or block with all below it, its texts in all languages and the files that it uses; the
    course's own root stands for its settings, rules, pages and the order of its chapters. Files that are new come along with
    anything. Refused: a part in neither state (`Invalid`), nothing that differs (`Invalid`), another source language (`Conflict`).
    """
    found = compare(session, of, over)
    chosen = _Chosen(session, found, parts_with(session, found, parts))
    if over is None:
        return Laid(_pruned(session, found.new, chosen, now=now), chosen.taken_along(parts))
    if (found.new.root, found.new.language) != (found.old.root, found.old.language):
        raise Conflict("only_as_a_whole")
    snapshots = {key: Snapshot.of(body) for key, body in read_nodes(session, (of, over)).items()}
    laying = _Laying(session, found, chosen, old=snapshots[over], new=snapshots[of])
    made = _whole_if_all(session, apply_edit(session, found.old, laying.edit(), now=now), snapshots[of], of)
    if made == over:
        raise Invalid("nothing_chosen")
    return Laid(made, chosen.taken_along(parts))


class _Chosen:
    """The blocks that are taken as they are in the newer state, in both outlines."""

    def __init__(self, session: Session, found: Comparison, parts: Collection[BlockId]) -> None:
        self._session = session
        self.found = found
        self.with_course = found.new.root in parts or found.old.root in parts
        self.parts = frozenset(parts) - {found.new.root, found.old.root}

    @cached_property
    def all_parts(self) -> frozenset[BlockId]:
        """The parts and what they can't be without."""
        parts = set(self.parts)
        while more := self._needed(self._below(parts)) - self._below(parts):
            parts |= {self.found.part_of(block) for block in more}
        return frozenset(parts | ({self.found.new.root} if self.with_course else set()))

    @cached_property
    def blocks(self) -> frozenset[BlockId]:
        """All blocks of the parts; those that are not in the newer state go."""
        return self._below(self.parts)

    @cached_property
    def shells(self) -> frozenset[BlockId]:
        """New blocks that are not chosen themselves, and hold something that is."""
        found: set[BlockId] = set()
        for block in self.blocks & self.found.new.entries.keys():
            for above in reversed(self.found.new.path(block)[:-1]):
                if above.id in self.found.old:
                    break
                if above.id not in self.blocks:
                    found.add(above.id)
        return frozenset(found)

    @property
    def as_new(self) -> frozenset[BlockId]:
        """Blocks whose own fields and texts are those of the newer state."""
        own = {self.found.new.root} if self.with_course else frozenset()
        return (self.blocks | self.shells | own) & self.found.new.entries.keys()

    def taken_along(self, asked: Collection[BlockId]) -> tuple[BlockId, ...]:
        """Return the parts that nobody asked for, and the blocks that go from or to a part that was not asked for."""
        moved = {
            block
            for block, places in self.found.moved.items()
            if block in self.blocks - set(asked) and not self.blocks.issuperset(places)
        }
        return tuple(self.found.in_order((self.parts - self._below(asked)) | moved))

    def _below(self, parts: Iterable[BlockId]) -> frozenset[BlockId]:
        """Return the parts with all below them in either state: what moved out of one goes with it."""
        roots = {self.found.new.root, self.found.old.root}
        reached: set[BlockId] = set()
        waiting = [part for part in parts if part not in roots]
        while waiting:
            block = waiting.pop()
            if block not in reached:
                reached.add(block)
                waiting += [child for side in (self.found.new, self.found.old) if block in side for child in side[block].children]
        return frozenset(reached)

    def _needed(self, blocks: frozenset[BlockId]) -> frozenset[BlockId]:
        """Return what the blocks name and learners don't have yet, and what waits for a block that goes with them."""
        found = self.found
        coming, going = found.added - blocks, found.removed & blocks
        wanted: frozenset[BlockId] = frozenset()
        if coming:
            changed = [found.new[one].node for one in blocks & (found.rewritten | found.added)]
            wanted |= _named(read_nodes(self._session, changed).values(), coming)
        if going:
            waiting = [entry for entry in found.old.of_type("conditional") if entry.id not in blocks]
            bodies = read_nodes(self._session, [entry.node for entry in waiting])
            wanted |= {entry.id for entry in waiting if entry.id in found.blocks and _named([bodies[entry.node]], going)}
        return frozenset(wanted)


def _named(bodies: Iterable[Json], blocks: Collection[BlockId]) -> frozenset[BlockId]:
    """Return those of the blocks that a body refers to by usage key, reference or link."""
    names: dict[str, list[BlockId]] = {}
    for block in blocks:
        names.setdefault(block.partition("/")[2], []).append(block)
    pattern = re.compile(r"(?:@|/)(" + "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) + r")(?![\w.-])")
    said = {name for body in bodies for name in pattern.findall(json.dumps(body["fields"], ensure_ascii=False))}
    return frozenset(block for name in said for block in names[name])


class _Laying:
    """Makes the edit of the older state."""

    def __init__(self, session: Session, found: Comparison, chosen: _Chosen, *, old: Snapshot, new: Snapshot) -> None:
        self.found, self.chosen, self.old, self.new = found, chosen, old, new
        own = [block for block in chosen.as_new if block in found.rewritten or block in found.added]
        told = [pair[1] for block in chosen.as_new for pair in found.texts.get(block, {}).values() if pair[1]]
        sides = [key for side in (old, new) for key in (*side.overlays.values(), side.assets, side.policy, side.pages)]
        self.bodies = read_nodes(session, [*(found.new[block].node for block in own), *told, *sides])
        self.own = own

    def edit(self) -> Edit:
        """Return what is to be changed in the older state."""
        found, whole = self.found, self.chosen.with_course
        made = {block: block_of(self.bodies[found.new[block].node]) for block in self.own}
        children = {block: held for block in found.old.entries if (held := self._children(block)) != found.old[block].children}
        return Edit(
            fields={block: one.fields for block, one in made.items() if block in found.old},
            children=children,
            new={block: self._new(one) for block, one in made.items() if block in found.added},
            texts=self._texts(),
            assets=self._assets(self.bodies[self.old.assets], self.bodies[self.new.assets]),
            language_assets={
                language: self._assets(self._overlay(self.old, language)["assets"], body["assets"])
                for language, body in ((each, self._overlay(self.new, each)) for each in self.new.overlays)
                if language in self.old.overlays or whole
            },
            policy=self.bodies[self.new.policy] if whole else None,
            pages=self.bodies[self.new.pages] if whole else None,
            more_languages=sorted(self.new.overlays.keys() - self.old.overlays.keys()) if whole else (),
            fewer_languages=tuple(self._emptied()),
        )

    def _stays(self, block: BlockId, holder: BlockId) -> bool:
        """Tell whether a child of the older state is still in this holder."""
        if block not in self.chosen.blocks:
            return True
        return block in self.found.new and holder in self.found.new and block in self.found.new[holder].children

    def _children(self, block: BlockId) -> tuple[BlockId, ...]:
        old, new, chosen = self.found.old, self.found.new, self.chosen
        if block in chosen.blocks and block in new:
            return new[block].children
        held = [child for child in old[block].children if self._stays(child, block)]
        if block not in new:
            return tuple(held)
        wanted = new[block].children
        for child in wanted:
            if child not in held and child in chosen.blocks | chosen.shells:
                held.insert(_place(held, wanted, child), child)
        if block == new.root and chosen.with_course:
            order = {child: place for place, child in enumerate(wanted)}
            return tuple(_in_order(held, order))
        return tuple(held)

    def _new(self, block: Block) -> Block:
        if block.id in self.chosen.blocks:
            return block
        there = self.chosen.blocks | self.chosen.shells
        return Block(block.id, block.type, block.fields, tuple(child for child in block.children if child in there))

    def _texts(self) -> dict[str, dict[BlockId, Mapping[str, Json]]]:
        found: dict[str, dict[BlockId, Mapping[str, Json]]] = {}
        for block in self.chosen.as_new:
            for language, (_, after) in self.found.texts.get(block, {}).items():
                found.setdefault(language, {})[block] = self.bodies[after] if after else {}
        return found

    def _emptied(self) -> Iterator[str]:
        """Yield the languages that the newer state has no more, and of which nothing stays."""
        for language in self.old.overlays.keys() - self.new.overlays.keys():
            left = self._overlay(self.old, language)["texts"].keys() - self.chosen.blocks
            left -= {self.found.new.root} if self.chosen.with_course else set()
            if not left:
                yield language

    def _overlay(self, side: Snapshot, language: str) -> Json:
        return self.bodies[side.overlays[language]] if language in side.overlays else _NO_OVERLAY

    def _assets(self, before: Json, after: Json) -> dict[str, Asset | None]:
        """Return the files that come along: new ones always, changed ones with whoever uses them."""
        new = assets_of(after)
        return {
            path: new[path]
            for path in new
            if path not in before or (before[path] != after[path] and (self.chosen.with_course or self._is_used(path)))
        }

    def _is_used(self, path: str) -> bool:
        return any(path.rsplit("/", 1)[-1] in text for text in self._said)

    @cached_property
    def _said(self) -> list[str]:
        return [json.dumps(self.bodies[self.found.new[block].node]["fields"], ensure_ascii=False) for block in self.own]


def _place(held: list[BlockId], wanted: tuple[BlockId, ...], child: BlockId) -> int:
    """Return where a child goes: after the nearest neighbour before it that is there, else before the nearest one after it."""
    place = wanted.index(child)
    for before in reversed(wanted[:place]):
        if before in held:
            return held.index(before) + 1
    return next((held.index(after) for after in wanted[place + 1 :] if after in held), len(held))


def _in_order(held: list[BlockId], order: Mapping[BlockId, int]) -> list[BlockId]:
    """Return the children in the newer order; those that it does not have stay behind whom they followed."""
    keyed: list[tuple[int, int, BlockId]] = []
    last = -1
    for since, child in enumerate(held):
        last = order.get(child, last)
        keyed.append((last, 0 if child in order else since + 1, child))
    return [child for _, _, child in sorted(keyed)]


def _pruned(session: Session, outline: Outline, chosen: _Chosen, *, now: datetime) -> Hash:
    """Store the newer state without what was not chosen: for a course of which learners have nothing yet."""
    there = chosen.blocks | chosen.shells
    if not there and not chosen.with_course:
        raise Invalid("nothing_chosen")
    children = {
        block: tuple(child for child in outline[block].children if child in there)
        for block in chosen.shells | {outline.root}
        if block not in chosen.blocks
    }
    return apply_edit(session, outline, Edit(children=children), now=now)


def _whole_if_all(session: Session, made: Hash, new: Snapshot, of: str) -> Hash:
    """Return the newer state itself when only files that nothing uses any more are left."""
    here = Snapshot.of(read_nodes(session, [made])[made])
    bodies = read_nodes(session, [*here.overlays.values(), *new.overlays.values()])

    def said(side: Snapshot) -> object:
        texts = {language: bodies[key]["texts"] for language, key in side.overlays.items()}
        return side.root_hash, side.policy, side.pages, texts

    if said(here) != said(new):
        return made
    return Hash(of)
