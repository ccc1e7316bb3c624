"""What passes between a block and its host: the learner, the state read and written, what was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms_app.domain.keys import BlockId, PersonId


@dataclass(frozen=True, kw_only=True)
class Learner:
    """The person a block is shown to, as blocks may know them."""

    person_id: PersonId
    user_name: str
    full_name: str
    anonymous_id: str
    """Stable for the learner in this course, tells nothing about them."""
    language: str
    """Of the interface; content carries its own."""
    email: str = ""
    country: str = ""
    is_staff: bool = False
    """Of this course: sees answers, is never scored, and looking writes nothing."""


@dataclass(frozen=True)
class StateRow:
    """A row of state as it was read. Version 0 means that there is none yet."""

    version: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StateChanges:
    """All that a block changed: the new values of each row, and the version from which they were made."""

    blocks: Mapping[BlockId, StateRow] = field(default_factory=dict)
    """`user_state`, whole rows: new values beside the version that was read."""
    shared: Mapping[BlockId, StateRow] = field(default_factory=dict)
    """`user_state_summary`."""
    person: Mapping[str, StateRow] = field(default_factory=dict)
    """`preferences` by block type, `user_info` under ''."""

    def __bool__(self) -> bool:
        return bool(self.blocks or self.shared or self.person)


@dataclass(frozen=True)
class Published:
    """An event of a block: `grade {value, max_value}`, `completion {completion}`, or one of its own."""

    block: BlockId
    kind: str
    data: Mapping[str, Any]
    person_id: PersonId | None = None
    """For whom, when the block names somebody else than the one who acts (a judge's verdict)."""


@dataclass(frozen=True)
class HandlerRequest:
    """A call to a block's handler, held in memory so that it can be run again on fresh state."""

    method: str
    body: bytes = b""
    content_type: str = ""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = "http://localhost/"


@dataclass(frozen=True)
class HandlerResponse:
    """What the block's handler answered, unchanged."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Resource:
    """Something that a block's view needs once on the page: a script, a style, a template."""

    kind: str
    """`text` or `url`."""
    data: str
    mimetype: str
    placement: str
    """`head` or `foot`."""


@dataclass(frozen=True)
class Rendered:
    """One block as a learner sees it, wrapped and ready for a page or a frame."""

    block: BlockId
    block_type: str
    html: str
    """With the wrapper element of the XBlock page contract around it; children inside."""
    resources: tuple[Resource, ...] = ()
    language: str = "en"
    """Of the content shown: a text missing in the reader's language falls back to the source."""
    inline_safe: bool = False
    """May stand in the page itself; everything else goes into the block frame."""
    needs_jquery: bool = False
    failed: str = ""
    """Why it could not be shown, in plain English for staff and reports; empty when it was."""
    title: str = ""
    inits: tuple[str, ...] = ()
    """Names of the functions that start it and the blocks inside it, in order."""
