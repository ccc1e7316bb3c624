"""Whom somebody teaches: everybody of the courses that they run, and of the cohorts that they train."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.teaching import Reach, learner_in, taught, taught_cohorts
from lms_app.domain.actors import Actor, PlaceKind
from lms_app.domain.content import Hash, Outline
from lms_app.domain.errors import NeedsSignIn, NotFound
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.domain.permissions import TABLE, Action
from lms_app.services.accounts.signing_in import display_name
from lms_app.services.learning.cohorts import cohorts_for
from lms_app.services.learning.seating import is_course_staff


@dataclass(frozen=True)
class TaughtCohort:
    """A cohort that one runs or trains."""

    id: int
    name: str
    members: int


@dataclass(frozen=True)
class TaughtCourse:
    """A course that one runs, or of which one trains a cohort."""

    id: int
    key: CourseKey
    title: str
    language: str
    """Of the title."""
    is_run: bool
    """Whether all its learners are one's own."""
    cohorts: tuple[TaughtCohort, ...]
    outline: Outline | None
    """None while nothing is published."""


@dataclass(frozen=True)
class Taught:
    """A learner of one's own."""

    id: PersonId
    name: str
    user_name: str
    cohort_id: int | None
    cohort: str
    language: str
    phone: str
    """'' where there is none, or where it is not for the reader to know."""
    name_arabic: str
    name_latin: str

    def called(self, language: str) -> str:
        """Return their name in the script of a language."""
        return display_name(language, self.name_arabic, self.name_latin) or self.user_name


def reach_of(actor: Actor, course: CourseFacts | None = None) -> Reach:
    """Return whose work the actor may judge, everywhere or in one course. Somebody who holds no such role reaches nobody."""
    if actor.person_id is None:
        raise NeedsSignIn
    held = {place for role, place in actor.roles if (role, place.kind) in TABLE[Action.SEE_GRADES]}
    courses = {place.id for place in held if place.kind is PlaceKind.COURSE}
    if course is not None:
        courses = {course.id} if is_course_staff(actor, course.id) else set()
    return Reach(actor.person_id, frozenset(courses), frozenset(place.id for place in held if place.kind is PlaceKind.COHORT))


def taught_by(session: Session, actor: Actor) -> tuple[TaughtCourse, ...]:
    """Return the courses and cohorts that the actor runs or trains: two reads, however many there are."""
    reach = reach_of(actor)
    if not reach:
        return ()
    cohorts = taught_cohorts(session, reach)
    return tuple(
        _course(session, row, actor, [one for one in cohorts if one.course_id == row.id], is_run=row.id in reach.courses)
        for row in taught(session, reach)
    )


@dataclass(frozen=True)
class Class:
    """The part of a course that a page is about: one cohort, those that the actor trains, or all learners."""

    cohorts: tuple[int, ...] | None
    """None for everybody in the course."""
    chosen: int | None
    known: tuple[TaughtCohort, ...]
    """Those that can be chosen."""
    is_run: bool
    """Whether the actor runs the course."""


def class_of(session: Session, actor: Actor, course: CourseFacts, chosen: int | None) -> Class:
    """Return the part of the course that the actor may see, narrowed to a cohort if one is chosen.

    Refused (`NotFound`): a cohort of another course, or one that they neither run nor train.
    """
    known = tuple(TaughtCohort(card.id, card.name, card.members) for card in cohorts_for(session, actor, course))
    ids = tuple(one.id for one in known)
    if chosen is not None and chosen not in ids:
        raise NotFound("no_such_cohort")
    is_run = is_course_staff(actor, course.id)
    cohorts = (chosen,) if chosen is not None else None if is_run else ids
    return Class(cohorts, chosen, known, is_run)


def learner_of(session: Session, actor: Actor, course: CourseFacts, person: PersonId) -> Taught:
    """Return a learner of the actor's in this course; `NotFound` for anybody else's, and for the actor themselves."""
    row = learner_in(session, course.id, person)
    reach = reach_of(actor, course)
    is_theirs = row is not None and (course.id in reach.courses or row.cohort_id in reach.cohorts)
    if row is None or not is_theirs or person == actor.person_id:
        raise NotFound("no_such_person")
    return Taught(
        id=person,
        name=shown_name(row, actor.language),
        user_name=row.user_name,
        cohort_id=row.cohort_id,
        cohort=row.cohort or "",
        language=row.language,
        phone=row.phone or "",
        name_arabic=row.name_arabic,
        name_latin=row.name_latin,
    )


def shown_name(row: Any, language: str) -> str:
    """Return how a person is called in a list: their name in the script of the reader, or else what they sign in with."""
    return display_name(language, row.name_arabic, row.name_latin) or str(row.user_name)


def outline_of(session: Session, snapshot: str | None) -> Outline | None:
    """Return what is published of a course, from what this process remembers; None while nothing is."""
    return load_outline(session, Hash(snapshot)) if snapshot else None


def title_in(outline: Outline, block: BlockId, language: str) -> str:
    """Return what a block is called, in the reader's language where it is said so; '' for one that is no longer published."""
    return outline.title(block, language) if block in outline else ""


def _course(session: Session, row: Any, actor: Actor, cohorts: Collection[Any], *, is_run: bool) -> TaughtCourse:
    outline = outline_of(session, row.snapshot)
    language = actor.language if outline and actor.language in outline.languages else row.source_language
    return TaughtCourse(
        id=row.id,
        key=CourseKey(row.key),
        title=outline.title(outline.root, language) if outline else row.title,
        language=language,
        is_run=is_run,
        cohorts=tuple(TaughtCohort(one.id, one.name, one.members) for one in cohorts),
        outline=outline,
    )
