"""Work that people judge, in the database: records of blocks, the people of a course as blocks may know them, and more time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, cast

from sqlalchemy import Table, and_, bindparam, delete, exists, func, or_, select, true, update
from sqlalchemy.orm import Session

from lms_app.adapters.courses import ENROLMENT, CourseFacts, Membership
from lms_app.adapters.enrolments import COHORT, PERSON
from lms_app.adapters.learner_state import BLOCK as STATE
from lms_app.domain.actors import SITE, Actor, Place, PlaceKind
from lms_app.domain.errors import Invalid, StateTooLarge
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.permissions import Action, allows
from lms_app.domain.personal_codes import PersonalCodes
from lms_app.domain.work import Asked, Known, Record, RecordChange, without_texts
from lms_app.model.people import RoleGrant
from lms_app.model.work import BlockRecord, Extension
from lms_app.storage.base import json_text
from lms_app.storage.upsert import insert_new

RECORD = cast("Table", BlockRecord.__table__)
EXTENSION = cast("Table", Extension.__table__)
ROLE = cast("Table", RoleGrant.__table__)
LARGEST: Final = 256 << 10
"""Bytes of JSON in a record."""
_SAME_NAME: Final = 100
"""How many more people are looked at where a page ends among people of one name."""

_SHOWN: Any = select(
    RECORD.c.key,
    RECORD.c.kind,
    RECORD.c.state,
    RECORD.c.learner_id.label("learner"),
    RECORD.c.judge_id.label("judge"),
    RECORD.c.author_id.label("author"),
    RECORD.c.data,
    RECORD.c.version,
    RECORD.c.created_at,
    RECORD.c.updated_at,
)
_OF_BLOCK = and_(RECORD.c.course_id == bindparam("course"), RECORD.c.block_id == bindparam("block"))
_ONE = _SHOWN.where(_OF_BLOCK, RECORD.c.key == bindparam("name"))
_CHANGE = (
    update(RECORD)
    .where(
        RECORD.c.course_id == bindparam("of_course"),
        RECORD.c.block_id == bindparam("of_block"),
        RECORD.c.key == bindparam("of_key"),
        RECORD.c.version == bindparam("of_version"),
    )
    .values({name: bindparam(name) for name in ("kind", "state", "learner_id", "judge_id", "data", "updated_at", "version")})
)
"""Written once: putting a statement together costs more than running it."""


class SqlWork:
    """Reads records of a course and the people in it for one who acts (port `WorkReader`)."""

    def __init__(self, session: Session, actor: Actor, course: CourseFacts, *, secret: str) -> None:
        self._session = session
        self._actor = actor
        self._course = course
        self._codes = PersonalCodes(secret, course.key)
        self._cohorts: dict[PersonId, int | None] = {}
        """Of those who are in the course now, as far as they were looked up."""
        self._last_cohorts: dict[PersonId, int | None] = {}
        """Of those who learn or learnt here."""
        self._looked_up: set[PersonId] = set()
        self._met: set[PersonId] = set()
        """Whom records name, and who will be asked about next."""
        self._related: dict[PersonId, bool] = {}

    @property
    def me(self) -> PersonId:
        """Who acts."""
        return self._actor.person_id or PersonId(0)

    @property
    def is_judge(self) -> bool:
        """Whether they run the course or train a cohort of it."""
        return self._runs_course or bool(self._trained)

    def may_judge(self, learner: PersonId | None) -> bool:
        """Tell whether they may judge this learner, who is in the course now; never themselves."""
        if learner is None or learner == self.me or not self.is_judge:
            return False
        self._look_up(learner)
        return learner in self._cohorts and self._judges_cohort(self._cohorts[learner])

    def is_here(self, person: PersonId) -> bool:
        """Tell whether somebody has to do with the course: learns or learnt in it, or has a role in it."""
        if person not in self._related:
            found = self._session.execute(select(PERSON.c.id).where(PERSON.c.id == person, self._belongs()))
            self._related[person] = found.first() is not None
        return self._related[person]

    def groups(self) -> Mapping[int, str]:
        """Return the names of the cohorts they may judge."""
        return dict(self._trained) if self.is_judge else {}

    def people(self, *, group: str, search: str, limit: int, after: str) -> Sequence[Known]:
        """Return the learners they may judge, by name. A page never ends between two people of one name."""
        if not self.is_judge:
            return ()
        name = self._name()
        query = self._known().where(ENROLMENT.c.left_at.is_(None), PERSON.c.id != self.me, PERSON.c.erased_at.is_(None))
        if not self._runs_course:
            query = query.where(ENROLMENT.c.cohort_id.in_(list(self._trained)))
        if group:
            query = query.where(ENROLMENT.c.cohort_id == (int(group) if group.isascii() and group.isdecimal() else 0))
        if search:
            columns = (PERSON.c.user_name, PERSON.c.name_latin, PERSON.c.name_arabic)
            query = query.where(or_(*(func.lower(column).contains(search.lower(), autoescape=True) for column in columns)))
        if after:
            query = query.where(name > after)
        rows = self._session.execute(query.order_by(name, PERSON.c.id).limit(limit + _SAME_NAME)).all()
        end = min(limit, len(rows))
        while 0 < end < len(rows) and rows[end].name == rows[end - 1].name:
            end += 1
        return tuple(self._read(row) for row in rows[:end])

    def people_named(self, ids: Collection[PersonId]) -> Sequence[Known]:
        """Return those of these people who have to do with the course; codes of those alone whom they may judge, and their own."""
        if not ids:
            return ()
        query = self._known(outer=True).where(PERSON.c.id.in_(list(ids)), PERSON.c.erased_at.is_(None), self._belongs())
        return tuple(self._read(row) for row in self._session.execute(query))

    def person_with(self, code: str) -> Known | None:
        """Return the learner of the course with this personal code. Codes are not stored: each learner's is made and compared."""
        here = select(ENROLMENT.c.person_id).where(ENROLMENT.c.course_id == self._course.id, ENROLMENT.c.left_at.is_(None))
        found = self._codes.owner(code, (PersonId(one) for one in self._session.execute(here).scalars()))
        return next(iter(self.people_named([found])), None) if found is not None else None

    def record(self, block: BlockId, key: str) -> Record | None:
        """Return a record, whoever may see it."""
        values = {"course": self._course.id, "block": block, "name": key}
        row = self._session.connection().execute(_ONE, values).one_or_none()
        return self._record(row) if row is not None else None

    def records(self, block: BlockId, asked: Asked) -> Sequence[Record]:
        """Return the records asked for that they may see."""
        query = _SHOWN.where(_OF_BLOCK, self._seen())
        wanted = (
            ("kind", asked.kind or None),
            ("learner_id", asked.learner),
            ("judge_id", asked.judge),
            ("author_id", asked.author),
        )
        for column, value in wanted:
            if value is not None:
                query = query.where(RECORD.c[column] == value)
        if asked.states:
            query = query.where(RECORD.c.state.in_(asked.states))
        if asked.learners is not None:
            query = query.where(RECORD.c.learner_id.in_(sorted(asked.learners)))
        order = (RECORD.c.created_at, RECORD.c.key)
        query = query.order_by(*((column.desc() for column in order) if asked.newest_first else order)).limit(asked.limit)
        rows = self._session.connection().execute(query, {"course": self._course.id, "block": block})
        return tuple(self._record(row) for row in rows)

    def counts(self, block: BlockId, kind: str) -> Mapping[str, int]:
        """Return how many records they may see by state."""
        query = select(RECORD.c.state, func.count()).where(_OF_BLOCK, self._seen()).group_by(RECORD.c.state)
        if kind:
            query = query.where(RECORD.c.kind == kind)
        rows = self._session.connection().execute(query, {"course": self._course.id, "block": block})
        return {state: number for state, number in rows}  # noqa: C416 -- rows, not pairs

    def may_see(self, record: Record) -> bool:
        """Tell whether they may see a record: a cohort's trainer those of their learners, of nobody, and their own."""
        if self._sees_all or record.learner is None or self.me in {record.learner, record.judge, record.author}:
            return True
        self._look_up(record.learner)
        return self._last_cohorts.get(record.learner) in self._trained

    # --- who may ---

    @cached_property
    def _runs_course(self) -> bool:
        return allows(self._actor, Action.NOTE_ATTAINMENTS, [Place(PlaceKind.COURSE, self._course.id)])

    @cached_property
    def _trained(self) -> Mapping[int, str]:
        """Cohorts that they may judge; whoever holds no role in a cohort costs no query."""
        holds_one = any(place.kind is PlaceKind.COHORT for _role, place in self._actor.roles)
        if not (self._runs_course or holds_one):
            return {}
        found = self._session.execute(
            select(COHORT.c.id, COHORT.c.name).where(COHORT.c.course_id == self._course.id).order_by(COHORT.c.name)
        )
        may = Action.NOTE_ATTAINMENTS
        return {
            row.id: row.name for row in found if self._runs_course or allows(self._actor, may, [Place(PlaceKind.COHORT, row.id)])
        }

    def _judges_cohort(self, cohort: int | None) -> bool:
        return self._runs_course or cohort in self._trained

    @property
    def _sees_all(self) -> bool:
        """Whether nothing is hidden: from those who run the course, and from learners, to whom blocks show what is theirs to see."""
        return self._runs_course or not self.is_judge

    def _seen(self) -> Any:
        if self._sees_all:
            return true()
        theirs = select(ENROLMENT.c.person_id).where(
            ENROLMENT.c.course_id == self._course.id, ENROLMENT.c.cohort_id.in_(list(self._trained))
        )
        own = (RECORD.c[name] == self.me for name in ("learner_id", "judge_id", "author_id"))
        return or_(RECORD.c.learner_id.is_(None), *own, RECORD.c.learner_id.in_(theirs))

    def _look_up(self, person: PersonId) -> None:
        """Read the cohort of somebody, and of everybody whom records named so far: one query for a whole list."""
        if person in self._looked_up:
            return
        wanted = (self._met | {person}) - self._looked_up
        rows = self._session.execute(
            select(ENROLMENT.c.person_id, ENROLMENT.c.cohort_id, ENROLMENT.c.left_at).where(
                ENROLMENT.c.course_id == self._course.id, ENROLMENT.c.person_id.in_(list(wanted))
            )
        )
        for row in rows:
            self._learnt(PersonId(row.person_id), row.cohort_id, is_in=row.left_at is None)
        self._looked_up |= wanted

    def _learnt(self, person: PersonId, cohort: int | None, *, is_in: bool) -> None:
        self._last_cohorts[person] = cohort
        self._looked_up.add(person)
        self._related[person] = True
        if is_in:
            self._cohorts[person] = cohort

    def _belongs(self) -> Any:
        """Return the condition that somebody has to do with the course, told of `person.id`."""
        mine = (ENROLMENT.c.person_id == PERSON.c.id, ENROLMENT.c.course_id == self._course.id)
        enrolled = select(ENROLMENT.c.person_id).where(*mine).correlate(PERSON)
        cohorts = select(COHORT.c.id).where(COHORT.c.course_id == self._course.id).correlate(None)
        here = or_(
            and_(ROLE.c.place_kind == str(PlaceKind.COURSE), ROLE.c.place_id == self._course.id),
            and_(ROLE.c.place_kind == str(PlaceKind.COHORT), ROLE.c.place_id.in_(cohorts)),
            ROLE.c.place_kind == str(SITE.kind),
        )
        return or_(enrolled.exists(), select(ROLE.c.id).where(ROLE.c.person_id == PERSON.c.id, here).correlate(PERSON).exists())

    # --- rows ---

    def _name(self) -> Any:
        """Return how people are called, in the reader's script where they gave a name in it."""
        first, second = ("name_arabic", "name_latin") if self._actor.language == "ar" else ("name_latin", "name_arabic")
        return func.coalesce(func.nullif(PERSON.c[first], ""), func.nullif(PERSON.c[second], ""), PERSON.c.user_name)

    def _known(self, *, outer: bool = False) -> Any:
        mine = and_(ENROLMENT.c.person_id == PERSON.c.id, ENROLMENT.c.course_id == self._course.id)
        joined = PERSON.join(ENROLMENT, mine, isouter=outer).outerjoin(COHORT, COHORT.c.id == ENROLMENT.c.cohort_id)
        return select(
            PERSON.c.id,
            self._name().label("name"),
            func.coalesce(func.nullif(ENROLMENT.c.language, ""), PERSON.c.language).label("language"),
            COHORT.c.name.label("cohort"),
            ENROLMENT.c.cohort_id,
            ENROLMENT.c.enrolled_at,
            ENROLMENT.c.left_at,
        ).select_from(joined)

    def _read(self, row: Any) -> Known:
        person = PersonId(row.id)
        if row.enrolled_at is not None:
            self._learnt(person, row.cohort_id, is_in=row.left_at is None)
        self._related[person] = True
        code = self._codes.of(person) if person == self.me or self.may_judge(person) else ""
        return Known(id=person, name=row.name, language=row.language or "", code=code, group=row.cohort or "")

    def _record(self, row: Any) -> Record:
        record = Record(**row._mapping)  # noqa: SLF001 -- SQLAlchemy's public way, whatever its name
        self._met |= {person for person in (record.learner, record.judge, record.author) if person is not None}
        return record


