"""What differs between two states of a course: which blocks, which fields in which languages, and what it does to learners."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.nodes import Snapshot, read_nodes
from lms_app.domain.content import CONTAINERS, Asset, Hash, Json, Outline, OutlineEntry
from lms_app.domain.keys import BlockId
from lms_app.domain.schedule import hidden_in
from lms_app.model import BlockState, Score

NOWHERE: Final = Outline(BlockId(""), Hash(""), "", (), {}, {})
"""What learners see of a course that was never published."""
_NO_OVERLAY: Final[Mapping[str, Json]] = {"texts": {}, "assets": {}}
_KEY_PARTS: Final = frozenset(
    {"correct", "to", "belongs", "rank", "formula", "answer", "value", "values", "tolerance", "kind", "effects", "by", "pass_share"}
)
"""Names in a block's structure that say which answer is right, or how much it is worth."""
_KEY_FIELDS: Final = frozenset({"weight", "correct_answer", "grader", "answer"})
_PROBLEM_KEY: Final = re.compile(
    r"\b(?:correct|answer)\s*=\s*\"[^\"]*\"|<script\b(?:(?!<script\b).)*?</script>|type\s*=\s*\"[^\"]*\"", re.DOTALL
)
_AT_ONCE: Final = 400


@dataclass(frozen=True)
class Files:
    """Files, pages and rules of the course that differ."""

    files: Mapping[str, tuple[Asset | None, Asset | None]] = field(default_factory=dict)
    """Path (with `LANGUAGE:` before it for one language's) → before and after."""
    pages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    rules: Mapping[str, tuple[Json, Json]] = field(default_factory=dict)
    languages_added: tuple[str, ...] = ()
    languages_removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.pages or self.rules or self.languages_added or self.languages_removed)


@dataclass(frozen=True)
class Comparison:
    """Two states of a course and the blocks that differ: found by hashes, so that what did not change is never read."""

    new: Outline
    old: Outline
    added: frozenset[BlockId] = frozenset()
    removed: frozenset[BlockId] = frozenset()
    rewritten: frozenset[BlockId] = frozenset()
    """Whose own fields differ."""
    moved: Mapping[BlockId, tuple[BlockId, BlockId]] = field(default_factory=dict)
    """Block → the part that held it, and the part that holds it now."""
    reordered: Mapping[BlockId, tuple[BlockId, ...]] = field(default_factory=dict)
    """Part → those of its children that stand elsewhere among the same neighbours."""
    texts: Mapping[BlockId, Mapping[str, tuple[Hash | None, Hash | None]]] = field(default_factory=dict)
    """Block → language beside the source → its texts before and after."""
    course: Files = field(default_factory=Files)

    def __bool__(self) -> bool:
        return bool(self.blocks or self.course)

    @property
    def blocks(self) -> frozenset[BlockId]:
        """Return every block of which something is to be said."""
        return self.added | self.removed | self.rewritten | self.moved.keys() | self.reordered.keys() | self.texts.keys()

    def outline_of(self, block: BlockId) -> Outline:
        """Return the newer outline that has the block."""
        return self.new if block in self.new else self.old

    def entry(self, block: BlockId) -> OutlineEntry:
        """Return the block's place, as it is now where it still is."""
        return self.outline_of(block)[block]

    def part_of(self, block: BlockId) -> BlockId:
        """Return the unit, lesson or chapter that is published with the block: itself, if it is one; the course for the course's own."""
        path = self.outline_of(block).path(block)
        for above, entry in pairwise(path):
            if above.type == "sequential":
                return entry.id
        return block

    def parts(self) -> tuple[BlockId, ...]:
        """Return the parts that can be published by themselves, in reading order; what was taken out stands where it was."""
        own = {self.new.root} if self.course else set()
        return tuple(dict.fromkeys(self.part_of(block) for block in self.in_order(self.blocks | own)))

    def in_order(self, blocks: Iterable[BlockId]) -> list[BlockId]:
        """Return blocks of both states in reading order."""
        places = self.new.once(("places beside", self.old.snapshot), self._places)
        return sorted(blocks, key=lambda block: places[block])

    def _places(self) -> dict[BlockId, tuple[int, int]]:
        places = {block: (place, 0) for place, block in enumerate(self.new.entries)}
        last, since = -1, 0
        for block in self.old.entries:
            if block in self.new:
                last, since = places[block][0], 0
            else:
                since += 1
                places[block] = (last, since)
        return places


