"""Copying a part of one course into another that the trainer may change too."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms_app.domain.content import Outline
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.services.authoring import arranging, copying, drafts
from lms_app.services.authoring.choosing import editable_courses
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import language_in_words
from lms_app.web.words import words_of


def copy(course_key: str, block: str) -> Response | str:
    """Ask for a course and a place in it, and put a copy there."""
    return _copied(BlockId(block)) if request.method == "POST" else _page(BlockId(block))


def _page(block: BlockId) -> str:
    key, to = asked_course().key, request.args.get("to", "")
    with takwin().reading() as session:
        outline = drafts.open_draft(session, key).outline
        if block not in outline or block == outline.root:
            raise NotFound("no_such_block", block=block)
        courses = [each for each in editable_courses(session, actor()) if each.key != key]
        there = _target(session, CourseKey(to)) if to else None
    return render_template(
        "studio/copy.html",
        key=key,
        block=block,
        title=outline[block].title,
        course_title=outline[outline.root].title,
        source_language=outline.language,
        courses=courses,
        to=to,
        to_title=there[there.root].title if there else "",
        to_language=there.language if there else "",
        places=_places(there, outline[block].type) if there else {},
    )


def _target(session: Session, key: CourseKey) -> Outline:
    return copying.editable_outlines(session, actor(), [key])[key]


def _places(outline: Outline, block_type: str) -> dict[str, list[tuple[BlockId, str]]]:
    """Return the parts that may hold such a block, below the titles of what holds them."""
    found: dict[str, list[tuple[BlockId, str]]] = {}
    for each in outline.entries.values():
        if arranging.takes(each.type, block_type):
            above = outline[each.parent].title if each.parent and each.parent != outline.root else ""
            found.setdefault(above, []).append((each.id, each.title))
    return found


def _copied(block: BlockId) -> Response:
    key, to, parent = asked_course().key, CourseKey(request.form.get("to", "")), BlockId(request.form.get("parent", ""))
    with takwin().reading() as session:
        outline = drafts.open_draft(session, key).outline
    title = outline[block].title if block in outline else block
    course_title = outline[outline.root].title
    try:
        with takwin().transaction() as session:
            message = gettext("Copied “%(title)s” from “%(course)s”", title=title, course=course_title)[:500]
            made = copying.copy_block(
                session, actor(), key, block, to=to, parent=parent, types=takwin().host.types, message=message, now=now()
            )
            revision = drafts.open_draft(session, to).revision.id
    except Invalid as error:
        flash(words_of(error), "error")
        return redirect(url_for("studio.copy", course_key=key, block=block, to=to), 303)
    flash(_said(made), "success")
    return redirect(url_for("studio.course", course_key=to, done=revision, open=parent, _anchor=f"b-{made.block}"), 303)


def _said(made: copying.Copied) -> str:
    said = [
        ngettext(
            "%(num)s block was copied, with its words in every language.",
            "%(num)s blocks were copied, with their words in every language.",
            made.blocks,
        )
    ]
    if made.files:
        said.append(ngettext("%(num)s file came along.", "%(num)s files came along.", made.files))
    if made.more_languages:
        names = ", ".join(language_in_words(code) for code in made.more_languages)
        said.append(gettext("This course has words in %(languages)s now.", languages=names))
    return " ".join(said)


def install(pages: Blueprint) -> None:
    """Add these addresses to the blueprint."""
    pages.add_url_rule("/<course_key>/copy/<path:block>", view_func=copy, methods=["GET", "POST"])
