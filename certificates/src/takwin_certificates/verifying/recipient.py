"""Whether a certificate was issued to the person that somebody asks about, by name or by an identifier that is kept as a hash."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any, Final

from takwin_certificates.lettering import clean
from takwin_certificates.record import Record

_ALGORITHM: Final = "sha256$"


def identifiers_of(record: Record) -> tuple[Mapping[str, Any], ...]:
    """Return the names on a record of ours as identifiers of Open Badges 3.0."""
    names = (record.name_latin, record.name_arabic, record.name_tifinagh)
    return tuple({"hashed": False, "identityHash": name} for name in names if name)


def identifiers_in(credential: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return the identifiers of the holder in a credential, its id among them."""
    subject = credential.get("credentialSubject")
    if not isinstance(subject, Mapping):
        return ()
    named = subject.get("identifier")
    several = [each for each in (named if isinstance(named, list) else [named]) if isinstance(each, Mapping)]
    return (*several, {"hashed": False, "identityHash": subject.get("id")})


def is_issued_to(person: str, identifiers: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether one of the identifiers is this person's (Open Badges 3.0 §B.1.14): in plain words, or SHA-256 with its salt."""
    return any(_fits(person, each) for each in identifiers)


def _fits(person: str, identifier: Mapping[str, Any]) -> bool:
    kept, salt = identifier.get("identityHash"), identifier.get("salt", "")
    if not isinstance(kept, str) or not isinstance(salt, str):
        return False
    if identifier.get("hashed") is True:
        digest = hashlib.sha256(f"{person}{salt}".encode()).hexdigest()
        return hmac.compare_digest(kept.lower().encode(), f"{_ALGORITHM}{digest}".encode())
    return clean(person).casefold() == clean(kept).casefold()
