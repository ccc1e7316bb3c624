"""The translation desk: source and translation side by side, each text kept by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from lms_app.domain.content import Json
from lms_app.domain.differing import runs_of
from lms_app.domain.errors import Conflict, NotFound
from lms_app.domain.keys import BlockId
from lms_app.runtime.blocks.sanitising import authored, sanitise
from lms_app.services.authoring.translating import desk, glossary, writing
from lms_app.services.authoring.translating.sheets import Line, Sheet
from lms_app.services.authoring.translating.states import Counts
from lms_app.services.authoring.translating.units import is_page, plain_text
from lms_app.services.authoring.translating.writing import Apart, Told
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import N_, language_in_words, written_percent
from lms_app.web.studio.frame import frame
from lms_app.web.studio.shapes import type_name

_PARTS: Final = {
    "questions": N_("Question %(number)s"),
    "choices": N_("Choice %(number)s"),
    "nodes": N_("Situation %(number)s"),
    "measures": N_("Indicator %(number)s"),
    "items": N_("Item %(number)s"),
    "sets": N_("Set %(number)s"),
    "targets": N_("Target %(number)s"),
    "pillars": N_("Pillar %(number)s"),
    "statements": N_("Statement %(number)s"),
    "options": N_("Option %(number)s"),
    "columns": N_("Column %(number)s"),
    "rows": N_("Row %(number)s"),
    "cells": N_("Cell %(number)s"),
    "figures": N_("Figure %(number)s"),
    "words": N_("Words %(number)s"),
    "suggestions": N_("Suggestion %(number)s"),
    "accepts": N_("Accepted answer %(number)s"),
    "changes": N_("Change %(number)s"),
}
"""What the parts of a block's structure are called, by the list that holds them."""
_TEXTS: Final = {
    "display_name": N_("Title"),
    "data": N_("Text"),
    "question": N_("Question"),
    "feedback": N_("Feedback"),
    "instructions": N_("Instructions"),
    "question_text": N_("Question"),
    "description": N_("Description"),
    "intro": N_("Introduction"),
    "prompt": N_("Question"),
    "hint": N_("Hint"),
    "debrief": N_("Debrief"),
    "situation": N_("Situation"),
    "consequence": N_("Consequence"),
    "title": N_("Title"),
    "name": N_("Name"),
    "label": N_("Label"),
    "unit": N_("Unit of measure"),
    "alt": N_("What the picture shows"),
    "img_alt": N_("What the picture shows"),
    "picture_alt": N_("What the picture shows"),
    "transcript": N_("What the recording says"),
    "block_name": N_("Title"),
    "answers": N_("Answer"),
    "questions": N_("Question"),
}
_PAGES: Final = {
    "about/overview.html": N_("What the course's page says"),
    "about/short_description.html": N_("The course in one sentence"),
    "info/handouts.html": N_("Handouts"),
    "info/updates.html": N_("News of the course"),
}
_ROWS: Final = 12
_STATIC: Final = re.compile(r"""(\bsrc=["'])/static/""")
_MOST_COMPARED: Final = 20_000
"""Characters of both texts beyond which comparing them takes too long."""
_AROUND: Final = 14
"""Words and blanks shown on each side of a change."""
_WORD: Final = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Shown:
    """One text of the desk as the template shows it."""

    line: Line
    id: str
    """Of its control, which is called so too."""
    label: str
    rows: int
    source: Markup
    """The source, as its readers see it."""
    difference: Markup
    """What changed in the source since, marked; empty where nothing is known to have changed."""
    hints: tuple[glossary.Hint, ...]
    theirs: str | None = None
    """What somebody else wrote meanwhile."""
    mine: str | None = None
    """What could not be kept, to be shown again."""

    @property
    def value(self) -> str:
        """What stands in the control."""
        return self.line.told if self.mine is None else self.mine


@dataclass(frozen=True)
class ShownSheet:
    """One block of the desk."""

    sheet: Sheet
    title: str
    type_name: str
    trail: tuple[str, ...]
    lines: tuple[Shown, ...]


def translate(course_key: str, language: str) -> str:
    """Show a page of the desk."""
    asked = request.args
    show = asked.get("show", "") if asked.get("show", "") in desk.SHOWS else "all"
    with takwin().reading() as session:
        found = desk.open_desk(
            session,
            asked_course().key,
            language,
            section=asked.get("lesson", ""),
            show=show,
            search=asked.get("q", "")[:200],
            page=asked.get("page", 1, type=int),
        )
        context = frame("languages", found.draft)
    return render_template(
        "studio/translate.html",
        desk=found,
        sheets=[_shown_sheet(found.draft.outline, one, language) for one in found.sheets],
        language_to=language,
        show=show,
        search=asked.get("q", "")[:200],
        asked={name: asked[name] for name in ("lesson", "show", "q") if asked.get(name)},
        state_words=state_words(),
        progress_words=progress_words,
        person=actor().person_id,
        **context,
    )


