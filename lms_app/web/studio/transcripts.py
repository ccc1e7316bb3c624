"""The transcripts of a video: one for each language, sent as a file or pasted."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.content import LANGUAGES
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import BlockId
from lms_app.services.authoring import drafts, transcribing
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import language_name
from lms_app.web.studio.frame import frame
from lms_app.web.words import words_of


def transcripts(course_key: str, block: str) -> Response | str | tuple[str, int]:
    """Show a video's transcripts, and take in one more or a better one."""
    if request.method == "GET":
        return _page(BlockId(block))
    key, name, language = asked_course().key, BlockId(block), request.form.get("language", "")
    upload = request.files.get("file")
    pasted = request.form.get("text", "")
    data = upload.read(transcribing.MOST + 1) if upload and upload.filename else pasted.encode()
    try:
        with takwin().transaction() as session:
            is_timed = transcribing.keep_transcript(
                session,
                actor(),
                key,
                name,
                language=language,
                data=data,
                blobs=takwin().blobs,
                message=gettext("Transcript: %(language)s", language=language_name(language) if language in LANGUAGES else ""),
                now=now(),
            )
    except Invalid as error:
        return _page(name, wrong=error, text=pasted), 422
    flash(
        gettext("The transcript is kept in the draft.")
        if is_timed
        else gettext("The text is kept in the draft. It had no times, so its lines follow each other at the pace of speech."),
        "success",
    )
    return redirect(url_for("studio.transcripts", course_key=key, block=block), 303)


def drop_transcript(course_key: str, block: str) -> Response:
    """Take a transcript from a video."""
    key, language = asked_course().key, request.form.get("language", "")
    with takwin().transaction() as session:
        message = gettext("Took a transcript out")
        transcribing.drop_transcript(session, actor(), key, BlockId(block), language=language, message=message, now=now())
    flash(gettext("The transcript is taken out. The history can bring it back."), "success")
    return redirect(url_for("studio.transcripts", course_key=key, block=block), 303)


def _page(block: BlockId, *, wrong: Invalid | None = None, text: str = "") -> str:
    with takwin().reading() as session:
        key = asked_course().key
        there = transcribing.transcripts_of(session, key, block)
        draft = drafts.open_draft(session, key)
    return render_template(
        "studio/transcripts.html",
        **frame("outline", draft),
        block=block,
        title=there.title,
        files=[(code, language_name(code) if code in LANGUAGES else code, name) for code, name in there.files.items()],
        languages=[(code, language_name(code)) for code in sorted(LANGUAGES, key=lambda code: code != there.language)],
        errors={str(wrong.facts.get("field", "")): [words_of(wrong)]} if wrong else {},
        text=text,
    )


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/transcripts/<path:block>", view_func=transcripts, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/transcripts/drop/<path:block>", view_func=drop_transcript, methods=["POST"])
