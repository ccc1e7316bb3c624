"""One view of a block on a calm page of its own: a form for the field that opens without a network, work to judge, a sheet to print."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request, url_for

from lms_app.domain.actors import Actor
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, PersonId
from lms_app.runtime.page import assemble
from lms_app.services.learning import opening
from lms_app.services.learning.answering import Desk
from lms_app.services.learning.outlines import unit_of
from lms_app.services.learning.seating import is_course_staff, learner_of
from lms_app.web.access import asked_course
from lms_app.web.assets import STATIC, static_url
from lms_app.web.blocks.pages import unit_parts
from lms_app.web.context import actor, end_reading, now, own_number, takwin
from lms_app.web.csrf import csrf_token
from lms_app.web.learn.seats import seat

FIELD_VIEW: Final = "field_view"
PRINT_VIEW: Final = "print_view"
VIEWS: Final = frozenset({FIELD_VIEW, "judge_view", PRINT_VIEW})
ASKED: Final = ("record", "group", "search", "after")
"""What an address may ask of a view; nothing else of it reaches the block."""
_LONGEST: Final = 200
READER_COOKIE: Final = "takwin_reader"
"""Says to the phone itself whose kept pages it may show: `-` where nobody is signed in. It opens nothing on the site."""
READER_HEADER: Final = "Takwin-Reader"
NOBODY: Final = "-"
_COOKIE_LASTS: Final = 180 * 24 * 3600
_RIGHTS: Final = "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()"
"""Codes are scanned, voices recorded and places noted on these pages."""


def work(course_key: str, view: str, block: str) -> Response:
    """Show a view that the block's class names in `work_views`; any other is not there."""
    wanted = BlockId(block)
    asked = {name: request.args[name][:_LONGEST] for name in ASKED if name in request.args}
    path = url_for("learn.work", course_key=course_key, view=view, block=block)
    here = f"{path}?{urlencode(asked)}" if asked else path
    with takwin().reading() as session:
        desk = seat(session, back=here)
        opening.check_given(desk, wanted, now=now(), is_staff=is_course_staff(actor(), desk.course.id))
        if view not in _views_of(desk, wanted):
            raise NotFound("no_such_block", block=block)
        rendered = desk.visit.render(wanted, view, {**asked, "query": asked})
    end_reading()
    if not rendered.inline_safe:
        raise NotFound("no_such_block", block=block)
    outline, language = desk.outline, desk.visit.language
    unit = unit_of(outline, wanted)
    page = render_template(
        "learn/work_print.html" if view == PRINT_VIEW else "learn/work.html",
        key=desk.course.key,
        course_title=outline.title(outline.root, language),
        title=outline.title(wanted, language) or (outline.title(unit, language) if unit else ""),
        unit=unit,
        unit_title=outline.title(unit, language) if unit else "",
        content_language=language,
        parts=unit_parts(assemble([rendered]), desk, unit=wanted),
        is_field=view == FIELD_VIEW,
        reader=reader_of(actor()),
        scope=url_for("learn.work", course_key=desk.course.key, view=FIELD_VIEW, block="-")[:-1],
    )
    return _for_its_reader(make_response(page), is_kept=view == FIELD_VIEW and not rendered.failed)


def queue_pass(course_key: str) -> Response:
    """Tell a page that was open, or kept, for long who is signed in now, with the token for sending in their name."""
    course = asked_course()
    learner = learner_of(actor(), own_number(), course, secret=takwin().secret_key)
    response = jsonify(person=mark_of(learner.anonymous_id), csrf_token=csrf_token())
    response.headers["Cache-Control"] = "private, no-store"
    return response


def worker() -> Response:
    """Give the worker that shows kept field pages without a network; each course registers it for its field pages alone."""
    source = (STATIC / static_url("work-worker.js").partition("/static/")[2]).read_text(encoding="utf-8")
    response = Response(source, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


def mark_of(anonymous_id: str) -> str:
    """Return what phones call a learner of a course, as `person_mark` of a block does."""
    return hashlib.sha256(f"device|{anonymous_id}".encode()).hexdigest()[:16]


def reader_of(somebody: Actor) -> str:
    """Return what the phone calls whoever is signed in, the same in all courses; it tells nothing about them."""
    return NOBODY if somebody.person_id is None else _reader(somebody.person_id)


def _reader(person: PersonId) -> str:
    return hmac.new(takwin().secret_key.encode(), f"reader:{person}".encode(), hashlib.sha256).hexdigest()[:16]


def _views_of(desk: Desk, block: BlockId) -> frozenset[str]:
    found = takwin().host.types.load(desk.outline[block].type)
    return VIEWS.intersection(getattr(found, "work_views", ()))


def _for_its_reader(response: Response, *, is_kept: bool) -> Response:
    """Add what the phone must know to keep the page for this reader alone; the browser itself keeps nothing of it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Permissions-Policy"] = _RIGHTS
    if is_kept:
        response.headers[READER_HEADER] = reader_of(actor())
        _tell(response, reader_of(actor()))
    return response


def say_who_reads(response: Response) -> Response:
    """Tell a phone that has kept pages, at each answer, who is signed in: it shows and keeps those of no one else."""
    told = request.cookies.get(READER_COOKIE)
    if told is not None and "actor" in g and told != (reader := reader_of(actor())):
        _tell(response, reader)
    return response


def _tell(response: Response, reader: str) -> None:
    secure = takwin().settings.is_https
    response.set_cookie(READER_COOKIE, reader, max_age=_COOKIE_LASTS, httponly=False, samesite="Lax", secure=secure, path="/")


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/courses/<course_key>/views/<view>/<path:block>", view_func=work)
    pages.add_url_rule("/courses/<course_key>/queue-pass", view_func=queue_pass)
    pages.add_url_rule("/work-worker.js", view_func=worker, endpoint="work_worker")
    pages.after_app_request(say_who_reads)
