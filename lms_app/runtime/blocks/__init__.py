"""The blocks that every host must write itself, since no package ships them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xblock.core import XBlock

from lms_app.runtime.blocks.choosing import ItemBankBlock, LibraryContentBlock, RandomizeBlock, SplitTestBlock
from lms_app.runtime.blocks.condition import ConditionalBlock
from lms_app.runtime.blocks.discussion import DiscussionBlock
from lms_app.runtime.blocks.html import HtmlBlock
from lms_app.runtime.blocks.raw import RawBlock
from lms_app.runtime.blocks.structure import ChapterBlock, CourseBlock, SequentialBlock, VerticalBlock

OWN: Final[Mapping[str, type[XBlock]]] = {
    "course": CourseBlock,
    "chapter": ChapterBlock,
    "sequential": SequentialBlock,
    "vertical": VerticalBlock,
    "html": HtmlBlock,
    "library_content": LibraryContentBlock,
    "itembank": ItemBankBlock,
    "split_test": SplitTestBlock,
    "randomize": RandomizeBlock,
    "conditional": ConditionalBlock,
    "discussion": DiscussionBlock,
}

__all__ = ["OWN", "RawBlock"]
