"""Frames of the studio: a block of a draft as learners will see it, and the form that somebody else's block brings for its author."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, Response, g, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms_app.adapters.courses import Membership, find_course
from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.content import Json, Outline
from lms_app.domain.errors import NotFound, Refused
from lms_app.domain.keys import BlockId
from lms_app.domain.permissions import Action, require
from lms_app.i18n import direction_of
from lms_app.services.accounts.acting import actor_of
from lms_app.services.authoring import editing
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.learning.answering import Desk
from lms_app.services.learning.seating import Room, take_seat
from lms_app.storage.session import Session
from lms_app.web.blocks.addresses import DraftUrls
from lms_app.web.blocks.calls import answer_page, read_call
from lms_app.web.blocks.pages import frame_parts
from lms_app.web.blocks.tokens import DraftPass, DraftPasses
from lms_app.web.blocks.views import METHODS
from lms_app.web.context import now, takwin

log = logging.getLogger(__name__)

FORM = "form"


@dataclass(frozen=True)
class _Seat:
    """The author of a pass, and their place in the draft."""

    actor: Actor
    desk: Desk


def draft(token: str) -> Response:
    """Show the block of the pass: as learners will see it, or its own form. Nothing that showing it changes is kept."""
    here = takwin()
    granted = _granted(token)
    with here.reading() as session:
        desk = _seat(session, granted, token).desk
        rendered = desk.visit.render(granted.block, "studio_view" if granted.purpose == FORM else "student_view")
        parts = frame_parts([rendered])
    html = render_template(
        "blocks/frame.html",
        parts=parts,
        token=token,
        handlers="/drafts/",
        purpose=granted.purpose,
        language=granted.language,
        direction=direction_of(granted.language),
        site=here.settings.site_url,
        files=here.settings.blocks_origin or "",
    )
    return Response(html)


def draft_handler(token: str, usage: str, handler: str, suffix: str) -> AnyResponse:
    """Call a handler of the block of the pass, or of one inside it.

    What somebody answers in a draft is not kept. What a block's own form writes to its course becomes one change of the
    draft, unless the block refuses.
    """
    here = takwin()
    granted = _granted(token)
    call = read_call(usage, handler, suffix)
    with here.reading() as session:
        seat = _seat(session, granted, token)
        if not _holds(seat.desk.outline, granted.block, call.block):
            raise Refused("bad_pass")
        response = seat.desk.visit.handle(call.usage, call.handler, call.request, call.suffix)
        written = seat.desk.visit.drafted(granted.block) if response.status < HTTPStatus.BAD_REQUEST else {}
        changes = _changes(session, granted, written) if written else {}
    if changes:
        _keep(seat.actor, granted, changes)
    return answer_page(response)


def _changes(session: Session, granted: DraftPass, written: Mapping[str, Json]) -> dict[str, Json]:
    """Return what the form really changed, of what its author may change."""
    state = editing.open_block(session, granted.course, granted.block, types=takwin().host.types)
    started = editing.started_from(session, state, base=granted.base)
    known = {one.name for one in state.form}
    for name in written.keys() - known:
        log.info("the form of %s wrote %s, which authors can't change here", granted.block, name)
    return editing.really_changed(state, started, {name: value for name, value in written.items() if name in known})


def _keep(actor: Actor, granted: DraftPass, changes: Mapping[str, Json]) -> None:
    with takwin().transaction() as session:
        state = editing.open_block(session, granted.course, granted.block, types=takwin().host.types)
        editing.save_block(
            session,
            actor,
            granted.course,
            granted.block,
            base=granted.base,
            changes=changes,
            types=takwin().host.types,
            now=now(),
            message=gettext("Changed “%(title)s”", title=changes.get("display_name") or state.title)[:500],
        )


def _granted(token: str) -> DraftPass:
    granted = DraftPasses(takwin().secret_key).read(token)
    g.language = granted.language
    return granted


def _seat(session: Session, granted: DraftPass, token: str) -> _Seat:
    """Seat the author of the pass in the draft; refused to who may not edit the course any more."""
    here = takwin()
    actor = actor_of(session, granted.person, device=granted.device)
    course = find_course(session, granted.course, person=granted.person)
    require(actor, Action.EDIT_COURSE, [Place(PlaceKind.COURSE, course.id)])
    found = open_draft(session, course.key)
    if granted.block not in found.outline:
        raise NotFound("no_such_block", block=granted.block)
    reads = Membership(
        cohort_id=None, language=granted.reads or found.outline.language, last_unit="", enrolled_at=now(), is_open=False
    )
    room = Room(
        host=here.host,
        blobs=here.blobs,
        secret=here.secret_key,
        urls=lambda content: DraftUrls(
            content, token=token, blocks_origin=here.settings.blocks_origin, site=here.settings.site_url
        ),
        drafts=granted.purpose == FORM,
        keeps_work=False,
    )
    return _Seat(actor, take_seat(session, actor, replace(course, snapshot=found.snapshot, membership=reads), room=room, now=now()))


def _holds(outline: Outline, block: BlockId, asked: BlockId) -> bool:
    return asked in outline and any(entry.id == block for entry in outline.path(asked))


def install(pages: Blueprint) -> None:
    """Add these addresses to the block origin."""
    pages.add_url_rule("/draft/<token>", view_func=draft)
    one = "/drafts/<token>/<usage>/<handler>"
    pages.add_url_rule(f"{one}/", view_func=draft_handler, methods=METHODS, defaults={"suffix": ""}, strict_slashes=False)
    pages.add_url_rule(f"{one}/<path:suffix>", view_func=draft_handler, methods=METHODS)
