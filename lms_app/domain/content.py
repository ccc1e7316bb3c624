"""A course as git stores a tree: nodes under their hashes, one snapshot a revision, an outline to find any block."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NewType, TypeVar, cast

from lms_app.domain.keys import BlockId

Json = Any
"""What `json.loads` gives back."""
Made = TypeVar("Made")
Hash = NewType("Hash", str)
"""SHA-256 of a node's canonical JSON, in hex."""

LANGUAGES = ("ar", "fr", "en")
RAW_FIELD = "xml"
"""The field that keeps the XML of a block whose type is not installed."""


def canonical(body: Json) -> str:
    """Return the one JSON text of a value: keys sorted, no spaces, characters as they are."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_of(body: Json) -> Hash:
    """Return the hash under which a node with this body is kept."""
    return Hash(hashlib.sha256(canonical(body).encode()).hexdigest())


def laid_over(fields: Mapping[str, Json], texts: Mapping[str, Json]) -> dict[str, Json]:
    """Return a block's fields with a translation's texts in their place; what the translation lacks stays in the source language.

    A field that holds many texts (questions, choices, hints) is laid over text by text: a question that the source gained since
    is shown in its words, not left blank.
    """
    return {
        **fields,
        **{
            name: {**own, **said} if isinstance(own := fields.get(name), Mapping) and isinstance(said, Mapping) else said
            for name, said in texts.items()
        },
    }


@dataclass(frozen=True)
class Block:
    """One block of a course in its source language: what an author wrote, nothing about learners."""

    id: BlockId
    type: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    """Explicit values of content and settings fields, in the JSON form of their XBlock field."""
    children: tuple[BlockId, ...] = ()

    def body(self, child_hashes: Mapping[BlockId, Hash]) -> Json:
        """Return the node's body, in which each child stands under its hash."""
        return {
            "id": self.id,
            "type": self.type,
            "fields": dict(self.fields),
            "children": [[child, child_hashes[child]] for child in self.children],
        }


@dataclass(frozen=True)
class Asset:
    """A file of a course: where its bytes are, and what they are."""

    path: str
    """Below `static/`, with forward slashes."""
    sha256: str
    content_type: str
    size: int
    """In bytes."""


@dataclass(frozen=True)
class Overlay:
    """One language laid over a course: block id → the translatable fields in that language, and files that replace others."""

    language: str
    texts: Mapping[BlockId, Mapping[str, Json]] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)


@dataclass(frozen=True)
class CourseContent:
    """All of a course's content at one moment, in memory: what an import makes, an export reads and a save stores."""

    root: BlockId
    blocks: Mapping[BlockId, Block]
    language: str = "en"
    """The source language."""
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    policy: Mapping[str, Json] = field(default_factory=dict)
    """`grading` (OLX grading policy) and other course-wide JSON, language-neutral."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """About pages, handouts, tabs: path in the archive → text. Translations stand under `LANGUAGE:path`."""

    def walk(self, start: BlockId | None = None) -> Iterator[Block]:
        """Yield blocks depth first, each once, children in order."""
        seen: set[BlockId] = set()
        waiting = [start or self.root]
        while waiting:
            block_id = waiting.pop()
            if block_id in seen:
                continue
            seen.add(block_id)
            block = self.blocks[block_id]
            yield block
            waiting.extend(reversed(block.children))

    def parents(self) -> dict[BlockId, BlockId]:
        """Return for each block the first parent that holds it; the root has none."""
        found: dict[BlockId, BlockId] = {}
        for block in self.walk():
            for child in block.children:
                found.setdefault(child, block.id)
        return found


@dataclass(frozen=True)
class OutlineEntry:
    """What the platform must know of a block without opening it."""

    id: BlockId
    type: str
    node: Hash
    parent: BlockId | None
    children: tuple[BlockId, ...]
    title: str
    settings: Mapping[str, Json]
    """Inherited settings resolved: the block's own value, else its nearest ancestor's."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The title in languages other than the source."""
    possible: float = 0.0
    """Points that a scored block can earn; 0 for one that is not scored."""
    own: Mapping[str, Json] = field(default_factory=dict)
    """Of the settings, those that the block itself says."""


@dataclass(frozen=True)
class Outline:
    """Every block of one published root, found by its id in one look-up."""

    root: BlockId
    snapshot: Hash
    language: str
    languages: tuple[str, ...]
    entries: Mapping[BlockId, OutlineEntry]
    policy: Mapping[str, Json]
    _made: dict[Hashable, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` makes of this outline, made once: outlines never change, and no page may cost more in a large course."""
        if key not in self._made:
            self._made[key] = make()
        return cast("Made", self._made[key])

    def __getitem__(self, block: BlockId) -> OutlineEntry:
        return self.entries[block]

    def __contains__(self, block: object) -> bool:
        return block in self.entries

    def children(self, block: BlockId) -> tuple[OutlineEntry, ...]:
        """Return the entries of a block's children, in order."""
        return tuple(self.entries[child] for child in self.entries[block].children)

    def leaves(self, block: BlockId | None = None) -> Iterator[OutlineEntry]:
        """Yield the blocks without children below `block`, in reading order, each once."""
        seen: set[BlockId] = set()
        waiting = [block or self.root]
        while waiting:
            entry = self.entries[waiting.pop()]
            if entry.id in seen:
                continue
            seen.add(entry.id)
            if entry.children:
                waiting.extend(reversed(entry.children))
            elif entry.type not in CONTAINERS:
                yield entry

    def of_type(self, block_type: str) -> tuple[OutlineEntry, ...]:
        """Return the blocks of one type, in reading order."""
        return tuple(entry for entry in self.entries.values() if entry.type == block_type)

    def path(self, block: BlockId) -> tuple[OutlineEntry, ...]:
        """Return the entries from the course down to the block, both included."""
        path: list[OutlineEntry] = []
        here: BlockId | None = block
        while here is not None:
            entry = self.entries[here]
            path.append(entry)
            here = entry.parent
        return tuple(reversed(path))

    def ancestor(self, block: BlockId, block_type: str) -> OutlineEntry | None:
        """Return the nearest ancestor of that type (or the block itself), if there is one."""
        return next((entry for entry in reversed(self.path(block)) if entry.type == block_type), None)

    def title(self, block: BlockId, language: str) -> str:
        """Return the title in a language, else in the source language."""
        entry = self.entries[block]
        return entry.titles.get(language) or entry.title


CONTAINERS = frozenset({"course", "chapter", "sequential", "vertical"})
"""Structure: never a leaf, even when empty."""
INHERITED = frozenset(
    {
        "graded",
        "start",
        "due",
        "relative_weeks_due",
        "visible_to_staff_only",
        "course_edit_method",
        "giturl",
        "xqa_key",
        "graceperiod",
        "group_access",
        "showanswer",
        "show_correctness",
        "rerandomize",
        "days_early_for_beta",
        "static_asset_path",
        "use_latex_compiler",
        "max_attempts",
        "matlab_api_key",
        "user_partitions",
        "video_speed_optimizations",
        "video_auto_advance",
        "video_bumper",
        "show_reset_button",
        "edxnotes",
        "edxnotes_visibility",
        "in_entrance_exam",
        "self_paced",
        "hide_from_toc",
    }
)
"""Settings that a block takes from its nearest ancestor with an explicit value (Open edX's list)."""
KEPT_SETTINGS = INHERITED | {"format", "weight", "display_name", "max_count", "user_partition_id", "group_id_to_child"}
"""What an outline entry keeps: all inherited ones, and a few of the block's own (the last three say what it gives to whom)."""
