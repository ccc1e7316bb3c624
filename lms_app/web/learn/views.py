"""Catalogue, course, unit, progress, gradebook: read the request, call one service, shape the answer."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts
from lms_app.domain.actors import Place, PlaceKind
from lms_app.domain.content import Outline
from lms_app.domain.errors import Invalid, NeedsSignIn, NotFound
from lms_app.domain.keys import BlockId, parse_course_key
from lms_app.domain.permissions import Action, allows
from lms_app.i18n import LANGUAGES
from lms_app.runtime.blocks.sanitising import sanitise
from lms_app.services.credentials import claiming, programmes
from lms_app.services.learning import catalogue as catalogues, enrolling, measuring, opening, progress as progresses, reminding
from lms_app.services.learning.answering import Desk, answer, keep_view
from lms_app.services.learning.outlines import unit_of
from lms_app.services.learning.seating import is_course_staff, trains_cohort
from lms_app.services.learning.views import ProgressView
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.account import limits
from lms_app.web.blocks.calls import answer_page, read_call
from lms_app.web.blocks.pages import frame_pass, unit_parts
from lms_app.web.context import actor, end_reading, now, takwin
from lms_app.web.learn import award_words, shapes
from lms_app.web.learn.seats import award, seat
from lms_app.web.odd_input import asked_number
from lms_app.web.words import words_of

bp = Blueprint("learn", __name__)


@bp.get("/")
def catalogue() -> str:
    """Show the courses there are."""
    with takwin().reading() as session:
        cards = catalogues.catalogue(session, actor())
        due = reminding.due_for(session, actor(), now=now())
        offered = programmes.listed(session)
    paths = award_words.paths(offered, cards)
    return render_template("learn/catalogue.html", cards=cards, due=due, paths=paths, names=_names())


@bp.get("/courses/<course_key>")
def course(course_key: str) -> str:
    """Show what a course is; to those in it, where they are."""
    return _course_page()


def _names() -> dict[str, str]:
    """Return what each language calls itself."""
    return {each.code: each.name for each in LANGUAGES}


def _course_page(errors: tuple[str, ...] = ()) -> str:
    with takwin().reading() as session:
        facts, outline = _published()
        is_staff = is_course_staff(actor(), facts.id)
        trains = not is_staff and trains_cohort(session, actor(), facts.id)
        page = catalogues.course_page(session, facts, outline, actor(), is_staff=is_staff, now=now())
    names = _names()
    return render_template(
        "learn/course.html",
        page=page,
        overview=Markup(sanitise(page.overview).html),  # noqa: S704 -- reduced to what our pages allow
        chapters=shapes.outline_parts(page.key, page.chapters, may_open=page.is_enrolled or is_staff or trains),
        trains_cohort=trains,
        may_edit=allows(actor(), Action.EDIT_COURSE, [Place(PlaceKind.COURSE, facts.id)]),
        language_options=[(code, names.get(code, code)) for code in page.languages],
        errors=errors,
    )


@bp.post("/courses/<course_key>/enrol")
def enrol(course_key: str) -> Response | str | tuple[str, int]:
    """Take a place in the course. A code may be tried ten times an hour, so that nobody finds one by trying them all."""
    code = request.form.get("code", "")
    if code:
        limits.take(limits.ENROLMENT_CODE, f"{actor().person_id} {course_key}")
    try:
        with takwin().transaction() as session:
            facts = enrolling.enrol(session, actor(), parse_course_key(course_key), code=code, now=now())
    except Invalid as error:
        return _course_page(errors=(words_of(error),)), 422
    flash(gettext("You are enrolled. Welcome!"), "success")
    return redirect(url_for("learn.course", course_key=facts.key), 303)


@bp.post("/courses/<course_key>/leave")
def leave(course_key: str) -> Response:
    """Give up the place; nothing that was answered is lost."""
    with takwin().transaction() as session:
        facts = enrolling.leave(session, actor(), parse_course_key(course_key), now=now())
    flash(gettext("You have left the course. Your answers are kept."), "info")
    return redirect(url_for("learn.course", course_key=facts.key), 303)


@bp.post("/courses/<course_key>/language")
def choose_language(course_key: str) -> Response:
    """Read the course in another language, with every answer kept."""
    with takwin().transaction() as session:
        language = request.form.get("language", "")
        facts = enrolling.choose_language(session, actor(), parse_course_key(course_key), language=language)
    back = request.form.get("unit", "")
    if back:
        return redirect(url_for("learn.unit", course_key=facts.key, unit=back), 303)
    return redirect(url_for("learn.course", course_key=facts.key), 303)


@bp.get("/courses/<course_key>/unit/<path:unit>")
def unit(course_key: str, unit: str) -> str | Response:
    """Open a unit. One that holds work that people judge is not brought back by a browser that many share."""
    here = takwin()
    block = BlockId(unit)
    with here.reading() as session:
        desk = seat(session, back=request.path)
        is_staff = is_course_staff(actor(), desk.course.id)
        view, seen = opening.open_unit(session, desk, block, is_staff=is_staff, now=now())
    end_reading()
    opening.keep_place(here.sessions, desk, block)
    keep_view(here.sessions, desk, seen, award=award(), now=now())
    parts = unit_parts(view.page, desk, unit=block)
    previous, following, position = shapes.ways(view, lambda one: desk.outline.title(one, view.language))
    page = render_template(
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
    kinds = {one.type for one in desk.outline.leaves(block)}
    if not any(here.host.types.load(kind).service_declaration("coop_records") for kind in kinds):
        return page
    response = make_response(page)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/courses/<course_key>/jump/<path:block>")
def jump(course_key: str, block: str) -> Response:
    """Go to the unit that holds a block; the block's name alone is enough (links in old courses know no more)."""
    _, outline = _published()
    found = _block_named(outline, block)
    holder = unit_of(outline, found) if found else None
    if holder is None:
        raise NotFound("no_such_block", block=block)
    return redirect(url_for("learn.unit", course_key=course_key, unit=holder), 302)


