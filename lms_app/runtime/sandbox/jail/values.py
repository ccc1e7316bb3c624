"""How numbers cross the wall without losing a bit: JSON knows neither complex numbers nor infinity nor long integers."""

from __future__ import annotations

import numbers
from typing import Any

# A longer integer does not fit a float, and what compares the answers needs one.
_LONGEST_INTEGER_BITS = 1024


def encode_number(value: Any) -> list[str]:
    """Return a number as strings; refuse what is no number and an integer beyond any float."""
    if isinstance(value, numbers.Integral):
        if int(value).bit_length() > _LONGEST_INTEGER_BITS:
            message = "integer too large to convert to float"
            raise OverflowError(message)
        return ["integer", str(int(value))]
    if isinstance(value, numbers.Real):
        return ["real", repr(float(value))]
    exact = complex(value)
    return ["complex", repr(exact.real), repr(exact.imag)]


def decode_number(parts: list[str]) -> int | float | complex:
    """Return the number that `encode_number` wrote."""
    kind, first, *rest = parts
    if kind == "integer":
        return int(first)
    if kind == "real":
        return float(first)
    return complex(float(first), float(rest[0]))
