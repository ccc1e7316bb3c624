"""What is a person's own: they can take it all out, and they can have themselves forgotten."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from lms_app.adapters import outbox, people
from lms_app.adapters.credential_files import file_of
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Conflict, NeedsSignIn, NotFound
from lms_app.domain.keys import PersonId
from lms_app.model import (
    Attainment,
    AuditEntry,
    AuthorPresence,
    BlockState,
    Completion,
    Course,
    CourseGrade,
    Credential,
    CredentialShare,
    Enrolment,
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

_SECRETS = frozenset({"password_hash", "uniquifier", "token_hash", "code_hash", "signature"})
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
}
"""Every table that has rows of a person, but for recovery codes, which are keys."""


def take_out(session: Session, person_id: PersonId, *, blobs: Blobs) -> bytes:
    """Return a zip with everything kept about a person: the account, answers and results as JSON, certificates as PDF too.

    Left out: what would let somebody else sign in. Courses are named by their keys.
    """
    person = people.person_of(session, person_id)
    keys = {row.id: row.key for row in session.execute(select(Course.id, Course.key))}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("account.json", _json(_row(person, keys)))
        for name, table in FILES.items():
            rows = session.scalars(select(table).where(table.person_id == person_id)).all()  # type: ignore[attr-defined]
            archive.writestr(name, _json([_row(row, keys) for row in rows]))
        acts = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"person:{person_id}").order_by(AuditEntry.id)).all()
        archive.writestr("acts.json", _json([{"at": act.at, "action": act.action, "detail": act.detail} for act in acts]))
        for credential in session.scalars(select(Credential).where(Credential.person_id == person_id)):
            archive.writestr(f"certificates/{credential.code}.json", credential.record)
            if pdf := file_of(session, credential.id, "pdf"):
                _add_pdf(archive, credential.code, pdf, blobs)
    return packed.getvalue()


def erase(session: Session, actor: Actor, *, now: datetime) -> None:
    """Forget the person who asks: every personal column is emptied, every device signed out, every role given back.

    Answers and statistics stay under the bare number, measurements without the cooperative's name; certificates keep what is
    printed on them. The password was asked before. Refused to administrators of the site, who first give that role back.
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


def _add_pdf(archive: zipfile.ZipFile, code: str, sha256: str, blobs: Blobs) -> None:
    try:
        archive.writestr(f"certificates/{code}.pdf", blobs.get(sha256))
    except NotFound:
        return  # it is drawn again when somebody asks for it


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
