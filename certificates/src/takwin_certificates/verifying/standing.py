"""Whose key signed, and whether it was that issuer's to sign with: asked of the reader's trust list alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from takwin_certificates.trust import Trust, TrustedKey
from takwin_certificates.verifying.finding import Genuine
from takwin_certificates.verifying.statement import Statement
from takwin_certificates.verifying.steps import Steps

_OVERLAP: Final = dt.timedelta(days=1)
"""How long a server may go on signing with a key that was retired elsewhere, and how far clocks may differ."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the trust list says of the signing key."""

    genuine: Genuine
    key: TrustedKey | None = None
    compromised: bool = False


def standing_of(statement: Statement, trust: Trust, steps: Steps, *, of: str = "") -> Standing:
    """Tell whether a trusted issuer's key made this signature in the time in which it was theirs to sign with.

    A signature of a key that fell into other hands proves nothing, whatever date it bears: whoever has the key chooses
    the date. Such certificates can only be looked up with the issuer. `of` names what the key signed, for the steps.
    """
    known, life = f"{of}issuer_key", f"{of}key_life"
    key = trust.keys.get(statement.key_id)
    if key is None:
        steps.failed(known, "key_unknown", statement.key_id)
        return Standing(Genuine.CANNOT_TELL)
    if not statement.signature_fits:
        steps.failed(known, "key_unreadable", statement.key_id)
        return Standing(Genuine.CANNOT_TELL)
    if key.purpose is not statement.purpose:
        steps.failed(known, "key_of_other_purpose", statement.key_id)
        return Standing(Genuine.CANNOT_TELL)
    steps.passed(known, "key_known", statement.key_id)
    return _lived(statement.signed_at, key, steps, life)


def _lived(signed_at: dt.datetime | None, key: TrustedKey, steps: Steps, name: str) -> Standing:
    if key.compromised_at is not None:
        steps.failed(name, "key_compromised", key.compromised_at.isoformat())
        return Standing(Genuine.CANNOT_TELL, key, compromised=True)
    if signed_at is not None and key.retired_at is not None and signed_at > key.retired_at + _OVERLAP:
        steps.failed(name, "signed_after_retirement", key.retired_at.isoformat())
        return Standing(Genuine.CANNOT_TELL, key)
    made_later = signed_at is not None and key.since is not None and signed_at < key.since
    steps.passed(name, "signed_before_key" if made_later else "ok")  # files made again bear the day of issue
    return Standing(Genuine.YES, key)
