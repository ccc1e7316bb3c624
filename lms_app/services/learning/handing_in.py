"""Handing in: blocks are lent a place for files, and a file is found again for whom a block showed it."""

from __future__ import annotations

import logging
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.files import SqlFiles, file_with
from lms_app.adapters.picture_room import PictureRoom
from lms_app.adapters.work import learners_judged
from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.errors import Invalid, NotFound, Unavailable
from lms_app.domain.handed_in import HandedIn
from lms_app.domain.keys import BlockId
from lms_app.domain.permissions import Action, allows
from lms_app.runtime.files_service import Address, FilesService
from lms_app.runtime.lent import FilesMaker
from lms_app.runtime.work import WorkBuffer
from lms_app.storage.blobs import Blobs

log = logging.getLogger(__name__)
_LONGEST_ENDING: Final = 5


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


def name_for(session: Session, actor: Actor, file: HandedIn) -> str:
    """Return the name under which somebody saves a file: its own to whoever handed it in, and to those who teach them.

    Others, peers who judge without names say, are not told it: people put their own name into it.
    """
    if actor.person_id == file.person or _teaches(session, actor, file):
        return file.name
    ending = file.name.rpartition(".")[2]
    return f"file.{ending}" if ending.isascii() and ending.isalnum() and len(ending) <= _LONGEST_ENDING else "file"


def _teaches(session: Session, actor: Actor, file: HandedIn) -> bool:
    if not actor.roles:
        return False
    places = [Place(PlaceKind.COURSE, file.course_id)]
    learner = learners_judged(session, file.course_id, [file.person]).get(file.person)
    if learner is not None and learner.membership.cohort_id is not None:
        places.append(Place(PlaceKind.COHORT, learner.membership.cohort_id))
    return allows(actor, Action.SEE_GRADES, places)


def _redrawn(room: PictureRoom, data: bytes) -> bytes | None:
    try:
        return room.draw(data, kind="WEBP").sizes[0].data
    except (Invalid, Unavailable) as problem:
        log.info("a photo that was handed in is kept as it came: %s", problem)
        return None
