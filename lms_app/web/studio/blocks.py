"""Where a block is changed: a form on its own page, or in its place on the unit's page, with what learners will see beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from html import unescape

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.content import CONTAINERS, LANGUAGES, Json, laid_over
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.runtime.editable import checked_value, has_framed_form, implied_changes
from lms_app.services.authoring import editing, presence, working
from lms_app.services.authoring.editing import BlockState
from lms_app.services.learning.answering import Desk
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import language_name
from lms_app.web.studio.desks import back_to, draft_desk, resources_of
from lms_app.web.studio.editors import editor_of
from lms_app.web.studio.fields import Control, controls, sent_changes
from lms_app.web.studio.frame import frame
from lms_app.web.studio.help_words import help_of, help_of_type, is_only_kept
from lms_app.web.studio.keeping import fields_of, keep_clash, keeping_of, made_from
from lms_app.web.studio.shapes import Preview, icon_of, preview_of, trail, type_name
from lms_app.web.studio.stills import TYPES as STILL, still_of
from lms_app.web.studio.unit import render_piece
from lms_app.web.words import words_of

_FOLDED = frozenset({"visible_to_staff_only", "due"})
"""Settings of a part that is changed less often on a single block: they fold away there."""
_ENDS = re.compile(r"</(?:p|h\d|li|tr|div|figcaption|summary)>|<br\s*/?>", re.IGNORECASE)
_MARKS = re.compile(r"<[^<>]*>")


def block(course_key: str, block: str) -> Response | str | tuple[str, int]:
    """Change a block: its fields in the source language, or its words in another.

    Asked with `fragment`, the form comes without the page around it, and after a save the block as its unit shows it.
    """
    return _save(BlockId(block)) if request.method == "POST" else _page(BlockId(block))


def preview(course_key: str, block: str) -> Response | str:
    """Show the block as it would be with what is typed; nothing is kept. A value that can't be kept is refused (`Invalid`)."""
    name, language = BlockId(block), request.form.get("language", "")
    with takwin().reading() as session:
        state = editing.open_block(session, asked_course().key, name, types=takwin().host.types)
        try:
            fields = _as_typed(state, language)
        except Invalid as error:
            if state.type not in STILL:
                raise
            return render_template("studio/_preview_alone.html", faults=_faults(error))
        desk = draft_desk(session, unsaved={name: fields})
        still = still_of(desk.visit, desk.course.key, name) if state.type in STILL else None
        shown_now = preview_of(desk.visit.render(name), desk.outline[name])
    return render_template("studio/_preview_alone.html", one=shown_now, still=still)


def _faults(error: Invalid) -> list[str]:
    return [words_of(each) for each in error.facts.get("wrong", (error,))]


def _as_typed(state: BlockState, language: str) -> Mapping[str, Json]:
    is_translation = language not in {"", state.language}
    texts = state.texts[language][1] if language in state.texts else {}
    started = texts if is_translation else state.fields
    changes = sent_changes(state.form, started, request.form, source=state.fields if is_translation else None)
    known = {one.name: one for one in state.form}
    told = {name: None if value is None else checked_value(known[name], value) for name, value in changes.items()}
    laid = {**started, **implied_changes(told, started, language=language or state.language, is_translation=is_translation)}
    kept = {name: value for name, value in laid.items() if value is not None}
    return laid_over(state.fields, kept) if is_translation else kept


def _save(block: BlockId) -> Response | str | tuple[str, int]:
    key, language = asked_course().key, request.form.get("language", "")
    types = takwin().host.types
    changes: dict[str, Json] = {}
    try:
        with takwin().reading() as session:
            state = editing.open_block(session, key, block, types=types)
            started = made_from(session, state, base=request.form.get("base", ""), language=language)
        source = None if language in {"", state.language} else state.fields
        changes = sent_changes(state.form, started, request.form, source=source)
        message = request.form.get("message", "").strip() or gettext("Changed “%(title)s”", title=state.title)
        with takwin().transaction() as session:
            saved = editing.save_block(
                session,
                actor(),
                key,
                block,
                base=request.form.get("base", ""),
                changes=changes,
                types=types,
                now=now(),
                message=message[:500],
                language=language,
            )
            spoken = working.source_free(state, language)
            working.end_saved(
                session,
                actor(),
                asked_course().id,
                block,
                saved=changes,
                fields=fields_of(request.form),
                typed=request.form.get("typed", "").split(),
                number=request.form.get("kept", 0, type=int),
                language=spoken,
            )
            presence.leave(session, actor(), asked_course().id)
    except Invalid as error:
        return _page(block, sent=request.form, wrong=error), 422
    except Conflict:
        with takwin().transaction() as session:
            keep_clash(session, state, base=request.form.get("base", ""), language=language, changes=changes)
        return _page(block), 409
    if _is_fragment():
        return _piece(block, said=_words_of(saved))
    flash(_words_of(saved), "info" if saved.revision is None else "success")
    if request.form.get("back") == "unit":
        return redirect(url_for("studio.unit", course_key=key, unit=block), 303)
    return redirect(url_for("studio.block", course_key=key, block=block, language=language or None), 303)


def _is_fragment() -> bool:
    return bool(request.values.get("fragment"))


def _piece(block: BlockId, *, said: str) -> str:
    """Return the block as the page of its unit shows it."""
    with takwin().reading() as session:
        desk = draft_desk(session)
        if block not in desk.outline:
            raise NotFound("no_such_block", block=block)
        return render_piece(desk, desk.outline[block].parent or block, block, said=said)


def _words_of(saved: editing.Saved) -> str:
    if saved.revision is None:
        return str(gettext("Nothing was changed."))
    if saved.merged:
        return str(gettext("Saved in the draft, together with what somebody else changed meanwhile."))
    return str(gettext("Saved in the draft. Learners see it once you publish."))


