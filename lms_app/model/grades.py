"""What learners earned: a score and a completion per block, and the course grade made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class Score(Base):
    """The latest grade that a block published for a learner."""

    __tablename__ = "score"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    block_id: Mapped[str] = mapped_column(primary_key=True)
    earned: Mapped[float]
    possible: Mapped[float]
    scored_at: Mapped[datetime]
    override_earned: Mapped[float | None]
    """What counts instead, by a trainer's decision."""
    override_possible: Mapped[float | None]
    override_reason: Mapped[str] = mapped_column(default="", server_default="")
    override_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    override_at: Mapped[datetime | None]


Index("ix_score_latest", Score.course_id, Score.scored_at)


class Completion(Base):
    """How far a learner is with a block, 0 to 1."""

    __tablename__ = "completion"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    block_id: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float]
    completed_at: Mapped[datetime]


class CourseGrade(Base):
    """The learner's grade and completion over the whole course, kept so that a gradebook is one select."""

    __tablename__ = "course_grade"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    grade: Mapped[float]
    """0 to 1, by the grading policy of the published revision."""
    completion: Mapped[float]
    """0 to 1, over the leaves of the published outline."""
    breakdown: Mapped[list[Any]] = mapped_column(default=list)
    """Per assignment type: `{"type", "weight", "earned", "percent"}`."""
    passed_at: Mapped[datetime | None]
    """When the certificate rule was first met."""
    updated_at: Mapped[datetime]
    active_at: Mapped[datetime | None]
    """When the learner last did something themselves; judgements by others leave it alone."""


Index("ix_course_grade_course_id", CourseGrade.course_id)
Index("ix_course_grade_active", CourseGrade.course_id, CourseGrade.active_at)
