"""Catalogue, course, unit, progress, gradebook: read the request, call one service, shape the answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts, find_course
from lms_app.domain.actors import Place, PlaceKind
from lms_app.domain.content import Outline
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, parse_course_key
from lms_app.domain.permissions import Action, allows
from lms_app.i18n import LANGUAGES
from lms_app.runtime.blocks.sanitising import clean_html
from lms_app.services.credentials import claiming
from lms_app.services.learning import catalogue as catalogues
from lms_app.services.learning import enrolling, opening, progress as progresses
from lms_app.services.learning.answering import keep_view
from lms_app.services.learning.outlines import unit_of
from lms_app.services.learning.seating import find_open_course, is_course_staff
from lms_app.web.blocks.pages import unit_parts
from lms_app.web.context import actor, end_reading, now, takwin
from lms_app.web.errors import words_of
from lms_app.web.learn import shapes
from lms_app.web.learn.seats import award, seat

bp = Blueprint("learn", __name__)


@bp.get("/")
def catalogue() -> str:
    """Show the courses there are."""
    with takwin().reading() as session:
        cards = catalogues.catalogue(session, actor())
    return render_template("learn/catalogue.html", cards=cards)


@bp.get("/courses/<course>")
def course(course: str) -> str:
    """Show what a course is; to those in it, where they are."""
    return _course_page(course)


def _course_page(key: str, errors: tuple[str, ...] = ()) -> str:
    with takwin().reading() as session:
        facts, outline = _published(key)
        is_staff = is_course_staff(actor(), facts.id)
        page = catalogues.course_page(session, facts, outline, actor(), is_staff=is_staff, now=now())
    names = {language.code: language.name for language in LANGUAGES}
    return render_template(
        "learn/course.html",
        page=page,
        overview=Markup(clean_html(page.overview)),  # noqa: S704 -- cleaned by nh3's allow-list
        chapters=shapes.outline_parts(page.key, page.chapters, may_open=page.is_enrolled or is_staff),
        may_edit=allows(actor(), Action.EDIT_COURSE, [Place(PlaceKind.COURSE, facts.id)]),
        language_options=[(code, names.get(code, code)) for code in page.languages],
        errors=errors,
    )


@bp.post("/courses/<course>/enrol")
def enrol(course: str) -> Response | str | tuple[str, int]:
    """Take a place in the course."""
    try:
        with takwin().transaction() as session:
            facts = enrolling.enrol(session, actor(), parse_course_key(course), code=request.form.get("code", ""), now=now())
    except Invalid as error:
        return _course_page(course, errors=(words_of(error),)), 422
    flash(gettext("You are enrolled. Welcome!"), "success")
    return redirect(url_for("learn.course", course=facts.key), 303)


@bp.post("/courses/<course>/leave")
def leave(course: str) -> Response:
    """Give up the place; nothing that was answered is lost."""
    with takwin().transaction() as session:
        facts = enrolling.leave(session, actor(), parse_course_key(course), now=now())
    flash(gettext("You have left the course. Your answers are kept."), "info")
    return redirect(url_for("learn.course", course=facts.key), 303)


@bp.post("/courses/<course>/language")
def choose_language(course: str) -> Response:
    """Read the course in another language, with every answer kept."""
    with takwin().transaction() as session:
        language = request.form.get("language", "")
        facts = enrolling.choose_language(session, actor(), parse_course_key(course), language=language)
    back = request.form.get("unit", "")
    if back:
        return redirect(url_for("learn.unit", course=facts.key, unit=back), 303)
    return redirect(url_for("learn.course", course=facts.key), 303)


@bp.get("/courses/<course>/unit/<path:unit>")
def unit(course: str, unit: str) -> str:
    """Open a unit."""
    here = takwin()
    key, block = parse_course_key(course), BlockId(unit)
    with here.reading() as session:
        desk = seat(session, key, back=request.path)
        is_staff = is_course_staff(actor(), desk.course.id)
        view, seen = opening.open_unit(session, desk, block, is_staff=is_staff, now=now())
    end_reading()
    opening.keep_place(here.sessions, desk, block)
    keep_view(here.sessions, desk, seen, award=award(desk), now=now())
    parts = unit_parts(view.page, desk, unit=block)
    previous, following, position = shapes.ways(view, lambda one: desk.outline.title(one, view.language))
    return render_template(
        "learn/unit.html",
        view=view,
        steps=shapes.unit_steps(view),
        previous=previous,
        next=following,
        position=position,
        segments=parts.segments,
        styles=parts.styles,
        scripts=parts.scripts,
        has_frames=parts.has_frames,
        may_edit=allows(actor(), Action.EDIT_COURSE, [Place(PlaceKind.COURSE, desk.course.id)]),
    )


@bp.get("/courses/<course>/jump/<path:block>")
def jump(course: str, block: str) -> Response:
    """Go to the unit that holds a block; the block's name alone is enough (links in old courses know no more)."""
    _, outline = _published(course)
    found = _block_named(outline, block)
    holder = unit_of(outline, found) if found else None
    if holder is None:
        raise NotFound("no_such_block", block=block)
    return redirect(url_for("learn.unit", course=course, unit=holder), 302)


