"""Signing a record and checking that a signature fits.

The signature is Ed25519 (RFC 8032) over exactly the canonical bytes of the record, so that any tool that knows Ed25519
can check it. For handing both to somebody, `seal` puts them into one small JSON file.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import rfc8785
from cryptography.exceptions import InvalidSignature

from takwin_certificates.keys import IssuerKey, KeyProblem, public_key_of
from takwin_certificates.record import InvalidRecord, parse_strictly

ALGORITHM: Final = "Ed25519"
_SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Signature:
    """A detached signature, and the id of the key that made it."""

    key_id: str
    value: bytes

    def to_text(self) -> str:
        """Return the value in base64url without padding, for a database column or a JSON file."""
        return base64.urlsafe_b64encode(self.value).rstrip(b"=").decode("ascii")

    @classmethod
    def from_text(cls, key_id: str, text: str) -> Signature:
        """Read a value again; raises `InvalidRecord` if it is not 64 bytes in their one base64url form."""
        try:
            value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidRecord(["the signature is not base64url"]) from error
        signature = cls(key_id, value)
        if len(value) != _SIGNATURE_BYTES or signature.to_text() != text:
            raise InvalidRecord([f"the signature is not {_SIGNATURE_BYTES} bytes in base64url"])
        return signature


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record's bytes as they were signed, with their signature."""

    record: bytes
    signature: Signature


def sign(record: bytes, key: IssuerKey) -> Signature:
    """Sign the canonical bytes of a record."""
    return Signature(key.key_id, key.private.sign(record))


def fits(record: bytes, signature: Signature, *, trusted: Collection[str]) -> bool:
    """Tell whether a key among the trusted ids signed exactly these bytes."""
    return signature.key_id in trusted and is_unchanged(record, signature)


def is_unchanged(record: bytes, signature: Signature) -> bool:
    """Tell whether the key named in the signature signed exactly these bytes.

    This says nothing about whose key it is: anybody can make a key and sign. Use `fits` to decide anything.
    """
    try:
        public_key_of(signature.key_id).verify(signature.value, record)
    except (InvalidSignature, KeyProblem):
        return False
    return True


def seal(record: bytes, signature: Signature) -> bytes:
    """Put a record and its signature into one JSON file."""
    named = {"algorithm": ALGORITHM, "key": signature.key_id, "value": signature.to_text()}
    facts: Any = parse_strictly(record)
    return rfc8785.dumps({"record": facts, "signature": named})


def unseal(text: bytes | str) -> Sealed:
    """Take record and signature out of a file, checking its shape and not yet its truth.

    Raises `InvalidRecord` for anything but an Ed25519 signature: a file does not choose how it is checked.
    """
    document = parse_strictly(text)
    if not isinstance(document, dict) or set(document) != {"record", "signature"}:
        raise InvalidRecord(["a sealed record must have a record and a signature, and nothing else"])
    named = document["signature"]
    if not isinstance(named, dict) or set(named) != {"algorithm", "key", "value"}:
        raise InvalidRecord(["a signature must have an algorithm, a key and a value, and nothing else"])
    if named["algorithm"] != ALGORITHM or not all(isinstance(part, str) for part in named.values()):
        raise InvalidRecord([f"the signature is not {ALGORITHM}"])
    try:
        record = rfc8785.dumps(document["record"])
    except rfc8785.CanonicalizationError as error:
        raise InvalidRecord([f"the record has no canonical form: {error}"]) from error
    return Sealed(record, Signature.from_text(named["key"], named["value"]))