@dataclass(frozen=True)
class FieldChange:
    """One field of a block, in one language, before and after; None where it has no value of its own."""

    name: str
    language: str
    before: Json
    after: Json


@dataclass(frozen=True)
class Details:
    """A block's own fields in both states, and what differs in any language."""

    before: Mapping[str, Json]
    after: Mapping[str, Json]
    changes: tuple[FieldChange, ...]


class Kind(StrEnum):
    """What publishing does to learners."""

    KEY = "key"
    """Another answer is right: whoever answered keeps the score they have."""
    ANSWERED_GOES = "answered_goes"
    """A block that learners answered goes."""
    PIECES_GO = "pieces_go"
    """Questions or choices that learners may have answered go, or get another id."""
    SCORED_COMES = "scored_comes"
    SCORED_GOES = "scored_goes"
    """What counts for the grade changes: everybody's grade shifts."""
    RENAMED = "renamed"
    """A block seems to have come back under another name: the answers stay with the old one."""
    RULES = "rules"
    """Grades are worked out anew by other rules."""


@dataclass(frozen=True)
class Consequence:
    """Something that whoever publishes should know first."""

    kind: Kind
    block: BlockId | None = None
    learners: int = 0
    """How many answered."""


def compare(session: Session, new: str, old: str | None) -> Comparison:
    """Return what differs in `new`: a handful of reads, and nodes only of parts that changed."""
    there = load_outline(session, new)
    if new == old:
        return Comparison(there, there)
    before = load_outline(session, old) if old else NOWHERE
    snapshots = read_nodes(session, [key for key in (new, old) if key])
    now, then = Snapshot.of(snapshots[new]), Snapshot.of(snapshots[old]) if old else None
    both = [block for block in there.entries if block in before and there[block].node != before[block].node]
    bodies = _more(session, now, then, [key for block in both for key in _held(there[block], before[block])])
    words, words_before = _overlays(now, bodies), _overlays(then, bodies)
    return Comparison(
        new=there,
        old=before,
        added=frozenset(there.entries.keys() - before.entries.keys()),
        removed=frozenset(before.entries.keys() - there.entries.keys()),
        rewritten=frozenset(block for block in both if _is_rewritten(there[block], before[block], bodies)),
        moved={block: places for block in there.entries if block in before and (places := _move(there, before, block))},
        reordered={block: stirred for block in both if (stirred := _stirred(there[block].children, before[block].children))},
        texts=_texts(words, words_before),
        course=_files(now, then, bodies),
    )


def details(session: Session, found: Comparison, blocks: Collection[BlockId]) -> dict[BlockId, Details]:
    """Return the fields of these blocks that differ, in one read for all of them."""
    nodes = {block: tuple(side[block].node if block in side else None for side in (found.old, found.new)) for block in blocks}
    texts = {block: found.texts.get(block, {}) for block in blocks}
    keys = [key for pair in (*nodes.values(), *(pair for told in texts.values() for pair in told.values())) for key in pair if key]
    bodies = read_nodes(session, keys)
    made: dict[BlockId, Details] = {}
    for block in blocks:
        before, after = (bodies[key]["fields"] if key else {} for key in nodes[block])
        changes = list(_fields(before, after, found.new.language or found.old.language))
        for language, (was, is_now) in sorted(texts[block].items()):
            changes += _fields(bodies[was] if was else {}, bodies[is_now] if is_now else {}, language)
        made[block] = Details(before, after, tuple(changes))
    return made


