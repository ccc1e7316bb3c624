"""Adding parts and blocks on the pages of the studio, taking them out, and moving them up and down."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId
from lms_app.services.authoring import arranging, drafts
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.studio.shapes import addable_types, type_name
from lms_app.web.words import words_of

_STEPS = {"up": -1, "down": 1}


def add_part(course_key: str) -> Response:
    """Add a chapter, a lesson or a unit; a new unit is opened at once."""
    key, title = asked_course().key, request.form.get("title", "")
    try:
        with takwin().transaction() as session:
            made = arranging.add_part(
                session,
                actor(),
                key,
                BlockId(request.form.get("parent", "")),
                title=title,
                message=gettext("Added “%(title)s”", title=title)[:500],
                now=now(),
            )
    except Invalid as error:
        flash(words_of(error), "error")
        return redirect(url_for("studio.course", course_key=key), 303)
    flash(gettext("Added to the draft."), "success")
    if made.startswith(f"{arranging.UNIT}/"):
        return redirect(url_for("studio.unit", course_key=key, unit=made), 303)
    return redirect(url_for("studio.course", course_key=key), 303)


def add_block(course_key: str, unit: str) -> Response:
    """Add a block to a unit, titled by what it is in the course's language, and open its page."""
    key, block_type = asked_course().key, request.form.get("type", "")
    if block_type not in dict(addable_types()):
        raise NotFound("no_such_block", block=block_type)
    with takwin().reading() as session:
        source = drafts.open_draft(session, key).outline.language
    with force_locale(source):
        title = type_name(block_type)
    with takwin().transaction() as session:
        message = gettext("Added “%(title)s”", title=title)
        made = arranging.add_block(session, actor(), key, BlockId(unit), block_type, title=title, message=message, now=now())
    flash(gettext("Added to the draft. Now write what is in it."), "success")
    return redirect(url_for("studio.block", course_key=key, block=made), 303)


def remove_block(course_key: str, unit: str) -> Response:
    """Take a block out of a unit."""
    key, block = asked_course().key, BlockId(request.form.get("block", ""))
    with takwin().transaction() as session:
        message = gettext("Took “%(title)s” out", title=_title(block, drafts.open_draft(session, key)))[:500]
        arranging.remove_block(session, actor(), key, BlockId(unit), block, message=message, now=now())
    flash(gettext("Taken out of the draft. The history brings it back."), "success")
    return _to_unit(unit)


def move_block(course_key: str, unit: str) -> Response:
    """Move a block up or down in its unit."""
    key, block, step = asked_course().key, BlockId(request.form.get("block", "")), _STEPS.get(request.form.get("to", ""))
    if step is None:
        raise NotFound
    with takwin().transaction() as session:
        message = gettext("Moved “%(title)s”", title=_title(block, drafts.open_draft(session, key)))[:500]
        arranging.move_block(session, actor(), key, BlockId(unit), block, step=step, message=message, now=now())
    return _to_unit(unit)


def _title(block: BlockId, draft: drafts.Draft) -> str:
    return draft.outline[block].title if block in draft.outline else block


def _to_unit(unit: str) -> Response:
    return redirect(url_for("studio.unit", course_key=asked_course().key, unit=unit), 303)


def install(pages: Blueprint) -> None:
    """Add these addresses to the blueprint."""
    pages.add_url_rule("/<course_key>/add", view_func=add_part, methods=["POST"])
    pages.add_url_rule("/<course_key>/unit/<path:unit>/add", view_func=add_block, methods=["POST"])
    pages.add_url_rule("/<course_key>/unit/<path:unit>/remove", view_func=remove_block, methods=["POST"])
    pages.add_url_rule("/<course_key>/unit/<path:unit>/move", view_func=move_block, methods=["POST"])
