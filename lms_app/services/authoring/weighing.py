"""How heavy a unit's page is for a learner's phone: its texts, its pictures, what its exercises bring along."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import lxml.html
from lxml.etree import ParserError

from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Rendered

Level = Literal["ok", "watch", "heavy"]
LIGHT: Final = 100_000
"""Bytes that the slowest network of our learners brings in a few seconds."""
HEAVY: Final = 500_000
PHONE: Final = 480
"""Pixels: the size of a picture that phones choose where there are several."""
_FILE: Final = re.compile(r"/asset/([0-9a-f]{64})/")
_PLAYED: Final = frozenset({"audio", "video"})


@dataclass(frozen=True)
class Picture:
    """One picture of the page, and the block in which it stands."""

    block: BlockId
    size: int


@dataclass(frozen=True)
class Weight:
    """Bytes of a page, by what they are."""

    html: int
    pictures: int
    code: int
    played: int
    """Sound and film: fetched only by whoever plays them, and so apart from the rest."""
    largest: Picture | None = None

    @property
    def total(self) -> int:
        """What every learner fetches."""
        return self.html + self.pictures + self.code

    @property
    def level(self) -> Level:
        """How it stands beside the budget."""
        return "ok" if self.total <= LIGHT else "watch" if self.total <= HEAVY else "heavy"


def weigh(rendered: Sequence[Rendered], *, files: Mapping[str, int], code: Mapping[str, int]) -> Weight:
    """Weigh a page that holds these blocks: `files` are the course's by hash, `code` what their scripts and styles weigh by address.

    A file or script that stands there twice is fetched once. No read of any store: everything was read to show the page.
    """
    pictures: dict[str, Picture] = {}
    played: dict[str, int] = {}
    for one in rendered:
        for is_played, key in _files_in(one.html):
            if is_played:
                played[key] = files.get(key, 0)
            else:
                pictures.setdefault(key, Picture(one.block, files.get(key, 0)))
    return Weight(
        html=sum(len(zlib.compress(one.html.encode(), 6)) for one in rendered),
        pictures=sum(one.size for one in pictures.values()),
        code=sum(code.values()),
        played=sum(played.values()),
        largest=max(pictures.values(), key=lambda one: one.size, default=None),
    )


def _files_in(html: str) -> Iterator[tuple[bool, str]]:
    """Yield the hashes of the course's files that the HTML fetches, and whether somebody must press play for it."""
    try:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
    except ParserError:
        return
    for element in root.iter("img", "audio", "video", "source"):
        is_played = element.tag in _PLAYED or (element.tag == "source" and element.getparent().tag in _PLAYED)
        chosen = _for_a_phone(element.get("srcset", "")) or element.get("src", "")
        addresses: Iterable[str] = (chosen,) if element.tag != "video" else (chosen, element.get("poster", ""))
        for address in addresses:
            if found := _FILE.search(address):
                yield is_played and address != element.get("poster"), found[1]


def _for_a_phone(srcset: str) -> str:
    """Return the address that a phone takes of several: the smallest that is large enough, else the largest."""
    offered = sorted(
        (int(width[:-1]), address)
        for address, _, width in (one.strip().partition(" ") for one in srcset.split(","))
        if width.endswith("w") and width[:-1].isdecimal()
    )
    return next((address for width, address in offered if width >= PHONE), offered[-1][1] if offered else "")
