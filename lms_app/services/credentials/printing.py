"""The certificates of a cohort in one go: a zip of signed files, or one file to print, made step by step after the request."""

from __future__ import annotations

import logging
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.credentials import CREDENTIAL, credential_by_code
from lms_app.adapters.outbox import ask_for
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.outbox import Errand
from lms_app.model.credentials import PrintBatch
from lms_app.services.credentials.files import FileKind, Workshop, certificate_file
from lms_app.storage.transaction import transaction
from takwin_certificates.record import Record

trouble = logging.getLogger(__name__)
FORMS: Final = ("zip", "pdf")
STEP: Final = 100
"""How many certificates one errand makes: what waits behind it, a letter say, waits a second or two."""
MOST: Final = {"zip": 10_000, "pdf": 1_000}
"""Of one form; the file to print is put together at once, and printers have their limits too."""

Join = Callable[[Path, Path], None]
"""Puts the PDFs of a folder into one file to print, in a process of its own."""


@dataclass(frozen=True)
class BatchView:
    """How far a batch is."""

    id: int
    course_id: int
    cohort_id: int | None
    form: str
    state: str
    total: int
    done: int
    size: int
    error: str
    asked_at: datetime


def ask_for_batch(session: Session, actor: Actor, course_id: int, cohort_id: int | None, *, form: str, now: datetime) -> int:
    """Ask for every valid certificate of a course or of one of its cohorts in one file; return the number of the batch.

    Refused: an unknown form, nothing to print, more than `MOST`.
    """
    if form not in FORMS:
        raise Invalid("field_not_listed", field="form")
    codes = _codes(session, course_id, cohort_id, today=now.date())
    if not codes:
        raise Invalid("nothing_to_print", field="form")
    if len(codes) > MOST[form]:
        raise Invalid("too_many_to_print", field="form", most=MOST[form])
    batch = PrintBatch(
        course_id=course_id,
        cohort_id=cohort_id,
        form=form,
        asked_by=actor.person_id,
        asked_at=now,
        total=len(codes),
        finished_at=None,
    )
    session.add(batch)
    session.flush()
    ask_for(session, Errand.PRINT_BATCH, {"batch": batch.id}, now=now)
    return int(batch.id)


def show_batch(session: Session, batch_id: int) -> BatchView:
    """Return how far it is, or raise `NotFound`."""
    batch = session.get(PrintBatch, batch_id)
    if batch is None:
        raise NotFound("no_such_batch")
    return _view(batch)


def batches_of(session: Session, course_id: int, *, most: int = 10) -> list[BatchView]:
    """Return the latest batches of a course, the newest first."""
    query = select(PrintBatch).where(PrintBatch.course_id == course_id).order_by(PrintBatch.id.desc()).limit(most)
    return [_view(batch) for batch in session.scalars(query)]


def how_many(session: Session, course_id: int, cohort_id: int | None, *, now: datetime) -> int:
    """Return how many certificates a batch would have."""
    return len(_codes(session, course_id, cohort_id, today=now.date()))


def batch_file(session: Session, batch_id: int, *, workshop: Workshop) -> bytes:
    """Return the finished file.

    Refused: no such file or not ready (`NotFound`), one that holds a certificate which was withdrawn since (`Conflict`).
    """
    batch = session.get(PrintBatch, batch_id)
    if batch is None or not batch.sha256 or batch.finished_at is None:
        raise NotFound("no_such_batch")
    since = CREDENTIAL.c.revoked_at > batch.finished_at, CREDENTIAL.c.suspended_at > batch.finished_at
    scope = _scope(batch.course_id, batch.cohort_id)
    if session.execute(select(CREDENTIAL.c.id).where(and_(scope, or_(*since))).limit(1)).first():
        raise Conflict("batch_is_old")
    return workshop.blobs.get(batch.sha256)