def keep_translation(course_key: str, language: str, block: str) -> Response | tuple[Response | str, int]:
    """Keep what was translated of one block; a script gets how far each text is, a form goes back to its page."""
    key, name = asked_course().key, BlockId(block)
    wants_json = request.accept_mimetypes.best == "application/json"
    with takwin().reading() as session:
        _, sheet = desk.open_sheet(session, key, language, name)
    if sheet is None:
        raise NotFound("no_such_block", block=name)
    message = gettext("Translated into %(language)s: “%(title)s”", language=language_in_words(language), title=sheet.title)
    try:
        with takwin().transaction() as session:
            writing.keep_texts(session, actor(), key, language, {name: _sent(sheet)}, message=message[:500], now=now())
    except Conflict as error:
        if error.code != "edit_conflict":
            raise
        return _apart(error.facts["clashes"], sheet, wants_json=wants_json)
    if not wants_json:
        flash(gettext("Saved in the draft. Learners see it once you publish."), "success")
        return redirect(_back(course_key, language, block), 303)
    with takwin().reading() as session:
        _, sheet = desk.open_sheet(session, key, language, name)
        whole = desk.languages_of(session, key)
    counts = next(one.counts for one in whole.others if one.language == language)
    return jsonify(lines=[_told_state(line) for line in sheet.lines] if sheet else [], **_figures(counts))


def _apart(clashes: Sequence[Apart], sheet: Sheet, *, wants_json: bool) -> tuple[Response | str, int]:
    """Answer that somebody else translated the same text meanwhile."""
    if wants_json:
        told = [{"path": one.path, "theirs": one.theirs} for one in clashes]
        return jsonify(clashes=told, lines=[_told_state(line) for line in sheet.lines]), 409
    language = str((request.view_args or {})["language"])
    with takwin().reading() as session:
        draft, _ = desk.open_sheet(session, asked_course().key, language, sheet.block)
        context = frame("languages", draft)
    shown = _shown_sheet(draft.outline, sheet, language, apart={one.path: one for one in clashes})
    return (
        render_template("studio/translate_apart.html", sheet=shown, language_to=language, state_words=state_words(), **context),
        409,
    )


def state_words() -> dict[str, str]:
    """Return what the states of a text are called."""
    return {"done": gettext("Done"), "stale": gettext("Source changed"), "missing": gettext("To do")}


def _told_state(line: Line) -> dict[str, str]:
    return {"path": line.unit.path, "state": line.state, "was": line.was, "source": line.unit.digest, "told": line.told}


def _figures(counts: Counts) -> dict[str, Any]:
    percent = written_percent(counts.done / counts.all if counts.all else 0)
    return {"done": counts.done, "all": counts.all, "percent": percent, "words": progress_words(counts)}


def progress_words(counts: Counts) -> str:
    """Return in words how far a translation is; what there is none of is not said."""
    words = [
        ngettext("%(num)s text translated", "%(num)s texts translated", counts.done)
        if counts.done
        else gettext("Nothing translated yet")
    ]
    if counts.missing:
        words.append(ngettext("%(num)s left", "%(num)s left", counts.missing))
    if counts.stale:
        words.append(ngettext("%(num)s changed in the source", "%(num)s changed in the source", counts.stale))
    return str(gettext(", ")).join(words)


def _sent(sheet: Sheet) -> dict[str, Told]:
    """Return what the form changes: texts that are others now, and those that were ticked as done or as the same."""
    form = request.form
    found: dict[str, Told] = {}
    for line in sheet.lines:
        path = line.unit.path
        name = _name(sheet.block, path)
        if name not in form:
            continue
        text = form[name].replace("\r\n", "\n").strip()
        if form.get(f"{name}.rich") == "1":
            text = authored(text)
        if form.get("same") == path:
            text = line.unit.text
        was = form.get(f"was:{path}", line.was)
        is_marked = path in form.getlist("done") or form.get("same") == path
        if is_marked or (text != line.told.strip() if was == line.was else True):
            found[path] = Told(text, made_from=form.get(f"from:{path}", ""), was=was)
    return found


