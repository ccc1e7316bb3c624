"""What a block is called: its own name, else one made from its title or from its XML, and never one that another block has."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from lxml import etree

from lms_app.domain.keys import BlockId, block_id

_NOT_IN_A_NAME: Final = re.compile(r"[^\w\-~.:]")
_LONGEST: Final = 120
_SOURCES: Final = ("slug", "name", "display_name")


def clean_name(text: str) -> str:
    """Return the text as a key can hold it: other characters become `_`; '' when it is too long to be told from others."""
    cleaned = _NOT_IN_A_NAME.sub("_", text.strip())
    return cleaned if len(cleaned) <= _LONGEST else ""


def name_from_xml(node: etree._Element) -> str:
    """Return a name that depends on the XML alone, so that the same file gives the same name each time."""
    text = etree.tostring(node, encoding="unicode", with_tail=False)
    return f"{clean_name(local_name(node))}_{hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]}"


def local_name(node: etree._Element) -> str:
    """Return the element's name without its namespace."""
    return etree.QName(node).localname


class Names:
    """The names taken so far. Case does not tell two blocks apart, since it does not tell two files apart everywhere."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def is_free(self, block: BlockId) -> bool:
        """Tell whether no block has this id."""
        return block.casefold() not in self._taken

    def take(self, block: BlockId) -> None:
        """Keep the id for one block."""
        self._taken.add(block.casefold())

    def release(self, block: BlockId) -> None:
        """Give the id back: what had it was not kept."""
        self._taken.discard(block.casefold())

    def for_unnamed(self, block_type: str, node: etree._Element) -> BlockId:
        """Return a free id for a block without `url_name`: from its slug, name or title, else from its XML."""
        for attribute in _SOURCES:
            name = clean_name(node.get(attribute) or "")
            if name and self.is_free(block_id(block_type, name)):
                return block_id(block_type, name)
        return self.from_xml(block_type, node)

    def from_xml(self, block_type: str, node: etree._Element) -> BlockId:
        """Return a free id made from the XML; twins are numbered."""
        name = name_from_xml(node)
        found, number = block_id(block_type, name), 1
        while not self.is_free(found):
            number += 1
            found = block_id(block_type, f"{name}_{number}")
        return found
