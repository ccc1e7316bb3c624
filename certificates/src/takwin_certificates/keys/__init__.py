"""The issuer's keys, one for each purpose, each known by an id that contains its public key.

A partner's machine needs only what is offered here. `keys.ring` keeps the keys of a site, with their rotation.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from takwin_certificates.keys.ed25519 import IssuerKey, generate, load, load_or_create, public_keys, rotate, save
from takwin_certificates.keys.multikey import KeyProblem, any_key_of, key_id_of, p256_key_of, public_key_of
from takwin_certificates.keys.published import publish, read_published
from takwin_certificates.trust import TrustedKey

__all__ = [
    "Ed25519PublicKey",
    "IssuerKey",
    "KeyProblem",
    "TrustedKey",
    "any_key_of",
    "generate",
    "key_id_of",
    "load",
    "load_or_create",
    "p256_key_of",
    "public_key_of",
    "public_keys",
    "publish",
    "read_published",
    "rotate",
    "save",
]
