"""P-256 keys in a folder: they sign the PDF, or credentials as JWT, where Ed25519 is not understood yet."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import rfc8785
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from takwin_certificates.keys.files import make_folder, write_once
from takwin_certificates.keys.multikey import KeyProblem, key_id_of, p256_key_of


def generate() -> ec.EllipticCurvePrivateKey:
    """Make a new key pair, in memory only."""
    return ec.generate_private_key(ec.SECP256R1())


def save(private: ec.EllipticCurvePrivateKey, folder: Path) -> str:
    """Write both halves of a key into the folder and return its id."""
    make_folder(folder)
    key_id = key_id_of(private.public_key())
    secret = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    write_once(folder / f"{key_id}.pem", secret)
    write_once(folder / f"{key_id}.pub", public)
    return key_id


def load(folder: Path, key_id: str) -> ec.EllipticCurvePrivateKey:
    """Read a private key; raises `KeyProblem` if it is missing or not what its name says."""
    p256_key_of(key_id)  # a name with a path in it is no id
    try:
        private = serialization.load_pem_private_key((folder / f"{key_id}.pem").read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        message = f"no readable signing key in {folder}: {error}"
        raise KeyProblem(message) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or key_id_of(private.public_key()) != key_id:
        message = f"the file of key {key_id} holds another key"
        raise KeyProblem(message)
    return private


def jwk_of(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return the public key as a JSON Web Key (RFC 7518, section 6.2), without anything that is not the key."""
    numbers = public.public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": _base64url(numbers.x.to_bytes(32)), "y": _base64url(numbers.y.to_bytes(32))}


def thumbprint_of(public: ec.EllipticCurvePublicKey) -> str:
    """Return the SHA-256 thumbprint of the key (RFC 7638)."""
    return _base64url(hashlib.sha256(rfc8785.dumps(jwk_of(public))).digest())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
