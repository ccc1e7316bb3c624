"""What the Studio's scripts send while a trainer types: it is kept at once, and the answer says who else is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from lms_app.domain.content import Json, Outline, canonical
from lms_app.domain.errors import Conflict, Invalid, NotFound, Refused
from lms_app.domain.keys import BlockId
from lms_app.i18n import SOURCE
from lms_app.runtime.editable import editable_fields
from lms_app.services.authoring import drafts, editing, presence, settling, working
from lms_app.services.authoring.editing import BlockState
from lms_app.services.authoring.settling import Settled
from lms_app.services.authoring.working import Kept, Laid
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, own_number, takwin
from lms_app.web.csrf import csrf_token
from lms_app.web.errors import status_of
from lms_app.web.i18n import words_in
from lms_app.web.studio.clashes import choices, decided
from lms_app.web.studio.field_words import label_of
from lms_app.web.studio.fields import controls, sent_changes
from lms_app.web.words import words_of

LARGEST: Final = 1024 * 1024
"""Bytes of one keeping: a block's whole form, and no files."""
_LARGEST_NUMBER: Final = 2**53
_LONGEST_HASH: Final = 64


@dataclass(frozen=True)
class Sent:
    """What a script sent of one form: exactly the named keys."""

    language: str
    base: str
    number: int
    field: str
    """In which the author writes just now."""
    controls: Mapping[str, str] | None
    """Controls of the plain form, by name: those that the author touched."""
    changes: Mapping[str, Json] | None
    own_form: Mapping[str, Json] | None

    @property
    def has_text(self) -> bool:
        """Tell whether there is anything to keep."""
        return (self.controls, self.changes, self.own_form) != (None, None, None)


def working_copy(course_key: str, block: str) -> Response:
    """Keep what is typed (PUT), say what is kept (GET), or throw it away (DELETE)."""
    name = BlockId(block)
    if request.method == "PUT":
        return _kept(name, _sent())
    language = request.args.get("language", "")
    with takwin().reading() as session:
        state = editing.open_block(session, asked_course().key, name, types=takwin().host.types)
        spoken = working.source_free(state, language)
    if request.method == "DELETE":
        with takwin().transaction() as session:
            working.drop(session, actor(), asked_course().id, name, language=spoken)
            presence.leave(session, actor(), asked_course().id)
    with takwin().reading() as session:
        state = editing.open_block(session, asked_course().key, name, types=takwin().host.types)
        return _answer(_standing(session, state, language, base=request.args.get("base", "")))


def settle(course_key: str, block: str) -> Response:
    """Make what the trainer has in hand of a block one change of the draft, keeping first what comes with the call.

    What clashes with somebody else's change answers 409 with both texts as a piece of page; what is not right yet, 422. Both
    stay in the working copy.
    """
    name, sent = BlockId(block), _sent()
    state, changes = _read(name, sent)
    with takwin().transaction() as session:
        drafts.hold_draft(session, asked_course().key)  # before the copy is locked, as everywhere
        kept = _keep(session, state, sent, changes) if sent.has_text else None
        done = _settle(session, state, sent.language)
        if kept and kept.is_older:  # by the clock of another device: what was typed there is in, now comes what came with the call
            _keep(session, state, replace(sent, number=kept.number + 1), changes)
            done = _settle(session, state, sent.language)
        presence.leave(session, actor(), asked_course().id)
    with takwin().reading() as session:
        state = editing.open_block(session, asked_course().key, name, types=takwin().host.types)
        told = _standing(session, state, sent.language, base=sent.base)
        html = _clash_html(session, state, sent.language) if isinstance(done.problem, Conflict) else ""
    return _settled(done, told, html)


