"""Verification codes: impossible to guess, easy to read aloud, forgiving to type.

A code is nineteen random signs (95 bits) and a check sign, in groups of four: `7K3M-9QXD-…`. The signs are the ten
digits and the Latin letters without I, L, O and U, as Douglas Crockford proposed. The check sign finds every single
wrong sign and every two signs that changed places.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
GROUP = 4

_LONGEST_TYPED = 500
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_REDUCTION = 0b100101  # x⁵ + x² + 1, primitive: its powers are all 31 non-zero values


def generate() -> str:
    """Return a new code, drawn from the system's source of randomness."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _grouped(signs + _check_sign(signs))


def normalise(text: str) -> str:
    """Return what somebody typed in the form in which codes are stored.

    Accepts small letters, missing or other separators, O for 0, I and L for 1, Arabic-Indic digits, and the whole
    address of a verification page. The result need not be a code: ask `is_wellformed`.
    """
    address = re.sub(r"[?#].*", "", text[:_LONGEST_TYPED].strip()).rstrip("/")
    last_part = address.rpartition("/")[2]
    plain = unicodedata.normalize("NFKC", last_part).upper()
    signs = "".join(_as_ascii_digit(letter) for letter in plain if letter.isalnum())
    return _grouped(signs.translate(_MISREAD))


def is_wellformed(code: str) -> bool:
    """Tell whether this is a code in the stored form, with a check sign that fits; it need not exist."""
    signs = code.replace("-", "")
    if code != _grouped(signs) or len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        return False
    return _check_sign(signs[:-1]) == signs[-1]


def _as_ascii_digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


def _check_sign(signs: str) -> str:
    """Weigh each sign by another power of x in the field of 32 elements, so that no slip cancels out."""
    total = 0
    for sign in signs:
        total = _times_x(total ^ _VALUE[sign])
    return ALPHABET[total]


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _REDUCTION if doubled & 0b100000 else doubled
