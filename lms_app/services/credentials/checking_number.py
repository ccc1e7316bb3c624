"""Checking a number that can be guessed: whether it counts is told to everybody, whose it is only to who knows the name already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.credentials import CREDENTIAL
from lms_app.domain.folding import folded
from lms_app.i18n import latin_digits
from lms_app.services.credentials import legacy
from lms_app.services.credentials.checking import Check, Verdict, check_code
from takwin_certificates.keys import TrustedKey

_LONGEST: Final = 80
_BETWEEN: Final = re.compile(r"[^A-Z0-9]+")
_RUN_TOGETHER: Final = re.compile(r"([A-Z]{2})([A-Z0-9]+?)([0-9]{4})([0-9]{6,})([0-9])")
_PARTS: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, kw_only=True)
class NumberCheck:
    """The answer to a number. Names stand here only where whoever asks gave the name that is on the paper."""

    printed: str
    """The number as it stands on the paper."""
    check: Check | None = None
    """A certificate of ours; its record is there in full only where the name was known."""
    legacy: legacy.LegacyFound | None = None
    """A certificate from before Takwin; its holder is there only where the name was known."""
    kind: str = ""
    titles: Mapping[str, str] | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    initials: str = ""
    """Of the name on the paper, to recognise it by."""
    is_named: bool = False
    """Whether the name that was given is the one on the paper."""


def check_number(
    session: Session, typed: str, *, name: str = "", trusted: Mapping[str, TrustedKey], now: datetime
) -> NumberCheck | None:
    """Return what is known of a number as somebody typed it, ours or of an old register; None for no such number."""
    typed = typed[:_LONGEST]
    code = session.execute(select(CREDENTIAL.c.code).where(CREDENTIAL.c.number.in_(_writings(typed)))).scalar()
    old = legacy.find(session, typed)
    if code is not None:
        return _ours(check_code(session, code, trusted=trusted, now=now), typed, name)
    return _old(old, name) if old is not None else None


def is_same_name(typed: str, printed: str) -> bool:
    """Tell whether two names are the same but for case, accents, vowel signs and the order of their parts."""
    return bool(_parts(typed)) and _parts(typed) == _parts(printed)


def initials_of(name: str) -> str:
    """Return the first letters of a name: أ. ع. or A. B. E."""
    return " ".join(f"{part[0]}." for part in name.split() if part[0].isalpha())


def _ours(check: Check, typed: str, name: str) -> NumberCheck:
    record = check.record
    if record is None:
        return NumberCheck(printed=typed, check=check)
    names = [each for each in (record.name_latin, record.name_arabic, record.name_tifinagh) if each]
    is_named = _is_one_of(name, names)
    return NumberCheck(
        printed=record.number,
        check=check,
        kind=record.kind,
        titles=record.titles,
        issued_on=record.issued_on,
        valid_until=record.valid_until,
        initials=initials_of(names[0]),
        is_named=is_named,
    )


def _old(found: legacy.LegacyFound, name: str) -> NumberCheck:
    return NumberCheck(
        printed=found.printed,
        legacy=found,
        issued_on=found.issued_on,
        initials=initials_of(found.holder),
        is_named=_is_one_of(name, [found.holder]),
    )


def verdict_of(found: NumberCheck) -> Verdict:
    """Return what a number's answer is summed up in; of an old register only whether it withdrew the certificate is known."""
    if found.check is not None:
        return found.check.verdict
    return Verdict.LEGACY_REVOKED if found.legacy is not None and found.legacy.is_revoked else Verdict.LEGACY


def _is_one_of(name: str, printed: Iterable[str]) -> bool:
    return any(is_same_name(name[: 4 * _LONGEST], each) for each in printed)


def _parts(name: str) -> list[str]:
    return sorted(_PARTS.findall(folded(name)))


def _writings(typed: str) -> list[str]:
    """Return the writings in which a number of ours may be stored: MA-TOT-2026-000123-7, with or without the country."""
    plain = latin_digits(unicodedata.normalize("NFKC", typed)).upper().strip()
    parts = [part for part in _BETWEEN.split(plain) if part]
    writings = ["-".join(parts)]
    if len(parts) == 1 and (found := _RUN_TOGETHER.fullmatch(plain)):
        country, course, *rest = found.groups()
        writings += ["-".join((country, course, *rest)), "-".join((country + course, *rest))]
    return writings
