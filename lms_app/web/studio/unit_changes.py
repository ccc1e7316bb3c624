"""What a trainer does to the blocks of a unit on its page: add between two, move, copy, take out, bring back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId
from lms_app.services.authoring import arranging, copying, drafts, inserting
from lms_app.services.authoring.drafts import Draft
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.studio.desks import draft_desk
from lms_app.web.studio.editors import starting_fields
from lms_app.web.studio.shapes import addable_types, type_name
from lms_app.web.studio.unit import render_piece

_LONGEST = 500
_STEPS = {"up": -1, "down": 1}
Answer = Response | str | dict[str, str]


def insert(course_key: str, unit: str) -> Answer:
    """Add a block before another one, titled by what it is in the course's language; its form is opened at once."""
    here, key, kind = BlockId(unit), asked_course().key, request.form.get("type", "")
    if kind not in dict(addable_types()):
        raise NotFound("no_such_block", block=kind)
    with takwin().transaction() as session:
        language = drafts.open_draft(session, key).outline.language
        with force_locale(language):
            title, fields = type_name(kind), starting_fields(kind, language)
        made = inserting.insert_block(
            session,
            actor(),
            key,
            here,
            kind,
            title=title,
            before=BlockId(request.form["before"]) if request.form.get("before") else None,
            types=takwin().host.types,
            message=gettext("Added “%(title)s”", title=title),
            now=now(),
            fields=fields,
        )
    if not _by_script():
        return redirect(url_for("studio.block", course_key=key, block=made), 303)
    return _piece(here, made, said=gettext("Added to the draft. Now write what is in it."))


def place(course_key: str, unit: str) -> Answer:
    """Move a block one step, before another block of the unit, or into another unit of the course."""
    here, key, block = BlockId(unit), asked_course().key, _block()
    way, to = request.form.get("to", ""), BlockId(request.form.get("unit", unit))
    step = _STEPS.get(way)
    if way and step is None:
        raise NotFound
    with takwin().transaction() as session:
        draft = drafts.open_draft(session, key)
        message = gettext("Moved “%(title)s”", title=_title(draft, block))[:_LONGEST]
        if step is not None:
            arranging.move_block(session, actor(), key, here, block, step=step, message=message, now=now())
        else:
            before = BlockId(request.form["before"]) if request.form.get("before") else None
            arranging.place_block(session, actor(), key, here, block, to=to, before=before, message=message, now=now())
        where = draft.outline[to].title if to in draft.outline else ""
    if to != here:
        return _told(here, gettext("Moved to “%(unit)s”.", unit=where))
    return _told(here, gettext("Moved."), is_quiet=True)


def duplicate(course_key: str, unit: str) -> Answer:
    """Put a copy of a block right after it."""
    here, key, block = BlockId(unit), asked_course().key, _block()
    with takwin().transaction() as session:
        draft = drafts.open_draft(session, key)
        title = _title(draft, block)
        with force_locale(draft.outline.language):
            named = gettext("%(title)s (copy)", title=title)
        message = gettext("Copied “%(title)s”", title=title)[:_LONGEST]
        made = copying.duplicate_block(session, actor(), key, here, block, title=named, message=message, now=now())
    if _by_script():
        return _piece(here, made, said=gettext("The copy stands below."))
    return _told(here, gettext("The copy stands below."))


def take_out(course_key: str, unit: str) -> Answer:
    """Take a block out of a unit; the page then offers to bring it back."""
    here, key, block = BlockId(unit), asked_course().key, _block()
    with takwin().transaction() as session:
        title = _title(drafts.open_draft(session, key), block)
        message = gettext("Took “%(title)s” out", title=title)[:_LONGEST]
        arranging.remove_block(session, actor(), key, here, block, message=message, now=now())
        revision = _newest(session)
    said = gettext("“%(title)s” is taken out.", title=title)
    if _by_script():
        return {"said": said, "revision": str(revision)}
    return redirect(url_for("studio.unit", course_key=key, unit=unit, undo=revision), 303)


def bring_back(course_key: str, unit: str) -> Answer:
    """Undo the change that took a block out."""
    here, key, asked = BlockId(unit), asked_course().key, request.form.get("revision", "")
    if not asked.isdecimal() or len(asked) > 18:  # noqa: PLR2004 -- more digits than any row has
        raise NotFound("no_such_revision", revision=asked)
    with takwin().transaction() as session:
        message = gettext("Brought back what was taken out")
        copying.undo(session, actor(), key, int(asked), message=message, now=now())
    return _told(here, gettext("It is back."))


def _block() -> BlockId:
    return BlockId(request.form.get("block", ""))


def _title(draft: Draft, block: BlockId) -> str:
    if block not in draft.outline:
        raise NotFound("no_such_block", block=block)
    return draft.outline[block].title


def _newest(session: Session) -> int:
    return drafts.open_draft(session, asked_course().key).revision.id


def _by_script() -> bool:
    return bool(request.form.get("fragment"))


def _piece(unit: BlockId, block: BlockId, *, said: str) -> str:
    with takwin().reading() as session:
        return render_piece(draft_desk(session), unit, block, said=said)


def _told(unit: BlockId, said: str, *, is_quiet: bool = False) -> Answer:
    """Answer a script in words; lead a plain form back to the unit, which says them unless they are seen there anyway."""
    if _by_script():
        return {"said": said}
    if not is_quiet:
        flash(said, "success")
    return redirect(url_for("studio.unit", course_key=asked_course().key, unit=unit), 303)


def install(pages: Blueprint) -> None:
    """Add these addresses to the blueprint."""
    one = "/<course_key>/unit/<path:unit>"
    pages.add_url_rule(f"{one}/insert", endpoint="insert_block", view_func=insert, methods=["POST"])
    pages.add_url_rule(f"{one}/place", endpoint="place_block", view_func=place, methods=["POST"])
    pages.add_url_rule(f"{one}/copy", endpoint="copy_block_here", view_func=duplicate, methods=["POST"])
    pages.add_url_rule(f"{one}/take-out", endpoint="take_out", view_func=take_out, methods=["POST"])
    pages.add_url_rule(f"{one}/undo", endpoint="put_back", view_func=bring_back, methods=["POST"])
