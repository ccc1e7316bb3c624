"""What diagnostics found of cooperatives, for the learner who asked and for those who train them; and plans to be looked at again."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts
from lms_app.domain.cells import never_formula
from lms_app.domain.content import Outline
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, course_parts
from lms_app.services.learning import measuring, reminding
from lms_app.services.learning.catalogue import reading_language
from lms_app.services.learning.measuring import MeasureList
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, own_number, takwin
from lms_app.web.i18n import N_
from lms_app.web.odd_input import asked_number
from lms_app.web.saving import named

MOMENTS = {
    "before": N_("Before the accompaniment"),
    "during": N_("During the accompaniment"),
    "after": N_("After the accompaniment"),
}


def measures(course_key: str) -> str:
    """Show what one's own diagnostics found."""
    with takwin().reading() as session:
        facts, outline = _published()
        language = reading_language(facts, outline, actor())
        view = measuring.own_measures(session, facts, outline, person=own_number(), language=language, blobs=takwin().blobs)
    return render_template(
        "learn/measures.html", view=view, key=facts.key, is_own=True, tabs=(), download="", moment_words=moment_words
    )


def measurements(course_key: str) -> str:
    """Show what was measured in the course, or in the cohorts that the visitor trains."""
    key, chosen = asked_course().key, asked_number("cohort")
    view = _of_others(chosen)
    tabs = [(gettext("Everybody"), url_for("learn.measurements", course_key=key), chosen is None)]
    tabs += [
        (name, url_for("learn.measurements", course_key=key, cohort=number), number == chosen) for number, name in view.cohorts
    ]
    return render_template(
        "learn/measures.html",
        view=view,
        key=key,
        is_own=False,
        tabs=tabs if view.cohorts else (),
        download=url_for("learn.download_measurements", course_key=key, cohort=chosen),
        moment_words=moment_words,
    )


def download_measurements(course_key: str) -> Response:
    """Send the same as a table for a spreadsheet."""
    view = _of_others(asked_number("cohort"))
    pillars = list(dict.fromkeys((line.block, one.id, one.name) for line in view.lines for one in line.pillars))
    written = io.StringIO()
    table = csv.writer(written)
    head = (
        gettext("Learner"), gettext("User name"), gettext("Cohort"), gettext("Cooperative"), gettext("Moment"), gettext("Date"),
        gettext("Answers of"), gettext("Overall"),
    )  # fmt: skip
    table.writerow(_cell(text) for text in (*head, *(name for _block, _id, name in pillars)))
    for line in view.lines:
        scores = {(line.block, one.id): one.score for one in line.pillars}
        row = (
            line.person,
            line.user_name,
            line.cohort,
            line.cooperative,
            moment_words(line.moment),
            line.measured_at.date(),
            line.respondents,
        )
        table.writerow(
            _cell(value) for value in (*row, line.overall, *(scores.get((block, name)) for block, name, _said in pillars))
        )
    name = "-".join(course_parts(asked_course().key))
    response = Response("\N{ZERO WIDTH NO-BREAK SPACE}" + written.getvalue(), mimetype="text/csv")  # by which Excel knows UTF-8
    return named(response, f"{name}-measures.csv")


def dismiss_reminder(course_key: str) -> AnyResponse:
    """Wave a reminder away."""
    with takwin().transaction() as session:
        reminding.dismiss(session, own_number(), asked_course().id, BlockId(request.form.get("block", "")), now=now())
    flash(gettext("You won't be reminded of this again until its next day."), "info")
    return redirect(url_for("learn.catalogue"), 303)


def moment_words(moment: str) -> str:
    """Return the name of the moment of a measurement; a block's own word where we have none."""
    return gettext(MOMENTS[moment]) if moment in MOMENTS else moment


def _of_others(cohort: int | None) -> MeasureList:
    with takwin().reading() as session:
        facts, outline = _published()
        language = reading_language(facts, outline, actor())
        return measuring.measures_for(session, actor(), facts, outline, cohort=cohort, language=language, blobs=takwin().blobs)


def _published() -> tuple[CourseFacts, Outline]:
    facts = asked_course()
    if facts.snapshot is None:
        raise NotFound("no_such_course", key=facts.key)
    with takwin().reading() as session:
        return facts, load_outline(session, facts.snapshot)


def _cell(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula."""
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return never_formula(text)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    top = "/courses/<course_key>"
    pages.add_url_rule(f"{top}/measures", view_func=measures)
    pages.add_url_rule(f"{top}/measurements", view_func=measurements)
    pages.add_url_rule(f"{top}/measurements.csv", view_func=download_measurements)
    pages.add_url_rule(f"{top}/reminders/dismiss", view_func=dismiss_reminder, methods=["POST"])
