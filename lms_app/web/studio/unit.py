"""A unit's page: its blocks as learners see them, each changed where it stands, and the way to the pages around it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, get_flashed_messages, render_template, request, url_for
from flask_babel import gettext

from lms_app.domain.content import Outline
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.services.authoring import arranging, drafts
from lms_app.services.learning.answering import Desk
from lms_app.web.access import asked_course
from lms_app.web.context import takwin
from lms_app.web.studio.desks import draft_desk, resources_of
from lms_app.web.studio.frame import LIBRARY, frame
from lms_app.web.studio.help_words import help_of_type
from lms_app.web.studio.shapes import Trail, offers_by_group, preview_of, trail
from lms_app.web.studio.weighing import weight_line


@dataclass(frozen=True)
class Neighbour:
    """Another unit, and the way to it."""

    title: str
    href: str
    is_here: bool = False


@dataclass(frozen=True)
class Around:
    """Where a unit stands: its lesson, and the units before and after it in the course."""

    trail: Trail
    lesson: str = ""
    units: tuple[Neighbour, ...] = ()
    """Those of the lesson, in order, this one among them."""
    place: int = 0
    previous: Neighbour | None = None
    next: Neighbour | None = None


@dataclass(frozen=True)
class Elsewhere:
    """Where a block can be moved to: the units of one chapter by lesson, and the ways to the other chapters."""

    block: BlockId
    title: str
    chapters: tuple[Neighbour, ...]
    lessons: tuple[tuple[str, tuple[tuple[BlockId, str], ...]], ...]


def unit(course_key: str, unit: str) -> str:
    """Show a unit's blocks as learners see them, each with the ways to change it.

    With `piece`, one of them alone; with `move`, beside it the units that one could be moved to.
    """
    block, piece = BlockId(unit), request.args.get("piece")
    with takwin().reading() as session:
        desk = draft_desk(session)
        if block not in desk.outline:
            raise NotFound("no_such_block", block=block)
        shown = _shown(desk.outline, block)
        if piece is not None:
            return render_piece(desk, block, BlockId(piece))
        rendered = desk.visit.render_many(shown)
        previews = [preview_of(one, desk.outline[one.block]) for one in rendered]
        weight = weight_line(session, desk, rendered)
        draft = drafts.open_draft(session, desk.course.key)
        elsewhere = _elsewhere(desk.outline, block, desk.course.key)
    is_unit = desk.outline[block].type == arranging.UNIT
    return render_template(
        "studio/unit.html",
        **frame("outline", draft),
        unit=block,
        title=desk.outline[block].title,
        node=desk.outline[block].node,
        is_unit=is_unit,
        is_container=is_unit or bool(desk.outline[block].children),
        around=around(desk.outline, block, desk.course.key),
        previews=previews,
        groups=offers_by_group(only_questions=asked_course().kind == LIBRARY) if is_unit else [],
        draw_about=help_of_type("library_content"),
        adds_at=_adds_at(len(previews)),
        elsewhere=elsewhere,
        weight=weight,
        undo=request.args.get("undo", "") if request.args.get("undo", "").isdecimal() else "",
        says=_says(),
        **resources_of(previews),
    )


def render_piece(desk: Desk, unit: BlockId, block: BlockId, *, said: str = "") -> str:
    """Return one block of a unit as its page shows it; raise `NotFound` for a block that the unit does not hold."""
    if block not in desk.outline or block not in _shown(desk.outline, unit):
        raise NotFound("no_such_block", block=block)
    return render_template(
        "studio/_piece.html",
        key=desk.course.key,
        unit=unit,
        one=preview_of(desk.visit.render(block), desk.outline[block]),
        source_language=desk.outline.language,
        base=desk.outline[block].node,
        is_unit=desk.outline[unit].type == arranging.UNIT,
        said=said or " ".join(str(each) for each in get_flashed_messages()),
    )


def around(outline: Outline, block: BlockId, key: CourseKey) -> Around:
    """Return where a unit stands among the units of the course; the way down alone for what is no unit."""
    way = trail(outline, block, key)
    order, places = outline.once("units in order", lambda: _order(outline))
    if block not in places:
        return Around(way)

    def at(place: int) -> Neighbour | None:
        return _neighbour(outline, order[place], key) if 0 <= place < len(order) else None

    lesson = outline.ancestor(block, "sequential")
    units = [each.id for each in outline.children(lesson.id) if each.type == arranging.UNIT] if lesson else [block]
    return Around(
        trail=way,
        lesson=lesson.title if lesson else "",
        units=tuple(_neighbour(outline, each, key, is_here=each == block) for each in units),
        place=units.index(block) + 1 if block in units else 1,
        previous=at(places[block] - 1),
        next=at(places[block] + 1),
    )


def _elsewhere(outline: Outline, unit: BlockId, key: CourseKey) -> Elsewhere | None:
    """Return where the block that is asked about could go: in one chapter at a time, for a large course has hundreds of units."""
    block = BlockId(request.args.get("move", ""))
    if block not in outline or block not in outline[unit].children:
        return None
    here, asked = outline.ancestor(unit, "chapter"), BlockId(request.args.get("chapter", ""))
    chapter = outline[asked] if asked in outline and outline[asked].type == "chapter" else here
    lessons = outline.children(chapter.id) if chapter else ()
    return Elsewhere(
        block,
        outline[block].title,
        chapters=tuple(
            Neighbour(
                one.title,
                url_for("studio.unit", course_key=key, unit=unit, move=block, chapter=one.id, _anchor="elsewhere"),
                is_here=chapter is not None and one.id == chapter.id,
            )
            for one in outline.children(outline.root)
            if one.type == "chapter"
        ),
        lessons=tuple(
            (lesson.title, tuple((one.id, one.title) for one in outline.children(lesson.id) if one.id != unit))
            for lesson in lessons
        ),
    )


def _says() -> dict[str, str]:
    """Return what the page's script says."""
    return {
        "offline": gettext("There is no network just now. What you wrote stands here still; try again in a moment."),
        "failed": gettext("That did not work. What you wrote stands here still."),
        "signed_out": gettext("You are signed out. Sign in again in another window, then press the button here once more."),
        "retitled": gettext("The unit has its new title."),
    }


