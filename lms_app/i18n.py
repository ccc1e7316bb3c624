"""The three languages of Takwin: their names, their direction, and digits typed in any script."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language of the interface."""

    code: str
    name: str
    """In itself."""
    direction: str
    """`rtl` or `ltr`."""


LANGUAGES = (Language("ar", "العربية", "rtl"), Language("fr", "Français", "ltr"), Language("en", "English", "ltr"))
CODES = tuple(language.code for language in LANGUAGES)
SOURCE = "en"
"""The language of message ids."""
_RTL_SCRIPTS = frozenset({"ar", "he", "fa", "ur", "ps", "ckb"})
_DIGITS = {ord(digit): str(value) for zero in ("٠", "۰") for value, digit in enumerate(chr(ord(zero) + n) for n in range(10))}
_SIGNS = {ord("٫"): ".", ord("٬"): "", ord("،"): ","}


def direction_of(language: str) -> str:
    """Return `rtl` or `ltr` for any language code, also of content in languages that the interface lacks."""
    return "rtl" if language.partition("-")[0].lower() in _RTL_SCRIPTS else "ltr"


def latin_digits(text: str) -> str:
    """Return the text with Arabic-Indic and Extended Arabic-Indic digits and their separators as Latin ones."""
    return text.translate(_DIGITS | _SIGNS)
