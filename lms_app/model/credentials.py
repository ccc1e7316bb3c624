"""Certificates: one frozen, signed record per person and award, what was made of it, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class Credential(Base):
    """What was certified, for ever. What is signed never changes; only what became of it does."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("person_id", "award", "issue"), UniqueConstraint("status_list", "status_index"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    award: Mapped[str]
    """What is awarded, as `course-v1:…#completion` or `programme:…`."""
    issue: Mapped[int] = mapped_column(default=1)
    """1 for the first; a correction or renewal is the next. A person gets each number of an award once."""
    kind: Mapped[str] = mapped_column(default="completion")
    """`participation`, `completion`, `competence` or `programme`."""
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    """What is printed and typed; unguessable."""
    number: Mapped[str | None] = mapped_column(unique=True)
    """Serial number to read aloud, as MA-TOT-2026-000123-7; proves nothing."""
    holder: Mapped[str] = mapped_column(Text, default="")
    """The names on the paper, folded for the registry's search."""
    record: Mapped[str] = mapped_column(Text)
    """The canonical JSON (RFC 8785) that was signed, byte for byte."""
    signature: Mapped[str] = mapped_column(Text)
    """Ed25519 over `record`, base64url."""
    key_id: Mapped[str]
    token: Mapped[str] = mapped_column(Text, default="")
    """What the QR code carries after `/V/`; empty for those of the first schema."""
    status_list: Mapped[int | None]
    status_index: Mapped[int | None]
    issued_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")
    replaced_by: Mapped[str | None] = mapped_column(String(64))
    """Code of the certificate that corrects this one."""


class CredentialFile(Base):
    """A file made of a record, kept for good: the same bytes are served after every rotation of keys."""

    __tablename__ = "credential_file"

    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """`pdf`, `json`, `jwt`, `png` or `svg`."""
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    key_id: Mapped[str] = mapped_column(default="")
    """The key that signed this file, beside the one that signed the record."""
    made_at: Mapped[datetime]


class CredentialEntry(Base):
    """A line of the issue log. The job that follows each commit gives it its place in the chain of hashes.

    It names codes and hashes, never people.
    """

    __tablename__ = "credential_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """`issued`, `file`, `suspended`, `reinstated`, `revoked`, `replaced`, `imported`, `list`, `key`."""
    code: Mapped[str] = mapped_column(String(64), default="", index=True)
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    place: Mapped[int | None] = mapped_column(unique=True)
    """1, 2, 3… once it is in the chain."""
    previous: Mapped[str] = mapped_column(String(64), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")


class CredentialSeries(Base):
    """The last serial number given out in a course and year: it only grows, so that no number comes twice."""

    __tablename__ = "credential_series"

    name: Mapped[str] = mapped_column(primary_key=True)
    """Course and year, as `TOT-2026`."""
    taken: Mapped[int]


class StatusRequest(Base):
    """A certificate to be suspended, reinstated, revoked or corrected: one person asks, another decides."""

    __tablename__ = "status_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), index=True)
    kind: Mapped[str]
    """`suspend`, `reinstate`, `revoke` or `correct`."""
    reason: Mapped[str]
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What a correction changes in the record."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="")
    """Empty while it waits, then `accepted` or `refused`."""


class StatusList(Base):
    """A published list of status bits; which certificate has which bit stands with the certificate."""

    __tablename__ = "status_list"

    number: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    """`revocation` or `suspension`."""
    taken: Mapped[int] = mapped_column(default=0)
    """How many bits are given out; a list that is half full is followed by the next."""
    signed: Mapped[str] = mapped_column(Text, default="")
    """The list as it was last signed, JSON; empty until it is first asked for."""
    signed_at: Mapped[datetime | None]
    is_stale: Mapped[bool] = mapped_column(default=True)
    """Whether a bit changed since."""


class Attainment(Base):
    """What a learner reached that no block grades: hours attended, a task accepted, a level observed."""

    __tablename__ = "attainment"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """`attendance` (hours), `practical` (0 or 1), `observation` or `rubric` (level 1 to 4)."""
    name: Mapped[str] = mapped_column(primary_key=True)
    """Which session, task, observation or piece of work, in words."""
    block_id: Mapped[str] = mapped_column(primary_key=True, default="", server_default="")
    """The block that told it; '' where somebody noted it by hand."""
    value: Mapped[float]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]


class Programme(Base):
    """Several courses that together earn one certificate."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    titles: Mapped[dict[str, Any]]
    courses: Mapped[list[Any]] = mapped_column(default=list)
    """Keys of the courses; a certificate of completion or competence in each of them is asked."""
    certificate: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """As `course.certificate`."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class PrintBatch(Base):
    """The certificates of a cohort as one file, made by a job that can stop and go on."""

    __tablename__ = "print_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    form: Mapped[str]
    """`zip` (one PDF a person) or `pdf` (one file to print)."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    """`waiting`, `running`, `done` or `failed`."""
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    finished_at: Mapped[datetime | None]


class CredentialShare(Base):
    """A link by which the holder shows a certificate, and only what they chose of it."""

    __tablename__ = "credential_share"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), index=True)
    shows: Mapped[list[Any]]
    """Names of the facts of the record that it shows."""
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class LegacyCredential(Base):
    """A certificate issued before Takwin: its number still answers, with what the old register says."""

    __tablename__ = "legacy_credential"

    number: Mapped[str] = mapped_column(primary_key=True)
    """As it is compared: capitals and digits only."""
    printed: Mapped[str]
    """As it stands on the paper."""
    holder: Mapped[str]
    title: Mapped[str]
    issuer: Mapped[str]
    issued_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(default="valid")
    """`valid` or `revoked`, by the old register."""
    note: Mapped[str] = mapped_column(default="")
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime]
