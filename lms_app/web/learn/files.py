"""Files that people handed in: whoever a block shows one to gets an address that is good for them alone, for a day."""

from __future__ import annotations

import hmac
from datetime import timedelta
from io import BytesIO
from typing import Final

from flask import Blueprint, current_app, request, send_file, url_for
from itsdangerous import Signer
from werkzeug.wrappers import Response

from lms_app.domain.errors import NotFound
from lms_app.domain.handed_in import PICTURES, SOUNDS, TAKEN
from lms_app.domain.keys import BlockId, PersonId
from lms_app.runtime.lent import FilesMaker
from lms_app.services.learning import handing_in
from lms_app.storage.session import Session
from lms_app.web.context import actor, end_reading, now, own_number, takwin

_GOOD_FOR: Final = timedelta(hours=24)
_STEP: Final = timedelta(hours=6)
"""For so long a page gives the same address, so that a phone loads a photo once."""
_ALONE: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""The policy of such a file: should a browser ever take it for a page, it is one without scripts, forms, and this site's cookies."""


def install(bp: Blueprint) -> None:
    """Add the page to the blueprint of learning."""
    bp.add_url_rule("/files/<token>", endpoint="file", view_func=file)


def lend(session: Session, course_id: int) -> FilesMaker:
    """Return what lends `coop_files` to the blocks of a course, for whoever asks."""
    here, reader = takwin(), own_number()

    def address(token: str, block: BlockId) -> str:
        until = _until()
        key = _key(course_id, block, token, reader, until)
        return url_for("learn.file", token=token, until=until, key=key)

    return handing_in.lend_files(session, course_id, blobs=here.blobs, room=here.pictures, address=address)


def file(token: str) -> Response:
    """Serve a file to the reader for whom its address was made; to anybody else there is nothing here."""
    until, key = request.args.get("until", ""), request.args.get("key", "")
    reader = own_number()
    with takwin().reading() as session:
        found = handing_in.find_file(session, token)
        if not _is_good(key, _key(found.course_id, found.block, token, reader, until), until):
            raise NotFound("no_such_file")
        name = handing_in.name_for(session, actor(), found)
    end_reading()
    response = send_file(
        BytesIO(takwin().blobs.get(found.sha256)),
        mimetype=found.kind if found.kind in TAKEN else "application/octet-stream",
        download_name=name,
        as_attachment=found.kind not in PICTURES | SOUNDS,
        etag=found.sha256,
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = _ALONE
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _until() -> int:
    """Return when addresses that are made now end, in seconds: 18 to 24 hours from now, the same for six hours."""
    step = int(_STEP.total_seconds())
    return (int(now().timestamp()) // step) * step + int(_GOOD_FOR.total_seconds())


def _key(course_id: int, block: str, token: str, reader: PersonId, until: int | str) -> str:
    signer = Signer(str(current_app.secret_key), salt="file that was handed in")
    return signer.get_signature(f"{course_id}\n{block}\n{token}\n{reader}\n{until}").decode()


def _is_good(given: str, right: str, until: str) -> bool:
    same = hmac.compare_digest(given.encode(), right.encode())
    return same and until.isdecimal() and int(until) >= now().timestamp()
