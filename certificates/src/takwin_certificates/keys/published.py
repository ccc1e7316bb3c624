"""The plain list of an issuer's keys, as sites before the signed trust file gave it to partners."""

from __future__ import annotations

from collections.abc import Mapping

import rfc8785

from takwin_certificates.keys.multikey import KeyProblem, public_key_of
from takwin_certificates.strict_json import InvalidRecord, parse_strictly
from takwin_certificates.trust import Purpose, TrustedKey


def publish(trusted: Mapping[str, TrustedKey]) -> bytes:
    """Return the keys for records as JSON; left out are stolen ones, since such a list can't say from when on."""
    kept = [key for _, key in sorted(trusted.items()) if key.purpose is Purpose.RECORD and key.compromised_at is None]
    return rfc8785.dumps({"keys": [{"id": each.key_id, "issuer": each.issuer} for each in kept]})


def read_published(text: bytes | str) -> dict[str, TrustedKey]:
    """Read a key list again; raises `KeyProblem` if anything in it is not a key of an issuer."""
    try:
        document = parse_strictly(text)
    except InvalidRecord as error:
        raise KeyProblem(str(error)) from error
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        message = "a key list must be an object with a list of keys"
        raise KeyProblem(message)
    trusted = [_trusted(entry) for entry in entries]
    return {each.key_id: each for each in trusted}


def _trusted(entry: object) -> TrustedKey:
    key_id = entry.get("id") if isinstance(entry, dict) else None
    issuer = entry.get("issuer") if isinstance(entry, dict) else None
    if not isinstance(key_id, str) or not isinstance(issuer, str):
        message = "each key of a key list must have an id and an issuer"
        raise KeyProblem(message)
    public_key_of(key_id)
    return TrustedKey(key_id, issuer)
