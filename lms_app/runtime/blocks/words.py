"""The words that the host, its blocks and Open edX's blocks say themselves, in the reader's language."""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

DOMAIN: Final = "django"
"""Django looks for this name, when a template of Open edX's says something."""
FOLDER: Final = Path(__file__).parent.parent / "translations"


def words_of(block: Any) -> gettext.NullTranslations:
    """Return the translations for the reader of a block."""
    return words_for(str(getattr(block.runtime.service(block, "i18n"), "language", None) or "en"))


@lru_cache(maxsize=16)
def words_for(language: str) -> gettext.NullTranslations:
    """Return the translations into a language; English stays where there are none."""
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)
