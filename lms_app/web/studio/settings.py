"""The settings of a course: its title, how one enrols, what earns the certificate, the hours that it counts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import Optional

from lms_app.services.authoring import drafts, editing
from lms_app.services.authoring.settings import CourseSettings, change_settings
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form, NumberField, SelectChoice, form_page, required


@dataclass
class _Filled:
    """The form's values as they are now."""

    title: str
    base: str
    enrolment: str
    enrolment_code: str
    certificate: str
    at_least: float | None
    hours: float | None


class SettingsForm(Form):
    """What may be set."""

    base = HiddenField()
    title = StringField(lazy_gettext("Title"), [required()])
    enrolment = RadioField(
        lazy_gettext("Who may enrol?"),
        choices=[
            SelectChoice("open", lazy_gettext("Everybody with an account")),
            SelectChoice("code", lazy_gettext("Whoever has the code")),
        ],
    )
    enrolment_code = StringField(lazy_gettext("Enrolment code"))
    certificate = RadioField(
        lazy_gettext("What earns the certificate?"),
        choices=[
            SelectChoice("", lazy_gettext("This course gives no certificate")),
            SelectChoice("grade", lazy_gettext("A grade")),
            SelectChoice("completion", lazy_gettext("Having done the course")),
        ],
    )
    at_least = NumberField(lazy_gettext("At least, in per cent"), [Optional()], places=None)
    hours = NumberField(lazy_gettext("Hours of work"), [Optional()], places=None)


def settings(course_key: str) -> Response | str | tuple[str, int]:
    """Show and change them."""
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
    root = draft.outline[draft.outline.root]
    rule = facts.certificate_rule
    form = SettingsForm.from_request(
        obj=_Filled(
            title=root.title,
            base=root.node,
            enrolment=facts.enrolment,
            enrolment_code=facts.enrolment_code,
            certificate=str(rule.get("kind", "")),
            at_least=_percent(rule.get("at_least")),
            hours=_whole(facts.hours),
        )
    )
    if form.was_sent_right() and form.takes(lambda: _keep(form, title_before=root.title)):
        flash(gettext("Saved. The title reaches learners once you publish; all else holds now."), "success")
        return redirect(url_for("studio.course", course_key=facts.key), 303)
    return form_page("studio/settings.html", form, key=facts.key, title=root.title, source_language=draft.outline.language)


def _keep(form: SettingsForm, *, title_before: str) -> None:
    at_least = form.at_least.data
    wanted = CourseSettings(
        enrolment=form.enrolment.data or "open",
        enrolment_code=form.enrolment_code.data or "",
        certificate=form.certificate.data or "",
        at_least=float(at_least) / 100 if at_least is not None else 0.0,
        hours=float(form.hours.data) if form.hours.data is not None else None,
    )
    with takwin().transaction() as session:
        change_settings(session, actor(), asked_course().key, wanted, now=now())
        title = (form.title.data or "").strip()
        if title != title_before:
            _rename(session, title, base=form.base.data or "")


def _rename(session: Session, title: str, *, base: str) -> None:
    draft = drafts.open_draft(session, asked_course().key)
    editing.save_block(
        session,
        actor(),
        asked_course().key,
        draft.outline.root,
        base=base or draft.outline[draft.outline.root].node,
        changes={"display_name": title},
        types=takwin().host.types,
        now=now(),
        message=gettext("Changed the title of the course"),
    )


def _percent(part: float | None) -> float | None:
    if part is None:
        return None
    return _whole(round(part * 100, 2))


def _whole(number: float | None) -> float | None:
    """Return 2 for 2.0, which nobody writes."""
    return int(number) if number is not None and number == int(number) else number


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/settings", view_func=settings, methods=["GET", "POST"])
