"""The course as its author has it in hand: one block with what is typed and not saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lms_app.adapters.content import CourseReader
from lms_app.domain.content import Block, Json
from lms_app.domain.keys import BlockId


class UnsavedReader(CourseReader):
    """A course in which these blocks have these fields; nothing of it is kept, and nobody else sees it."""

    def __init__(self, *args: Any, unsaved: Mapping[BlockId, Mapping[str, Json]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unsaved = unsaved

    def block(self, block: BlockId) -> Block:
        """Return the block as it is in its author's hand, or as it is stored."""
        found = super().block(block)
        return replace(found, fields=self._unsaved[block]) if block in self._unsaved else found