def write_records(session: Session, changes: Iterable[RecordChange], *, course_id: int) -> bool:
    """Write all records and return True, or False when one changed, or its key was taken, since it was read.

    On False some may be written already: the caller rolls the transaction back. Raises `StateTooLarge` before any is written.
    """
    wanted = list(changes)
    for change in wanted:
        _check(change.record)
    return all(_write(session, change, course_id) for change in wanted)


def _check(record: Record) -> None:
    try:
        size = len(json_text(record.data).encode())
    except UnicodeEncodeError as error:
        raise Invalid("hidden_characters") from error
    if size > LARGEST:
        raise StateTooLarge(size=size)


def _write(session: Session, change: RecordChange, course_id: int) -> bool:
    record = change.record
    values = {
        "kind": record.kind,
        "state": record.state,
        "learner_id": record.learner,
        "judge_id": record.judge,
        "data": dict(record.data),
        "version": record.version + 1,
        "updated_at": record.updated_at,
    }
    if record.version == 0:
        first = {"course_id": course_id, "block_id": change.block, "key": record.key, "author_id": record.author}
        return insert_new(session, RECORD, {**first, **values, "created_at": record.created_at})
    read = {"of_course": course_id, "of_block": change.block, "of_key": record.key, "of_version": record.version}
    return session.connection().execute(_CHANGE, {**read, **values}).rowcount == 1


