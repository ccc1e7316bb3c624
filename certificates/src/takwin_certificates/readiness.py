"""Whether a certificate can be drawn as it should be, asked before it is issued: everything that is wrong, by name.

Nothing is drawn for it, so that a page of the site can ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from takwin_certificates.drawing.designs import DESIGNS
from takwin_certificates.drawing.letters import shown_texts
from takwin_certificates.drawing.page import face_of_name, name_size, pictures_of
from takwin_certificates.record import Record
from takwin_certificates.typefaces import missing

_NO_PICTURES: Final[Mapping[str, bytes]] = MappingProxyType({})
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LARGEST_PICTURE: Final = 1024 * 1024
_WIDEST_PICTURE: Final = 4000
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}|\{\{|\}\}|%\(\w+\)s|\[\[.*?\]\]|<[A-Z_]{3,}>|\bX{4,}\b|\bTODO\b|(?i:lorem ipsum)")


class Obstacle(StrEnum):
    """What can stand in the way of a certificate."""

    MISSING_GLYPH = "missing-glyph"
    """No typeface has these letters; `detail` are the letters."""
    PLACEHOLDER = "placeholder"
    """A blank of a form was never filled in; `detail` is the blank."""
    NAME_TOO_LONG = "name-too-long"
    """The name does not go on its line even at the smallest size; `detail` is the name."""
    MISSING_PICTURE = "missing-picture"
    """A logo or signature is not there, or is another one; `detail` is its SHA-256."""
    UNUSABLE_PICTURE = "unusable-picture"
    """It is no PNG, or far too large; `detail` is its SHA-256."""
    WRONG_DESIGN = "wrong-design"
    """The first template attests completion alone; `detail` is the kind."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend before the certificate is issued, and the fact in which it is."""

    obstacle: Obstacle
    fact: str
    detail: str


def problems_before_issuing(record: Record, pictures: Mapping[str, bytes] = _NO_PICTURES) -> list[Problem]:
    """List everything for which this certificate would not look as it should; an empty list means: issue it.

    `pictures` maps SHA-256 to PNG, as for `pdf.render_pdf`. Whether all facts have room together is known only when it
    is drawn (`pdf.DoesNotFit`): look at the preview of a design once for each course.
    """
    return [*_of_letters(record), *_of_names(record), *_of_pictures(record, pictures), *_of_design(record)]


def _of_letters(record: Record) -> Iterator[Problem]:
    for fact, text, faces in shown_texts(record):
        if letters := missing(text, faces):
            yield Problem(Obstacle.MISSING_GLYPH, fact, "".join(letters))
        if blank := _PLACEHOLDER.search(text):
            yield Problem(Obstacle.PLACEHOLDER, fact, blank[0])


def _of_names(record: Record) -> Iterator[Problem]:
    if record.template not in DESIGNS:
        return
    design = DESIGNS[record.template]
    main = "arabic" if record.language == "ar" and record.name_arabic else "latin" if record.name_latin else "arabic"
    for script in design.name_faces:
        name = getattr(record, f"name_{script}")
        sizes = design.first_name if script == main else design.other_name
        if name and name_size(name, face_of_name(name, script, design), design, sizes) is None:
            yield Problem(Obstacle.NAME_TOO_LONG, f"name_{script}", name)


def _of_pictures(record: Record, pictures: Mapping[str, bytes]) -> Iterator[Problem]:
    if record.template not in DESIGNS:
        return
    signed = {each.picture for each in record.signatories}
    for name in pictures_of(record):
        fact = "signatories" if name in signed else "partners"
        content = pictures.get(name, b"")
        if sha256(content).hexdigest() != name:
            yield Problem(Obstacle.MISSING_PICTURE, fact, name)
        elif not _is_usable(content):
            yield Problem(Obstacle.UNUSABLE_PICTURE, fact, name)


def _is_usable(content: bytes) -> bool:
    """Read only the head of the PNG: its signature and its width and height (PNG, third edition, 11.2.1)."""
    if len(content) > _LARGEST_PICTURE or not content.startswith(_PNG) or content[12:16] != b"IHDR":
        return False
    width, height = (int.from_bytes(content[start : start + 4]) for start in (16, 20))
    return 0 < width <= _WIDEST_PICTURE and 0 < height <= _WIDEST_PICTURE


def _of_design(record: Record) -> Iterator[Problem]:
    if record.template not in DESIGNS and record.kind != "completion":
        yield Problem(Obstacle.WRONG_DESIGN, "template", record.kind)
