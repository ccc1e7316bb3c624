"""Work that people judge: pieces of work and judgements, files that learners hand in, and more time for somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class BlockRecord(Base):
    """One piece of work, one judgement, one check-in of a block, found by block, learner, judge or state."""

    __tablename__ = "block_record"
    __table_args__ = (UniqueConstraint("course_id", "block_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    block_id: Mapped[str]
    key: Mapped[str]
    """Chosen by the block, and what makes sending twice harmless: `work/12`, `morning/12`."""
    kind: Mapped[str]
    """What it is to the block: `work`, `review`, `observation`, `evidence`, `checkin`, `stranger`, `guest`…"""
    state: Mapped[str]
    """`draft`, `waiting` (for a judge), `claimed`, `returned` (the learner must act), `done`, `refused`."""
    learner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whom it is about; None for a stranger or a guest."""
    judge_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who has it in hand, or decided."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who added it, as the server knows."""
    version: Mapped[int]
    """Grows by one at each write; a write names the version it read, else it is refused."""
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


Index("ix_block_record_learner_id", BlockRecord.learner_id, BlockRecord.course_id, BlockRecord.state)
Index("ix_block_record_judge_id", BlockRecord.judge_id, BlockRecord.state)
Index("ix_block_record_author_id", BlockRecord.author_id, BlockRecord.course_id, BlockRecord.created_at)
Index("ix_block_record_waiting", BlockRecord.course_id, BlockRecord.state, BlockRecord.created_at)
Index("ix_block_record_block", BlockRecord.course_id, BlockRecord.block_id, BlockRecord.kind, BlockRecord.state)


class BlockFile(Base):
    """A file that somebody handed in to a block; its bytes are a blob."""

    __tablename__ = "block_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    """What the block knows it by; unguessable."""
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    block_id: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who handed it in."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str]
    """Its media type, as its content shows."""
    size: Mapped[int]
    """Bytes."""
    name: Mapped[str]
    created_at: Mapped[datetime]


Index("ix_block_file_person_id", BlockFile.person_id, BlockFile.course_id, BlockFile.block_id)


class Extension(Base):
    """More time for one learner, for a block and all below it."""

    __tablename__ = "extension"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    block_id: Mapped[str] = mapped_column(primary_key=True)
    """The exercise, its lesson, or the course block."""
    closes_at: Mapped[datetime]
    """The last moment at which an answer of this learner counts."""
    reason: Mapped[str] = mapped_column(default="")
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
