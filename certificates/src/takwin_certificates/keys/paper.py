"""The X.509 certificates behind the signature in a PDF: a root made once, and signers issued from it.

A reader of PDFs knows nothing of Takwin's keys; it shows who signed by these certificates, once somebody told it to trust
the root.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT_YEARS: Final = 30
SIGNER_YEARS: Final = 10
_LONGEST_NAME: Final = 64  # RFC 5280, appendix A.1: ub-common-name, ub-organization-name
_ROOT: Final = " PDF"
_DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_PDF_SIGNING: Final = x509.ObjectIdentifier("1.2.840.113583.1.1.5")  # what Adobe's readers look for in its place


def root_certificate(private: ec.EllipticCurvePrivateKey, *, issuer: str, now: dt.datetime) -> x509.Certificate:
    """Certify the root by itself. It may sign certificates of signers and nothing else."""
    name = _name(issuer, _cut(issuer, _LONGEST_NAME - len(_ROOT)) + _ROOT)  # another name than the signer's
    public = private.public_key()
    until = now + dt.timedelta(days=365 * ROOT_YEARS)
    return (
        _builder(name, name, public, since=now, until=until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(private, hashes.SHA256(), ecdsa_deterministic=True)
    )


def signer_certificate(
    public: ec.EllipticCurvePublicKey,
    *,
    issuer: str,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    now: dt.datetime,
) -> x509.Certificate:
    """Certify a key that signs documents in the name of the issuer, for ten years or as long as the root lasts."""
    until = min(now + dt.timedelta(days=365 * SIGNER_YEARS), root.not_valid_after_utc)
    return (
        _builder(_name(issuer, issuer), root.subject, public, since=now, until=until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, _PDF_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256(), ecdsa_deterministic=True)
    )


def _builder(
    subject: x509.Name, by: x509.Name, public: ec.EllipticCurvePublicKey, *, since: dt.datetime, until: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:_LONGEST_NAME].rstrip()),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(common, _LONGEST_NAME)),
        ]
    )


def _cut(text: str, longest: int) -> str:
    """Cut before a whole character: of a common name, some readers count the bytes."""
    return text.encode()[:longest].decode("utf-8", "ignore").rstrip()


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
