"""The cohorts of a course: who learns together where and when, and who trains them."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts
from lms_app.domain import territories
from lms_app.domain.actors import Place, PlaceKind
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.domain.permissions import Action, allows
from lms_app.services.learning import cohorts as groups, progress as progresses
from lms_app.services.learning.catalogue import reading_language
from lms_app.services.learning.cohorts import CohortFacts
from lms_app.web.access import asked_course
from lms_app.web.account.profile import countries
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form, SelectChoice, form_page, required
from lms_app.web.i18n import language
from lms_app.web.odd_input import asked_number
from lms_app.web.words import words_of

TIME_ZONES = (
    "Africa/Casablanca",
    "Africa/Dakar",
    "Africa/Abidjan",
    "Africa/Bamako",
    "Africa/Banjul",
    "Africa/Nouakchott",
    "Africa/Algiers",
    "Africa/Tunis",
    "Africa/Cairo",
    "Africa/Blantyre",
    "Indian/Antananarivo",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Europe/Paris",
    "UTC",
)
"""Where our programmes work."""


class CohortForm(Form):
    """What is known of a cohort."""

    name = StringField(lazy_gettext("Name"), [required()])
    country = SelectField(lazy_gettext("Country"))
    region = StringField(lazy_gettext("Region"))
    place = StringField(lazy_gettext("Place"))
    time_zone = SelectField(lazy_gettext("Time zone"), validate_choice=False)
    starts_on = DateField(lazy_gettext("First day"), [Optional()])
    ends_on = DateField(lazy_gettext("Last day"), [Optional()])
    enrolment_code = StringField(lazy_gettext("Enrolment code"))

    def facts(self) -> CohortFacts:
        """Return what was given."""
        country = self.country.data or ""
        return CohortFacts(
            name=self.name.data or "",
            country=country,
            region=territories.kept_region(country, self.region.data or ""),
            place=self.place.data or "",
            time_zone=self.time_zone.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            enrolment_code=self.enrolment_code.data or "",
        )


def cohorts(course_key: str) -> str:
    """List the cohorts of a course that the visitor may see."""
    course = asked_course()
    with takwin().reading() as session:
        cards = groups.cohorts_for(session, actor(), course)
    return render_template("learn/cohorts.html", course=titled(course), cards=cards, may_create=_may_create(course))


def new_cohort(course_key: str) -> Response | str | tuple[str, int]:
    """Open a cohort."""
    course = asked_course()
    form = _form()
    made: list[int] = []

    def make() -> None:
        with takwin().transaction() as session:
            made.append(groups.create_cohort(session, actor(), course, form.facts(), now=now()))

    if form.was_sent_right() and form.takes(make):
        flash(gettext("The cohort is open. You are its trainer."), "success")
        return redirect(url_for("learn.cohort", course_key=course.key, cohort_id=made[0]), 303)
    return form_page("learn/cohort_form.html", form, course=titled(course), cohort_id=None, name="")


def cohort(course_key: str, cohort_id: int) -> str:
    """Show a cohort: what is known of it, its learners, its trainers."""
    return _cohort_page(cohort_id)


def _cohort_page(cohort_id: int, wrong: dict[str, str] | None = None) -> str:
    course = asked_course()
    with takwin().reading() as session:
        page = groups.cohort_page(session, course, cohort_id)
    places = [Place(PlaceKind.COHORT, cohort_id), Place(PlaceKind.COURSE, course.id)]
    return render_template(
        "learn/cohort.html",
        course=titled(course),
        page=page,
        region=territories.shown_region(page.facts.country, page.facts.region, language()),
        country=dict(countries()).get(page.facts.country, ""),
        may_run=allows(actor(), Action.RUN_COHORT, places),
        may_move=_may_create(course),
        wrong=wrong or {},
        sent=request.form.get("user_name", "") if wrong else "",
    )


def edit_cohort(course_key: str, cohort_id: int) -> Response | str | tuple[str, int]:
    """Change what is known of a cohort."""
    course = asked_course()
    with takwin().reading() as session:
        facts = groups.cohort_page(session, course, cohort_id).facts
    form = _form(facts)

    def change() -> None:
        with takwin().transaction() as session:
            groups.change_cohort(session, course, cohort_id, form.facts())

    if form.was_sent_right() and form.takes(change):
        flash(gettext("The cohort is saved."), "success")
        return _to(cohort_id)
    return form_page("learn/cohort_form.html", form, course=titled(course), cohort_id=cohort_id, name=facts.name)


def move_learner(course_key: str, cohort_id: int) -> Response | tuple[str, int]:
    """Put a learner of the course into the cohort."""
    try:
        with takwin().transaction() as session:
            groups.move_learner(session, actor(), asked_course(), cohort_id, request.form.get("user_name", ""), now=now())
    except Invalid as error:
        return _cohort_page(cohort_id, {"learner": words_of(error)}), 422
    flash(gettext("The learner is in the cohort."), "success")
    return _to(cohort_id)


def take_out_learner(course_key: str, cohort_id: int, person_id: int) -> Response:
    """Take a learner out of the cohort."""
    with takwin().transaction() as session:
        groups.take_out_learner(session, actor(), asked_course(), cohort_id, PersonId(person_id), now=now())
    flash(gettext("The learner left the cohort and stays in the course."), "success")
    return _to(cohort_id)


def add_cohort_trainer(course_key: str, cohort_id: int) -> Response | tuple[str, int]:
    """Make somebody a trainer of the cohort."""
    try:
        with takwin().transaction() as session:
            groups.add_trainer(session, actor(), asked_course(), cohort_id, request.form.get("user_name", ""), now=now())
    except Invalid as error:
        return _cohort_page(cohort_id, {"trainer": words_of(error)}), 422
    flash(gettext("The trainer is added."), "success")
    return _to(cohort_id)


def take_out_cohort_trainer(course_key: str, cohort_id: int, person_id: int) -> Response:
    """Take the role of trainer of the cohort back."""
    with takwin().transaction() as session:
        groups.take_out_trainer(session, actor(), asked_course(), cohort_id, PersonId(person_id), now=now())
    flash(gettext("The role is taken back."), "success")
    return redirect(url_for("learn.cohorts", course_key=asked_course().key), 303)


def cohort_gradebook(course_key: str, cohort_id: int) -> str:
    """Show the grades of one cohort to those who train it."""
    course = asked_course()
    if course.snapshot is None:
        raise NotFound("no_such_course", key=course.key)
    with takwin().reading() as session:
        outline = load_outline(session, course.snapshot)
        chosen = reading_language(course, outline, actor())
        view = progresses.show_gradebook(
            session,
            course,
            outline,
            cohort_id=cohort_id,
            language=chosen,
            words=request.args.get("q", ""),
            page=asked_number("page") or 1,
        )
        mine = groups.cohorts_for(session, actor(), course)
    tabs = [
        (card.name, url_for("learn.cohort_gradebook", course_key=course.key, cohort_id=card.id), card.id == cohort_id)
        for card in mine
    ]
    return render_template("learn/gradebook.html", view=view, tabs=tabs)


def _form(facts: CohortFacts | None = None) -> CohortForm:
    form = CohortForm.from_request(facts)
    form.country.choices = [SelectChoice("", "—"), *(SelectChoice(code, name) for code, name in countries())]
    kept = facts.time_zone if facts else TIME_ZONES[0]
    form.time_zone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in dict.fromkeys((*TIME_ZONES, kept))]
    if facts and request.method == "GET":
        form.region.data = territories.shown_region(facts.country, facts.region, language())
    return form


def titled(course: CourseFacts) -> CourseFacts:
    """Return the course under the title it has in the visitor's language."""
    if course.snapshot is None:
        return course
    with takwin().reading() as session:
        outline = load_outline(session, course.snapshot)
    return replace(course, title=outline.title(outline.root, reading_language(course, outline, actor())))


