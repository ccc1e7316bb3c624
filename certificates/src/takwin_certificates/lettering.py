"""The letters a certificate may carry: which are refused in a name, which the fonts can draw."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 100
LONGEST_LABEL = 120
LONGEST_TEXT = 200

_NAME_SIGNS = frozenset(" '\u2019\u2018\u02bc.,-\u2010\u2013·()/")  # with the apostrophes and hyphens that keyboards give
_DIGITS = frozenset("0123456789" + "".join(map(chr, range(0x660, 0x66A))))  # Latin and Arabic-Indic
_MOST_MARKS_IN_A_ROW = 3
_SCRIPT_WORDS = {"arabic": ("ARABIC",), "latin": ("LATIN", "MODIFIER"), "tifinagh": ("TIFINAGH",)}


def clean(text: str) -> str:
    """Return the text as it may be printed: composed, on one line, without invisible characters.

    Directional marks, zero-width and control characters typed or pasted by accident are dropped, so that a course
    title from an old archive can still be certified. A name should be refused with `problems_in_name` rather than
    changed behind its owner's back.
    """
    spaced = "".join(" " if _is_gap(letter) else letter for letter in text)
    visible = "".join(letter for letter in spaced if not _is_invisible(letter))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def problems_in_text(text: str, *, longest: int = LONGEST_TEXT) -> list[str]:
    """List, in English, why this line of text may not be certified; an empty list means that it may."""
    problems = []
    hidden = sorted({f"U+{ord(letter):04X}" for letter in text if _is_gap(letter) or _is_invisible(letter)})
    if hidden:
        problems.append(f"has control, directional or invisible characters ({', '.join(hidden)})")
    elif text != clean(text):
        problems.append("is not in composed form (NFC), or has spaces too many")
    if len(text) > longest:
        problems.append(f"is longer than {longest} characters")
    return problems


def problems_in_name(name: str, script: str) -> list[str]:
    """List, in English, why this name may not be printed in "arabic", "latin" or "tifinagh" script.

    Letters of another script are refused even when they look the same: with a Cyrillic "a" it is another name.
    """
    problems = problems_in_text(name, longest=LONGEST_NAME)
    if not name.strip():
        return [*problems, "is empty"]
    strange = sorted({letter for letter in name if not _is_in_script(letter, script) and not _is_invisible(letter)})
    if strange:
        problems.append(f"has characters that are not of a name in {script} script ({' '.join(map(ascii, strange))})")
    if not any(unicodedata.category(letter).startswith("L") for letter in name):
        problems.append("has no letter")
    if _longest_pile_of_marks(name) > _MOST_MARKS_IN_A_ROW:
        problems.append(f"has more than {_MOST_MARKS_IN_A_ROW} marks on one letter")
    return problems


def _is_gap(letter: str) -> bool:
    return unicodedata.category(letter) in {"Zl", "Zp"} or letter in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"


def _is_invisible(letter: str) -> bool:
    # Cn and Co: unassigned and private use, which every font may draw as it likes.
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Cn", "Co"}


def _is_in_script(letter: str, script: str) -> bool:
    if letter in _NAME_SIGNS or letter in _DIGITS:
        return True
    category = unicodedata.category(letter)
    words = unicodedata.name(letter, "").split()
    if category.startswith("M"):
        return bool(words) and words[0] in {"COMBINING", *_SCRIPT_WORDS[script]}
    return category.startswith("L") and bool(words) and words[0] in _SCRIPT_WORDS[script]


def _longest_pile_of_marks(name: str) -> int:
    longest = current = 0
    for letter in name:
        current = current + 1 if unicodedata.category(letter).startswith("M") else 0
        longest = max(longest, current)
    return longest
