"""Read a number as people type it: in any digits, with a comma or a point, with or without thousands separators."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

MOST_CHARACTERS = 64
MOST_DIGITS = 30

_MINUS_SIGNS = "\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}"
_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}'\N{RIGHT SINGLE QUOTATION MARK}"
_ARABIC_DECIMAL = "\N{ARABIC DECIMAL SEPARATOR}"
_ARABIC_THOUSANDS = "\N{ARABIC THOUSANDS SEPARATOR}"
_SAME_AS = {
    **dict.fromkeys(map(ord, _MINUS_SIGNS), "-"),
    **dict.fromkeys(map(ord, _SPACES), " "),
    # The Arabic comma sits where the comma is on Arabic keyboards.
    ord("\N{ARABIC COMMA}"): ",",
    ord("\N{ARABIC PERCENT SIGN}"): "%",
}
_SIGN_AND_REST = re.compile(r"([+-]?)\s*(.*)", re.DOTALL)


class NumberRefused(ValueError):
    """What was typed is not read as a number; `code` is `empty`, `too_long` or `not_a_number`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fold(text: str) -> str:
    """Write digits of any script in Latin ones, and drop the invisible marks that Arabic keyboards and copying add."""
    folded = []
    for character in text.translate(_SAME_AS):
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            folded.append(str(digit))
        elif unicodedata.category(character) != "Cf":
            folded.append(character)
    return "".join(folded).strip()


def read_number(text: str) -> tuple[Decimal, ...]:
    """Return every value that `text` may mean: one, or two for `1,250`, which is 1250 to some readers and 1.25 to others.

    Refuses (`NumberRefused`) empty and overlong text, words, `NaN`, infinities, exponents and fractions.
    """
    if len(text) > MOST_CHARACTERS:
        raise NumberRefused("too_long")
    folded = fold(text).removesuffix("%").strip()
    if not folded:
        raise NumberRefused("empty")
    match = _SIGN_AND_REST.fullmatch(folded)
    sign, body = match.groups() if match else ("", folded)
    if sum(character.isdigit() for character in body) > MOST_DIGITS:
        raise NumberRefused("too_long")
    readings = {Decimal(f"{sign}{plain}") for plain in _plain_forms(body)}
    if not readings:
        raise NumberRefused("not_a_number")
    return tuple(sorted(readings))


def _plain_forms(body: str) -> set[str]:
    """Return the Latin spellings (`1250`, `1.25`) that a signless number can stand for, possibly none."""
    if _ARABIC_DECIMAL in body:
        whole, _, decimals = body.partition(_ARABIC_DECIMAL)
        return _join(whole, decimals, separators=" ,." + _ARABIC_THOUSANDS)
    forms = _join(body, "", separators=" ,." + _ARABIC_THOUSANDS)
    for mark, other in ((",", "."), (".", ",")):
        if body.count(mark) == 1:
            whole, _, decimals = body.partition(mark)
            forms |= _join(whole, decimals, separators=" " + other + _ARABIC_THOUSANDS)
    return forms


def _join(whole: str, decimals: str, *, separators: str) -> set[str]:
    """Return the number made of these two halves, if the whole part is grouped by threes with one separator at most."""
    if decimals and not _only_digits(decimals):
        return set()
    used = {character for character in whole if character in separators}
    if len(used) > 1:
        return set()
    groups = whole.split(used.pop()) if used else [whole]
    if not all(_only_digits(group) for group in groups) and not (groups == [""] and decimals):
        return set()
    well_grouped = len(groups) == 1 or (
        len(groups[0]) in (1, 2, 3) and groups[0] != "0" and all(len(group) == 3 for group in groups[1:])  # noqa: PLR2004
    )
    if not well_grouped:
        return set()
    return {f"{''.join(groups) or '0'}.{decimals or '0'}"}


def _only_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
