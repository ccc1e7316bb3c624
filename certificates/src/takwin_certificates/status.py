"""Status lists: one bit for each certificate says whether it was withdrawn, and nobody learns who asks about which.

W3C Bitstring Status List 1.0. A list is a credential like any other, signed by the issuer (elsewhere); here are its bits.
The places of certificates in it are drawn at random, so that a list does not tell who was certified together.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import random
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

LENGTH: Final = 131_072
"""Entries of a list; fewer would let somebody find one person in a small crowd (section 2.2)."""
PURPOSES: Final = ("revocation", "suspension")
"""`revocation` is for ever, `suspension` can be lifted (section 2.1)."""
TTL: Final = dt.timedelta(hours=1)
"""How long a list that was fetched may be used without asking again."""

_LARGEST: Final = 1024 * 1024
_GZIP: Final = 31  # zlib's name for deflate in a gzip wrapper
_TRIES: Final = 64
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_ENCODED: Final = re.compile(r"u[A-Za-z0-9_-]*")
_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"


class StatusFault(StrEnum):
    """What is wrong with a status list or an entry, by the names of section 3.5 of the standard."""

    RETRIEVAL = "STATUS_RETRIEVAL_ERROR"
    """It is not there, or is no list at all."""
    VERIFICATION = "STATUS_VERIFICATION_ERROR"
    """It is a list, but not the one that is asked for, or not for this purpose, or not of this day."""
    LENGTH = "STATUS_LIST_LENGTH_ERROR"
    """It has fewer entries than it must have."""
    RANGE = "RANGE_ERROR"
    """The index lies outside the list."""
    MALFORMED = "MALFORMED_VALUE_ERROR"
    """A value has another form than the standard gives it."""


class StatusProblem(Exception):
    """A status that can't be told; `fault` names why."""

    def __init__(self, fault: StatusFault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}" if detail else str(fault))
        self.fault = fault
        self.detail = detail


class ListFull(Exception):
    """So many places are taken that a new list should be begun."""


def address_of(site: str, number: int, purpose: str) -> str:
    """Return where a site publishes a list."""
    return f"{site}/status/{purpose}/{number}"


def bits_of(indexes: Iterable[int], *, length: int = LENGTH) -> bytes:
    """Return a list in which these entries are set; index 0 is the left-most bit. Refused: indexes outside the list."""
    bits = bytearray(length // 8)
    for index in indexes:
        if not 0 <= index < length:
            raise StatusProblem(StatusFault.RANGE, str(index))
        bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)


def encode(bits: bytes) -> str:
    """Return a list as it is published: gzip without a date, in base64url, with the multibase sign `u` (section 3.3)."""
    if len(bits) * 8 < LENGTH:
        raise StatusProblem(StatusFault.LENGTH, f"{len(bits) * 8} entries")
    packer = zlib.compressobj(wbits=_GZIP)
    packed = packer.compress(bits) + packer.flush()
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode(encoded: object) -> bytes:
    """Return the bits of a published list (section 3.4).

    Refused: other encodings, damaged gzip, anything after it, more than 1 MiB, fewer than 131,072 entries.
    """
    if not isinstance(encoded, str) or len(encoded) > 2 * _LARGEST or not _ENCODED.fullmatch(encoded):
        raise StatusProblem(StatusFault.MALFORMED, "the list is not base64url with the sign u")
    try:
        packed = base64.b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4), altchars=b"-_")
    except binascii.Error as error:
        raise StatusProblem(StatusFault.MALFORMED, "the list is not base64url") from error
    opener = zlib.decompressobj(wbits=_GZIP)
    try:
        bits = opener.decompress(packed, _LARGEST + 1)
    except zlib.error as error:
        raise StatusProblem(StatusFault.MALFORMED, "the list is no gzip") from error
    if len(bits) > _LARGEST:
        raise StatusProblem(StatusFault.MALFORMED, f"the list has more than {_LARGEST} bytes")
    if not opener.eof or opener.unused_data:
        raise StatusProblem(StatusFault.MALFORMED, "the list ends too early, or goes on")
    if len(bits) * 8 < LENGTH:
        raise StatusProblem(StatusFault.LENGTH, f"{len(bits) * 8} entries")
    return bits


