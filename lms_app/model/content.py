"""Course content as git keeps it: nodes under their hashes, revisions that name a root, outlines of what was published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms_app.storage.base import Base


class Node(Base):
    """One immutable piece of content under the hash of its canonical JSON. No person's data is ever in a node."""

    __tablename__ = "node"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    """The canonical JSON itself, so that the hash can be checked byte for byte."""
    created_at: Mapped[datetime]
    """When it was first stored, or stored again: unreferenced nodes are swept 30 days after."""


class Revision(Base):
    """One state of a whole course: a snapshot node, what it came from, who made it and why."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    snapshot: Mapped[str] = mapped_column(String(64))
    """Hash of the snapshot node: `{root, language, overlays, assets, policy, pages}`."""
    parents: Mapped[list[Any]] = mapped_column(default=list)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    message: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


class Outline(Base):
    """The outline of one snapshot, made when it is published and read whole: hash → every block's place and settings."""

    __tablename__ = "outline"

    snapshot: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[dict[str, Any]]
