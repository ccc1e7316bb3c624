"""What those who teach decide for single learners: points by hand, more time, and the trace that it leaves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, case, delete, func, select, update
from sqlalchemy.orm import Session

from lms_app.adapters.courses import ENROLMENT
from lms_app.adapters.enrolments import COHORT, PERSON
from lms_app.adapters.grades import SCORE
from lms_app.adapters.teaching import NAMES, in_course
from lms_app.adapters.work import EXTENSION
from lms_app.domain.keys import BlockId, PersonId
from lms_app.model.people import AuditEntry
from lms_app.storage.upsert import upsert

_MADE_BY_A_DECISION: Final = and_(
    SCORE.c.override_earned.is_not(None), SCORE.c.scored_at == SCORE.c.override_at, SCORE.c.earned == 0
)
"""A score of an exercise that was never answered."""


def acts_on(session: Session, person: PersonId, actions: Collection[str], *, most: int) -> Sequence[Any]:
    """Return the latest of these acts on a person, the newest first, with who did each; in one query."""
    query = (
        select(AuditEntry.at, AuditEntry.action, AuditEntry.detail, AuditEntry.actor_id, *NAMES)
        .join(PERSON, PERSON.c.id == AuditEntry.actor_id, isouter=True)
        .where(AuditEntry.subject == f"person:{person}", AuditEntry.action.in_(list(actions)))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    return session.execute(query.limit(most)).all()


def forget_reasons(session: Session, person: PersonId) -> None:
    """Forget the reasons that were written down about a person; that something was decided stays."""
    rows = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"person:{person}")).all()
    for row in rows:
        if "reason" in row.detail:
            row.detail = {name: value for name, value in row.detail.items() if name != "reason"}


def overridden(session: Session, course_id: int, people: Collection[int]) -> Sequence[Any]:
    """Return the scores of these learners that a trainer decided by hand; in one query."""
    decided = (SCORE.c.override_earned, SCORE.c.override_possible, SCORE.c.override_reason)
    query = select(SCORE.c.person_id, SCORE.c.block_id, SCORE.c.possible, *decided).where(
        SCORE.c.course_id == course_id, SCORE.c.person_id.in_(list(people))
    )
    return session.execute(query.where(SCORE.c.override_earned.is_not(None)).order_by(SCORE.c.person_id, SCORE.c.block_id)).all()


def scores_in_full(session: Session, person: PersonId, course_id: int) -> Mapping[BlockId, Any]:
    """Return the whole rows of a learner's scores, by exercise; in one query."""
    rows = session.execute(select(SCORE).where(SCORE.c.person_id == person, SCORE.c.course_id == course_id)).all()
    return {BlockId(row.block_id): row for row in rows}


def write_override(session: Session, person: PersonId, course_id: int, block: BlockId, values: Mapping[str, Any]) -> None:
    """Set what counts in place of a score; `values` are its `override_…` columns. One who never answered gets a score of nothing."""
    key = {"person_id": person, "course_id": course_id, "block_id": block}
    # What only an earlier decision made stays known as such (see `take_back_override`) when it is decided again.
    again = update(SCORE).where(*(SCORE.c[name] == value for name, value in key.items()), _MADE_BY_A_DECISION)
    session.execute(again.values(scored_at=values["override_at"]))
    row = {**key, "earned": 0.0, "possible": values["override_possible"], "scored_at": values["override_at"], **values}
    upsert(session, SCORE, [row], update=tuple(values))


def take_back_override(session: Session, person: PersonId, course_id: int, block: BlockId) -> bool:
    """Let a learner's own score count again; False when nothing was decided. A score that only the decision made goes with it."""
    mine = and_(SCORE.c.person_id == person, SCORE.c.course_id == course_id, SCORE.c.block_id == block)
    decided = and_(mine, SCORE.c.override_earned.is_not(None))
    if session.execute(delete(SCORE).where(decided, _MADE_BY_A_DECISION)).rowcount:  # type: ignore[attr-defined]
        return True
    none = {"override_earned": None, "override_possible": None, "override_by": None, "override_at": None, "override_reason": ""}
    return bool(session.execute(update(SCORE).where(decided).values(none)).rowcount)  # type: ignore[attr-defined]


def learner_numbers(session: Session, course_id: int, cohorts: Collection[int] | None) -> Sequence[int]:
    """Return the numbers of the learners who are in the course now, or in these cohorts of it."""
    return session.scalars(select(ENROLMENT.c.person_id).where(in_course(course_id, cohorts)).order_by(ENROLMENT.c.person_id)).all()


def write_extensions(session: Session, people: Collection[int], course_id: int, block: BlockId, values: Mapping[str, Any]) -> None:
    """Give these learners more time for a block and all below it, in place of what they had; `values` are the other columns."""
    rows = [{"person_id": person, "course_id": course_id, "block_id": block, **values} for person in people]
    upsert(session, EXTENSION, rows, update=tuple(values))


def extensions_in(session: Session, course_id: int, cohorts: Collection[int] | None, *, limit: int, offset: int) -> Sequence[Any]:
    """Return who was given more time for what, a line for all who were given it together, the newest first; in one query."""
    mine = and_(ENROLMENT.c.person_id == EXTENSION.c.person_id, ENROLMENT.c.course_id == EXTENSION.c.course_id)
    together = (EXTENSION.c.block_id, EXTENSION.c.closes_at, EXTENSION.c.granted_at, EXTENSION.c.granted_by, EXTENSION.c.reason)
    first, last = func.min(ENROLMENT.c.cohort_id), func.max(ENROLMENT.c.cohort_id)
    given = (
        select(
            *together,
            func.count().label("many"),
            func.min(EXTENSION.c.person_id).label("person_id"),
            case((first == last, first), else_=None).label("cohort_id"),
        )
        .select_from(EXTENSION.join(ENROLMENT, mine))
        .where(EXTENSION.c.course_id == course_id, in_course(course_id, cohorts))
        .group_by(*together)
        .order_by(EXTENSION.c.granted_at.desc(), EXTENSION.c.block_id)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    giver = PERSON.alias("giver")
    joined = given.join(PERSON, PERSON.c.id == given.c.person_id).outerjoin(COHORT, COHORT.c.id == given.c.cohort_id)
    joined = joined.outerjoin(giver, giver.c.id == given.c.granted_by)
    givers = (giver.c.user_name.label("by_user"), giver.c.name_arabic.label("by_arabic"), giver.c.name_latin.label("by_latin"))
    query = select(given, *NAMES, COHORT.c.name.label("cohort"), *givers).select_from(joined)
    return session.execute(query.order_by(given.c.granted_at.desc(), given.c.block_id)).all()


def take_back_extensions(
    session: Session, course_id: int, cohorts: Collection[int] | None, block: BlockId, granted_at: datetime, *, person: int | None
) -> Sequence[int]:
    """Take back what was given together at that moment, of these learners or of one; return whose it was."""
    theirs = select(ENROLMENT.c.person_id).where(in_course(course_id, cohorts))
    mine = [
        EXTENSION.c.course_id == course_id,
        EXTENSION.c.block_id == block,
        EXTENSION.c.granted_at == granted_at,
        EXTENSION.c.person_id.in_(theirs),
    ]
    if person is not None:
        mine.append(EXTENSION.c.person_id == person)
    people = session.scalars(select(EXTENSION.c.person_id).where(*mine)).all()
    session.execute(delete(EXTENSION).where(*mine))
    return people
