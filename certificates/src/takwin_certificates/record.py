"""The frozen facts of one award: what was signed on the day of issue and can never change.

A record is kept as its canonical JSON (RFC 8785): the same facts always give the same bytes, and the bytes are what is
signed. `schema` says how to read them, so that a record of today is understood for ever.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

import rfc8785

from takwin_certificates import codes
from takwin_certificates.lettering import LONGEST_LABEL, LONGEST_TEXT, problems_in_name, problems_in_text

SCHEMA: Final = 1
KINDS: Final = frozenset({"completion"})
LANGUAGES: Final = ("ar", "fr", "en")
TEMPLATES: Final = frozenset({"zellige-1"})
"""Every template ever used. A name is added, never taken away: old certificates are drawn again with theirs."""

LARGEST_JSON: Final = 64 * 1024
_MOST_HOURS: Final = 10_000
_WHOLE: Final = 100


class InvalidRecord(ValueError):
    """These facts cannot be certified; `problems` lists every reason, in English."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What one certificate says. Making one with a fault in it raises `InvalidRecord` with all the faults."""

    code: str
    """Verification code, as `codes.generate` makes it."""
    titles: Mapping[str, str] = field(hash=False)
    """Language to title of the training; the record's own language must be there, others are printed smaller."""
    course_key: str
    issued_on: dt.date
    issuer: str
    language: str
    """Language of the document: "ar", "fr" or "en". It gives the direction too."""
    site: str
    """Address of the site that issued it, where it can be checked: "https://learn.example.org"."""
    name_arabic: str = ""
    name_latin: str = ""
    kind: str = "completion"
    run: str = ""
    cohort: str = ""
    place: str = ""
    hours: float | None = None
    grade_percent: int | None = None
    template: str = "zellige-1"

    def __post_init__(self) -> None:
        """Freeze the titles and refuse what may not be certified."""
        problems = _problems_of(self)
        if problems:
            raise InvalidRecord(problems)
        object.__setattr__(self, "titles", MappingProxyType(dict(self.titles)))

    @property
    def title(self) -> str:
        """The title in the record's own language."""
        return self.titles[self.language]

    def to_json(self) -> bytes:
        """Return the canonical bytes, which are what the issuer signs. Facts that are empty are left out."""
        facts: dict[str, Any] = {"schema": SCHEMA}
        for name in _FIELDS:
            value = getattr(self, name)
            if value not in (None, ""):
                facts[name] = _plain(value)
        return rfc8785.dumps(facts)

    @classmethod
    def from_json(cls, text: bytes | str) -> Record:
        """Read a record again; raises `InvalidRecord` if it is not JSON, not a record, or not a valid one."""
        return cls.from_facts(parse_strictly(text))

    @classmethod
    def from_facts(cls, facts: object) -> Record:
        """Make a record of parsed JSON; unknown, missing and misshapen facts are all reported together."""
        if not isinstance(facts, dict):
            raise InvalidRecord(["a record must be a JSON object"])
        problems = _problems_of_shape(facts)
        if problems:
            raise InvalidRecord(problems)
        known = {name: facts[name] for name in _FIELDS if name in facts}
        return cls(**{**known, "issued_on": dt.date.fromisoformat(facts["issued_on"])})


def parse_strictly(text: bytes | str) -> object:
    """Parse JSON and refuse what two readers could read differently: repeated keys, NaN, bytes not in UTF-8."""
    if len(text) > LARGEST_JSON:
        raise InvalidRecord([f"larger than {LARGEST_JSON} bytes"])
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidRecord([f"not readable as JSON: {error}"]) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        message = "a key occurs twice in one object"
        raise ValueError(message)
    return dict(pairs)


def _refuse_constant(name: str) -> float:
    message = f"{name} is not a number of JSON"
    raise ValueError(message)


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_titles(value: object) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value)) and all(map(_is_text, value.values()))


def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_SHAPES: dict[str, tuple[Callable[[object], bool], str]] = {
    "titles": (_is_titles, "an object of texts by language"),
    "issued_on": (_is_date, "a date like 2026-03-31"),
    "hours": (_is_number, "a number"),
    "grade_percent": (_is_whole, "a whole number"),
}
_TEXT: tuple[Callable[[object], bool], str] = (_is_text, "a text")
_FIELDS: Final = tuple(sorted(each.name for each in fields(Record)))
_REQUIRED: Final = ("code", "course_key", "issued_on", "issuer", "kind", "language", "site", "template", "titles")


def _problems_of_shape(facts: Mapping[str, object]) -> list[str]:
    if facts.get("schema") != SCHEMA or not _is_whole(facts.get("schema")):
        return [f"schema {facts.get('schema')!r} is unknown; this program reads schema {SCHEMA}"]
    problems = [f"{name} is missing" for name in _REQUIRED if name not in facts]
    problems += [f"{name!r} is not a fact of a record" for name in sorted({*facts} - {*_FIELDS, "schema"})]
    for name in _FIELDS:
        fits, shape = _SHAPES.get(name, _TEXT)
        if name in facts and not fits(facts[name]):
            problems.append(f"{name} must be {shape}")
    return problems


def _problems_of(record: Record) -> list[str]:
    return [
        *_problems_of_choices(record),
        *_problems_of_names(record),
        *_problems_of_texts(record),
        *_problems_of_numbers(record),
    ]


def _problems_of_choices(record: Record) -> list[str]:
    problems = []
    if not codes.is_wellformed(record.code):
        problems.append(f"code {record.code!r} is not a well-formed verification code")
    if record.kind not in KINDS:
        problems.append(f"kind {record.kind!r} is unknown")
    if record.template not in TEMPLATES:
        problems.append(f"template {record.template!r} is unknown")
    if record.language not in LANGUAGES:
        problems.append(f"language {record.language!r} is unknown")
    elif record.language not in record.titles:
        problems.append(f"titles has no title in {record.language!r}, the language of the document")
    problems += [f"titles has an unknown language {each!r}" for each in record.titles if each not in LANGUAGES]
    if not record.site.startswith(("https://", "http://")) or len(record.site.split()) != 1:
        problems.append("site is not a web address")
    return problems


def _problems_of_names(record: Record) -> list[str]:
    problems = []
    if not record.name_arabic and not record.name_latin:
        problems.append("the holder has no name, in neither script")
    for script, name in (("arabic", record.name_arabic), ("latin", record.name_latin)):
        if name:
            problems += [f"name_{script} {problem}" for problem in problems_in_name(name, script)]
    return problems


def _problems_of_texts(record: Record) -> list[str]:
    short = {name: getattr(record, name) for name in ("issuer", "run", "cohort", "place")}
    long = {"course_key": record.course_key, "site": record.site}
    long |= {f"titles[{language}]": title for language, title in record.titles.items()}
    problems = [
        f"{name} {problem}"
        for texts, longest in ((short, LONGEST_LABEL), (long, LONGEST_TEXT))
        for name, text in texts.items()
        for problem in problems_in_text(text, longest=longest)
    ]
    problems += [f"{name} is empty" for name in ("issuer", *long) if not (short | long)[name]]
    return problems


def _problems_of_numbers(record: Record) -> list[str]:
    problems = []
    if record.hours is not None and not 0 < record.hours <= _MOST_HOURS:
        problems.append(f"hours must be above 0 and at most {_MOST_HOURS}")
    if record.grade_percent is not None and not 0 <= record.grade_percent <= _WHOLE:
        problems.append("grade_percent must lie between 0 and 100")
    return problems
