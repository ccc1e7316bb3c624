"""The picture of a certificate: drawn once from its record, then kept for good."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.credential_files import file_of, insert_file
from lms_app.adapters.credentials import credential_by_code
from lms_app.domain.clock import utc_now
from lms_app.domain.errors import NotFound
from lms_app.storage.blobs import Blobs
from lms_app.storage.transaction import transaction
from takwin_certificates.record import Record

Draw = Callable[[Record], bytes]
"""Makes the PDF of a record, in a process of its own."""


def certificate_pdf(sessions: sessionmaker[Session], code: str, *, blobs: Blobs, draw: Draw) -> bytes:
    """Return the PDF of a certificate: the stored one, or drawn now and stored. Raise `NotFound` for no such code."""
    with transaction(sessions, writes=False) as session:
        row = credential_by_code(session, code)
        stored = file_of(session, row["id"], "pdf") if row else ""
    if row is None:
        raise NotFound("no_such_certificate", code=code)
    if stored:
        return blobs.get(stored)
    pdf = draw(Record.from_json(row["record"]))
    sha256 = blobs.put(pdf)
    with transaction(sessions) as session:
        insert_file(session, row["id"], "pdf", sha256=sha256, size=len(pdf), key_id="", now=utc_now())
    return pdf
