"""What is a person's own: they can take it all out, and they can have themselves forgotten."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from lms_app.adapters import outbox, people
from lms_app.adapters.credential_files import file_of
from lms_app.adapters.decisions import forget_reasons
from lms_app.adapters.files import files_of, forget_files
from lms_app.adapters.work import empty_records, forget_drafts, forget_extensions, records_of
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Conflict, NeedsSignIn, NotFound
from lms_app.domain.keys import PersonId
from lms_app.model import (
    Attainment,
    AuditEntry,
    AuthorPresence,
    BlockFile,
    BlockState,
    Completion,
    Course,
    CourseGrade,
    Credential,
    CredentialShare,
    Enrolment,
    Extension,
    Invitation,
    Measurement,
    PersonState,
    RecoveryCode,
    Reminder,
    RoleGrant,
    Score,
    SignIn,
    TranslationSource,
    TrialState,
    WorkingCopy,
)
from lms_app.services.accounts import passwords
from lms_app.storage.base import Base
from lms_app.storage.blobs import Blobs

_SECRETS = frozenset({"password_hash", "uniquifier", "token_hash", "code_hash", "signature", "token"})
FILES: dict[str, type[Base]] = {
    "enrolments.json": Enrolment,
    "answers.json": BlockState,
    "preferences.json": PersonState,
    "scores.json": Score,
    "completion.json": Completion,
    "grades.json": CourseGrade,
    "measurements.json": Measurement,
    "reminders.json": Reminder,
    "certificates.json": Credential,
    "attainments.json": Attainment,
    "roles.json": RoleGrant,
    "devices.json": SignIn,
    "translations.json": TranslationSource,
    "trials.json": TrialState,
    "whereabouts.json": AuthorPresence,
    "unsaved_texts.json": WorkingCopy,
    "handed_in.json": BlockFile,
    "more_time.json": Extension,
}
"""Every table that has rows of a person, but for recovery codes, which are keys."""


def take_out(session: Session, person_id: PersonId, *, blobs: Blobs) -> bytes:
    """Return a zip with everything kept about a person: account, answers, work and results as JSON, files, certificates as PDF too.

    Left out: what would let somebody else sign in, and who else is named in their work. Courses are named by their keys.
    """
    person = people.person_of(session, person_id)
    keys = {row.id: row.key for row in session.execute(select(Course.id, Course.key))}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("account.json", _json(_row(person, keys)))
        for name, table in FILES.items():
            rows = session.scalars(select(table).where(table.person_id == person_id)).all()  # type: ignore[attr-defined]
            archive.writestr(name, _json([_row(row, keys) for row in rows]))
        work = [_work_of(row, person_id, keys) for row in records_of(session, person_id)]
        archive.writestr("work.json", _json(work))
        for number, file in enumerate(files_of(session, person_id), start=1):
            _add_blob(archive, f"handed_in/{number}-{file.name}", file.sha256, blobs)
        acts = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"person:{person_id}").order_by(AuditEntry.id)).all()
        archive.writestr("acts.json", _json([{"at": act.at, "action": act.action, "detail": act.detail} for act in acts]))
        for credential in session.scalars(select(Credential).where(Credential.person_id == person_id)):
            archive.writestr(f"certificates/{credential.code}.json", credential.record)
            if pdf := file_of(session, credential.id, "pdf"):
                _add_blob(archive, f"certificates/{credential.code}.pdf", pdf, blobs)
    return packed.getvalue()


def erase(session: Session, actor: Actor, *, now: datetime) -> None:
    """Forget the person who asks: every personal column is emptied, every device signed out, every role given back.

    Answers and statistics stay under the bare number, measurements without the cooperative's name, levels of work that was judged
    without a word of it. Files handed in are let go of; certificates keep what is printed on them. The password was asked before.
    Refused to administrators of the site, who first give that role back.
    """
    if actor.person_id is None:
        raise NeedsSignIn
    if actor.is_site_admin:
        raise Conflict("administrator_erasure")
    person_id = actor.person_id
    person = people.person_of(session, person_id, locked=True)
    person.user_name = f"erased-{secrets.token_hex(8)}"
    person.email = person.phone = None
    person.password_hash, person.uniquifier, person.active = passwords.USELESS, people.new_uniquifier(), False
    person.name_arabic = person.name_latin = person.country = person.region = ""
    person.erased_at = now
    for table in (SignIn, RoleGrant, RecoveryCode, PersonState, Reminder, TrialState, WorkingCopy, AuthorPresence):
        session.execute(delete(table).where(table.person_id == person_id))
    session.execute(delete(Invitation).where(Invitation.taken_by == person_id))  # kept under an e-mail, a phone, a user name
    outbox.forget_letters(session, person_id)
    empty_records(session, person_id)
    forget_drafts(session, person_id)
    forget_files(session, person_id, now=now)
    forget_extensions(session, person_id)
    session.execute(update(Score).where(Score.person_id == person_id).values(override_reason=""))
    forget_reasons(session, person_id)
    _end_links(session, person_id, now)
    session.execute(update(Measurement).where(Measurement.person_id == person_id).values(cooperative=""))
    open_ones = (Enrolment.person_id == person_id, Enrolment.left_at.is_(None))
    session.execute(update(Enrolment).where(*open_ones).values(left_at=now))
    session.execute(update(Enrolment).where(Enrolment.person_id == person_id).values(cohort_id=None))
    people.write_audit(session, "erased", f"person:{person_id}", actor=person_id, at=now)


def count_certificates(session: Session, person: PersonId) -> int:
    """Return how many certificates the person holds: they outlive an erasure, and the page says so."""
    query = select(func.count()).select_from(Credential).where(Credential.person_id == person, Credential.revoked_at.is_(None))
    return session.scalar(query) or 0


def _end_links(session: Session, person: PersonId, now: datetime) -> None:
    """End the links by which the person showed certificates: nobody would be left who could."""
    theirs = select(Credential.id).where(Credential.person_id == person)
    open_ones = (CredentialShare.credential_id.in_(theirs), CredentialShare.ended_at.is_(None))
    session.execute(update(CredentialShare).where(*open_ones).values(ended_at=now))


def _add_blob(archive: zipfile.ZipFile, name: str, sha256: str, blobs: Blobs) -> None:
    try:
        archive.writestr(name, blobs.get(sha256))
    except NotFound:
        return  # a certificate is drawn again when somebody asks for it


def _work_of(row: Any, person: PersonId, courses: Mapping[int, str]) -> dict[str, Any]:
    """Return a record as one of the people whom it names may take it out: what others handed in is theirs alone."""
    parts = [part for part in ("learner", "judge", "author") if getattr(row, f"{part}_id") == person]
    is_theirs = row.learner_id == person or (row.author_id == person and row.learner_id is not None)
    told = {name: getattr(row, name) for name in ("block_id", "kind", "state", "created_at", "updated_at")}
    return {"course": courses.get(row.course_id), "as": parts, **told, **({"data": row.data} if is_theirs else {})}


def _row(entity: Base, courses: dict[int, str]) -> dict[str, Any]:
    table: Table = entity.__table__  # type: ignore[assignment]
    row = {column.name: getattr(entity, column.name) for column in table.columns if column.name not in _SECRETS}
    if "course_id" in row:
        row["course"] = courses.get(row.pop("course_id"))
    row.pop("person_id", None)
    return row


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_moment)


def _moment(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(type(value).__name__)
