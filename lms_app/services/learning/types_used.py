"""Which block types the published courses hold, so that a server imports their classes once and before it forks."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import list_courses


def block_types_in_use(session: Session) -> frozenset[str]:
    """Return the types of all blocks of all published courses."""
    courses = list_courses(session, person=None)
    outlines = [load_outline(session, course.snapshot) for course in courses if course.snapshot]
    return frozenset(entry.type for outline in outlines for entry in outline.entries.values())
