"""The texts of a problem: what its learners read, taken out of its markup and put back, so that its key stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import lxml.html
from lxml import etree

from lms_app.runtime.blocks.sanitising import sanitise

_INLINE: Final = frozenset(
    (
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "em",
        "i",
        "img",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    )
)
_NO_TEXT: Final = frozenset(("script", "style", "answer", "jsmol", "javascriptinput"))
_WORDS_IN: Final[Mapping[str, tuple[str, ...]]] = {
    "stringresponse": ("answer",),
    "additional_answer": ("answer",),
    "stringequalhint": ("answer",),
    "textline": ("label", "trailing_text"),
    "choicegroup": ("label",),
    "checkboxgroup": ("label",),
    "optioninput": ("label",),
    "img": ("alt",),
}
"""Attributes that hold words; the answer of a text question is a word in the language that learners answer in."""


def texts_of(data: str) -> Iterator[tuple[str, str]]:
    """Yield place and text for each text of a problem, in order; nothing for one that is no XML."""
    root = _parsed(data)
    if root is None:
        return
    for place, node in _elements(root, ""):
        for name in _WORDS_IN.get(str(node.tag), ()):
            if (node.get(name) or "").strip():
                yield f"{place}@{name}", node.get(name) or ""
        for number, run in enumerate(_runs(node)):
            text = _written(run)
            if text.strip():
                yield f"{place}.{number}" if number else place, text.strip()


def with_texts(data: str, texts: Mapping[str, str]) -> str:
    """Return the problem with these texts in their places; markup that a text may not hold is left out."""
    root = _parsed(data)
    if root is None:
        return data
    for place, node in list(_elements(root, "")):
        for name in _WORDS_IN.get(str(node.tag), ()):
            if f"{place}@{name}" in texts:
                node.set(name, texts[f"{place}@{name}"])
        runs = list(_runs(node))
        for number, run in reversed(list(enumerate(runs))):
            text = texts.get(f"{place}.{number}" if number else place)
            if text is not None:
                _replace(node, run, text)
    return etree.tostring(root, encoding="unicode", pretty_print=True)  # as Open edX's class writes it when it comes from a file


@dataclass
class Run:
    """What stands after an element that breaks the line (none: at the beginning): first words, then inline elements with theirs."""

    after: Any
    begins: str
    inline: list[Any] = field(default_factory=list)


def _runs(node: etree._Element) -> Iterator[Run]:
    run = Run(None, node.text or "")
    for child in node:
        if child.tag in _INLINE:
            run.inline.append(child)
        else:
            yield run
            run = Run(child, child.tail or "")
    yield run


def _written(run: Run) -> str:
    """Return the run as HTML, or as bare words where it has no markup; nothing when there are no words in it."""
    text = run.begins if not run.inline and "<" not in run.begins else escape(run.begins, quote=False)
    text += "".join(etree.tostring(one, encoding="unicode", with_tail=True) for one in run.inline)
    return text if any(sign.isalpha() for sign in re.sub(r"<[^>]*>", "", text)) else ""


def _replace(node: etree._Element, run: Run, text: str) -> None:
    parent = lxml.html.fragment_fromstring(sanitise(text).html, create_parent="r")
    for one in run.inline:
        node.remove(one)
    if run.after is None:
        node.text = parent.text
        start = 0
    else:
        run.after.tail = parent.text
        start = node.index(run.after) + 1
    for number, one in enumerate(list(parent)):
        node.insert(start + number, etree.fromstring(etree.tostring(one, encoding="unicode", with_tail=False)))
        node[start + number].tail = one.tail


def _elements(node: etree._Element, place: str) -> Iterator[tuple[str, etree._Element]]:
    """Yield every element that may hold words, with where it is; inline ones belong to the words around them."""
    if node.tag in _NO_TEXT:
        return
    yield place or "0", node
    number = 0
    for child in node:
        if child.tag not in _INLINE:
            number += 1
            yield from _elements(child, f"{place}-{number}" if place else str(number))


def _parsed(data: str) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
