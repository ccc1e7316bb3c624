"""A cooperative's way beside the course: what diagnostics measured, and when whom to remind of a plan."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class Measurement(Base):
    """What a learner's diagnostic found of one cooperative at one moment. Never changed; the next one is another row."""

    __tablename__ = "measurement"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    block_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """The first of this learner in this block is 1."""
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    """In which the learner was at that moment."""
    kind: Mapped[str]
    """`diagnostic`."""
    moment: Mapped[str]
    """`before`, `after`, or another word of the block's."""
    cooperative: Mapped[str] = mapped_column(default="")
    """Its name as the learner typed it; emptied when the learner is forgotten."""
    respondents: Mapped[int]
    overall: Mapped[float | None]
    """0 to 100; None where too little was answered."""
    data: Mapped[dict[str, Any]]
    """`{"pillars": […], "statements": […], "language"}`."""
    measured_at: Mapped[datetime]


Index("ix_measurement_course_id", Measurement.course_id)


class Reminder(Base):
    """A day on which a learner asked to be reminded of a plan."""

    __tablename__ = "reminder"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    block_id: Mapped[str] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    months: Mapped[int]
    """Since the plan."""
    sent_at: Mapped[datetime | None]
    """When its day came: the letter went to those who have an e-mail."""
    closed_at: Mapped[datetime | None]
    """When the learner followed the plan up, or waved the reminder away."""
    created_at: Mapped[datetime]


Index("ix_reminder_due_on", Reminder.due_on)
