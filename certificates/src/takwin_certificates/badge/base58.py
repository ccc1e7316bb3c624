"""Bytes as signs that are hard to mistake for one another: base58 of the multibase registry, as keys and proofs have it."""

from __future__ import annotations

from typing import Final

_SIGNS: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = {sign: value for value, sign in enumerate(_SIGNS)}
_BASE: Final = len(_SIGNS)


def to_base58(raw: bytes) -> str:
    """Write bytes in base58."""
    number = int.from_bytes(raw, "big")
    signs = []
    while number:
        number, value = divmod(number, _BASE)
        signs.append(_SIGNS[value])
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return _SIGNS[0] * zeros + "".join(reversed(signs))


def from_base58(signs: str) -> bytes:
    """Read base58; signs that are not in it give no bytes at all."""
    number = 0
    for sign in signs:
        if sign not in _VALUES:
            return b""
        number = number * _BASE + _VALUES[sign]
    zeros = len(signs) - len(signs.lstrip(_SIGNS[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
