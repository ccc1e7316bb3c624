"""The issuer's keys: Ed25519 pairs kept in a folder, each known by an id that contains the public key.

The id is the public key written as a W3C Multikey: `z6Mk…`, the base58 form of the bytes `ed 01` and the key. So a
published list of ids is a published list of keys, and an id cannot be given to another key.

In the folder, `<id>.pem` is a private key (mode 0600), `<id>.pub` its public half, which stays when the private half
is destroyed, and `active` names the key that signs new records.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import rfc8785
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from takwin_certificates.strict_json import InvalidRecord, parse_strictly
from takwin_certificates.trust import TrustedKey as TrustedKey  # noqa: PLC0414 -- others take it from here

_MULTICODEC_ED25519: Final = b"\xed\x01"
_KEY_BYTES: Final = 32
_LONGEST_ID: Final = 64
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ACTIVE: Final = "active"


class KeyProblem(Exception):
    """A key is missing, unreadable, of another kind, or its id is malformed."""


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A private key of the issuer and its id. It is never printed: `repr` shows the id alone."""

    key_id: str
    private: Ed25519PrivateKey

    def __repr__(self) -> str:
        """Show which key, without the key."""
        return f"IssuerKey({self.key_id})"


def generate() -> IssuerKey:
    """Make a new key pair, in memory only."""
    return _issuer_key(Ed25519PrivateKey.generate())


def key_id_of(public: Ed25519PublicKey) -> str:
    """Return the id of a public key."""
    return "z" + _to_base58(_MULTICODEC_ED25519 + public.public_bytes_raw())


def public_key_of(key_id: str) -> Ed25519PublicKey:
    """Return the public key that an id contains; raises `KeyProblem` if it is not the id of an Ed25519 key."""
    raw = _from_base58(key_id[1:]) if key_id[:1] == "z" and len(key_id) <= _LONGEST_ID else b""
    if raw[:2] != _MULTICODEC_ED25519 or len(raw) != len(_MULTICODEC_ED25519) + _KEY_BYTES:
        message = f"{key_id[:_LONGEST_ID]!r} is not the id of an Ed25519 key"
        raise KeyProblem(message)
    return Ed25519PublicKey.from_public_bytes(raw[2:])


def save(key: IssuerKey, folder: Path) -> None:
    """Write both halves of a key into the folder; a key already there is left as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = key.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    _write_once(folder / f"{key.key_id}.pem", private)
    _write_once(folder / f"{key.key_id}.pub", public)


def load(folder: Path, key_id: str | None = None) -> IssuerKey:
    """Read a private key, by default the active one; raises `KeyProblem` if it is missing or not what its name says."""
    try:
        wanted = key_id or (folder / _ACTIVE).read_text(encoding="ascii").strip()
        public_key_of(wanted)  # a name with a path in it is no id
        private = serialization.load_pem_private_key((folder / f"{wanted}.pem").read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        message = f"no readable signing key in {folder}: {error}"
        raise KeyProblem(message) from error
    if not isinstance(private, Ed25519PrivateKey) or key_id_of(private.public_key()) != wanted:
        message = f"the file of key {wanted} holds another key"
        raise KeyProblem(message)
    return IssuerKey(wanted, private)


def load_or_create(folder: Path) -> IssuerKey:
    """Return the active key, making one on the first call; processes that start together agree on one key."""
    if not (folder / _ACTIVE).exists():
        key = generate()
        save(key, folder)
        if not _write_once(folder / _ACTIVE, key.key_id.encode("ascii")):
            for half in ("pem", "pub"):  # another process was faster, and this key has signed nothing
                (folder / f"{key.key_id}.{half}").unlink()
    return load(folder)


def rotate(folder: Path) -> IssuerKey:
    """Make a new key and sign with it from now on; what older keys signed stays verifiable."""
    key = generate()
    save(key, folder)
    fresh = folder / f".{_ACTIVE}-{secrets.token_hex(4)}"
    _write_once(fresh, key.key_id.encode("ascii"))
    fresh.replace(folder / _ACTIVE)
    return key


def public_keys(folder: Path, *, issuer: str) -> dict[str, TrustedKey]:
    """List every public key in the folder by its id, as keys of this issuer."""
    ids = sorted(path.stem for path in folder.glob("z*.pub"))
    for key_id in ids:
        public_key_of(key_id)  # refuses a file that is no key
    return {key_id: TrustedKey(key_id, issuer) for key_id in ids}


def publish(trusted: Mapping[str, TrustedKey]) -> bytes:
    """Return the key list as JSON, for a partner who checks without a network."""
    return rfc8785.dumps({"keys": [{"id": each.key_id, "issuer": each.issuer} for _, each in sorted(trusted.items())]})


def read_published(text: bytes | str) -> dict[str, TrustedKey]:
    """Read a key list again; raises `KeyProblem` if anything in it is not a key of an issuer."""
    try:
        document = parse_strictly(text)
    except InvalidRecord as error:
        raise KeyProblem(str(error)) from error
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        message = "a key list must be an object with a list of keys"
        raise KeyProblem(message)
    trusted = [_trusted(entry) for entry in entries]
    return {each.key_id: each for each in trusted}


def _trusted(entry: object) -> TrustedKey:
    key_id = entry.get("id") if isinstance(entry, dict) else None
    issuer = entry.get("issuer") if isinstance(entry, dict) else None
    if not isinstance(key_id, str) or not isinstance(issuer, str):
        message = "each key of a key list must have an id and an issuer"
        raise KeyProblem(message)
    public_key_of(key_id)
    return TrustedKey(key_id, issuer)


def _issuer_key(private: Ed25519PrivateKey) -> IssuerKey:
    return IssuerKey(key_id_of(private.public_key()), private)


def _write_once(path: Path, content: bytes) -> bool:
    """Write a file that only its owner may read, whole or not at all; False if it was there already."""
    draft = path.with_name(f".{path.name[:8]}-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, a link never replaces what is there
    except FileExistsError:
        return False
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return True


def _to_base58(raw: bytes) -> str:
    number = int.from_bytes(raw, "big")
    signs = ""
    while number:
        number, value = divmod(number, 58)
        signs = _BASE58[value] + signs
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + signs


def _from_base58(signs: str) -> bytes:
    number = 0
    for sign in signs:
        value = _BASE58.find(sign)
        if value < 0:
            return b""
        number = number * 58 + value
    zeros = len(signs) - len(signs.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
