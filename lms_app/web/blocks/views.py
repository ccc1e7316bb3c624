"""The block origin: frames, handlers by pass, and files that any page may use."""

from __future__ import annotations

import mimetypes

from flask import Blueprint, Response, render_template, send_file
from werkzeug.wrappers import Response as AnyResponse

from lms_app.adapters.courses import find_course
from lms_app.domain.errors import Refused
from lms_app.i18n import direction_of
from lms_app.services.accounts.acting import actor_of
from lms_app.services.credentials.issuing import awarding
from lms_app.services.learning.answering import Desk, answer
from lms_app.services.learning.opening import check_open, shown_in
from lms_app.services.learning.outlines import unit_of
from lms_app.services.learning.seating import Room, is_course_staff, take_seat
from lms_app.web.blocks.addresses import FrameUrls
from lms_app.web.blocks.calls import answer_page, read_call
from lms_app.web.blocks.pages import frame_parts
from lms_app.web.blocks.policies import asset_policy, frame_policy
from lms_app.web.blocks.tokens import Pass, Passes
from lms_app.web.context import now, takwin

bp = Blueprint("blocks", __name__)
FOR_GOOD = "public, max-age=31536000, immutable"
ONE_DAY = "public, max-age=86400"


@bp.get("/frame/<token>/<int:group>")
def frame(token: str, group: int) -> Response:
    """Show one run of neighbouring framed blocks of a unit; renewing the pass re-reads nothing."""
    here = takwin()
    granted = Passes(here.secret_key).read(token)
    with here.reading() as session:
        desk, is_staff = _seat(granted, token)
        check_open(desk.outline, granted.unit, now=now(), is_staff=is_staff)
        rendered = desk.visit.render_many(shown_in(desk.outline, granted.unit, now=now(), is_staff=is_staff))
    parts = frame_parts(rendered, group)
    html = render_template(
        "blocks/frame.html",
        parts=parts,
        token=token,
        language=granted.language,
        direction=direction_of(granted.language),
        site=here.settings.site_url,
    )
    response = Response(html)
    response.headers["Content-Security-Policy"] = frame_policy(here.settings.site_url)
    response.headers["Referrer-Policy"] = "no-referrer"  # the pass stands in the address
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/blocks/<token>/<usage>/<handler>", methods=["GET", "POST", "PUT", "DELETE"], defaults={"suffix": ""})
@bp.route("/blocks/<token>/<usage>/<handler>/", methods=["GET", "POST", "PUT", "DELETE"], defaults={"suffix": ""})
@bp.route("/blocks/<token>/<usage>/<handler>/<path:suffix>", methods=["GET", "POST", "PUT", "DELETE"])
def handler(token: str, usage: str, handler: str, suffix: str) -> AnyResponse:
    """Call a handler of a block of the pass's unit, for the pass's learner."""
    here = takwin()
    granted = Passes(here.secret_key).read(token)
    call = read_call(usage, handler, suffix)

    def seat(_session: object) -> Desk:
        desk, is_staff = _seat(granted, token)
        check_open(desk.outline, call.block, now=now(), is_staff=is_staff)
        if unit_of(desk.outline, call.block) != granted.unit:
            raise Refused("bad_pass")
        return desk

    award = awarding(here.issuer, language=granted.language, now=now())
    return answer_page(answer(here.sessions, seat, call, award=award, now=now()))


@bp.get("/resource/<block_type>/<path:uri>")
def resource(block_type: str, uri: str) -> Response:
    """Serve a file that a block's class ships."""
    return _file(*takwin().host.local_resource(block_type, uri), ONE_DAY)


@bp.get("/capa/<path:path>")
def platform(path: str) -> Response:
    """Serve a file that capa expects of its platform."""
    return _file(*takwin().host.platform_static(path), ONE_DAY)


@bp.get("/asset/<sha256>/<path:name>")
def asset(sha256: str, name: str) -> Response:
    """Serve a file of a course by its hash. Whatever it is, the browser is told to run nothing of it."""
    stream = takwin().blobs.open(sha256)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = send_file(stream, mimetype=kind, conditional=False, etag=False, as_attachment=not _is_shown(kind), download_name=name)
    response.headers["Cache-Control"] = FOR_GOOD
    response.headers["Content-Security-Policy"] = asset_policy()
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


_SHOWN = ("image/", "audio/", "video/", "text/plain", "text/css", "text/vtt", "application/pdf", "application/json", "font/")


def _is_shown(kind: str) -> bool:
    return kind.startswith((*_SHOWN, "text/html", "text/javascript", "application/javascript"))


def _file(data: bytes, kind: str, caching: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers["Cache-Control"] = caching
    response.headers["Content-Security-Policy"] = asset_policy()
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _seat(granted: Pass, token: str) -> tuple[Desk, bool]:
    """Open the course for the learner of the pass."""
    here = takwin()
    with here.reading() as session:
        actor = actor_of(session, granted.person)
        course = find_course(session, granted.course, person=granted.person)
        room = Room(
            host=here.host,
            blobs=here.blobs,
            secret=here.secret_key,
            urls=lambda content: FrameUrls(
                content, token=token, blocks_origin=here.settings.blocks_origin, site=here.settings.site_url
            ),
        )
        return take_seat(session, actor, course, room=room), is_course_staff(actor, course.id)
