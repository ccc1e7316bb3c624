"""The trainer's seat in the draft: what its blocks need to be shown and called on the pages of the studio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask import request, url_for

from lms_app.adapters.courses import Membership
from lms_app.domain.content import Json
from lms_app.domain.keys import BlockId
from lms_app.services.authoring import drafts
from lms_app.services.authoring.previewing import UnsavedReader
from lms_app.services.learning.answering import Desk
from lms_app.services.learning.outlines import unit_of
from lms_app.services.learning.seating import Room, take_seat
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.blocks.addresses import StudioUrls
from lms_app.web.context import actor, now, takwin
from lms_app.web.csrf import csrf_token
from lms_app.web.studio.shapes import Preview


def draft_desk(session: Session, *, unsaved: Mapping[BlockId, Mapping[str, Json]] | None = None) -> Desk:
    """Seat the trainer in the draft, in which the blocks in `unsaved` have these fields: what is typed and not saved yet."""
    here = asked_course()
    draft = drafts.open_draft(session, here.key)
    asked = request.args.get("language", "") or request.form.get("language", "") or draft.outline.language
    reads = Membership(cohort_id=None, language=asked, last_unit="", enrolled_at=now(), is_open=False)
    room = _room() if unsaved is None else replace(_room(), reader=partial(UnsavedReader, unsaved=unsaved), addresses="")
    return take_seat(session, actor(), replace(here, snapshot=draft.snapshot, membership=reads), room=room, now=now())


def back_to(desk: Desk, block: BlockId) -> str:
    """Return where the trainer came from: the unit that holds the block, or the course."""
    holder = unit_of(desk.outline, block) if desk.outline[block].type not in {"course", "chapter", "sequential"} else None
    if holder is None:
        return url_for("studio.course", course_key=desk.course.key)
    return url_for("studio.unit", course_key=desk.course.key, unit=holder)


def resources_of(previews: list[Preview]) -> dict[str, list[str]]:
    """Return the styles and scripts that the blocks on a page need, each once, in order."""
    return {
        "styles": list(dict.fromkeys(url for one in previews for url in one.styles)),
        "scripts": list(dict.fromkeys(url for one in previews for url in one.scripts)),
    }


def _room() -> Room:
    here = takwin()
    return Room(
        host=here.host,
        blobs=here.blobs,
        secret=here.secret_key,
        urls=lambda content: StudioUrls(content, blocks_origin=here.settings.blocks_origin),
        form_fields={"csrf_token": csrf_token(), "back": request.path},
        addresses=f"studio {request.script_root} {here.settings.blocks_origin}",
        drafts=True,
    )
