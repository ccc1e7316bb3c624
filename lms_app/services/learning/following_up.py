"""Keeping what blocks tell of a cooperative's way, in the commit that stores the answer: measurements, and days to remind of."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.follow_up import close_reminders, replace_reminders, write_measurement
from lms_app.domain.follow_up import FOLLOWED_UP, KINDS, MEASURED, PLAN_READY, NotUsable, read_measured, read_plan
from lms_app.domain.keys import PersonId
from lms_app.domain.learning import Published

log = logging.getLogger(__name__)


def told_by(events: Iterable[Published]) -> tuple[Published, ...]:
    """Return the events that are about a cooperative's way, in order."""
    return tuple(event for event in events if event.kind in KINDS)


def keep_told(session: Session, person: PersonId, course: CourseFacts, told: Iterable[Published], *, now: datetime) -> None:
    """Write what the events say about the learner who answered, whomever they name themselves.

    What can't be kept (figures that are none, days long past) is left out with a line in the log: the answer itself counts.
    """
    for event in told:
        try:
            _keep(session, person, course, event, now=now)
        except NotUsable as error:
            log.warning("%s of %s can't be kept: %s", event.kind, event.block, error)


def _keep(session: Session, person: PersonId, course: CourseFacts, event: Published, *, now: datetime) -> None:
    if event.kind == MEASURED:
        found = read_measured(event.data)
        values = {
            "cohort_id": course.membership.cohort_id if course.membership else None,
            "kind": "diagnostic",
            "moment": found.moment,
            "cooperative": found.cooperative,
            "respondents": found.respondents,
            "overall": found.overall,
            "data": found.as_json(),
            "measured_at": now,
        }
        write_measurement(session, person, course.id, event.block, values)
    elif event.kind == PLAN_READY:
        plan = read_plan(event.data, now=now)
        if plan.refused:
            log.warning("%s of %s names days that can't be: %s", event.kind, event.block, ", ".join(plan.refused))
        replace_reminders(session, person, course.id, event.block, plan.reminders, now=now)
    elif event.kind == FOLLOWED_UP:
        close_reminders(session, person, course.id, event.block, now=now)
