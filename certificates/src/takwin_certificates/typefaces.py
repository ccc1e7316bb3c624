"""The typefaces shipped with the certificates: which letters each can draw, and how wide they run.

Each face is one complete TrueType file. Subsets split by script must not be used: the PDF writer takes two files of
one family, weight and style for the same font, and draws the letters of one with the outlines of the other.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Final

from fontTools.ttLib import TTFont

NASKH: Final = "Amiri_400Regular.ttf"
NASKH_BOLD: Final = "Amiri_700Bold.ttf"
TEXT: Final = "EBGaramond_400Regular.ttf"
TEXT_BOLD: Final = "EBGaramond_600SemiBold.ttf"
DISPLAY: Final = "CormorantGaramond_600SemiBold.ttf"
DISPLAY_ITALIC: Final = "CormorantGaramond_500Medium_Italic.ttf"
TIFINAGH: Final = "NotoSansTifinagh_400Regular.ttf"
SANS: Final = "IBMPlexSans_400Regular.ttf"
SANS_BOLD: Final = "IBMPlexSans_600SemiBold.ttf"
SANS_ARABIC: Final = "Tajawal_400Regular.ttf"
SANS_ARABIC_BOLD: Final = "Tajawal_700Bold.ttf"
ALL: Final = (
    *(NASKH, NASKH_BOLD, TEXT, TEXT_BOLD, DISPLAY, DISPLAY_ITALIC, TIFINAGH),
    *(SANS, SANS_BOLD, SANS_ARABIC, SANS_ARABIC_BOLD),
)

_UNKNOWN_WIDTH: Final = 0.5


class MissingGlyph(ValueError):
    """No shipped typeface can draw these characters, so the certificate is not drawn with another one in silence."""

    def __init__(self, characters: tuple[str, ...]) -> None:
        """Name the characters by their code points, since they cannot be shown for certain."""
        super().__init__("no glyph for " + ", ".join(f"U+{ord(character):04X}" for character in characters))
        self.characters = characters


def read(name: str) -> bytes:
    """Return the bytes of a shipped font file."""
    return (files(__package__) / "fonts" / name).read_bytes()


def characters(face: str) -> frozenset[int]:
    """Return the code points that a face can draw."""
    return _characters(face)


def missing(text: str, faces: tuple[str, ...]) -> tuple[str, ...]:
    """Return the characters that none of these faces can draw, in order and once each."""
    drawn: frozenset[int] = frozenset().union(*(_widths(face).keys() for face in faces))
    return tuple(dict.fromkeys(character for character in text if ord(character) not in drawn))


def width(text: str, face: str) -> float:
    """Return about how wide a line is, in ems: unjoined and unkerned, so Arabic comes out a little too wide."""
    widths = _widths(face)
    return sum(widths.get(ord(character), _UNKNOWN_WIDTH) for character in text)


@cache
def _characters(face: str) -> frozenset[int]:
    return frozenset(_widths(face))


@cache
def _widths(face: str) -> dict[int, float]:
    with as_file(files(__package__) / "fonts" / face) as path, TTFont(path, lazy=True) as font:
        units = font["head"].unitsPerEm
        advances = font["hmtx"]
        return {character: advances[glyph][0] / units for character, glyph in font.getBestCmap().items()}
