"""The register of certificates: every one that was issued, found by name, number or code, for those who answer for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms_app.domain.actors import Actor, PlaceKind, Role
from lms_app.domain.certificates import KINDS, State, state_of
from lms_app.domain.errors import NeedsSignIn, NotFound, Refused
from lms_app.domain.folding import folded
from lms_app.domain.permissions import TABLE, Action
from lms_app.i18n import latin_digits
from lms_app.model import Cohort, Course, Credential, CredentialEntry, CredentialFile
from takwin_certificates import codes

PER_PAGE: Final = 25
_LONGEST_SEARCH: Final = 200
_MOST_WORDS: Final = 8


@dataclass(frozen=True)
class Reach:
    """Which part of the register somebody keeps."""

    everything: bool = False
    courses: frozenset[int] = frozenset()
    cohorts: frozenset[int] = frozenset()

    def covers(self) -> ColumnElement[bool] | None:
        """Return the condition on `credential` that leaves only theirs; None for everything."""
        if self.everything:
            return None
        return or_(Credential.course_id.in_(self.courses), Credential.cohort_id.in_(self.cohorts))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the register is narrowed to."""

    words: str = ""
    course: int | None = None
    cohort: int | None = None
    kind: str = ""
    state: State | None = None
    since: date | None = None
    until: date | None = None
    """The last day of issue, inclusive."""

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything was asked for."""
        return self != Asked()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One certificate in the list."""

    code: str
    number: str
    names: tuple[tuple[str, str], ...]
    """Language of the script, and the name in it."""
    title: str
    language: str
    kind: str
    course: str
    cohort: str
    issued_at: datetime
    valid_until: date | None
    state: State


@dataclass(frozen=True)
class Page:
    """A page of the list."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed to: courses and cohorts of one's reach, by title and name."""

    courses: tuple[tuple[int, str], ...]
    cohorts: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Sibling:
    """Another issue of the same award to the same person: what was corrected, or renewed."""

    code: str
    number: str
    issue: int
    issued_at: datetime
    state: State


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A certificate, open: its row, what was made of it, and what the issue log says of it."""

    row: Mapping[str, Any]
    state: State
    course: str
    cohort: str
    files: tuple[CredentialFile, ...]
    log: tuple[CredentialEntry, ...]
    siblings: tuple[Sibling, ...] = field(default=())

    @property
    def code(self) -> str:
        """What is printed and typed."""
        return str(self.row["code"])


def reach_of(actor: Actor) -> Reach:
    """Return which certificates the actor keeps; raise `NeedsSignIn` for nobody, `Refused` for somebody who keeps none."""
    if actor.is_site_admin:
        return Reach(everything=True)
    held = [place for role, place in actor.roles if (Role(role), place.kind) in TABLE[Action.KEEP_REGISTRY]]
    if not held:
        raise Refused(action=str(Action.KEEP_REGISTRY)) if actor.is_signed_in else NeedsSignIn
    return Reach(
        courses=frozenset(place.id for place in held if place.kind is PlaceKind.COURSE),
        cohorts=frozenset(place.id for place in held if place.kind is PlaceKind.COHORT),
    )


def list_page(session: Session, actor: Actor, asked: Asked, *, page: int, now: datetime) -> Page:
    """Return a page of the actor's certificates, the newest first, in two reads however many there are.

    A page past the end is the last one. Refused: an actor who keeps none.
    """
    wanted = _conditions(reach_of(actor), asked, now.date())
    total = session.scalar(select(func.count()).select_from(Credential).where(*wanted)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    rows = _read(session, _rows(wanted).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Page(tuple(_line(row, now.date()) for row in rows), total, page, pages)


def every_row(session: Session, actor: Actor, asked: Asked, *, now: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of all the actor's certificates that were asked for, in the order of the list, each with its `state`."""
    wanted = _conditions(reach_of(actor), asked, now.date())
    for row in _read(session, _rows(wanted)):
        yield {**row, "state": state_in(row, now.date())}


def choices_for(session: Session, actor: Actor) -> Choices:
    """Return the courses and cohorts by which the actor can narrow the list, in two reads."""
    reach = reach_of(actor)
    courses = select(Course.id, Course.title, Course.key).order_by(Course.title, Course.id)
    cohorts = select(Cohort.id, Cohort.name).order_by(Cohort.name, Cohort.id)
    if not reach.everything:
        of_cohorts = select(Cohort.course_id).where(Cohort.id.in_(reach.cohorts))
        courses = courses.where(or_(Course.id.in_(reach.courses), Course.id.in_(of_cohorts)))
        cohorts = cohorts.where(or_(Cohort.course_id.in_(reach.courses), Cohort.id.in_(reach.cohorts)))
    return Choices(
        tuple((row.id, row.title or row.key) for row in session.execute(courses)),
        tuple((row.id, row.name) for row in session.execute(cohorts)),
    )


