"""Letting go: the bytes of files that people took back, or that were theirs and they were forgotten, are deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.files import LET_GO_AFTER, let_go_later
from lms_app.services.operations.blob_names import blob_names
from lms_app.storage.blobs import Blobs
from lms_app.storage.transaction import transaction


def let_go(sessions: sessionmaker[Session], hashes: Collection[str], *, blobs: Blobs, now: datetime) -> None:
    """Delete these files, unless something still names the same bytes, or they were handed in again within the hour.

    Bytes are written before the row that names them is stored, and written anew where they were there already. So what is handed
    in before the look at each file is safe: either its row was there to be read, or the file is young. Such a file is looked at
    again in an hour, and goes then if no row came. Only between that look and the deletion of the same file, one call after the
    other, is nothing held: a store of files knows no lock.
    """
    with transaction(sessions, writes=False) as session:
        named = blob_names(session)
    free = [sha256 for sha256 in hashes if sha256 not in named]
    young = [sha256 for sha256 in free if not blobs.remove(sha256, unless_after=now - LET_GO_AFTER)]
    if young:
        with transaction(sessions) as session:
            let_go_later(session, young, now)
