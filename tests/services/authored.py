"""A course in two languages for tests of what authors do, put together without any file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import store_content
from lms_app.adapters.revisions import commit_revision, publish
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.content import Asset, Block, CourseContent, Overlay
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.model import Course, Person

ROOT = BlockId("course/course")
PICTURE = Asset("oil.webp", "a" * 64, "image/webp", 10)
SMALL = Asset("oil-480w.webp", "b" * 64, "image/webp", 5)
OTHER = Asset("other.webp", "c" * 64, "image/webp", 10)

QUESTION = {
    "structure": {
        "questions": [
            {"id": "votes", "kind": "single", "choices": [{"id": "one", "correct": True}, {"id": "ten", "correct": False}]}
        ]
    },
    "texts": {"votes/prompt": "How many votes?", "votes/one": "One", "votes/ten": "Ten"},
}


def content(chapters: int = 2, *, about: str = "") -> CourseContent:
    """Chapters `c0`, `c1` … of a lesson of two units; in each a text that shows a picture and leads to the next, and a quiz."""
    blocks: dict[BlockId, Block] = {}

    def add(block: str, title: str, *children: BlockId, **fields: object) -> BlockId:
        name = BlockId(block)
        blocks[name] = Block(name, block.partition("/")[0], {"display_name": title, **fields}, children)
        return name

    held = []
    for c in range(chapters):
        units = []
        for u in range(2):
            data = f'<p>Argan oil {c}{u} <img src="/static/oil.webp" alt=""> <a href="/jump_to_id/q{c}{u}">quiz</a></p>'
            leaves = (
                add(f"html/h{c}{u}", f"Text {c}{u}{about}", data=data),
                add(f"coop_quiz/q{c}{u}", f"Quiz {c}{u}{about}", **QUESTION),
            )
            units.append(add(f"vertical/u{c}{u}", f"Unit {c}{u}{about}", *leaves))
        held.append(
            add(
                f"chapter/c{c}",
                f"Chapter {c}{about}",
                add(f"sequential/s{c}", f"Lesson {c}{about}", *units, due="2026-01-01T00:00:00Z"),
            )
        )
    add(ROOT, "All about oil", *held)
    arabic = {
        BlockId("html/h00"): {"display_name": "نَصّ", "data": "<p>زيت الأركان</p>"},
        BlockId("vertical/u00"): {"display_name": "وحدة"},
    }
    french = {block: {"display_name": f"{one.fields['display_name']} (fr)"} for block, one in blocks.items()}
    return CourseContent(
        root=ROOT,
        blocks=blocks,
        language="en",
        overlays={"ar": Overlay("ar", arabic), "fr": Overlay("fr", french)},
        assets={one.path: one for one in (PICTURE, SMALL, OTHER)},
    )


def begun(
    session: Session, key: str, made: CourseContent, now: datetime, *, published: bool = False, **columns: object
) -> CourseKey:
    """Store a course with one draft."""
    row = Course(key=key, title="x", source_language=made.language, created_at=now, **columns)
    session.add(row)
    session.flush()
    revision = commit_revision(session, row, store_content(session, made, now), author=None, message="", now=now)
    if published:
        publish(session, row, revision)
    return CourseKey(key)


def author(session: Session, *keys: str) -> Actor:
    """Return somebody who makes these courses."""
    number = session.query(Person.id).order_by(Person.id).limit(1).scalar()
    rows = session.query(Course.id).where(Course.key.in_(keys)).all()
    return Actor(
        PersonId(number) if number else None, roles=frozenset((Role.TRAINER, Place(PlaceKind.COURSE, row.id)) for row in rows)
    )