def open_entry(session: Session, code: str, *, now: datetime) -> Entry:
    """Return one certificate with all that belongs to it, in four reads; raise `NotFound`."""
    found = _read(session, _rows([Credential.code == code]))
    if not found:
        raise NotFound("no_such_certificate", code=code)
    row = found[0]
    files = select(CredentialFile).where(CredentialFile.credential_id == row["id"]).order_by(CredentialFile.kind)
    log = select(CredentialEntry).where(CredentialEntry.code == code).order_by(CredentialEntry.id)
    same = and_(Credential.person_id == row["person_id"], Credential.award == row["award"])
    siblings = _rows([same]).order_by(None).order_by(Credential.issue)
    return Entry(
        row=row,
        state=state_in(row, now.date()),
        course=row["course_title"] or row["course_key"] or "",
        cohort=row["cohort_name"] or "",
        files=tuple(session.scalars(files)),
        log=tuple(session.scalars(log)),
        siblings=tuple(
            Sibling(one["code"], one["number"] or "", one["issue"], one["issued_at"], state_in(one, now.date()))
            for one in _read(session, siblings)
        ),
    )


def certificates_of(session: Session, person: int, *, now: datetime) -> tuple[tuple[Mapping[str, Any], State], ...]:
    """Return the rows of a person's own certificates with what each is worth, the newest first."""
    rows = _read(session, _rows([Credential.person_id == person]))
    return tuple((row, state_in(row, now.date())) for row in rows)


def state_in(row: Mapping[str, Any], today: date) -> State:
    """Return what a certificate's row says that it is worth."""
    return state_of(
        replaced_by=row["replaced_by"],
        revoked_at=row["revoked_at"],
        suspended_at=row["suspended_at"],
        valid_until=row["valid_until"],
        today=today,
    )


def facts_in(record: str) -> Mapping[str, Any]:
    """Return the facts of a stored record as they stand, unchecked, for a list; nothing when it can't be read."""
    try:
        facts = json.loads(record)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def names_in(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the names of a record that are not empty, each with the language of its script."""
    scripts = (("ar", "name_arabic"), ("fr", "name_latin"), ("zgh", "name_tifinagh"))
    return tuple((language, str(facts[name])) for language, name in scripts if facts.get(name))


def title_in(facts: Mapping[str, Any]) -> str:
    """Return the title of a record in its own language."""
    titles = facts.get("titles")
    return str(titles.get(facts.get("language"), "")) if isinstance(titles, dict) else ""


def _read(session: Session, query: Select[Any]) -> list[Mapping[str, Any]]:
    return [row._asdict() for row in session.execute(query)]


def _rows(wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
    about = (
        Course.title.label("course_title"),
        Course.key.label("course_key"),
        Cohort.name.label("cohort_name"),
    )
    joined = Credential.__table__.outerjoin(Course, Course.id == Credential.course_id).outerjoin(
        Cohort, Cohort.id == Credential.cohort_id
    )
    query = select(*Credential.__table__.columns, *about).select_from(joined).where(*wanted)
    return query.order_by(Credential.issued_at.desc(), Credential.id.desc())


def _conditions(reach: Reach, asked: Asked, today: date) -> list[ColumnElement[bool]]:
    covers = reach.covers()
    wanted = [] if covers is None else [covers]
    if asked.course is not None:
        wanted.append(Credential.course_id == asked.course)
    if asked.cohort is not None:
        wanted.append(Credential.cohort_id == asked.cohort)
    if asked.kind in KINDS:
        wanted.append(Credential.kind == asked.kind)
    if asked.since:
        wanted.append(Credential.issued_at >= _midnight(asked.since))
    if asked.until:
        wanted.append(Credential.issued_at <= datetime.combine(asked.until, time.max, UTC))  # the day after the last there is none
    if asked.state:
        wanted += _in_state(asked.state, today)
    return wanted + _found_by(asked.words[:_LONGEST_SEARCH])


def _in_state(state: State, today: date) -> list[ColumnElement[bool]]:
    """Return what `state_of` decides, for the database to decide."""
    past = and_(Credential.valid_until.is_not(None), Credential.valid_until < today)
    ladder: list[tuple[State, ColumnElement[bool], ColumnElement[bool]]] = [
        (State.REPLACED, Credential.replaced_by.is_not(None), Credential.replaced_by.is_(None)),
        (State.REVOKED, Credential.revoked_at.is_not(None), Credential.revoked_at.is_(None)),
        (State.SUSPENDED, Credential.suspended_at.is_not(None), Credential.suspended_at.is_(None)),
        (State.EXPIRED, past, or_(Credential.valid_until.is_(None), Credential.valid_until >= today)),
    ]
    wanted: list[ColumnElement[bool]] = []
    for step, holds, fails in ladder:
        if step is state:
            return [*wanted, holds]
        wanted.append(fails)
    return wanted


def _found_by(words: str) -> list[ColumnElement[bool]]:
    """Find names by all their words, a number by any part of it, a code by its beginning."""
    if not words:
        return []
    ways: list[ColumnElement[bool]] = []
    if parts := folded(words).split()[:_MOST_WORDS]:
        ways.append(and_(*(Credential.holder.contains(part, autoescape=True) for part in parts)))
    if number := "".join(latin_digits(words).upper().split()):
        ways.append(func.upper(Credential.number).contains(number, autoescape=True))
    if code := codes.normalise(words):
        ways.append(Credential.code.startswith(code, autoescape=True))
    return [or_(*ways)]


def _line(row: Mapping[str, Any], today: date) -> Line:
    facts = facts_in(row["record"])
    return Line(
        code=row["code"],
        number=row["number"] or "",
        names=names_in(facts),
        title=title_in(facts),
        language=str(facts.get("language", "")),
        kind=row["kind"],
        course=row["course_title"] or row["course_key"] or "",
        cohort=row["cohort_name"] or "",
        issued_at=row["issued_at"],
        valid_until=row["valid_until"],
        state=state_in(row, today),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
