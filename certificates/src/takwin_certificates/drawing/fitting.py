"""How wide a line of text really runs, joined and kerned as it is drawn, and the largest size at which it fits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import uharfbuzz as hb

from takwin_certificates import typefaces

_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_NUMBERS: Final = frozenset({"EN", "AN"})


def width(text: str, faces: tuple[str, ...]) -> float:
    """Return the width of a line in ems; each letter is taken from the first of these typefaces that has it."""
    return sum(_shaped(run, face, direction) for run, face, direction in _runs(text, faces))


def size_that_fits(text: str, faces: tuple[str, ...], *, line: float, sizes: Sequence[float]) -> float | None:
    """Return the first of these sizes, largest first, at which the text fits on a line of `line` points; None if none."""
    ems = width(text, faces)
    return next((size for size in sizes if ems * size <= line), None)


def _runs(text: str, faces: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Cut a line where the typeface or the direction changes, as the text layout does."""
    start, kept = 0, ("", "")
    for index, letter in enumerate(text):
        kind = unicodedata.bidirectional(letter)
        direction = "rtl" if kind in _RIGHT_TO_LEFT else "ltr" if kind == "L" or kind in _NUMBERS else kept[1] or "ltr"
        face = next((each for each in faces if ord(letter) in typefaces.characters(each)), faces[0])
        if kept[0] and unicodedata.category(letter).startswith("M"):
            continue
        if (face, direction) != kept:
            if index:
                yield text[start:index], *kept
            start, kept = index, (face, direction)
    if text:
        yield text[start:], *kept


@cache
def _font(face: str) -> hb.Font:
    return hb.Font(hb.Face(typefaces.read(face)))


def _shaped(run: str, face: str, direction: str) -> float:
    font = _font(face)
    buffer = hb.Buffer()
    buffer.add_str(run)
    buffer.guess_segment_properties()
    buffer.direction = direction
    hb.shape(font, buffer)
    advance: float = sum(each.x_advance for each in buffer.glyph_positions)
    units: int = font.face.upem
    return advance / units
