"""What has become of a certificate: one word for it, the same on every page, in every file and in the register."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum


class State(StrEnum):
    """What a certificate is worth today. The first that applies, from the bottom up."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    """Corrected: another certificate says what this one should have said."""


KINDS = ("participation", "completion", "competence", "programme")
"""The kinds of certificate, from the least to the most that is promised."""


def state_of(
    *, replaced_by: str | None, revoked_at: datetime | None, suspended_at: datetime | None, valid_until: date | None, today: date
) -> State:
    """Return what the columns of a certificate's row say together."""
    if replaced_by:
        return State.REPLACED
    if revoked_at:
        return State.REVOKED
    if suspended_at:
        return State.SUSPENDED
    if valid_until and valid_until < today:
        return State.EXPIRED
    return State.VALID
