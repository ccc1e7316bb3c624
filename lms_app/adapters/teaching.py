"""What the teaching desk reads: work that waits, who was last seen when, who is stuck; each in one bounded query."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from lms_app.adapters.courses import COURSE, ENROLMENT, REVISION
from lms_app.adapters.enrolments import COHORT, PERSON
from lms_app.adapters.grades import COURSE_GRADE, SCORE
from lms_app.adapters.learner_state import BLOCK as BLOCK_STATE
from lms_app.adapters.work import RECORD
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import StateRow
from lms_app.domain.work import CLAIM_LASTS, CLAIMED, WAITING
from lms_app.model.authoring import Invitation

MOST_LOOKED_AT: Final = 300
"""Scores that are looked through for learners who are stuck: the latest of the course or cohort."""
HALF: Final = 0.5
TWICE_JUDGED: Final = "work"
"""The kind of records that two people may have to judge."""
OF_PEERS: Final = "review"
"""The kind of records that learners judge among themselves: no trainer can take them over, whoever forgot them."""
GROWING: Final = ("coop_attendance", "coop_evidence")
"""Types of blocks that give their points piece by piece, as half-days pass and visits are accepted."""
NAMES: Final = (PERSON.c.user_name, PERSON.c.name_arabic, PERSON.c.name_latin)
_WAITING_COLUMNS: Final = (
    RECORD.c.id, RECORD.c.key, RECORD.c.kind, RECORD.c.state, RECORD.c.block_id, RECORD.c.data, RECORD.c.created_at,
    RECORD.c.updated_at, RECORD.c.learner_id, RECORD.c.judge_id, *NAMES, ENROLMENT.c.cohort_id, COHORT.c.name.label("cohort"),
    COHORT.c.place, COHORT.c.region, RECORD.c.course_id, COURSE.c.key.label("course_key"), REVISION.c.snapshot,
)  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """Whose work somebody may judge: the learners of courses that they run, and of cohorts that they train; never their own."""

    person: PersonId
    courses: frozenset[int] = frozenset()
    cohorts: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.courses or self.cohorts)


@dataclass(frozen=True)
class Among:
    """What a list is narrowed to."""

    course: int | None = None
    cohort: int | None = None
    kind: str = ""
    block: BlockId | None = None


ANYTHING: Final = Among()


# --- courses and cohorts ---


def taught(session: Session, reach: Reach) -> Sequence[Any]:
    """Return the courses that are run, or of which a cohort is trained, by title, with what is published; in one query."""
    held = select(COHORT.c.course_id).where(COHORT.c.id.in_(reach.cohorts))
    query = (
        select(COURSE.c.id, COURSE.c.key, COURSE.c.title, COURSE.c.source_language, REVISION.c.snapshot)
        .select_from(COURSE.outerjoin(REVISION, REVISION.c.id == COURSE.c.published_revision_id))
        .where(
            or_(COURSE.c.id.in_(reach.courses), COURSE.c.id.in_(held)), COURSE.c.kind == "course", COURSE.c.archived_at.is_(None)
        )
    )
    return session.execute(query.order_by(COURSE.c.title, COURSE.c.id)).all()


def taught_cohorts(session: Session, reach: Reach) -> Sequence[Any]:
    """Return the cohorts of these courses and those that are trained, with how many learn in each; in one query."""
    members = select(func.count()).where(ENROLMENT.c.cohort_id == COHORT.c.id, ENROLMENT.c.left_at.is_(None)).scalar_subquery()
    mine = or_(COHORT.c.course_id.in_(reach.courses), COHORT.c.id.in_(reach.cohorts))
    query = select(COHORT.c.id, COHORT.c.course_id, COHORT.c.name, members.label("members")).where(mine)
    return session.execute(query.order_by(COHORT.c.name, COHORT.c.id)).all()


def states_of(session: Session, course_id: int, wanted: Collection[tuple[int, BlockId]]) -> dict[tuple[int, BlockId], StateRow]:
    """Return what learners' blocks keep of them, for pairs of learner and block; in one query."""
    if not wanted:
        return {}
    pair = tuple_(BLOCK_STATE.c.person_id, BLOCK_STATE.c.block_id)
    columns = (BLOCK_STATE.c.person_id, BLOCK_STATE.c.block_id, BLOCK_STATE.c.version, BLOCK_STATE.c.state)
    query = select(*columns).where(BLOCK_STATE.c.course_id == course_id, pair.in_(list(wanted)))
    return {(row.person_id, BlockId(row.block_id)): StateRow(row.version, row.state) for row in session.execute(query)}


