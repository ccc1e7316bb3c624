"""Compare short texts as a person would: letter case, accents, vowel signs, forms of hamza, spaces and punctuation do not count.

The folding, exactly and in this order:

1. Unicode compatibility decomposition (NFKD) and case folding, until neither changes anything: `É` is `e` and an accent,
   a ligature is its letters, an Arabic presentation form is its letter, `آ أ إ` are `ا` and a mark, `ؤ` is `و`, `ئ` is `ي` and a mark;
2. marks go (accents, tashkil, shadda, dagger alif, hamza above or below), and so do the free hamza `ء`, tatweel and invisible signs;
3. letters that are written one for the other are written alike: `ٱ` `ا`, `ة` `ه`, `ى` and Persian `ی` `ي`, Persian `ک` `ك`,
   `œ` `oe`, `æ` `ae`, `ø` `o`, `ł` `l`, `đ` `d`, `ı` `i`; digits of any script are Latin digits;
4. punctuation and spaces of any kind, as many as there are, are one space, and none at either end.

Nothing else is folded: not the article (`ال`, `la`), not the plural, not a misspelt letter. Authors list such variants themselves;
there are no patterns, which some text could always make slow. Folding takes time in proportion to the length, and a length is set.
"""

from __future__ import annotations

import unicodedata

MOST_CHARACTERS = 200
_LETTERS = {
    "\N{ARABIC LETTER ALEF WASLA}": "\N{ARABIC LETTER ALEF}",
    "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
    "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
    "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
    "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
    "\N{LATIN SMALL LIGATURE OE}": "oe",
    "\N{LATIN SMALL LETTER AE}": "ae",
    "\N{LATIN SMALL LETTER O WITH STROKE}": "o",
    "\N{LATIN SMALL LETTER L WITH STROKE}": "l",
    "\N{LATIN SMALL LETTER D WITH STROKE}": "d",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "\N{ARABIC LETTER HAMZA}": "",
    "\N{ARABIC TATWEEL}": "",
}
_DROPPED = frozenset({"Mn", "Me", "Mc", "Cf"})
_SPACING = frozenset({"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sk", "Zs", "Zl", "Zp", "Cc", "Cs", "Co", "Cn"})


class TextTooLong(ValueError):
    """A text of more than `MOST_CHARACTERS` characters is not compared."""


def folded(text: str) -> str:
    """Return what a text is compared by. Refuses (`TextTooLong`) more than 200 characters, before looking at any."""
    if len(text) > MOST_CHARACTERS:
        raise TextTooLong
    return " ".join("".join(map(_folded, _decomposed(text))).split())


def _decomposed(text: str) -> str:
    while True:
        # Case folding may bring characters that decompose, and decomposition capitals: each round has fewer of both.
        simpler = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        if simpler == text:
            return text
        text = simpler


def _folded(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    if category in _SPACING:
        return " "
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
