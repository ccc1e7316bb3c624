"""Every fact of a credential that others issued, to its last leaf: what has no label of ours is shown under its own name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from takwin_certificates.verifying.finding import Fact

_NOT_FACTS: Final = frozenset({"@context", "proof", "credentialStatus", "credentialSchema", "refreshService", "termsOfUse"})
_SUBJECT: Final = "credentialSubject"
_LABELS: Final[Mapping[str, str]] = {
    f"{_SUBJECT}.identifier.identityHash": "name",
    f"{_SUBJECT}.achievement.name": "title",
    f"{_SUBJECT}.achievement.description": "description",
    f"{_SUBJECT}.achievement.criteria.narrative": "criteria",
    f"{_SUBJECT}.result.value": "result",
    f"{_SUBJECT}.id": "holder",
    "awardedDate": "awarded_on",
    "validFrom": "valid_from",
    "validUntil": "valid_until",
    "evidence.narrative": "evidence",
    "evidence.id": "evidence",
    "issuer.name": "issuer",
    "id": "identifier",
}
_FIRST: Final = tuple(dict.fromkeys(_LABELS.values()))
_LONGEST_ADDRESS: Final = 500


def facts_of_credential(credential: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return all leaves of a credential: first those that people ask for, in order, then the others by their path."""
    facts = [
        Fact(_LABELS.get(path, path), _shown(value))
        for name, part in credential.items()
        if name not in _NOT_FACTS
        for path, value in _leaves(part, name)
    ]
    labelled = [each for label in _FIRST for each in facts if each.label == label]
    return (*labelled, *(each for each in facts if each.label not in _FIRST))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}")
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part, path)
    else:
        yield path, value


def _shown(value: object) -> str:
    """Write a leaf as JSON has it; a picture inside an address is told by its size and fingerprint."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if text.startswith("data:") and len(text) > _LONGEST_ADDRESS:
        kind = text[: text.find(",") + 1][:80]
        return f"{kind}… ({len(text)}, SHA-256 {hashlib.sha256(text.encode()).hexdigest()})"
    return text
