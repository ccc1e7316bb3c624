"""Publishing later: a state of the course becomes what learners see at a moment that an author chose, once, whoever sweeps."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.people import write_audit
from lms_app.adapters.revisions import PUBLISHED_MEANWHILE
from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.errors import Conflict, Invalid, NeedsSignIn, NotFound, TakwinError
from lms_app.domain.keys import CourseKey, PersonId
from lms_app.domain.permissions import Action, require
from lms_app.model.authoring import PlannedPublication
from lms_app.model.courses import Course
from lms_app.model.people import Person
from lms_app.services.accounts.acting import absent_actor
from lms_app.services.authoring.drafts import hold_draft
from lms_app.services.authoring.drafts_at import revision_of
from lms_app.services.authoring.publishing import make_public
from lms_app.storage.transaction import transaction

log = logging.getLogger(__name__)
FARTHEST: Final = timedelta(days=730)
_FAILED: Final = "plan_failed"


@dataclass(frozen=True)
class Plan:
    """What is to be published later, and by whose word."""

    revision: int
    at: datetime
    by: str
    asked_at: datetime
    problem: str
    """Why it waits for a word, as a code; '' while it stands."""
    is_draft: bool
    """Whether the draft is still what was planned."""


def plan_of(session: Session, course: Course) -> Plan | None:
    """Return what is planned for a course, in one read."""
    columns = (PlannedPublication, Person.user_name, Person.name_latin, Person.name_arabic)
    query = select(*columns).join(Person, Person.id == PlannedPublication.asked_by)
    row = session.execute(query.where(PlannedPublication.course_id == course.id)).one_or_none()
    if row is None:
        return None
    plan: PlannedPublication = row[0]
    return Plan(
        revision=plan.revision_id,
        at=plan.at,
        by=row.name_latin or row.name_arabic or row.user_name,
        asked_at=plan.asked_at,
        problem=plan.problem,
        is_draft=plan.revision_id == course.draft_revision_id,
    )


def plan_publication(session: Session, actor: Actor, key: CourseKey, *, expected: int, at: datetime, now: datetime) -> None:
    """Plan the draft as it is now for a moment to come, in place of what was planned before.

    What is written later is not in it. Refused: a draft that moved on (`Conflict`), a moment that is past or too far (`Invalid`).
    """
    if actor.person_id is None:
        raise NeedsSignIn
    draft = hold_draft(session, key)
    if draft.revision.id != expected:
        raise Conflict("draft_moved_on", key=key)
    _check_moment(at, now)
    session.execute(delete(PlannedPublication).where(PlannedPublication.course_id == draft.course.id))
    _write(session, actor.person_id, draft.course.id, expected, at=at, now=now)


def confirm_plan(session: Session, actor: Actor, key: CourseKey, *, at: datetime | None = None, now: datetime) -> None:
    """Say that what was planned still holds, at another moment if one is given. Refused: nothing planned (`NotFound`), a past moment."""
    if actor.person_id is None:
        raise NeedsSignIn
    draft = hold_draft(session, key)
    plan = _plan(session, draft.course.id)
    moment, revision = at or plan.at, plan.revision_id
    _check_moment(moment, now)
    session.delete(plan)
    session.flush()
    _write(session, actor.person_id, draft.course.id, revision, at=moment, now=now)


def cancel_plan(session: Session, actor: Actor, key: CourseKey, *, now: datetime) -> None:
    """Publish nothing later after all; refuse (`NotFound`) where nothing is planned."""
    course = hold_draft(session, key).course
    plan = _plan(session, course.id)
    session.delete(plan)
    write_audit(session, "publication_cancelled", f"course:{course.id}", actor=actor.person_id, at=now, revision=plan.revision_id)


def carry_out(sessions: sessionmaker[Session], *, now: Callable[[], datetime]) -> int:
    """Publish everything whose moment has come, and return how much was; each once, whoever sweeps and however late.

    What was planned by somebody who may not change the course any more waits for a word of those who may.
    """
    moment = now()
    due = select(PlannedPublication.course_id).where(PlannedPublication.at <= moment, PlannedPublication.problem == "")
    with transaction(sessions, writes=False) as session:
        courses = list(session.scalars(due))
    return sum(_carry_out_one(sessions, course, moment) for course in courses)


def _carry_out_one(sessions: sessionmaker[Session], course_id: int, moment: datetime) -> bool:
    """Publish what is planned for one course, if it still is; a refusal is noted, and no other course waits for it."""
    try:
        with transaction(sessions) as session:
            course = session.get_one(Course, course_id, with_for_update=True)
            plan = session.get(PlannedPublication, course_id)
            if plan is None or plan.at > moment or plan.problem:
                return False
            revision = revision_of(session, course_id, plan.revision_id)
            asked_by = PersonId(plan.asked_by)
            require(absent_actor(session, asked_by), Action.EDIT_COURSE, [Place(PlaceKind.COURSE, course_id)])
            session.delete(plan)
            make_public(session, asked_by, course, revision, now=moment, planned=True)
    except Exception as error:  # noqa: BLE001 -- whatever it was, the other courses must not wait for it
        log.warning("what was planned for course %s could not be published: %s", course_id, error)
        with transaction(sessions) as session:
            plan = session.get(PlannedPublication, course_id)
            if plan is not None:
                plan.problem = error.code if isinstance(error, TakwinError) else _FAILED
        return False
    return True


def needs_a_word(plan: Plan | None) -> bool:
    """Tell whether somebody must say if the plan still holds, since the course was published by hand meanwhile."""
    return plan is not None and plan.problem == PUBLISHED_MEANWHILE


def _plan(session: Session, course_id: int) -> PlannedPublication:
    plan = session.get(PlannedPublication, course_id)
    if plan is None:
        raise NotFound("nothing_planned")
    return plan


def _check_moment(at: datetime, now: datetime) -> None:
    if not now < at <= now + FARTHEST:
        raise Invalid("bad_publication_moment", field="at")


def _write(session: Session, person: PersonId, course_id: int, revision: int, *, at: datetime, now: datetime) -> None:
    session.add(PlannedPublication(course_id=course_id, revision_id=revision, at=at, asked_by=person, asked_at=now))
    subject = f"course:{course_id}"
    write_audit(session, "publication_planned", subject, actor=person, at=now, revision=revision, on=at.isoformat())
