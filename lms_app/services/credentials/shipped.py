"""The programmes that come with Takwin: `programmes.toml` among its courses names them, with their titles and their courses."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.model.courses import Course
from lms_app.model.credentials import Programme
from lms_app.services.credentials.programmes import create_unasked

FILE: Final = "programmes.toml"


def load_shipped_programmes(session: Session, *, folder: Path, now: datetime) -> tuple[str, ...]:
    """Make every programme of the folder that is not here yet and whose courses all are; return the keys of those made.

    `[[programme]]` has a `key`, the keys of its `courses`, a `[programme.title]` for each language, and perhaps a
    `[programme.certificate]` as `create_programme` takes it. One that somebody archived here stays archived. A faulty file stops
    the loading (`Invalid`, by field).
    """
    file = folder / FILE
    if not file.is_file():
        return ()
    made = []
    for asked in tomllib.loads(file.read_text(encoding="utf-8")).get("programme", ()):
        if _is_here(session, asked["key"]) or not _has_courses(session, asked["courses"]):
            continue
        create_unasked(
            session,
            key=asked["key"],
            titles=asked["title"],
            courses=asked["courses"],
            certificate=asked.get("certificate"),
            by=None,
            now=now,
        )
        made.append(asked["key"])
    return tuple(made)


def _is_here(session: Session, key: str) -> bool:
    return session.scalar(select(Programme.id).where(Programme.key == key)) is not None


def _has_courses(session: Session, keys: list[str]) -> bool:
    return set(session.scalars(select(Course.key).where(Course.key.in_(keys)))) == set(keys)
