"""A learner's progress in a course, and the gradebook of those who train them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.credentials import Held, held_of
from lms_app.adapters.decisions import overridden
from lms_app.adapters.enrolments import cohorts_of_course
from lms_app.adapters.grades import completions_of, scores_of
from lms_app.adapters.teaching import count_learners, learners_in
from lms_app.adapters.work import extensions_of
from lms_app.domain.awards import award_name
from lms_app.domain.content import Outline
from lms_app.domain.grading import read_policy
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.schedule import later_end
from lms_app.services.accounts.signing_in import display_name
from lms_app.services.learning.exercises import named_in
from lms_app.services.learning.outlines import chapters_of
from lms_app.services.learning.scoring import Standing, attained_by, choices_of, stand
from lms_app.services.learning.views import AwardView, Chapter, Decided, GradebookRow, GradebookView, Lesson, ProgressView

GRADEBOOK_PAGE: Final = 50
_LONGEST_SEARCH: Final = 100


def show_progress(
    session: Session, course: CourseFacts, outline: Outline, *, person: PersonId, learner: str, language: str, now: datetime
) -> ProgressView:
    """Return grade, completion and what is still missing for each certificate, computed afresh from the scores."""
    done = completions_of(session, person, course.id)
    choices = choices_of(session, person, course.id, outline)
    attained = attained_by(session, person, course, outline)
    standing = stand(course, outline, scores_of(session, person, course.id), done, choices, attained)
    return ProgressView(
        key=course.key,
        title=outline.title(outline.root, language),
        language=language,
        learner=learner,
        grade=standing.grade,
        pass_mark=read_policy(outline.policy.get("grading") or {}).pass_mark,
        completion=standing.completion,
        awards=award_views(course, outline, standing, held_of(session, person, course.id), language=language, today=now.date()),
        chapters=_with_more_time(
            chapters_of(outline, done, language=language, now=now, choices=choices),
            outline,
            extensions_of(session, person, course.id),
        ),
        decided=tuple(
            Decided(
                outline.title(BlockId(row.block_id), language),
                row.override_earned,
                row.override_possible or row.possible,
                row.override_reason,
            )
            for row in overridden(session, course.id, [person])
            if row.block_id in outline
        ),
    )


def _with_more_time(chapters: Iterable[Chapter], outline: Outline, given: Mapping[BlockId, datetime]) -> tuple[Chapter, ...]:
    """Return the chapters with the closing days that hold for a learner who was given more time."""
    return tuple(replace(chapter, lessons=tuple(_longer(one, outline, given) for one in chapter.lessons)) for chapter in chapters)


def _longer(lesson: Lesson, outline: Outline, given: Mapping[BlockId, datetime]) -> Lesson:
    until = later_end(outline, lesson.id, given, than=lesson.due) if lesson.due else None
    return replace(lesson, due=until, has_more_time=True) if until else lesson


def award_views(
    course: CourseFacts, outline: Outline, standing: Standing, held: Mapping[str, Held], *, language: str, today: date
) -> tuple[AwardView, ...]:
    """Return every paper of the course with where the learner stands, and the certificate that they have of it.

    Exercises and tasks that a condition names have the titles of the reader's language.
    """
    views = []
    for each in standing.awards:
        mine = held.get(award_name(course.key, each.award.kind))
        views.append(
            AwardView(
                kind=each.award.kind,
                lines=tuple(
                    replace(line, condition=named_in(outline, line.condition, language)) for line in each.eligibility.lines
                ),
                is_earned=each.eligibility.is_met,
                valid_months=each.award.valid_months,
                code=mine.code if mine else "",
                state=_state(mine, today) if mine else "",
                valid_until=mine.valid_until if mine else None,
            )
        )
    return tuple(views)


def _state(held: Held, today: date) -> str:
    if held.is_revoked:
        return "revoked"
    if held.is_suspended:
        return "suspended"
    return "valid" if held.counts(today) else "expired"


def show_gradebook(
    session: Session,
    course: CourseFacts,
    outline: Outline,
    *,
    cohort_id: int | None,
    language: str,
    words: str = "",
    page: int = 1,
) -> GradebookView:
    """Return a page of the learners of the course or of one of its cohorts whose names hold these words, in four queries."""
    columns = tuple(kind.name for kind in read_policy(outline.policy.get("grading") or {}).types)
    chosen = None if cohort_id is None else (cohort_id,)
    words = words.strip()[:_LONGEST_SEARCH]
    count = count_learners(session, course.id, chosen, words=words)
    pages = max(1, -(-count // GRADEBOOK_PAGE))
    page = min(max(1, page), pages)
    found = learners_in(session, course.id, chosen, words=words, limit=GRADEBOOK_PAGE, offset=(page - 1) * GRADEBOOK_PAGE)
    decided = Counter(row.person_id for row in overridden(session, course.id, [row.id for row in found]))
    rows = tuple(_gradebook_row(row, columns, language, by_hand=decided[row.id]) for row in found)
    cohorts = tuple((cohort.id, cohort.name, cohort.members) for cohort in cohorts_of_course(session, course.id))
    return GradebookView(
        course.key,
        outline.title(outline.root, language),
        columns,
        rows,
        cohorts,
        cohort_id,
        words=words,
        count=count,
        page=page,
        pages=pages,
    )


def _gradebook_row(row: Any, columns: Sequence[str], language: str, *, by_hand: int) -> GradebookRow:
    shares = {part["type"]: part["share"] for part in row.breakdown or ()}
    return GradebookRow(
        person_id=row.id,
        name=display_name(language, row.name_arabic, row.name_latin) or row.user_name,
        user_name=row.user_name,
        cohort=row.cohort or "",
        shares=tuple(shares.get(column) for column in columns),
        grade=row.grade,
        completion=row.completion or 0.0,
        passed_at=row.passed_at,
        by_hand=by_hand,
    )
