"""The block origin: frames, handlers by pass, and files that any page may use."""

from __future__ import annotations

import mimetypes
from typing import BinaryIO

from flask import Blueprint, Response, g, render_template, request
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from lms_app.adapters.courses import find_course
from lms_app.domain.errors import NotFound, Refused
from lms_app.domain.keys import BlockId
from lms_app.i18n import direction_of
from lms_app.services.accounts.acting import actor_of
from lms_app.services.credentials.awarding import every_award
from lms_app.services.learning.answering import Desk, answer, keep_view
from lms_app.services.learning.opening import check_given, shown_in
from lms_app.services.learning.outlines import unit_of
from lms_app.services.learning.scoring import Results
from lms_app.services.learning.seating import Room, is_course_staff, take_seat
from lms_app.services.learning.types_used import block_types_in_use
from lms_app.services.operations.blob_names import is_handed_in_alone
from lms_app.storage.session import Session
from lms_app.web.blocks.addresses import FrameUrls
from lms_app.web.blocks.calls import answer_page, read_call
from lms_app.web.blocks.pages import frame_parts
from lms_app.web.blocks.policies import CALLS_FROM_NOWHERE, asset_policy, frame_policy
from lms_app.web.blocks.shipped import OURS_FOR_CAPA, own_fonts
from lms_app.web.blocks.tokens import Pass, Passes
from lms_app.web.context import end_reading, now, takwin
from lms_app.web.saving import named

bp = Blueprint("blocks", __name__)
FOR_GOOD = "public, max-age=31536000, immutable"
METHODS = ("GET", "POST", "PUT", "DELETE")
ONE_DAY = "public, max-age=86400"


@bp.get("/frame/<token>/<int:count>/<path:first>")
def frame(token: str, count: int, first: str) -> Response:
    """Show a run of neighbouring framed blocks of a unit: `count` of them, from `first` on."""
    here = takwin()
    granted = _granted(token)
    with here.reading() as session:
        desk, is_staff = _seat(session, granted, token)
        check_given(desk, granted.unit, now=now(), is_staff=is_staff)
        there = shown_in(desk.outline, granted.unit, now=now(), is_staff=is_staff)
        if first not in there:
            raise NotFound("no_such_block", block=first)
        start = there.index(BlockId(first))
        parts = frame_parts(desk.visit.render_many(there[start : start + count]))
    end_reading()
    keep_view(here.sessions, desk, Results(), award=every_award(here.issuer), now=now())
    html = render_template(
        "blocks/frame.html",
        parts=parts,
        token=token,
        language=granted.language,
        direction=direction_of(granted.language),
        site=here.settings.site_url,
        files=here.settings.blocks_origin or "",
    )
    return Response(html)


@bp.route("/blocks/<token>/<usage>/<handler>/", methods=METHODS, defaults={"suffix": ""}, strict_slashes=False)
@bp.route("/blocks/<token>/<usage>/<handler>/<path:suffix>", methods=METHODS)
def handler(token: str, usage: str, handler: str, suffix: str) -> AnyResponse:
    """Call a handler of a block of the pass's unit, for the pass's learner."""
    here = takwin()
    granted = _granted(token)
    call = read_call(usage, handler, suffix)

    def seat(session: Session) -> Desk:
        desk, is_staff = _seat(session, granted, token)
        check_given(desk, call.block, now=now(), is_staff=is_staff)
        if unit_of(desk.outline, call.block) != granted.unit:
            raise Refused("bad_pass")
        return desk

    award = every_award(here.issuer)
    return answer_page(answer(here.sessions, seat, call, award=award, now=now()))


@bp.get("/resource/<block_type>/<path:uri>")
def resource(block_type: str, uri: str) -> Response:
    """Serve a file that a block's class ships; a type that no course uses is not imported for whoever names it."""
    here = takwin()
    if here.host.types.is_waiting(block_type):
        with here.reading() as session:
            is_used = block_type in block_types_in_use(session)
        if is_used:  # published after this process began
            here.host.preload([block_type])
    data, kind = here.host.local_resource(block_type, uri)
    return _file(own_fonts(data.decode()).encode() if kind == "text/css" else data, kind)


@bp.get("/capa/<path:path>")
def platform(path: str) -> Response:
    """Serve a file that capa expects of its platform."""
    ours = OURS_FOR_CAPA.get(path)
    return _file(*(ours() if ours else takwin().host.platform_static(path)))


@bp.get("/asset/<sha256>/<path:name>")
def asset(sha256: str, name: str) -> Response:
    """Serve a file of a course by its hash. Pages may run their scripts, here where nobody is signed in; nothing else may.

    What learners handed in is not here: they would be authors of pages on this origin.
    """
    with takwin().reading() as session:
        if is_handed_in_alone(session, sha256):
            raise NotFound("no_such_file", sha256=sha256)
    end_reading()
    stream = takwin().blobs.open(sha256)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = _streamed(stream, sha256, kind)
    if not kind.startswith(_SHOWN):
        named(response, name.rsplit("/", 1)[-1])
    settings = takwin().settings
    is_page = kind == "text/html"
    policy = frame_policy(settings.site_url, settings.blocks_origin) if is_page else asset_policy()
    return _public(response, FOR_GOOD, policy)


_SHOWN = (
    "image/", "audio/", "video/", "font/", "text/plain", "text/css", "text/vtt", "text/html", "text/javascript",
    "application/pdf", "application/json", "application/javascript",
)  # fmt: skip


@bp.after_request
def guard(response: Response) -> Response:
    """Give frames, answers of handlers and refusals their policy; keep the pass in their address out of referrers and caches."""
    settings = takwin().settings
    response.headers.setdefault("Content-Security-Policy", frame_policy(settings.site_url, settings.blocks_origin))
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "private, no-store")
    if settings.blocks_origin is None:  # the frame has no origin: its own calls come from elsewhere, and carry no cookie
        response.headers.update(CALLS_FROM_NOWHERE)
    return response


def _streamed(stream: BinaryIO, sha256: str, kind: str) -> Response:
    """Return the file, or the part that a player asks for."""
    size = stream.seek(0, 2)
    stream.seek(0)
    response = Response(wrap_file(request.environ, stream), mimetype=kind, direct_passthrough=True)
    response.content_length = size
    response.set_etag(sha256)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    return response


def _file(data: bytes, kind: str) -> Response:
    return _public(Response(data, mimetype=kind), ONE_DAY, asset_policy())


def _public(response: Response, caching: str, policy: str) -> Response:
    response.headers["Cache-Control"] = caching
    response.headers["Content-Security-Policy"] = policy
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _granted(token: str) -> Pass:
    """Read the pass; from here on the words of this request are in its language, since no cookie comes here."""
    granted = Passes(takwin().secret_key).read(token)
    g.language = granted.language
    return granted


def _seat(session: Session, granted: Pass, token: str) -> tuple[Desk, bool]:
    """Open the course for the learner of the pass."""
    here = takwin()
    actor = actor_of(session, granted.person, device=granted.device)
    course = find_course(session, granted.course, person=granted.person)
    room = Room(
        host=here.host,
        blobs=here.blobs,
        secret=here.secret_key,
        urls=lambda content: FrameUrls(
            content, token=token, blocks_origin=here.settings.blocks_origin, site=here.settings.site_url
        ),
        in_frame=True,
    )
    return take_seat(session, actor, course, room=room, now=now()), is_course_staff(actor, course.id)
