"""Names as people write them: one form for what looks the same, and nothing in them that a reader cannot see."""

from __future__ import annotations

import re
import unicodedata

from lms_app.domain.errors import Invalid

LONGEST_NAME = 120
LONGEST_USER_NAME = 40
SHORTEST_USER_NAME = 3
_MOST_MARKS = 4
"""Arabic letters carry two or three; more are there to spill over neighbouring lines."""

_LEFT_BY_KEYBOARDS = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x061C, 0x00AD, 0x2060, 0xFEFF, 0x0640))
"""Zero-width characters, direction marks, the soft hyphen and the Arabic tatweel: phones leave them behind, and no name needs them."""
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates: they reorder what stands around a name, so that it reads as another."""
_SPACES = re.compile(r"\s+")
_BETWEEN = frozenset(" -'’.ʼ")
_USER_NAME_SIGNS = frozenset("._-")


def plain_text(text: str, *, field: str, longest: int = LONGEST_NAME) -> str:
    """Return one line of text as it will be kept: composed, single spaces, nothing invisible.

    Refused: control characters, characters that turn the direction of text, heaps of accents, and what is too long after all that.
    """
    if len(text) > 8 * longest:  # normalising costs time: not for a megabyte
        raise Invalid("text_too_long", field=field, longest=longest)
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_LEFT_BY_KEYBOARDS)).strip()
    if _TURNS_TEXT.search(text) or any(unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"} for sign in text):
        raise Invalid("hidden_characters", field=field)
    if _has_heap_of_marks(text):
        raise Invalid("hidden_characters", field=field)
    if len(text) > longest:
        raise Invalid("text_too_long", field=field, longest=longest)
    return text


def arabic_name(text: str, *, field: str = "name_arabic") -> str:
    """Return a name as a certificate prints it in Arabic, or ''; refuse letters of another script."""
    return _name_in("ARABIC", "name_not_arabic", plain_text(text, field=field), field)


def latin_name(text: str, *, field: str = "name_latin") -> str:
    """Return a name as a certificate prints it in Latin letters, or ''; refuse letters of another script."""
    return _name_in("LATIN", "name_not_latin", plain_text(text, field=field), field)


def user_name(text: str, *, field: str = "user_name") -> str:
    """Return what somebody signs in with, in its one form: compatible characters composed, lower case, Latin digits.

    Refused: fewer than 3 or more than 40 characters, anything but letters, digits, `.`, `_` and `-`, letters of two scripts at once
    (`аdmin` with a Cyrillic `а` is not `admin`), and a beginning that is no letter.
    """
    text = plain_text(unicodedata.normalize("NFKC", text[: 8 * LONGEST_USER_NAME]), field=field, longest=LONGEST_USER_NAME)
    text = unicodedata.normalize("NFKC", "".join(_latin_digit(sign) for sign in text).casefold())
    if len(text) < SHORTEST_USER_NAME:
        raise Invalid("user_name_too_short", field=field, shortest=SHORTEST_USER_NAME)
    scripts = {_script(sign) for sign in text if sign.isalpha()}
    known = all(sign.isalpha() or sign.isdecimal() or sign in _USER_NAME_SIGNS or unicodedata.combining(sign) for sign in text)
    if not known or len(scripts) != 1 or not text[0].isalpha():
        raise Invalid("bad_user_name", field=field)
    return text


def _name_in(script: str, code: str, text: str, field: str) -> str:
    letters = [sign for sign in text if sign.isalpha()]
    strangers = [sign for sign in text if not (sign.isalpha() or unicodedata.combining(sign) or sign in _BETWEEN)]
    if strangers or any(_script(letter) != script for letter in letters) or (text and not letters):
        raise Invalid(code, field=field)
    return text


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ", maxsplit=1)[0]


def _latin_digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _has_heap_of_marks(text: str) -> bool:
    marks = 0
    for sign in unicodedata.normalize("NFD", text):
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks > _MOST_MARKS:
            return True
    return False
