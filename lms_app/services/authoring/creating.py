"""Beginning a course: an empty one, whose maker becomes its trainer."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import store_content
from lms_app.adapters.revisions import commit_revision
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.content import LANGUAGES, Block, CourseContent
from lms_app.domain.errors import Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.keys import CourseKey, block_id, course_key
from lms_app.model.courses import Course
from lms_app.services.accounts.roles import grant_unasked
from lms_app.services.authoring.importing import find_course_row

ROOT: Final = block_id("course", "course")
_PART: Final = re.compile(r"[\w\-~.]{1,60}")
_LONGEST_TITLE: Final = 200


def create_course(
    session: Session, actor: Actor, *, org: str, course: str, run: str, title: str, language: str, now: datetime
) -> CourseKey:
    """Make an empty course and its first draft, and its maker a trainer of it; return its key.

    Refused, all at once and by field: parts of the key with other signs than letters, digits, `-`, `_`, `.` and `~`, a key that
    another course has, no title, a language that Takwin does not speak.
    """
    find = Findings()
    for name, part in (("org", org), ("course", course), ("run", run)):
        find(partial(_part, name, part))
    find(lambda: _title(title))
    if language not in LANGUAGES:
        find.wrong.append(Invalid("bad_language", field="language"))
    find.raise_all()
    key = course_key(org, course, run)
    if find_course_row(session, key) is not None:
        raise Invalid("course_key_taken", field="run")
    row = Course(key=key, title=title.strip(), source_language=language, created_at=now)
    session.add(row)
    session.flush()
    content = CourseContent(root=ROOT, blocks={ROOT: Block(ROOT, "course", {"display_name": title.strip()})}, language=language)
    commit_revision(session, row, store_content(session, content, now), author=actor.person_id, message="", now=now)
    become_trainer(session, actor, row.id, now=now)
    return key


def become_trainer(session: Session, actor: Actor, course_id: int, *, now: datetime) -> None:
    """Make whoever brought a course in its trainer."""
    if actor.person_id is not None:
        place = Place(PlaceKind.COURSE, course_id)
        grant_unasked(session, actor.person_id, Role.TRAINER, place, by=actor.person_id, now=now)


def _part(name: str, text: str) -> None:
    if not _PART.fullmatch(text):
        raise Invalid("bad_key_part" if text else "required", field=name)


def _title(text: str) -> None:
    if not text.strip():
        raise Invalid("required", field="title")
    if len(text) > _LONGEST_TITLE:
        raise Invalid("text_too_long", field="title", longest=_LONGEST_TITLE)
