"""Many people put into a course at once: first a look at what would become of each row, then the deed.

A user name names one account for certain, and that account is enrolled. An e-mail or a phone only leads to the one account that has
it (it is verified nowhere), or to a place kept under it; what the two have in common is that the trainer sees who came.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from lms_app.adapters.courses import ENROLMENT, CourseFacts
from lms_app.adapters.enrolments import COHORT, PERSON
from lms_app.adapters.people import new_uniquifier, write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.folding import folded
from lms_app.domain.keys import PersonId
from lms_app.domain.names import LONGEST_USER_NAME, SHORTEST_USER_NAME
from lms_app.model.people import Person
from lms_app.services.accounts import passwords
from lms_app.services.accounts.recovery import IssuedCode, issue_code
from lms_app.services.learning.inviting import INVITATION
from lms_app.services.learning.rosters import Named
from lms_app.storage.upsert import upsert

ENROL: Final = "enrol"
ACCOUNT: Final = "account"
INVITE: Final = "invite"
ALREADY: Final = "already"
WAITING: Final = "waiting"
REFUSED: Final = "refused"
FATES: Final = (ENROL, ACCOUNT, INVITE, ALREADY, WAITING, REFUSED)
MOST_ACCOUNTS: Final = 500
FIRST_CODE_LASTS: Final = timedelta(days=14)
"""Of an account in which there is nothing yet: the sheet may hang at the door until the course begins."""
_AT_ONCE: Final = 400
_NO_SIGN: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Line:
    """What becomes, or became, of one row."""

    row: Named
    fate: str
    person: PersonId | None = None
    cohort_id: int | None = None
    moves: bool = False
    """They are in the course already, and go to another cohort."""
    wrong: Invalid | None = None
    bears_another_name: bool = False
    """The account that has this e-mail or phone does not bear the name in the list. The name itself is not told."""
    card: IssuedCode | None = None


@dataclass(frozen=True)
class Looked:
    """What is in the database about the people of a list."""

    by_user_name: Mapping[str, Any]
    by_email: Mapping[str, Sequence[Any]]
    by_phone: Mapping[str, Sequence[Any]]
    cohorts: Mapping[str, int]
    seats: Mapping[int, int | None]
    """Person → cohort, of those enrolled now."""
    waiting: frozenset[str]


@dataclass
class _Seen:
    """Who stood in the rows before."""

    identifiers: dict[str, int] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)


def look(
    session: Session, course: CourseFacts, rows: Sequence[Named], *, cohort_id: int | None = None, makes_accounts: bool = False
) -> tuple[Line, ...]:
    """Return what would become of each row, in a number of reads that does not grow with the course; nothing is written.

    `cohort_id` is for rows that name none. With `makes_accounts`, whoever has neither an account nor an e-mail gets an account.
    Refused row by row: what can't be read, a person named twice, a cohort that the course does not have, an e-mail or a phone that
    several accounts share, nobody to be told from others.
    """
    known = _looked_up(session, course, rows)
    if cohort_id is not None and cohort_id not in known.cohorts.values():
        raise Invalid("no_such_cohort", field="cohort_id")
    seen = _Seen()
    return tuple(_line(row, known, seen, cohort_id=cohort_id, makes_accounts=makes_accounts) for row in rows)


def carry_out(
    session: Session,
    actor: Actor,
    course: CourseFacts,
    rows: Sequence[Named],
    *,
    cohort_id: int | None = None,
    makes_accounts: bool = False,
    country: str = "",
    now: datetime,
) -> tuple[Line, ...]:
    """Do it, audited, and return what became of each row; cards of new accounts are told this once.

    All is looked at anew: what was true at the look may not be true now. Refused: an archived course, a library, over 500 new accounts.
    """
    if course.kind != "course":
        raise NotFound("no_such_course", key=course.key)
    if course.is_archived:
        raise Invalid("course_archived", field="")
    lines = look(session, course, rows, cohort_id=cohort_id, makes_accounts=makes_accounts)
    if sum(line.fate == ACCOUNT for line in lines) > MOST_ACCOUNTS:
        raise Invalid("too_many_accounts", field="", most=MOST_ACCOUNTS)
    done = _with_accounts(session, actor, lines, country=country, now=now)
    _enrol(session, course.id, [line for line in done if line.fate in {ENROL, ACCOUNT} or line.moves], now=now)
    _keep_places(session, actor, course.id, [line for line in done if line.fate in {ENROL, ACCOUNT, INVITE}], now=now)
    numbers = {fate: number for fate in FATES if (number := sum(line.fate == fate for line in done))}
    write_audit(session, "people_enrolled", f"course:{course.id}", actor=actor.person_id, at=now, **numbers)
    return done


def _line(row: Named, known: Looked, seen: _Seen, *, cohort_id: int | None, makes_accounts: bool) -> Line:
    if row.wrong:
        return Line(row, REFUSED, wrong=row.wrong)
    try:
        cohort = _cohort(row, known) or cohort_id
        person = _account(row, known)
        may_make = person is None and makes_accounts and not row.email and bool(row.name or row.user_name)
        _once(row, person, row.user_name if may_make else row.identifier, seen)
    except Invalid as wrong:
        return Line(row, REFUSED, wrong=wrong)
    if person is not None:
        return _known_person(row, person, cohort, known)
    if not row.identifier and not may_make:
        return Line(row, REFUSED, wrong=Invalid("roster_name_alone", field="name"))
    if may_make:
        return Line(row, ACCOUNT, cohort_id=cohort)
    return Line(row, WAITING if row.identifier in known.waiting else INVITE, cohort_id=cohort)


def _known_person(row: Named, person: Any, cohort: int | None, known: Looked) -> Line:
    named = {folded(person.name_latin), folded(person.name_arabic)} - {""}
    other = bool(not row.user_name and row.name and named) and folded(row.name) not in named
    is_in = person.id in known.seats
    moves = is_in and cohort is not None and known.seats[person.id] != cohort
    return Line(row, ALREADY if is_in else ENROL, PersonId(person.id), cohort, moves=moves, bears_another_name=other)


def _cohort(row: Named, known: Looked) -> int | None:
    if not row.cohort:
        return None
    found = known.cohorts.get(folded(row.cohort))
    if found is None:
        raise Invalid("roster_no_such_cohort", field="cohort")
    return found


def _account(row: Named, known: Looked) -> Any | None:
    """Return the account that the row means; '' names nobody, and an account that is closed takes no place."""
    if row.user_name:
        return known.by_user_name.get(row.user_name)
    for value, accounts in ((row.email, known.by_email), (row.phone, known.by_phone)):
        found = accounts.get(value, ()) if value else ()
        if len(found) > 1:
            raise Invalid("roster_shared", field="email" if value == row.email else "phone")
        if found:
            return found[0]
    return None


def _once(row: Named, person: Any | None, identifier: str, seen: _Seen) -> None:
    """Refuse a row that means somebody who stood in a row before; sisters for whom accounts are made may share a phone."""
    before = seen.people.get(person.id) if person is not None else seen.identifiers.get(identifier)
    if before is not None:
        raise Invalid("roster_twice", field="user_name", line=before)
    if person is not None:
        seen.people[person.id] = row.line
    if identifier:
        seen.identifiers[identifier] = row.line


def _looked_up(session: Session, course: CourseFacts, rows: Sequence[Named]) -> Looked:
    asked = {name: sorted({getattr(row, name) for row in rows} - {""}) for name in ("user_name", "email", "phone")}
    user_names = _people(session, func.lower(PERSON.c.user_name), asked["user_name"])
    by_email: dict[str, list[Any]] = {}
    by_phone: dict[str, list[Any]] = {}
    for person in _people(session, func.lower(PERSON.c.email), asked["email"]):
        by_email.setdefault(person.email.lower(), []).append(person)
    for person in _people(session, PERSON.c.phone, asked["phone"]):
        by_phone.setdefault(person.phone, []).append(person)
    cohorts = session.execute(select(COHORT.c.id, COHORT.c.name).where(COHORT.c.course_id == course.id))
    seats = select(ENROLMENT.c.person_id, ENROLMENT.c.cohort_id).where(
        ENROLMENT.c.course_id == course.id, ENROLMENT.c.left_at.is_(None)
    )
    open_ones = (INVITATION.c.course_id == course.id, INVITATION.c.taken_by.is_(None))
    return Looked(
        by_user_name={row.user_name.lower(): row for row in user_names},
        by_email=by_email,
        by_phone=by_phone,
        cohorts={folded(row.name): row.id for row in cohorts},
        seats={row.person_id: row.cohort_id for row in session.execute(seats)},
        waiting=frozenset(session.scalars(select(INVITATION.c.identifier).where(*open_ones))),
    )


def _people(session: Session, column: Any, values: Sequence[str]) -> list[Any]:
    columns = (PERSON.c.id, PERSON.c.user_name, PERSON.c.email, PERSON.c.phone, PERSON.c.name_latin, PERSON.c.name_arabic)
    query = select(*columns).where(PERSON.c.erased_at.is_(None), PERSON.c.active)
    found: list[Any] = []
    for start in range(0, len(values), _AT_ONCE):
        found += session.execute(query.where(column.in_(values[start : start + _AT_ONCE])))
    return found


def _enrol(session: Session, course_id: int, lines: Iterable[Line], *, now: datetime) -> None:
    shared = {"course_id": course_id, "language": "", "last_unit": "", "enrolled_at": now, "left_at": None}
    for in_cohort in (True, False):  # who has a cohort keeps it when the list names none
        rows = [
            {**shared, "person_id": line.person, "cohort_id": line.cohort_id}
            for line in lines
            if (line.cohort_id is not None) is in_cohort
        ]
        upsert(session, ENROLMENT, rows, update=("left_at", "cohort_id") if in_cohort else ("left_at",))


def _keep_places(session: Session, actor: Actor, course_id: int, lines: Sequence[Line], *, now: datetime) -> None:
    """Write the list of the course: places to be taken, and those that are taken by being enrolled."""
    wanted = {_listed_as(line): line for line in lines}
    there: dict[str, int | None] = {}
    identifiers = list(wanted)
    for start in range(0, len(identifiers), _AT_ONCE):
        batch = identifiers[start : start + _AT_ONCE]
        query = select(INVITATION.c.identifier, INVITATION.c.taken_by).where(
            INVITATION.c.course_id == course_id, INVITATION.c.identifier.in_(batch)
        )
        there |= {row.identifier: row.taken_by for row in session.execute(query)}
    for identifier, line in wanted.items():
        if line.person is not None and identifier in there and there[identifier] is None:  # invited once, and here now
            place = (INVITATION.c.course_id == course_id, INVITATION.c.identifier == identifier)
            session.execute(update(INVITATION).where(*place).values(taken_by=line.person, taken_at=now, name=""))
    rows = [
        {
            "course_id": course_id,
            "cohort_id": line.cohort_id,
            "identifier": identifier,
            "name": line.row.name if line.person is None else "",
            "invited_by": actor.person_id,
            "invited_at": now,
            "taken_by": line.person,
            "taken_at": now if line.person is not None else None,
        }
        for identifier, line in wanted.items()
        if identifier not in there
    ]
    if rows:
        session.execute(insert(INVITATION), rows)
    others = [line for identifier, line in wanted.items() if line.person and there.get(identifier) not in {None, line.person}]
    if others:
        _keep_places(session, actor, course_id, _by_user_name(session, others), now=now)


def _by_user_name(session: Session, lines: Sequence[Line]) -> list[Line]:
    """Return lines whose e-mail or phone somebody else took a place with, by user name: that they were put in must be on record."""
    query = select(PERSON.c.id, func.lower(PERSON.c.user_name)).where(PERSON.c.id.in_({line.person for line in lines}))
    names = dict(map(tuple, session.execute(query)))
    named = [replace(line, row=replace(line.row, user_name=names[line.person])) for line in lines]
    return [line for line, before in zip(named, lines, strict=True) if line.row.identifier != before.row.identifier]


def _listed_as(line: Line) -> str:
    return line.card.user_name if line.card else line.row.identifier


def _with_accounts(session: Session, actor: Actor, lines: Sequence[Line], *, country: str, now: datetime) -> tuple[Line, ...]:
    new = [line for line in lines if line.fate == ACCOUNT]
    if not new:
        return tuple(lines)
    stems = {line.row.line: line.row.user_name or proposed_user_name(line.row) for line in new}
    taken = _taken(session, stems.values())
    made = {line.row.line: _made(session, actor, line, _free(stems[line.row.line], taken), country, now) for line in new}
    return tuple(made.get(line.row.line, line) if line.fate == ACCOUNT else line for line in lines)


def _made(session: Session, actor: Actor, line: Line, user_name: str, country: str, now: datetime) -> Line:
    """Make an account that opens with a code alone, and the code."""
    row = line.row
    person = Person(
        user_name=user_name,
        password_hash=passwords.USELESS,
        uniquifier=new_uniquifier(),
        name_arabic=row.name if row.is_arabic else "",
        name_latin="" if row.is_arabic else row.name,
        phone=row.phone or None,
        language=row.language or ("ar" if row.is_arabic else actor.language),
        country=country,
        created_at=now,
    )
    session.add(person)
    session.flush()
    card = issue_code(session, actor, PersonId(person.id), now=now, lasts=FIRST_CODE_LASTS)
    write_audit(session, "account_made", f"person:{person.id}", actor=actor.person_id, at=now)
    return replace(line, person=PersonId(person.id), card=card)


def proposed_user_name(row: Named) -> str:
    """Return a user name made of a name: `fatima.zahra`, `فاطمة.الزهراء`; it is for typing, so accents and vowel signs go."""
    plain = unicodedata.normalize("NFD", row.name.casefold())
    letters = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
    stem = _NO_SIGN.sub(".", unicodedata.normalize("NFC", letters)).strip(".")[: LONGEST_USER_NAME - 5].strip(".")
    return stem if len(stem) >= SHORTEST_USER_NAME else f"{stem or 'member'}.takwin"


def _taken(session: Session, stems: Iterable[str]) -> set[str]:
    """Return the user names that begin like these, whoever has them: closed accounts too keep theirs."""
    found: set[str] = set()
    column = func.lower(PERSON.c.user_name)
    for stem in set(stems):
        found |= set(session.scalars(select(column).where(column.startswith(stem, autoescape=True))))
    return found


def _free(stem: str, taken: set[str]) -> str:
    name = next(each for number in count(1) if (each := stem if number == 1 else f"{stem}{number}") not in taken)
    taken.add(name)
    return name
