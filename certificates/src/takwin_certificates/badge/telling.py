"""The words in which a credential tells its facts, in the language of the certificate, for wallets that show texts."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Final

from takwin_certificates.record import Record

_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>#|~])")
_ORDER: Final = ("ar", "fr", "en", "zgh")


@functools.cache
def words(language: str) -> Mapping[str, str]:
    """Return our words in a language of documents."""
    every: dict[str, dict[str, str]] = json.loads(resources.files(__package__).joinpath("words.json").read_text("utf-8"))
    return every[language]


def in_order(texts: Mapping[str, str], language: str) -> list[str]:
    """Return one text in all its languages, that of the document first, none twice."""
    languages = [language, *(each for each in _ORDER if each != language)]
    return list(dict.fromkeys(texts[each] for each in languages if each in texts))


def plain_markdown(text: str) -> str:
    """Escape what Markdown would take for layout or links: names and titles are texts of people, never markup."""
    return _MARKDOWN.sub(r"\\\1", text)


def criteria(record: Record) -> str:
    """Return what was asked for the certificate, in every language it is told in, as Markdown."""
    told = in_order(record.criteria, record.language) or [words(record.language)[f"criteria.{record.kind}"]]
    return "\n\n".join(map(plain_markdown, told))


def narrative(record: Record) -> str:
    """Tell, as a Markdown list, the facts for which the standard has no field of their own."""
    ours = words(record.language)
    signed = [", ".join(filter(None, (each.name, each.title))) for each in record.signatories]
    facts = {
        "issued_on": [record.issued_on.isoformat()],
        "city": [record.city],
        "cohort": [record.cohort],
        "place": [record.place],
        "trainers": record.trainers,
        "assessors": record.assessors,
        "signatories": signed,
        "partners": [each.name for each in record.partners],
        "code": [record.code],
        "replaces": [record.replaces],
    }
    told = {name: " · ".join(filter(None, values)) for name, values in facts.items()}
    return "\n".join(f"- {ours[name]}: {plain_markdown(text)}" for name, text in told.items() if text)
