"""One course at one snapshot, as a reader of one language sees it: nodes are read once and remembered under their hashes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import (
    Snapshot,
    asset_of,
    block_hashes,
    block_of,
    load_content,
    read_node_texts,
)
from lms_app.adapters.outlines import make_outline, open_outline, read_outline
from lms_app.domain.content import Asset, Block, Hash, Json, Outline, OutlineEntry
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.storage.blobs import Blobs
from lms_app.storage.remembering import Memory

_NODES: Final[Memory[Json]] = Memory(budget=8_000_000)
"""Weighed by the characters of their JSON."""
_OUTLINES: Final[Memory[Outline]] = Memory(budget=30_000)
"""Weighed by their entries."""
_NOT_IN_A_KEY: Final = re.compile(r"[^\w\-~.:%]")


def load_outline(session: Session, snapshot: str) -> Outline:
    """Return the outline of a snapshot: remembered, else stored, else (for a draft) made from its content; raise `NotFound`."""
    found = _OUTLINES.get(snapshot)
    if found is None:
        body = read_outline(session, snapshot)
        if body is None:
            content = load_content(session, snapshot)
            body = make_outline(content, block_hashes(content))
        found = open_outline(Hash(snapshot), body)
        _OUTLINES.keep(snapshot, found, len(found.entries))
    return found


def remember_outline(outline: Outline, *, weight: int) -> None:
    """Remember an outline that followed from another, whose entries it shares: hence a weight of its own."""
    _OUTLINES.keep(outline.snapshot, outline, weight)


def load_pages(session: Session, snapshot: str) -> Mapping[str, str]:
    """Return about pages, handouts and tabs by path; translations stand under `LANGUAGE:path`."""
    pages: Mapping[str, str] = _nodes(session, [_snapshot(session, snapshot).pages])[0]
    return pages


def _snapshot(session: Session, snapshot: str) -> Snapshot:
    return Snapshot.of(_nodes(session, [snapshot])[0])


def _nodes(session: Session, hashes: Iterable[str]) -> list[Json]:
    """Return nodes in the order asked for; those that are not remembered are read in one query."""
    wanted = list(hashes)
    found = {key: _NODES.get(key) for key in wanted}
    missing = [key for key, body in found.items() if body is None]
    if missing:
        for key, (body, weight) in read_node_texts(session, missing).items():
            _NODES.keep(key, body, weight)
            found[key] = body
    return [found[key] for key in wanted]


class CourseReader:
    """What the block host reads: blocks with their texts in a language, their places, the course's files."""

    def __init__(self, session: Session, course: CourseKey, snapshot: str, *, language: str, blobs: Blobs) -> None:
        self._session = session
        self._blobs = blobs
        self._outline = load_outline(session, snapshot)
        self._blocks: dict[BlockId, Block] = {}
        self._course = course
        self._language = language

    @property
    def course(self) -> CourseKey:
        """The course."""
        return self._course

    @property
    def language(self) -> str:
        """The language asked for."""
        return self._language

    @property
    def snapshot(self) -> str:
        """Hash of the snapshot."""
        return self._outline.snapshot

    @property
    def root(self) -> BlockId:
        """The course block."""
        return self._outline.root

    @property
    def outline(self) -> Outline:
        """Every block's place."""
        return self._outline

    def block(self, block: BlockId) -> Block:
        """Return the block with its texts in the reader's language where there are any; raise `NotFound`."""
        if block not in self._blocks:
            self.prefetch((block,))
        return self._blocks[block]

    def entry(self, block: BlockId) -> OutlineEntry:
        """Return its place, title and inherited settings; raise `NotFound`."""
        if block not in self._outline:
            raise NotFound("no_such_block", block=block)
        return self._outline[block]

    def language_of(self, block: BlockId) -> str:
        """Return the language in which the block's texts are given: the reader's, or the source as a fall-back."""
        return self._language if block in self._texts else self._outline.language

    def named(self, name: str) -> BlockId | None:
        """Return the block with this name, whatever its type (`/jump_to_id/NAME`); None when there is none."""
        return next((block for block in self._outline.entries if block.partition("/")[2] == name), None)

    def prefetch(self, blocks: Collection[BlockId]) -> None:
        """Read these blocks in one query, since all of them are about to be opened; raise `NotFound` for a strange one."""
        wanted = [block for block in dict.fromkeys(blocks) if block not in self._blocks]
        translated = [block for block in wanted if block in self._texts]
        keys = [self.entry(block).node for block in wanted] + [self._texts[block] for block in translated]
        bodies = _nodes(self._session, keys)
        texts = dict(zip(translated, bodies[len(wanted) :], strict=True))
        for block, body in zip(wanted, bodies[: len(wanted)], strict=True):
            self._blocks[block] = block_of(body, texts.get(block))

    def asset(self, path: str) -> bytes | None:
        """Return the bytes of a file below `static/`, or None."""
        found = self.find_asset(path)
        return self._blobs.get(found.sha256) if found else None

    def file_sizes(self) -> Mapping[str, int]:
        """Return the bytes of every file of the course by its hash, in whatever language it stands."""
        held = (*self._assets.items(), *self._overlay.get("assets", {}).items())
        return {asset_of(path, facts).sha256: asset_of(path, facts).size for path, facts in held}

    def has_asset(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return self.find_asset(path) is not None

    def find_asset(self, path: str) -> Asset | None:
        """Return a file below `static/`, also under the name that Studio made of it (`a b.png` became `a_b.png`), or None."""
        for files in (self._overlay.get("assets", {}), self._assets):
            for name in dict.fromkeys((path, unquote(path))):
                if name in files:
                    return asset_of(name, files[name])
        real = self._studio_names.get(_studio_name(unquote(path)))
        return self.find_asset(real) if real and real != path else None

    @cached_property
    def _snapshot(self) -> Snapshot:
        return _snapshot(self._session, self._outline.snapshot)

    @cached_property
    def _overlay(self) -> Mapping[str, Json]:
        if self._language not in self._outline.languages or self._language == self._outline.language:
            return {}
        key = self._snapshot.overlays[self._language]
        overlay: Mapping[str, Json] = _nodes(self._session, [key])[0]
        return overlay

    @cached_property
    def _texts(self) -> Mapping[BlockId, Hash]:
        texts: Mapping[BlockId, Hash] = self._overlay.get("texts", {})
        return texts

    @cached_property
    def _assets(self) -> Mapping[str, Json]:
        assets: Mapping[str, Json] = _nodes(self._session, [self._snapshot.assets])[0]
        return assets

    @cached_property
    def _studio_names(self) -> Mapping[str, str]:
        return {_studio_name(path): path for path in (*self._overlay.get("assets", {}), *self._assets)}


def _studio_name(path: str) -> str:
    return _NOT_IN_A_KEY.sub("_", path)
