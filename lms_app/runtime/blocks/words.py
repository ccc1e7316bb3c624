"""The words that the host, its blocks and Open edX's blocks say themselves, in the reader's language."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

INTERFACE: Final = Path(__file__).parents[2] / "web" / "translations"
"""Our own words are in the catalogue of the interface, domain `messages`."""
CONTRIB: Final = Path(__file__).parents[1] / "translations"
"""The words of Open edX's blocks, which come without translations. Django looks for them too, hence the domain `django`."""


def words_of(block: Any) -> gettext.NullTranslations:
    """Return the translations for the reader of a block."""
    return words_for(str(getattr(block.runtime.service(block, "i18n"), "language", None) or "en"))


@lru_cache(maxsize=16)
def words_for(language: str) -> gettext.NullTranslations:
    """Return the translations into a language; English stays where there are none."""
    ours = gettext.translation("messages", INTERFACE, [language], fallback=True)
    ours.add_fallback(gettext.translation("django", CONTRIB, [language], fallback=True))
    return ours


@cache
def script_words(language: str) -> Mapping[str, str | list[str]]:
    """Return what the scripts of Open edX's blocks say: English → translation, or all plural forms in gettext's order.

    That order is the one of `Intl.PluralRules`: zero, one, two, few, many, other in Arabic; one, other in French.
    """
    found: dict[str, str | list[str]] = {}
    catalogue = gettext.translation("django", CONTRIB, [language], fallback=True)
    entries: Mapping[str | tuple[str, int], str] = getattr(catalogue, "_catalog", {})
    for key, text in sorted(entries.items(), key=str):
        if isinstance(key, str):
            found |= {key: text} if key else {}
        else:
            forms = found.setdefault(key[0], [])
            if isinstance(forms, list):
                forms.append(text)
    return found
