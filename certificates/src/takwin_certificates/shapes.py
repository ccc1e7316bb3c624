"""How each fact of a record is written in JSON, and how it is read again without believing anything."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from takwin_certificates.facts import Competence, Part, Partner, Signatory, StatusPlace


@dataclass(frozen=True, slots=True)
class Shape:
    """What a fact looks like in JSON: how to tell, how to read, and its name in a complaint."""

    fits: Callable[[object], bool]
    words: str
    read: Callable[[Any], Any] = lambda value: value


def is_text(value: object) -> bool:
    """Tell whether this is a text."""
    return isinstance(value, str)


def is_number(value: object) -> bool:
    """Tell whether this is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: object) -> bool:
    """Tell whether this is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def written(value: object) -> Any:
    """Return a fact as JSON has it; empty facts inside it are left out."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: written(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [written(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        return {name: written(part) for name, part in parts.items() if not is_empty(part)}
    return value


def is_empty(value: object) -> bool:
    """Tell whether a fact says nothing, so that it is left out. Zero says something."""
    return value is None or value == "" or (isinstance(value, tuple | Mapping) and not value)


def _is_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(map(is_text, value)) and all(map(is_text, value.values()))


def _is_lines(value: object) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and written(_moment(value)) == value
    except ValueError:
        return False


def _moment(value: str) -> dt.datetime:
    return dt.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)


def _frozen(texts: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(texts))


TEXT: Final = Shape(is_text, "a text")
NUMBER: Final = Shape(is_number, "a number")
WHOLE: Final = Shape(is_whole, "a whole number")
TEXTS: Final = Shape(_is_texts, "an object of texts by language", _frozen)
LINES: Final = Shape(_is_lines, "a list of texts", tuple)
DATE: Final = Shape(_is_date, "a date like 2026-03-31", dt.date.fromisoformat)
MOMENT: Final = Shape(_is_moment, "a moment like 2026-03-31T09:30:00Z", _moment)

_INNER: Final[Mapping[type, Mapping[str, Shape]]] = {
    Competence: {"texts": TEXTS, "level": WHOLE},
    Signatory: {"title": TEXT, "name": TEXT, "picture": TEXT},
    Partner: {"name": TEXT, "logo": TEXT},
    Part: {"titles": TEXTS, "course_key": TEXT, "code": TEXT, "hours": NUMBER},
    StatusPlace: {"list": WHOLE, "index": WHOLE},
}
_ASKED: Final[Mapping[type, frozenset[str]]] = {
    Competence: frozenset({"texts"}),
    Signatory: frozenset({"title"}),
    Partner: frozenset({"name"}),
    Part: frozenset({"titles", "course_key", "code"}),
    StatusPlace: frozenset({"list", "index"}),
}


def _one_of(kind: type) -> Shape:
    shapes = _INNER[kind]

    def fits(value: object) -> bool:
        if not isinstance(value, Mapping) or not _ASKED[kind] <= {*value} <= {*shapes}:
            return False
        return all(shapes[name].fits(part) for name, part in value.items())

    def read(value: Mapping[str, Any]) -> object:
        return kind(**{name: shapes[name].read(part) for name, part in value.items()})

    return Shape(fits, f"an object with {', '.join(shapes)}", read)


def _list_of(kind: type) -> Shape:
    one = _one_of(kind)

    def fits(value: object) -> bool:
        return isinstance(value, list) and all(map(one.fits, value))

    def read(value: list[Any]) -> tuple[object, ...]:
        return tuple(map(one.read, value))

    return Shape(fits, f"a list, each {one.words}", read)


SHAPES: Final[Mapping[str, Shape]] = {
    "schema": WHOLE,
    "titles": TEXTS,
    "criteria": TEXTS,
    "issued_on": DATE,
    "issued_at": MOMENT,
    "valid_until": DATE,
    "starts_on": DATE,
    "ends_on": DATE,
    "hours": NUMBER,
    "hours_face_to_face": NUMBER,
    "hours_field": NUMBER,
    "field_visits": WHOLE,
    "grade_percent": WHOLE,
    "competences": _list_of(Competence),
    "trainers": LINES,
    "assessors": LINES,
    "signatories": _list_of(Signatory),
    "partners": _list_of(Partner),
    "parts": _list_of(Part),
    "status": _one_of(StatusPlace),
}
"""Every fact that is not a plain text."""
