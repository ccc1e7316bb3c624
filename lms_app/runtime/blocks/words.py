"""The few words that our structural blocks say themselves, in the reader's language."""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

DOMAIN: Final = "blocks"
FOLDER: Final = Path(__file__).parent / "translations"


def words_of(block: Any) -> gettext.NullTranslations:
    """Return the translations for the reader of a block."""
    service = block.runtime.service(block, "i18n")
    return _catalogue(str(getattr(service, "language", None) or "en"))


@lru_cache(maxsize=16)
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)
