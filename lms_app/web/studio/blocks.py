"""A unit's blocks, and the one plain page on which each is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.content import LANGUAGES, Json
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.services.authoring import arranging, editing
from lms_app.services.authoring.editing import BlockState, Clash
from lms_app.services.learning.answering import Desk
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import language_name
from lms_app.web.studio.desks import back_to, draft_desk, resources_of
from lms_app.web.studio.fields import Control, controls, sent_changes, shown
from lms_app.web.studio.shapes import Preview, addable_types, preview_of, trail, type_name
from lms_app.web.words import words_of


def unit(course_key: str, unit: str) -> str:
    """Show a unit's blocks as a trainer sees them, each with the way to change it."""
    block = BlockId(unit)
    with takwin().reading() as session:
        desk = draft_desk(session)
        if block not in desk.outline:
            raise NotFound("no_such_block", block=block)
        is_empty_unit = desk.outline[block].type == arranging.UNIT and not desk.outline[block].children
        children = [] if is_empty_unit else [child.id for child in desk.outline.children(block)] or [block]
        rendered = desk.visit.render_many(children)
        previews = [preview_of(one, desk.outline[one.block]) for one in rendered]
        where = trail(desk.outline, block, desk.course.key)
    return render_template(
        "studio/unit.html",
        key=desk.course.key,
        unit=block,
        title=desk.outline[block].title,
        source_language=desk.outline.language,
        trail=where,
        previews=previews,
        is_container=desk.outline[block].type == arranging.UNIT or bool(desk.outline[block].children),
        types=addable_types() if desk.outline[block].type == arranging.UNIT else (),
        **resources_of(previews),
    )


def block(course_key: str, block: str) -> Response | str | tuple[str, int]:
    """Change a block: its fields in the source language, or its words in another."""
    return _save(BlockId(block)) if request.method == "POST" else _page(BlockId(block))


def _save(block: BlockId) -> Response | tuple[str, int]:
    key, language = asked_course().key, request.form.get("language", "")
    types = takwin().host.types
    changes: dict[str, Json] = {}
    try:
        with takwin().reading() as session:
            state = editing.open_block(session, key, block, types=types)
            started = editing.started_from(session, state, base=request.form.get("base", ""), language=language)
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
    except Invalid as error:
        return _page(block, sent=request.form, wrong=error), 422
    except Conflict as error:
        return _page(block, sent=request.form, changed=changes, clashes=error), 409
    _tell(saved)
    return redirect(url_for("studio.block", course_key=key, block=block, language=language or None), 303)


def _tell(saved: editing.Saved) -> None:
    if saved.revision is None:
        flash(gettext("Nothing was changed."), "info")
    elif saved.merged:
        flash(gettext("Saved in the draft, together with what somebody else changed meanwhile."), "success")
    else:
        flash(gettext("Saved in the draft. Learners see it once you publish."), "success")


def _page(
    block: BlockId,
    *,
    sent: Mapping[str, str] | None = None,
    wrong: Invalid | None = None,
    changed: Mapping[str, Json] | None = None,
    clashes: Conflict | None = None,
) -> str:
    """Show the form: as things are, or as it was sent with what is wrong in it."""
    here = asked_course()
    with takwin().reading() as session:
        state = editing.open_block(session, here.key, block, types=takwin().host.types)
        desk = draft_desk(session)
        language = _language(state, sent)
        is_translation = language != state.language
        own_form = None if is_translation else _own_form(desk, state)
        has_preview = not (desk.outline[block].children or own_form)  # such a form brings its own
        previews = [preview_of(desk.visit.render(block), desk.outline[block])] if has_preview else []
        where = trail(desk.outline, block, here.key)
    fields = tuple(one for one in state.form if own_form is None or one.name not in state.in_own_form)
    form = controls(
        fields,
        state.texts[language][1] if language in state.texts else {} if is_translation else state.fields,
        inherited=state.inherited,
        language=language,
        source=state.fields if is_translation else None,
    )
    if sent is not None:
        # After a refusal all stands as it was sent; after a conflict, only what this author changed.
        form = [_as_sent(control, sent) if changed is None or control.field in changed else control for control in form]
    form = _with_theirs(_with_errors(form, wrong), clashes.facts.get("clashes", ()) if clashes else (), state)
    return render_template(
        "studio/block.html",
        state=state,
        key=here.key,
        trail=where,
        words_in=language,
        is_translation=is_translation,
        languages_of=_tabs(state, here.key, language),
        base=_base(state, language, sent if wrong else None),
        main=[control for control in form if control.is_main],
        more=[control for control in form if not control.is_main],
        own_form=own_form,
        more_is_open=any(control.errors for control in form if not control.is_main),
        errors={control.id: list(control.errors) for control in form if control.errors} or ({"": words_of(wrong)} if wrong else {}),
        message=(sent or {}).get("message", ""),
        is_conflict=clashes is not None,
        previews=previews,
        type_name=type_name(state.type),
        back=back_to(desk, block),
        **resources_of([*previews, *([own_form] if own_form else [])]),
    )


def _own_form(desk: Desk, state: BlockState) -> Preview | None:
    """Return the block's own form; None for a block without one, and for one whose form fails: then its bare fields are shown."""
    if not state.in_own_form:
        return None
    rendered = desk.visit.render(state.block, "studio_view")
    return None if rendered.failed else preview_of(rendered, desk.outline[state.block])


def _language(state: BlockState, sent: Mapping[str, str] | None) -> str:
    asked = (sent or request.args).get("language", "") or state.language
    return asked if asked in LANGUAGES else state.language


def _tabs(state: BlockState, key: CourseKey, chosen: str) -> list[tuple[str, str, bool]]:
    order = [state.language, *(code for code in LANGUAGES if code != state.language)]
    return [
        (language_name(code), url_for("studio.block", course_key=key, block=state.block, language=code), code == chosen)
        for code in order
    ]


def _base(state: BlockState, language: str, sent: Mapping[str, str] | None) -> str:
    """Return the form's starting point: that of the refused form, or the newest state."""
    if sent is not None:
        return sent.get("base", "")
    if language == state.language:
        return state.base
    return state.texts[language][0] if language in state.texts else editing.NO_TEXTS


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


def _with_theirs(form: list[Control], clashes: tuple[Clash, ...], state: BlockState) -> list[Control]:
    known = {one.name: one for one in state.form}
    theirs = {clash.name: clash.theirs for clash in clashes}
    found = []
    for control in form:
        if control.field not in theirs:
            found.append(control)
            continue
        value = theirs[control.field]
        key = control.id.partition(":")[2]
        text = str((value or {}).get(key, "")) if key else shown(known[control.field], value)
        found.append(replace(control, theirs=text, is_main=True))
    return found


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/unit/<path:unit>", view_func=unit)
    pages.add_url_rule("/<course_key>/block/<path:block>", view_func=block, methods=["GET", "POST"])
