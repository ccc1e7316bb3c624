"""Freezing: gathering every fact that a certificate certifies, as it is at the moment of issue."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import ENROLMENT, CourseFacts
from lms_app.adapters.credentials import attainments_of
from lms_app.adapters.enrolments import COHORT, PERSON
from lms_app.domain.actors import PlaceKind, Role
from lms_app.domain.awards import Award, award_name, months_after
from lms_app.domain.content import Outline
from lms_app.domain.eligibility import ATTAINED, Attained, hours_attended, same_name
from lms_app.domain.keys import PersonId, course_parts
from lms_app.domain.papers import Paper, read_paper
from lms_app.i18n import CODES
from lms_app.model.people import Person, RoleGrant
from lms_app.services.credentials.criteria import criteria_of
from lms_app.services.credentials.papers import printed
from lms_app.services.learning.scoring import Standing
from takwin_certificates import codes
from takwin_certificates.facts import StatusPlace
from takwin_certificates.lettering import LONGEST_LABEL, LONGEST_TEXT, clean
from takwin_certificates.record import Record

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_DONE: Final = 1 - 1e-6
_MOST_NAMES: Final = 12


@dataclass(frozen=True, kw_only=True)
class Paperwork:
    """What each certificate gets of its own: numbers nobody else has, and the moment."""

    number: str
    status: StatusPlace
    now: datetime

    def facts(self) -> dict[str, Any]:
        """Return them as facts of a record, with a new code and a new subject."""
        return {
            "code": codes.generate(),
            "subject": f"urn:uuid:{uuid.uuid4()}",
            "number": self.number,
            "status": self.status,
            "issued_on": self.now.astimezone(UTC).date(),
            "issued_at": self.now.astimezone(UTC).replace(microsecond=0),
        }


@dataclass(frozen=True)
class Holder:
    """The person, and the group they learn in, as they are now."""

    name_arabic: str
    name_latin: str
    cohort_id: int | None
    cohort: str
    place: str
    country: str
    starts_on: date | None
    ends_on: date | None
    enrolled_on: date | None


_MINE: Final = (ENROLMENT.c.person_id == PERSON.c.id) & (ENROLMENT.c.course_id == bindparam("course"))
_DATES: Final = (COHORT.c.place, COHORT.c.country, COHORT.c.starts_on, COHORT.c.ends_on, ENROLMENT.c.enrolled_at)
_HOLDER: Final = (
    select(PERSON.c.name_arabic, PERSON.c.name_latin, COHORT.c.id, COHORT.c.name.label("cohort"), *_DATES)
    .select_from(PERSON.outerjoin(ENROLMENT, _MINE).outerjoin(COHORT, COHORT.c.id == ENROLMENT.c.cohort_id))
    .where(PERSON.c.id == bindparam("person"))
)


def holder_of(session: Session, person: PersonId, course_id: int) -> Holder:
    """Return names, cohort and dates in one read."""
    row = session.connection().execute(_HOLDER, {"person": person, "course": course_id}).one()
    return Holder(
        name_arabic=row.name_arabic,
        name_latin=row.name_latin,
        cohort_id=row.id,
        cohort=line(row.cohort or ""),
        place=line(row.place or ""),
        country=row.country or "",
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        enrolled_on=row.enrolled_at.date() if row.enrolled_at else None,
    )


def freeze(
    session: Session,
    person: PersonId,
    award: Award,
    *,
    course: CourseFacts,
    outline: Outline,
    standing: Standing,
    holder: Holder,
    paperwork: Paperwork,
    issuer_name: str,
    site: str,
    language: str,
) -> Record:
    """Return the record of an award. Refused (`InvalidRecord`, every fault named): what can't be printed or certified."""
    today = paperwork.now.astimezone(UTC).date()
    paper = read_paper(course.certificate)
    noted = attainments_of(session, person, course.id) if _looks_at_notes(award) else ()
    facts = printed(paper, language, levels=_levels(paper, noted))
    facts["template"] = award.template or facts["template"]
    facts["city"] = facts["city"] or holder.place
    facts["assessors"] = facts["assessors"] or names_of(session, [row["decided_by"] for row in noted], language)
    facts |= _hours(award, course, noted, field=paper.hours_field)
    starts = holder.starts_on or holder.enrolled_on
    return Record(
        **facts,
        **paperwork.facts(),
        **_span(starts, holder.ends_on, today),
        kind=award.kind,
        award=award_name(course.key, award.kind),
        titles=_titles(award, outline, language),
        criteria=criteria_of(award.conditions, outline),
        course_key=course.key,
        run=line(course_parts(course.key)[2]),
        version=outline.snapshot if _SHA256.fullmatch(outline.snapshot) else "",
        valid_until=months_after(today, award.valid_months) if award.valid_months else None,
        issuer=line(issuer_name),
        language=language,
        site=site,
        name_arabic=holder.name_arabic,
        name_latin=holder.name_latin,
        cohort=holder.cohort,
        place=holder.place,
        grade_percent=_grade(award, standing),
        trainers=_trainers(session, holder.cohort_id, language),
    )


