"""A block's fields as controls of a form, and what was sent as values again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask_babel import gettext

from lms_app.domain.content import Json
from lms_app.domain.errors import Invalid
from lms_app.i18n import direction_of, latin_digits
from lms_app.runtime.editable import EditableField
from lms_app.web.studio.field_words import choice_of, hint_of, label_of

_LONG = 120
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


def controls(
    form: tuple[EditableField, ...],
    values: Mapping[str, Json],
    *,
    inherited: Mapping[str, Json],
    language: str,
    source: Mapping[str, Json] | None = None,
) -> list[Control]:
    """Return the controls of the form; with `source`, those of its translation: the fields that hold words, each beside the source."""
    return [
        replace(
            control, lang=language if known.is_translatable else "", dir=direction_of(language) if known.is_translatable else "ltr"
        )
        for known in form
        if source is None or known.is_translatable
        for control in _controls(known, values.get(known.name), inherited.get(known.name), (source or {}).get(known.name))
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
        made_from = list(_controls(known, started.get(known.name), None, (source or {}).get(known.name)))
        texts = {control.id: _plain(sent[control.id]) for control in made_from if control.id in sent}
        if any(text != _plain(control.value) for control in made_from if (text := texts.get(control.id)) is not None):
            changes[known.name] = _value(known, made_from, texts, started.get(known.name))
    return changes


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
    name = f"f-{known.name}"
    base = Control(name, known.name, label_of(known), "text", "", hint=hint_of(known), is_main=known.is_main)
    words = value if _is_words(value) else source if _is_words(source) else None
    if known.kind == "json" and words is not None:
        keys = dict.fromkeys([*(source if _is_words(source) else {}), *(value or {})])
        for key in keys:
            told, beside = str((value or {}).get(key, "")), str((source or {}).get(key, "")) if source else ""
            kind = _text_kind(told or beside)
            yield replace(
                base,
                id=f"{name}:{key}",
                label=f"{base.label} · {key}",
                kind=kind,
                value=told,
                source=beside,
                hint="",
                rows=_rows(told or beside),
            )
        return
    text = shown(known, value)
    beside = shown(known, source)
    if known.kind == "json" and _is_lines(value, known.default):
        yield replace(
            base, kind="source", value="\n".join(value or ()), source="\n".join(source or ()), rows=max(3, len(value or ()))
        )
    elif known.kind == "json":
        yield replace(base, kind="json", value=text, source=beside, rows=_rows(text), hint=base.hint or gettext("JSON."))
    elif known.kind == "boolean":
        usual = known.default if inherited is None else inherited
        options = (("", gettext("As usual (%(value)s)", value=_yes(usual))), ("true", gettext("yes")), ("false", gettext("no")))
        yield replace(base, kind="select", value="" if value is None else str(bool(value)).lower(), options=options)
    elif known.kind == "choice":
        usual = known.default if inherited is None else inherited
        named = dict(known.choices)
        first = ("", gettext("As usual (%(value)s)", value=choice_of(usual, named.get(usual, str(usual)))))
        rest = ((str(each), choice_of(each, said)) for each, said in known.choices)
        yield replace(base, kind="select", value=text, options=(first, *rest))
    elif known.kind == "date":
        day = _date(text)
        yield replace(base, kind="text" if day is None else "date", value=text if day is None else day)
    else:
        kind = "source" if known.kind == "source" else _text_kind(text or beside)
        yield replace(base, kind=kind, value=text, source=beside, rows=_rows(text or beside) if kind == "source" else 1)


def _value(known: EditableField, made_from: list[Control], texts: Mapping[str, str], before: Json) -> Json:
    if made_from[0].id != f"f-{known.name}":  # words, one control each
        told = {control.id.partition(":")[2]: texts.get(control.id, control.value) for control in made_from}
        return {key: text for key, text in told.items() if text} or None
    text = texts[f"f-{known.name}"]
    if not text.strip():
        return None
    if known.kind == "json" and made_from[0].kind == "source":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if known.kind == "json":
        try:
            return json.loads(text)
        except ValueError as error:
            raise Invalid("field_not_json", field=known.name) from error
    if known.kind == "boolean":
        return text == "true"
    if known.kind in {"integer", "number"}:
        return latin_digits(text).strip()
    if known.kind == "choice":
        return next((each for each, _ in known.choices if str(each) == text), text)
    return text if known.kind in {"text", "source"} else text.strip()


def _date(text: str) -> str | None:
    """Return a moment as a browser's control takes it; None for one that it would not show."""
    if not text:
        return ""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def _is_words(value: Json) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(isinstance(text, str) for text in value.values())


def _is_lines(value: Json, default: Json) -> bool:
    return isinstance(value or default, list) and all(isinstance(line, str) and "\n" not in line for line in value or default)


def _text_kind(text: str) -> str:
    return "source" if len(text) > _LONG or "\n" in text else "text"


def _rows(text: str) -> int:
    return min(24, max(3, text.count("\n") + 1 + len(text) // 90))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _yes(value: Json) -> str:
    return str(gettext("yes") if value else gettext("no"))