def here(course_key: str, block: str) -> Response:
    """Note that the trainer is in this unit, and say who else is."""
    name, sent = BlockId(block), _sent()
    with takwin().reading() as session:
        outline = drafts.open_draft(session, asked_course().key).outline
        if name not in outline:
            raise NotFound("no_such_block", block=name)
    with takwin().transaction() as session:
        _note(session, outline, name, sent.field)
        others = _others(session, outline, name)
    return _answer({"others": others, "person": own_number(), "token": csrf_token()})


def decide(course_key: str, block: str) -> Response | tuple[str, int]:
    """Save what the trainer decided where two had written two things; what has moved on since is shown anew."""
    name, language, key = BlockId(block), request.form.get("language", ""), asked_course().key
    types = takwin().host.types
    page = url_for("studio.block", course_key=key, block=name, language=language or None)
    with takwin().reading() as session:
        state = editing.open_block(session, key, name, types=types)
        laid = working.laid_over(session, actor(), asked_course().id, state, language=language)
        outline = drafts.open_draft(session, key).outline
    if laid.copy is None or laid.newest != request.form.get("newest", ""):
        flash(gettext("The block changed again meanwhile. Please look at both texts once more."), "warning")
        return redirect(page, 303)
    try:
        values = decided(laid, request.form)
        with takwin().transaction() as session:
            said = change_message(state.title, actor().language)
            editing.save_block(
                session,
                actor(),
                key,
                name,
                base=laid.newest,
                changes=values,
                types=types,
                now=now(),
                message=said,
                language=language,
            )
            spoken = working.source_free(state, language)
            working.end(session, actor(), asked_course().id, name, fields=values, language=spoken)
    except (Invalid, Conflict) as error:
        flash(words_of(error), "error")
        return redirect(page, 303)
    flash(gettext("Saved in the draft. Learners see it once you publish."), "success")
    unit = url_for("studio.unit", course_key=key, unit=presence.unit_of(outline, name), _anchor=name)
    return redirect(unit if request.form.get("back") == "unit" else page, 303)


def change_message(title: str, language: str) -> str:
    """Return what the history says of a settled change, in its author's language."""
    return (words_in(language or SOURCE).gettext("Changed “%(title)s”") % {"title": title})[:500]


def keeping_of(state: BlockState, laid: Laid, language: str) -> dict[str, Any]:
    """Return what `studio/_keeping.html` and `studio/_clash.html` need for a block's form, beside `laid.values` for its controls."""
    key = asked_course().key
    spoken = working.source_free(state, language)
    kept = laid.copy
    return {
        "url": url_for("studio.working_copy", course_key=key, block=state.block),
        "course": key,
        "block": state.block,
        "title": state.title,
        "language": spoken,
        "base": laid.base,
        "newest": laid.newest,
        "person": own_number(),
        "number": kept.number if kept else 0,
        "fields": sorted(kept.changes) if kept else [],
        "own_form": kept.own_form if kept else None,
        "form_base": kept.form_base if kept else "",
        "problems": _problems(state, kept.changes, spoken) if kept else [],
        "choices": choices(state, laid, spoken or state.language) if laid.clashes else (),
    }


def keep_clash(session: Session, state: BlockState, *, base: str, language: str, changes: Mapping[str, Json]) -> None:
    """Keep what could not be saved since somebody else wrote in the same place, until the trainer has decided."""
    number = int(now().timestamp() * 1000)
    kept = working.keep(
        session, actor(), asked_course().id, state, number=number, base=base, language=language, changes=changes, now=now()
    )
    if kept.is_older:  # a device whose clock is ahead
        working.keep(
            session, actor(), asked_course().id, state, number=kept.number, base=base, language=language, changes=changes, now=now()
        )
    row = working.find(session, actor(), asked_course().id, state.block, language=working.source_free(state, language))
    if row is not None:
        row.problem = "edit_conflict"


def made_from(session: Session, state: BlockState, *, base: str, language: str) -> Mapping[str, Json]:
    """Return the fields that a page was made from; where nobody remembers them, those of the draft: what differs was typed."""
    try:
        return editing.started_from(session, state, base=base, language=language)
    except Conflict:
        return working.newest_of(state, language)[1]


