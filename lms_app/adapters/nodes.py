"""Writes a course's content as nodes under their hashes and reads it back; a node that is there already is never written again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms_app.domain.content import Asset, Block, CourseContent, Hash, Json, Overlay, canonical, hash_of, laid_over
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId
from lms_app.model.content import Node

Key = TypeVar("Key")
_NODE: Final = cast("Table", Node.__table__)
_AT_ONCE: Final = 400
"""Hashes in one statement: below the 999 parameters of an old SQLite."""
_FRESH: Final = timedelta(days=1)
"""A node stored again within a day keeps its time: sweeping waits for thirty."""


@dataclass(frozen=True)
class Snapshot:
    """The node that names everything in one state of a course."""

    root: BlockId
    root_hash: Hash
    language: str
    overlays: Mapping[str, Hash]
    assets: Hash
    policy: Hash
    pages: Hash

    def body(self) -> Json:
        """Return the node's body."""
        return {
            "root": [self.root, self.root_hash],
            "language": self.language,
            "overlays": dict(self.overlays),
            "assets": self.assets,
            "policy": self.policy,
            "pages": self.pages,
        }

    @classmethod
    def of(cls, body: Json) -> Snapshot:
        """Return the snapshot that a node's body describes."""
        root, root_hash = body["root"]
        return cls(
            root=root,
            root_hash=root_hash,
            language=body["language"],
            overlays=body["overlays"],
            assets=body["assets"],
            policy=body["policy"],
            pages=body["pages"],
        )


def block_hashes(content: CourseContent) -> dict[BlockId, Hash]:
    """Return the hash of every block below the root; refuse (`Invalid`) content in which a block holds itself or a missing one."""
    hashes: dict[BlockId, Hash] = {}
    open_blocks: set[BlockId] = set()
    waiting = [content.root]
    while waiting:
        block_id = waiting[-1]
        if block_id in hashes:
            waiting.pop()
            continue
        if block_id not in content.blocks:
            raise Invalid("child_missing", block=block_id)
        block = content.blocks[block_id]
        missing = [child for child in block.children if child not in hashes]
        if not missing:
            hashes[block_id] = hash_of(block.body(hashes))
            open_blocks.discard(block_id)
            waiting.pop()
            continue
        open_blocks.add(block_id)
        looping = next((child for child in missing if child in open_blocks), None)
        if looping is not None:
            raise Invalid("block_in_itself", block=looping)
        waiting.extend(missing)
    return hashes


def store_content(session: Session, content: CourseContent, now: datetime) -> Hash:
    """Write the nodes that are missing and return the hash of the snapshot."""
    hashes = block_hashes(content)
    bodies: dict[Hash, Json] = {hashes[block_id]: content.blocks[block_id].body(hashes) for block_id in hashes}

    def keep(body: Json) -> Hash:
        found = hash_of(body)
        bodies[found] = body
        return found

    snapshot = Snapshot(
        root=content.root,
        root_hash=hashes[content.root],
        language=content.language,
        overlays={language: keep(_overlay_body(overlay, keep)) for language, overlay in content.overlays.items()},
        assets=keep(_assets_body(content.assets)),
        policy=keep(dict(content.policy)),
        pages=keep(dict(content.pages)),
    )
    found = keep(snapshot.body())
    store_nodes(session, bodies, now)
    return found


