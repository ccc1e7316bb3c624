"""The outline as a learner sees it: chapters, lessons and units with what is done and what is not open yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from lms_app.domain.completion import share_done
from lms_app.domain.content import Outline, OutlineEntry
from lms_app.domain.given import NO_CHOICES, Choices
from lms_app.domain.keys import BlockId
from lms_app.domain.schedule import closes_at, hidden_in, is_open, moment, opens_at
from lms_app.services.learning.views import Chapter, Lesson, UnitLink


def chapters_of(
    outline: Outline,
    done: Mapping[BlockId, float],
    *,
    language: str,
    now: datetime,
    choices: Choices = NO_CHOICES,
    all_of_it: bool = False,
) -> tuple[Chapter, ...]:
    """Return the chapters with their lessons and units; what is for staff alone is left out unless `all_of_it`."""
    hidden = frozenset() if all_of_it else hidden_in(outline)
    return tuple(
        Chapter(
            chapter.id,
            outline.title(chapter.id, language),
            tuple(
                _lesson(outline, lesson, done, language=language, now=now, choices=choices, all_of_it=all_of_it)
                for lesson in outline.children(chapter.id)
                if lesson.id not in hidden
            ),
        )
        for chapter in outline.children(outline.root)
        if all_of_it or not (chapter.id in hidden or chapter.settings.get("hide_from_toc"))
    )


def _lesson(
    outline: Outline,
    lesson: OutlineEntry,
    done: Mapping[BlockId, float],
    *,
    language: str,
    now: datetime,
    choices: Choices,
    all_of_it: bool,
) -> Lesson:
    opens = opens_at(outline, lesson.id)
    return Lesson(
        id=lesson.id,
        title=outline.title(lesson.id, language),
        units=tuple(unit_links(outline, lesson, done, language=language, now=now, choices=choices, all_of_it=all_of_it)),
        is_graded=bool(lesson.settings.get("graded") and lesson.settings.get("format")),
        format=str(lesson.settings.get("format") or ""),
        due=moment(lesson.settings.get("due")) if closes_at(lesson.settings) else None,
        opens=opens if opens and opens > now else None,
    )


def unit_links(
    outline: Outline,
    lesson: OutlineEntry,
    done: Mapping[BlockId, float],
    *,
    language: str,
    now: datetime,
    choices: Choices = NO_CHOICES,
    all_of_it: bool = False,
) -> Iterator[UnitLink]:
    """Yield the units of a lesson."""
    hidden = frozenset() if all_of_it else hidden_in(outline)
    for unit in outline.children(lesson.id):
        if unit.id not in hidden:
            share = share_done(outline, done, unit.id, choices=choices)
            released = all_of_it or is_open(outline, unit.id, now)
            yield UnitLink(unit.id, outline.title(unit.id, language), share, is_released=released)


def units_in_order(outline: Outline, now: datetime, *, all_of_it: bool = False) -> list[BlockId]:
    """Return all units that the reader may open, in reading order."""
    return [unit for unit in _units(outline) if all_of_it or is_open(outline, unit, now)]


def ways_on(outline: Outline, unit: BlockId, now: datetime, *, all_of_it: bool = False) -> tuple[BlockId | None, BlockId | None]:
    """Return the units before and after this one that the reader may open."""
    order = outline.once("units", lambda: tuple(_units(outline)))
    places = outline.once("places of units", lambda: {one: place for place, one in enumerate(order)})
    here = places.get(unit)
    if here is None:
        return None, None

    def first(way: Iterable[int]) -> BlockId | None:
        return next((order[one] for one in way if all_of_it or is_open(outline, order[one], now)), None)

    return first(range(here - 1, -1, -1)), first(range(here + 1, len(order)))


def _units(outline: Outline) -> Iterator[BlockId]:
    for chapter in outline.children(outline.root):
        for lesson in outline.children(chapter.id):
            yield from lesson.children


def unit_of(outline: Outline, block: BlockId) -> BlockId | None:
    """Return the unit (child of a sequential) that holds the block; for a container above units, its first unit."""
    path = outline.path(block)
    for parent, entry in pairwise(path):
        if parent.type == "sequential":
            return entry.id
    here = outline[block]
    while here.children and here.type in {"course", "chapter", "sequential"}:
        if here.type == "sequential":
            return here.children[0]
        here = outline[here.children[0]]
    return None