def _order(outline: Outline) -> tuple[tuple[BlockId, ...], dict[BlockId, int]]:
    """Return the units in reading order, and where each of them stands."""
    found: dict[BlockId, int] = {}
    waiting = [outline.root]
    while waiting:
        entry = outline[waiting.pop()]
        if entry.type == arranging.UNIT:
            found.setdefault(entry.id, len(found))
        elif entry.type in arranging.HOLDS:
            waiting.extend(reversed(entry.children))
    return tuple(found), found


def _neighbour(outline: Outline, block: BlockId, key: CourseKey, *, is_here: bool = False) -> Neighbour:
    return Neighbour(outline[block].title, url_for("studio.unit", course_key=key, unit=block), is_here)


def _shown(outline: Outline, block: BlockId) -> list[BlockId]:
    """Return what the page of a part shows: what it holds; a block that holds nothing shows itself."""
    entry = outline[block]
    return list(entry.children) if entry.children or entry.type == arranging.UNIT else [block]


def _adds_at(count: int) -> int:
    """Return before which block the choice of what to add stands open: where it was asked for, or in an empty unit; else -1."""
    asked = request.args.get("at", "")
    if asked.isdecimal() and len(asked) < 6:  # noqa: PLR2004 -- no unit has as many
        return min(int(asked), count)
    return -1 if count else 0


def install(pages: Blueprint) -> None:
    """Add this page to the blueprint."""
    pages.add_url_rule("/<course_key>/unit/<path:unit>", view_func=unit)
