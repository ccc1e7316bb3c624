"""Handing in: blocks are lent a place for files, and a file is found again for whom a block showed it."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from lms_app.adapters.files import SqlFiles, file_with
from lms_app.adapters.picture_room import PictureRoom
from lms_app.domain.errors import Invalid, NotFound, Unavailable
from lms_app.domain.handed_in import HandedIn
from lms_app.domain.keys import BlockId
from lms_app.runtime.files_service import Address, FilesService
from lms_app.runtime.lent import FilesMaker
from lms_app.runtime.work import WorkBuffer
from lms_app.storage.blobs import Blobs

log = logging.getLogger(__name__)


def lend_files(session: Session, course_id: int, *, blobs: Blobs, room: PictureRoom, address: Address) -> FilesMaker:
    """Return what makes the `coop_files` service of each block of a course, for one request of one reader."""
    reader = SqlFiles(session, course_id)

    def made(work: WorkBuffer, block: BlockId) -> FilesService:
        return FilesService(work, block, reader=reader, blobs=blobs, address=address, redraw=lambda data: _redrawn(room, data))

    return made


def find_file(session: Session, token: str) -> HandedIn:
    """Return the file of a token; raise `NotFound`. Whether the reader may have it, their address says."""
    found = file_with(session, token)
    if found is None:
        raise NotFound("no_such_file")
    return found


def _redrawn(room: PictureRoom, data: bytes) -> bytes | None:
    try:
        return room.draw(data, kind="WEBP").sizes[0].data
    except (Invalid, Unavailable) as problem:
        log.info("a photo that was handed in is kept as it came: %s", problem)
        return None