def is_set(bits: bytes, index: object) -> bool:
    """Tell whether an entry is set. The index is a text of digits; a whole number, which others write, is read too."""
    digits = str(index) if isinstance(index, int) and not isinstance(index, bool) else index
    if isinstance(digits, str) and re.fullmatch(r"-[0-9]+", digits):
        raise StatusProblem(StatusFault.RANGE, digits[:20])
    if not isinstance(digits, str) or not _INDEX.fullmatch(digits):
        raise StatusProblem(StatusFault.MALFORMED, "the index is no number")
    number = int(digits)
    if number >= len(bits) * 8:
        raise StatusProblem(StatusFault.RANGE, digits)
    return bool(bits[number // 8] & 0x80 >> number % 8)


def list_credential(
    url: str,
    *,
    issuer: str,
    purpose: str,
    indexes: Iterable[int],
    valid_from: dt.datetime,
    valid_until: dt.datetime,
    ttl: dt.timedelta = TTL,
) -> dict[str, Any]:
    """Return a list as an unsigned credential (section 2.2). Refused: other purposes, an end before the beginning."""
    if purpose not in PURPOSES or valid_until <= valid_from:
        raise StatusProblem(StatusFault.VERIFICATION, f"{purpose}, {valid_from} to {valid_until}")
    return {
        "@context": [_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": _written(valid_from),
        "validUntil": _written(valid_until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(bits_of(indexes)),
            "ttl": int(ttl.total_seconds() * 1000),
        },
    }


def entry_for(url: str, *, purpose: str, index: int) -> dict[str, str]:
    """Return what a credential says of its place in a list (section 2.1); the index is a text there."""
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def status_in(credential: object, entry: Mapping[str, Any], *, now: dt.datetime | None = None) -> bool:
    """Tell whether an entry is set in a list whose signature was checked before (section 3.2).

    Refused: a list of another address, type or purpose; entries of several bits; with `now`, a list that is not valid then.
    """
    if not isinstance(credential, dict) or "BitstringStatusListCredential" not in _all(credential.get("type")):
        raise StatusProblem(StatusFault.VERIFICATION, "it is no status list")
    subject = credential.get("credentialSubject")
    if not isinstance(subject, dict) or "BitstringStatusList" not in _all(subject.get("type")):
        raise StatusProblem(StatusFault.VERIFICATION, "it has no list")
    if "BitstringStatusListEntry" not in _all(entry.get("type")) or entry.get("statusSize", 1) != 1:
        raise StatusProblem(StatusFault.VERIFICATION, "the entry is of another kind")
    if not credential.get("id") or credential["id"] != entry.get("statusListCredential"):
        raise StatusProblem(StatusFault.VERIFICATION, "it is another list")
    if entry.get("statusPurpose") not in _all(subject.get("statusPurpose")):
        raise StatusProblem(StatusFault.VERIFICATION, "it is for another purpose")
    if now is not None and not starts_at(credential) <= now <= ends_at(credential):
        raise StatusProblem(StatusFault.VERIFICATION, "it is not valid on this day")
    return is_set(decode(subject.get("encodedList")), entry.get("statusListIndex"))


def starts_at(credential: Mapping[str, Any]) -> dt.datetime:
    """Return since when a list holds. Raises `StatusProblem` where it does not say."""
    return _moment(credential.get("validFrom"))


def ends_at(credential: Mapping[str, Any]) -> dt.datetime:
    """Return until when a list holds; without an end, for ever."""
    until = credential.get("validUntil")
    return dt.datetime.max.replace(tzinfo=dt.UTC) if until is None else _moment(until)


def is_newer(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether a list was made out after another: the older never takes the place of the newer."""
    return starts_at(one) > starts_at(other)


def draw_index(is_taken: Callable[[int], bool], *, rng: random.Random | None = None) -> int:
    """Draw a free place at random. Raises `ListFull` where 64 draws found none: nine places of ten are taken by then."""
    drawing = rng or random.SystemRandom()
    for _ in range(_TRIES):
        index = drawing.randrange(LENGTH)
        if not is_taken(index):
            return index
    raise ListFull


def _all(value: object) -> tuple[Any, ...]:
    if isinstance(value, list):
        return tuple(value)
    return () if value is None else (value,)


def _moment(text: object) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError as error:
        raise StatusProblem(StatusFault.MALFORMED, "no moment") from error
    if moment.utcoffset() is None:
        raise StatusProblem(StatusFault.MALFORMED, "a moment without its time zone")
    return moment


def _written(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