@bp.get("/courses/<course_key>/progress")
def progress(course_key: str) -> str:
    """Show one's own grade and completion."""
    with takwin().reading() as session:
        facts, outline = _published()
        language = catalogues.reading_language(facts, outline, actor())
        person = actor().person_id
        if person is None:
            raise NeedsSignIn
        view = progresses.show_progress(
            session, facts, outline, person=person, learner=actor().display_name, language=language, now=now()
        )
        due = reminding.due_for(session, actor(), course=facts.key, now=now())
        has_measures = measuring.has_own(session, facts, person=person)
        waiting = _hindrances(session, facts, view, language)
        parts_of = programmes.standings(session, person, facts.key, today=now().date())
    return render_template(
        "learn/progress.html",
        view=view,
        rows=shapes.grade_rows(view),
        chapters=shapes.outline_parts(view.key, view.chapters, may_open=True),
        due=due,
        has_measures=has_measures,
        waiting=waiting,
        programmes=award_words.programmes(parts_of, language),
    )


def _hindrances(session: Session, facts: CourseFacts, view: ProgressView, language: str) -> dict[str, list[str]]:
    """Return in words, by kind of paper, what keeps one that is earned from being made out."""
    person = actor().person_id
    if person is None or not any(each.is_earned and not each.code for each in view.awards):
        return {}
    found = claiming.hindrances_of(session, person, course=facts, issuer=takwin().issuer, language=language, now=now())
    return {kind: award_words.hindrances(each) for kind, each in found.items()}


@bp.post("/courses/<course_key>/certificate")
def claim(course_key: str) -> Response:
    """Make out the certificate that was earned."""
    here = takwin()
    person = actor().person_id
    if person is None:
        raise NeedsSignIn
    facts, outline = _published()
    language = catalogues.reading_language(facts, outline, actor())
    kind = request.args.get("kind", "")
    with here.transaction() as session:
        code = claiming.claim(session, person, course=facts, issuer=here.issuer, language=language, now=now(), kind=kind)
    return redirect(url_for("verify.check", code=code), 303)


@bp.get("/courses/<course_key>/gradebook")
def gradebook(course_key: str) -> str:
    """Show all learners' grades to those who run the course."""
    cohort = asked_number("cohort")
    with takwin().reading() as session:
        facts, outline = _published()
        language = catalogues.reading_language(facts, outline, actor())
        view = progresses.show_gradebook(
            session,
            facts,
            outline,
            cohort_id=cohort,
            language=language,
            words=request.args.get("q", ""),
            page=asked_number("page") or 1,
        )
    tabs = [(gettext("Everybody"), url_for("learn.gradebook", course_key=course_key), cohort is None)]
    tabs += [
        (name, url_for("learn.gradebook", course_key=course_key, cohort=number), number == cohort)
        for number, name, _ in view.cohorts
    ]
    return render_template("learn/gradebook.html", view=view, tabs=tabs)


def _published() -> tuple[CourseFacts, Outline]:
    """Return the course that the address names, and its published outline; `NotFound` while there is none."""
    facts = asked_course()
    if facts.snapshot is None:
        raise NotFound("no_such_course", key=facts.key)
    with takwin().reading() as session:
        return facts, load_outline(session, facts.snapshot)


def _block_named(outline: Outline, name: str) -> BlockId | None:
    if name in outline:
        return BlockId(name)
    bare = name.rsplit("/", 1)[-1]
    return next((block for block in outline.entries if block.partition("/")[2] == bare), None)


@bp.get("/courses/<course_key>/renew/<path:unit>")
def renew(course_key: str, unit: str) -> Response:
    """Give the page a fresh pass for its frames, which it hands to them by `postMessage`."""
    with takwin().reading() as session:
        desk = seat(session)
        opening.check_given(desk, BlockId(unit), now=now(), is_staff=is_course_staff(actor(), desk.course.id))
    return jsonify(token=frame_pass(desk, BlockId(unit)))


@bp.post("/handler/<usage>/<handler>", defaults={"suffix": ""})
@bp.post("/handler/<usage>/<handler>/<path:suffix>")
def handler(usage: str, handler: str, suffix: str) -> Response:
    """Call a handler of a block that stands in the page itself, with the learner's session.

    Never by GET: blocks answer that too, and a picture on any page could then use up somebody's attempts.
    """
    here = takwin()
    call = read_call(usage, handler, suffix)

    def fresh(session: Session) -> Desk:
        desk = seat(session)
        if call.block not in desk.outline:  # published anew while the page was open
            raise NotFound("block_gone", block=call.block)
        opening.check_given(desk, call.block, now=now(), is_staff=is_course_staff(actor(), desk.course.id))
        return desk

    return answer_page(answer(here.sessions, fresh, call, award=award(), now=now(), reading=here.last_reading()))