def fields_of(sent: Mapping[str, str]) -> frozenset[str]:
    """Return the fields whose controls a form sent."""
    return frozenset(re.split(r"[:.]", name.removeprefix("f-"), maxsplit=1)[0] for name in sent if name.startswith("f-"))


def _kept(name: BlockId, sent: Sent) -> Response:
    if not sent.has_text:
        raise Invalid("bad_request")
    state, changes = _read(name, sent)
    with takwin().transaction() as session:
        kept = _keep(session, state, sent, changes)
        told = _standing(session, state, sent.language, base=sent.base, kept=kept, field=sent.field)
    return _answer({**told, "is_older": kept.is_older, "problems": _problems(state, changes or {}, sent.language)})


def _read(name: BlockId, sent: Sent) -> tuple[BlockState, Mapping[str, Json] | None]:
    """Return the block, and the fields that the sent controls change of what the trainer's page was made from."""
    with takwin().reading() as session:
        state = editing.open_block(session, asked_course().key, name, types=takwin().host.types)
        spoken = working.source_free(state, sent.language)
        if sent.controls is None:
            return state, sent.changes
        started = made_from(session, state, base=sent.base, language=sent.language)
    changes: dict[str, Json] = {}
    for known in state.form:
        try:
            changes |= sent_changes((known,), started, sent.controls, source=state.fields if spoken else None)
        except Invalid:  # half written: it is kept as it was typed
            changes[known.name] = sent.controls.get(f"f-{known.name}", "")
    return state, changes


def _settle(session: Session, state: BlockState, language: str) -> Settled:
    key, types, spoken = asked_course().key, takwin().host.types, working.source_free(state, language)
    return settling.settle(session, actor(), key, state.block, language=spoken, types=types, message=change_message, now=now())


def _keep(session: Session, state: BlockState, sent: Sent, changes: Mapping[str, Json] | None) -> Kept:
    return working.keep(
        session,
        actor(),
        asked_course().id,
        state,
        number=sent.number,
        base=sent.base,
        language=sent.language,
        changes=changes,
        touched=fields_of(sent.controls or {}),
        own_form=sent.own_form,
        now=now(),
    )


def _standing(
    session: Session, state: BlockState, language: str, *, base: str, kept: Kept | None = None, field: str | None = None
) -> dict[str, Any]:
    """Return how things stand for a form: what is kept of it, what the draft is now, and who else is in the unit."""
    course, spoken = asked_course(), working.source_free(state, language)
    outline = drafts.open_draft(session, course.key).outline
    if field is not None:
        _note(session, outline, state.block, field)
    if kept is None and (row := working.find(session, actor(), course.id, state.block, language=spoken)):
        kept = Kept(row.number, row.touched_at, is_older=False, problem=row.problem)
    newest, values = working.newest_of(state, language)
    told: dict[str, Any] = {
        "person": own_number(),
        "token": csrf_token(),
        "number": kept.number if kept else None,
        "kept_at": kept.kept_at.isoformat() if kept else None,
        "base": newest,
        "others": _others(session, outline, state.block),
    }
    if base != newest:
        source = state.fields if spoken else None
        shown = controls(state.form, values, inherited=state.inherited, language=spoken or state.language, source=source)
        told["values"] = {one.id: one.value for one in shown}
        told["is_own"] = working.is_own_step(session, actor(), state, base, language=language)
    return told


def _note(session: Session, outline: Outline, block: BlockId, field: str) -> None:
    unit = presence.unit_of(outline, block) if block in outline else block
    presence.note(session, actor(), asked_course().id, unit=unit, block=block, field=field, now=now())


