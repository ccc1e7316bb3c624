"""Outlines: made from content when it is published, kept as one JSON text, opened with inherited settings resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from lms_app.domain.content import (
    INHERITED,
    KEPT_SETTINGS,
    Block,
    CourseContent,
    Hash,
    Json,
    Outline,
    OutlineEntry,
)
from lms_app.domain.keys import BlockId, block_parts
from lms_app.model.content import Outline as OutlineRow
from lms_app.runtime.points import possible_points

TITLE: Final = "display_name"
FORM: Final = 2
"""Of the body; one kept in an older form says too little, and is made again."""
_OUTLINE: Final = cast("Table", OutlineRow.__table__)


def make_outline(content: CourseContent, hashes: Mapping[BlockId, Hash]) -> dict[str, Any]:
    """Return the outline's body: each block's place, own settings and titles, in reading order."""
    parents = content.parents()
    return {
        "form": FORM,
        "root": content.root,
        "language": content.language,
        "languages": [content.language, *sorted(set(content.overlays) - {content.language})],
        "policy": dict(content.policy),
        "entries": [_entry(content, block, hashes[block.id], parents.get(block.id)) for block in content.walk()],
    }


def _entry(content: CourseContent, block: Block, node: Hash, parent: BlockId | None) -> Json:
    titles = {
        language: overlay.texts[block.id][TITLE]
        for language, overlay in content.overlays.items()
        if overlay.texts.get(block.id, {}).get(TITLE)
    }
    return {
        "id": block.id,
        "type": block.type,
        "node": node,
        "parent": parent,
        "children": list(block.children),
        "title": title_of(block),
        "settings": _own_settings(block),
        "titles": titles,
        "possible": possible_points(block),
    }


def title_of(block: Block) -> str:
    """Return the block's title in the source language; its name where nobody gave one."""
    return str(block.fields.get(TITLE) or block_parts(block.id)[1].replace("_", " "))


def open_outline(snapshot: Hash, body: Json) -> Outline:
    """Return the outline that a body describes; each setting is the block's own, else its nearest ancestor's."""
    descending: dict[BlockId, Mapping[str, Json]] = {}
    entries: dict[BlockId, OutlineEntry] = {}
    for told in body["entries"]:  # parents stand before their children
        own: Mapping[str, Json] = told["settings"]
        above = descending.get(told["parent"], {})
        inherited = {name: value for name, value in own.items() if name in INHERITED}
        # One mapping serves all blocks that add nothing to it: most do not.
        below = {**above, **inherited} if inherited else above
        descending[told["id"]] = below
        entries[told["id"]] = OutlineEntry(
            id=told["id"],
            type=told["type"],
            node=told["node"],
            parent=told["parent"],
            children=tuple(told["children"]),
            title=told["title"],
            settings={**below, **own} if len(own) > len(inherited) else below,
            titles=told["titles"],
            possible=told["possible"],
            own=own,
        )
    return Outline(
        root=body["root"],
        snapshot=snapshot,
        language=body["language"],
        languages=tuple(body["languages"]),
        entries=entries,
        policy=body["policy"],
    )


@dataclass(frozen=True)
class Told:
    """What a block itself says, of all that an outline entry tells."""

    type: str
    node: Hash
    children: tuple[BlockId, ...]
    title: str
    own: Mapping[str, Json]
    possible: float


def told_of(block: Block, node: Hash) -> Told:
    """Return what the block itself says."""
    return Told(block.type, node, block.children, title_of(block), _own_settings(block), possible_points(block))


def followed_outline(
    before: Outline,
    *,
    snapshot: Hash,
    order: Sequence[tuple[BlockId, BlockId | None]],
    changed: Mapping[BlockId, Told],
    titles: Mapping[str, Mapping[BlockId, str]],
    languages: tuple[str, ...],
    policy: Mapping[str, Json],
) -> Outline:
    """Return the outline after a change, made from the one before: what did not change is shared, nothing is read.

    `order` is every block with its parent, in reading order; `titles` are by language those that differ ('' for one taken back);
    a language that is no longer among `languages` takes its titles with it.
    """
    entries: dict[BlockId, OutlineEntry] = {}
    stirred: set[BlockId] = set()
    """Blocks that hand other settings down than before."""
    gone = set(before.languages) - set(languages)
    for block, parent in order:
        was, told = before.entries.get(block), changed.get(block)
        if was is not None and told is None and was.parent == parent and parent not in stirred:
            entry = was
        else:
            entry = _followed(was, told, block, entries.get(parent) if parent else None)
            if was is None or _handed_down(entry) != _handed_down(was):
                stirred.add(block)
        entries[block] = _retitled(entry, titles, gone)
    return Outline(before.root, snapshot, languages[0], languages, entries, policy)


def _followed(was: OutlineEntry | None, told: Told | None, block: BlockId, parent: OutlineEntry | None) -> OutlineEntry:
    source = told or was
    if source is None:
        raise KeyError(block)
    above = _handed_down(parent) if parent else {}
    return OutlineEntry(
        id=block,
        type=source.type,
        node=source.node,
        parent=parent.id if parent else None,
        children=source.children,
        title=source.title,
        settings={**above, **source.own},
        titles=was.titles if was else {},
        possible=source.possible,
        own=source.own,
    )


def _handed_down(entry: OutlineEntry) -> dict[str, Json]:
    return {name: value for name, value in entry.settings.items() if name in INHERITED}


def _retitled(entry: OutlineEntry, titles: Mapping[str, Mapping[BlockId, str]], gone: set[str]) -> OutlineEntry:
    said = {language: named[entry.id] for language, named in titles.items() if entry.id in named}
    if not said and not (gone and gone & entry.titles.keys()):
        return entry
    kept = {language: title for language, title in {**entry.titles, **said}.items() if title and language not in gone}
    return replace(entry, titles=kept)


def _own_settings(block: Block) -> dict[str, Json]:
    return {name: value for name, value in block.fields.items() if name in KEPT_SETTINGS}


def store_outline(session: Session, snapshot: Hash, body: Json) -> None:
    """Keep the outline of a snapshot, unless it is kept already."""
    if session.scalar(select(_OUTLINE.c.snapshot).where(_OUTLINE.c.snapshot == snapshot)) is None:
        session.execute(insert(_OUTLINE).values(snapshot=snapshot, body=body))


def read_outline(session: Session, snapshot: str) -> Json | None:
    """Return the body of the outline that is kept for a snapshot, or None; also None where it has an older form."""
    body = session.scalar(select(_OUTLINE.c.body).where(_OUTLINE.c.snapshot == snapshot))
    return body if body and body.get("form") == FORM else None
