"""A look at an author's HTML: pictures, links, headings, tables, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import lxml.html
from lxml.etree import ParserError

from lms_app.services.authoring.checks.colours import Colour, colour_of, contrast, declared
from lms_app.services.authoring.checks.findings import Severity

Found = tuple[str, Severity, Mapping[str, Any]]
LEAST_CONTRAST: Final = 4.5
LARGE_CONTRAST: Final = 3.0
_INK: Final[Colour] = (29, 42, 46)
_PAPER: Final[Colour] = (255, 255, 255)
_HEADING: Final = re.compile(r"h([1-6])")
_EMPTY_WORDS: Final = frozenset(
    (
        *("here", "click here", "link", "this link", "read more", "more"),
        *("ici", "cliquez ici", "cliquer ici", "lien", "ce lien", "en savoir plus"),
        *("هنا", "اضغط هنا", "انقر هنا", "رابط", "الرابط", "هذا الرابط", "المزيد"),
    )
)
"""Link texts that say nothing to those who hear one link after the other."""
_STATIC: Final = re.compile(r"^/static/([^?#]+)")
_JUMP: Final = re.compile(r"^(?:https?://[^/]+)?/(?:courses/[^/]+/)?jump_to(?:_id)?/([^?#]+)")
_SAFE: Final = frozenset(("http", "https", "mailto", "tel"))
_MEDIA: Final = frozenset(("img", "video", "audio", "iframe", "object", "svg", "table", "hr"))
_GIST: Final = 60


def look(html: str) -> tuple[list[Found], list[str], list[str]]:
    """Return what is to be said of the HTML, the files of the course that it needs, and the names of blocks that it leads to."""
    try:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
    except (ParserError, ValueError):
        return [], [], []
    files, blocks = [], []
    found = [*_headings(root), *_tables(root), *_pictures(root), *_colours(root)]
    for node in root.iter("a", "img", "source", "video", "audio", "track"):
        for name in ("href", "src", "poster"):
            address = (node.get(name) or "").strip()
            if (file := _STATIC.match(address)) is not None:
                files.append(unquote(file[1]))
            elif (jump := _JUMP.match(address)) is not None:
                blocks.append(unquote(jump[1]).strip("/"))
        if node.tag == "a" and node.get("href") is not None:
            found += _link(node)
    return found, files, blocks


def is_empty(html: str) -> bool:
    """Tell whether there is nothing to read, see or hear."""
    try:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
    except (ParserError, ValueError):
        return not html.strip()
    return not root.text_content().strip() and not any(node.tag in _MEDIA for node in root.iter())


def _pictures(root: Any) -> Iterator[Found]:
    for node in root.iter("img"):
        if node.get("alt") is None and node.get("role") != "presentation":
            name = (node.get("src") or "").rsplit("/", 1)[-1].partition("?")[0]
            yield "alt_missing", "should", {"name": "" if name.startswith("data:") else name[:_GIST]}


def _headings(root: Any) -> Iterator[Found]:
    before = 0
    for node in root.iter():
        level = _HEADING.fullmatch(node.tag) if isinstance(node.tag, str) else None
        if level is None:
            continue
        words = _gist(node)
        if not words:
            yield "heading_empty", "could", {}
        elif before and int(level[1]) > before + 1:
            yield "heading_jumps", "should", {"title": words, "level": int(level[1]), "before": before}
        before = int(level[1])


def _tables(root: Any) -> Iterator[Found]:
    for node in root.iter("table"):
        if node.get("role") != "presentation" and not any(True for _ in node.iter("th")):
            yield "table_no_header", "should", {"title": _gist(node)}


def _link(node: Any) -> Iterator[Found]:
    address, words = (node.get("href") or "").strip(), _gist(node)
    said = words.casefold().strip(" .:…»«>")
    if not words and not any((one.get("alt") or "").strip() for one in node.iter("img")):
        yield "link_no_words", "should", {"address": address[:_GIST]}
    elif said in _EMPTY_WORDS:
        yield "link_says_nothing", "could", {"words": words}
    if not address or address == "#":
        yield "link_nowhere", "should", {"words": words}
    elif not _STATIC.match(address) and not _JUMP.match(address):
        yield from _elsewhere(address, words)


def _elsewhere(address: str, words: str) -> Iterator[Found]:
    told = {"address": address[:_GIST], "words": words}
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        yield "link_malformed", "must", told
        return
    if parts.scheme in {"http", "https"}:
        if not host or " " in address or (host != "localhost" and "." not in host):
            yield "link_malformed", "must", told
        elif host == "localhost" or host.startswith(("127.", "192.168.", "10.")):
            yield "link_private", "must", told
    elif parts.scheme not in _SAFE if parts.scheme else not address.startswith(("/", "#")):
        yield "link_malformed", "must", told


def _colours(root: Any) -> Iterator[Found]:
    """Yield words whose colours an author chose so that they can hardly be read."""
    told: set[tuple[Colour, Colour]] = set()
    for node in root.iter():
        if not isinstance(node.tag, str) or not _own_words(node):
            continue
        ink, paper = _nearest(node, "color"), _nearest(node, "background-color")
        if ink is None and paper is None:
            continue
        pair = (ink or _INK, paper or _PAPER)
        ratio = contrast(*pair)
        least = LARGE_CONTRAST if node.tag in {"h1", "h2"} else LEAST_CONTRAST
        if ratio < least and pair not in told:
            told.add(pair)
            yield "contrast_low", "should", {"words": _gist(node), "ratio": f"{ratio:.1f}", "least": least}


def _nearest(node: Any, name: str) -> Colour | None:
    while node is not None:
        found = declared(node.get("style") or "", name)
        if found is None and name == "color" and node.tag == "font":
            found = colour_of(node.get("color") or "")
        if found is None and name == "background-color":
            found = colour_of(node.get("bgcolor") or "")
        if found is not None:
            return found
        node = node.getparent()
    return None


def _own_words(node: Any) -> bool:
    return bool((node.text or "").strip() or any((child.tail or "").strip() for child in node))


def _gist(node: Any) -> str:
    words = " ".join(node.text_content().split())
    return words if len(words) <= _GIST else f"{words[:_GIST].rsplit(' ', 1)[0]}…"