def _others(session: Session, outline: Outline, block: BlockId) -> list[dict[str, str]]:
    """Return the others in the unit, and in which block and field they write, in words."""
    unit = presence.unit_of(outline, block) if block in outline else block
    found = presence.others(session, actor(), asked_course().id, unit, now=now())
    return [
        {
            "name": one.name,
            "block": one.block,
            "title": outline[one.block].title if one.block in outline and one.block != unit else "",
            "field": _field_words(outline, one) if one.block in outline else "",
        }
        for one in found
    ]


def _field_words(outline: Outline, one: presence.Other) -> str:
    form = editable_fields(takwin().host.types, outline[one.block].type) if one.field else ()
    return next((label_of(known) for known in form if known.name == one.field), "")


def _problems(state: BlockState, changes: Mapping[str, Json], language: str) -> list[dict[str, str]]:
    known = {one.name: one for one in state.form}
    wrong = editing.wrong_values(state, changes, only_texts=bool(working.source_free(state, language)))
    return [
        {"field": label_of(known[name]), "words": words_of(each)}
        for each in wrong
        if (name := str(each.facts.get("field", ""))) in known
    ]


def _clash_html(session: Session, state: BlockState, language: str) -> str:
    laid = working.laid_over(session, actor(), asked_course().id, state, language=language)
    return render_template("studio/_clash.html", keep=keeping_of(state, laid, language))


def _settled(done: Settled, told: Mapping[str, Any], html: str) -> Response:
    saved = {"revision": done.saved.revision, "merged": done.saved.merged} if done.saved else {"revision": None, "merged": False}
    if done.problem is None:
        return _answer({**told, **saved, "code": "settled"})
    words = {"code": done.problem.code, "message": words_of(done.problem), "left": list(done.left), "html": html}
    return _answer({**told, **saved, **words}, status_of(done.problem))


def _answer(told: Mapping[str, Any], status: int = 200) -> Response:
    response = make_response(jsonify(told), status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _sent() -> Sent:
    """Read the call's JSON; refuse what no script of ours sends, what is too large, and another person's text."""
    if len(request.get_data()) > LARGEST:
        raise RequestEntityTooLarge
    try:
        body = request.get_json(silent=True)
        text = canonical(body).encode()  # half a character is none, and no database keeps it; nor what is no number
    except (ValueError, RecursionError) as error:
        raise Invalid("bad_request") from error
    if not isinstance(body, dict) or b"\\u0000" in text:
        raise Invalid("bad_request")
    if body.get("person") not in (None, own_number()):  # a tuple: a list or an object is somebody else's too
        raise Refused("another_persons_text")
    number = body.get("number", 0)
    if type(number) is not int or not 0 <= number < _LARGEST_NUMBER:
        raise Invalid("bad_request")
    controls_sent = _mapping(body, "controls")
    if controls_sent is not None and not all(isinstance(text, str) for text in controls_sent.values()):
        raise Invalid("bad_request")
    return Sent(
        language=_line(body, "language"),
        base=_line(body, "base"),
        number=number,
        field=_line(body, "field"),
        controls=controls_sent,
        changes=_mapping(body, "changes"),
        own_form=_mapping(body, "own_form"),
    )


def _mapping(body: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise Invalid("bad_request")
    return value


def _line(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST_HASH:
        raise Invalid("bad_request")
    return value


def _person() -> dict[str, int]:
    """Tell every page of the Studio whose text may be sent from this browser."""
    return {"keeping_person": actor().person_id or 0}


def install(pages: Blueprint) -> None:
    """Add these addresses to the blueprint."""
    pages.context_processor(_person)
    one = "/<course_key>/block/<path:block>/working"
    pages.add_url_rule(one, view_func=working_copy, methods=["GET", "PUT", "DELETE"])
    pages.add_url_rule(f"{one}/settle", view_func=settle, methods=["POST"])
    pages.add_url_rule(f"{one}/decide", view_func=decide, methods=["POST"])
    pages.add_url_rule("/<course_key>/block/<path:block>/here", view_func=here, methods=["POST"])
