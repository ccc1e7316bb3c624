"""One spelling for what people write in many: how a name in the register is found however it was typed."""

from __future__ import annotations

import unicodedata

_ALIKE = str.maketrans(
    {
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ڭ": "ك",
        "گ": "ك",
        "ڤ": "ف",
        "ء": None,
        "ـ": None,
        "ı": "i",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "œ": "oe",
        "æ": "ae",
    }
)
"""Letters that one clerk writes for another: alef with and without its signs, ta marbuta and ha, the three letters for a hard g."""


def folded(text: str) -> str:
    """Return the text without what two spellings of a name differ in: case, accents, vowel signs, hamza, hyphens, sorts of digits."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    letters = "".join(_kept(sign) for sign in plain).translate(_ALIKE)
    return " ".join(letters.split())


def _kept(sign: str) -> str:
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return ""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if sign in "'’ʼʿʾ‘`":
        return ""
    return sign if sign.isalnum() or sign == "ـ" else " "
