"""The signed token inside the QR code: who was awarded what and when, in a web address that is its own proof.

A telephone with a network opens the address and sees the certificate as it stands today; a verifier without one checks
the issuer's signature over the very same letters. The layout, byte by byte, is in docs/design/token.md.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from takwin_certificates import codes
from takwin_certificates.facts import StatusPlace
from takwin_certificates.keys import IssuerKey, KeyProblem, public_key_of
from takwin_certificates.record import Record
from takwin_certificates.trust import Purpose, TrustedKey

VERSION: Final = 1
DOMAIN: Final = b"takwin-qr-1\0"
"""Stands before the bytes that are signed, so that no other signature of the key can be taken for that of a token."""
KINDS: Final = {"participation": 1, "completion": 2, "competence": 3, "programme": 4}
LANGUAGES: Final = {"ar": 0, "fr": 1, "en": 2}
LONGEST_TITLE: Final = 60
"""Bytes of UTF-8; a longer title ends with an ellipsis."""
LONGEST_NAME: Final = 200
"""Bytes of UTF-8; a name is never cut."""
DAY_ZERO: Final = dt.date(2020, 1, 1)

_NO_LIST: Final = 0xFFFF
_LAST_INDEX: Final = 0xFFFFFF
_LAST_DAY: Final = 0xFFFF
_HINT: Final = 4
_FIXED: Final = 28  # version, hint, code, two dates, kind and language, status
_SIGNATURE: Final = 64
_CODE_BITS: Final = 5 * codes.LENGTH
_LONGEST_TEXT: Final = 1000  # the longest possible token has 565 signs
_ELLIPSIS: Final = "…"
_ADDRESS: Final = re.compile(r"HTTPS?://[A-Z0-9.-]+(?::[0-9]{1,5})?/V/([A-Z2-7]+)")
_BARE: Final = re.compile(r"[A-Z2-7]+")


class TokenFault(StrEnum):
    """Why a text is no token, or a token is not to be believed."""

    NOT_BASE32 = "not_base32"
    NOT_CANONICAL = "not_canonical"
    """The same bytes have another, proper spelling."""
    UNKNOWN_VERSION = "unknown_version"
    TOO_SHORT = "too_short"
    TRAILING_BYTES = "trailing_bytes"
    NOT_UTF8 = "not_utf8"
    BAD_FACT = "bad_fact"
    UNKNOWN_KEY = "unknown_key"
    WRONG_SIGNATURE = "wrong_signature"
    OLD_RECORD = "old_record"
    """Records of schema 1 have no token: their paper bears `/v/` and the code."""
    UNFIT = "unfit"
    """A fact of the record, or the address of the site, has no place in a token."""


class TokenProblem(Exception):
    """A token that can't be made, read or believed; `fault` says why, `detail` what about."""

    def __init__(self, fault: TokenFault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}" if detail else str(fault))
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What a token says, and the signature over it. Only `verify` tells whether it is true."""

    key_hint: bytes
    """The first four bytes of the SHA-256 of the public key: which of the keys one knows to try."""
    code: str
    kind: str
    language: str
    issued_on: dt.date
    valid_until: dt.date | None
    status: StatusPlace | None
    title: str
    name: str
    signature: bytes = b""

    def signed_bytes(self) -> bytes:
        """Return everything before the signature."""
        title, name = self.title.encode(), self.name.encode()
        place = self.status or StatusPlace(list=_NO_LIST, index=0)
        return b"".join(
            (
                bytes([VERSION]),
                self.key_hint,
                _number_of(self.code).to_bytes(13, "big"),
                _days(self.issued_on).to_bytes(2, "big"),
                (_days(self.valid_until) if self.valid_until else 0).to_bytes(2, "big"),
                bytes([LANGUAGES[self.language] << 4 | KINDS[self.kind]]),
                place.list.to_bytes(2, "big"),
                place.index.to_bytes(3, "big"),
                bytes([len(title)]),
                title,
                bytes([len(name)]),
                name,
            )
        )

    def to_bytes(self) -> bytes:
        """Return the whole token."""
        return self.signed_bytes() + self.signature


def hint_of(public: Ed25519PublicKey) -> bytes:
    """Return the four bytes by which a token names a key."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:_HINT]


