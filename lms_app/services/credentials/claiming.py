"""Asking for a certificate that was earned but could not be made out yet (no name to print, say)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.credentials import code_of
from lms_app.adapters.grades import completions_of, scores_of
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.services.credentials.issuing import Issuer, issue
from lms_app.services.learning.scoring import choices_of, stand
from takwin_certificates.record import InvalidRecord


def claim(session: Session, person: PersonId, *, course: CourseFacts, issuer: Issuer, language: str, now: datetime) -> str:
    """Issue the certificate now and return its code; the one they have already, if so.

    Refused: not earned (`Conflict`), a name or title that can't be printed (`Invalid`, with what is wrong).
    """
    if code := code_of(session, person, course.id):
        return code
    if course.snapshot is None:
        raise NotFound("no_such_course", key=course.key)
    outline = load_outline(session, course.snapshot)
    standing = stand(
        course,
        outline,
        scores_of(session, person, course.id),
        completions_of(session, person, course.id),
        choices_of(session, person, course.id, outline),
    )
    try:
        return issue(session, person, course=course, outline=outline, standing=standing, issuer=issuer, language=language, now=now)
    except InvalidRecord as error:
        raise Invalid("certificate_needs_name", problems=error.problems) from error
