"""Finds the words inside the XML of a course: each text with its place, and what it points to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "br", "cite", "code", "em", "i", "img", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
)
"""Markup inside a text; every other element holds a text of its own."""
SET_APART = frozenset({"bdi", "code"})
"""Elements that may hold words of another script."""
PICTURE_WORDS = ("alt", "picture_alt")

Node = Any
"""An element of lxml."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; the file is named from the folder of the courses."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """Words that somebody reads, without markup."""

    key: str
    words: str
    outside: str
    """The words without those that stand in a `bdi`."""
    place: Place
    tag: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What a text points to: a `link`, a `picture` with its alternative text, or another `file`."""

    kind: str
    target: str
    alt: str | None
    place: Place
    key: str


def squeezed(words: str) -> str:
    """Return words with single spaces; narrow and no-break spaces stay what they are."""
    return re.sub(r"[ \t\r\n]+", " ", words).strip()


def texts_of(node: Node, file: str, key: str) -> Iterator[Text]:
    """Yield the texts of an element and of all below it, in order."""
    words = squeezed(own_words(node))
    if words:
        outside = squeezed(own_words(node, leave_out=SET_APART))
        yield Text(key, words, outside, Place(file, node.sourceline or 0), str(node.tag))
    for child, name in _named_children(node):
        yield from texts_of(child, file, f"{key}/{name}")


def own_words(node: Node, *, leave_out: frozenset[str] = frozenset()) -> str:
    """Return what an element says itself: its text and its inline markup, not what other elements inside it say."""
    parts = [node.text or ""]
    for child in node:
        if child.tag in INLINE:
            parts.append(" " if child.tag == "br" or child.tag in leave_out else own_words(child, leave_out=leave_out))
        else:
            parts.append(" ")
        parts.append(child.tail or "")
    return "".join(parts)


def references_of(node: Node, file: str, key: str) -> Iterator[Reference]:
    """Yield what an element and all below it point to."""
    for one in node.iter(etree.Element):
        place = Place(file, one.sourceline or 0)
        where = f"{key}/{one.tag}"
        if one.tag == "img":
            yield Reference("picture", one.get("src", ""), one.get("alt"), place, where)
        if one.get("href") is not None:
            yield Reference("link", one.get("href"), None, place, where)
        if one.get("picture"):
            alt = next((own_words(said) for said in one if said.tag in PICTURE_WORDS), None)
            yield Reference("picture", one.get("picture"), alt and squeezed(alt), place, f"{where}[{one.get('id', '')}]")
        sound = (own_words(one).strip() or one.get("src", "")) if one.tag == "audio" else one.get("audio", "")
        if sound:
            yield Reference("file", sound, None, place, where)


def _named_children(node: Node) -> Iterator[tuple[Node, str]]:
    seen: Counter[str] = Counter()
    for child in node:
        if not isinstance(child.tag, str) or child.tag in INLINE:
            continue
        name = child.get("id") or child.get("when") or ""
        seen[child.tag] += 1
        yield child, f"{child.tag}[{name or seen[child.tag]}]"