# --- work that waits ---


def count_waiting(session: Session, reach: Reach, among: Among, *, now: datetime, most: int, without: int = 0) -> int:
    """Return how many pieces of work wait, counted no further than `most`; `without` leaves one out."""
    query = _waiting(select(literal(1)), reach, among, now).where(RECORD.c.id != without).limit(most)
    return int(session.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def courses_within(session: Session, reach: Reach) -> Sequence[int]:
    """Return the numbers of the courses in which somebody's work may be theirs to judge; in one query."""
    return session.scalars(_courses(reach)).all()


def waiting_work(session: Session, reach: Reach, among: Among, *, now: datetime, limit: int, offset: int) -> Sequence[Any]:
    """Return what waits for a judge, the oldest first, with whose it is; in two queries."""
    chosen = _first(session, reach, among, now, limit=limit, offset=offset)
    return session.execute(_with_whose(chosen).order_by(*_in_order())).all() if chosen is not None else ()


def beside_waiting(
    session: Session, reach: Reach, among: Among, *, now: datetime, than: tuple[datetime, int], without: int, after: bool
) -> Any | None:
    """Return what waits right after (or before) a moment and a record's number, or None; in two queries."""
    keys, here = (RECORD.c.created_at, RECORD.c.id), than
    later = and_(keys[0] >= here[0], or_(keys[0] > here[0], keys[1] > here[1]))
    sooner = and_(keys[0] <= here[0], or_(keys[0] < here[0], keys[1] < here[1]))
    wanted = and_(RECORD.c.id != without, later if after else sooner)
    chosen = _first(session, reach, among, now, wanted, limit=1, offset=0, backwards=not after)
    return session.execute(_with_whose(chosen)).first() if chosen is not None else None


def _first(
    session: Session, reach: Reach, among: Among, now: datetime, *wanted: ColumnElement[bool], limit: int, offset: int,
    backwards: bool = False,
) -> Select[Any] | None:  # fmt: skip
    """Return a query for the numbers of the first that wait; None where nothing can.

    Course by course and state by state, each in the order of the index and no further than needed: so it costs the same
    however much waits behind.
    """
    arms = []
    for course, state in product(courses_within(session, reach), (WAITING, CLAIMED)):
        one = _waiting(select(RECORD.c.id, RECORD.c.created_at), reach, among, now, course=course)
        one = one.where(RECORD.c.state == state, *wanted).order_by(*_in_order(backwards=backwards)).limit(limit + offset)
        arms.append(select(*one.subquery().c))
    if not arms:
        return None
    every = union_all(*arms).subquery()
    order = [column.desc() if backwards else column for column in (every.c.created_at, every.c.id)]
    return select(every.c.id).order_by(*order).limit(limit).offset(offset)


def _with_whose(chosen: Select[Any]) -> Select[Any]:
    """Return the columns of these records: only they are read whole, however many there are to choose from."""
    ids = chosen.subquery()
    return _joined(select(*_WAITING_COLUMNS), named=True).where(RECORD.c.id.in_(select(ids.c.id)))


def record_of(session: Session, reach: Reach, course_id: int, block: BlockId, key: str) -> Any | None:
    """Return one record of a learner of theirs with whose it is, in whatever state; None for any other."""
    query = _of_theirs(select(*_WAITING_COLUMNS), reach, named=True)
    query = query.where(RECORD.c.course_id == course_id, RECORD.c.block_id == block, RECORD.c.key == key)
    return session.execute(query).first()


def work_in_hand(session: Session, course_id: int, people: Collection[int]) -> dict[int, dict[str, tuple[int, BlockId]]]:
    """Return of each of these learners, by state, how many pieces wait or came back, and one of their exercises; in one query."""
    mine = and_(RECORD.c.course_id == course_id, RECORD.c.learner_id.in_(list(people)))
    states = (WAITING, CLAIMED, "returned")
    query = select(RECORD.c.learner_id, RECORD.c.state, func.count().label("many"), func.min(RECORD.c.block_id).label("block"))
    query = query.where(mine, RECORD.c.kind != OF_PEERS, RECORD.c.state.in_(states)).group_by(RECORD.c.learner_id, RECORD.c.state)
    found: dict[int, dict[str, tuple[int, BlockId]]] = {}
    for row in session.execute(query):
        state = WAITING if row.state == CLAIMED else row.state
        held = found.setdefault(row.learner_id, {})
        held[state] = (held.get(state, (0, ""))[0] + row.many, BlockId(row.block))
    return found


def last_received(session: Session, course_id: int, people: Collection[int]) -> dict[int, datetime]:
    """Return when the last record of each of these people arrived here; in one query."""
    query = select(RECORD.c.author_id, func.max(RECORD.c.updated_at)).where(
        RECORD.c.author_id.in_(list(people)), RECORD.c.course_id == course_id
    )
    return {person: at for person, at in session.execute(query.group_by(RECORD.c.author_id)) if at is not None}


def _in_order(*, backwards: bool = False) -> tuple[ColumnElement[Any], ...]:
    columns = (RECORD.c.created_at, RECORD.c.id)
    return tuple(column.desc() for column in columns) if backwards else columns


def _waiting(query: Select[Any], reach: Reach, among: Among, now: datetime, *, course: int | None = None) -> Select[Any]:
    """Narrow to what waits, what this judge has in hand, and what another took in hand and forgot.

    Work of a kind that two may judge, which waits under the judge's own name, they have judged already: it waits for another.
    """
    is_mine = RECORD.c.judge_id == reach.person
    free = and_(RECORD.c.state == WAITING, or_(RECORD.c.judge_id.is_(None), ~is_mine, RECORD.c.kind != TWICE_JUDGED))
    in_hand = and_(RECORD.c.state == CLAIMED, or_(is_mine, RECORD.c.updated_at < now - CLAIM_LASTS))
    query = _of_theirs(query, reach, named=False, course=course)
    query = query.where(RECORD.c.state.in_((WAITING, CLAIMED)), RECORD.c.kind != OF_PEERS, or_(free, in_hand))
    for column, wanted in ((RECORD.c.kind, among.kind), (RECORD.c.block_id, among.block), (RECORD.c.course_id, among.course)):
        if wanted:
            query = query.where(column == wanted)
    return query.where(ENROLMENT.c.cohort_id == among.cohort) if among.cohort else query


def _of_theirs(query: Select[Any], reach: Reach, *, named: bool, course: int | None = None) -> Select[Any]:
    """Narrow to records of enrolled learners within reach, not the judge's own."""
    whose = or_(RECORD.c.course_id.in_(reach.courses), ENROLMENT.c.cohort_id.in_(reach.cohorts))
    here = RECORD.c.course_id == course if course else RECORD.c.course_id.in_(_courses(reach))
    return _joined(query, named=named).where(here, whose, RECORD.c.learner_id != reach.person)


def _courses(reach: Reach) -> CompoundSelect[Any]:
    run = select(COURSE.c.id).where(COURSE.c.id.in_(reach.courses))
    return union(run, select(COHORT.c.course_id).where(COHORT.c.id.in_(reach.cohorts)))


def _joined(query: Select[Any], *, named: bool) -> Select[Any]:
    """Bring the learner's place in the course, and with `named` who they are and what is published."""
    place = and_(ENROLMENT.c.person_id == RECORD.c.learner_id, ENROLMENT.c.course_id == RECORD.c.course_id)
    joined = RECORD.join(ENROLMENT, and_(place, ENROLMENT.c.left_at.is_(None)))
    if named:
        joined = joined.join(PERSON, PERSON.c.id == RECORD.c.learner_id).outerjoin(COHORT, COHORT.c.id == ENROLMENT.c.cohort_id)
        joined = joined.join(COURSE, COURSE.c.id == RECORD.c.course_id)
        joined = joined.outerjoin(REVISION, REVISION.c.id == COURSE.c.published_revision_id)
    return query.select_from(joined)


# --- learners ---


def learner_in(session: Session, course_id: int, person: PersonId) -> Any | None:
    """Return a learner who is in the course now, with their cohort, language, phone and grade; None for anybody else.

    The phone of somebody whom others put on a list is told once they have opened a unit: a list must not find out numbers.
    """
    on_a_list = exists().where(Invitation.course_id == course_id, Invitation.taken_by == PERSON.c.id)
    is_theirs = or_(ENROLMENT.c.last_unit != "", PERSON.c.created_at >= ENROLMENT.c.enrolled_at, ~on_a_list)
    query = _learners(course_id, None, PERSON.c.language, case((is_theirs, PERSON.c.phone), else_=None).label("phone"))
    return session.execute(query.where(PERSON.c.id == person)).first()


def learners_in(
    session: Session, course_id: int, cohorts: Collection[int] | None, *, words: str = "", limit: int | None, offset: int
) -> Sequence[Any]:
    """Return learners by name, with their kept course grade; in one query."""
    order = (PERSON.c.name_latin, PERSON.c.user_name)
    named = select(PERSON.c.id).select_from(ENROLMENT.join(PERSON, PERSON.c.id == ENROLMENT.c.person_id))
    chosen = _matching(named.where(in_course(course_id, cohorts)), words).order_by(*order).limit(limit).offset(offset).subquery()
    return session.execute(_learners(course_id, None).where(PERSON.c.id.in_(select(chosen.c.id))).order_by(*order)).all()


def count_learners(session: Session, course_id: int, cohorts: Collection[int] | None, *, words: str = "") -> int:
    """Return how many learners are in the course, or in these cohorts of it."""
    counted = select(func.count()).select_from(ENROLMENT.join(PERSON, PERSON.c.id == ENROLMENT.c.person_id))
    return int(session.execute(_matching(counted.where(in_course(course_id, cohorts)), words)).scalar_one())


def silent_learners(
    session: Session, course_id: int, cohorts: Collection[int] | None, *, but: PersonId, limit: int, offset: int
) -> Sequence[Any]:
    """Return learners, those who never began first, then whoever has been silent for longest; in one query."""
    seen = COURSE_GRADE.c.active_at
    order = (case((seen.is_(None), 0), else_=1), seen)
    graded = and_(COURSE_GRADE.c.person_id == ENROLMENT.c.person_id, COURSE_GRADE.c.course_id == ENROLMENT.c.course_id)
    chosen = (
        select(ENROLMENT.c.person_id)
        .select_from(ENROLMENT.outerjoin(COURSE_GRADE, graded))
        .where(in_course(course_id, cohorts), ENROLMENT.c.person_id != but)
        .order_by(*order, ENROLMENT.c.person_id)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    query = _learners(course_id, None).where(PERSON.c.id.in_(select(chosen.c.person_id)))
    return session.execute(query.order_by(*order, PERSON.c.id)).all()


def learners_with_work(
    session: Session, course_id: int, cohorts: Collection[int] | None, *, but: PersonId, limit: int, offset: int
) -> Sequence[Any]:
    """Return learners whose work waits or came back to them, whoever has waited longest first; in one query."""
    work = (
        select(RECORD.c.learner_id, func.min(RECORD.c.created_at).label("since"))
        .where(RECORD.c.course_id == course_id, RECORD.c.kind != OF_PEERS, RECORD.c.state.in_((WAITING, CLAIMED, "returned")))
        .group_by(RECORD.c.learner_id)
        .subquery()
    )
    query = _learners(course_id, cohorts, work.c.since).join(work, work.c.learner_id == PERSON.c.id).where(PERSON.c.id != but)
    return session.execute(query.order_by(work.c.since, PERSON.c.id).limit(limit).offset(offset)).all()


def low_scores(session: Session, course_id: int, cohorts: Collection[int] | None) -> Sequence[Any]:
    """Return, of the latest scores of these learners, those below half: whose, of which exercise, the latest first; one query."""
    counts = func.coalesce(SCORE.c.override_earned, SCORE.c.earned)
    of = func.coalesce(SCORE.c.override_possible, SCORE.c.possible)
    mine = and_(ENROLMENT.c.person_id == SCORE.c.person_id, ENROLMENT.c.course_id == SCORE.c.course_id)
    finished = (~SCORE.c.block_id.startswith(f"{kind}/", autoescape=True) for kind in GROWING)
    low = (
        select(SCORE.c.person_id, SCORE.c.block_id, counts.label("earned"), of.label("possible"), SCORE.c.scored_at)
        .select_from(SCORE.join(ENROLMENT, mine))
        .where(in_course(course_id, cohorts), SCORE.c.course_id == course_id, counts < of * HALF, *finished)
        .order_by(SCORE.c.scored_at.desc())
        .limit(MOST_LOOKED_AT)
    )
    return session.execute(low).all()


def learners_numbered(session: Session, course_id: int, people: Collection[int]) -> Mapping[int, Any]:
    """Return these learners by number; in one query."""
    rows = session.execute(_learners(course_id, None).where(PERSON.c.id.in_(list(people)))).all()
    return {row.id: row for row in rows}


def scores_by_person(session: Session, course_id: int, cohorts: Collection[int] | None) -> Sequence[Any]:
    """Return every score of these learners as it counts, with whether it was decided by hand; in one query."""
    mine = and_(ENROLMENT.c.person_id == SCORE.c.person_id, ENROLMENT.c.course_id == SCORE.c.course_id)
    by_hand = SCORE.c.override_earned.is_not(None).label("by_hand")
    query = select(
        SCORE.c.person_id, SCORE.c.block_id, func.coalesce(SCORE.c.override_earned, SCORE.c.earned).label("earned"), by_hand
    )
    return session.execute(query.select_from(SCORE.join(ENROLMENT, mine)).where(in_course(course_id, cohorts))).all()


def _learners(course_id: int, cohorts: Collection[int] | None, *more: ColumnElement[Any]) -> Select[Any]:
    graded = and_(COURSE_GRADE.c.person_id == PERSON.c.id, COURSE_GRADE.c.course_id == course_id)
    grade = (COURSE_GRADE.c.grade, COURSE_GRADE.c.completion, COURSE_GRADE.c.breakdown, COURSE_GRADE.c.passed_at)
    return (
        select(PERSON.c.id, *NAMES, ENROLMENT.c.cohort_id, COHORT.c.name.label("cohort"), COURSE_GRADE.c.active_at, *grade, *more)
        .select_from(
            ENROLMENT.join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
            .outerjoin(COHORT, COHORT.c.id == ENROLMENT.c.cohort_id)
            .outerjoin(COURSE_GRADE, graded)
        )
        .where(in_course(course_id, cohorts))
    )


def in_course(course_id: int, cohorts: Collection[int] | None) -> ColumnElement[bool]:
    """Return the condition for places in a course that are taken now: in these cohorts of it, or in all of it."""
    there = and_(ENROLMENT.c.course_id == course_id, ENROLMENT.c.left_at.is_(None))
    return there if cohorts is None else and_(there, ENROLMENT.c.cohort_id.in_(list(cohorts)))


def _matching(query: Select[Any], words: str) -> Select[Any]:
    for word in words.lower().split():
        query = query.where(or_(*(func.lower(column).contains(word, autoescape=True) for column in NAMES)))
    return query
