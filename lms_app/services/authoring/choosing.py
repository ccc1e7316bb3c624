"""The courses that somebody may change."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import COURSE
from lms_app.domain.actors import Actor, PlaceKind, Role
from lms_app.domain.keys import CourseKey


@dataclass(frozen=True)
class Editable:
    """A course in the list of those who make it."""

    key: CourseKey
    title: str
    language: str
    is_published: bool
    has_changes: bool
    """The draft is another revision than the published one."""


def editable_courses(session: Session, actor: Actor) -> tuple[Editable, ...]:
    """Return the courses of which the actor is a trainer (all, for an administrator of the site), by title, in one read."""
    mine = [place.id for role, place in actor.roles if role is Role.TRAINER and place.kind is PlaceKind.COURSE]
    query = select(
        COURSE.c.key, COURSE.c.title, COURSE.c.source_language, COURSE.c.draft_revision_id, COURSE.c.published_revision_id
    )
    query = query.where(COURSE.c.archived_at.is_(None), COURSE.c.draft_revision_id.is_not(None))
    if not actor.is_site_admin:
        query = query.where(COURSE.c.id.in_(mine))
    return tuple(
        Editable(
            key=CourseKey(row.key),
            title=row.title or row.key,
            language=row.source_language,
            is_published=row.published_revision_id is not None,
            has_changes=row.published_revision_id != row.draft_revision_id,
        )
        for row in session.execute(query.order_by(COURSE.c.title, COURSE.c.id))
    )
