"""What learning needs of the running Takwin, for this request."""

from __future__ import annotations

from flask import request

from lms_app.services.credentials.awarding import every_award
from lms_app.services.learning.answering import Desk
from lms_app.services.learning.scoring import Award
from lms_app.services.learning.seating import Room, take_seat
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.blocks.addresses import SiteUrls
from lms_app.web.context import actor, now, takwin
from lms_app.web.csrf import csrf_token
from lms_app.web.learn import files


def room(*, back: str = "") -> Room:
    """Return the room for blocks shown in the page itself; `back` is where a plain form returns to, '' where none is shown."""
    here = takwin()
    return Room(
        host=here.host,
        blobs=here.blobs,
        secret=here.secret_key,
        urls=lambda content: SiteUrls(content, blocks_origin=here.settings.blocks_origin),
        form_fields={"csrf_token": csrf_token(), "back": back} if back else {},
        files=files.lend,
        addresses=f"site {request.script_root} {here.settings.blocks_origin}",
    )


def seat(session: Session, *, back: str = "") -> Desk:
    """Open the course that the address names for whoever asks."""
    return take_seat(session, actor(), asked_course(), room=room(back=back), now=now())


def award() -> Award:
    """Return what issues the certificate when it is earned."""
    return every_award(takwin().issuer)
