"""The courses that somebody makes or runs, and what waits for them in each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session, aliased

from lms_app.adapters.courses import COURSE, ENROLMENT
from lms_app.adapters.nodes import read_nodes
from lms_app.domain.actors import Actor, PlaceKind, Role
from lms_app.domain.folding import folded
from lms_app.domain.keys import CourseKey
from lms_app.model.authoring import Invitation, PlannedPublication, WorkingCopy
from lms_app.model.content import Revision
from lms_app.storage.remembering import Memory

MOST_CARDS: Final = 100
_TITLE: Final = "display_name"
_TITLES: Final[Memory[str]] = Memory(budget=5_000)
"""Titles of courses by overlay and block."""


@dataclass(frozen=True, kw_only=True)
class CourseCard:
    """A course on the page of those who make or run it."""

    key: CourseKey
    kind: str
    title: str
    """As in the draft: in the reader's language where the course has it."""
    language: str
    """Of the title."""
    languages: tuple[str, ...]
    """The source first."""
    edited_at: datetime
    is_published: bool
    has_changes: bool
    is_archived: bool
    may_edit: bool
    """False for those who run it only: their way is to its people."""
    learners: int = 0
    unsettled: int = 0
    """Texts of the actor's own that are kept but not in the draft."""
    planned_at: datetime | None = None
    invited: int = 0
    """Places that nobody took yet."""

    @property
    def waits(self) -> bool:
        """Tell whether something here waits for somebody to do it."""
        return self.may_edit and bool(self.unsettled or self.has_changes or self.planned_at)


@dataclass(frozen=True)
class MyCourses:
    """What somebody makes and runs, last edited first."""

    cards: tuple[CourseCard, ...]
    archived: tuple[CourseCard, ...]
    found: int
    """How many there are in all; at most a hundred are shown, and the search finds the others."""


@dataclass(frozen=True)
class Editable:
    """A course in the list of those who make it."""

    key: CourseKey
    title: str
    language: str
    is_published: bool
    has_changes: bool
    """The draft is another revision than the published one."""


def editable_courses(session: Session, actor: Actor) -> tuple[Editable, ...]:
    """Return the courses of which the actor is a trainer (all, for an administrator of the site), by title, in one read."""
    mine = [place.id for role, place in actor.roles if role is Role.TRAINER and place.kind is PlaceKind.COURSE]
    query = select(
        COURSE.c.key, COURSE.c.title, COURSE.c.source_language, COURSE.c.draft_revision_id, COURSE.c.published_revision_id
    )
    query = query.where(COURSE.c.archived_at.is_(None), COURSE.c.draft_revision_id.is_not(None))
    if not actor.is_site_admin:
        query = query.where(COURSE.c.id.in_(mine))
    return tuple(
        Editable(
            key=CourseKey(row.key),
            title=row.title or row.key,
            language=row.source_language,
            is_published=row.published_revision_id is not None,
            has_changes=row.published_revision_id != row.draft_revision_id,
        )
        for row in session.execute(query.order_by(COURSE.c.title, COURSE.c.id))
    )


def my_courses(session: Session, actor: Actor, *, words: str = "", language: str = "") -> MyCourses:
    """Return the courses and libraries that the actor makes or runs, whose titles or keys hold these words: ten reads at most.

    Titles are told in `language` where a course has it.
    """
    rows = _rows(session, actor)
    titles, languages, translated = _titles(session, rows, language)
    asked = folded(words)
    found = [row for row in rows if asked in folded(f"{titles[row.id]} {translated.get(row.id, '')} {row.key}")]
    shown = found[:MOST_CARDS]
    counts = _counts(session, actor, [row.id for row in shown])
    trains = _places(actor, Role.TRAINER)
    cards = [
        CourseCard(
            key=CourseKey(row.key),
            kind=row.kind,
            title=translated.get(row.id) or titles[row.id] or row.title or row.key,
            language=language if row.id in translated else row.source_language,
            languages=languages[row.id],
            edited_at=row.created_at,
            is_published=row.published_revision_id is not None,
            has_changes=row.kind == "course" and row.snapshot != row.published_snapshot,
            is_archived=row.archived_at is not None,
            may_edit=actor.is_site_admin or row.id in trains,
            **{name: found[row.id] for name, found in counts.items() if row.id in found},
        )
        for row in shown
    ]
    return MyCourses(
        tuple(card for card in cards if not card.is_archived), tuple(card for card in cards if card.is_archived), len(found)
    )