@bp.get("/courses/<course>/progress")
def progress(course: str) -> str:
    """Show one's own grade and completion."""
    here = takwin()
    with here.reading() as session:
        facts = find_open_course(session, actor(), parse_course_key(course))
        outline = _outline(facts)
        language = catalogues.reading_language(facts, outline, actor())
        person = actor().person_id
        if person is None:
            raise NotFound("no_such_course", key=course)
        view = progresses.show_progress(
            session, facts, outline, person=person, learner=actor().display_name, language=language, now=now()
        )
    chapters = shapes.outline_parts(view.key, view.chapters, may_open=True)
    return render_template("learn/progress.html", view=view, rows=shapes.grade_rows(view), chapters=chapters)


@bp.post("/courses/<course>/certificate")
def claim(course: str) -> Response:
    """Make out the certificate that was earned."""
    here = takwin()
    with here.transaction() as session:
        facts = find_open_course(session, actor(), parse_course_key(course))
        person = actor().person_id
        if person is None:
            raise NotFound("no_such_course", key=course)
        language = catalogues.reading_language(facts, load_outline(session, facts.snapshot), actor()) if facts.snapshot else "en"
        code = claiming.claim(session, person, course=facts, issuer=here.issuer, language=language, now=now())
    here.bell.ring()
    return redirect(url_for("verify.check", code=code), 303)


@bp.get("/courses/<course>/gradebook")
def gradebook(course: str) -> str:
    """Show all learners' grades to those who run the course."""
    cohort = request.args.get("cohort", type=int)
    with takwin().reading() as session:
        facts, outline = _published(course)
        language = catalogues.reading_language(facts, outline, actor())
        view = progresses.show_gradebook(session, facts, outline, cohort_id=cohort, language=language)
    tabs = [(gettext("Everybody"), url_for("learn.gradebook", course=course), cohort is None)]
    tabs += [(name, url_for("learn.gradebook", course=course, cohort=number), number == cohort) for number, name, _ in view.cohorts]
    return render_template("learn/gradebook.html", view=view, tabs=tabs)


def _published(key: str) -> tuple[CourseFacts, Outline]:
    with takwin().reading() as session:
        facts = find_course(session, parse_course_key(key), person=actor().person_id)
    return facts, _outline(facts)


def _outline(facts: CourseFacts) -> Outline:
    if facts.snapshot is None:
        raise NotFound("no_such_course", key=facts.key)
    with takwin().reading() as session:
        return load_outline(session, facts.snapshot)


def _block_named(outline: Outline, name: str) -> BlockId | None:
    if name in outline:
        return BlockId(name)
    bare = name.rsplit("/", 1)[-1]
    return next((block for block in outline.entries if block.partition("/")[2] == bare), None)
