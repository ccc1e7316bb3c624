"""Holds pages and words of a course to the style of the house: plain markup, our word for each thing, punctuation of each language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from deploy.courses.faults import Fault
from deploy.courses.reading import Block, Course, Edition, Unit
from deploy.courses.terms import AVOID, FIRST
from deploy.courses.texts import INLINE, Text
from deploy.courses.wording import ANNEX, BRACES

PAGE = INLINE | frozenset(
    {
        "div",
        "p",
        "h3",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "figure",
    }
    | {"figcaption", "blockquote", "aside", "details", "summary"}
)
"""Elements of a page; the `div` is the one around it."""
ATTRIBUTES = frozenset({"src", "alt", "width", "height", "href", "scope", "colspan", "rowspan", "lang", "dir", "start", "open"})


def check_style(course: Course) -> Iterator[Fault]:
    """Yield markup that pages do not need, and words that the house does not use."""
    for edition in course.editions.values():
        for unit in edition.units.values():
            for block in unit.blocks:
                if block.kind == "html":
                    yield from _markup(edition, block)
            if course.map and not unit.name.startswith(ANNEX):
                for text, found, remedy in avoided(edition.language, unit):
                    yield edition.fault(text.place.file, text.place.line, f"“{found}” at {text.key}: “{text.words[:60]}”", remedy)


def _markup(edition: Edition, block: Block) -> Iterator[Fault]:
    for one in block.node.iter(etree.Element):
        if one.tag not in PAGE:
            yield edition.fault(
                block.file, one.sourceline or 0, f"<{one.tag}>", "write it with the elements of docs/courses/README.md"
            )
        for name in sorted(set(one.attrib) - ATTRIBUTES):
            yield edition.fault(block.file, one.sourceline or 0, f"<{one.tag} {name}>", "leave looks and behaviour to the platform")


def avoided(language: str, unit: Unit) -> Iterator[tuple[Text, str, str]]:
    """Yield words that are not ours; a variant of other countries may follow our word in the same unit."""
    before = ""
    for text in unit.texts:
        before += f" {folded(text.words)}"
        for pattern, remedy in AVOID[language].items():
            if found := re.search(pattern, BRACES.sub("", text.words), re.IGNORECASE):
                yield text, found[0], remedy
        for variant, first in FIRST.get(language, {}).items():
            place = re.search(variant, before)
            if place and re.search(variant, folded(text.words)) and not re.search(first, before[: place.start()]):
                yield text, place[0], f"say {first} first, and this in brackets"


def folded(words: str) -> str:
    """Return words without capitals, vowels of Arabic, and typographic apostrophes."""
    return re.sub(r"[\u064b-\u0652\u0640]", "", words.casefold().replace("’", "'"))
