"""Say the block's own words in the reader's language.

Each block carries catalogues in `translations/<language>/LC_MESSAGES/text.mo` beside its code, where Open edX looks too; what all
blocks share is compiled into them.
The language is `context["language"]`, else the attribute `language` of the host's `i18n` service. Where neither is given,
or the catalogue lacks the words, the service itself translates (Open edX's reads these same catalogues), else English stays.
"""

from __future__ import annotations

import gettext
import inspect
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

DOMAIN = "text"


class Translator(Protocol):
    """What turns an English sentence into the reader's."""

    def gettext(self, message: str) -> str:
        """Return the sentence."""

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Return the sentence that suits a number."""


def language_of(block: Any, context: Mapping[str, Any] | None = None) -> str | None:
    """Return the language asked for by the context or by the host's service, if any (`ar-MA` gives `ar`)."""
    language = (context or {}).get("language") or getattr(block.runtime.service(block, "i18n"), "language", None)
    return str(language).replace("_", "-").split("-")[0].lower() if isinstance(language, str) and language else None


def translator(block: Any, context: Mapping[str, Any] | None = None) -> Translator:
    """Return the words of `block` in the language of the context or of the host."""
    service = block.runtime.service(block, "i18n")
    language = language_of(block, context)
    if language is None:
        return service or gettext.NullTranslations()
    block_class = getattr(block, "unmixed_class", type(block))
    own = _catalogue(Path(inspect.getfile(block_class)).parent / "translations", language)
    words = _First(own, _catalogue(Path(__file__).parent / "translations", language))
    return _First(words, service) if service is not None else words


@lru_cache(maxsize=64)
def _catalogue(folder: Path, language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, folder, [language], fallback=True)


class _First:
    """One catalogue first: the block's own, then what all blocks share, then the host's."""

    def __init__(self, own: Translator, service: Translator) -> None:
        self._own = own
        self._service = service

    def gettext(self, message: str) -> str:
        said = self._own.gettext(message)
        return said if said != message else self._service.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        said = self._own.ngettext(singular, plural, number)
        return said if said not in (singular, plural) else self._service.ngettext(singular, plural, number)