def _places(actor: Actor, *roles: Role) -> set[int]:
    return {place.id for role, place in actor.roles if role in roles and place.kind is PlaceKind.COURSE}


def _rows(session: Session, actor: Actor) -> Sequence[Any]:
    published = aliased(Revision)
    query = (
        select(
            COURSE.c.id,
            COURSE.c.key,
            COURSE.c.kind,
            COURSE.c.title,
            COURSE.c.source_language,
            COURSE.c.archived_at,
            COURSE.c.published_revision_id,
            Revision.created_at,
            Revision.snapshot,
            published.snapshot.label("published_snapshot"),
        )
        .join(Revision, Revision.id == COURSE.c.draft_revision_id)
        .outerjoin(published, published.id == COURSE.c.published_revision_id)
        .order_by(Revision.created_at.desc(), COURSE.c.id.desc())
    )
    if not actor.is_site_admin:
        query = query.where(COURSE.c.id.in_(_places(actor, Role.TRAINER, Role.COORDINATOR)))
    return session.execute(query).all()


def _titles(
    session: Session, rows: Sequence[Any], language: str
) -> tuple[dict[int, str], dict[int, tuple[str, ...]], dict[int, str]]:
    """Return by course the titles of the drafts, their languages, and the titles in one language: four reads however many they are."""
    bodies = read_nodes(session, [row.snapshot for row in rows])
    roots = read_nodes(session, [bodies[row.snapshot]["root"][1] for row in rows])
    titles = {row.id: str(roots[bodies[row.snapshot]["root"][1]]["fields"].get(_TITLE) or "") for row in rows}
    languages = {row.id: (row.source_language, *sorted(bodies[row.snapshot]["overlays"])) for row in rows}
    overlays = {
        row.id: (bodies[row.snapshot]["overlays"][language], bodies[row.snapshot]["root"][0])
        for row in rows
        if language in bodies[row.snapshot]["overlays"]
    }
    told = _translated(session, set(overlays.values()))
    return titles, languages, {course: told[which] for course, which in overlays.items() if told[which]}


def _translated(session: Session, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the titles of these blocks in these overlays, '' where there is none: long courses are read once and remembered."""
    found = {which: _TITLES.get(" ".join(which)) for which in wanted}
    missing = [which for which, title in found.items() if title is None]
    if missing:
        overlays = read_nodes(session, [overlay for overlay, _block in missing])
        texts = {which: overlays[which[0]]["texts"].get(which[1]) for which in missing}
        bodies = read_nodes(session, [text for text in texts.values() if text])
        for which, text in texts.items():
            found[which] = str(bodies[text].get(_TITLE) or "") if text else ""
            _TITLES.keep(" ".join(which), found[which] or "", 1)
    return {which: title or "" for which, title in found.items()}


def _counts(session: Session, actor: Actor, courses: Sequence[int]) -> Mapping[str, Mapping[int, Any]]:
    """Return by name what is counted for the cards, each by course in one read."""

    def number(table: Any, *which: Any) -> dict[int, Any]:
        query = select(table.c.course_id, func.count()).where(table.c.course_id.in_(courses), *which)
        return dict(map(tuple, session.execute(query.group_by(table.c.course_id))))

    copies: Table = WorkingCopy.__table__  # type: ignore[assignment]
    places: Table = Invitation.__table__  # type: ignore[assignment]
    plans = select(PlannedPublication.course_id, PlannedPublication.at).where(PlannedPublication.course_id.in_(courses))
    return {
        "learners": number(ENROLMENT, ENROLMENT.c.left_at.is_(None)),
        "unsettled": number(copies, copies.c.person_id == actor.person_id),
        "invited": number(places, places.c.taken_by.is_(None)),
        "planned_at": {row.course_id: row.at for row in session.execute(plans)},
    }
