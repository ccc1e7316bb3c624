"""Asking for a certificate that was earned but could not be made out yet (no name to print, say)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts, lock_enrolment
from lms_app.adapters.credentials import held_of
from lms_app.domain.awards import award_name
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.services.credentials import programmes
from lms_app.services.credentials.issuing import Issuer, hindrances, issue_earned
from lms_app.services.credentials.readiness import Hindrance, hindrances_in
from lms_app.services.learning.scoring import standing_of
from takwin_certificates.record import InvalidRecord


def hindrances_of(
    session: Session, person: PersonId, *, course: CourseFacts, issuer: Issuer, language: str, now: datetime
) -> dict[str, tuple[Hindrance, ...]]:
    """Return for each kind of paper that is earned and not held what keeps it from being made out; nothing is written."""
    if course.snapshot is None:
        return {}
    outline = load_outline(session, course.snapshot)
    standing = standing_of(session, person, course=course, outline=outline)
    held = held_of(session, person, course.id)
    about: dict[str, Any] = {"course": course, "outline": outline, "standing": standing, "issuer": issuer, "language": language}
    return {
        each.award.kind: hindrances(session, person, each, **about, now=now)
        for each in standing.earned
        if award_name(course.key, each.award.kind) not in held
    }


def claim(
    session: Session, person: PersonId, *, course: CourseFacts, issuer: Issuer, language: str, now: datetime, kind: str = ""
) -> str:
    """Issue every certificate that is earned, and return the code of the kind asked for, or else of the strongest one.

    The one they have already comes back as it is. Refused: not earned (`Conflict`), a name or title that can't be printed
    (`Invalid`, with what is wrong), an unknown kind or a course that gives nothing (`NotFound`).
    """
    if course.snapshot is None:
        raise NotFound("no_such_course", key=course.key)
    lock_enrolment(session, person, course.id)
    outline = load_outline(session, course.snapshot)
    standing = standing_of(session, person, course=course, outline=outline)
    offered = [each.award.kind for each in standing.awards if kind in {"", each.award.kind}]
    if kind and not offered:
        raise NotFound("no_such_award", kind=kind)
    try:
        issue_earned(
            session,
            person,
            course=course,
            outline=outline,
            standing=standing,
            issuer=issuer,
            language=language,
            now=now,
            following=(programmes.issue_complete,),
        )
    except InvalidRecord as error:
        code = "certificate_needs_name" if all(each.is_of_name for each in hindrances_in(error)) else "certificate_not_ready"
        raise Invalid(code, problems=error.problems) from error
    held = held_of(session, person, course.id)
    codes = [held[name].code for each in reversed(offered) if (name := award_name(course.key, each)) in held]
    if not codes:
        raise Conflict("certificate_not_earned")
    return codes[0]
