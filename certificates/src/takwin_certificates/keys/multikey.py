"""Key ids that contain the public key: W3C Multikeys, `z6Mk…` for Ed25519 and `zDn…` for P-256.

A Multikey is `z` and the base58 form of two bytes that tell the kind of key and the key itself (W3C Controlled Identifiers
1.0, section 2.2.2). So a published list of ids is a published list of keys, and an id can't be given to another key.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519: Final = b"\xed\x01"
_P256: Final = b"\x80\x24"  # 0x1200 as an unsigned varint
_LENGTHS: Final = {_ED25519: 32, _P256: 33}
_LONGEST_ID: Final = 64
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class KeyProblem(Exception):
    """A key is missing, unreadable, of another kind, or its id is malformed."""


def key_id_of(public: Ed25519PublicKey | EllipticCurvePublicKey) -> str:
    """Return the id of a public key. Refused: curves other than P-256."""
    if isinstance(public, Ed25519PublicKey):
        return "z" + to_base58(_ED25519 + public.public_bytes_raw())
    if not isinstance(public.curve, SECP256R1):
        message = f"keys on the curve {public.curve.name} are not used here"
        raise KeyProblem(message)
    return "z" + to_base58(_P256 + public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


def any_key_of(key_id: str) -> Ed25519PublicKey | EllipticCurvePublicKey:
    """Return the public key that an id contains; raises `KeyProblem` if it is the id of neither kind of key."""
    raw = from_base58(key_id[1:]) if key_id[:1] == "z" and len(key_id) <= _LONGEST_ID else b""
    kind, content = raw[:2], raw[2:]
    if len(content) == _LENGTHS.get(kind):
        try:
            return (
                Ed25519PublicKey.from_public_bytes(content)
                if kind == _ED25519
                else EllipticCurvePublicKey.from_encoded_point(SECP256R1(), content)
            )
        except ValueError:
            pass  # no point of the curve
    message = f"{key_id[:_LONGEST_ID]!r} is not the id of a key"
    raise KeyProblem(message)


def public_key_of(key_id: str) -> Ed25519PublicKey:
    """Return the public key that an id contains; raises `KeyProblem` if it is not the id of an Ed25519 key."""
    public = any_key_of(key_id)
    if not isinstance(public, Ed25519PublicKey):
        message = f"{key_id!r} is not the id of an Ed25519 key"
        raise KeyProblem(message)
    return public


def p256_key_of(key_id: str) -> EllipticCurvePublicKey:
    """Return the public key that an id contains; raises `KeyProblem` if it is not the id of a P-256 key."""
    public = any_key_of(key_id)
    if isinstance(public, Ed25519PublicKey):
        message = f"{key_id!r} is not the id of a P-256 key"
        raise KeyProblem(message)
    return public


def to_base58(raw: bytes) -> str:
    """Write bytes in the signs of Bitcoin's base58."""
    number = int.from_bytes(raw, "big")
    signs = ""
    while number:
        number, value = divmod(number, 58)
        signs = _BASE58[value] + signs
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + signs


def from_base58(signs: str) -> bytes:
    """Read base58 again; anything else gives no bytes at all."""
    number = 0
    for sign in signs:
        value = _BASE58.find(sign)
        if value < 0:
            return b""
        number = number * 58 + value
    zeros = len(signs) - len(signs.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
