"""Learners who need a word: the list of a course or cohort, and each learner's own page with their points."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import StringField

from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, PersonId
from lms_app.services.teaching import deciding, learners as lists, telling
from lms_app.services.teaching.learners import SHOWN
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form
from lms_app.web.i18n import N_
from lms_app.web.learn.seats import award, room
from lms_app.web.odd_input import asked_number
from lms_app.web.teaching.pages import opened
from lms_app.web.words import words_of

ACT_WORDS = {
    telling.PREPARED: N_("Message prepared"),
    telling.POINTS: N_("Points decided by hand"),
    telling.POINTS_BACK: N_("Decision about points taken back"),
    telling.MORE_TIME: N_("More time given"),
    telling.TIME_BACK: N_("More time taken back"),
}
WAY_WORDS = {"called": N_("Called"), "met": N_("Met"), "wrote": N_("Written to")}


class PointsForm(Form):
    """What counts in place of an exercise's own points."""

    block = StringField()
    points = StringField()
    reason = StringField()


def learners(course_key: str) -> str:
    """List the learners: who is silent, who is stuck and on what, whose work is under way."""
    show, cohort = request.args.get("show", SHOWN[0]), asked_number("cohort")
    if show not in SHOWN:
        raise NotFound
    with takwin().reading() as session:
        course = opened(session)
        view = lists.learners(
            session,
            actor(),
            course.facts,
            course.outline,
            cohort=cohort,
            show=show,
            page=max(1, asked_number("page") or 1),
            language=course.language,
            room=room(),
            now=now(),
        )

    def at(**other: Any) -> str:
        return url_for("teaching.learners", course_key=course_key, cohort=cohort, **{"show": show, **other})

    words = {"silent": gettext("Silent"), "stuck": gettext("Stuck"), "work": gettext("Work under way")}
    return render_template(
        "teaching/learners.html",
        view=view,
        key=course.facts.key,
        tabs=[(words[one], at(show=one), one == show) for one in SHOWN],
        cohort=cohort,
        previous=at(page=view.page - 1) if view.page > 1 else "",
        next=at(page=view.page + 1) if view.page < view.pages else "",
    )


def learner(course_key: str, person_id: int) -> str:
    """Show one learner's points, and what was done for them."""
    return _learner_page(PersonId(person_id))


def _learner_page(person: PersonId, wrong: dict[str, str] | None = None) -> str:
    with takwin().reading() as session:
        course = opened(session)
        view = deciding.learner_page(session, actor(), course.facts, course.outline, person, language=course.language)
    return render_template(
        "teaching/learner.html",
        view=view,
        key=course.facts.key,
        wrong=wrong or {},
        sent=request.form if wrong else {},
        act_words=act_words,
        titles={one.block: one.title for one in view.exercises},
    )


def decide_points(course_key: str, person_id: int) -> Response | tuple[str, int]:
    """Let other points count for an exercise of a learner."""
    form = PointsForm.from_request()
    person = PersonId(person_id)
    try:
        with takwin().transaction() as session:
            course = opened(session)
            deciding.decide_points(
                session,
                actor(),
                course.facts,
                course.outline,
                person,
                BlockId(form.block.data or ""),
                points=form.points.data or "",
                reason=form.reason.data or "",
                award=award(),
                now=now(),
            )
    except Invalid as error:
        wrong = {str(each.facts.get("field")): words_of(each) for each in error.facts.get("wrong", (error,))}
        return _learner_page(person, wrong), 422
    flash(gettext("These points count now. The learner sees that you decided them, and why."), "success")
    return redirect(url_for("teaching.learner", course_key=course_key, person_id=person_id), 303)


def withdraw_points(course_key: str, person_id: int) -> Response:
    """Let the exercise's own points count again."""
    with takwin().transaction() as session:
        course = opened(session)
        block = BlockId(request.form.get("block", ""))
        deciding.withdraw_points(
            session, actor(), course.facts, course.outline, PersonId(person_id), block, award=award(), now=now()
        )
    flash(gettext("The learner's own points count again."), "success")
    return redirect(url_for("teaching.learner", course_key=course_key, person_id=person_id), 303)


def act_words(act: telling.Act) -> str:
    """Return in words what was done."""
    if act.action == telling.CONTACTED:
        return str(gettext(WAY_WORDS.get(str(act.detail.get("way")), WAY_WORDS["wrote"])))
    return str(gettext(ACT_WORDS[act.action]))


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    top = "/teaching/<course_key>/learners"
    pages.add_url_rule(top, view_func=learners)
    pages.add_url_rule(f"{top}/<int:person_id>", view_func=learner)
    pages.add_url_rule(f"{top}/<int:person_id>/points", view_func=decide_points, methods=["POST"])
    pages.add_url_rule(f"{top}/<int:person_id>/points/withdraw", view_func=withdraw_points, methods=["POST"])
