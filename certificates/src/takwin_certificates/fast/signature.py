"""The signature inside a PDF, PAdES-B-B (ETSI EN 319 142-1): put together once, filled in for each file.

Only the digest of the file and the 64 bytes of the signature change, so the rest of the CMS structure (RFC 5652) is
prepared with the certificates. ECDSA is deterministic (RFC 6979): the same file gets the same signature.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from takwin_certificates.keys.ring import DocumentSigner

_DATA: Final = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_CONTENT_TYPE: Final = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE_V2: Final = bytes.fromhex("060b2a864886f70d010910022f")
_SHA256: Final = bytes.fromhex("300b0609608648016503040201")
_ECDSA_WITH_SHA256: Final = bytes.fromhex("300a06082a8648ce3d040302")
_SEQUENCE, _SET, _OCTETS, _INTEGER = 0x30, 0x31, 0x04, 0x02
_CONTEXT_0, _DIRECTORY_NAME = 0xA0, 0xA4
_SHORT: Final = 0x80


class Signature:
    """A signer's CMS structure, ready for the digest of a file."""

    def __init__(self, signer: DocumentSigner) -> None:
        """Prepare everything that does not depend on the file."""
        certificate = x509.load_der_x509_certificate(signer.certificate)
        self._private = signer.private
        serial = _integer(certificate.serial_number)
        issuer = certificate.issuer.public_bytes()
        hashed = _tlv(_OCTETS, hashlib.sha256(signer.certificate).digest())
        named = _tlv(_SEQUENCE, _tlv(_SEQUENCE, _tlv(_DIRECTORY_NAME, issuer)) + serial)
        identified = _tlv(_SEQUENCE, _tlv(_SEQUENCE, _tlv(_SEQUENCE, hashed + named)))
        self._signer_id = _tlv(_SEQUENCE, issuer + serial)
        self._fixed_attributes = (_attribute(_CONTENT_TYPE, _DATA), _attribute(_SIGNING_CERTIFICATE_V2, identified))
        self._certificates = _tlv(_CONTEXT_0, signer.certificate + b"".join(signer.chain))
        self.since = signer.since
        """The first moment at which it may sign."""
        self.longest = len(self.over(bytes(32))) + 4
        """Bytes that the largest signature of this signer takes: two numbers may each need a byte more or less."""

    def over(self, digest: bytes) -> bytes:
        """Return the CMS structure for the SHA-256 of a file without its signature."""
        attributes = b"".join(sorted((*self._fixed_attributes, _attribute(_MESSAGE_DIGEST, _tlv(_OCTETS, digest)))))
        hashed = hashlib.sha256(_tlv(_SET, attributes)).digest()
        signed = self._private.sign(hashed, ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=True))
        version_1 = _integer(1)
        info = (version_1, self._signer_id, _SHA256, _tlv(_CONTEXT_0, attributes), _ECDSA_WITH_SHA256, _tlv(_OCTETS, signed))
        infos = _tlv(_SET, _tlv(_SEQUENCE, b"".join(info)))
        content = (version_1, _tlv(_SET, _SHA256), _tlv(_SEQUENCE, _DATA), self._certificates, infos)
        return _tlv(_SEQUENCE, _SIGNED_DATA + _tlv(_CONTEXT_0, _tlv(_SEQUENCE, b"".join(content))))


def pdf_date(moment: dt.datetime) -> bytes:
    """Write a moment in UTC as PDF does (ISO 32000-1, 7.9.4)."""
    return moment.astimezone(dt.UTC).strftime("D:%Y%m%d%H%M%SZ").encode()


def _attribute(name: bytes, value: bytes) -> bytes:
    return _tlv(_SEQUENCE, name + _tlv(_SET, value))


def _integer(value: int) -> bytes:
    return _tlv(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _tlv(tag: int, content: bytes) -> bytes:
    """Wrap in DER: tag, shortest length, content."""
    size = len(content)
    if size < _SHORT:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT | len(length))) + length + content
