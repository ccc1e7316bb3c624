"""What there is to translate in a block: each text by itself, found again under the same path whatever stands around it."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lms_app.domain.content import Hash, Json, hash_of
from lms_app.domain.keys import BlockId
from lms_app.runtime.traits import translatable_fields
from lms_app.services.authoring.translating import problem_texts

NOT_WORDS: Final = frozenset(
    {
        "markdown",  # the shorthand that a problem was once made from
        "html5_sources",
        "youtube_id_1_0",
        "youtube_id_0_75",
        "youtube_id_1_25",
        "youtube_id_1_5",
        "edx_video_id",
        "source",
        "track",
        "sub",
        "transcripts",
        "handout",
        "thumbnail",
        "url",
        "source_url",
    }
)
"""Fields that differ from language to language, but hold addresses: they are set in the block's own form."""
_HTML: Final = frozenset(
    {("html", "data"), ("about", "data"), ("static_tab", "data"), ("course_info", "data"), ("annotatable", "data")}
)
_IDENTITIES: Final = frozenset(
    ("id", "uid", "zone", "zones", "type", "kind", "correct", "value", "align", "x", "y", "width", "height", "imageURL", "img")
)
"""Under these names of a structure stands no text, but what answers are kept and marked by."""
_TAG: Final = re.compile(r"<[^<>]*>")
_ADDRESS: Final = re.compile(r"(?:https?://|/static/|asset-v1:)\S+|[\w.-]+/[\w./-]+\.\w{2,5}")
_LONG: Final = 60
_PAGE: Final = "page:"
_PAIR: Final = 2
Route = tuple[str | int, ...]


@dataclass(frozen=True)
class Unit:
    """One text of a block in the source language."""

    path: str
    """Field, or `field:key` for one of the texts that a field holds."""
    text: str
    kind: str
    """`text` (a line), `long`, or `html`."""
    in_structure: bool = False
    """It stands in a field that a translation has whole or not at all: a poll's answers, a problem."""

    @property
    def field(self) -> str:
        """The block's field that holds it."""
        return self.path.partition(":")[0]

    @property
    def digest(self) -> Hash:
        """What a translation names to say which text it was made from."""
        return hash_of(self.text)


def units_of(block_type: str, fields: Mapping[str, Json]) -> tuple[Unit, ...]:
    """Return the texts of a block that want a translation, in the order in which a reader meets them."""
    order = {name: place for place, name in enumerate(_ids_in(fields.get("structure")))}
    found: list[Unit] = []
    for name in _fields_with_words(block_type):
        value = fields.get(name)
        whole = _is_problem(block_type, name) or not (isinstance(value, str) or _is_texts(value))
        texts = [Unit(path, text, _kind(block_type, name, text), whole) for path, text, _ in _texts(block_type, name, value)]
        found += sorted(texts, key=lambda unit: _place(unit.path, order))
    return tuple(unit for unit in found if wants_translation(unit.text))


def page_block(path: str) -> BlockId:
    """Return by what name a page about the course goes among the blocks."""
    return BlockId(f"{_PAGE}{path}")


def is_own_page(path: str) -> bool:
    """Tell whether a page about the course is in its source language, and a text."""
    return ":" not in path and path.endswith((".html", ".htm"))


def is_page(block: str) -> str:
    """Return the path of the page that goes by this name; '' for a real block."""
    return block.removeprefix(_PAGE) if block.startswith(_PAGE) else ""


def wants_translation(text: str) -> bool:
    """Tell whether a text has words in it: figures, ids and addresses are the same in every language."""
    plain = plain_text(text)
    return any(sign.isalpha() for sign in plain) and not _ADDRESS.fullmatch(plain)


def plain_text(text: str) -> str:
    """Return a text without its markup."""
    return html.unescape(_TAG.sub(" ", text)).strip()


def is_told(unit: Unit, told: str | None, *, made_from: str | None) -> bool:
    """Tell whether a translation says this text: in a structure, the source's own words count only once somebody said so."""
    if told is None or not told.strip():
        return False
    return not unit.in_structure or made_from is not None or told != unit.text


def told_in(block_type: str, texts: Mapping[str, Json]) -> dict[str, str]:
    """Return what a translation says, by path; an empty text is not said."""
    return {
        path: text
        for name in _fields_with_words(block_type)
        for path, text, _ in _texts(block_type, name, texts.get(name))
        if text.strip()
    }


