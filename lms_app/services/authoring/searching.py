"""Finding words in a course: titles and texts of all languages, whatever accents and vowel signs they were typed with."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import read_nodes, read_snapshot
from lms_app.domain.content import Json
from lms_app.domain.keys import BlockId
from lms_app.services.authoring.drafts import Draft
from lms_app.storage.remembering import Memory

MOST: Final = 50
"""Blocks in one list of what was found."""
AROUND: Final = 60
"""Signs shown on either side of what was found."""
_TEXTS: Final[Memory[tuple[str, str]]] = Memory(budget=6_000_000)
"""Words of a node as they are and as they are compared, by its hash; weighed by their signs."""
_TAG: Final = re.compile(r"<[^<>]*>")
_ARABIC: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None})
_SMALLEST: Final = 2
"""Texts shorter than this are names of choices, not words."""
_NOT_WORDS: Final = frozenset(
    {"kind", "id", "url", "src", "href", "type", "filename", "mode", "source_library_id", "xml_attributes"}
)


@dataclass(frozen=True)
class Found:
    """A block in which the words are, with what stands around them."""

    block: BlockId
    language: str
    before: str
    hit: str
    after: str
    is_title: bool


@dataclass(frozen=True)
class Hits:
    """What was found."""

    found: tuple[Found, ...]
    is_all: bool
    """False where there was more than a list holds."""


def folded(text: str) -> str:
    """Return the text as it is compared: without accents, vowel signs, and the kinds of alif and ya that people type for each other."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_ARABIC)


def search(session: Session, draft: Draft, asked: str) -> Hits:
    """Return the blocks in whose title or text the words stand, in reading order, each once a language.

    What a block says is remembered by its hash, so that only what changed is read anew.
    """
    wanted = folded(" ".join(asked.split()))
    if not wanted:
        return Hits((), is_all=True)
    found: list[Found] = []
    for block, language, (text, plain) in _told(session, draft):
        if wanted in plain:
            if len(found) == MOST:
                return Hits(tuple(found), is_all=False)
            found.append(_found(block, language, text, wanted))
    return Hits(tuple(found), is_all=True)


def _told(session: Session, draft: Draft) -> Iterator[tuple[BlockId, str, tuple[str, str]]]:
    """Yield every block with its words in each language: the title, a line's end, all else."""
    outline = draft.outline
    overlays = read_snapshot(session, outline.snapshot).overlays
    bodies = read_nodes(session, overlays.values())
    texts = {language: bodies[key]["texts"] for language, key in overlays.items()}
    keys = [(entry.node, "") for entry in outline.entries.values()]
    keys += [(key, language) for language, held in texts.items() for block, key in held.items() if block in outline]
    words = _words(session, keys)
    for entry in outline.entries.values():
        yield entry.id, outline.language, words[entry.node]
        for language, held in texts.items():
            if entry.id in held:
                yield entry.id, language, words[held[entry.id]]


def _words(session: Session, keys: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    kinds = dict(keys)
    found = {key: _TEXTS.get(key) for key in kinds}
    bodies = read_nodes(session, [key for key, told in found.items() if told is None])
    for key, body in bodies.items():
        fields = body if kinds[key] else body["fields"]
        text = f"{fields.get('display_name') or ''}\n{_plain(fields)}"
        _TEXTS.keep(key, (text, plain := folded(text)), len(text) + len(plain))
        found[key] = (text, plain)
    return {key: told for key, told in found.items() if told is not None}


def _plain(fields: Mapping[str, Json]) -> str:
    said = (text for name, value in fields.items() if name != "display_name" for text in _strings(value))
    return " · ".join(" ".join(html.unescape(_TAG.sub(" ", text)).split()) for text in said)


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) >= _SMALLEST:
            yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if name not in _NOT_WORDS:
                yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _found(block: BlockId, language: str, text: str, wanted: str) -> Found:
    place, end = _place(text, wanted)
    line = text.index("\n")
    is_title = place < line
    first, last = (0, line) if is_title else (line + 1, len(text))
    start, stop = max(first, place - AROUND), min(last, end + AROUND)
    before, after = text[start:place], text[end:stop]
    if start > first:  # whole words only
        before = "…" + before[before.find(" ") + 1 :]
    if stop < last:
        after = (after[: after.rfind(" ")] if " " in after else after) + "…"
    return Found(block=block, language=language, before=before, hit=text[place:end], after=after, is_title=is_title)


def _place(text: str, wanted: str) -> tuple[int, int]:
    """Return where in a text the words stand whose folded form was asked for."""
    places: list[int] = []
    plain = ""
    for number, sign in enumerate(text):
        more = folded(sign)
        plain += more
        places += [number] * len(more)
    start = plain.find(wanted)
    if start < 0:  # letters that fold together only side by side
        return 0, 0
    end = places[start + len(wanted) - 1] + 1
    while end < len(text) and not folded(text[end]):  # vowel signs belong to the letter that they stand on
        end += 1
    return places[start], end
