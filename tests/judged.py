"""A course with a block whose work people judge: a toy that trusts whoever calls it, so that only the host stands in the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from webob import Response
from xblock.core import XBlock

from lms_app.adapters.courses import find_course
from lms_app.adapters.nodes import store_content
from lms_app.adapters.revisions import commit_revision, publish
from lms_app.domain.actors import Actor
from lms_app.domain.content import Overlay
from lms_app.domain.keys import BlockId, CourseKey, PersonId, usage_key
from lms_app.domain.learning import HandlerRequest, HandlerResponse
from lms_app.model import BlockRecord, Course
from lms_app.services.accounts.acting import absent_actor
from lms_app.services.credentials import programmes
from lms_app.services.credentials.issuing import Issuer, awarding
from lms_app.services.learning.answering import Call, Desk, answer
from lms_app.services.learning.seating import Room, take_seat
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import Session, Sessions
from lms_app.storage.transaction import transaction
from takwin_certificates import keys
from tests.conftest import SetClock
from tests.fakes import SiteUrls, block, course_of
from tests.people import People
from tests.runtime.hosting import host_with

WORK, OTHER = BlockId("toy/work"), BlockId("toy/other")
SECRET = "a secret of tests"
LEVEL = {"kind": "competence", "rule": {"all": [{"kind": "rubric", "level": 3, "name": "A session plan"}]}}


class Stopped(Exception):
    """What the toy's records refuse with."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@XBlock.wants("coop_records")
class Toy(XBlock):
    """Does whatever it is told: `do` names calls to the records and events, in order."""

    has_score = True
    has_custom_completion = True
    records_refused = Stopped

    @XBlock.handler
    def do(self, request: Any, _suffix: str = "") -> Response:
        records = self.runtime.service(self, "coop_records")
        told: list[Any] = []
        try:
            for name, *arguments in json.loads(request.body):
                told.append(self._one(records, name, *arguments))
        except Stopped as refused:
            return Response(json_body={"refused": refused.code}, status=409)
        return Response(json_body=told)

    def _one(self, records: Any, name: str, *arguments: Any) -> Any:
        if name == "publish":
            return self.runtime.publish(self, *arguments)
        if name == "closed":
            return self.is_closed
        if name == "fail":
            raise RuntimeError("in the middle")
        if name == "ask":
            call, with_what = arguments
            found = getattr(records, call)
            return _plain(found(**with_what) if callable(found) else found)
        if name == "add":
            key, with_what = arguments
            return _plain(records.add(key, **with_what))
        key, with_what = arguments
        record = records.get(key)
        if record is None:
            raise Stopped("gone")
        return _plain(getattr(records, name)(record, **with_what))


def _plain(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {str(name): _plain(value) for name, value in found.items()}
    if isinstance(found, tuple):
        return [_plain(each) for each in found]
    return {name: str(value) for name, value in vars(found).items()} if hasattr(found, "__dict__") else found


@dataclass
class _Between:
    """Makes sessions; before the second one, which writes what the first one read, something happens once."""

    sessions: Sessions
    happens: Callable[[], object]
    made: int = 0

    def __call__(self) -> Session:
        self.made += 1
        if self.made == 2:
            self.happens()
        return self.sessions()

    @property
    def kw(self) -> dict[str, Any]:
        return self.sessions.kw


@dataclass
class Town:
    """The course, its people, and what they do in it."""

    sessions: Sessions
    clock: SetClock
    people: People
    folder: Path
    awards: list[dict[str, Any]] = field(default_factory=lambda: [LEVEL])
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of the lesson that holds the blocks."""

    @cached_property
    def course(self) -> int:
        course = self.people.course(awards=self.awards, hours=4.0)
        content = course_of(
            block("course/c", "chapter/c", display_name="Training", start="2026-01-01T00:00:00Z"),
            block("chapter/c", "sequential/s"),
            block("sequential/s", "vertical/v", **self.settings),
            block("vertical/v", WORK, OTHER),
            block(WORK, display_name="A session plan", weight=1.0),
            block(OTHER, display_name="Another"),
            overlays={
                "fr": Overlay("fr", {WORK: {"display_name": "Un plan de séance"}}),
                "ar": Overlay("ar", {WORK: {"display_name": "خطة حصة"}}),
            },
        )
        with transaction(self.sessions) as session:
            row = session.get_one(Course, course)
            snapshot = store_content(session, content, self.clock())
            publish(session, row, commit_revision(session, row, snapshot, author=None, message="first", now=self.clock()))
        return course

    @cached_property
    def key(self) -> CourseKey:
        return CourseKey(self.people.course_key(self.course))

    @cached_property
    def room(self) -> Room:
        return Room(
            host=host_with({"toy": Toy}, clock=self.clock),
            blobs=Blobs(str(self.folder / "blobs")),
            secret=SECRET,
            urls=lambda _content: SiteUrls(),
        )

    @cached_property
    def award(self) -> Any:
        key = keys.load_or_create(self.folder / "keys")
        issuer = Issuer("Academy", "https://learn.example.org", key=lambda: key)
        return awarding(issuer, following=[programmes.issue_complete])

    def learner(self, cohort: int | None = None, **columns: Any) -> PersonId:
        names = {"name_latin": "Zineb Alaoui", "name_arabic": "زينب العلوي"}
        return PersonId(self.people.learner(self.course, cohort, **{**names, **columns}))

    def actor(self, session: Session, person: PersonId) -> Actor:
        return absent_actor(session, person)

    def seat(self, session: Session, person: PersonId, *, now: datetime | None = None) -> Desk:
        facts = find_course(session, self.key, person=person)
        return take_seat(session, self.actor(session, person), facts, room=self.room, now=now or self.clock())

    def act(
        self, person: PersonId, *calls: Any, on: BlockId = WORK, meanwhile: Callable[[], object] | None = None
    ) -> HandlerResponse:
        """Let somebody do this in the block; `meanwhile` happens once, after their first try has read and before it writes."""
        seat = partial(self.seat, person=person)
        request = HandlerRequest("POST", json.dumps(calls).encode(), "application/json")
        call = Call(usage_key(self.key, on), on, "do", "", request)
        sessions: Any = _Between(self.sessions, meanwhile) if meanwhile else self.sessions
        return answer(sessions, seat, call, award=self.award, now=self.clock())

    def said(self, person: PersonId, *calls: Any, on: BlockId = WORK) -> Any:
        """Return what the block answered."""
        return json.loads(self.act(person, *calls, on=on).body)

    def rows(self, table: Any, **where: Any) -> list[Any]:
        with transaction(self.sessions, writes=False) as session:
            return list(session.scalars(select(table).filter_by(**where)))

    def record(self, key: str, block: BlockId = WORK) -> BlockRecord:
        (found,) = self.rows(BlockRecord, course_id=self.course, block_id=block, key=key)
        return found

    def has_handed_in(self, person: PersonId, key: str = "", **data: Any) -> str:
        """Let a learner hand in work; return its key."""
        key = key or f"work/{person}"
        self.act(person, ["add", key, {"kind": "work", "state": "waiting", "learner": person, "data": data}])
        return key


def grade(person: int | None, value: float = 3, **more: Any) -> list[Any]:
    """Return an event that says what somebody earned; of oneself, without a number, for None."""
    about = {} if person is None else {"user_id": person}
    return ["publish", "grade", {"value": value, "max_value": 4, **about, **more}]


def attained(person: int, value: float | None, kind: str = "rubric", name: str = "") -> list[Any]:
    """Return an event that says what somebody attained."""
    return ["publish", "coop.attained", {"user_id": person, "kind": kind, "name": name, "value": value}]
