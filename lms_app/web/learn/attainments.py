"""What trainers note of a cohort: who attended for how long, whose task is accepted, what was seen at which level."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms_app.domain.awards import read_awards
from lms_app.domain.eligibility import ATTAINED
from lms_app.domain.errors import Invalid, TakwinError
from lms_app.domain.keys import PersonId
from lms_app.services.credentials import attaining
from lms_app.services.learning import cohorts as groups
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form, SelectChoice, form_page, required
from lms_app.web.i18n import language
from lms_app.web.learn.cohorts import titled
from lms_app.web.learn.seats import award
from lms_app.web.words import words_of

LARGEST_FILE: Final = 1024 * 1024
KINDS: Final = {
    "attendance": lazy_gettext("Hours attended"),
    "practical": lazy_gettext("Practical task"),
    "observation": lazy_gettext("Observation"),
    "rubric": lazy_gettext("Work judged with a rubric"),
}


class MultiCheckboxField(SelectMultipleField):
    """Several of a list, a box for each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NoteForm(Form):
    """The same thing noted of several learners."""

    kind = RadioField(
        lazy_gettext("What do you note?"), choices=[SelectChoice(kind, KINDS[kind]) for kind in ATTAINED], default="attendance"
    )
    name = StringField(lazy_gettext("Which session, task, observation or piece of work?"), [required()])
    value = StringField(lazy_gettext("How much?"), [required()])
    everybody = BooleanField(lazy_gettext("Everybody in this cohort"))
    people = MultiCheckboxField(lazy_gettext("Of whom?"), [Optional()], coerce=int, validate_choice=False)


class RowsForm(Form):
    """Many notes at once."""

    file = FileField(lazy_gettext("CSV file"), [Optional()])
    rows = TextAreaField(lazy_gettext("Or the lines themselves"), [Optional()])


def attainments(course_key: str, cohort_id: int) -> str | tuple[str, int]:
    """Show what was noted of a cohort, and the forms to note more."""
    return _page(cohort_id, _note_form(cohort_id), RowsForm.from_request())


def note_attainments(course_key: str, cohort_id: int) -> Response | str | tuple[str, int]:
    """Note one thing of several learners."""
    form = _note_form(cohort_id)
    noted: list[int] = []

    def note() -> None:
        members = [int(value) for value, _label, *_ in form.people.iter_choices()] if form.everybody.data else form.people.data
        with takwin().transaction() as session:
            count = attaining.record(
                session,
                actor(),
                asked_course(),
                cohort_id,
                [PersonId(person) for person in members or () if person != actor().person_id or not form.everybody.data],
                kind=form.kind.data or "",
                name=form.name.data or "",
                value=form.value.data or "",
                award=award(),
                language=language(),
                now=now(),
            )
        noted.append(count)

    if form.was_sent_right() and form.takes(note):
        return _done(cohort_id, noted[0])
    return _page(cohort_id, form, RowsForm())


def note_rows(course_key: str, cohort_id: int) -> Response | str | tuple[str, int]:
    """Take in a file, whole or not at all."""
    form = RowsForm.from_request()
    noted: list[int] = []

    def note() -> None:
        text = _text(form)
        with takwin().transaction() as session:
            course = asked_course()
            count = attaining.record_rows(session, actor(), course, cohort_id, text, award=award(), language=language(), now=now())
        noted.append(count)

    if form.was_sent_right():
        try:
            note()
        except Invalid as error:
            form.rows.errors = [_told(each) for each in error.facts.get("wrong", (error,))]
        else:
            return _done(cohort_id, noted[0])
    return _page(cohort_id, _note_form(cohort_id, sent=False), form)


def _text(form: RowsForm) -> str:
    """Return what was sent as text: the file, or else the lines. Spreadsheets write UTF-8, older ones Windows' Western letters."""
    data = form.file.data.read(LARGEST_FILE + 1) if form.file.data else b""
    if len(data) > LARGEST_FILE:
        raise Invalid("too_many_rows", field="rows", most=attaining.MOST_ROWS)
    if not data:
        return form.rows.data or ""
    try:
        return str(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return str(data.decode("cp1252", errors="replace"))


def _told(error: TakwinError) -> str:
    line = error.facts.get("line")
    return gettext("Line %(line)s: %(fault)s", line=line, fault=words_of(error)) if line else words_of(error)


def _note_form(cohort_id: int, *, sent: bool = True) -> NoteForm:
    form = NoteForm.from_request() if sent else NoteForm()
    with takwin().reading() as session:
        members = groups.cohort_page(session, asked_course(), cohort_id).members
    form.people.choices = [SelectChoice(int(one.id), one.name) for one in members]
    return form


def _page(cohort_id: int, form: NoteForm, rows_form: RowsForm) -> str | tuple[str, int]:
    course = asked_course()
    with takwin().reading() as session:
        page = groups.cohort_page(session, course, cohort_id)
        noted = attaining.noted_in(session, course, cohort_id)
    names = {one.id: one.name for one in page.members}
    wrong: Any = rows_form if rows_form.errors else form
    body = form_page(
        "learn/attainments.html",
        wrong,
        course=titled(course),
        cohort=page,
        note_form=form,
        rows_form=rows_form,
        columns=", ".join(attaining.COLUMNS),
        kinds=KINDS,
        known=_known(course.awards, noted),
        is_arabic=language() == "ar",
        learners=[(name, [one for one in noted if one.person == person]) for person, name in names.items()],
    )
    has_errors = bool(form.errors or rows_form.errors)
    return (body[0] if isinstance(body, tuple) else body, 422) if has_errors else body


def _known(awards: Any, noted: tuple[attaining.Noted, ...]) -> list[str]:
    """Return the names that the course's papers ask for, then those in use: so that one task has one name."""
    asked = [each.name for award in read_awards(awards) for each in award.conditions if each.name]
    return list(dict.fromkeys([*asked, *(each.name for each in noted)]))


def _done(cohort_id: int, count: int) -> Response:
    flash(ngettext("Noted for %(num)s learner.", "Noted for %(num)s learners.", count), "success")
    return redirect(url_for("learn.attainments", course_key=asked_course().key, cohort_id=cohort_id), 303)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    top = "/courses/<course_key>/cohorts/<int:cohort_id>/attainments"
    pages.add_url_rule(top, view_func=attainments)
    pages.add_url_rule(top, view_func=note_attainments, methods=["POST"])
    pages.add_url_rule(f"{top}/rows", view_func=note_rows, methods=["POST"])
