"""Finds numbers and fractions in texts of three languages, in one writing, so that they can be compared."""

from __future__ import annotations

import re

NUMBER = re.compile(r"(?<![\d.])(?:\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)(?![.,]\d)|\d+(?:[.,]\d+)*)")
SEPARATED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+")
FRACTIONS = {
    "en": {
        r"three[ -]quarters": "3/4",
        r"(?<!meeting )(?<!once )(?<!one )\b(?:one|a) quarter\b": "1/4",
        r"two[ -]thirds": "2/3",
        r"(?:one|a) third\b": "1/3",
        r"(?:one|a) tenth\b": "1/10",
        r"\bhalf\b": "1/2",
    },
    "fr": {
        r"trois[ -]quarts": "3/4",
        r"(?:un|le|du|au) quart\b": "1/4",
        r"deux tiers": "2/3",
        r"(?:un|le|du|au) tiers\b": "1/3",
        r"(?:un|le|du|au) dixième\b": "1/10",
        r"\bmoitié\b": "1/2",
    },
    "ar": {
        r"ثلاثة أرباع": "3/4",
        r"\b(?:و|ب|ل)?(?:ال)?ربع(?:ه|ها|هم)?\b": "1/4",
        r"\b(?:و|ب|ل)?(?:ال)?ثلث(?:ا|ي|ان|ين)\b": "2/3",
        r"\b(?:و|ب|ل)?(?:ال)?ثلث(?:ه|ها|هم)?\b": "1/3",
        r"(?<!ة )(?<!ا )(?<!ي )(?:العُ?شر\b|عُشر)": "1/10",
        r"\b(?:و|ب|ل)?(?:ال)?نصف(?:ه|ها|هم)?\b": "1/2",
    },
}


COUNTED = {
    "en": ("(?:months?|years?|(?:full )?days?|times|meetings)", "two three four five six seven eight nine ten eleven twelve"),
    "fr": ("(?:mois|ans|années?|jours?|fois|réunions)", "deux trois quatre cinq six sept huit neuf dix onze douze"),
    "ar": ("(?:أشهر|سنوات|أيام|أمثال|أضعاف|اجتماعات|مرات)", "- ثلاثة? أربعة? خمسة? ستة? سبعة? ثماني?ة? تسعة? عشرة?"),
}
"""What time and repetition are counted in, and the words that count it from two on."""
TWICE = re.compile(r"(?:شهر|سنت|يوم|مرت|اجتماع|ضعف)(?:ان|ين)\b")
"""Arabic says “two months” in one word."""


def numbers_in(words: str) -> list[str]:
    """Return the numbers of a text without separators: `60 000`, `60,000` and `60.000` are the same."""
    return [_plain(found) for found in NUMBER.findall(words)]


def _plain(number: str) -> str:
    whole = SEPARATED.match(number)
    if whole and whole.end() == len(number):
        return re.sub(r"\D", "", number)
    return number.replace(",", ".")


def fractions_in(words: str, language: str) -> list[str]:
    """Return the fractions that a text says in words, as `1/2`, in the order of the text."""
    found = [
        (one.start(), value) for pattern, value in FRACTIONS[language].items() for one in re.finditer(pattern, words, re.IGNORECASE)
    ]
    return [value for _start, value in sorted(found)]


def counted_in(words: str, language: str) -> list[str]:
    """Return the numbers that a text says in words before a measure: “six months”, “five times”; “every three months” is a quarter."""
    unit, names = COUNTED[language]
    found = [
        str(number)
        for number, name in enumerate(names.split(), 2)
        for _found in re.findall(rf"(?<![\w-])(?<!كل ){_joined(language)}{name} {unit}\b", words, re.IGNORECASE)
    ]
    return found + ["2"] * (len(TWICE.findall(words)) if language == "ar" else 0)


def _joined(language: str) -> str:
    """Return what may stand joined to the front of a word."""
    return "(?:و|ب|ل|ف)?" if language == "ar" else ""
