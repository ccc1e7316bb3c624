"""The signature in a PDF (PAdES): whose key made it, and whether it covers every byte of the file."""

from __future__ import annotations

import datetime as dt
import io
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, PdfSignatureStatus, SignatureCoverageLevel, async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from takwin_certificates.keys import KeyProblem, key_id_of
from takwin_certificates.trust import Trust
from takwin_certificates.verifying.steps import Steps

_LONG_FORM: Final = 0x80
_NO_CONTENT: Final = bytes.fromhex("300b06092a864886f70d010701")
"""`id-data`, and the content itself lies elsewhere: it is the PDF."""
for _name in ("pyhanko", "pyhanko_certvalidator"):  # what they say of strange files, the steps say; a terminal need not repeat it
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that fits and covers the whole file."""

    key_id: str
    signed_at: dt.datetime | None


def read_signature(data: bytes, trust: Trust, steps: Steps) -> Signed | None:
    """Return who signed a PDF; None, with the failed step written down, if nobody did or anything was changed since.

    Refused: no signature or several, a signature that does not fit, that leaves bytes of the file out, or that a later
    revision follows (ISO 32000-2 §12.8.1; ETSI EN 319 142-1). Nothing is fetched, whatever the certificates name.
    """
    try:
        found = PdfFileReader(io.BytesIO(data), strict=True).embedded_signatures
        if len(found) != 1:
            steps.failed("pdf_signature", "pdf_not_signed" if not found else "pdf_signed_often")
            return None
        return _validated(found[0], data, trust, steps)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 -- whatever a library says of a strange file, it is not signed well
        steps.failed("pdf_signature", "signature_unreadable", f"{type(error).__name__}: {error}")
        return None


def _validated(signature: EmbeddedPdfSignature, data: bytes, trust: Trust, steps: Steps) -> Signed | None:
    signed_at = signature.self_reported_timestamp
    status = _completed(async_validate_pdf_signature(signature, _context(trust, signed_at)))
    if not (status.intact and status.valid and _is_plain(signature) and _are_sound(signature)):
        steps.failed("pdf_signature", "signature_wrong")
        return None
    steps.passed("pdf_signature", "certificate_trusted" if status.trusted else "certificate_of_no_root")
    if not _covers_all(signature, status, data):
        steps.failed("pdf_coverage", "changed_after_signing")
        return None
    steps.passed("pdf_coverage")
    return Signed(_key_id(signature.signer_cert), signed_at)


def _context(trust: Trust, signed_at: dt.datetime | None) -> ValidationContext:
    """Judge certificates as of the day of signing: whether the key was theirs then, the trust list says."""
    roots = [x509.Certificate.load(root) for root in trust.roots]
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=signed_at, best_signature_time=signed_at)


def _completed(coroutine: Coroutine[Any, Any, PdfSignatureStatus]) -> PdfSignatureStatus:
    """Run a coroutine that waits for nothing, without an event loop: a locked process may open no sockets, even inner ones."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        status: PdfSignatureStatus = end.value
        return status
    coroutine.close()
    message = "the check of the signature waits for something"
    raise RuntimeError(message)


def _covers_all(signature: EmbeddedPdfSignature, status: PdfSignatureStatus, data: bytes) -> bool:
    """Tell whether nothing lies outside the signature but its own digits, and nothing else hides among those."""
    start, before, after, rest = (int(each) for each in signature.byte_range)
    gap = data[before:after]
    signed = _without_padding(signature.pkcs7_content)
    digits = gap[1:-1]
    return (
        status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        and start == 0
        and after + rest == len(data)
        and (gap[:1], gap[-1:]) == (b"<", b">")
        and digits[: 2 * len(signed)] in (signed.hex().encode(), signed.hex().upper().encode())
        and not digits[2 * len(signed) :].strip(b"0")
    )


def _is_plain(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the parts around the signature, which it does not cover, say just what they must (RFC 5652 §5.1)."""
    signed, signer = signature.signed_data, signature.signer_info
    return (
        (signed["version"].native, signer["version"].native) == ("v1", "v1")
        and [each.dump() for each in signed["digest_algorithms"]] == [signer["digest_algorithm"].dump()]
        and signed["encap_content_info"].dump() == _NO_CONTENT
    )


def _are_sound(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the certificates that came along are the signer's and roots that issued it, none of them altered."""
    signer = load_der_x509_certificate(signature.signer_cert.dump())
    try:
        for each in signature.other_embedded_certs:
            other = load_der_x509_certificate(each.dump())
            other.verify_directly_issued_by(other)
            signer.verify_directly_issued_by(other)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _without_padding(content: bytes) -> bytes:
    """Return the one DER value at the front, by the length that it states."""
    length, more = content[1], 0
    if length & _LONG_FORM:
        more = length ^ _LONG_FORM
        length = int.from_bytes(content[2 : 2 + more], "big")
    return content[: 2 + more + length]


def _key_id(certificate: x509.Certificate) -> str:
    """Return the id of the signer's key; nothing for keys of a kind that we never use."""
    public = load_der_public_key(certificate.public_key.dump())
    if not isinstance(public, EllipticCurvePublicKey):
        return ""
    try:
        return key_id_of(public)
    except KeyProblem:
        return ""
