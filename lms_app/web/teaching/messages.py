"""A personal message in the learner's own language, ready to be changed and forwarded by WhatsApp or SMS. Nothing is sent from here."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.schedule import hidden_in
from lms_app.i18n import CODES, SOURCE
from lms_app.services.teaching import reach, telling
from lms_app.services.teaching.reach import Taught
from lms_app.services.teaching.telling import ABOUT, WAYS
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import N_
from lms_app.web.teaching.learners import WAY_WORDS, act_words
from lms_app.web.teaching.pages import Opened, opened

LONGEST: Final = 1_000
TEXTS: Final = {
    "silent": N_(
        "Hello %(name)s, this is %(trainer)s. We have not seen you in “%(course)s” for a while. Is something in your way? "
        "Tell me, I am glad to help. You go on here:"
    ),
    "stuck": N_(
        "Hello %(name)s, this is %(trainer)s. “%(exercise)s” is not an easy one. Let us look at it together: when would it suit you? "
        "You find it here:"
    ),
    "returned": N_(
        "Hello %(name)s, this is %(trainer)s. I have read your work “%(exercise)s” and left you a note there. "
        "Please look at it and send your work again:"
    ),
    "waiting": N_(
        "Hello %(name)s, this is %(trainer)s. Your work “%(exercise)s” has arrived, thank you. I am looking at it, "
        "and you will find my answer here:"
    ),
}
ABOUT_WORDS: Final = {
    "silent": N_("Not seen for a while"),
    "stuck": N_("Stuck on an exercise"),
    "returned": N_("Work came back"),
    "waiting": N_("Work has arrived"),
}


def prepare(course_key: str, person_id: int) -> Response:
    """Note that a message was prepared, and open it."""
    about, block = request.form.get("about", ""), request.form.get("block", "")
    with takwin().transaction() as session:
        course = opened(session)
        telling.prepare_message(session, actor(), course.facts, PersonId(person_id), about, now=now())
    where = url_for("teaching.message", course_key=course_key, person_id=person_id, about=about, block=block or None)
    return redirect(where, 303)


def message(course_key: str, person_id: int) -> str:
    """Show a ready message, with the ways to forward it; a text that was changed without script is taken as it is."""
    about = request.values.get("about", ABOUT[0])
    if about not in ABOUT:
        raise NotFound
    with takwin().reading() as session:
        course = opened(session)
        person = reach.learner_of(session, actor(), course.facts, PersonId(person_id))
        acts = telling.acts_for(session, course.facts, person.id, language=actor().language)
    block = BlockId(request.values.get("block", ""))
    written = request.form.get("text", "")[:LONGEST] or _ready(course, person, about, block)
    spoken = _language(person)
    return render_template(
        "teaching/message.html",
        learner=person,
        title=course.outline.title(course.outline.root, course.language),
        key=course.facts.key,
        about=about,
        block=block if block in course.outline else "",
        abouts=[(one, gettext(ABOUT_WORDS[one])) for one in ABOUT],
        text=written,
        spoken=spoken,
        whatsapp=f"https://wa.me/{person.phone.lstrip('+')}?text=",
        sms=f"sms:{person.phone}?body=",
        encoded=quote(written, safe=""),
        longest=LONGEST,
        acts=acts,
        act_words=act_words,
        ways=[(way, gettext(WAY_WORDS[way])) for way in WAYS],
    )


def note_contact(course_key: str, person_id: int) -> Response:
    """Note that the learner was called, met or written to."""
    try:
        with takwin().transaction() as session:
            course = opened(session)
            way = request.form.get("way", "")
            telling.note_contact(session, actor(), course.facts, PersonId(person_id), way, now=now())
    except Invalid:
        flash(gettext("Please choose one of those that are offered."), "error")
    else:
        flash(gettext("Noted."), "success")
    return redirect(url_for("teaching.message", course_key=course_key, person_id=person_id), 303)


def _ready(course: Opened, person: Taught, about: str, block: BlockId) -> str:
    """Return the ready text in the learner's language; of no exercise in particular, it is about the course."""
    language, site = _language(person), takwin().settings.site_url
    key = course.facts.key
    is_named = block in course.outline and block not in hidden_in(course.outline)
    path = url_for("learn.jump", course_key=key, block=block) if is_named else url_for("learn.course", course_key=key)
    title = course.outline.title(course.outline.root, language)
    with force_locale(language):
        said = gettext(
            TEXTS[about],
            name=person.called(language),
            trainer=actor().display_name or actor().user_name,
            course=title,
            exercise=course.outline.title(block, language) if is_named else title,
        )
    return f"{said}\n{site}{path}"


def _language(person: Taught) -> str:
    return person.language if person.language in CODES else SOURCE


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    one = "/teaching/<course_key>/learners/<int:person_id>"
    pages.add_url_rule(f"{one}/message", view_func=prepare, methods=["POST"])
    pages.add_url_rule(f"{one}/message", view_func=message)
    pages.add_url_rule(f"{one}/text", endpoint="message_text", view_func=message, methods=["POST"])
    pages.add_url_rule(f"{one}/contact", view_func=note_contact, methods=["POST"])
