"""Colours as authors write them, and whether words in one can be read on another (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

import re
from typing import Final

Colour = tuple[int, int, int]
_NAMED: Final[dict[str, Colour]] = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "lightgray": (211, 211, 211),
    "lightgrey": (211, 211, 211),
    "darkgray": (169, 169, 169),
    "maroon": (128, 0, 0),
    "navy": (0, 0, 128),
    "purple": (128, 0, 128),
    "teal": (0, 128, 128),
    "olive": (128, 128, 0),
    "lime": (0, 255, 0),
    "aqua": (0, 255, 255),
    "cyan": (0, 255, 255),
    "fuchsia": (255, 0, 255),
    "magenta": (255, 0, 255),
    "pink": (255, 192, 203),
    "gold": (255, 215, 0),
    "brown": (165, 42, 42),
}
_HEX: Final = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_RGB: Final = re.compile(r"rgba?\(\s*(\d{1,3})[,\s]+(\d{1,3})[,\s]+(\d{1,3})\s*(?:[,/]\s*1(?:\.0*)?\s*)?\)", re.IGNORECASE)
_KNEE: Final = 0.04045


def declared(style: str, name: str) -> Colour | None:
    """Return the colour that a style gives to a property; None where it says nothing that is understood."""
    found = None
    for part in style.split(";"):
        key, _, value = part.partition(":")
        if key.strip().casefold() == name or (name == "background-color" and key.strip().casefold() == "background"):
            found = colour_of(value.replace("!important", "")) or found
    return found


def colour_of(text: str) -> Colour | None:
    """Return a colour; None for a word that is none, and for one that is partly transparent."""
    text = text.strip().casefold()
    if (found := _HEX.fullmatch(text)) is not None:
        digits = found[1] if len(found[1]) > 3 else "".join(2 * one for one in found[1])  # noqa: PLR2004 -- #abc is #aabbcc
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if (found := _RGB.fullmatch(text)) is not None:
        red, green, blue = (min(255, int(part)) for part in found.groups())
        return red, green, blue
    return _NAMED.get(text)


def contrast(one: Colour, other: Colour) -> float:
    """Return the ratio of two colours' luminances, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 255 for part in colour)
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= _KNEE else float(((part + 0.055) / 1.055) ** 2.4)
