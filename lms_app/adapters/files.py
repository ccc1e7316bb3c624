"""Files that people handed in, in the database: rows here, bytes among the blobs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from lms_app.adapters.outbox import ask_for
from lms_app.domain.handed_in import HandedIn, is_too_much
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.outbox import Errand
from lms_app.domain.work import FileChange, FileGone
from lms_app.model.work import BlockFile

FILE = cast("Table", BlockFile.__table__)
LET_GO_AFTER: Final = timedelta(hours=1)
"""A backup that began before a file was taken back still finds its bytes."""
_KEPT = (
    FILE.c.token,
    FILE.c.course_id,
    FILE.c.block_id.label("block"),
    FILE.c.person_id.label("person"),
    FILE.c.sha256,
    FILE.c.kind,
    FILE.c.size,
    FILE.c.name,
)


class SqlFiles:
    """Reads the files of one course's blocks (port `FileReader`)."""

    def __init__(self, session: Session, course_id: int) -> None:
        self._session = session
        self._course = course_id

    def file(self, block: BlockId, token: str) -> HandedIn | None:
        """Return a file of a block, None where there is none."""
        found = file_with(self._session, token)
        return found if found is not None and (found.course_id, found.block) == (self._course, block) else None

    def of_person(self, block: BlockId, person: PersonId) -> tuple[HandedIn, ...]:
        """Return what a person handed in to a block, in order."""
        mine = (FILE.c.course_id == self._course, FILE.c.block_id == block, FILE.c.person_id == person)
        return _read(self._session.execute(select(*_KEPT).where(*mine).order_by(FILE.c.id)))


def file_with(session: Session, token: str) -> HandedIn | None:
    """Return the file of a token, whoever may see it; None where there is none."""
    found = _read(session.execute(select(*_KEPT).where(FILE.c.token == token)))
    return found[0] if found else None


def write_files(session: Session, changes: Iterable[FileChange | FileGone], *, course_id: int, now: datetime) -> bool:
    """Write what a visit changed of files and return True, or False when more came in meanwhile than one person may have.

    On False some may be written already: the caller rolls the transaction back, and the handler runs again.
    """
    places, gone = set(), []
    for change in changes:
        if isinstance(change, FileGone):
            gone += _taken_back(session, change, course_id)
            continue
        session.execute(
            insert(FILE).values(
                token=change.token,
                course_id=course_id,
                block_id=change.block,
                person_id=change.person,
                sha256=change.sha256,
                kind=change.kind,
                size=change.size,
                name=change.name,
                created_at=now,
            )
        )
        places.add((change.block, change.person))
    let_go_later(session, gone, now)
    files = SqlFiles(session, course_id)
    return not any(is_too_much(tuple(each.size for each in files.of_person(*place))) for place in places)


def forget_files(session: Session, person: PersonId, *, now: datetime) -> None:
    """Forget every file that a person handed in: nothing shows them any more, and within hours their bytes are gone too."""
    theirs = FILE.c.person_id == person
    hashes = list(session.scalars(select(FILE.c.sha256).where(theirs)))
    session.execute(delete(FILE).where(theirs))
    let_go_later(session, hashes, now)


def files_of(session: Session, person: PersonId) -> tuple[HandedIn, ...]:
    """Return every file that a person handed in, in order."""
    return _read(session.execute(select(*_KEPT).where(FILE.c.person_id == person).order_by(FILE.c.id)))


def _taken_back(session: Session, change: FileGone, course_id: int) -> list[str]:
    this = (FILE.c.token == change.token, FILE.c.course_id == course_id, FILE.c.block_id == change.block)
    hashes = list(session.scalars(select(FILE.c.sha256).where(*this)))
    session.execute(delete(FILE).where(*this))
    return hashes


def let_go_later(session: Session, hashes: Collection[str], now: datetime) -> None:
    """Have these bytes deleted in an hour, unless something names them then."""
    if hashes:
        ask_for(session, Errand.LET_GO, {"sha256": sorted(set(hashes))}, now=now + LET_GO_AFTER)


def _read(rows: Any) -> tuple[HandedIn, ...]:
    return tuple(HandedIn(**row._mapping) for row in rows)  # noqa: SLF001 -- SQLAlchemy's public way, whatever its name
