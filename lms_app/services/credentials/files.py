"""The files of a certificate: each is made once of the frozen record, kept for good, and named in the issue log.

A file that was made is never made again: after a rotation of keys the very same bytes are served.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.credential_files import file_of, insert_file
from lms_app.adapters.credentials import credential_by_code
from lms_app.domain.errors import NotFound
from lms_app.services.credentials import log
from lms_app.storage.blobs import Blobs
from lms_app.storage.transaction import transaction
from takwin_certificates import token
from takwin_certificates.badge import jose, picture, quads
from takwin_certificates.badge.achievement import credential_of
from takwin_certificates.badge.proof import add_proof
from takwin_certificates.keys.ring import DocumentSigner, KeyRing
from takwin_certificates.record import Record


class FileKind(StrEnum):
    """The files that can be had of a certificate."""

    PDF = "pdf"
    """The paper: PDF/A-3a and PDF/UA-1 with the credential inside, signed."""
    JSON = "json"
    """Open Badges 3.0 with a linked-data proof: what wallets take."""
    JWT = "jwt"
    """The same as a VC-JWT (ES256), for wallets that read nothing else."""
    PNG = "png"
    """A badge with the credential baked in."""
    SVG = "svg"
    """The same as a drawing."""


MEDIA_TYPES: Mapping[FileKind, str] = {
    FileKind.PDF: "application/pdf",
    FileKind.JSON: "application/vc+ld+json",
    FileKind.JWT: "text/plain",
    FileKind.PNG: "image/png",
    FileKind.SVG: "image/svg+xml",
}


class Draw(Protocol):
    """Draws a record of the first schema, which was never signed as PDF."""

    def __call__(self, record: Record) -> bytes:
        """Return the PDF."""


class Produce(Protocol):
    """Draws and signs the paper in a process of its own."""

    def __call__(
        self, record: Record, *, qr_url: str, attachment: bytes, pictures: Mapping[str, bytes], signer: DocumentSigner
    ) -> bytes:
        """Return the signed PDF."""


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What files are made with: the keys of the site, the process that draws, the store."""

    keys: KeyRing
    draw: Draw
    produce: Produce
    blobs: Blobs
    clock: Callable[[], datetime]


def certificate_file(sessions: sessionmaker[Session], code: str, kind: FileKind, *, workshop: Workshop) -> bytes:
    """Return a file of the certificate: the stored one, or made now and stored.

    Raises `NotFound` for an unknown code, and for a kind that certificates of the first schema do not have.
    """
    with transaction(sessions, writes=False) as session:
        row = credential_by_code(session, code)
        stored = file_of(session, row["id"], kind) if row else None
    if row is None:
        raise NotFound("no_such_certificate", code=code)
    if stored:
        return workshop.blobs.get(stored)
    made, key_id = _make(sessions, row, kind, workshop)
    return _keep(sessions, row, kind, made, key_id, workshop)


def _make(sessions: sessionmaker[Session], row: Mapping[str, Any], kind: FileKind, workshop: Workshop) -> tuple[bytes, str]:
    """Return the bytes, and the id of the key that signed them."""
    record = Record.from_json(row["record"])
    if record.schema == 1:
        if kind is not FileKind.PDF:
            raise NotFound("no_such_file", code=row["code"], kind=str(kind))
        return workshop.draw(record), ""
    if kind is FileKind.JSON:
        return _credential(record, workshop)
    if kind is FileKind.JWT:
        jwt_key = workshop.keys.jwt()
        return jose.to_jwt(credential_of(record), jwt_key).encode(), jwt_key.key_id
    credential = certificate_file(sessions, row["code"], FileKind.JSON, workshop=workshop)
    if kind is FileKind.PDF:
        return _paper(record, row["token"], credential, workshop)
    baked = picture.baked_png if kind is FileKind.PNG else picture.baked_svg
    return baked(record.kind, credential), ""


def _credential(record: Record, workshop: Workshop) -> tuple[bytes, str]:
    key = workshop.keys.record()
    assert record.issued_at is not None  # noqa: S101 -- for the type checker: every record of schema 2 has it
    signed = add_proof(credential_of(record), key, created=record.issued_at, canonical=quads.canonical_form)
    return json.dumps(signed, ensure_ascii=False, indent=1).encode(), key.key_id


def _paper(record: Record, printed_token: str, credential: bytes, workshop: Workshop) -> tuple[bytes, str]:
    signer = workshop.keys.document()
    pictures = {each.picture for each in record.signatories} | {each.logo for each in record.partners}
    pdf = workshop.produce(
        record,
        qr_url=token.url(record.site, token.read(printed_token).to_bytes()),
        attachment=credential,
        pictures={sha256: workshop.blobs.get(sha256) for sha256 in sorted(pictures) if sha256},
        signer=signer,
    )
    return pdf, signer.key_id


def _keep(
    sessions: sessionmaker[Session], row: Mapping[str, Any], kind: FileKind, made: bytes, key_id: str, workshop: Workshop
) -> bytes:
    """Store the file; whoever was faster is right, since two processes may have made it with two keys."""
    sha256 = workshop.blobs.put(made)
    now = workshop.clock()
    with transaction(sessions) as session:
        if insert_file(session, row["id"], kind, sha256=sha256, size=len(made), key_id=key_id, now=now):
            log.note(session, "file", row["code"], {"kind": str(kind), "sha256": sha256, "key": key_id}, now=now)
            return made
        stored = file_of(session, row["id"], kind)
    return workshop.blobs.get(stored)