@dataclass(frozen=True)
class Judgeable:
    """A learner who is judged: their place in the course, and their language."""

    membership: Membership
    language: str
    """Of the person; the course may be read in another."""


def learners_judged(session: Session, course_id: int, people: Collection[PersonId]) -> dict[PersonId, Judgeable]:
    """Return those of these people who are in the course now, in one query."""
    query = (
        select(ENROLMENT, PERSON.c.language.label("speaks"))
        .join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
        .where(ENROLMENT.c.course_id == course_id, ENROLMENT.c.person_id.in_(list(people)), ENROLMENT.c.left_at.is_(None))
    )
    return {
        PersonId(row.person_id): Judgeable(
            Membership(row.cohort_id, row.language, row.last_unit, row.enrolled_at, is_open=True), row.speaks
        )
        for row in session.execute(query)
    }


def given_to_judge(
    session: Session, course_id: int, judge: PersonId, blocks: Collection[BlockId], people: Collection[PersonId]
) -> set[tuple[BlockId, PersonId]]:
    """Return for which of these blocks and learners a record names this judge, in one query."""
    query = select(RECORD.c.block_id, RECORD.c.learner_id).where(
        RECORD.c.course_id == course_id,
        RECORD.c.judge_id == judge,
        RECORD.c.block_id.in_(list(blocks)),
        RECORD.c.learner_id.in_(list(people)),
    )
    return {(BlockId(row.block_id), PersonId(row.learner_id)) for row in session.execute(query.distinct())}


