"""The key that signs records, tokens, credentials and status lists: Ed25519 pairs kept in a folder.

In the folder, `<id>.pem` is a private key (mode 0600), `<id>.pub` its public half, which stays when the private half
is destroyed, `<id>.json` its life, and `active` names the key that signs new records.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from takwin_certificates.keys.files import make_folder, replace, write_once
from takwin_certificates.keys.life import life_of
from takwin_certificates.keys.multikey import KeyProblem, key_id_of, public_key_of
from takwin_certificates.trust import TrustedKey

ACTIVE: Final = "active"


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
    private = Ed25519PrivateKey.generate()
    return IssuerKey(key_id_of(private.public_key()), private)


def save(key: IssuerKey, folder: Path) -> None:
    """Write both halves of a key into the folder; a key already there is left as it is."""
    make_folder(folder)
    private = key.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    write_once(folder / f"{key.key_id}.pem", private)
    write_once(folder / f"{key.key_id}.pub", public)


def load(folder: Path, key_id: str | None = None) -> IssuerKey:
    """Read a private key, by default the active one; raises `KeyProblem` if it is missing or not what its name says."""
    try:
        wanted = key_id or (folder / ACTIVE).read_text(encoding="ascii").strip()
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
    if not (folder / ACTIVE).exists():
        key = generate()
        save(key, folder)
        if not write_once(folder / ACTIVE, key.key_id.encode("ascii")):
            for half in ("pem", "pub"):  # another process was faster, and this key has signed nothing
                (folder / f"{key.key_id}.{half}").unlink()
    return load(folder)


def rotate(folder: Path) -> IssuerKey:
    """Make a new key and sign with it from now on; what older keys signed stays verifiable."""
    key = generate()
    save(key, folder)
    replace(folder / ACTIVE, key.key_id.encode("ascii"))
    return key


def public_keys(folder: Path, *, issuer: str) -> dict[str, TrustedKey]:
    """List every public key in the folder by its id with its life, as keys of this issuer."""
    found = {}
    for key_id in sorted(path.stem for path in folder.glob("z*.pub")):
        public_key_of(key_id)  # refuses a file that is no key
        found[key_id] = life_of(folder, key_id).of_key(key_id, issuer=issuer)
    return found
