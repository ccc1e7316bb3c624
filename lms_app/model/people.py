"""People: accounts, the roles they hold in places, their signed-in devices, and the audit of delicate acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class Person(Base):
    """Somebody with an account. After an erasure the row stays, empty of the person, under the same number."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_name: Mapped[str]
    """What they sign in with; unique without regard to case (see the index)."""
    email: Mapped[str | None]
    """May be shared: it signs in only while it belongs to one account."""
    phone: Mapped[str | None]
    """E.164. Not verified, may be shared by sisters, and recovers nothing."""
    password_hash: Mapped[str] = mapped_column(Text)
    uniquifier: Mapped[str] = mapped_column(unique=True)
    """Changes with the password, so that every session and letter made before ends."""
    active: Mapped[bool] = mapped_column(default=True)
    name_arabic: Mapped[str] = mapped_column(default="")
    """As it must be printed on a certificate."""
    name_latin: Mapped[str] = mapped_column(default="")
    """As it must be printed on a certificate."""
    language: Mapped[str] = mapped_column(default="en")
    country: Mapped[str] = mapped_column(default="")
    """ISO 3166-1 alpha-2, or empty."""
    region: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


Index("uq_person_user_name_lower", func.lower(Person.user_name), unique=True)
Index("ix_person_email_lower", func.lower(Person.email))
Index("ix_person_phone", Person.phone)


class RoleGrant(Base):
    """A role held in a place; the one table of permissions in force."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "place_kind", "place_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    place_kind: Mapped[str]
    place_id: Mapped[int]
    """The row number in the place's table; 0 for the site."""
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


Index("ix_role_grant_place", RoleGrant.place_kind, RoleGrant.place_id)


class SignIn(Base):
    """One signed-in device. Deleting the row signs it out at once."""

    __tablename__ = "sign_in"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the cookie's token: the table alone signs nobody in."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(default="")


class RecoveryCode(Base):
    """A code printed by a trainer for a learner of their cohort who forgot the password; once, for 24 hours."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AuditEntry(Base):
    """Who did a delicate thing to whom: recovery, roles, erasure, revocation, grades changed by hand."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str]
    subject: Mapped[str]
    """What it was done to, as `person:12` or `credential:AB12…`."""
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


Index("ix_audit_entry_subject", AuditEntry.subject, AuditEntry.at)
