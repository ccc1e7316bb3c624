"""Which block types the courses hold, so that a server imports their classes once and before it forks."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.model import Course, Revision


def block_types_in_use(session: Session) -> frozenset[str]:
    """Return the types of all blocks of all courses and libraries, published or in a draft: trainers see theirs too."""
    made = (Course.published_revision_id, Course.draft_revision_id)
    named = select(Revision.snapshot).where(
        Revision.id.in_(select(made[0]).where(made[0].is_not(None)).union(select(made[1]).where(made[1].is_not(None)))),
    )
    outlines = [load_outline(session, snapshot) for snapshot in session.scalars(named.distinct())]
    return frozenset(entry.type for outline in outlines for entry in outline.entries.values())
