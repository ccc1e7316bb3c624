"""A course, a learner's state and a site in memory, in the place of the database: for tests of what stands on the ports."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lms_app.domain.content import INHERITED, KEPT_SETTINGS, Block, CourseContent, Hash, OutlineEntry, laid_over
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, CourseKey, PersonId, block_parts
from lms_app.domain.learning import HandlerRequest, Learner, StateChanges, StateRow

COURSE = CourseKey("course-v1:Coop+Intro+2026")


def block(name: str, /, *children: str, **fields: Any) -> Block:
    """Return a block: `block("html/intro", data="<p>…")`, `block("vertical/v", "html/intro")`."""
    return Block(
        id=BlockId(name), type=block_parts(BlockId(name))[0], fields=fields, children=tuple(BlockId(one) for one in children)
    )


def course_of(*blocks: Block, **about: Any) -> CourseContent:
    """Return a course of these blocks; those that no block holds stand in one unit, which comes first."""
    held = {child for one in blocks for child in one.children}
    loose = tuple(one.id for one in blocks if one.id not in held)
    root = next((one for one in blocks if one.type == "course"), None)
    if root is None:
        frame = (
            block("course/c", "chapter/c", **about.pop("course_fields", {})),
            block("chapter/c", "sequential/s"),
            block("sequential/s", "vertical/v"),
            block("vertical/v", *loose),
        )
        blocks, root = (*frame, *blocks), frame[0]
    return CourseContent(root=root.id, blocks={one.id: one for one in blocks}, **about)


@dataclass
class MemoryContent:
    """`Content` over a `CourseContent`."""

    content: CourseContent
    course: CourseKey = COURSE
    language: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    snapshot: str = "snapshot"
    asked: list[frozenset[BlockId]] = field(default_factory=list)
    """What was prefetched, call by call."""

    def __post_init__(self) -> None:
        self.language = self.language or self.content.language
        self._parents = self.content.parents()

    @property
    def root(self) -> BlockId:
        return self.content.root

    def block(self, block: BlockId) -> Block:
        found = self._found(block)
        return replace(found, fields=laid_over(found.fields, self._texts(block)))

    def entry(self, block: BlockId) -> OutlineEntry:
        found = self._found(block)
        return OutlineEntry(
            id=block,
            type=found.type,
            node=Hash(""),
            parent=self._parents.get(block),
            children=found.children,
            title=found.fields.get("display_name") or block_parts(block)[1],
            settings=self._settings(block),
            titles={
                language: overlay.texts[block]["display_name"]
                for language, overlay in self.content.overlays.items()
                if "display_name" in overlay.texts.get(block, {})
            },
        )

    def language_of(self, block: BlockId) -> str:
        self._found(block)
        return self.language if self._texts(block) else self.content.language

    def named(self, name: str) -> BlockId | None:
        return next((one for one in self.content.blocks if block_parts(one)[1] == name), None)

    def prefetch(self, blocks: Collection[BlockId]) -> None:
        self.asked.append(frozenset(blocks))

    def asset(self, path: str) -> bytes | None:
        return self.files.get(path)

    def has_asset(self, path: str) -> bool:
        return path in self.files

    def _found(self, block: BlockId) -> Block:
        if block not in self.content.blocks:
            raise NotFound("no_such_block", block=block)
        return self.content.blocks[block]

    def _texts(self, block: BlockId) -> Mapping[str, Any]:
        overlay = self.content.overlays.get(self.language)
        return overlay.texts.get(block, {}) if overlay else {}

    def _settings(self, block: BlockId) -> dict[str, Any]:
        found: dict[str, Any] = {}
        here: BlockId | None = block
        while here is not None:
            for name, value in self.content.blocks[here].fields.items():
                if name in INHERITED or (here == block and name in KEPT_SETTINGS):
                    found.setdefault(name, value)
            here = self._parents.get(here)
        return found


@dataclass
class MemoryState:
    """`StateReader` over dictionaries, with the write that an adapter does afterwards."""

    blocks: dict[BlockId, StateRow] = field(default_factory=dict)
    shared: dict[BlockId, StateRow] = field(default_factory=dict)
    person: dict[str, StateRow] = field(default_factory=dict)
    queries: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    def block_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        self.queries.append(("block", frozenset(blocks)))
        return {one: self.blocks[one] for one in blocks if one in self.blocks}

    def shared_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        self.queries.append(("shared", frozenset(blocks)))
        return {one: self.shared[one] for one in blocks if one in self.shared}

    def person_states(self, block_types: Collection[str]) -> Mapping[str, StateRow]:
        self.queries.append(("person", frozenset(block_types)))
        return {one: self.person[one] for one in block_types if one in self.person}

    def store(self, changes: StateChanges) -> None:
        """Write changes as a database does: through JSON, and with the next version. A stale version is refused."""
        kinds: tuple[tuple[dict[Any, StateRow], Mapping[Any, StateRow]], ...] = (
            (self.blocks, changes.blocks),
            (self.shared, changes.shared),
            (self.person, changes.person),
        )
        for rows, changed in kinds:
            for key, row in changed.items():
                if rows.get(key, StateRow()).version != row.version:
                    raise ValueError(f"{key} was changed meanwhile")
                rows[key] = StateRow(version=row.version + 1, values=json.loads(json.dumps(row.values, allow_nan=False)))


class SiteUrls:
    """`Urls` of a made-up site."""

    def handler(self, usage: str, name: str, suffix: str = "", query: str = "") -> str:
        tail = (f"/{suffix}" if suffix else "") + (f"?{query}" if query else "")
        return f"/handlers/{usage}/{name}{tail}"

    def local_resource(self, block_type: str, uri: str) -> str:
        return f"/resources/{block_type}/{uri}"

    def asset(self, path: str) -> str:
        return f"/files/{path}"

    def jump_to(self, block: BlockId) -> str:
        return f"/go/{block}"

    def work(self, block: BlockId, view: str, query: Mapping[str, str]) -> str | None:
        return f"/views/{view}/{block}" + "".join(f"?{name}={value}" for name, value in query.items())

    def course(self) -> str:
        return f"/courses/{COURSE}"

    def platform_static(self, path: str) -> str:
        return f"/capa/{path}"


class MemoryCache:
    """`Cache` over a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    def get(self, key: str) -> object:
        return self.kept.get(key)

    def set(self, key: str, value: object, timeout: float | None = None) -> None:  # noqa: ARG002
        self.kept[key] = value


def learner(**about: Any) -> Learner:
    """Return a learner."""
    defaults: dict[str, Any] = {
        "person_id": PersonId(7),
        "user_name": "amina",
        "full_name": "Amina B.",
        "anonymous_id": "0f3a",
        "language": "en",
        "email": "amina@example.org",
    }
    return Learner(**{**defaults, **about})


def posted(body: Any, *, form: bool = False) -> HandlerRequest:
    """Return a POST of JSON, or of a form when given its encoded body."""
    if form:
        return HandlerRequest(method="POST", body=body.encode(), content_type="application/x-www-form-urlencoded")
    return HandlerRequest(method="POST", body=json.dumps(body).encode(), content_type="application/json")
