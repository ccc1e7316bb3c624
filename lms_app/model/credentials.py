"""Certificates: one frozen, signed record per person and award."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class Credential(Base):
    """What was certified, for ever. Only the revocation columns ever change."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("person_id", "award"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    award: Mapped[str]
    """What is awarded, as `course-v1:…#completion`; a person gets each once."""
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    """What is printed and typed; unguessable."""
    record: Mapped[str] = mapped_column(Text)
    """The canonical JSON (RFC 8785) that was signed, byte for byte."""
    signature: Mapped[str] = mapped_column(Text)
    """Ed25519 over `record`, base64url."""
    key_id: Mapped[str]
    issued_at: Mapped[datetime]
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    """Blob of the picture, once it was drawn."""
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")
