"""More time: given to one learner or a cohort, listed, and taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.validators import Optional

from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.services.teaching import extending, reach
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form
from lms_app.web.i18n import time_zone
from lms_app.web.odd_input import LARGEST_NUMBER, asked_number
from lms_app.web.teaching.pages import opened
from lms_app.web.words import words_of

EVERYBODY = "everybody"
ONE = "one"


class MoreTimeForm(Form):
    """Who gets more time, for what, until when, and why."""

    whom = StringField()
    user_name = StringField()
    block = StringField()
    until = DateField(validators=[Optional()])
    reason = StringField()


def extensions(course_key: str) -> str:
    """Show what closes, and who was given more time."""
    return _page({})


def _page(wrong: dict[str, str]) -> str:
    cohort, page = asked_number("cohort"), max(1, asked_number("page") or 1)
    with takwin().reading() as session:
        course = opened(session)
        view = extending.extensions(
            session, actor(), course.facts, course.outline, cohort=cohort, page=page, language=course.language
        )
        chosen = asked_number("person")
        person = reach.learner_of(session, actor(), course.facts, PersonId(chosen)) if chosen else None
    sent = request.form if wrong else {}
    whom = [(f"cohort-{one.id}", one.name) for one in view.part.known]
    if view.part.is_run:
        whom.append((EVERYBODY, gettext("Everybody in the course")))
    return render_template(
        "teaching/extensions.html",
        view=view,
        key=course.facts.key,
        cohort=cohort,
        wrong=wrong,
        sent=sent,
        whom=[(ONE, gettext("One learner")), *whom],
        chosen=sent.get("whom") or (f"cohort-{cohort}" if cohort else ONE),
        user_name=sent.get("user_name", person.user_name if person else ""),
        today=now().astimezone(ZoneInfo(time_zone())).date().isoformat(),
        previous=url_for("teaching.extensions", course_key=course.facts.key, cohort=cohort, page=page - 1) if page > 1 else "",
        next=url_for("teaching.extensions", course_key=course.facts.key, cohort=cohort, page=page + 1) if view.has_more else "",
    )


def extend(course_key: str) -> Response | tuple[str, int]:
    """Give more time."""
    form = MoreTimeForm.from_request()
    form.validate()
    whom = form.whom.data or ""
    try:
        with takwin().transaction() as session:
            course = opened(session)
            count = extending.give_time(
                session,
                actor(),
                course.facts,
                course.outline,
                cohort=_cohort(whom),
                user_name=(form.user_name.data or "\N{EM DASH}") if whom == ONE else "",
                block=form.block.data or "",
                closes=_end_of(form.until.data),
                reason=form.reason.data or "",
                now=now(),
            )
    except Invalid as error:
        return _page({str(each.facts.get("field")): words_of(each) for each in error.facts.get("wrong", (error,))}), 422
    flash(ngettext("%(num)s learner has more time.", "%(num)s learners have more time.", count), "success")
    return redirect(url_for("teaching.extensions", course_key=course_key), 303)


def withdraw_extension(course_key: str) -> Response:
    """Take more time back."""
    with takwin().transaction() as session:
        course = opened(session)
        extending.withdraw_time(
            session,
            actor(),
            course.facts,
            block=request.form.get("block", ""),
            granted_at=_moment(request.form.get("granted_at", "")),
            person=None,
            now=now(),
        )
    flash(gettext("The course's own closing time holds again."), "success")
    return redirect(url_for("teaching.extensions", course_key=course_key), 303)


def _cohort(whom: str) -> int | None:
    """Return the cohort that was chosen; None for everybody, or for one learner by name. `NotFound` for what was not offered."""
    if whom in {EVERYBODY, ONE}:
        return None
    number = whom.removeprefix("cohort-")
    if not whom.startswith("cohort-") or not number.isascii() or not number.isdecimal() or int(number[:11]) > LARGEST_NUMBER:
        raise NotFound("no_such_cohort")
    return int(number)


def _end_of(day: date | None) -> datetime | None:
    """Return the last moment of a day by the clocks of the trainer's country."""
    if day is None:
        return None
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(time_zone())).astimezone(UTC)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    top = "/teaching/<course_key>/more-time"
    pages.add_url_rule(top, view_func=extensions)
    pages.add_url_rule(top, view_func=extend, methods=["POST"])
    pages.add_url_rule(f"{top}/withdraw", view_func=withdraw_extension, methods=["POST"])