def consequences(session: Session, found: Comparison, course_id: int) -> tuple[Consequence, ...]:
    """Return what publishing would do to learners who are in the course already, in reading order: four reads at most."""
    scored = [block for block in found.rewritten if max(found.new[block].possible, found.old[block].possible) > 0]
    changes = details(session, found, scored)
    keys = {block for block in scored if any(_is_key(one, found.new[block].type) for one in changes[block].changes)}
    pieces = {block for block in scored if any(one.name == "structure" and _lost(one) for one in changes[block].changes)}
    gone = [block for block in found.removed if found.old[block].type not in CONTAINERS]
    answered = _answered(session, course_id, Score.__table__, [*keys, *pieces])
    kept = _answered(session, course_id, BlockState.__table__, gone)
    hidden = hidden_in(found.new) if found.new is not NOWHERE else frozenset()
    told = [
        *(Consequence(Kind.KEY, block, answered[block]) for block in keys if answered.get(block)),
        *(Consequence(Kind.PIECES_GO, block, answered[block]) for block in pieces if answered.get(block)),
        *(Consequence(Kind.ANSWERED_GOES, block, kept[block]) for block in gone if kept.get(block)),
        *(Consequence(Kind.SCORED_GOES, block) for block in gone if _counts(found.old, block) and not kept.get(block)),
        *(Consequence(Kind.RENAMED, block, kept[block]) for block in _come_back(session, found, gone) if kept.get(block)),
    ]
    if found.old is not NOWHERE:
        told += [Consequence(Kind.SCORED_COMES, one) for one in found.added - hidden if _counts(found.new, one)]
        if "grading" in found.course.rules:
            told.append(Consequence(Kind.RULES))
    places = {block: place for place, block in enumerate(found.in_order({one.block for one in told if one.block}))}
    return tuple(sorted(told, key=lambda one: (places.get(one.block, -1) if one.block else -1, one.kind)))


def pieces_of(value: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield every single value in a block's structure with the way to it: parts that have an id by that, others by their place."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            if name != "id":
                yield from pieces_of(one, (*path, str(name)))
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for place, one in enumerate(value):
            named = one.get("id") if isinstance(one, Mapping) else None
            yield from pieces_of(one, (*path, str(named) if isinstance(named, str) else f"#{place + 1}"))
    else:
        yield path, value


def ids_in(value: Json) -> Iterator[str]:
    """Yield the ids of all parts of a block's structure, in their order."""
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str):
            yield value["id"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from ids_in(each)


def _held(new: OutlineEntry, old: OutlineEntry) -> tuple[Hash, ...]:
    """Return the nodes to read to tell whether a part's own fields differ: what holds nothing differs by its hash alone."""
    return (new.node, old.node) if new.children or old.children else ()


def _more(session: Session, now: Snapshot, then: Snapshot | None, nodes: list[Hash]) -> dict[str, Json]:
    """Read everything that a comparison needs at once."""
    sides = (now, then) if then else (now,)
    keys = {key for side in sides for key in (*side.overlays.values(), side.assets, side.pages, side.policy)}
    return read_nodes(session, [*keys, *nodes])


def _is_rewritten(new: OutlineEntry, old: OutlineEntry, bodies: Mapping[str, Json]) -> bool:
    if not (new.children or old.children):
        return True
    return bool(bodies[new.node]["fields"] != bodies[old.node]["fields"])


def _move(new: Outline, old: Outline, block: BlockId) -> tuple[BlockId, BlockId] | None:
    was, is_now = old[block].parent, new[block].parent
    return (was, is_now) if was and is_now and was != is_now else None


def _stirred(new: tuple[BlockId, ...], old: tuple[BlockId, ...]) -> tuple[BlockId, ...]:
    """Return the fewest children that must be moved to get from the old order to the new one, of those in both."""
    order = {block: place for place, block in enumerate(old)}
    places = [(order[block], block) for block in new if block in order]
    best: list[tuple[int, int]] = []  # length of the longest rising row that ends here, and the place before it
    for here, (place, _) in enumerate(places):
        before = max(((best[k][0], k) for k in range(here) if places[k][0] < place), default=(0, -1))
        best.append((before[0] + 1, before[1]))
    if not best:
        return ()
    here = max(range(len(best)), key=lambda k: best[k][0])
    staying = set()
    while here >= 0:
        staying.add(places[here][1])
        here = best[here][1]
    return tuple(block for _, block in places if block not in staying)


def _overlays(side: Snapshot | None, bodies: Mapping[str, Json]) -> dict[str, Json]:
    return {language: bodies[key] for language, key in side.overlays.items()} if side else {}


def _texts(now: Mapping[str, Json], then: Mapping[str, Json]) -> dict[BlockId, dict[str, tuple[Hash | None, Hash | None]]]:
    found: dict[BlockId, dict[str, tuple[Hash | None, Hash | None]]] = {}
    for language in sorted({*now, *then}):
        after, before = (side.get(language, _NO_OVERLAY)["texts"] for side in (now, then))
        for block in {*after, *before}:
            if after.get(block) != before.get(block):
                found.setdefault(block, {})[language] = (before.get(block), after.get(block))
    return found


def _files(now: Snapshot, then: Snapshot | None, bodies: Mapping[str, Json]) -> Files:
    if then is None:
        return Files()
    files = _differing(_assets(bodies[then.assets]), _assets(bodies[now.assets]))
    for language in sorted({*now.overlays, *then.overlays}):
        was, is_now = (_assets(_overlays(side, bodies).get(language, _NO_OVERLAY)["assets"]) for side in (then, now))
        files |= {f"{language}:{path}": pair for path, pair in _differing(was, is_now).items()}
    pages = {path: (was or "", is_now or "") for path, (was, is_now) in _differing(bodies[then.pages], bodies[now.pages]).items()}
    return Files(
        files=files,
        pages=pages,
        rules=_differing(bodies[then.policy], bodies[now.policy]),
        languages_added=tuple(sorted(now.overlays.keys() - then.overlays.keys())),
        languages_removed=tuple(sorted(then.overlays.keys() - now.overlays.keys())),
    )


def _assets(body: Json) -> dict[str, Asset]:
    return {path: Asset(path, *facts) for path, facts in body.items()}


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (before.get(name), after.get(name)) for name in sorted({*before, *after}) if before.get(name) != after.get(name)}