def make(record: Record, key: IssuerKey) -> bytes:
    """Sign the token of a record. Refused: records of schema 1, dates before 2020, names of more than 200 bytes."""
    if record.schema == 1:
        raise TokenProblem(TokenFault.OLD_RECORD, record.code)
    unsigned = Token(
        key_hint=hint_of(key.private.public_key()),
        code=record.code,
        kind=record.kind,
        language=record.language,
        issued_on=record.issued_on,
        valid_until=record.valid_until,
        status=record.status,
        title=shortened(record.title),
        name=_name_on(record),
    )
    _refuse_unfit(unsigned)
    content = unsigned.signed_bytes()
    return content + key.private.sign(DOMAIN + content)


def shortened(title: str, *, longest: int = LONGEST_TITLE) -> str:
    """Return a title of at most so many bytes: cut before a whole character with its marks, and ended by an ellipsis."""
    if len(title.encode()) <= longest:
        return title
    room = longest - len(_ELLIPSIS.encode())
    kept = title.encode()[:room].decode("utf-8", "ignore")
    while kept and unicodedata.category(title[len(kept)]).startswith("M"):
        kept = kept[:-1]
    return kept.rstrip() + _ELLIPSIS


def url(site: str, token: bytes) -> str:
    """Return the address to print. Refused: a site whose name has signs that a QR code's compact mode lacks."""
    parts = urlsplit(site)
    address = f"{parts.scheme}://{parts.netloc}/V/".upper() + base64.b32encode(token).decode("ascii").rstrip("=")
    if parts.path.strip("/") or not _ADDRESS.fullmatch(address):
        raise TokenProblem(TokenFault.UNFIT, site)
    return address


def read(text: str) -> Token:
    """Read an address, or its last part alone; large and small letters mean the same.

    Refused, so that no two texts are the same token: other spellings in base32 (RFC 4648, section 3.5), bytes that follow,
    facts out of range. Whether it is genuine, `verify` says.
    """
    plain = text.strip()
    if len(plain) > _LONGEST_TEXT or not plain.isascii():
        raise TokenProblem(TokenFault.NOT_BASE32)
    signs = plain.upper()
    address = _ADDRESS.fullmatch(signs)
    signs = address[1] if address else signs
    if not _BARE.fullmatch(signs):
        raise TokenProblem(TokenFault.NOT_BASE32)
    try:
        content = base64.b32decode(signs + "=" * (-len(signs) % 8))
    except binascii.Error as error:
        raise TokenProblem(TokenFault.NOT_BASE32) from error
    if base64.b32encode(content).decode("ascii").rstrip("=") != signs:
        raise TokenProblem(TokenFault.NOT_CANONICAL)
    return from_bytes(content)


def from_bytes(content: bytes) -> Token:
    """Read the bytes of a token; refused is whatever `Token.to_bytes` would write otherwise."""
    if content[:1] != bytes([VERSION]):
        raise TokenProblem(TokenFault.UNKNOWN_VERSION if content else TokenFault.TOO_SHORT)
    if len(content) < _FIXED:
        raise TokenProblem(TokenFault.TOO_SHORT)
    title, rest = _text(content[_FIXED:])
    name, signature = _text(rest)
    if len(signature) != _SIGNATURE:
        raise TokenProblem(TokenFault.TOO_SHORT if len(signature) < _SIGNATURE else TokenFault.TRAILING_BYTES)
    if not (0 < len(title.encode()) <= LONGEST_TITLE and 0 < len(name.encode()) <= LONGEST_NAME):
        raise TokenProblem(TokenFault.BAD_FACT)
    return replace(_facts(content), title=title, name=name, signature=signature)


