"""Storing a changed draft: only what differs is written, and the outline follows from the one before instead of being read anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import remember_outline
from lms_app.adapters.nodes import Snapshot, block_of, read_nodes, read_snapshot, store_nodes
from lms_app.adapters.outlines import TITLE, followed_outline, told_of
from lms_app.domain.content import Asset, Block, Hash, Json, Outline, hash_of
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId

_NO_OVERLAY: Final[Mapping[str, Json]] = {"texts": {}, "assets": {}}


@dataclass(frozen=True)
class _Shape:
    """Who holds whom after the edit: every block that is reached, in reading order, with the parent it is reached by."""

    order: Sequence[tuple[BlockId, BlockId | None]]
    children: Mapping[BlockId, Sequence[BlockId]]
    """Of the blocks whose children the edit names."""

    def of(self, outline: Outline, block: BlockId) -> Sequence[BlockId]:
        """Return a block's children."""
        return self.children[block] if block in self.children else outline[block].children


def apply_edit(session: Session, outline: Outline, edit: Edit, *, now: datetime) -> Hash:
    """Store what the edit makes of the snapshot that the outline shows, and return the hash of the new snapshot.

    Refused: an edit of a block that is not there (`NotFound`), a child that is nowhere or a block inside itself (`Invalid`).
    """
    _check(outline, edit)
    shape = _shape(outline, edit)
    reached = {block for block, _ in shape.order}
    stored: dict[Hash, Json] = {}
    changed = _rewritten(session, outline, edit, shape, reached, stored)
    before = read_snapshot(session, outline.snapshot)
    overlays, titles = _overlays(session, before, edit, reached if edit.moves_something else None, stored)
    after = replace(
        before,
        root_hash=changed[outline.root].node if outline.root in changed else before.root_hash,
        overlays=overlays,
        assets=_with_assets(session, before.assets, edit.assets, stored),
        policy=before.policy if edit.policy is None else _keep(stored, dict(edit.policy)),
        pages=before.pages if edit.pages is None else _keep(stored, dict(edit.pages)),
    )
    snapshot = _keep(stored, after.body())
    store_nodes(session, stored, now)
    followed = followed_outline(
        outline,
        snapshot=snapshot,
        order=shape.order,
        changed={block: told_of(one.block, one.node) for block, one in changed.items()},
        titles=titles,
        languages=(before.language, *sorted(set(overlays) - {before.language})),
        policy=outline.policy if edit.policy is None else edit.policy,
    )
    remember_outline(followed, weight=len(changed) + len(followed.entries) // 8)
    return snapshot


@dataclass(frozen=True)
class _Rewritten:
    block: Block
    node: Hash


def _check(outline: Outline, edit: Edit) -> None:
    for block in (*edit.fields, *edit.children):
        if block not in outline:
            raise NotFound("no_such_block", block=block)
    for block in edit.new:
        if block in outline:
            raise Invalid("block_twice", block=block)


def _shape(outline: Outline, edit: Edit) -> _Shape:
    children = {**{block: tuple(held) for block, held in edit.children.items()}}
    children |= {block.id: block.children for block in edit.new.values()}
    shape = _Shape((), children)
    if not edit.moves_something:
        return replace(shape, order=[(entry.id, entry.parent) for entry in outline.entries.values()])
    order: dict[BlockId, None] = {}
    waiting = [outline.root]
    while waiting:
        block = waiting.pop()
        if block in order:
            continue
        if block not in outline and block not in edit.new:
            raise Invalid("child_missing", block=block)
        order[block] = None
        waiting.extend(reversed(shape.of(outline, block)))
    parents: dict[BlockId, BlockId] = {}
    for block in order:
        for child in shape.of(outline, block):
            parents.setdefault(child, block)
    return replace(shape, order=[(block, parents.get(block)) for block in order])


def _rewritten(
    session: Session, outline: Outline, edit: Edit, shape: _Shape, reached: set[BlockId], stored: dict[Hash, Json]
) -> dict[BlockId, _Rewritten]:
    """Make the node of every block that differs and of all that hold one, those held first."""
    touched = {block for block in (*edit.fields, *edit.children, *edit.new) if block in reached}
    ordered = _held_first(outline, shape, touched)
    known = [block for block in ordered if block in outline]
    bodies = read_nodes(session, [outline[block].node for block in known])
    made: dict[BlockId, _Rewritten] = {}
    for each in ordered:
        block = edit.new[each] if each in edit.new else block_of(bodies[outline[each].node])
        block = replace(block, fields=edit.fields.get(each, block.fields), children=tuple(shape.of(outline, each)))
        hashes = {child: made[child].node if child in made else outline[child].node for child in block.children}
        made[each] = _Rewritten(block, _keep(stored, block.body(hashes)))
    return made


def _held_first(outline: Outline, shape: _Shape, touched: set[BlockId]) -> list[BlockId]:
    """Return the touched blocks and all that hold them, each after those that it holds; a block may stand in several places."""
    holders: dict[BlockId, list[BlockId]] = {}
    for block, _ in shape.order:
        for child in shape.of(outline, block):
            holders.setdefault(child, []).append(block)
    wanted, waiting = set(touched), list(touched)
    while waiting:
        for holder in holders.get(waiting.pop(), ()):
            if holder not in wanted:
                wanted.add(holder)
                waiting.append(holder)
    left = {block: sum(child in wanted for child in dict.fromkeys(shape.of(outline, block))) for block in wanted}
    ready = sorted(block for block, count in left.items() if not count)
    ordered: list[BlockId] = []
    while ready:
        block = ready.pop()
        ordered.append(block)
        for holder in holders.get(block, ()):
            left[holder] -= 1
            if not left[holder]:
                ready.append(holder)
    if len(ordered) < len(wanted):
        raise Invalid("block_in_itself", block=min(wanted - set(ordered)))
    return ordered


def _overlays(
    session: Session, before: Snapshot, edit: Edit, reached: set[BlockId] | None, stored: dict[Hash, Json]
) -> tuple[dict[str, Hash], dict[str, dict[BlockId, str]]]:
    """Return the languages after the edit, and for those whose words differ, all titles in them."""
    named = {*edit.texts, *edit.language_assets, *edit.more_languages} - {before.language}
    kept = [language for language in dict.fromkeys((*before.overlays, *sorted(named))) if language not in edit.fewer_languages]
    wanted = kept if reached is not None else [language for language in kept if language in named]
    bodies = read_nodes(session, [before.overlays[language] for language in wanted if language in before.overlays])
    found = {language: Hash(before.overlays[language]) for language in kept if language in before.overlays}
    titles: dict[str, dict[BlockId, str]] = {language: {} for language in edit.fewer_languages}
    for language in wanted:
        body = bodies.get(before.overlays.get(language, ""), _NO_OVERLAY)
        texts = _with_texts(body["texts"], edit.texts.get(language, {}), reached, stored)
        assets = _changed_assets(body["assets"], edit.language_assets.get(language, {}))
        found[language] = _keep(stored, {"language": language, "texts": texts, "assets": assets})
        titles[language] = {block: str(told.get(TITLE) or "") for block, told in edit.texts.get(language, {}).items()}
    return found, titles


def _with_texts(
    texts: Mapping[BlockId, Hash],
    changes: Mapping[BlockId, Mapping[str, Json]],
    reached: set[BlockId] | None,
    stored: dict[Hash, Json],
) -> dict[BlockId, Hash]:
    made = {block: key for block, key in texts.items() if block not in changes}
    made |= {block: _keep(stored, dict(told)) for block, told in changes.items() if told}
    return made if reached is None else {block: key for block, key in made.items() if block in reached}


def _with_assets(session: Session, key: Hash, changes: Mapping[str, Asset | None], stored: dict[Hash, Json]) -> Hash:
    if not changes:
        return key
    return _keep(stored, _changed_assets(read_nodes(session, [key])[key], changes))


def _changed_assets(assets: Mapping[str, Json], changes: Mapping[str, Asset | None]) -> dict[str, Json]:
    made = {path: facts for path, facts in assets.items() if path not in changes}
    return made | {path: [one.sha256, one.content_type, one.size] for path, one in _present(changes.items())}


def _present(changes: Iterable[tuple[str, Asset | None]]) -> list[tuple[str, Asset]]:
    return [(path, asset) for path, asset in changes if asset is not None]


def _keep(stored: dict[Hash, Json], body: Json) -> Hash:
    found = hash_of(body)
    stored[found] = body
    return found
