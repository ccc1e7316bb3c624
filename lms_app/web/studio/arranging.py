"""Adding parts and blocks on the pages of the studio, naming them, moving them, taking them out and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from lms_app.domain.errors import Invalid, NotFound, TakwinError
from lms_app.domain.keys import BlockId
from lms_app.services.authoring import arranging, copying, drafts
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.errors import wants_json
from lms_app.web.studio.course import outline_view
from lms_app.web.studio.rows import drawn, filters
from lms_app.web.words import words_of

_STEPS = {"up": -1, "down": 1}
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class Step:
    """One change of the outline, made: what it is called, and what on the page differs by it."""

    said: str
    focus: BlockId
    lists: tuple[BlockId, ...] = ()
    """The parts whose children differ."""
    moved: bool = True
    """False when all was like this already."""
    opens: bool = False
    """The part is new: it comes unfolded, with the way to fill it."""


def add_part(course_key: str) -> Response:
    """Add a chapter, a lesson or a unit, where the outline shows it: the next can be typed at once."""
    form = request.form
    parent, title = BlockId(form.get("parent", "")), form.get("title", "")
    after = BlockId(form["after"]) if form.get("after") else None

    def act(session: Session) -> Step:
        message = _message(gettext("Added “%(title)s”", title=title.strip()))
        made = arranging.add_part(
            session, actor(), asked_course().key, parent, title=title, after=after, message=message, now=now()
        )
        return Step(message, made, (parent,), opens=True)

    return _done(act)


def rename(course_key: str) -> Response:
    """Give a part or a block another title, where it stands."""
    block, title = BlockId(request.form.get("block", "")), request.form.get("title", "")

    def act(session: Session) -> Step:
        message = _message(gettext("“%(old)s” is called “%(title)s” now", old=_title(session, block), title=title.strip()))
        moved = arranging.rename_block(session, actor(), asked_course().key, block, title=title, message=message, now=now())
        return Step(message, block, moved=moved)

    return _done(act)


def arrange(course_key: str) -> Response:
    """Move a row up or down, duplicate it or take it out: one button each, told by its value."""
    what, _, rest = request.form.get("do", "").partition(" ")
    parent, _, block = rest.partition(" ")
    if what not in {*_STEPS, "duplicate", "remove"}:
        raise NotFound
    return _done(lambda session: _arranged(session, what, BlockId(parent), BlockId(block)))


def place(course_key: str, block: str) -> str:
    """Ask where a row is to stand, of all the places that may hold it."""
    chosen = BlockId(block)
    with takwin().reading() as session:
        outline = drafts.open_draft(session, asked_course().key).outline
        if chosen not in outline or chosen == outline.root:
            raise NotFound("no_such_block", block=chosen)
    holders = [each for each in outline.entries.values() if arranging.takes(each.type, outline[chosen].type)]
    grouped: dict[str, list[tuple[BlockId, str]]] = {}
    for each in holders:
        above = outline[each.parent].title if each.parent and each.parent != outline.root else ""
        grouped.setdefault(above, []).append((each.id, each.title))
    parent = outline[chosen].parent or outline.root
    neighbours = [child for child in outline.children(parent) if child.id != chosen] if parent == outline.root else []
    return render_template(
        "studio/_outline_place.html" if request.args.get("part") else "studio/outline_place.html",
        key=asked_course().key,
        block=chosen,
        parent=parent,
        title=outline[chosen].title,
        course_title=outline[outline.root].title,
        source_language=outline.language,
        grouped=grouped,
        neighbours=neighbours,
    )


def put(course_key: str) -> Response:
    """Put a row somewhere else: before one of its new neighbours, first, or last."""
    form = request.form
    block, parent, to = BlockId(form.get("block", "")), BlockId(form.get("parent", "")), BlockId(form.get("to", ""))
    before = BlockId(form["before"]) if form.get("before") else None

    def act(session: Session) -> Step:
        outline = drafts.open_draft(session, asked_course().key).outline
        first = next((child for child in outline[to].children if child != block), None) if to in outline else None
        message = _message(gettext("Moved “%(title)s”", title=_title(session, block)))
        moved = arranging.place_block(
            session,
            actor(),
            asked_course().key,
            parent,
            block,
            to=to,
            before=first if form.get("where") == "first" else before,
            message=message,
            now=now(),
        )
        return Step(message, block, (parent, to), moved)

    return _done(act)


def take_back(course_key: str) -> Response:
    """Take a change back: what was taken out stands in its place again."""
    revision = request.form.get("revision", 0, int)

    def act(session: Session) -> Step:
        before = drafts.open_draft(session, asked_course().key).outline
        step = copying.find_step(session, asked_course().id, revision)
        message = _message(gettext("Taken back: %(what)s", what=step.message if step else ""))
        back = copying.undo(session, actor(), asked_course().key, revision, message=message, now=now())
        after = drafts.open_draft(session, asked_course().key).outline
        changed = [
            block for block in before.entries if block in after and before[block].children != after[block].children
        ]  # fmt: skip
        named = (each.id for each in after.entries.values() if each.id in before and each.title != before[each.id].title)
        focus = back or next(named, after.root)
        return Step(message, focus, tuple(changed))

    return _done(act)


def _arranged(session: Session, what: str, parent: BlockId, block: BlockId) -> Step:
    key, title = asked_course().key, _title(session, block)
    if what in _STEPS:
        message = _message(gettext("Moved “%(title)s”", title=title))
        moved = arranging.move_block(session, actor(), key, parent, block, step=_STEPS[what], message=message, now=now())
        return Step(message, block, (parent,), moved)
    if what == "duplicate":
        message = _message(gettext("Duplicated “%(title)s”", title=title))
        with force_locale(drafts.open_draft(session, key).outline.language):
            copy = gettext("%(title)s (copy)", title=title)
        made = copying.duplicate_block(session, actor(), key, parent, block, title=copy, message=message, now=now())
        return Step(message, made, (parent,))
    message = _message(gettext("Deleted “%(title)s”", title=title))
    arranging.remove_block(session, actor(), key, parent, block, message=message, now=now())
    return Step(message, parent, (parent,))


def _done(act: Callable[[Session], Step]) -> Response:
    """Do it, and answer with the outline as it is then: the rows that differ for a script, the page for whoever has none."""
    key = asked_course().key
    try:
        with takwin().transaction() as session:
            step = act(session)
            revision = drafts.open_draft(session, key).revision.id if step.moved else None
    except TakwinError as error:
        if wants_json() or not isinstance(error, Invalid):
            raise
        flash(words_of(error), "error")
        return redirect(url_for("studio.course", course_key=key), 303)
    if not wants_json():
        opened, shut = (request.form.getlist(name) for name in ("open", "shut"))
        opened += [step.focus] if step.opens and opened else []
        return redirect(
            url_for("studio.course", course_key=key, done=revision, open=opened, shut=shut, _anchor=f"b-{step.focus}"), 303
        )
    return _pieces(step, revision)


def _pieces(step: Step, revision: int | None) -> Response:
    """Return what a page must put in place of what it has."""
    with takwin().reading() as session:
        draft = drafts.open_draft(session, asked_course().key)
        view = outline_view(session, draft)
    outline = draft.outline
    lists = [block for block in dict.fromkeys(step.lists) if block in outline]
    above = dict.fromkeys(each.id for block in (*lists, step.focus) if block in outline for each in outline.path(block))
    told: dict[str, Any] = {
        "said": step.said if step.moved else "",
        "undo": revision,
        "focus": step.focus,
        "orders": {block: outline[block].children for block in lists},
        "items": {block: drawn("item", view, view.opened_row(block)) for block in _focused(step) if block in outline},
        "rows": {block: drawn("row", view, view.row(block)) for block in above if block != outline.root},
        "state": drawn("state", draft.snapshot != asked_course().snapshot) if view.standings.is_published else "",
        "is_ahead": draft.snapshot != asked_course().snapshot,
        "filters": drawn("filters", view, filters(view)),
    }
    return takwin_json(told)


def _focused(step: Step) -> Iterable[BlockId]:
    return (step.focus,) if step.lists and step.focus not in step.lists else ()


def takwin_json(told: dict[str, Any]) -> Response:
    """Return an answer for a script, which nobody keeps."""
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _message(told: str) -> str:
    return told[:_LONGEST_MESSAGE]


def _title(session: Session, block: BlockId) -> str:
    outline = drafts.open_draft(session, asked_course().key).outline
    return outline[block].title if block in outline else block


def install(pages: Blueprint) -> None:
    """Add these addresses to the blueprint."""
    pages.add_url_rule("/<course_key>/add", view_func=add_part, methods=["POST"])
    pages.add_url_rule("/<course_key>/rename", view_func=rename, methods=["POST"])
    pages.add_url_rule("/<course_key>/arrange", view_func=arrange, methods=["POST"])
    pages.add_url_rule("/<course_key>/place/<path:block>", view_func=place)
    pages.add_url_rule("/<course_key>/place", view_func=put, methods=["POST"])
    pages.add_url_rule("/<course_key>/take-back", view_func=take_back, methods=["POST"])