def verify(token: Token, trusted: Mapping[str, TrustedKey]) -> TrustedKey:
    """Return the trusted key that signed this token; raises `TokenProblem` if none of them did.

    Whether that key was retired, or stolen, when it signed, is for whoever asks to judge.
    """
    candidates = [(key, public) for key in trusted.values() if (public := _public(key)) and hint_of(public) == token.key_hint]
    for key, public in candidates:
        try:
            public.verify(token.signature, DOMAIN + token.signed_bytes())
        except InvalidSignature:
            continue
        return key
    raise TokenProblem(TokenFault.WRONG_SIGNATURE if candidates else TokenFault.UNKNOWN_KEY, token.key_hint.hex())


def _public(key: TrustedKey) -> Ed25519PublicKey | None:
    if key.purpose is not Purpose.RECORD:
        return None
    try:
        return public_key_of(key.key_id)
    except KeyProblem:
        return None


def _name_on(record: Record) -> str:
    """Choose the name in the script of the document, or else the other."""
    first, second = record.name_latin, record.name_arabic
    return (second or first) if record.language == "ar" else (first or second)


def _refuse_unfit(token: Token) -> None:
    if token.kind not in KINDS or token.language not in LANGUAGES or not codes.is_wellformed(token.code):
        raise TokenProblem(TokenFault.UNFIT, "kind, language or code")
    if not 0 <= _days(token.issued_on) <= _LAST_DAY:
        raise TokenProblem(TokenFault.UNFIT, "issued_on")
    if token.valid_until and not 0 < _days(token.valid_until) <= _LAST_DAY:
        raise TokenProblem(TokenFault.UNFIT, "valid_until")
    if token.status and not (0 <= token.status.list < _NO_LIST and 0 <= token.status.index <= _LAST_INDEX):
        raise TokenProblem(TokenFault.UNFIT, "status")
    if not 0 < len(token.name.encode()) <= LONGEST_NAME:
        raise TokenProblem(TokenFault.UNFIT, "name")


def _facts(content: bytes) -> Token:
    """Read the part of fixed length."""
    code = _code_of(int.from_bytes(content[5:18], "big"))
    kind = _spelt(KINDS, content[22] & 0x0F)
    language = _spelt(LANGUAGES, content[22] >> 4)
    number, index = int.from_bytes(content[23:25], "big"), int.from_bytes(content[25:28], "big")
    if not codes.is_wellformed(code) or (number == _NO_LIST and index):
        raise TokenProblem(TokenFault.BAD_FACT)
    until = int.from_bytes(content[20:22], "big")
    return Token(
        key_hint=content[1:5],
        code=code,
        kind=kind,
        language=language,
        issued_on=_date(int.from_bytes(content[18:20], "big")),
        valid_until=_date(until) if until else None,
        status=None if number == _NO_LIST else StatusPlace(list=number, index=index),
        title="",
        name="",
    )


def _spelt(numbers: Mapping[str, int], wanted: int) -> str:
    for word, number in numbers.items():
        if number == wanted:
            return word
    raise TokenProblem(TokenFault.BAD_FACT)


def _text(content: bytes) -> tuple[str, bytes]:
    """Take a text with its length from the front."""
    end = 1 + content[0] if content else 0
    if not content or len(content) < end:
        raise TokenProblem(TokenFault.TOO_SHORT)
    try:
        return content[1:end].decode(), content[end:]
    except UnicodeDecodeError as error:
        raise TokenProblem(TokenFault.NOT_UTF8) from error


def _days(day: dt.date) -> int:
    return (day - DAY_ZERO).days


def _date(days: int) -> dt.date:
    return DAY_ZERO + dt.timedelta(days=days)


def _number_of(code: str) -> int:
    number = 0
    for sign in code.replace("-", ""):
        number = number * 32 + codes.ALPHABET.index(sign)
    return number


def _code_of(number: int) -> str:
    """Return the code, or nothing if the four idle bits are not zero."""
    if number >> _CODE_BITS:
        return ""
    signs = "".join(codes.ALPHABET[number >> place & 31] for place in range(_CODE_BITS - 5, -1, -5))
    return codes.normalise(signs)
