"""Whether a credential has the parts that Open Badges 3.0 asks for, each of the right type; looked at before any signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from takwin_certificates.badge.guards import is_absolute

_CREDENTIAL: Final = "VerifiableCredential"
_BADGES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
_SUBJECT: Final = "AchievementSubject"
_ASKED_OF_ACHIEVEMENT: Final = ("name", "description")

Problem = tuple[str, str]
"""A code, and where."""


def problems_of(credential: Mapping[str, Any]) -> list[Problem]:
    """List what a credential lacks (Open Badges 3.0 §B.1: AchievementCredential, Profile, AchievementSubject, Achievement)."""
    return [*_of_credential(credential), *_of_issuer(credential.get("issuer")), *_of_subject(credential.get("credentialSubject"))]


def has_subject(credential: Mapping[str, Any]) -> bool:
    """Tell whether the holder is named: by an id, or by at least one identifier (Open Badges 3.0 §B.1.4)."""
    subject = credential.get("credentialSubject")
    if not isinstance(subject, Mapping):
        return False
    identifiers = subject.get("identifier")
    several = identifiers if isinstance(identifiers, list) else [identifiers]
    named = [each for each in several if isinstance(each, Mapping) and isinstance(each.get("identityHash"), str)]
    return is_absolute(subject.get("id")) or bool(named)


def moment_in(credential: Mapping[str, Any], name: str) -> dt.datetime | None:
    """Return a moment of the credential, or None if it is not there or is none."""
    value = credential.get(name)
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def types_of(node: object) -> list[str]:
    """Return the types of a node, one or several, as a list."""
    named = node.get("type") if isinstance(node, Mapping) else None
    several = named if isinstance(named, list) else [named]
    return [each for each in several if isinstance(each, str)]


def _of_credential(credential: Mapping[str, Any]) -> Iterator[Problem]:
    if _CREDENTIAL not in types_of(credential) or not _BADGES & {*types_of(credential)}:
        yield "wrong_type", "type"
    if not is_absolute(credential.get("id")):
        yield "part_missing", "id"
    for name in ("validFrom", "validUntil", "awardedDate"):
        if (name == "validFrom" or name in credential) and moment_in(credential, name) is None:
            yield "part_missing", name


def _of_issuer(issuer: object) -> Iterator[Problem]:
    if isinstance(issuer, str):
        if not is_absolute(issuer):
            yield "part_missing", "issuer"
        return
    if not isinstance(issuer, Mapping) or not is_absolute(issuer.get("id")):
        yield "part_missing", "issuer.id"
    elif "Profile" not in types_of(issuer):
        yield "wrong_type", "issuer.type"


def _of_subject(subject: object) -> Iterator[Problem]:
    if not isinstance(subject, Mapping):
        yield "part_missing", "credentialSubject"
        return
    if _SUBJECT not in types_of(subject):
        yield "wrong_type", "credentialSubject.type"
    for each in _several(subject.get("identifier")):
        if "IdentityObject" not in types_of(each):
            yield "wrong_type", "credentialSubject.identifier.type"
    for each in _several(subject.get("result")):
        if "Result" not in types_of(each):
            yield "wrong_type", "credentialSubject.result.type"
    yield from _of_achievement(subject.get("achievement"))


def _of_achievement(achievement: object) -> Iterator[Problem]:
    where = "credentialSubject.achievement"
    if not isinstance(achievement, Mapping):
        yield "part_missing", where
        return
    if "Achievement" not in types_of(achievement):
        yield "wrong_type", f"{where}.type"
    if not is_absolute(achievement.get("id")):
        yield "part_missing", f"{where}.id"
    for name in _ASKED_OF_ACHIEVEMENT:
        if not isinstance(achievement.get(name), str) or not achievement[name]:
            yield "part_missing", f"{where}.{name}"
    criteria = achievement.get("criteria")
    if not isinstance(criteria, Mapping) or not (isinstance(criteria.get("narrative"), str) or is_absolute(criteria.get("id"))):
        yield "part_missing", f"{where}.criteria"
    for each in _several(achievement.get("image")):
        if isinstance(each, Mapping) and "Image" not in types_of(each):
            yield "wrong_type", f"{where}.image.type"


def _several(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
