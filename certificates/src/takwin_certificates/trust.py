"""Whom a reader trusts: the keys of an issuer with their life, and what was known of its certificates on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a key is for. Each has its own rotation, so that one that is lost takes nothing else with it."""

    RECORD = "record"
    """Ed25519: records, tokens of QR codes, linked-data proofs, status lists."""
    PDF = "pdf"
    """P-256: the PAdES signature in the PDF."""
    JWT = "jwt"
    """P-256 as ES256: credentials as JWT, for wallets that read nothing else."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key that somebody vouches for, the issuer it belongs to, and its life."""

    key_id: str
    """Multikey (`z…`): it contains the public key."""
    issuer: str
    purpose: Purpose = Purpose.RECORD
    since: datetime | None = None
    retired_at: datetime | None = None
    """It signs nothing new from then on; what it signed before stays good."""
    compromised_at: datetime | None = None
    """Somebody else may sign with it from then on: only what the issuer's log has from before is good."""


@dataclass(frozen=True, slots=True)
class Handover:
    """The word of a key for records for its successor: who trusted the old one may trust the new one."""

    old: str
    new: str
    signature: str
    """Ed25519, base64url without padding; `keys.handover` says over what."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Everything a check without a network goes by."""

    keys: Mapping[str, TrustedKey] = field(default_factory=dict)
    roots: tuple[bytes, ...] = ()
    """Root certificates of the PDF signatures, DER."""
    site: str = ""
    """The site that vouches for this list."""
    as_of: datetime | None = None
    """When it was made out; None where nobody says."""
    statuses: Mapping[str, bytes] = field(default_factory=dict)
    """Address of a status list to the list as the issuer signed it, JSON."""
    handovers: tuple[Handover, ...] = ()
    """How each key for records vouched for the next one."""
