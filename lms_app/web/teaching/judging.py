"""One piece of work on one screen: the block's own judging view, whose it is, and what comes next."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId
from lms_app.runtime.page import assemble
from lms_app.services.teaching import waiting
from lms_app.services.teaching.waiting import Around, Piece
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.blocks.pages import UnitParts, unit_parts
from lms_app.web.context import actor, now, takwin
from lms_app.web.learn.seats import seat
from lms_app.web.odd_input import asked_number
from lms_app.web.teaching.desk import KIND_ICONS, asked_among, judge_href, kind_words, narrowing

JUDGE_VIEW: Final = "judge_view"
_RIGHTS: Final = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"
"""A judge may answer with their voice."""


def judge(course_key: str, block: str) -> Response:
    """Show one piece of work to be judged. One that waits no more leads on to the next, unless it is looked at on purpose."""
    done = asked_number("done") or 0
    with takwin().reading() as session:
        piece = _piece(session, block)
        around = waiting.around(session, actor(), asked_course(), piece, asked_among(), without=done, now=now())
        if not piece.waits and "look" not in request.args:
            return _on(around)
        parts = _rendered(session, piece)
    page = render_template(
        "teaching/judge.html",
        piece=piece,
        around=around,
        parts=parts,
        most=waiting.MOST_COUNTED,
        kind_words=kind_words,
        kind_icons=KIND_ICONS,
        back=url_for("teaching.home", **narrowing()),
        previous=judge_href(around.previous) if around.previous else "",
        next=judge_href(around.next) if around.next else "",
        prefetch=judge_href(around.next, done=piece.id) if around.next and piece.waits else "",
        state=url_for("teaching.state", course_key=piece.course, block=piece.block, record=piece.key),
    )
    response = make_response(page)
    response.headers["Permissions-Policy"] = _RIGHTS
    return response


def state(course_key: str, block: str) -> Response:
    """Tell the page's script whether the piece of work still waits."""
    with takwin().reading() as session:
        piece = _piece(session, block)
    return jsonify(waits=piece.waits, state=piece.state)


def _piece(session: Session, block: str) -> Piece:
    key = request.args.get("record", "")
    if not key:
        raise NotFound("no_such_work")
    return waiting.piece_of(session, actor(), asked_course(), BlockId(block), key)


def _on(around: Around) -> Response:
    following = around.next or around.previous
    if following is None:
        flash(gettext("It is judged. Nothing else waits for you."), "success")
        return redirect(url_for("teaching.home", **narrowing()), 303)
    flash(gettext("It is judged. This is the next one."), "success")
    return redirect(judge_href(following), 303)


def _rendered(session: Session, piece: Piece) -> UnitParts | None:
    """Return the block's view of the record in the judge's own seat; None for an exercise that is no longer there to be judged."""
    desk = seat(session, back=request.full_path)
    if piece.block not in desk.outline or JUDGE_VIEW not in _views_of(desk.outline[piece.block].type):
        return None
    asked = {"record": piece.key}
    shown = desk.visit.render(piece.block, JUDGE_VIEW, {**asked, "query": asked})
    return unit_parts(assemble([shown]), desk, unit=piece.block)


def _views_of(block_type: str) -> Collection[str]:
    return getattr(takwin().host.types.load(block_type), "work_views", ())


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/teaching/<course_key>/judge/<path:block>", view_func=judge)
    pages.add_url_rule("/teaching/<course_key>/state/<path:block>", view_func=state)
