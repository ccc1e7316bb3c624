"""What the host must be lent, and by what means: four small contracts that adapters fill in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from lms_app.domain.content import Asset, Block, OutlineEntry
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.domain.learning import StateRow


class Content(Protocol):
    """One course at one snapshot, as a reader of one language sees it."""

    @property
    def course(self) -> CourseKey:
        """The course."""

    @property
    def language(self) -> str:
        """The language asked for."""

    @property
    def snapshot(self) -> str:
        """Hash of the snapshot: a safe key for caches."""

    @property
    def root(self) -> BlockId:
        """The course block."""

    def block(self, block: BlockId) -> Block:
        """Return the block with its texts in the reader's language where there are any; raise `NotFound`."""

    def entry(self, block: BlockId) -> OutlineEntry:
        """Return its place, title and inherited settings; raise `NotFound`."""

    def language_of(self, block: BlockId) -> str:
        """Return the language in which the block's texts are given: the reader's, or the source as a fall-back."""

    def named(self, name: str) -> BlockId | None:
        """Return the block with this name, whatever its type (`/jump_to_id/NAME`); None when there is none."""

    def prefetch(self, blocks: Collection[BlockId]) -> None:
        """Read these blocks in one query, since all of them are about to be opened."""

    def asset(self, path: str) -> bytes | None:
        """Return the bytes of a file below `static/`, or None."""

    def has_asset(self, path: str) -> bool:
        """Tell whether there is such a file."""

    def find_asset(self, path: str) -> Asset | None:
        """Return a file's hash, type and size, or None."""


class StateReader(Protocol):
    """State of one learner in one course, as stored. Reading creates nothing."""

    def block_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return the rows that exist, in one query."""

    def shared_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return the rows that exist, in one query."""

    def person_states(self, block_types: Collection[str]) -> Mapping[str, StateRow]:
        """Return the rows that exist, in one query; '' is `user_info`."""


class Urls(Protocol):
    """Where the browser finds things. All addresses are absolute paths or absolute URLs."""

    def handler(self, usage: str, name: str, suffix: str = "", query: str = "") -> str:
        """Address of a block's (or aside's) handler; blocks append `/suffix` to it themselves."""

    def local_resource(self, block_type: str, uri: str) -> str:
        """Address of a file shipped with a block type's class."""

    def asset(self, path: str) -> str:
        """Address of a course file below `static/`."""

    def jump_to(self, block: BlockId) -> str:
        """Address of the unit that holds the block."""

    def course(self) -> str:
        """Address of the course's page."""

    def platform_static(self, path: str) -> str:
        """Address of a file that capa expects of its platform (`STATIC_URL`)."""


class Cache(Protocol):
    """A cache that may forget at any time."""

    def get(self, key: str) -> object:
        """Return the value or None."""

    def set(self, key: str, value: object, timeout: float | None = None) -> None:
        """Keep the value for `timeout` seconds, or as long as there is room."""