def _name(block: str, path: str) -> str:
    """Return what the control of a text is called: once in a page, whatever stands on it."""
    return f"t:{block}:{path}"


def _back(course_key: str, language: str, block: str) -> str:
    names = ("lesson", "show", "q", "page")
    asked = {name: request.form[f"back-{name}"] for name in names if request.form.get(f"back-{name}")}
    return url_for("studio.translate", course_key=course_key, language=language, **asked, _anchor=f"b-{block}")  # type: ignore[arg-type]


def _shown_sheet(outline: Any, sheet: Sheet, language: str, *, apart: Mapping[str, Apart] | None = None) -> ShownSheet:
    lists = dict(_lists_in(sheet.structure))
    lines = tuple(_shown(outline.language, sheet, line, language, lists, (apart or {}).get(line.unit.path)) for line in sheet.lines)
    kind = gettext("Page about the course") if is_page(sheet.block) else type_name(sheet.type)
    path = is_page(sheet.block)
    title = gettext(_PAGES[path]) if path in _PAGES else sheet.title
    return ShownSheet(sheet, title, kind, tuple(desk.titles_above(outline, sheet.block)), lines)


def _shown(
    source: str, sheet: Sheet, line: Line, language: str, lists: Mapping[str, tuple[str, int]], apart: Apart | None
) -> Shown:
    unit = line.unit
    length = max(len(unit.text), len(line.told))
    return Shown(
        line=line,
        id=_name(sheet.block, unit.path),
        label=_label(unit.path, lists),
        rows=min(_ROWS, max(2, length // 55 + unit.text.count("\n") + 1)),
        source=_as_read(unit.text) if unit.kind == "html" else escape(unit.text),
        difference=_difference(line.before, unit.text),
        hints=glossary.hints(unit.text, source, language),
        theirs=apart.theirs if apart else None,
        mine=apart.mine if apart else None,
    )


def _as_read(html: str) -> Markup:
    """Return the source as its readers see it, its pictures from the draft."""
    files = url_for("studio.image_file", course_key=asked_course().key, name="")
    return Markup(_STATIC.sub(lambda found: f"{found[1]}{files}", sanitise(html).html))  # noqa: S704 -- sanitised


def _label(path: str, lists: Mapping[str, tuple[str, int]]) -> str:
    """Return where a text stands in its block, in words: Question 2 · Choice 1 · Feedback."""
    name, _, key = path.partition(":")
    parts = key.split("/") if key else [name]
    words: list[str] = []
    for part in parts:
        if part in lists:
            listed, number = lists[part]
            words.append(gettext(_PARTS[listed], number=number) if listed in _PARTS else f"{listed} {number}")
        elif part in _TEXTS:
            words.append(gettext(_TEXTS[part]))
        elif name in _TEXTS and not lists:
            words.append(gettext(_TEXTS[name]))
    return " · ".join(dict.fromkeys(words)) or gettext("Text")


def _lists_in(value: Json) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield, for each id in a structure, the list that holds it and its place there."""
    for name, held in value.items() if isinstance(value, Mapping) else ():
        for number, item in enumerate(held, start=1) if isinstance(held, list) else ():
            if isinstance(item, Mapping) and isinstance(item.get("id"), str):
                yield item["id"], (str(name), number)
            yield from _lists_in(item)


def _difference(before: str | None, after: str) -> Markup:
    """Return what went and what came in the source text, marked, each with the words around it."""
    if before is None or len(before) + len(after) > _MOST_COMPARED:
        return Markup()
    old, new = (_WORD.findall(plain_text(text)) for text in (before, after))
    found = Markup()
    for kind, a, b, c, d in runs_of(old, new):
        if kind == "equal":
            found += escape(_around(new[c:d], is_first=c == 0, is_last=d == len(new)))
            continue
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        if gone.strip():
            found += Markup("<del>{}</del>").format(gone)
        found += Markup("<ins>{}</ins>").format(came) if came.strip() else escape(came)
    return found


def _around(words: list[str], *, is_first: bool, is_last: bool) -> str:
    """Return what stayed between two changes, without its middle when that is long."""
    before = [] if is_first else words[:_AROUND]
    after = [] if is_last else words[-_AROUND:]
    if len(words) <= len(before) + len(after) + _AROUND:
        return "".join(words)
    return f"{''.join(before).rstrip()} … {''.join(after).lstrip()}"


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/translate/<language>", view_func=translate)
    pages.add_url_rule("/<course_key>/translate/<language>/<path:block>", view_func=keep_translation, methods=["POST"])