def with_told(block_type: str, fields: Mapping[str, Json], texts: Mapping[str, Json], told: Mapping[str, str]) -> dict[str, Json]:
    """Return all texts of a block's translation once these are laid into it; an empty one is taken back.

    Where a field is a structure (a poll's answers, a problem), the translation has the source's, with its own words in the places.
    """
    made = dict(texts)
    for name in dict.fromkeys(path.partition(":")[0] for path in told):
        mine = {path: text for path, text in told.items() if path.partition(":")[0] == name}
        value = _laid_in(block_type, name, fields.get(name), texts.get(name), mine)
        if value is None:
            made.pop(name, None)
        else:
            made[name] = value
    return made


def _fields_with_words(block_type: str) -> tuple[str, ...]:
    names = [name for name in translatable_fields(block_type) if name not in NOT_WORDS]
    return ("display_name", *(name for name in names if name != "display_name"))


def _laid_in(block_type: str, name: str, source: Json, mine: Json, told: Mapping[str, str]) -> Json:
    if isinstance(source, str) and not _is_problem(block_type, name):
        return told[name] if told[name].strip() else None
    said = {path: text for path, text, _ in _texts(block_type, name, mine) if text.strip()}
    said = {path: text for path, text in {**said, **told}.items() if text.strip()}
    if not said:
        return None
    if isinstance(source, str):
        return problem_texts.with_texts(source, {path.partition(":")[2]: text for path, text in said.items()})
    if _is_texts(source):
        return {path.partition(":")[2]: text for path, text in said.items()}
    made = copy.deepcopy(source)
    for path, _, route in _texts(block_type, name, source):
        if path in said:
            _put(made, route, said[path])
    return made


def _put(value: Json, route: Route, text: str) -> None:
    for step in route[:-1]:
        value = value[step]
    value[route[-1]] = text


def _texts(block_type: str, name: str, value: Json) -> Iterator[tuple[str, str, Route]]:
    """Yield path, text and way into the value for each text that a field holds."""
    if isinstance(value, str):
        if _is_problem(block_type, name):
            yield from ((f"{name}:{place}", text, ()) for place, text in problem_texts.texts_of(value))
        else:
            yield name, value, ()
    elif value:
        for keys, text, route in _leaves(value):
            yield f"{name}:{'/'.join(keys)}", text, route


def _leaves(value: Json) -> Iterator[tuple[tuple[str, ...], str, Route]]:
    if isinstance(value, str):
        yield (), value, ()
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _IDENTITIES or _is_texts(value):
                yield from (((str(key), *keys), text, (key, *route)) for keys, text, route in _leaves(item))
    elif isinstance(value, list):
        if len(value) == _PAIR and isinstance(value[0], str):  # an answer and its words
            yield from (((value[0], *keys), text, (1, *route)) for keys, text, route in _leaves(value[1]))
            return
        for place, item in enumerate(value):
            named = _name_of(item)
            for keys, text, route in _leaves(item):
                own = keys if named is None or _is_pair(item) else (named, *keys)
                yield (own if named is not None else (str(place), *keys)), text, (place, *route)


def _name_of(item: Json) -> str | None:
    """Return by what an item of a list is known wherever it stands; None for one that has only its place."""
    if _is_pair(item):
        return str(item[0])
    if isinstance(item, dict) and isinstance(item.get("id"), str | int):
        return str(item["id"])
    return None


def _is_pair(item: Json) -> bool:
    return isinstance(item, list) and len(item) == _PAIR and isinstance(item[0], str)


def _is_problem(block_type: str, name: str) -> bool:
    return block_type == "problem" and name == "data"


def _is_texts(value: Json) -> bool:
    return isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values())


def _kind(block_type: str, name: str, text: str) -> str:
    if (block_type, name) in _HTML or (_is_problem(block_type, name) and ("<" in text or "&lt;" in text)):
        return "html"
    return "long" if len(text) > _LONG or "\n" in text else "text"


def _ids_in(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str):
            yield value["id"]
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _ids_in(each)


def _place(path: str, order: Mapping[str, int]) -> tuple[int, ...]:
    """Return where a text stands among its like: part by part as in the structure, a part's own texts before those inside it."""
    if not order:
        return ()
    parts: Iterable[str] = path.partition(":")[2].split("/")
    return tuple(order.get(part, -2 if part == "prompt" else -1) for part in parts)