def go_on(sessions: sessionmaker[Session], batch_id: int, *, workshop: Workshop, join: Join) -> None:
    """Make the next certificates of a batch, and ask to be called again until all are there; then put them together.

    Whatever was made is kept with its certificate, so a batch that was stopped goes on where it was.
    """
    with transaction(sessions, writes=False) as session:
        batch = session.get(PrintBatch, batch_id)
        if batch is None or batch.state in {"done", "failed"}:
            return
        codes = _codes(session, batch.course_id, batch.cohort_id, today=workshop.clock().date())
        begin, form = batch.done, batch.form
    for code in codes[begin : begin + STEP]:
        _pdf(sessions, code, workshop)
    done = min(begin + STEP, len(codes))
    if done < len(codes):
        _note(sessions, batch_id, state="running", done=done, total=len(codes))
        with transaction(sessions) as session:
            ask_for(session, Errand.PRINT_BATCH, {"batch": batch_id}, now=workshop.clock())
        return
    with tempfile.TemporaryDirectory(prefix="takwin-print-") as folder, tempfile.TemporaryFile() as made:
        left_out: list[str] = []
        pdfs = _drawn(sessions, codes, workshop, left_out)
        _put_together(sessions, pdfs, form, Path(folder), cast("BinaryIO", made), join=join)
        size = made.tell()
        sha256 = workshop.blobs.put_file(cast("BinaryIO", made))
    ended: dict[str, Any] = {"state": "done", "sha256": sha256, "size": size}
    if len(left_out) == len(codes):
        ended = {"state": "failed"}
    _note(
        sessions,
        batch_id,
        **ended,
        done=done - len(left_out),
        total=len(codes),
        error=" ".join(left_out),
        finished_at=workshop.clock(),
    )


def _pdf(sessions: sessionmaker[Session], code: str, workshop: Workshop) -> bytes | None:
    """Return the paper, or None when it can't be made: the others of the cohort must not wait for it."""
    try:
        return certificate_file(sessions, code, FileKind.PDF, workshop=workshop)
    except Exception:  # noqa: BLE001 -- whatever it is, it concerns one certificate, which the page then names
        trouble.exception("the paper of %s can't be made", code)
        return None


def _drawn(
    sessions: sessionmaker[Session], codes: list[str], workshop: Workshop, left_out: list[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the papers one by one; the codes of those that can't be made go to `left_out`."""
    for code in codes:
        pdf = _pdf(sessions, code, workshop)
        if pdf is None:
            left_out.append(code)
        else:
            yield code, pdf


def _put_together(
    sessions: sessionmaker[Session], pdfs: Iterator[tuple[str, bytes]], form: str, folder: Path, made: BinaryIO, *, join: Join
) -> None:
    """Write one file of all; never more than one PDF is in memory."""
    if form == "zip":
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:  # PDFs are compressed already
            for code, pdf in pdfs:
                archive.writestr(zipfile.ZipInfo(_name(sessions, code)), pdf)
        return
    for number, (_, pdf) in enumerate(pdfs):
        (folder / f"{number:06}.pdf").write_bytes(pdf)
    joined = folder / "joined"
    join(folder, joined)
    made.write(joined.read_bytes())


def _note(sessions: sessionmaker[Session], batch_id: int, **changes: Any) -> None:
    with transaction(sessions) as session:
        batch = session.get_one(PrintBatch, batch_id)
        for name, value in changes.items():
            setattr(batch, name, value)


def _codes(session: Session, course_id: int, cohort_id: int | None, *, today: date) -> list[str]:
    still = or_(CREDENTIAL.c.valid_until.is_(None), CREDENTIAL.c.valid_until >= today)
    counts = and_(_scope(course_id, cohort_id), CREDENTIAL.c.revoked_at.is_(None), CREDENTIAL.c.suspended_at.is_(None), still)
    return list(session.scalars(select(CREDENTIAL.c.code).where(counts).order_by(CREDENTIAL.c.id)))


def _scope(course_id: int, cohort_id: int | None) -> ColumnElement[bool]:
    of_course = CREDENTIAL.c.course_id == course_id
    return of_course if cohort_id is None else and_(of_course, CREDENTIAL.c.cohort_id == cohort_id)


def _name(sessions: sessionmaker[Session], code: str) -> str:
    """Return a file's name: who, so that a trainer finds it, and the code, so that no two are the same."""
    with transaction(sessions, writes=False) as session:
        row = credential_by_code(session, code)
    return f"{_named(Record.from_json(row['record']))} {code}.pdf" if row else f"{code}.pdf"


def _named(record: Record) -> str:
    name = record.name_latin or record.name_arabic
    return "".join(letter if letter.isalnum() or letter in " -" else "_" for letter in name)[:80]


def _view(batch: PrintBatch) -> BatchView:
    return BatchView(
        batch.id,
        batch.course_id,
        batch.cohort_id,
        batch.form,
        batch.state,
        batch.total,
        batch.done,
        batch.size,
        batch.error,
        batch.asked_at,
    )
