"""Opening a unit: who may, what stands in it for this learner, and what comes before and after."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.enrolments import change_enrolment
from lms_app.adapters.grades import completions_of
from lms_app.adapters.work import extensions_of
from lms_app.domain.completion import NOT_COUNTED
from lms_app.domain.content import Outline
from lms_app.domain.errors import NotFound, Refused
from lms_app.domain.keys import BlockId
from lms_app.domain.schedule import closes_at, hidden_in, is_closed, is_open, later_end, moment, opens_at
from lms_app.runtime.page import assemble
from lms_app.services.learning.answering import Desk
from lms_app.services.learning.outlines import unit_links, unit_of, ways_on
from lms_app.services.learning.scoring import Results, choices_of
from lms_app.services.learning.views import UnitView
from lms_app.storage.transaction import transaction


def check_open(outline: Outline, block: BlockId, *, now: datetime, is_staff: bool) -> None:
    """Return silently when the reader may open the block; else `NotFound` (hidden) or `Refused` (not open yet).

    Every block on the path counts: a released unit in a lesson that is not open is not open.
    """
    if block not in outline:
        raise NotFound("no_such_block", block=block)
    if is_staff:
        return
    if block in hidden_in(outline):
        raise NotFound("no_such_block", block=block)
    if not is_open(outline, block, now):
        raise Refused("not_open_yet", block=block, opens=opens_at(outline, block))


def check_given(desk: Desk, block: BlockId, *, now: datetime, is_staff: bool) -> None:
    """Return silently when this reader may open or call the block; else `NotFound` or `Refused`.

    `NotFound` also where a block that draws or waits gave this learner other children, or none yet. A cohort's trainer, who learns
    nothing here, judges what it gave to others.
    """
    check_open(desk.outline, block, now=now, is_staff=is_staff)
    if not is_staff and desk.is_scored and not desk.visit.gives(block):
        raise NotFound("no_such_block", block=block)


def open_unit(session: Session, desk: Desk, unit: BlockId, *, is_staff: bool, now: datetime) -> tuple[UnitView, Results]:
    """Return the unit rendered for the reader, and what they finish by seeing it (to be kept by `keep_view`)."""
    outline, visit = desk.outline, desk.visit
    check_given(desk, unit, now=now, is_staff=is_staff)
    if unit_of(outline, unit) != unit:
        raise NotFound("no_such_unit", block=unit)
    rendered = visit.render_many(shown_in(outline, unit, now=now, is_staff=is_staff))
    lesson = outline.ancestor(unit, "sequential") or outline[outline.root]
    neighbours = {leaf.id for leaf in outline.leaves(lesson.id)}
    done = completions_of(session, desk.person, desk.course.id, neighbours)
    choices = choices_of(session, desk.person, desk.course.id, outline)
    previous, following = ways_on(outline, unit, now, all_of_it=is_staff)
    settings = outline[unit].settings
    longer = _longer(desk, unit) if is_closed(settings, now) else None
    language = visit.language
    view = UnitView(
        key=desk.course.key,
        course_title=outline.title(outline.root, language),
        id=unit,
        title=outline.title(unit, language),
        language=language,
        languages=outline.languages,
        chapter_title=_title_of(outline, unit, "chapter", language),
        lesson_title=_title_of(outline, unit, "sequential", language),
        page=assemble(rendered),
        siblings=tuple(unit_links(outline, lesson, done, language=language, now=now, choices=choices, all_of_it=is_staff)),
        previous=previous,
        next=following,
        due=longer or (moment(settings.get("due")) if closes_at(settings) else None),
        closes=closes_at(settings),
        is_closed=is_closed(settings, now) and longer is None,
        is_staff=is_staff,
        more_time=_more_time(session, desk, unit),
    )
    return view, Results(completions=_seen(desk, unit, done, now=now))


def shown_in(outline: Outline, unit: BlockId, *, now: datetime, is_staff: bool) -> list[BlockId]:
    """Return the blocks that stand in a unit for the reader; a lone block directly in a lesson is its own unit."""
    if outline[unit].type != "vertical":
        return [unit]
    return [entry.id for entry in outline.children(unit) if is_staff or is_open(outline, entry.id, now)]


def is_new_place(desk: Desk, unit: BlockId) -> bool:
    """Tell whether the learner stopped somewhere else than here last time."""
    return desk.course.is_enrolled and desk.course.membership is not None and desk.course.membership.last_unit != unit


def keep_place(sessions: sessionmaker[Session], desk: Desk, unit: BlockId) -> None:
    """Note that the learner is in this unit now, so that the course page can lead back to it."""
    if is_new_place(desk, unit):
        with transaction(sessions) as session:
            change_enrolment(session, desk.person, desk.course.id, last_unit=unit)


def _longer(desk: Desk, unit: BlockId) -> datetime | None:
    """Return until when this learner may still answer something in a unit that is closed to others."""
    ends = (desk.longer_until(each) for each in (unit, *(leaf.id for leaf in desk.outline.leaves(unit))))
    return max((end for end in ends if end is not None), default=None)


def _seen(desk: Desk, unit: BlockId, done: dict[BlockId, float], *, now: datetime) -> dict[BlockId, float]:
    """Return the blocks that a learner finishes by having the unit before them, and has not finished yet."""
    return {
        leaf.id: 1.0
        for leaf in desk.outline.leaves(unit)
        if leaf.type not in NOT_COUNTED
        and done.get(leaf.id, 0.0) < 1.0
        and is_open(desk.outline, leaf.id, now)
        and desk.visit.gives(leaf.id)
        and desk.visit.completes_on_view(leaf.id)
    }


def _more_time(session: Session, desk: Desk, unit: BlockId) -> datetime | None:
    """Return until when this learner was given time for the unit; None for who has no more than others, and where nothing closes."""
    closes = closes_at(desk.outline[unit].settings)
    if closes is None or not desk.is_scored:
        return None
    return later_end(desk.outline, unit, extensions_of(session, desk.person, desk.course.id), than=closes)


def _title_of(outline: Outline, unit: BlockId, block_type: str, language: str) -> str:
    entry = outline.ancestor(unit, block_type)
    return outline.title(entry.id, language) if entry else ""
