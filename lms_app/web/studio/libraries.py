"""The pages of question libraries: which there are, who may draw from them, and drawing from one in a unit."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, get_locale, gettext
from werkzeug.wrappers import Response

from lms_app.domain.content import LANGUAGES
from lms_app.domain.errors import Invalid, NotFound, Refused
from lms_app.domain.given import ALL
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.domain.permissions import Action, allows
from lms_app.services.authoring import drafts, libraries
from lms_app.services.authoring.arranging import UNIT
from lms_app.services.authoring.libraries import Bank, Question
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import language_name
from lms_app.web.studio.shapes import type_name
from lms_app.web.words import words_of


def list_libraries() -> Response | str | tuple[str, int]:
    """List the libraries from which the visitor may draw, and begin another."""
    may_create = allows(actor(), Action.CREATE_COURSE)
    if request.method == "POST":
        if not may_create:
            raise Refused(action=str(Action.CREATE_COURSE))
        return _created()
    return _list(may_create=may_create)


def _list(*, may_create: bool, wrong: Invalid | None = None) -> str:
    with takwin().reading() as session:
        found = libraries.list_libraries(session, actor())
    chosen = request.form.get("language") or str(get_locale())
    return render_template(
        "studio/libraries.html",
        libraries=found,
        may_create=may_create,
        languages_of=[(code, language_name(code)) for code in LANGUAGES],
        title=request.form.get("title", ""),
        chosen=chosen,
        error=words_of(wrong) if wrong else "",
    )


def _created() -> Response | tuple[str, int]:
    language = request.form.get("language", "")
    try:
        with takwin().transaction() as session, force_locale(language if language in LANGUAGES else "en"):
            key = libraries.create_library(
                session,
                actor(),
                title=request.form.get("title", ""),
                language=language,
                topic=gettext("Questions"),
                message=gettext("Began the library"),
                now=now(),
            )
    except Invalid as error:
        return _list(may_create=True, wrong=error), 422
    flash(gettext("The library is there. Open its unit to write the first questions."), "success")
    return redirect(url_for("studio.course", course_key=key), 303)


def share_library(course_key: str) -> Response:
    """Say who may draw from a library."""
    with takwin().transaction() as session:
        everybody = request.form.get("with") == "everybody"
        libraries.share_library(session, actor(), asked_course().key, with_everybody=everybody, now=now())
    flash(gettext("Saved."), "success")
    return redirect(url_for("studio.course", course_key=course_key), 303)


def draw(course_key: str, unit: str) -> Response | str | tuple[str, int]:
    """Choose a library and questions of it for a unit."""
    here, key = BlockId(unit), asked_course().key
    library = CourseKey(request.values.get("library", ""))
    with takwin().reading() as session:
        draft = drafts.open_draft(session, key)
        if here not in draft.outline or draft.outline[here].type != UNIT:
            raise NotFound("no_such_unit", block=here)
        there = [one for one in libraries.list_libraries(session, actor()) if one.key != key]
        source = libraries.open_library(session, actor(), library).outline if library else None
        questions = libraries.offered(source) if source else ()
    facts: dict[str, Any] = {
        "unit": here,
        "unit_title": draft.outline[here].title,
        "source_language": draft.outline.language,
        "course_title": draft.outline[draft.outline.root].title,
        "libraries": there,
        "library": library,
        "library_title": source[source.root].title if source else "",
        "library_language": source.language if source else "",
        "bank": None,
        "action": url_for("studio.draw", course_key=key, unit=here),
    }
    if request.method == "GET":
        return _chooser(questions, count=min(5, len(questions)) or 1, facts=facts)
    try:
        with takwin().transaction() as session:
            title = facts["library_title"]
            made = libraries.draw(
                session,
                actor(),
                key,
                here,
                library=library,
                chosen=request.form.getlist("question"),
                count=_count(),
                title=title,
                types=takwin().host.types,
                message=gettext("Drew questions from “%(title)s”", title=title)[:500],
                now=now(),
            )
    except Invalid as error:
        return _chooser(questions, count=1, facts=facts, wrong=error), 422
    flash(gettext("The questions are in the unit. Each learner is given some of them, always the same."), "success")
    return redirect(url_for("studio.bank", course_key=key, block=made), 303)


def bank(course_key: str, block: str) -> Response | str | tuple[str, int]:
    """Show what a block draws, what changed in its library since, and bring it up to date."""
    key, here = asked_course().key, BlockId(block)
    with takwin().reading() as session:
        draft = drafts.open_draft(session, key)
        found = libraries.open_bank(session, actor(), draft, here)
    facts = _bank_facts(draft, found)
    if request.method == "GET":
        return _chooser(found.questions, count=found.count, facts=facts)
    if found.library is None:
        raise NotFound("no_such_course")
    try:
        with takwin().transaction() as session:
            _redraw(session, key, found)
    except Invalid as error:
        return _chooser(found.questions, count=found.count, facts=facts, wrong=error), 422
    flash(gettext("The unit has these questions now, as they are in the library. Answers given before are kept."), "success")
    return redirect(url_for("studio.bank", course_key=key, block=here), 303)


def _redraw(session: Session, key: CourseKey, found: Bank) -> None:
    libraries.redraw(
        session,
        actor(),
        key,
        found.block,
        library=found.library or CourseKey(""),
        chosen=request.form.getlist("question"),
        count=_count(),
        types=takwin().host.types,
        message=gettext("Brought “%(title)s” up to date with its library", title=found.title)[:500],
        now=now(),
    )


def _bank_facts(draft: drafts.Draft, found: Bank) -> dict[str, Any]:
    outline = draft.outline
    unit = outline[found.block].parent or outline.root
    return {
        "unit": unit,
        "unit_title": outline[unit].title,
        "source_language": outline.language,
        "course_title": outline[outline.root].title,
        "libraries": (),
        "library": found.library,
        "library_title": found.library_title,
        "library_language": found.library_language or outline.language,
        "bank": found,
        "action": url_for("studio.bank", course_key=asked_course().key, block=found.block),
    }


def _chooser(questions: tuple[Question, ...], *, count: int, facts: dict[str, Any], wrong: Invalid | None = None) -> str:
    sent = request.form if request.method == "POST" else None
    topics = [(topic, list(held)) for topic, held in groupby(questions, key=lambda one: one.topic)]
    return render_template(
        "studio/library_draw.html",
        key=asked_course().key,
        topics=topics,
        ticked=set(sent.getlist("question")) if sent else {one.block for one in questions if one.is_drawn},
        count=sent.get("count", "") if sent else "" if count == ALL else count,
        gives_all=sent.get("how") == "all" if sent else count == ALL,
        names={one.type: type_name(one.type) for one in questions},
        error=words_of(wrong) if wrong else "",
        **facts,
    )


def _count() -> int:
    """Return how many questions each learner is to be given; what is no number is refused as none."""
    if request.form.get("how") == "all":
        return ALL
    told = request.form.get("count", "").strip()
    return int(told) if told.isdecimal() and len(told) < 5 else 0  # noqa: PLR2004 -- digits: nobody draws ten thousand


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/libraries", endpoint="libraries", view_func=list_libraries, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/share", view_func=share_library, methods=["POST"])
    pages.add_url_rule("/<course_key>/unit/<path:unit>/draw", view_func=draw, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/bank/<path:block>", view_func=bank, methods=["GET", "POST"])
