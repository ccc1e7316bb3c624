"""The line under a unit's title that says how heavy its page is for a phone, and what to do about it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from flask_babel import format_decimal, gettext

from lms_app.adapters.content import CourseReader
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Rendered
from lms_app.services.authoring.weighing import Level, Weight, weigh
from lms_app.services.learning.answering import Desk
from lms_app.storage.session import Session
from lms_app.web.assets import sent_size
from lms_app.web.blocks.libraries import libraries_for
from lms_app.web.context import takwin
from lms_app.web.i18n import N_

_KILO, _MEGA = 1_000, 1_000_000
_RESOURCE = "/resource/"
_LEVELS: dict[Level, str] = {"ok": N_("light"), "watch": N_("a little heavy"), "heavy": N_("heavy for a phone")}


@dataclass(frozen=True)
class Line:
    """What the page says of its weight."""

    level: Level
    level_name: str
    size: str
    parts: tuple[tuple[str, str], ...]
    advice: str = ""
    block: BlockId | None = None
    """Where the advice leads."""


def weight_line(session: Session, desk: Desk, rendered: Sequence[Rendered]) -> Line:
    """Return the line about a page with these blocks, in one read for the course's list of files."""
    found = weigh(rendered, files=_files(session, desk), code=_code(rendered))
    advice, block = _advice(found)
    parts = [(gettext("Texts and pages"), found.html), (gettext("Pictures"), found.pictures)]
    parts += [(gettext("Scripts and styles"), found.code), (gettext("Sound and film, loaded only when played"), found.played)]
    return Line(
        level=found.level,
        level_name=gettext(_LEVELS[found.level]),
        size=size_in_words(found.total),
        parts=tuple((words, size_in_words(size)) for words, size in parts if size),
        advice=advice,
        block=block,
    )


def size_in_words(size: int) -> str:
    """Return bytes as people say them."""
    if size < _MEGA:
        return str(gettext("%(size)s kB", size=format_decimal(max(1, round(size / _KILO)))))
    return str(gettext("%(size)s MB", size=format_decimal(round(size / _MEGA, 1))))


def _advice(found: Weight) -> tuple[str, BlockId | None]:
    """Return what would help most, for a page that is not light."""
    half = found.total / 2
    if found.level == "ok":
        return "", None
    if found.largest and found.largest.size > half:
        return gettext("%(size)s is one picture. Make it smaller.", size=size_in_words(found.largest.size)), found.largest.block
    if found.pictures > half and found.largest:
        said = gettext("%(size)s are pictures. Smaller ones would load faster.", size=size_in_words(found.pictures))
        return said, found.largest.block
    if found.code > half:
        said = gettext("%(size)s are scripts of its exercises. Two pages would each load faster.", size=size_in_words(found.code))
        return said, None
    return "", None


def _files(session: Session, desk: Desk) -> dict[str, int]:
    reader = CourseReader(session, desk.course.key, desk.outline.snapshot, language=desk.outline.language, blobs=takwin().blobs)
    return desk.outline.once("sizes of files", lambda: dict(reader.file_sizes()))


def _code(rendered: Sequence[Rendered]) -> dict[str, int]:
    """Return what the scripts and styles of these blocks weigh by address, each once."""
    addresses = {found.data for one in rendered for found in one.resources if found.kind == "url"}
    framed = [one for one in rendered if not one.inline_safe]
    return {address: _sent(address) for address in addresses} | {name: sent_size(name) for name in libraries_for(framed)}


@lru_cache(maxsize=512)
def _sent(address: str) -> int:
    """Return how many bytes a file of a block's class is on its way: they never change while this process lives."""
    _, found, path = address.partition(_RESOURCE)
    block_type, _, uri = unquote(path).partition("/")
    if not found or takwin().host.types.is_waiting(block_type):
        return 0
    try:
        return len(zlib.compress(takwin().host.local_resource(block_type, uri)[0], 6))
    except NotFound:
        return 0
