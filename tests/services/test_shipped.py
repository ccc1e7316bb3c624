"""The shipped courses as they stand in a new Takwin: every language, what earns their papers, and nothing done twice."""

from __future__ import annotations

import json

from sqlalchemy import select

from lms_app.domain.awards import read_awards
from lms_app.model import Course, Revision
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.shipped import FOLDER, RULES, load_shipped
from lms_app.storage.blobs import Blobs

TYPES = BlockTypes()
NAMES = sorted(path.parent.parent.name for path in FOLDER.glob("*/en/course.xml"))


def published(session) -> set[str]:
    """Return the hash of what learners see in each course."""
    return set(session.scalars(select(Revision.snapshot).join(Course, Course.published_revision_id == Revision.id)))


def test_each_shipped_course_is_published_and_gives_the_papers_that_its_file_names(session, shipped_courses):
    courses = session.scalars(select(Course)).all()
    assert len(courses) == len(NAMES)
    assert all(course.published_revision_id for course in courses)
    by_hours = {course.hours: course for course in courses if course.awards}
    files = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob(f"*/{RULES}")]
    assert set(by_hours) == {file["hours"] for file in files}
    for file in files:
        course = by_hours[file["hours"]]
        assert course.awards == [each.to_json() for each in read_awards(file["awards"])]
        assert course.certificate == file.get("certificate", {})


def test_loading_them_again_changes_no_page_and_keeps_what_was_decided_here(session, shipped_courses, clock, tmp_path):
    course = session.scalars(select(Course).where(Course.awards != [])).first()
    assert course is not None
    course.awards = [{"kind": "participation", "rule": {"all": [{"kind": "completion", "at_least": 0.5}]}}]
    session.flush()
    before = published(session)
    list(load_shipped(session, blobs=Blobs(str(tmp_path)), types=TYPES, now=clock()))
    assert published(session) == before
    assert course.awards[0]["rule"]["all"][0]["at_least"] == 0.5
