"""What authors have in hand: words not settled yet, who is where, what is planned, which source a translation was made from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class WorkingCopy(Base):
    """What one author typed into one block (in one language) and what is not in the draft yet. Settled, the row goes."""

    __tablename__ = "working_copy"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    block_id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True, default="")
    """Empty for the source language."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    base: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the node (or of the texts) that the author's page was made from."""
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field → value as `editing.save_block` takes it; what is not named was not touched."""
    own_form: Mapped[dict[str, Any] | None]
    """What a block's own form would send, whole, while it may still be half written."""
    number: Mapped[int] = mapped_column(default=0)
    """Grows with each keeping; the device names it, so that an older keeping that comes late changes nothing."""
    problem: Mapped[str] = mapped_column(default="")
    """Why it did not settle: the code of the refusal, or empty."""
    touched_at: Mapped[datetime]


Index("ix_working_copy_touched_at", WorkingCopy.touched_at)
Index("ix_working_copy_person_id", WorkingCopy.person_id)


class AuthorPresence(Base):
    """Where an author of a course was seen last: for the others in the same unit, forgotten after a minute."""

    __tablename__ = "author_presence"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(default="")
    block_id: Mapped[str] = mapped_column(default="")
    field: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]


class PlannedPublication(Base):
    """A state of a course that becomes what learners see at a moment that an author chose; one a course."""

    __tablename__ = "planned_publication"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    problem: Mapped[str] = mapped_column(default="")
    """Why it could not be done: the code of the refusal, or empty."""


Index("ix_planned_publication_at", PlannedPublication.at)


class TrialState(Base):
    """What an author answered while trying a draft as a learner would. Never a learner's, never scored, cleared at will."""

    __tablename__ = "trial_state"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """`block`, `shared` or `person`: which of the three tables of learners' state it stands for."""
    name: Mapped[str] = mapped_column(primary_key=True)
    """Block id, or for `person` a block type (empty for user info)."""
    version: Mapped[int]
    state: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class TranslationSource(Base):
    """Which source text a translation was made from. Where there is no row, it came with the course and is taken for done."""

    __tablename__ = "translation_source"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    block_id: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    """Field, or `field:key` for one of the texts that a field holds."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the source text: when it is another now, the translation is stale."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]


class Invitation(Base):
    """A place in a course kept for somebody on a list: taken at sign-up or enrolment by whoever has that identifier."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("course_id", "identifier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    identifier: Mapped[str] = mapped_column(index=True)
    """User name, e-mail or phone, folded as for signing in."""
    name: Mapped[str] = mapped_column(Text, default="")
    """As the list gave it; emptied once the place is taken or taken back."""
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime | None]
