"""What the host must be lent, and by what means: small contracts that adapters fill in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from lms_app.domain.content import Asset, Block, OutlineEntry
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.domain.learning import StateRow
from lms_app.domain.work import Asked, Known, Record


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


class WorkReader(Protocol):
    """Records of one course and the people in it, as stored, for one person who acts. Reading creates nothing."""

    @property
    def me(self) -> PersonId:
        """Who acts."""

    @property
    def is_judge(self) -> bool:
        """Whether they run the course or train a cohort of it."""

    def may_judge(self, learner: PersonId | None) -> bool:
        """Tell whether they may judge this learner, who is in the course now; never themselves."""

    def is_here(self, person: PersonId) -> bool:
        """Tell whether somebody has to do with the course: learns or learnt in it, or has a role in it."""

    def groups(self) -> Mapping[int, str]:
        """Return the names of the cohorts they may judge."""

    def people(self, *, group: str, search: str, limit: int, after: str) -> Sequence[Known]:
        """Return the learners they may judge, by name, in a constant number of queries."""

    def people_named(self, ids: Collection[PersonId]) -> Sequence[Known]:
        """Return those of these people who have to do with the course, in a constant number of queries."""

    def person_with(self, code: str) -> Known | None:
        """Return the learner of the course with this personal code."""

    def record(self, block: BlockId, key: str) -> Record | None:
        """Return a record, whoever may see it."""

    def records(self, block: BlockId, asked: Asked) -> Sequence[Record]:
        """Return the records asked for that they may see, in one query."""

    def counts(self, block: BlockId, kind: str) -> Mapping[str, int]:
        """Return how many records they may see by state, in one query."""

    def may_see(self, record: Record) -> bool:
        """Tell whether they may see a record: a cohort's trainer those of their learners, of nobody, and their own."""


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

    def work(self, block: BlockId, view: str, query: Mapping[str, str]) -> str | None:
        """Address of the page that shows one view of the block by itself; None where there is no such page."""

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