def records_of(session: Session, person: PersonId) -> Sequence[Any]:
    """Return every record that names a person as its learner, judge or author, in order, with the number of its course."""
    named = or_(*(RECORD.c[name] == person for name in ("learner_id", "judge_id", "author_id")))
    return session.execute(select(RECORD).where(named).order_by(RECORD.c.id)).all()


def empty_records(session: Session, person: PersonId) -> None:
    """Empty the texts in every record about a person: what they handed in, and what was said of it. Levels stay."""
    found = session.execute(select(RECORD.c.id, RECORD.c.data, RECORD.c.version).where(RECORD.c.learner_id == person)).all()
    for row in found:
        values = {"data": without_texts(row.data), "version": row.version + 1}
        session.execute(update(RECORD).where(RECORD.c.id == row.id).values(values))


def forget_drafts(session: Session, person: PersonId) -> None:
    """Forget what blocks keep for a person of work that people judge: a draft says, word by word, what was handed in."""
    same = (RECORD.c.course_id == STATE.c.course_id, RECORD.c.block_id == STATE.c.block_id)
    is_judged = exists().where(RECORD.c.learner_id == person, *same)
    session.execute(delete(STATE).where(STATE.c.person_id == person, is_judged))


def forget_extensions(session: Session, person: PersonId) -> None:
    """Forget for what a person was given more time, and why."""
    session.execute(delete(EXTENSION).where(EXTENSION.c.person_id == person))


def extensions_of(session: Session, person: PersonId, course_id: int) -> dict[BlockId, datetime]:
    """Return until when the learner may answer, for each block (with all below it) for which they were given more time."""
    mine = and_(EXTENSION.c.person_id == person, EXTENSION.c.course_id == course_id)
    rows = session.execute(select(EXTENSION.c.block_id, EXTENSION.c.closes_at).where(mine))
    return {BlockId(row.block_id): row.closes_at for row in rows}