def _may_create(course: CourseFacts) -> bool:
    return allows(actor(), Action.CREATE_COHORT, [Place(PlaceKind.COURSE, course.id)])


def _to(cohort_id: int) -> Response:
    return redirect(url_for("learn.cohort", course_key=asked_course().key, cohort_id=cohort_id), 303)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    top, one = "/courses/<course_key>/cohorts", "/courses/<course_key>/cohorts/<int:cohort_id>"
    pages.add_url_rule(top, view_func=cohorts)
    pages.add_url_rule(f"{top}/new", view_func=new_cohort, methods=["GET", "POST"])
    pages.add_url_rule(one, view_func=cohort)
    pages.add_url_rule(f"{one}/edit", view_func=edit_cohort, methods=["GET", "POST"])
    pages.add_url_rule(f"{one}/learners", view_func=move_learner, methods=["POST"])
    pages.add_url_rule(f"{one}/learners/<int:person_id>/out", view_func=take_out_learner, methods=["POST"])
    pages.add_url_rule(f"{one}/trainers", view_func=add_cohort_trainer, methods=["POST"])
    pages.add_url_rule(f"{one}/trainers/<int:person_id>/out", view_func=take_out_cohort_trainer, methods=["POST"])
    pages.add_url_rule(f"{one}/gradebook", view_func=cohort_gradebook)