def _page(
    block: BlockId,
    *,
    sent: Mapping[str, str] | None = None,
    wrong: Invalid | None = None,
) -> str:
    """Show the form: as things are with what the trainer has in hand of them, or as it was sent with what is wrong in it."""
    here = asked_course()
    with takwin().reading() as session:
        state = editing.open_block(session, here.key, block, types=takwin().host.types)
        language = _language(state, sent)
        is_translation = language != state.language
        laid = working.laid_over(session, actor(), here.id, state, language=language)
        is_typed = laid.copy is not None and laid.copy.changes and laid.copy.problem in {"", "edit_conflict"}
        typed = laid_over(state.fields, laid.values) if is_translation else laid.values
        desk = draft_desk(session, unsaved={block: typed} if is_typed else None)
        own_form = None if is_translation else _own_form(desk, state)
        has_preview = not (desk.outline[block].children or own_form)  # such a form brings its own
        previews = [preview_of(desk.visit.render(block), desk.outline[block])] if has_preview else []
        where = trail(desk.outline, block, here.key)
    fields = tuple(one for one in state.form if _is_asked(state, one.name, has_own_form=own_form is not None))
    form = controls(
        fields,
        laid.values,
        inherited=state.inherited,
        language=language,
        source=state.fields if is_translation else None,
    )
    if sent is not None:
        form = [_as_sent(control, sent) for control in form]
    form = [_dressed(control, state.type) for control in form]
    form = _with_errors(form, wrong)
    is_fragment = _is_fragment()
    return render_template(
        "studio/_editor.html" if is_fragment else "studio/block.html",
        **({"key": here.key} if is_fragment else frame("outline")),
        state=state,
        is_fragment=is_fragment,
        about=help_of_type(state.type),
        icon=icon_of(state.type),
        trail=where,
        words_in=language,
        is_translation=is_translation,
        languages_of=_tabs(state, here.key, language, desk.outline.languages),
        base=laid.base if sent is None else sent.get("base", ""),
        keep=keeping_of(state, laid, language),
        main=[control for control in form if control.is_main],
        more=[control for control in form if not control.is_main],
        own_form=own_form,
        more_is_open=any(control.errors for control in form if not control.is_main),
        errors={control.id: list(control.errors) for control in form if control.errors} or ({"": words_of(wrong)} if wrong else {}),
        message=(sent or {}).get("message", ""),
        previews=previews,
        can_preview=bool(previews) and (state.type in STILL or not (previews[0].is_framed or previews[0].failed)),
        framed_form=not is_translation and has_framed_form(takwin().host.types, state.type),
        type_name=type_name(state.type),
        back=back_to(desk, block),
        **resources_of([*previews, *([own_form] if own_form else [])]),
    )


def _is_asked(state: BlockState, name: str, *, has_own_form: bool) -> bool:
    """Tell whether the plain form asks for a field: not what the block's own form asks for, nor what is empty and only kept."""
    if has_own_form and name in state.in_own_form:
        return False
    return state.fields.get(name) not in (None, "", [], {}) if is_only_kept(state.type, name) else True


def _own_form(desk: Desk, state: BlockState) -> Preview | None:
    """Return the block's own form; None for a block without one, and for one whose form fails: then its bare fields are shown."""
    if not state.in_own_form:
        return None
    rendered = desk.visit.render(state.block, "studio_view")
    return None if rendered.failed else preview_of(rendered, desk.outline[state.block])


def _language(state: BlockState, sent: Mapping[str, str] | None) -> str:
    asked = (sent or request.values).get("language", "") or state.language
    return asked if asked in LANGUAGES else state.language


def _tabs(state: BlockState, key: CourseKey, chosen: str, languages: Collection[str]) -> list[tuple[str, str, bool]]:
    order = dict.fromkeys((state.language, *languages, chosen))
    return [
        (language_name(code), url_for("studio.block", course_key=key, block=state.block, language=code), code == chosen)
        for code in order
    ]


def _dressed(control: Control, block_type: str) -> Control:
    """Return the control with what explains it, and with its editor if it has one of its own."""
    kind = editor_of(block_type, control.field) if ":" not in control.id else ""
    return replace(
        control,
        help=help_of(block_type, control.field),
        editor=kind,
        hint="" if kind == "rich" else control.hint,
        source=_read_as_text(control.source) if kind == "rich" else control.source,
        is_main=control.is_main and (control.field not in _FOLDED or block_type in CONTAINERS),
    )


def _read_as_text(html: str) -> str:
    """Return the text of HTML, a line for each paragraph: what is to be translated, without its marks."""
    return "\n".join(line for line in (" ".join(each.split()) for each in _to_text(html).split("\n")) if line)


def _to_text(html: str) -> str:
    return unescape(_MARKS.sub("", _ENDS.sub("\n", " ".join(html.split()))))


def _as_sent(control: Control, sent: Mapping[str, str]) -> Control:
    return replace(control, value=sent[control.id]) if control.id in sent else control


def _with_errors(form: list[Control], wrong: Invalid | None) -> list[Control]:
    told: dict[str, list[str]] = {}
    for each in wrong.facts.get("wrong", (wrong,)) if wrong else ():
        told.setdefault(str(each.facts.get("field", "")), []).append(words_of(each))
    seen: set[str] = set()
    found = []
    for control in form:
        errors = told.get(control.field, []) if control.field not in seen else []
        seen.add(control.field)
        found.append(replace(control, errors=tuple(errors)))
    return found


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/block/<path:block>", view_func=block, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/block/<path:block>/preview", endpoint="preview_block", view_func=preview, methods=["POST"])
