"""Which files were made of which certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, select
from sqlalchemy.orm import Session

from lms_app.model.credentials import CredentialFile
from lms_app.storage.upsert import insert_new

CREDENTIAL_FILE = cast("Table", CredentialFile.__table__)


def file_of(session: Session, credential_id: int, kind: str) -> str:
    """Return the SHA-256 of a file of the certificate, '' when it was not made yet."""
    its = and_(CREDENTIAL_FILE.c.credential_id == credential_id, CREDENTIAL_FILE.c.kind == str(kind))
    return session.execute(select(CREDENTIAL_FILE.c.sha256).where(its)).scalar() or ""


def files_of(session: Session, credential_id: int) -> Sequence[Mapping[str, Any]]:
    """Return the files of a certificate that were made, by kind."""
    query = select(CREDENTIAL_FILE).where(CREDENTIAL_FILE.c.credential_id == credential_id).order_by(CREDENTIAL_FILE.c.kind)
    return [dict(row) for row in session.execute(query).mappings()]


def insert_file(session: Session, credential_id: int, kind: str, *, sha256: str, size: int, key_id: str, now: datetime) -> bool:
    """Note that a file was made; False when it had been made already."""
    row = {"credential_id": credential_id, "kind": str(kind), "sha256": sha256, "size": size, "key_id": key_id, "made_at": now}
    return insert_new(session, CREDENTIAL_FILE, row)
