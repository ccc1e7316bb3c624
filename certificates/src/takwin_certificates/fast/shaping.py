"""Setting a line of a person's text as WeasyPrint would: the same glyphs at the same places, in microseconds.

WeasyPrint asks Pango, and Pango asks HarfBuzz. Here HarfBuzz is asked directly, with the same features, in Pango's units
(1/1024 of a pixel), and the answer is written down in the same way, roundings included. A plate is only used after its
own stand-in text came out of this module exactly as it stands in the page that WeasyPrint drew.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import uharfbuzz as hb

from takwin_certificates import typefaces

UNITS: Final = 1024
"""Pango's units in a pixel."""
TATWEEL: Final = "\u0640"
_JOINED: Final = {unicodedata.normalize("NFKC", chr(sign)): chr(sign) for sign in (0xFDF2, *range(0xFEFB, 0xFEF4, -2))}
"""الله, and لا with its four alefs."""
_THOUSAND: Final = 1000
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_BESIDE_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "NSM", "WS"})
"""Digits and signs among Arabic letters have an order of their own: such names are left to the slow path."""


class Unfit(Exception):
    """This can't be set the fast way; the slow path can."""


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface as HarfBuzz knows it."""

    name: str
    font: hb.Face = field(compare=False, repr=False)
    characters: frozenset[int] = field(compare=False, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """How the page sets one of its lines: everything but the text."""

    face: Face
    size: float
    """In CSS pixels, a whole number of Pango's units."""
    language: str
    features: Mapping[str, int] = field(hash=False)
    letter_spacing: float = 0
    """In pixels."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A shape of the typeface, what it stands for, and where it goes. All in Pango's units but `width`."""

    number: int
    text: str
    advance: int
    right: int
    up: int
    width: int
    """Advance in the PDF's thousandths of an em, as the font's dictionary tells it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A set line: its glyphs from left to right, and its width in pixels."""

    glyphs: tuple[Glyph, ...]
    width: float
    size: float

    def operators(self, number_of: Callable[[Glyph], int]) -> str:
        """Write the line as PDF operators, each glyph with the number that the font of the file gives it.

        Gaps stand where WeasyPrint writes them, zeros and empty strings included: PDFium takes no notice of the last gap
        of an array with an empty string in it, so that another spelling would move the rest of the line by a hair.
        """
        shown: list[str] = []
        run = "<"
        for glyph in self.glyphs:
            number = f"{number_of(glyph):04x}"
            offset = glyph.right / self.size
            if glyph.up:
                if closed := _closed(run):
                    shown.append(f"[{closed}] TJ")
                shown.append(f"{glyph.up / _THOUSAND:g} Ts\n[{f'{-offset:.6g}' if offset else ''}<{number}>] TJ\n0 Ts")
                run = "<"
            else:
                run += f">{-offset:.6g}<{number}" if offset else number
            gap = glyph.width + offset - glyph.advance * _THOUSAND / UNITS / self.size
            run += f">{int(gap)}<" if gap else ""
        shown.append(f"[{_closed(run)}] TJ")
        return "\n".join(shown)


def _closed(run: str) -> str:
    return run[:-1] if run.endswith("<") else f"{run}>"


@cache
def face(name: str) -> Face:
    """Open a shipped typeface; it stays open, and holds nothing of any learner."""
    opened = hb.Face(typefaces.read(name))
    return Face(name, opened, frozenset(opened.unicodes))


def line(text: str, setting: Setting, *, is_right_to_left: bool) -> Line:
    """Set a text of one direction; raises `Unfit` where the typeface lacks a letter or directions mix."""
    _check(text, setting, is_right_to_left=is_right_to_left)
    font = _sized(setting.face.name, round(setting.size * UNITS))
    buffer = hb.Buffer()
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS  # else marks would lose their text
    buffer.add_str(text)
    buffer.direction = "rtl" if is_right_to_left else "ltr"
    buffer.script = _script(text)
    buffer.language = setting.language
    hb.shape(font, buffer, dict(setting.features))
    texts = _texts(text, [info.cluster for info in buffer.glyph_infos], is_right_to_left=is_right_to_left)
    glyphs = [
        Glyph(info.codepoint, told, place.x_advance, place.x_offset, place.y_offset, _width(font, info.codepoint, setting.size))
        for info, place, told in zip(buffer.glyph_infos, buffer.glyph_positions, texts, strict=True)
    ]
    if setting.letter_spacing:
        glyphs = _spaced(glyphs, int(setting.letter_spacing * UNITS))
    total = sum(glyph.advance for glyph in glyphs) / UNITS + setting.letter_spacing  # WeasyPrint adds it once more
    return Line(tuple(glyphs), total, setting.size)


def _check(text: str, setting: Setting, *, is_right_to_left: bool) -> None:
    if not text or not setting.face.characters.issuperset(map(ord, text)):
        raise Unfit("the typeface lacks a letter")
    kinds = set(map(unicodedata.bidirectional, text))
    fits = kinds <= _BESIDE_RIGHT_TO_LEFT if is_right_to_left else not kinds & _RIGHT_TO_LEFT
    if not fits or (is_right_to_left and setting.letter_spacing):
        raise Unfit("directions are mixed")


@cache
def _sized(name: str, scale: int) -> hb.Font:
    font = hb.Font(face(name).font)
    font.scale = (scale, scale)
    return font


def _width(font: hb.Font, glyph: int, size: float) -> int:
    return round(float(font.get_glyph_h_advance(glyph)) * _THOUSAND / UNITS / size)


def _script(text: str) -> str:
    """Name the script of the first letter that has one, as Pango does for a line of one script."""
    for letter in text:
        if letter.isalpha():
            word = unicodedata.name(letter, "").partition(" ")[0]
            if word in _SCRIPTS:
                return _SCRIPTS[word]
    return "Zyyy"


_SCRIPTS: Final = {"LATIN": "Latn", "ARABIC": "Arab", "TIFINAGH": "Tfng"}


def _texts(text: str, clusters: list[int], *, is_right_to_left: bool) -> list[str]:
    """Say what each glyph stands for, from left to right."""
    places: dict[int, list[int]] = {}
    for index in range(len(clusters) - 1, -1, -1) if is_right_to_left else range(len(clusters)):
        places.setdefault(clusters[index], []).append(index)
    ends = [*sorted(places)[1:], len(text)]
    told = [""] * len(clusters)
    for start, end in zip(sorted(places), ends, strict=True):
        shared = _shared(text[start:end], len(places[start]))
        for index, part in zip(places[start], shared, strict=True):
            told[index] = part
    return told


def _shared(letters: str, glyphs: int) -> list[str]:
    """Share letters among the glyphs that draw them together, in reading order; a mere join is a tatweel.

    What one glyph draws of several Arabic letters is told as the one sign that Unicode has for it: some readers turn the
    letters of a glyph around.
    """
    if glyphs == 1:
        return [_JOINED.get(letters, letters)]
    if glyphs > len(letters):
        return [*letters, *[TATWEEL] * (glyphs - len(letters))]
    return [*letters[: glyphs - 1], letters[glyphs - 1 :]]


def _spaced(glyphs: list[Glyph], spacing: int) -> list[Glyph]:
    """Put half of the space on each side of a glyph, but none at the ends of the line, as Pango does."""
    before, last = spacing // 2, len(glyphs) - 1
    spaced = []
    for index, each in enumerate(glyphs):
        left = before if index else 0
        right = spacing - before if index < last else 0
        spaced.append(Glyph(each.number, each.text, each.advance + left + right, each.right + left, each.up, each.width))
    return spaced
