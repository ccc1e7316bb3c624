"""Courses, the cohorts that take them together, and who is enrolled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class Course(Base):
    """A course: its key, who may enrol, what earns the certificate, and two pointers into its content."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    kind: Mapped[str] = mapped_column(default="course", server_default="course")
    """`course`, or `library`: questions that courses draw from. A library is edited like a course and never published to learners."""
    title: Mapped[str] = mapped_column(default="")
    """In the source language; titles in others come with the outline."""
    source_language: Mapped[str] = mapped_column(default="en")
    draft_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id", use_alter=True))
    published_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id", use_alter=True))
    enrolment: Mapped[str] = mapped_column(default="open")
    """`open`; `code`: then `enrolment_code` must be given; `list`: whoever was invited; `cohort`: with the code of a cohort only."""
    enrolment_code: Mapped[str] = mapped_column(default="")
    awards: Mapped[list[Any]] = mapped_column(default=list)
    """What can be earned: `[{"kind": "completion", "rule": {"all": [{"kind": "grade", "at_least": 0.6}]}}, …]`, `[]` for nothing."""
    certificate: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How the paper looks and who stands behind it, as `domain.papers.read_paper` reads it."""
    hours: Mapped[float | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


Index("uq_course_key_lower", func.lower(Course.key), unique=True)


class Cohort(Base):
    """A group that takes a course together, somewhere, between two dates."""

    __tablename__ = "cohort"
    __table_args__ = (UniqueConstraint("course_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    name: Mapped[str]
    country: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="Africa/Casablanca")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    enrolment_code: Mapped[str] = mapped_column(default="")
    """Given out by the trainer; whoever enrols with it joins this cohort."""
    created_at: Mapped[datetime]


class Enrolment(Base):
    """A person's place in a course. Leaving closes the row; it is never deleted."""

    __tablename__ = "enrolment"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    language: Mapped[str] = mapped_column(default="")
    """In which language they read this course; empty follows the reader's own."""
    last_unit: Mapped[str] = mapped_column(default="")
    """Block id of the unit where they stopped."""
    enrolled_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    """When the learner left; None while they are in. Grades outlive it."""
