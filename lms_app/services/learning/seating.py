"""Taking a seat: may this reader be in this course, and if so, everything that showing its blocks to them needs."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial

from sqlalchemy.orm import Session

from lms_app.adapters.content import CourseReader, load_outline
from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.learner_state import SqlState
from lms_app.adapters.work import SqlWork, extensions_of
from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.content import Outline
from lms_app.domain.errors import NeedsSignIn, NotFound, Refused
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import Learner
from lms_app.domain.permissions import Action, allows
from lms_app.domain.schedule import is_open
from lms_app.runtime.host import BlockHost
from lms_app.runtime.lent import FilesMaker, never_longer
from lms_app.runtime.ports import Content, Urls
from lms_app.services.accounts import places
from lms_app.services.learning.answering import Desk, no_longer
from lms_app.services.learning.catalogue import reading_language
from lms_app.storage.blobs import Blobs


@dataclass(frozen=True)
class Room:
    """What all readers share: the block host, the files, and the secret that hides who they are from blocks."""

    host: BlockHost
    blobs: Blobs
    secret: str
    urls: Callable[[Content], Urls]
    """Makes the addresses of a course's things."""
    form_fields: Mapping[str, str] = field(default_factory=dict)
    """Hidden fields for the plain forms of blocks."""
    addresses: str = ""
    """Names what `urls` makes, when that is the same for every reader."""
    drafts: bool = False
    """Whether blocks may write to their course, which the caller then keeps in the draft."""
    reader: Callable[..., CourseReader] = CourseReader
    """Opens the course: as it is stored, or with what an author has not saved yet laid over it."""
    keeps_work: bool = True
    """Whether work that people judge is kept, and files handed in are taken: not in drafts and previews."""
    in_frame: bool = False
    """Whether this is for a frame, where authors' scripts run: work that people judge is neither shown nor called there."""
    files: Callable[[Session, int], FilesMaker] | None = None
    """Makes what lends a course's blocks a place for files; None where none are taken."""


class MoreTime:
    """Tells for which blocks a learner still has time that others have no more; asks the database once, and only when asked."""

    def __init__(self, session: Session, person: PersonId, course_id: int, outline: Outline, now: datetime) -> None:
        self._read = partial(extensions_of, session, person, course_id)
        self._outline = outline
        self._now = now

    def __call__(self, block: BlockId) -> bool:
        """Tell whether the learner was given more time for the block, or for anything above it, and has some left."""
        return self.until(block) is not None

    def until(self, block: BlockId) -> datetime | None:
        """Return the last moment at which the learner's answers to the block count; None where it is over, or nothing was given."""
        if not self._given or block not in self._outline:
            return None
        ends = (self._given.get(entry.id) for entry in self._outline.path(block))
        return max((end for end in ends if end is not None and self._now <= end), default=None)

    @cached_property
    def _given(self) -> Mapping[BlockId, datetime]:
        return self._read()


def is_course_staff(actor: Actor, course_id: int) -> bool:
    """Tell whether the actor runs the course (sees answers and everything hidden, is not scored)."""
    return allows(actor, Action.SEE_GRADES, [Place(PlaceKind.COURSE, course_id)])


def trains_cohort(session: Session, actor: Actor, course_id: int) -> bool:
    """Tell whether the actor trains a cohort of the course, who then sees what its learners see. Costs a read for trainers only."""
    if not any(place.kind is PlaceKind.COHORT for _role, place in actor.roles):
        return False
    return allows(actor, Action.SEE_GRADES, places.cohorts_of(session, course_id))


def take_seat(session: Session, actor: Actor, course: CourseFacts, *, room: Room, now: datetime) -> Desk:
    """Open the course for the actor in the language they read it in.

    Refused to all but those enrolled, those who run it, and the trainers of its cohorts.
    """
    person = actor.person_id
    if person is None:
        raise NeedsSignIn
    if not (course.is_enrolled or is_course_staff(actor, course.id) or trains_cohort(session, actor, course.id)):
        raise Refused("not_enrolled", key=course.key)
    if course.snapshot is None:
        raise NotFound("no_such_course", key=course.key)
    outline = load_outline(session, course.snapshot)
    content = room.reader(session, course.key, course.snapshot, language=reading_language(course, outline, actor), blobs=room.blobs)
    is_staff = is_course_staff(actor, course.id)
    keeps_work = room.keeps_work and not room.drafts
    more_time = MoreTime(session, person, course.id, outline, now)
    visit = room.host.visit(
        content=content,
        learner=learner_of(actor, person, course, secret=room.secret),
        state=SqlState(session, person, course.id),
        urls=room.urls(content),
        form_fields=room.form_fields,
        addresses=room.addresses,
        is_open=lambda block: is_staff or is_open(outline, block, now),
        drafts=room.drafts,
        work=SqlWork(session, actor, course, secret=room.secret) if keeps_work else None,
        files=room.files(session, course.id) if keeps_work and room.files else None,
        has_longer=more_time if keeps_work else never_longer,
        in_frame=room.in_frame,
    )
    longer = more_time.until if keeps_work else no_longer
    return Desk(course, outline, visit, person, is_scored=course.is_enrolled, actor=actor, longer_until=longer)


def learner_of(actor: Actor, person: PersonId, course: CourseFacts, *, secret: str) -> Learner:
    """Return what blocks may know of the actor: no e-mail, and a number that differs from course to course."""
    anonymous = hmac.new(secret.encode(), f"{person}:{course.key}".encode(), hashlib.sha256).hexdigest()[:32]
    return Learner(
        person_id=person,
        user_name=actor.user_name,
        full_name=actor.display_name,
        anonymous_id=anonymous,
        language=actor.language,
        country=actor.country,
        is_staff=is_course_staff(actor, course.id),
    )
