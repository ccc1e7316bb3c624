"""The terms of an import: what it looks at, what it makes of one element, and what it finds in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from lxml import etree

from lms_app.domain.content import CourseContent
from lms_app.domain.keys import BlockId, block_id
from lms_app.domain.problems import Problem

ROOT: Final = block_id("course", "course")
"""The course block's id, whatever the run: a second run shares every node with the first."""
COURSE_POLICY: Final = "course"
"""Where the content's policy keeps what a course's policy says beyond the fields of its block."""
IN_FILE: Final = "in_file"
"""Beside a raw block's XML: it had a file of its own."""
BROKEN: Final = "broken_text"
"""Beside a raw block's XML: the text of its file, which is no XML."""


class Files(Protocol):
    """A course's files, as the importer looks at them. Refusals are `Invalid`, with `file` and `line` among their facts."""

    def exists(self, name: str) -> bool:
        """Tell whether there is such a file."""

    def text(self, name: str) -> str:
        """Return a file's text."""

    def xml(self, name: str) -> etree._Element:
        """Return the root of an XML file, safely parsed."""


@dataclass
class Imported:
    """What an import found: the blocks, all problems, and which files they came from."""

    content: CourseContent
    problems: list[Problem] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    places: dict[BlockId, tuple[str, int]] = field(default_factory=dict)
    """File and line of each block."""


@dataclass(frozen=True)
class Found:
    """An element that is a block: under which name, and with which XML."""

    id: BlockId
    node: etree._Element
    """The definition: the pointer followed, if it was one."""
    file: str
    """Where the definition stands."""
    pointer: bool = False
    """It has a file of its own."""
    lost: bool = False
    """It stands for a file that is not there."""
    broken: str | None = None
    """The text of its file, which is no XML."""
