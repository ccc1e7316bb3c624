"""The courses that come with Takwin: each folder of `courses/` holds one, with a folder for each language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from lms_app.domain.awards import read_awards
from lms_app.domain.content import LANGUAGES
from lms_app.domain.keys import CourseKey
from lms_app.domain.papers import read_paper
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.importing import ImportReport, find_course_row, import_course
from lms_app.storage.blobs import Blobs

FOLDER = Path(__file__).parents[3] / "courses"
SOURCE = "en"
RULES: Final = "takwin.json"
"""Beside the languages of a course: `hours`, `awards` and `certificate`, which OLX has no place for."""


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
        _set_rules(session, first.course, course / RULES)


def _set_rules(session: Session, key: CourseKey, rules: Path) -> None:
    """Say what earns which paper, where the course says it and nobody has said otherwise here. A faulty file stops the loading."""
    course = find_course_row(session, key)
    if course is None or course.awards or not rules.is_file():
        return
    asked = json.loads(rules.read_text(encoding="utf-8"))
    course.awards = [each.to_json() for each in read_awards(asked["awards"])]
    course.hours = float(asked["hours"])
    course.certificate = asked.get("certificate", {})
    read_paper(course.certificate)
    session.flush()