def _fields(before: Mapping[str, Json], after: Mapping[str, Json], language: str) -> Iterator[FieldChange]:
    for name, (was, is_now) in _differing(before, after).items():
        yield FieldChange(name, language, was, is_now)


def _counts(outline: Outline, block: BlockId) -> bool:
    """Tell whether a block counts for the grade: it can be scored, in a lesson that is graded."""
    return outline[block].possible > 0 and bool(outline[block].settings.get("graded"))


def _is_key(change: FieldChange, block_type: str) -> bool:
    """Tell whether a change of a field makes another answer right."""
    if change.name == "structure":
        was, is_now = (dict(pieces_of(value or {})) for value in (change.before, change.after))
        return any(
            path[-1] in _KEY_PARTS or any(step in _KEY_PARTS for step in path)
            for path in was.keys() & is_now.keys()
            if was[path] != is_now[path]
        )
    if block_type == "problem" and change.name == "data":
        return _PROBLEM_KEY.findall(str(change.before)) != _PROBLEM_KEY.findall(str(change.after))
    return change.name in _KEY_FIELDS


def _lost(change: FieldChange) -> set[str]:
    return set(ids_in(change.before or {})) - set(ids_in(change.after or {}))


def _answered(session: Session, course_id: int, table: Any, blocks: Collection[BlockId]) -> dict[BlockId, int]:
    """Return how many learners have a row for these blocks."""
    rows: Table = table
    wanted = sorted(blocks)
    found: dict[BlockId, int] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        query = select(rows.c.block_id, func.count()).where(
            rows.c.course_id == course_id, rows.c.block_id.in_(wanted[first : first + _AT_ONCE])
        )
        found.update((BlockId(block), count) for block, count in session.execute(query.group_by(rows.c.block_id)))
    return found


def _come_back(session: Session, found: Comparison, gone: Collection[BlockId]) -> list[BlockId]:
    """Return the blocks that went while another of the same kind with the very same content came."""
    kinds = {found.old[block].type for block in gone} & {found.new[block].type for block in found.added}
    old = [found.old[block] for block in gone if found.old[block].type in kinds]
    new = [found.new[block] for block in found.added if found.new[block].type in kinds and found.new[block].type not in CONTAINERS]
    bodies = read_nodes(session, [entry.node for entry in (*old, *new)])
    there = [(entry.type, bodies[entry.node]["fields"]) for entry in new]
    return [entry.id for entry in old if (entry.type, bodies[entry.node]["fields"]) in there]
