"""What a visit lends to its blocks, and the traces that they leave behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from opaque_keys.edx.locator import CourseLocator

from lms_app.domain.content import Json
from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Learner, Published
from lms_app.runtime.plugins import BlockTypes
from lms_app.runtime.ports import Cache, Content, Urls
from lms_app.runtime.state import Mark, StateBuffer
from lms_app.runtime.work import WorkBuffer, WorkMark

FilesMaker = Callable[[WorkBuffer, BlockId], object]
"""Makes the `coop_files` service of a block: what it takes up goes through the buffer (`change_file`)."""


def never_longer(_block: BlockId) -> bool:
    """Tell that nobody has more time than the course gives."""
    return False


@dataclass(frozen=True, kw_only=True)
class Lent:
    """All that a visit lends to its blocks."""

    types: BlockTypes
    content: Content
    learner: Learner
    language: str
    """Of the blocks' own words."""
    state: StateBuffer
    urls: Urls
    cache: Cache
    course: CourseLocator
    is_open: Callable[[BlockId], bool]
    """Whether the learner may see a block now."""
    drafted: dict[BlockId, dict[str, Json]] | None = None
    """Takes what blocks write to the course, in an author's visit; None in a learner's."""
    work: WorkBuffer | None = None
    """Keeps records of work that is judged; None where nothing is kept for good: in drafts, previews and trials."""
    files: FilesMaker | None = None
    has_longer: Callable[[BlockId], bool] = never_longer
    """Whether this learner was given more time for a block that is closed to others."""
    in_frame: bool = False
    """Whether all of it stands in a frame, beside scripts of authors."""

    def withholds(self, block: Any) -> bool:
        """Tell whether a block may be neither shown nor called here, as all whose work people judge in a frame.

        Scripts of authors can read and do there what the reader may: where a trainer reads, judge in the trainer's name.
        """
        return self.in_frame and block.service_declaration("coop_records") is not None

    def mark(self) -> LentMark:
        """Return a point to come back to, of all that blocks may change."""
        return self.state.mark(), self.work.mark() if self.work else None

    def restore(self, mark: LentMark) -> None:
        """Forget what blocks changed since the mark."""
        state, work = mark
        self.state.restore(state)
        if self.work is not None and work is not None:
            self.work.restore(work)


LentMark = tuple[Mark, WorkMark | None]


@dataclass
class Traces:
    """What blocks left behind while they were shown or called."""

    events: list[Published]
    handlers: set[str]
    """Addresses of handlers that were given out."""
    failures: dict[BlockId, str]
    inits: list[str]
    framed: bool = False
    """Whether a block among them may not stand in the page."""
    needs_jquery: bool = False

    @classmethod
    def none(cls) -> Traces:
        """Return an empty list of traces."""
        return cls(events=[], handlers=set(), failures={}, inits=[])
