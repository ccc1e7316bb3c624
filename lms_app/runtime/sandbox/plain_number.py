"""Answers that are plain numbers, in Western or Arabic digits: they are read here and need no sandbox."""

from __future__ import annotations

import re

_LONGEST = 100
_PLAIN = re.compile(
    r"""\s* (?P<sign>[+-]?) \s*
        (?P<number> (?:[0-9]+(?:\.[0-9]*)? | \.[0-9]+) (?:[eE][+-]?[0-9]+)? )
        \s* (?P<percent>%?) \s*""",
    re.VERBOSE,
)

# Arabic and Persian digits; decimal sign, thousands sign, percent sign and minus of the Arabic and mathematical
# keyboards; marks of direction that a phone adds without being asked.
_FOLD = str.maketrans(
    {
        **{chr(0x0660 + digit): str(digit) for digit in range(10)},
        **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
        "\u066b": ".",
        "\u066c": None,
        "\u066a": "%",
        "\u2212": "-",
        "\u00d7": "*",
        "\u00f7": "/",
        **dict.fromkeys("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    }
)


def fold(text: str) -> str:
    """Return the text with the digits and signs that calculations are written with."""
    return text.translate(_FOLD)


def plain_number(text: str) -> int | float | None:
    """Return the value of a plain number as the calculator would give it, or None for anything else.

    The empty answer is "not a number"; a whole number stays one; 5% is 0.05.
    """
    if len(text) > _LONGEST:
        return None
    if not text.strip():
        return float("nan")
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    digits = found["number"]
    value: int | float = int(digits) if digits.isdigit() else float(digits)
    if found["percent"]:
        value = float(digits) * 0.01
    return 0 - value if found["sign"] == "-" else 0 + value
