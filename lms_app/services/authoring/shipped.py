"""The courses that come with Takwin: each folder of `courses/` holds one, with a folder for each language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.domain.content import LANGUAGES
from lms_app.domain.grading import read_policy
from lms_app.domain.keys import CourseKey
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.importing import ImportReport, find_course_row, import_course
from lms_app.storage.blobs import Blobs

FOLDER = Path(__file__).parents[3] / "courses"
SOURCE = "en"
AWARDS: Final = (
    {"kind": "participation", "rule": {"all": [{"kind": "completion", "at_least": 0.8}]}},
    {"kind": "completion", "rule": {"all": [{"kind": "grade", "at_least": 0.7}]}},
)
"""Who read and did most of it gets a statement; who passed, the certificate."""
HOURS = 2.0


def load_shipped(
    session: Session, *, blobs: Blobs, types: BlockTypes, now: datetime, folder: Path = FOLDER
) -> Iterator[ImportReport]:
    """Bring in every shipped course that is not here yet, in all its languages, published; yield a report for each import."""
    for course in sorted(path for path in folder.iterdir() if (path / SOURCE).is_dir()):
        first = import_course(session, course / SOURCE, blobs=blobs, types=types, now=now, publish=True)
        yield first
        if first.course is None or first.is_refused:
            continue
        for language in LANGUAGES:
            if language != SOURCE and (course / language).is_dir():
                yield import_course(
                    session,
                    course / language,
                    blobs=blobs,
                    types=types,
                    now=now,
                    as_language=language,
                    of=first.course,
                    publish=True,
                )
        _set_rules(session, first.course)


def _set_rules(session: Session, key: CourseKey) -> None:
    """Say what earns the certificate of a course that is graded; one in which nothing counts gives none."""
    course = find_course_row(session, key)
    if course is not None and not course.awards and _is_graded(session, course):
        course.awards = [dict(each) for each in AWARDS]
        course.hours = HOURS
        session.flush()


def _is_graded(session: Session, course: Course) -> bool:
    published = session.get(Revision, course.published_revision_id) if course.published_revision_id else None
    return published is not None and bool(read_policy(load_outline(session, published.snapshot).policy.get("grading") or {}).types)
