"""More time: a later closing for one learner or a whole cohort, for a lesson or the course, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters import decisions
from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.people import by_user_name, write_audit
from lms_app.domain import names
from lms_app.domain.actors import Actor
from lms_app.domain.content import Outline
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.findings import Findings
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.schedule import closes_at
from lms_app.services.accounts.signing_in import display_name
from lms_app.services.teaching.reach import Class, class_of, learner_of, reach_of, shown_name, title_in
from lms_app.services.teaching.telling import MORE_TIME, TIME_BACK

PAGE: Final = 50
LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class Closing:
    """Something of the course that closes: a lesson, or the course itself."""

    block: BlockId
    title: str
    closes: datetime | None
    """The latest closing in it, as the course has it."""


@dataclass(frozen=True)
class Given:
    """More time that was given, to one learner or to several together."""

    block: BlockId
    title: str
    closes: datetime
    many: int
    person_id: PersonId
    """The learner, or one of those who were given it."""
    who: str
    """The learner, or the cohort that they share; '' for learners of several."""
    by: str
    granted_at: datetime
    reason: str


@dataclass(frozen=True)
class ExtensionsView:
    """What closes, and who was given more time."""

    title: str
    part: Class
    closings: tuple[Closing, ...]
    given: tuple[Given, ...]
    page: int
    has_more: bool


def extensions(
    session: Session, actor: Actor, course: CourseFacts, outline: Outline, *, cohort: int | None, page: int, language: str
) -> ExtensionsView:
    """Return what closes in the course and who was given more time, in two reads. Refused: a cohort that is not the actor's."""
    part = class_of(session, actor, course, cohort)
    rows = decisions.extensions_in(session, course.id, part.cohorts, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return ExtensionsView(
        title=outline.title(outline.root, language),
        part=part,
        closings=closings_in(outline, language),
        given=tuple(_given(row, outline, language, actor.language) for row in rows[:PAGE]),
        page=page,
        has_more=len(rows) > PAGE,
    )


def closings_in(outline: Outline, language: str) -> tuple[Closing, ...]:
    """Return the lessons that close, after the course itself; () when nothing in it closes."""
    lessons = []
    for lesson in outline.of_type("sequential"):
        ends = [end for end in (closes_at(outline[one.id].settings) for one in (lesson, *outline.leaves(lesson.id))) if end]
        if ends:
            lessons.append(Closing(lesson.id, outline.title(lesson.id, language), max(ends)))
    if not lessons:
        return ()
    last = max(each.closes for each in lessons if each.closes)
    return (Closing(outline.root, outline.title(outline.root, language), last), *lessons)


def give_time(
    session: Session,
    actor: Actor,
    course: CourseFacts,
    outline: Outline,
    *,
    cohort: int | None = None,
    user_name: str = "",
    block: str,
    closes: datetime | None,
    reason: str,
    now: datetime,
) -> int:
    """Give one learner (by user name), a cohort, or all learners of the actor's in the course more time; return how many.

    Refused (`NotFound`): a cohort that is not theirs. By field: nobody of theirs with that name, something that does not close,
    a time that is over or no later than the course has it, no reason. One's own time stays as it is.
    """
    find = Findings()
    people = find(lambda: _people(session, actor, course, cohort=cohort, user_name=user_name))
    known = {each.block: each for each in closings_in(outline, outline.language)}
    chosen = known.get(BlockId(block))
    if chosen is None:
        find.wrong.append(Invalid("field_not_listed", field="block"))
    elif closes is None or closes <= now or (chosen.closes and block != outline.root and closes <= chosen.closes):
        find.wrong.append(Invalid("not_more_time", field="until"))
    said = find(lambda: names.plain_text(reason, field="reason", longest=LONGEST_REASON))
    if said == "":
        find.wrong.append(Invalid("required", field="reason"))
    find.raise_all()
    given = {"closes_at": closes, "reason": said, "granted_by": actor.person_id, "granted_at": now}
    decisions.write_extensions(session, people or (), course.id, BlockId(block), given)
    told = {"course": course.id, "block": block, "closes": closes.isoformat() if closes else "", "people": len(people or ())}
    write_audit(session, MORE_TIME, _subject(course, people or ()), actor=actor.person_id, at=now, **told)
    return len(people or ())


def withdraw_time(
    session: Session,
    actor: Actor,
    course: CourseFacts,
    *,
    block: str,
    granted_at: datetime | None,
    person: int | None,
    now: datetime,
) -> int:
    """Take back more time that was given together, of the actor's own learners only; return of how many. `Conflict`: of nobody."""
    part = class_of(session, actor, course, None)
    people: Sequence[int] = ()
    if granted_at is not None:
        people = decisions.take_back_extensions(session, course.id, part.cohorts, BlockId(block), granted_at, person=person)
    if not people:
        raise Conflict("no_such_extension")
    told = {"course": course.id, "block": block, "people": len(people)}
    write_audit(session, TIME_BACK, _subject(course, people), actor=actor.person_id, at=now, **told)
    return len(people)


def _people(session: Session, actor: Actor, course: CourseFacts, *, cohort: int | None, user_name: str) -> list[int]:
    me = reach_of(actor, course).person
    if user_name.strip():
        found = by_user_name(session, _one_form(user_name))
        try:
            return [learner_of(session, actor, course, PersonId(found.id if found else 0)).id]
        except NotFound as error:
            raise Invalid("not_a_learner_here", field="user_name") from error
    part = class_of(session, actor, course, cohort)
    people = [person for person in decisions.learner_numbers(session, course.id, part.cohorts) if person != me]
    if not people:
        raise Invalid("nobody_chosen", field="whom")
    return people


def _one_form(user_name: str) -> str:
    try:
        return names.user_name(user_name)
    except Invalid as error:
        raise Invalid("not_a_learner_here", field="user_name") from error


def _subject(course: CourseFacts, people: Sequence[int]) -> str:
    """Return whom the audit is about: the learner, or the course where it was a whole group."""
    return f"person:{people[0]}" if len(people) == 1 else f"course:{course.id}"


def _given(row: Any, outline: Outline, language: str, reader: str) -> Given:
    return Given(
        block=BlockId(row.block_id),
        title=title_in(outline, BlockId(row.block_id), language),
        closes=row.closes_at,
        many=row.many,
        person_id=PersonId(row.person_id),
        who=shown_name(row, reader) if row.many == 1 else row.cohort or "",
        by=display_name(reader, row.by_arabic or "", row.by_latin or "") or row.by_user or "",
        granted_at=row.granted_at,
        reason=row.reason,
    )
