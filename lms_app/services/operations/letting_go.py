"""Letting go: the bytes of files that people took back, or that were theirs and they were forgotten, are deleted."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session, sessionmaker

from lms_app.services.operations.blob_names import blob_names
from lms_app.storage.blobs import Blobs
from lms_app.storage.transaction import transaction


def let_go(sessions: sessionmaker[Session], hashes: Collection[str], *, blobs: Blobs) -> None:
    """Delete these files, unless something still names the same bytes."""
    with transaction(sessions, writes=False) as session:
        named = blob_names(session)
    for sha256 in hashes:
        if sha256 not in named:
            blobs.remove(sha256)
