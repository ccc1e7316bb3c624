"""The keys of one site: what signs records, PDFs and JWTs today, how each is replaced, and what partners must know of all.

    <folder>/            Ed25519, for records, tokens, credentials and status lists
    <folder>/pdf/        P-256, for PDFs, each with its certificate (`<id>.crt`)
    <folder>/pdf/roots/  P-256, the root that certifies those
    <folder>/jwt/        P-256, for credentials as JWT

Each key is made when it is first needed. A server that runs takes up a new key by itself: which one signs is looked up
each time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeVar, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from takwin_certificates.keys import ed25519, files, p256, paper
from takwin_certificates.keys.ed25519 import IssuerKey
from takwin_certificates.keys.handover import hand_over
from takwin_certificates.keys.life import Life, life_of
from takwin_certificates.keys.multikey import KeyProblem
from takwin_certificates.keys.shelf import Shelf, unvouched
from takwin_certificates.trust import Handover, Purpose, Trust, TrustedKey


@dataclass(frozen=True, slots=True)
class DocumentSigner:
    """What signs a PDF: a key, its certificate, and the root that issued that (DER)."""

    key_id: str
    private: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    since: dt.datetime
    """A PDF that bears an earlier moment of signing is refused: the certificate was not valid yet."""


@dataclass(frozen=True, slots=True)
class JwtKey:
    """What signs a JWT, and its RFC 7638 thumbprint by which a JWK set names it."""

    key_id: str
    kid: str
    private: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Holding:
    """A key as its operator sees it."""

    trusted: TrustedKey
    is_active: bool
    is_root: bool
    has_private: bool
    reason: str


Loaded = TypeVar("Loaded", IssuerKey, DocumentSigner, JwtKey)
_BEFORE_ALL: Final = dt.datetime.min.replace(tzinfo=dt.UTC)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class KeyRing:
    """All keys of a site, in one folder."""

    def __init__(self, folder: Path, *, issuer: str = "Takwin", clock: Callable[[], dt.datetime] = _now) -> None:
        self.folder = folder
        self._issuer = issuer
        self._clock = clock
        self._roots = Shelf(folder / "pdf" / "roots", self._make_root)
        self._shelves: Mapping[Purpose, Shelf] = {
            Purpose.RECORD: Shelf(folder, self._make_record_key),
            Purpose.PDF: Shelf(folder / "pdf", self._make_signer),
            Purpose.JWT: Shelf(folder / "jwt", self._make_jwt_key),
        }
        self._read: dict[str, IssuerKey | DocumentSigner | JwtKey] = {}

    def record(self) -> IssuerKey:
        """Return the key that signs records, tokens, credentials and status lists."""
        return self._current(Purpose.RECORD, ed25519.load)

    def document(self) -> DocumentSigner:
        """Return what signs PDFs."""
        return self._current(Purpose.PDF, self._load_signer)

    def jwt(self) -> JwtKey:
        """Return the key that signs credentials as JWT (ES256)."""
        return self._current(Purpose.JWT, _load_jwt_key)

    def rotate(self, purpose: Purpose, *, now: dt.datetime | None = None) -> str:
        """Sign with a new key from now on and return its id; what older keys signed stays good. The others don't notice.

        Raises `KeyProblem` where the root is needed to certify a new signer of PDFs, and is not here.
        """
        vouch = self._vouch if purpose is Purpose.RECORD else unvouched
        return self._shelves[purpose].rotate(now, self._clock, vouch=vouch)

    def compromise(self, purpose: Purpose, key_id: str, *, at: dt.datetime, reason: str = "") -> None:
        """Tell everybody that others may sign with this key since that moment, and stop signing with it.

        A root can be named too: then there is a new root, and a new signer under it. Refused: keys that are not of this
        site and purpose, moments in the future.
        """
        if purpose is Purpose.PDF and key_id in self._roots.ids():
            was_active = key_id == self._roots.active()
            self._roots.compromise(key_id, self._clock, at=at, reason=reason)
            if was_active and self._shelves[purpose].active():
                self.rotate(purpose)
            return
        self._shelves[purpose].compromise(key_id, self._clock, at=at, reason=reason)

    def destroy(self, key_id: str) -> None:
        """Remove the private half of a retired key for ever; what it signed stays good. Refused: a key that signs now."""
        self._shelf_of(key_id).destroy(key_id)

    def purpose_of(self, key_id: str) -> Purpose:
        """Return what a key of this site is for; raises `KeyProblem` if it is none."""
        shelf = self._shelf_of(key_id)
        return next((purpose for purpose, each in self._shelves.items() if each is shelf), Purpose.PDF)

    def states(self) -> list[TrustedKey]:
        """List every key there ever was, with its life, without the roots."""
        return [each.trusted for each in self.holdings() if not each.is_root]

    def holdings(self) -> list[Holding]:
        """List every key there ever was as its operator sees it, roots included: by purpose, the oldest first."""
        shelves = [(purpose, shelf, False) for purpose, shelf in self._shelves.items()]
        shelves.insert(2, (Purpose.PDF, self._roots, True))
        return [each for purpose, shelf, is_root in shelves for each in self._held(purpose, shelf, is_root=is_root)]

    def handovers(self) -> list[Handover]:
        """List how each key for records vouched for its successor."""
        shelf = self._shelves[Purpose.RECORD]
        lives = [(key_id, life_of(shelf.folder, key_id)) for key_id in shelf.ids()]
        return [Handover(life.vouched_by, key_id, life.voucher) for key_id, life in lives if life.voucher]

    def roots(self) -> tuple[bytes, ...]:
        """Return the root certificates of PDF signatures, DER; a stolen root is not among them."""
        good = [key_id for key_id in self._roots.ids() if life_of(self._roots.folder, key_id).compromised_at is None]
        return tuple(_read_certificate(self._roots.folder, key_id) for key_id in good)

    def trust(self, *, site: str, issuer: str = "", now: dt.datetime | None = None) -> Trust:
        """Return what partners go by when they check what this site issued."""
        keys = [replace(each, issuer=issuer or self._issuer) for each in self.states()]
        as_of = now or self._clock()
        return Trust({each.key_id: each for each in keys}, self.roots(), site, as_of, handovers=tuple(self.handovers()))

    def _current(self, purpose: Purpose, load: Callable[[Path, str], Loaded]) -> Loaded:
        shelf = self._shelves[purpose]
        key_id = shelf.current(self._clock())
        if key_id not in self._read:
            self._read[key_id] = load(shelf.folder, key_id)
        return cast("Loaded", self._read[key_id])

    def _shelf_of(self, key_id: str) -> Shelf:
        for shelf in (*self._shelves.values(), self._roots):
            if key_id in shelf.ids():
                return shelf
        message = f"there is no key {key_id}"
        raise KeyProblem(message)

    def _held(self, purpose: Purpose, shelf: Shelf, *, is_root: bool) -> list[Holding]:
        active = shelf.active()
        lives = [(key_id, life_of(shelf.folder, key_id)) for key_id in shelf.ids()]
        lives.sort(key=lambda each: (each[1].since or _BEFORE_ALL, each[0]))
        return [
            Holding(
                life.of_key(key_id, issuer=self._issuer, purpose=purpose),
                is_active=key_id == active,
                is_root=is_root,
                has_private=shelf.has_private(key_id),
                reason=life.reason,
            )
            for key_id, life in lives
        ]

    def _make_record_key(self, _since: dt.datetime) -> str:
        key = ed25519.generate()
        ed25519.save(key, self._shelves[Purpose.RECORD].folder)
        return key.key_id

    def _make_jwt_key(self, _since: dt.datetime) -> str:
        return p256.save(p256.generate(), self._shelves[Purpose.JWT].folder)

    def _make_root(self, since: dt.datetime) -> str:
        private = p256.generate()
        certificate = paper.root_certificate(private, issuer=self._issuer, now=since)
        return _save_certified(private, certificate, self._roots.folder)

    def _make_signer(self, since: dt.datetime) -> str:
        root_id = self._roots.current(since)
        root_key = p256.load(self._roots.folder, root_id)
        root = x509.load_der_x509_certificate(_read_certificate(self._roots.folder, root_id))
        private = p256.generate()
        certificate = paper.signer_certificate(private.public_key(), issuer=self._issuer, root=root, root_key=root_key, now=since)
        return _save_certified(private, certificate, self._shelves[Purpose.PDF].folder)

    def _load_signer(self, folder: Path, key_id: str) -> DocumentSigner:
        private = p256.load(folder, key_id)
        certificate = x509.load_der_x509_certificate(_read_certificate(folder, key_id))
        chain = tuple(root for root in self.roots() if _issued(certificate, root))
        if certificate.public_key() != private.public_key() or not chain:
            message = f"the certificate of {key_id} is not its own, or its root is not here"
            raise KeyProblem(message)
        der = certificate.public_bytes(Encoding.DER)
        return DocumentSigner(key_id, private, der, chain, certificate.not_valid_before_utc)

    def _vouch(self, old: str, new: str) -> Life:
        """Let the old key vouch for the new one, unless it was lost: then who trusts it must ask the issuer again."""
        folder = self._shelves[Purpose.RECORD].folder
        if not self._shelves[Purpose.RECORD].has_private(old):
            return Life()
        return Life(vouched_by=old, voucher=hand_over(ed25519.load(folder, old), new).signature)


def _load_jwt_key(folder: Path, key_id: str) -> JwtKey:
    private = p256.load(folder, key_id)
    return JwtKey(key_id, p256.thumbprint_of(private.public_key()), private)


def _save_certified(private: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, folder: Path) -> str:
    key_id = p256.save(private, folder)
    files.write_once(folder / f"{key_id}.crt", certificate.public_bytes(Encoding.DER))
    return key_id


def _read_certificate(folder: Path, key_id: str) -> bytes:
    try:
        der = (folder / f"{key_id}.crt").read_bytes()
        x509.load_der_x509_certificate(der)
    except (OSError, ValueError) as error:
        message = f"no readable certificate of {key_id}: {error}"
        raise KeyProblem(message) from error
    return der


def _issued(certificate: x509.Certificate, root: bytes) -> bool:
    try:
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(root))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
