"""A course in two cohorts, those who teach it, and work that waits: what tests of the teaching desk stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from web_fragments.fragment import Fragment
from webob import Response
from xblock.core import XBlock

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.keys import BlockId
from lms_app.model import CourseGrade, Score
from lms_app.model.work import BlockRecord
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.people import People

WORK, QUIZ, LESSON = BlockId("coop_handed/w"), BlockId("coop_quiz/q"), BlockId("sequential/s")
QUESTION = (
    '<coop_quiz url_name="q" display_name="Votes"><question kind="single" id="votes"><prompt>How many votes has a member?</prompt>'
    '<choice id="one" correct="true">One</choice><choice id="ten">Ten</choice></question></coop_quiz>'
)
FILES = files_of(
    '<chapter url_name="c"><sequential url_name="s" display_name="Lesson" graded="true" format="Quiz" due="2026-10-20T00:00:00Z">'
    f'<vertical url_name="v" display_name="Unit">{QUESTION}<coop_handed url_name="w" display_name="Your plan"/></vertical>'
    "</sequential></chapter>",
    policies__run__policy_json='{"course/run": {"display_name": "Oil", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
    policies__run__grading_policy_json='{"GRADER": [{"type": "Quiz", "min_count": 1, "drop_count": 0, "weight": 1.0}],'
    ' "GRADE_CUTOFFS": {"Pass": 0.6}}',
)


@XBlock.wants("coop_records")
class Handed(XBlock):
    """Work that a trainer judges: as little of it as there can be."""

    inline_safe = True
    work_views = ("judge_view",)

    def student_view(self, _context: Any = None) -> Fragment:
        return Fragment("hand in")

    def judge_view(self, context: Any) -> Fragment:
        record = self.runtime.service(self, "coop_records").get(context["record"])
        url = self.runtime.handler_url(self, "accept")
        return Fragment(
            f'<p>the work of {record.learner}</p><form method="post" action="{url}">'
            f'<input name="record" value="{record.key}"><button>Accept</button></form>'
        )

    @XBlock.handler
    def accept(self, request: Any, _suffix: str = "") -> Response:
        records = self.runtime.service(self, "coop_records")
        records.decide(records.get(request.POST["record"]), state="done")
        return Response(json_body={"code": "judged"})

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> Any:
        block = runtime.construct_xblock_from_class(cls, keys)
        block.display_name = node.get("display_name", "")
        return block


@dataclass
class School:
    """The course, by number and key, and its two cohorts."""

    people: People
    sessions: Sessions
    now: datetime
    course: int
    first: int
    second: int
    key: str = KEY

    def trainer_of(self, cohort: int, **columns: Any) -> int:
        """Make somebody who trains one cohort."""
        return self.people.person(Role.TRAINER, Place(PlaceKind.COHORT, cohort), **columns)

    def learner(self, cohort: int | None = None, **columns: Any) -> int:
        """Make a learner of the first cohort, or of the one given."""
        return self.people.learner(self.course, cohort or self.first, **columns)

    def hands_in(self, person: int, *, days_ago: float = 0, state: str = "waiting", **columns: Any) -> str:
        """Let a learner's work stand there; return its key."""
        at = self.now - timedelta(days=days_ago)
        row = {
            "course_id": self.course,
            "block_id": WORK,
            "key": f"work/{person}",
            "kind": "work",
            "state": state,
            "learner_id": person,
            "author_id": person,
            "judge_id": None,
            "version": 1,
            "data": {},
            "created_at": at,
            "updated_at": at,
            **columns,
        }
        with transaction(self.sessions) as session:
            session.add(BlockRecord(**row))
        return str(row["key"])

    def was_active(self, person: int, *, days_ago: float) -> None:
        """Let a learner have been active that long ago."""
        at = self.now - timedelta(days=days_ago)
        with transaction(self.sessions) as session:
            session.add(
                CourseGrade(
                    person_id=person, course_id=self.course, grade=0.2, completion=0.5, breakdown=[], updated_at=at, active_at=at
                )
            )

    def scored(self, person: int, earned: float, *, block: BlockId = QUIZ, possible: float = 1) -> None:
        """Let a learner have points."""
        with transaction(self.sessions) as session:
            session.add(
                Score(person_id=person, course_id=self.course, block_id=block, earned=earned, possible=possible, scored_at=self.now)
            )


def school(app: Flask, people: People, sessions: Sessions, folder: Any, now: datetime) -> School:
    """Bring the course in, publish it, and make its cohorts."""
    parts = app.extensions["takwin"]
    parts.host.types._classes["coop_handed"] = Handed
    with transaction(sessions) as session:
        import_course(session, write_folder(FILES, folder), blobs=parts.blobs, types=parts.host.types, now=now, publish=True)
        course = find_course_row(session, KEY).id
    return School(people, sessions, now, course, people.cohort(course, name="Souss"), people.cohort(course, name="Draa"))