def store_nodes(session: Session, bodies: Mapping[Hash, Json], now: datetime) -> None:
    """Write those of the nodes that are absent, many at once; a twin written meanwhile by somebody else does no harm."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(_NODE)
    # One that lies there for long may be swept at this very moment: so it is written again, not only given a new date.
    again = statement.on_conflict_do_update(index_elements=["hash"], set_={"created_at": statement.excluded.created_at})
    for batch in batches(bodies):
        query = select(_NODE.c.hash).where(_NODE.c.hash.in_(batch), _NODE.c.created_at >= now - _FRESH)
        fresh = set(session.scalars(query))
        missing = [{"hash": key, "body": canonical(bodies[key]), "created_at": now} for key in batch if key not in fresh]
        if missing:
            session.execute(again, missing)


def read_nodes(session: Session, hashes: Iterable[str]) -> dict[str, Json]:
    """Return the bodies of the nodes, read many at once; raise `NotFound` when one is missing."""
    return {key: body for key, (body, _) in read_node_texts(session, hashes).items()}


def read_node_texts(session: Session, hashes: Iterable[str]) -> dict[str, tuple[Json, int]]:
    """Return the bodies of the nodes, each with the length of its text; raise `NotFound` when one is missing."""
    wanted = list(dict.fromkeys(hashes))
    found: dict[str, tuple[Json, int]] = {}
    for batch in batches(wanted):
        rows = session.execute(select(_NODE.c.hash, _NODE.c.body).where(_NODE.c.hash.in_(batch)))
        found.update((key, (json.loads(body), len(body))) for key, body in rows)
    for key in wanted:
        if key not in found:
            raise NotFound("no_such_node", hash=key)
    return found


def read_node(session: Session, key: str) -> Json:
    """Return the body of one node, or raise `NotFound`."""
    return read_nodes(session, (key,))[key]


def read_snapshot(session: Session, snapshot: str) -> Snapshot:
    """Return the snapshot with this hash, or raise `NotFound`."""
    return Snapshot.of(read_node(session, snapshot))


def load_content(session: Session, snapshot: str) -> CourseContent:
    """Return all content of one snapshot: a query for each level of the tree."""
    found = read_snapshot(session, snapshot)
    nodes = read_nodes(session, {found.assets, found.policy, found.pages, *found.overlays.values()})
    return CourseContent(
        root=found.root,
        blocks=_load_blocks(session, found.root_hash),
        language=found.language,
        overlays={language: _load_overlay(session, nodes[key]) for language, key in found.overlays.items()},
        assets=assets_of(nodes[found.assets]),
        policy=nodes[found.policy],
        pages=nodes[found.pages],
    )


def block_of(body: Json, texts: Mapping[str, Json] | None = None) -> Block:
    """Return the block that a node's body describes, with other texts laid over its own."""
    return Block(
        id=body["id"],
        type=body["type"],
        fields=laid_over(body["fields"], texts) if texts else body["fields"],
        children=tuple(child for child, _ in body["children"]),
    )


def assets_of(body: Json) -> dict[str, Asset]:
    """Return the assets that a node's body lists."""
    return {path: asset_of(path, facts) for path, facts in body.items()}


def asset_of(path: str, facts: Json) -> Asset:
    """Return one asset as a node lists it."""
    sha256, content_type, size = facts
    return Asset(path=path, sha256=sha256, content_type=content_type, size=size)


def _load_blocks(session: Session, root_hash: Hash) -> dict[BlockId, Block]:
    blocks: dict[BlockId, Block] = {}
    level = [root_hash]
    while level:
        bodies = read_nodes(session, level)
        level = []
        for body in bodies.values():
            block = block_of(body)
            blocks[block.id] = block
            level.extend(key for child, key in body["children"] if child not in blocks)
    return blocks


def _load_overlay(session: Session, body: Json) -> Overlay:
    texts = read_nodes(session, body["texts"].values())
    return Overlay(
        language=body["language"],
        texts={block_id: texts[key] for block_id, key in body["texts"].items()},
        assets=assets_of(body["assets"]),
    )


def _overlay_body(overlay: Overlay, keep: Any) -> Json:
    return {
        "language": overlay.language,
        "texts": {block_id: keep(dict(texts)) for block_id, texts in overlay.texts.items()},
        "assets": _assets_body(overlay.assets),
    }


def _assets_body(assets: Mapping[str, Asset]) -> Json:
    return {path: [asset.sha256, asset.content_type, asset.size] for path, asset in assets.items()}


def batches(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Yield the keys in lists short enough for one statement."""
    remaining = iter(keys)
    while batch := list(islice(remaining, _AT_ONCE)):
        yield batch
