"""A key vouches for its successor, so that who trusted the old one can come to trust the new one without asking anybody.

What is signed is `takwin-next-key-1`, a zero byte, the id of the old key, a zero byte, and the id of the new one.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidSignature

from takwin_certificates.keys.ed25519 import IssuerKey
from takwin_certificates.keys.multikey import KeyProblem, public_key_of
from takwin_certificates.trust import Handover

_DOMAIN: Final = b"takwin-next-key-1\0"


def holds(handover: Handover) -> bool:
    """Tell whether the old key really signed it."""
    text = handover.signature
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        public_key_of(handover.old).verify(value, _statement(handover.old, handover.new))
        public_key_of(handover.new)
    except (InvalidSignature, KeyProblem, ValueError):
        return False
    return True


def hand_over(old: IssuerKey, new: str) -> Handover:
    """Let the old key vouch for the new one."""
    signature = old.private.sign(_statement(old.key_id, new))
    return Handover(old.key_id, new, base64.urlsafe_b64encode(signature).rstrip(b"=").decode("ascii"))


def reaches(wanted: str, *, known: Iterable[str], handovers: Iterable[Handover]) -> bool:
    """Tell whether one of the known keys vouches for the wanted one, or for one that does, however many lie between."""
    open_ends, given = set(known), list(handovers)
    while wanted not in open_ends:
        found = {each.new for each in given if each.old in open_ends and each.new not in open_ends and holds(each)}
        if not found:
            return False
        open_ends |= found
    return True


def _statement(old: str, new: str) -> bytes:
    return _DOMAIN + old.encode() + b"\0" + new.encode()
