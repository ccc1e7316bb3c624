"""What one signed thing says, in the same shape whatever file it came in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from takwin_certificates.record import Record
from takwin_certificates.trust import Purpose
from takwin_certificates.verifying.finding import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A statement whose signature was looked at. Whether its key is trusted, and whether it counts today, comes after."""

    key_id: str
    """The key that signed, or what the file calls it where that is no key we can read."""
    signature_fits: bool
    """False where the key is not to be had, so that nothing can be said of the signature."""
    purpose: Purpose = Purpose.RECORD
    issuer_id: str = ""
    """The issuer as an address or DID, by the file."""
    claimed_issuer: str = ""
    code: str = ""
    site: str = ""
    facts: tuple[Fact, ...] = ()
    source: str = ""
    """The text that was signed, with its signature."""
    signed_at: dt.datetime | None = None
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    """The first moment at which it no longer counts."""
    statuses: tuple[Mapping[str, Any], ...] = ()
    """Entries of W3C's Bitstring Status List: which lists, and which bits."""
    may_be_withdrawn: bool = True
    """False where the issuer published no status with it, so that nothing can be withdrawn."""
    identifiers: tuple[Mapping[str, Any], ...] = ()
    """Who it was issued to, as Open Badges 3.0 writes it."""
    steps_after: tuple[str, ...] = ()
    """Steps of the standard's order that this file asks for and that are not made: refresh, endorsements."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: what it states, and the record of ours inside, if there is one."""

    statement: Statement
    record: Record | None = None
