"""What the pages of one course's teaching share: its published outline, and the language in which the visitor reads it."""

from __future__ import annotations

from dataclasses import dataclass

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts
from lms_app.domain.content import Outline
from lms_app.domain.errors import NotFound
from lms_app.services.learning.catalogue import reading_language
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor


@dataclass(frozen=True)
class Opened:
    """A course as the visitor reads it."""

    facts: CourseFacts
    outline: Outline
    language: str


def opened(session: Session) -> Opened:
    """Return the course that the address names; `NotFound` while nothing of it is published."""
    facts = asked_course()
    if facts.snapshot is None:
        raise NotFound("no_such_course", key=facts.key)
    outline = load_outline(session, facts.snapshot)
    return Opened(facts, outline, reading_language(facts, outline, actor()))
