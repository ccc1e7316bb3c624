"""Checking a sealed record without a network, and saying in words what is known and what is not.

Three questions are answered apart, because one "verified" hides the other two: is it genuine, is it still valid, and
who issued it?
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from takwin_certificates.keys import TrustedKey
from takwin_certificates.lettering import clean
from takwin_certificates.record import InvalidRecord, Record
from takwin_certificates.signing import is_unchanged, unseal

_FACTS: Final = ("issued_on", "hours", "grade_percent", "run", "cohort", "place", "issuer", "course_key", "code")


class Genuine(StrEnum):
    """Whether a known issuer signed exactly these facts."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"
    """The signature fits its key, but nobody vouches for the key."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file alone can tell. Whether the certificate was revoked since, it cannot tell."""

    genuine: Genuine
    issuer: str | None
    """Who the signing key belongs to, by the key list; never what the record says of itself."""
    key_id: str | None
    record: Record | None
    """The certified facts, if they could be read; do not rely on them unless `genuine` is yes."""
    problems: tuple[str, ...] = ()


def check(sealed: bytes | str, *, trusted: Mapping[str, TrustedKey]) -> Verdict:
    """Check a sealed record against the keys that are trusted; whatever the file holds, this answers."""
    try:
        opened = unseal(sealed)
    except InvalidRecord as error:
        return Verdict(Genuine.NO, None, None, None, error.problems)
    signature = opened.signature
    if not is_unchanged(opened.record, signature):
        return Verdict(Genuine.NO, None, signature.key_id, None)
    known = trusted.get(signature.key_id)
    genuine = Genuine.YES if known else Genuine.CANNOT_TELL
    issuer = known.issuer if known else None
    try:
        record = Record.from_json(opened.record)
    except InvalidRecord as error:
        return Verdict(genuine, issuer, signature.key_id, None, error.problems)
    return Verdict(genuine, issuer, signature.key_id, record)


def describe(verdict: Verdict, *, language: str) -> list[str]:
    """Say a verdict in "ar", "fr" or "en": the three answers, then every certified fact."""
    words = words_in(language)
    lines = [
        f"{words['genuine']} {words[f'genuine_{verdict.genuine}']}",
        f"{words['still_valid']} {_validity(verdict, words)}",
        f"{words['who']} {_who(verdict, words)}",
    ]
    if verdict.key_id:
        lines.append(f"{words['key']}: {_printable(verdict.key_id)}")
    if verdict.problems:
        lines.append(f"{words['unread']} {_printable('; '.join(verdict.problems))}")
    if verdict.record:
        lines += ["", words["facts"], *(f"  {label}: {fact}" for label, fact in _facts(verdict.record, words))]
    return lines


@cache
def words_in(language: str) -> Mapping[str, str]:
    """Return the words of a language in which verdicts are said."""
    words: dict[str, dict[str, str]] = json.loads((files(__package__) / "verdicts.json").read_text(encoding="utf-8"))
    return words[language]


def _validity(verdict: Verdict, words: Mapping[str, str]) -> str:
    if verdict.record is None:
        return words["still_valid_none"]
    return f"{words['still_valid_unknown']} {verdict.record.site}"


def _who(verdict: Verdict, words: Mapping[str, str]) -> str:
    if verdict.issuer is not None:
        return f"{words['who_known']} {clean(verdict.issuer)}"
    if verdict.record is not None:
        return f"{words['who_claimed']} {verdict.record.issuer}"
    return words["who_unknown"]


def _facts(record: Record, words: Mapping[str, str]) -> list[tuple[str, str]]:
    facts = [(words["name"], name) for name in (record.name_latin, record.name_arabic) if name]
    facts += [(words["title"], record.titles[language]) for language in sorted(record.titles)]
    values = ((name, getattr(record, name)) for name in _FACTS)
    return facts + [(words[name], str(value)) for name, value in values if value not in (None, "")]


def _printable(text: str) -> str:
    """Keep what a hostile file says from steering the terminal it is shown on."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)[:500]
