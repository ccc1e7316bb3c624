"""Speak to the reader: their language, their figures, their direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.i18n import Translator, language_of, translator

_COMMA_LANGUAGES = frozenset({"ar", "fr"})
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_GROUP = {"fr": "\N{NARROW NO-BREAK SPACE}", "ar": "."}
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, kw_only=True)
class Voice:
    """The reader's words and figures."""

    words: Translator
    language: str | None

    @property
    def is_rtl(self) -> bool:
        """Tell whether the reader reads from the right."""
        return self.language in _RIGHT_TO_LEFT

    def say(self, message: str, /, **given: object) -> str:
        """Return a message in the reader's language, with its placeholders filled; it is marked for the catalogues where it is written."""
        return self.words.gettext(message).format(**given)

    def number(self, value: float | Decimal, *, places: int = 2) -> str:
        """Return a number of at most `places` decimals as the reader writes it: `2`, `2.5` or `2,5`."""
        text = f"{value:.{places}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text.replace(".", ",") if self.language in _COMMA_LANGUAGES else text

    def amount(self, value: float | Decimal, *, places: int = 0) -> str:
        """Return a number with exactly `places` decimals and its thousands apart: `12,000.50`, `12 000,50` (fr), `12.000,50` (ar)."""
        text = f"{abs(value):,.{places}f}"
        if self.language in _COMMA_LANGUAGES:
            text = text.replace(",", "\0").replace(".", ",").replace("\0", _GROUP[str(self.language)])
        return (MINUS if value < 0 else "") + text

    def figure(self, text: str) -> Html:
        """Return figures as HTML that keeps their order in a text that runs from the right."""
        return element("bdi", text, dir="ltr")


def voice_of(block: Any, context: Mapping[str, Any] | None = None) -> Voice:
    """Return the voice in which the block speaks to its reader."""
    return Voice(words=translator(block, context), language=language_of(block, context))
