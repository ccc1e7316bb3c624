"""Texts inside a problem: what trainers type as plain words becomes XML, and simple HTML among the words stays HTML."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from lxml import etree

INLINE: Final = frozenset(
    "a abbr b bdi br cite code del dfn em i img ins kbd mark q s small span strong sub sup u var".split()  # noqa: SIM905
)
BLOCKS: Final = frozenset(
    "audio blockquote dd div dl dt figcaption figure h2 h3 h4 h5 h6 hr li ol p source table tbody td tfoot th thead tr ul video".split()  # noqa: SIM905
)
_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*);")
_SPACES: Final = re.compile(r"[ \t\r\n]+")


class UnknownTag(ValueError):
    """HTML that has no place in the text of a question."""


def parsed(text: str) -> Any:
    """Return the XML inside an element `x`, or None when it is not well-formed."""
    source = _ENTITY.sub(lambda found: html.unescape(found[0]) if html.unescape(found[0]) != found[0] else found[0], text)
    try:
        return etree.fromstring(f"<x>{source}</x>", etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None


def xml_of(text: str, *, allowed: frozenset[str] = INLINE) -> str:
    """Return what was typed as canonical XML: HTML where it is well-formed, all else as the words that it is.

    Refused: an element that is not `allowed` (`UnknownTag`).
    """
    root = parsed(text)
    if root is None:
        return _squeezed(html.escape(text, quote=False))
    for element in root.iterdescendants():
        if element.tag not in allowed:
            raise UnknownTag(str(element.tag) if isinstance(element.tag, str) else "!--")
    return inner(root)


def typed(xml: str, *, allowed: frozenset[str] = INLINE) -> str:
    """Return how one types the XML: as plain words where these mean the same."""
    words = html.unescape(xml)
    try:
        if xml_of(words, allowed=allowed) == xml:
            return words
    except UnknownTag:
        pass
    return xml


def inner(element: Any) -> str:
    """Return what stands inside an element as canonical XML, on one line."""
    parts = [html.escape(element.text or "", quote=False), *(outer(child) for child in element)]
    return _squeezed("".join(parts))


def outer(element: Any) -> str:
    """Return an element with what follows it, as canonical XML."""
    tail = html.escape(element.tail or "", quote=False)
    if not isinstance(element.tag, str):
        return tail  # a comment
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in sorted(element.attrib.items()))
    inside = html.escape(element.text or "", quote=False) + "".join(outer(child) for child in element)
    body = f"<{element.tag}{attributes}>{inside}</{element.tag}>" if inside else f"<{element.tag}{attributes}/>"
    return body + tail


def _squeezed(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")
