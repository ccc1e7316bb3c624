"""Put figures and words of the example set where a text says `{price}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,63}(?:\.[a-z][a-z0-9_]{0,63})?)\}")


def names_in(text: str) -> Iterator[str]:
    """Yield what a text asks for."""
    return (match[1] for match in PLACEHOLDER.finditer(text))


def filled(text: str, said: Callable[[str], str | None]) -> str:
    """Return a text with what is said for each name; a name for which nothing is said stays as it was typed."""

    def one(match: re.Match[str]) -> str:
        words = said(match[1])
        return match[0] if words is None else words

    return PLACEHOLDER.sub(one, text)
