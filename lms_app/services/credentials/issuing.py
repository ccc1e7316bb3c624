"""Issuing: one frozen record, one signature and one row, in the transaction that earns it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import ENROLMENT, CourseFacts
from lms_app.adapters.credentials import code_of, has_award, insert_credential
from lms_app.adapters.enrolments import COHORT, PERSON
from lms_app.adapters.outbox import ask_for
from lms_app.domain.content import Outline
from lms_app.domain.errors import Conflict
from lms_app.domain.keys import PersonId, course_parts
from lms_app.domain.outbox import Errand
from lms_app.i18n import CODES
from lms_app.services.learning.scoring import Award, Standing
from takwin_certificates import codes
from takwin_certificates.keys import IssuerKey
from takwin_certificates.lettering import LONGEST_LABEL, LONGEST_TEXT, clean
from takwin_certificates.record import InvalidRecord, Record
from takwin_certificates.signing import sign


@dataclass(frozen=True)
class Issuer:
    """Who certifies: the name on the paper, the site that checks it, and the key that signs."""

    name: str
    site: str
    key: Callable[[], IssuerKey]
    """Read at the first use, so that a process that never issues never touches the key."""


def award_of(course: CourseFacts) -> str:
    """Return the name of what this course awards; a person gets each award once."""
    return f"{course.key}#completion"


def awarding(issuer: Issuer) -> Award:
    """Return what issues the certificate when an answer earns it.

    It stays quiet where the certificate can't be made out yet (no name to print): the answer that earned it must not
    be lost for that. The progress page then says what is missing, and `issue` does the rest.
    """

    def award(
        session: Session,
        person: PersonId,
        *,
        course: CourseFacts,
        outline: Outline,
        standing: Standing,
        language: str,
        now: datetime,
    ) -> None:
        if has_award(session, person, award_of(course)):
            return
        try:
            issue(session, person, course=course, outline=outline, standing=standing, issuer=issuer, language=language, now=now)
        except InvalidRecord:
            return

    return award


def issue(
    session: Session,
    person: PersonId,
    *,
    course: CourseFacts,
    outline: Outline,
    standing: Standing,
    issuer: Issuer,
    language: str,
    now: datetime,
) -> str:
    """Freeze the record, sign it, store it, ask for its picture; return its code.

    Refused: a rule not met (`Conflict`), facts that can't be printed (`InvalidRecord`, every one named). A person who
    has the award already keeps the one they have: two passes at the same moment give one certificate.
    """
    if not standing.eligibility.is_met:
        raise Conflict("certificate_not_earned", asked=standing.eligibility.asked, reached=standing.eligibility.reached)
    record = _freeze(session, person, course, outline, issuer, language if language in CODES else "en", now)
    text = record.to_json()
    signature = sign(text, issuer.key())
    stored = insert_credential(
        session,
        {
            "person_id": person,
            "award": award_of(course),
            "course_id": course.id,
            "code": record.code,
            "record": text.decode(),
            "signature": signature.to_text(),
            "key_id": signature.key_id,
            "issued_at": now,
            "pdf_sha256": None,
            "revoked_at": None,
            "revoked_reason": "",
        },
    )
    if not stored:
        return code_of(session, person, course.id)
    ask_for(session, Errand.DRAW_CERTIFICATE, {"code": record.code}, now=now)
    return record.code


def _freeze(
    session: Session,
    person: PersonId,
    course: CourseFacts,
    outline: Outline,
    issuer: Issuer,
    language: str,
    now: datetime,
) -> Record:
    mine = (ENROLMENT.c.person_id == PERSON.c.id) & (ENROLMENT.c.course_id == course.id)
    facts = session.execute(
        select(PERSON.c.name_arabic, PERSON.c.name_latin, COHORT.c.name.label("cohort"), COHORT.c.place)
        .select_from(PERSON.outerjoin(ENROLMENT, mine).outerjoin(COHORT, COHORT.c.id == ENROLMENT.c.cohort_id))
        .where(PERSON.c.id == person)
    ).one()
    return Record(
        code=codes.generate(),
        titles=_titles(outline, language),
        course_key=course.key,
        run=course_parts(course.key)[2],
        issued_on=now.date(),
        issuer=_line(issuer.name),
        language=language,
        site=issuer.site,
        name_arabic=facts.name_arabic,
        name_latin=facts.name_latin,
        cohort=_line(facts.cohort or ""),
        place=_line(facts.place or ""),
        hours=course.hours,
        grade_percent=None,  # it is issued the moment it is earned, when much may still be unanswered: a grade would mislead
    )


def _titles(outline: Outline, language: str) -> dict[str, str]:
    """Return the course's title in every language it has one; the certificate's own falls back to the source."""
    root = outline[outline.root]
    titles = {code: _line(title, longest=LONGEST_TEXT) for code, title in {outline.language: root.title, **root.titles}.items()}
    return {
        **{code: title for code, title in titles.items() if code in CODES},
        language: titles.get(language) or titles[outline.language],
    }


def _line(text: str, *, longest: int = LONGEST_LABEL) -> str:
    """Return words of an author as a certificate may carry them: a hard space before "?" must not cost anybody a certificate."""
    line = clean(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
