"""Read personal codes as cameras and hands give them, group them for the eye, and name them where the code itself may not stand."""

from __future__ import annotations

import hashlib

from takwin_xblocks.contract.digits import fold
from takwin_xblocks.contract.records import plain_code

LONGEST = 200
_GROUPS = (5, 4)
_NAMED_BY = 7


def tidy(typed: str) -> str:
    """Return a code without what people put between its letters, in capitals and plain digits; '' for none."""
    return plain_code(fold(typed[: 2 * LONGEST]))[:LONGEST]


def grouped(code: str) -> str:
    """Return a code in groups that are easy to read aloud: `7K2M4 XD9PR`; one that has its own marks keeps them."""
    if not code.isalnum():
        return code
    size = next((one for one in _GROUPS if len(code) % one == 0), _GROUPS[0])
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def mark_of(code: str) -> str:
    """Name a code where rows are kept."""
    return hashlib.sha256(tidy(code).encode()).hexdigest()[:16]


def name_of(code: str) -> str:
    """Name a code by 28 bits of its SHA-256: a phone knows it again, and so few tell nobody what the code is."""
    return hashlib.sha256(tidy(code).encode()).hexdigest()[:_NAMED_BY]