def names_of(session: Session, people: Sequence[int | None], language: str) -> tuple[str, ...]:
    """Return the names of these people as the language writes them; those without a name are left out."""
    wanted = {person for person in people if person is not None}
    if not wanted:
        return ()
    query = select(Person.name_arabic, Person.name_latin).where(Person.id.in_(wanted)).order_by(Person.id)
    return _names(session.execute(query).all(), language)


def line(text: str, *, longest: int = LONGEST_LABEL) -> str:
    """Return words of an author as a certificate may carry them: a hard space before "?" must not cost anybody a certificate."""
    words = clean(text)
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def _looks_at_notes(award: Award) -> bool:
    return award.kind == "competence" or any(each.kind in ATTAINED for each in award.conditions)


def _levels(paper: Paper, noted: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Return the highest level observed of each competence: an observation is named as the competence is in some language."""
    levels: dict[int, int] = {}
    for number, texts in enumerate(paper.competences):
        seen = [
            int(row["value"])
            for row in noted
            if row["kind"] == "observation" and any(same_name(row["name"], text) for text in texts.values())
        ]
        if seen:
            levels[number] = max(seen)
    return levels


def _hours(award: Award, course: CourseFacts, noted: Sequence[Mapping[str, Any]], field: float | None) -> dict[str, Any]:
    """Return the hours, and how many of them face to face and in the field.

    Participation says the hours that were attended, whatever they were; the other kinds those of the course. The parts
    are never more than the whole: who came more often than the course lasts is certified the course.
    """
    attended = hours_attended([Attained(row["kind"], row["name"], row["value"]) for row in noted]) or None
    if award.kind == "participation" and attended:
        return {"hours": attended, "hours_face_to_face": attended, "hours_field": None}
    if course.hours is None:
        return {"hours": None, "hours_face_to_face": attended, "hours_field": field}
    in_field = min(field, course.hours) if field else None
    left = round(course.hours - (in_field or 0), 2)
    return {"hours": course.hours, "hours_face_to_face": min(attended, left) or None if attended else None, "hours_field": in_field}


def _span(starts: date | None, ends: date | None, today: date) -> dict[str, Any]:
    """Return first and last day. A cohort that goes on, or says no last day, ends for this learner today."""
    last = min(ends, today) if ends else today
    return {"starts_on": starts, "ends_on": last} if starts and starts <= last else {}


def _grade(award: Award, standing: Standing) -> int | None:
    """Return the grade where the paper says it, and not before it is final: while work is open it would mislead."""
    is_final = standing.completion >= _DONE
    return int(100 * standing.grade.share + 1e-6) if award.shows_grade and is_final else None


def _titles(award: Award, outline: Outline, language: str) -> dict[str, str]:
    """Return the title in every language it has one; the certificate's own falls back to the source."""
    root = outline[outline.root]
    written = {outline.language: root.title, **root.titles, **award.titles}
    titles = {code: line(title, longest=LONGEST_TEXT) for code, title in written.items() if title}
    kept = {code: title for code, title in titles.items() if code in (*CODES, "zgh") and title}
    return {**kept, language: titles.get(language) or titles[outline.language]}


def _trainers(session: Session, cohort_id: int | None, language: str) -> tuple[str, ...]:
    if cohort_id is None:
        return ()
    trains = (
        RoleGrant.role == str(Role.TRAINER),
        RoleGrant.place_kind == str(PlaceKind.COHORT),
        RoleGrant.place_id == cohort_id,
        Person.erased_at.is_(None),
    )
    query = select(Person.name_arabic, Person.name_latin).join(RoleGrant, RoleGrant.person_id == Person.id).where(*trains)
    return _names(session.execute(query.order_by(Person.id)).all(), language)


def _names(rows: Sequence[Any], language: str) -> tuple[str, ...]:
    named = [line((arabic or latin) if language == "ar" else (latin or arabic)) for arabic, latin in rows]
    return tuple(name for name in dict.fromkeys(named) if name)[:_MOST_NAMES]
