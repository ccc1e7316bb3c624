"""What blocks keep about learners: one versioned row per learner and block. A row appears at the first write, never at a read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class BlockState(Base):
    """All `user_state` fields of one block for one learner."""

    __tablename__ = "block_state"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    block_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    """Grows by one at each write; a write names the version it read, else it is refused."""
    state: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class SharedState(Base):
    """All `user_state_summary` fields of one block: one row for everybody (a poll's tally)."""

    __tablename__ = "shared_state"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    block_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    state: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class PersonState(Base):
    """`preferences` (by block type) and `user_info` (type empty) of one learner, over all courses."""

    __tablename__ = "person_state"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    block_type: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    state: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
