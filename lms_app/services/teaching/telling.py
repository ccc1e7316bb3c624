"""What was done for a learner: messages that were prepared, calls and visits, points decided, more time given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.decisions import acts_on
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import PersonId
from lms_app.services.teaching.reach import learner_of, shown_name

PREPARED: Final = "message_prepared"
CONTACTED: Final = "learner_contacted"
POINTS: Final = "points_decided"
POINTS_BACK: Final = "points_withdrawn"
MORE_TIME: Final = "more_time_given"
TIME_BACK: Final = "more_time_withdrawn"
ABOUT: Final = ("silent", "stuck", "returned", "waiting")
WAYS: Final = ("called", "met", "wrote")
"""How somebody was spoken to. No free words: what stands here outlives the account, so it tells nothing of the person."""
_MOST: Final = 60
SHOWN: Final = 20


@dataclass(frozen=True)
class Act:
    """Something that was done for, or decided about, a learner."""

    at: datetime
    action: str
    by: str
    """'' for somebody whose account is gone."""
    detail: Mapping[str, Any]


def prepare_message(session: Session, actor: Actor, course: CourseFacts, person: PersonId, about: str, *, now: datetime) -> None:
    """Note that a message to a learner was prepared. Refused (`NotFound`): a learner who is not the actor's."""
    learner_of(session, actor, course, person)
    if about not in ABOUT:
        raise Invalid("field_not_listed", field="about")
    write_audit(session, PREPARED, f"person:{person}", actor=actor.person_id, at=now, course=course.id, about=about)


def note_contact(session: Session, actor: Actor, course: CourseFacts, person: PersonId, way: str, *, now: datetime) -> None:
    """Note that a learner was called, met or written to. Refused: a learner who is not the actor's, an unknown way."""
    learner_of(session, actor, course, person)
    if way not in WAYS:
        raise Invalid("field_not_listed", field="way")
    write_audit(session, CONTACTED, f"person:{person}", actor=actor.person_id, at=now, course=course.id, way=way)


def acts_for(session: Session, course: CourseFacts, person: PersonId, *, language: str) -> tuple[Act, ...]:
    """Return the latest that was done for a learner in this course, the newest first; in one read."""
    rows = acts_on(session, person, (PREPARED, CONTACTED, POINTS, POINTS_BACK, MORE_TIME, TIME_BACK), most=_MOST)
    return tuple(
        Act(row.at, row.action, shown_name(row, language) if row.user_name else "", row.detail)
        for row in rows
        if row.detail.get("course") == course.id
    )[:SHOWN]
