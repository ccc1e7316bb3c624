"""The courses there are, and the page of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline, load_pages
from lms_app.adapters.courses import CourseFacts, list_courses
from lms_app.adapters.credentials import held_of
from lms_app.adapters.grades import completions_of, courses_progress, scores_of
from lms_app.domain.actors import Actor
from lms_app.domain.awards import strongest_kind
from lms_app.domain.completion import share_done
from lms_app.domain.content import Hash, Outline
from lms_app.domain.given import NO_CHOICES
from lms_app.services.learning.outlines import chapters_of, units_in_order
from lms_app.services.learning.progress import award_views
from lms_app.services.learning.scoring import attained_by, choices_of, stand
from lms_app.services.learning.views import AwardView, CourseCard, CoursePage

_TAGS = re.compile(r"<[^<>]*>")
SUMMARY = "about/short_description.html"
OVERVIEW = "about/overview.html"


def catalogue(session: Session, actor: Actor, *, enrolled_only: bool = False) -> tuple[CourseCard, ...]:
    """Return the published courses, those of the reader first, then the shortest, in a number of queries that does not grow with them.

    (Outlines and pages come from caches; a course seen for the first time by this process costs two reads.)
    """
    courses = [course for course in list_courses(session, person=actor.person_id, enrolled_only=enrolled_only) if course.snapshot]
    progress = courses_progress(session, actor.person_id) if actor.person_id else {}
    cards = [_card(session, course, actor, progress.get(course.id)) for course in courses]
    return tuple(sorted(cards, key=lambda card: (not card.is_enrolled, card.hours is None, card.hours or 0)))


def _card(session: Session, course: CourseFacts, actor: Actor, completion: float | None) -> CourseCard:
    snapshot = course.snapshot or Hash("")
    outline = load_outline(session, snapshot)
    language = reading_language(course, outline, actor)
    return CourseCard(
        key=course.key,
        title=outline.title(outline.root, language),
        language=language,
        languages=outline.languages,
        summary=plain_text(page_in(load_pages(session, snapshot), SUMMARY, language)),
        needs_code=course.enrolment in {"code", "cohort"},
        is_enrolled=course.is_enrolled,
        completion=(completion or 0.0) if course.is_enrolled else None,
        hours=course.hours,
        paper=strongest_kind(course.awards),
    )


def course_page(
    session: Session, course: CourseFacts, outline: Outline, actor: Actor, *, is_staff: bool, now: datetime
) -> CoursePage:
    """Return the page of a course; with the reader's progress when they are in it."""
    language = reading_language(course, outline, actor)
    pages = load_pages(session, outline.snapshot)
    done, code, choices = {}, "", NO_CHOICES
    awards: tuple[AwardView, ...] = ()
    if course.is_enrolled and actor.person_id is not None:
        done = completions_of(session, actor.person_id, course.id)
        choices = choices_of(session, actor.person_id, course.id, outline)
        attained = attained_by(session, actor.person_id, course, outline)
        standing = stand(course, outline, scores_of(session, actor.person_id, course.id), done, choices, attained)
        awards = award_views(
            course, outline, standing, held_of(session, actor.person_id, course.id), language=language, today=now.date()
        )
        code = next((each.code for each in reversed(awards) if each.code), "")
    order = units_in_order(outline, now, all_of_it=is_staff)
    stopped = course.membership.last_unit if course.membership else ""
    return CoursePage(
        key=course.key,
        title=outline.title(outline.root, language),
        language=language,
        languages=outline.languages,
        overview=page_in(pages, OVERVIEW, language),
        summary=plain_text(page_in(pages, SUMMARY, language)),
        needs_code=course.enrolment in {"code", "cohort"},
        is_enrolled=course.is_enrolled,
        is_staff=is_staff,
        chapters=chapters_of(outline, done, language=language, now=now, choices=choices, all_of_it=is_staff),
        completion=share_done(outline, done, choices=choices) if done else 0.0,
        resume=next((unit for unit in order if unit == stopped), order[0] if order else None),
        certificate_code=code,
        awards=awards,
        hours=course.hours,
        way_in="none" if course.is_archived else course.enrolment,
    )


def reading_language(course: CourseFacts, outline: Outline, actor: Actor) -> str:
    """Return the language in which this reader reads the course: the one chosen there, else their own, else the source."""
    wanted = (course.membership.language if course.membership else "") or actor.language
    return wanted if wanted in outline.languages else outline.language


def page_in(pages: Mapping[str, str], path: str, language: str) -> str:
    """Return an about page in a language, else in the source language, else ''."""
    return pages.get(f"{language}:{path}") or pages.get(path, "")


def plain_text(html: str) -> str:
    """Return the words of a short piece of HTML; for summaries that are escaped again when shown."""
    return " ".join(_TAGS.sub(" ", html).split())
