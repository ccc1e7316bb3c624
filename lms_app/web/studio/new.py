"""Beginning a course, and a lesson in it from the template: its title is all that has to be typed."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField

from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey, parse_course_key
from lms_app.i18n import LANGUAGES as SPOKEN
from lms_app.services.authoring import choosing, creating
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form, SelectChoice, form_page, required
from lms_app.web.i18n import language as page_language

EMPTY: Final = "empty"
LESSON: Final = "lesson"
COPY: Final = "copy"


class NewCourseForm(Form):
    """What a course needs to begin."""

    title = StringField(lazy_gettext("Title"), [required()])
    begin = RadioField(lazy_gettext("How do you want to begin?"), validate_choice=False)
    source = SelectField(lazy_gettext("Which of your courses?"), validate_choice=False)
    language = SelectField(
        lazy_gettext("In which language will you write it?"), choices=[SelectChoice(one.code, one.name) for one in SPOKEN]
    )
    org = StringField(lazy_gettext("Short name of your organisation"))
    course = StringField(lazy_gettext("Short name of the course"))
    run = StringField(lazy_gettext("Session"))


def new() -> Response | str | tuple[str, int]:
    """Begin a course: empty, with a lesson of the template, or as a copy."""
    form = NewCourseForm.from_request(language=page_language(), begin=LESSON, source=request.args.get("copy", ""))
    with takwin().reading() as session:
        mine = [
            card
            for card in choosing.my_courses(session, actor(), language=page_language()).cards
            if card.may_edit and card.kind == "course"
        ]
    form.source.choices = [SelectChoice(card.key, card.title) for card in mine]
    ways = [
        SelectChoice(LESSON, gettext("With a first lesson to fill in: live it, look back, name it, try it")),
        SelectChoice(EMPTY, gettext("Empty")),
    ]
    form.begin.choices = [*ways, SelectChoice(COPY, gettext("As a copy of one of my courses"))] if mine else ways
    if request.method == "GET" and form.source.data:
        form.begin.data = COPY
    made: list[CourseKey] = []

    def make() -> None:
        with takwin().transaction() as session:
            made.append(_made(session, form))

    if form.was_sent_right() and form.takes(make):
        flash(gettext("Your course is here. Learners see nothing of it until you publish."), "success")
        return redirect(url_for("studio.course", course_key=made[0]), 303)
    return form_page(
        "studio/new.html", form, has_courses=bool(mine), is_key_open=bool(form.org.data or form.course.data or form.run.data)
    )


def add_lesson(course_key: str) -> Response:
    """Add a lesson of the template to a chapter, and show where it stands."""
    chapter, title = BlockId(request.form.get("chapter", "")), request.form.get("title", "")
    key = asked_course().key
    with takwin().transaction() as session:
        message = gettext("Added a lesson from the template")
        made = creating.add_lesson(session, actor(), key, chapter, title=title, message=message, now=now())
    flash(gettext("The lesson is here, in four parts to fill in: live it, look back, name it, try it."), "success")
    return redirect(url_for("studio.course", course_key=key, open=[chapter, made]), 303)


def _made(session: Session, form: NewCourseForm) -> CourseKey:
    title = form.title.data or ""
    if form.begin.data == COPY:
        return creating.copy_course(session, actor(), _source(form), title=title, message=gettext("Copied"), now=now())
    key = {name: (form[name].data or "").strip() for name in ("org", "course", "run")}
    return creating.create_course(
        session,
        actor(),
        title=title,
        language=form.language.data or "",
        with_lesson=form.begin.data == LESSON,
        **key,
        now=now(),
    )


def _source(form: NewCourseForm) -> CourseKey:
    try:
        return parse_course_key(form.source.data or "")
    except Invalid as error:
        raise NotFound("no_such_course") from error


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/new", view_func=new, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/lessons", view_func=add_lesson, methods=["POST"])
