"""Frames of a trial: other people's blocks as an author tries them, on the block origin, with a pass of their own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, g, render_template
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from lms_app.adapters.courses import find_course
from lms_app.domain.errors import NotFound, Refused
from lms_app.domain.keys import BlockId, CourseKey, PersonId, parse_course_key
from lms_app.i18n import direction_of
from lms_app.services.accounts.acting import actor_of
from lms_app.services.authoring import trying
from lms_app.services.learning.answering import Desk
from lms_app.services.learning.opening import check_given, shown_in
from lms_app.services.learning.outlines import unit_of
from lms_app.services.learning.seating import Room
from lms_app.storage.session import Session
from lms_app.web.blocks.addresses import FrameUrls
from lms_app.web.blocks.calls import answer_page, read_call
from lms_app.web.blocks.how import read_how
from lms_app.web.blocks.pages import frame_parts
from lms_app.web.blocks.tokens import LASTS_SECONDS
from lms_app.web.blocks.views import METHODS
from lms_app.web.context import end_reading, now, takwin


@dataclass(frozen=True)
class TrialPass:
    """What a token allows: the handlers of one unit, for one author who tries it in one way."""

    person: PersonId
    course: CourseKey
    unit: BlockId
    how: str
    language: str
    """Of the interface."""
    device: str


class TrialPasses:
    """Makes and reads the tokens of trials. Their salt is their own: they open nothing that learners' passes open."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="trial-frame")

    def write(self, granted: TrialPass) -> str:
        """Return the token: characters that are safe as one segment of a path."""
        whose = [granted.person, granted.device, granted.language]
        return str(self._signer.dumps([*whose, granted.course, granted.unit, granted.how]))

    def read(self, token: str) -> TrialPass:
        """Return what the token allows; refuse one that is not ours (`bad_pass`) or too old (`pass_expired`)."""
        try:
            person, device, language, course, unit, how = self._signer.loads(token, max_age=LASTS_SECONDS)
        except SignatureExpired as error:
            raise Refused("pass_expired") from error
        except (BadSignature, ValueError) as error:
            raise Refused("bad_pass") from error
        return TrialPass(PersonId(person), parse_course_key(course), BlockId(unit), how, language, device)


class TrialUrls(FrameUrls):
    """For blocks in a frame of a trial."""

    handlers = "/trials"


def trial(token: str, count: int, first: str) -> Response:
    """Show a run of neighbouring framed blocks of a unit: `count` of them, from `first` on."""
    here = takwin()
    granted = _granted(token)
    on = read_how(granted.how).on or now()
    with here.reading() as session:
        desk = _seat(session, granted, token)
        check_given(desk, granted.unit, now=on, is_staff=False)
        there = shown_in(desk.outline, granted.unit, now=on, is_staff=False)
        if first not in there:
            raise NotFound("no_such_block", block=first)
        start = there.index(BlockId(first))
        parts = frame_parts(desk.visit.render_many(there[start : start + count]))
    end_reading()
    trying.keep_trial_view(here.sessions, desk, person=granted.person, now=now())
    html = render_template(
        "blocks/frame.html",
        parts=parts,
        token=token,
        handlers="/trials/",
        language=granted.language,
        direction=direction_of(granted.language),
        site=here.settings.site_url,
        files=here.settings.blocks_origin or "",
    )
    return Response(html)


def trial_handler(token: str, usage: str, handler: str, suffix: str) -> AnyResponse:
    """Call a handler of a block of the pass's unit, for the pass's author alone."""
    granted = _granted(token)
    on = read_how(granted.how).on or now()
    call = read_call(usage, handler, suffix)

    def seat(session: Session) -> Desk:
        desk = _seat(session, granted, token)
        check_given(desk, call.block, now=on, is_staff=False)
        if unit_of(desk.outline, call.block) != granted.unit:
            raise Refused("bad_pass")
        return desk

    return answer_page(trying.try_answer(takwin().sessions, seat, call, person=granted.person, on=on, now=now()))


def _granted(token: str) -> TrialPass:
    granted = TrialPasses(takwin().secret_key).read(token)
    g.language = granted.language
    return granted


def _seat(session: Session, granted: TrialPass, token: str) -> Desk:
    """Seat the author of the pass; refused to who may not edit the course any more."""
    here = takwin()
    author = actor_of(session, granted.person, device=granted.device)
    course = find_course(session, granted.course, person=granted.person)
    room = Room(
        host=here.host,
        blobs=here.blobs,
        secret=here.secret_key,
        urls=lambda content: TrialUrls(
            content, token=token, blocks_origin=here.settings.blocks_origin, site=here.settings.site_url
        ),
    )
    return trying.take_trial_seat(session, author, course, read_how(granted.how), room=room, now=now())


def install(pages: Blueprint) -> None:
    """Add these addresses to the block origin."""
    pages.add_url_rule("/trial/<token>/<int:count>/<path:first>", view_func=trial)
    one = "/trials/<token>/<usage>/<handler>"
    pages.add_url_rule(f"{one}/", view_func=trial_handler, methods=METHODS, defaults={"suffix": ""}, strict_slashes=False)
    pages.add_url_rule(f"{one}/<path:suffix>", view_func=trial_handler, methods=METHODS)
