"""The trainer's page of a course: its outline on one page, how each part stands, and a search in it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request

from lms_app.domain.content import OutlineEntry
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId
from lms_app.services.authoring import copying, drafts, libraries, searching
from lms_app.services.authoring.standing import standings
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import takwin
from lms_app.web.studio.frame import LIBRARY, frame
from lms_app.web.studio.rows import View, drawn, filters, topics_of

MOST_OPEN: Final = 60
"""What one address may unfold."""


def course(course_key: str) -> str:
    """Show the outline of a draft: all of a small course, the chapters of a large one; or what somebody looks for in it."""
    facts = asked_course()
    asked = request.args.get("q", "").strip()[:100]
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        view = outline_view(session, draft)
        hits = searching.search(session, draft, asked) if asked else None
        done = copying.find_step(session, facts.id, request.args.get("done", 0, int))
    return render_template(
        "studio/course.html",
        view=view,
        top=view.opened_row(view.top),
        ways=filters(view),
        asked=asked,
        hits=hits,
        places=[_place_of(draft, one.block) for one in hits.found] if hits else [],
        done=done,
        is_shared=draft.course.enrolment == libraries.EVERYBODY,
        renaming=request.args.get("rename", ""),
        **frame("outline", draft),
    )


def rows(course_key: str, block: str) -> str:
    """Give the rows below a block, which the outline had folded."""
    with takwin().reading() as session:
        draft = drafts.open_draft(session, asked_course().key)
        if block not in draft.outline:
            raise NotFound("no_such_block", block=block)
        view = outline_view(session, draft)
    return drawn("below", view, view.opened_row(BlockId(block)))


def outline_view(session: Session, draft: drafts.Draft) -> View:
    """Return the outline as the address asks for it: what is opened, what is folded, what is left out."""
    asked = request.values
    only = asked.get("only", "")
    return View(
        key=asked_course().key,
        draft=draft,
        standings=standings(session, draft, asked_course().snapshot),
        opened=asked.getlist("open")[:MOST_OPEN],
        shut=asked.getlist("shut")[:MOST_OPEN],
        start=topics_of(draft.outline) if asked_course().kind == LIBRARY else None,
        only=only if only in {"", "changed", "hidden"} or only.partition("-")[0] in {"missing", "stale"} else "",
    )


def _place_of(draft: drafts.Draft, block: BlockId) -> list[OutlineEntry]:
    """Return what holds a block, from the chapter down."""
    return list(draft.outline.path(block)[1:-1])


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>", view_func=course)
    pages.add_url_rule("/<course_key>/rows/<path:block>", view_func=rows)
