"""A block's own form on its page in the studio: its handlers run over the draft, and what they write becomes one change of it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.content import Json
from lms_app.domain.errors import Conflict, NotFound
from lms_app.domain.keys import BlockId, usage_key
from lms_app.domain.learning import HandlerResponse
from lms_app.services.authoring import editing, working
from lms_app.services.authoring.editing import BlockState, Saved
from lms_app.web.access import asked_course
from lms_app.web.blocks.calls import answer_page, read_call
from lms_app.web.context import actor, now, takwin
from lms_app.web.studio.desks import draft_desk
from lms_app.web.studio.keeping import keep_clash


def handler(course_key: str, block: str, handler: str, suffix: str) -> Response:
    """Call a handler of a block of the draft; keep what it wrote to the course, and nothing of what a learner would have done.

    A refusal of the block's keeps nothing. What somebody else changed since the page was made (`base`) is met field by
    field, as everywhere in the studio: two changes of one field are a conflict.
    """
    key, name = asked_course().key, BlockId(block)
    call = read_call(usage_key(key, name), handler, suffix)
    with takwin().reading() as session:
        desk = draft_desk(session)
        if name not in desk.outline:
            raise NotFound("no_such_block", block=name)
        response = desk.visit.handle(call.usage, call.handler, call.request, call.suffix)
        written = desk.visit.drafted(name) if response.status < HTTPStatus.BAD_REQUEST else None
        if written:
            state = editing.open_block(session, key, name, types=takwin().host.types)
            started = editing.started_from(session, state, base=_base())
            changes = editing.really_changed(state, started, written)
    if written:
        _tell(_keep(state, changes))
    return _answer(response)


def _keep(state: BlockState, changes: dict[str, Json]) -> Saved:
    """Save what the form wrote, and forget what was kept of it half written; what clashes is kept, and its page shows both sides."""
    try:
        with takwin().transaction() as session:
            saved = editing.save_block(
                session,
                actor(),
                state.key,
                state.block,
                base=_base(),
                changes=changes,
                types=takwin().host.types,
                now=now(),
                message=gettext("Changed “%(title)s”", title=changes.get("display_name") or state.title)[:500],
            )
            working.end(session, actor(), asked_course().id, state.block, fields=state.in_own_form, own_form=True)
            return saved
    except Conflict as error:
        if error.code != "edit_conflict":
            raise
        with takwin().transaction() as session:
            working.end(session, actor(), asked_course().id, state.block, fields=(), own_form=True)
            keep_clash(session, state, base=_base(), language="", changes=changes)
        raise Conflict("form_conflict", **error.facts) from error


def _tell(saved: Saved) -> None:
    """Leave word for the page, which its script loads again."""
    if saved.merged:
        flash(gettext("Saved in the draft, together with what somebody else changed meanwhile."), "success")
    elif saved.revision is not None:
        flash(gettext("Saved in the draft. Learners see it once you publish."), "success")


def _base() -> str:
    return request.args.get("base", "")


def _answer(response: HandlerResponse) -> Response:
    page = answer_page(response)
    page.headers["Cache-Control"] = "private, no-store"
    return page


def install(pages: Blueprint) -> None:
    """Add this address to the blueprint."""
    one = "/<course_key>/block/<path:block>/handler/<handler>"
    pages.add_url_rule(one, view_func=handler, methods=["POST"], defaults={"suffix": ""})
    pages.add_url_rule(f"{one}/<path:suffix>", view_func=handler, methods=["POST"])
