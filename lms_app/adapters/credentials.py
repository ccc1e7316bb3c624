"""Issued credentials in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Table, and_, bindparam, case, delete, select, update
from sqlalchemy.orm import Session

from lms_app.domain.keys import PersonId
from lms_app.model.credentials import Attainment, Credential, Programme
from lms_app.storage.upsert import insert_new

CREDENTIAL = cast("Table", Credential.__table__)
ATTAINMENT = cast("Table", Attainment.__table__)
PROGRAMME = cast("Table", Programme.__table__)
_STRENGTH: Final = {"participation": 1, "completion": 2, "competence": 3, "programme": 4}


@dataclass(frozen=True)
class Held:
    """A certificate that a person has of a course: the last issue of its award."""

    award: str
    kind: str
    code: str
    issue: int
    issued_at: datetime
    valid_until: date | None
    is_revoked: bool
    is_suspended: bool

    def counts(self, today: date) -> bool:
        """Tell whether it is good today."""
        return not (self.is_revoked or self.is_suspended) and (self.valid_until is None or today <= self.valid_until)

    def has_expired(self, today: date) -> bool:
        """Tell whether time alone took its worth."""
        return not (self.is_revoked or self.is_suspended) and self.valid_until is not None and self.valid_until < today


_HELD: Final = (
    CREDENTIAL.c.award,
    CREDENTIAL.c.kind,
    CREDENTIAL.c.code,
    CREDENTIAL.c.issue,
    CREDENTIAL.c.issued_at,
    CREDENTIAL.c.valid_until,
    CREDENTIAL.c.revoked_at.is_not(None).label("is_revoked"),
    CREDENTIAL.c.suspended_at.is_not(None).label("is_suspended"),
)
_OF_COURSE: Any = (
    select(*_HELD)
    .where(CREDENTIAL.c.person_id == bindparam("person"), CREDENTIAL.c.course_id == bindparam("course"))
    .order_by(CREDENTIAL.c.issue)
)
_OF_AWARD: Any = (
    select(*_HELD)
    .where(CREDENTIAL.c.person_id == bindparam("person"), CREDENTIAL.c.award == bindparam("award"))
    .order_by(CREDENTIAL.c.issue.desc())
    .limit(1)
)


def held_of(session: Session, person: PersonId, course_id: int) -> dict[str, Held]:
    """Return the last issue of each award that the person has of the course, by award."""
    found = session.connection().execute(_OF_COURSE, {"person": person, "course": course_id}).mappings()
    return {row["award"]: Held(**row) for row in found}


def held_award(session: Session, person: PersonId, award: str) -> Held | None:
    """Return the last issue of an award that the person has, or None."""
    row = session.connection().execute(_OF_AWARD, {"person": person, "award": award}).mappings().first()
    return Held(**row) if row else None


def code_of(session: Session, person: PersonId, course_id: int) -> str:
    """Return the code of the strongest certificate that the person has of the course, the last issue; '' for none."""
    mine = and_(CREDENTIAL.c.person_id == person, CREDENTIAL.c.course_id == course_id)
    strongest = (case(_STRENGTH, value=CREDENTIAL.c.kind, else_=0).desc(), CREDENTIAL.c.issue.desc(), CREDENTIAL.c.id.desc())
    return session.execute(select(CREDENTIAL.c.code).where(mine).order_by(*strongest).limit(1)).scalar() or ""


def credentials_of(session: Session, person: PersonId, courses: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Return every certificate of completion or competence that the person has of these courses, the last issues first."""
    awards = [f"{course}#{kind}" for course in courses for kind in ("completion", "competence")]
    query = select(CREDENTIAL).where(CREDENTIAL.c.person_id == person, CREDENTIAL.c.award.in_(awards))
    rows = session.execute(query.order_by(CREDENTIAL.c.issue.desc(), CREDENTIAL.c.id.desc())).mappings()
    return [dict(row) for row in rows]


def insert_credential(session: Session, values: Mapping[str, Any]) -> bool:
    """Store a new credential; False when the person has this issue of the award already (two passes at the same moment)."""
    return insert_new(session, CREDENTIAL, values)


def credential_by_code(session: Session, code: str, *, locked: bool = False) -> Mapping[str, Any] | None:
    """Return the row with this code, or None; `locked` keeps other writers out until the end."""
    query = select(CREDENTIAL).where(CREDENTIAL.c.code == code)
    row = session.execute(query.with_for_update() if locked else query).mappings().one_or_none()
    return dict(row) if row else None


def lock_credentials(session: Session, codes: Sequence[str]) -> None:
    """Keep other writers out of these rows until the end; they are locked in one order, and before any status list."""
    if codes:
        locked = select(CREDENTIAL.c.id).where(CREDENTIAL.c.code.in_(codes)).order_by(CREDENTIAL.c.id).with_for_update()
        session.execute(locked).all()


def change_credential(session: Session, code: str, **values: Any) -> bool:
    """Set what became of it (`revoked_at`, `suspended_at`, `replaced_by`, reasons); False for no such code."""
    changed = session.connection().execute(update(CREDENTIAL).where(CREDENTIAL.c.code == code).values(values))
    return bool(changed.rowcount == 1)


def programmes_with(session: Session, course: str) -> Sequence[Mapping[str, Any]]:
    """Return the programmes, not archived, that this course is part of; there are few, so all are looked through."""
    return [each for each in programmes_here(session) if course.lower() in {key.lower() for key in each["courses"]}]


def programmes_here(session: Session) -> Sequence[Mapping[str, Any]]:
    """Return the programmes that are not archived, the oldest first."""
    rows = session.execute(select(PROGRAMME).where(PROGRAMME.c.archived_at.is_(None)).order_by(PROGRAMME.c.id)).mappings()
    return [dict(row) for row in rows]


def attainments_of(session: Session, person: PersonId, course_id: int) -> Sequence[Mapping[str, Any]]:
    """Return what trainers noted of the learner in the course, in order of time."""
    mine = and_(ATTAINMENT.c.person_id == person, ATTAINMENT.c.course_id == course_id)
    rows = session.execute(select(ATTAINMENT).where(mine).order_by(ATTAINMENT.c.decided_at, ATTAINMENT.c.name)).mappings()
    return [dict(row) for row in rows]


def delete_told(session: Session, told: Mapping[str, Any]) -> None:
    """Take back what a block told of a learner: all of the kind, whatever its name was then."""
    same = (ATTAINMENT.c[name] == told[name] for name in ("person_id", "course_id", "kind", "block_id"))
    session.execute(delete(ATTAINMENT).where(*same))


def write_told(session: Session, told: Mapping[str, Any]) -> None:
    """Write what a block told of a learner, of whom it tells nothing else of this kind (`delete_told`)."""
    insert_new(session, ATTAINMENT, told)
