"""A block's fields as controls of a form, and what was sent as values again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from lms_app.domain.content import Json
from lms_app.domain.errors import Invalid
from lms_app.i18n import direction_of, latin_digits
from lms_app.runtime.answer_lines import shown_lines, written_lines
from lms_app.runtime.blocks.sanitising import authored
from lms_app.runtime.editable import EditableField
from lms_app.runtime.problems.keeping import OLX, TEXT
from lms_app.web.i18n import time_zone
from lms_app.web.studio.field_words import choice_of, hint_of, label_of
from lms_app.web.studio.moments import clocks, in_words

_LINES = frozenset({"html5_sources"})
"""Fields that are lists of lines even while they are empty."""
_GIST = 60
"""Characters by which a text is known."""
_TAGS = re.compile(r"<[^<>]*>")
_LONG = 60
"""A text with more characters, or with more than one line, gets room."""


@dataclass(frozen=True)
class Control:
    """One control of the form."""

    id: str
    """Name and id in the page."""
    field: str
    label: str
    kind: str
    """`text`, `source`, `date`, `select` or `json`."""
    value: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    source: str = ""
    """The text in the source language, beside a translation."""
    lang: str = ""
    dir: str = ""
    is_main: bool = True
    errors: tuple[str, ...] = ()
    theirs: str | None = None
    """What somebody else saved meanwhile, when two changed it."""
    rows: int = 3
    help: str = ""
    """What it is for, in two sentences."""
    editor: str = ""
    """The kind of editor of its own (`studio/editors/<kind>.html`); '' for the plain control."""


def controls(
    form: tuple[EditableField, ...],
    values: Mapping[str, Json],
    *,
    inherited: Mapping[str, Json],
    language: str,
    source: Mapping[str, Json] | None = None,
) -> list[Control]:
    """Return the controls of the form; with `source`, those of its translation: the fields that hold words, each beside the source."""
    ids = {name: place for place, name in enumerate(_ids_in(values if source is None else source))}
    found: list[Control] = []
    is_told = source is not None and any(known.name == TEXT and known.value_in(source) for known in form)
    for known in form:
        if is_told and known.name == OLX:
            continue  # a problem is translated as text, which makes its OLX
        if source is None or known.is_translatable:
            made = _controls(known, known.value_in(values), inherited.get(known.name), known.value_in(source or {}))
            found += sorted(made, key=lambda control: _place(control.id, ids))
    words = {known.name for known in form if known.is_translatable}
    return [
        replace(one, lang=language, dir=direction_of(language)) if one.field in words else replace(one, dir="ltr") for one in found
    ]


def sent_changes(
    form: tuple[EditableField, ...], started: Mapping[str, Json], sent: Mapping[str, str], *, source: Mapping[str, Json] | None
) -> dict[str, Json]:
    """Return the fields whose controls say something else than what the page was made from; an empty one takes a field back.

    Refuses (`Invalid`, naming the field) JSON that can't be read.
    """
    changes: dict[str, Json] = {}
    for known in form:
        if source is not None and not known.is_translatable:
            continue
        made_from = list(_controls(known, known.value_in(started), None, known.value_in(source or {})))
        texts = {control.id: _told(control, sent) for control in made_from if control.id in sent}
        if any(text != _plain(control.value) for control in made_from if (text := texts.get(control.id)) is not None):
            changes[known.name] = _value(known, made_from, texts, started.get(known.name) or (source or {}).get(known.name))
    return changes


def _told(control: Control, sent: Mapping[str, str]) -> str:
    """Return what was written; what the editor of texts made is held to the list of what a text may be, whoever sent it."""
    text = _plain(sent[control.id])
    return authored(text) if sent.get(f"{control.id}.rich") == "1" else text


def shown(known: EditableField, value: Json) -> str:
    """Return a value as text, for reading."""
    return (
        ""
        if value is None
        else str(value)
        if isinstance(value, str | int | float)
        else json.dumps(value, ensure_ascii=False, indent=1)
    )


def _controls(known: EditableField, value: Json, inherited: Json, source: Json) -> Iterator[Control]:
    base = Control(f"f-{known.name}", known.name, label_of(known), "text", "", hint=hint_of(known), is_main=known.is_main)
    text, beside = shown(known, value), shown(known, source)
    if known.kind == "json":
        yield from _of_json(known, base, value, source)
    elif known.kind in {"boolean", "choice"}:
        yield _select(known, base, value, known.default if inherited is None else inherited)
    elif known.kind == "date" and (day := _date(text)) is not None:
        yield replace(base, kind="date", value=day, hint=f"{_chosen(text)} {base.hint}".strip())
    else:
        kind = "source" if known.kind == "source" else _text_kind(text or beside)
        yield replace(base, kind=kind, value=text, source=beside, rows=_rows(text or beside) if kind == "source" else 1)


def _of_json(known: EditableField, base: Control, value: Json, source: Json) -> Iterator[Control]:
    """Yield a control for each text of a collection of texts, one for a list of lines, or one for bare JSON."""
    if _is_words(value) or _is_words(source):
        mine, theirs = value or {}, source or {}
        for key in dict.fromkeys([*theirs, *mine]):
            told, beside = str(mine.get(key, "")), str(theirs.get(key, ""))
            kind, rows = _text_kind(told or beside), _rows(told or beside)
            label = gettext("In translation: “%(text)s”", text=_isolated(_begun(beside))) if beside else f"{base.label} · {key}"
            yield replace(base, id=f"{base.id}:{key}", label=label, kind=kind, value=told, source=beside, hint="", rows=rows)
        if not source:
            hint = gettext("One a line, as in: question/prompt = How many members?")
            yield replace(
                base, id=f"{base.id}:", label=gettext("%(field)s: more of them", field=base.label), kind="source", hint=hint
            )
    elif (answers := shown_lines(value or source or known.default)) is not None:
        mine = "" if source and not value else answers
        yield replace(base, kind="source", value=mine, source=shown_lines(source) or "", rows=max(4, answers.count("\n") + 2))
    elif known.name in _LINES or _is_lines(value or known.default):
        lines, beside = "\n".join(value or ()), "\n".join(source or ())
        yield replace(base, kind="source", value=lines, source=beside, rows=max(3, len(value or ())))
    else:
        text = shown(known, value)
        yield replace(
            base, kind="json", value=text, source=shown(known, source), rows=_rows(text), hint=base.hint or gettext("JSON.")
        )


def _select(known: EditableField, base: Control, value: Json, usual: Json) -> Control:
    if known.kind == "boolean":
        chosen, named = "" if value is None else str(bool(value)).lower(), {"true": gettext("yes"), "false": gettext("no")}
        first = _yes(usual)
    else:
        chosen, named = shown(known, value), {str(each): choice_of(each, said) for each, said in known.choices}
        first = named.get(str(usual), choice_of(usual, "" if usual is None else str(usual)))
    if chosen:
        named.setdefault(chosen, chosen)  # what stands there is offered, so that a save without a change keeps it
    usually = gettext("As usual (%(value)s)", value=first) if first else gettext("As usual")
    return replace(base, kind="select", value=chosen, options=(("", usually), *named.items()))


def _ids_in(value: Json) -> Iterator[str]:
    """Yield the ids in a block's structure, in their order."""
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str):
            yield value["id"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _ids_in(each)


def _place(control: str, ids: Mapping[str, int]) -> tuple[int, ...]:
    """Return where a text stands among its like: part by part as in the structure, a part's own texts before those inside it."""
    parts = control.partition(":")[2].split("/")
    if parts == [""]:
        return (len(ids) + 1,)  # where more can be added
    return tuple(ids.get(part, -2 if part == "prompt" else -1) for part in parts)


def _begun(text: str) -> str:
    """Return how a text begins, enough to know it by."""
    words = " ".join(_TAGS.sub(" ", text).split())
    return words if len(words) <= _GIST else f"{words[:_GIST].rsplit(' ', 1)[0]}…"


def _isolated(text: str) -> str:
    """Return a text of whatever direction so that it does not disturb the words around it."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def _value(known: EditableField, made_from: list[Control], texts: Mapping[str, str], before: Json) -> Json:
    if made_from[0].id != f"f-{known.name}":  # words, one control each
        told = {control.id.partition(":")[2]: texts.get(control.id, control.value) for control in made_from}
        more = dict(line.split("=", 1) for line in told.pop("", "").splitlines() if "=" in line)
        told |= {key.strip(): text.strip() for key, text in more.items()}
        return {key: text for key, text in told.items() if text} or None
    text = texts[f"f-{known.name}"]
    if not text.strip():
        return None
    if known.kind == "json":
        return _json_value(known, made_from[0], text, before or known.default)
    if known.kind == "boolean":
        return text == "true"
    if known.kind in {"integer", "number"}:
        return latin_digits(text).strip()
    if known.kind == "choice":
        return next((each for each, _ in known.choices if str(each) == text), text)
    if known.kind == "date":
        return _moment(text)
    return text if known.kind in {"text", "source"} else text.strip()


def _json_value(known: EditableField, made_from: Control, text: str, before: Json) -> Json:
    if shown_lines(before) is not None:
        return written_lines(text, before)
    if made_from.kind == "source":
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        return json.loads(text)
    except ValueError as error:
        raise Invalid("field_not_json", field=known.name) from error


def _date(text: str) -> str | None:
    """Return a moment as a browser's control takes it, by the clocks of the author's country; None for one that it would not show."""
    if not text:
        return ""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(time_zone())).strftime("%Y-%m-%dT%H:%M")


def _moment(text: str) -> str:
    """Return what a control says as a moment that is the same everywhere; what is no moment, as it is."""
    try:
        when = datetime.fromisoformat(text.strip())
        local = when if when.tzinfo else when.replace(tzinfo=ZoneInfo(time_zone()))
        return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return text.strip()


def _chosen(text: str) -> str:
    """Say what is chosen, in words; of nothing yet, by whose clocks a date is told."""
    if text:
        when = datetime.fromisoformat(text)
        return f"{in_words(when if when.tzinfo else when.replace(tzinfo=UTC))}."
    return str(gettext("Date and hour (%(zone)s).", zone=clocks()))


def _is_words(value: Json) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(isinstance(text, str) for text in value.values())


def _is_lines(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(line, str) and "\n" not in line for line in value)


def _text_kind(text: str) -> str:
    return "source" if len(text) > _LONG or "\n" in text else "text"


def _rows(text: str) -> int:
    return min(24, max(3, text.count("\n") + 1 + len(text) // 90))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _yes(value: Json) -> str:
    return str(gettext("yes") if value else gettext("no"))
