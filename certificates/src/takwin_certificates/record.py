"""The frozen facts of one award: what was signed on the day of issue and can never change.

A record is kept as its canonical JSON (RFC 8785): the same facts always give the same bytes, and the bytes are what is
signed. `schema` says how to read them, so that a record of today is understood for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

import rfc8785

from takwin_certificates.facts import Competence, Part, Partner, Signatory, StatusPlace
from takwin_certificates.faults import KINDS, LANGUAGES, TEMPLATES, facts_of_schema, faults_for_ever, faults_of
from takwin_certificates.shapes import SHAPES, TEXT, is_empty, written
from takwin_certificates.strict_json import LARGEST_JSON, InvalidRecord, parse_strictly

__all__ = [
    "KINDS",
    "LANGUAGES",
    "LARGEST_JSON",
    "SCHEMA",
    "TEMPLATES",
    "Competence",
    "InvalidRecord",
    "Part",
    "Partner",
    "Record",
    "Signatory",
    "StatusPlace",
    "parse_strictly",
]

SCHEMA: Final = 2
"""What is written today. Schema 1 had fewer facts, all with the meaning they have here, and is read for ever."""
_SCHEMAS: Final = (1, SCHEMA)


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What one certificate says. Making one with a fault in it raises `InvalidRecord` with all the faults."""

    schema: int = SCHEMA
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
    name_tifinagh: str = ""
    kind: str = "completion"
    """`participation`, `completion`, `competence`, or `programme` (over several courses: `parts`)."""
    number: str = ""
    """Serial number to read aloud, as MA-TOT-2026-000123-7."""
    award: str = ""
    """What is awarded, the same for everybody who gets it: `course-v1:Takwin+GOV+2026#completion`."""
    subject: str = ""
    """`urn:uuid:…`, drawn for this certificate alone: it tells nobody who else it belongs to."""
    criteria: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Language to what was asked for it, in a sentence."""
    run: str = ""
    """The edition of the course."""
    version: str = ""
    """Root hash of the course as it was published on that day."""
    issued_at: dt.datetime | None = None
    """The moment of issue, UTC, whole seconds; schema 2 has it always."""
    valid_until: dt.date | None = None
    """The last day on which it counts; None for ever."""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    cohort: str = ""
    place: str = ""
    city: str = ""
    """Where it was made out."""
    hours: float | None = None
    hours_face_to_face: float | None = None
    hours_field: float | None = None
    field_visits: int | None = None
    """How many cooperatives were visited in field practice."""
    grade_percent: int | None = None
    competences: tuple[Competence, ...] = ()
    trainers: tuple[str, ...] = ()
    assessors: tuple[str, ...] = ()
    """Who decided."""
    signatories: tuple[Signatory, ...] = ()
    partners: tuple[Partner, ...] = ()
    parts: tuple[Part, ...] = ()
    status: StatusPlace | None = None
    replaces: str = ""
    """Code of the certificate that this one corrects."""
    template: str = "zellige-1"

    def __post_init__(self) -> None:
        """Freeze the texts and refuse what may not be certified."""
        if problems := faults_of(self):
            raise InvalidRecord(problems)
        _freeze_texts(self)

    @property
    def title(self) -> str:
        """The title in the record's own language."""
        return self.titles[self.language]

    def to_json(self) -> bytes:
        """Return the canonical bytes, which are what the issuer signs. Facts that are empty are left out."""
        facts = {name: getattr(self, name) for name in _FIELDS}
        return rfc8785.dumps({name: written(value) for name, value in facts.items() if not is_empty(value)})

    @classmethod
    def from_json(cls, text: bytes | str) -> Record:
        """Read a record again; raises `InvalidRecord` if it is not JSON or not a record.

        What was certified once is read for ever: rules that were made since are for new certificates.
        """
        return cls.from_facts(parse_strictly(text))

    @classmethod
    def from_facts(cls, facts: object) -> Record:
        """Make a record of parsed JSON; unknown, missing and misshapen facts are all reported together."""
        if not isinstance(facts, dict):
            raise InvalidRecord(["a record must be a JSON object"])
        if problems := _faults_of_shape(facts):
            raise InvalidRecord(problems)
        record = object.__new__(cls)
        for each in fields(cls):
            read = SHAPES.get(each.name, TEXT).read
            object.__setattr__(record, each.name, read(facts[each.name]) if each.name in facts else _default(each))
        if problems := faults_for_ever(record):
            raise InvalidRecord(problems)
        _freeze_texts(record)
        return record


def _freeze_texts(record: Record) -> None:
    for name in ("titles", "criteria"):
        object.__setattr__(record, name, MappingProxyType(dict(getattr(record, name))))


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


_FIELDS: Final = tuple(sorted(each.name for each in fields(Record)))
_REQUIRED: Final = ("code", "course_key", "issued_on", "issuer", "kind", "language", "site", "template", "titles")


def _faults_of_shape(facts: Mapping[str, Any]) -> list[str]:
    schema = facts.get("schema")
    if not SHAPES["schema"].fits(schema) or schema not in _SCHEMAS:
        return [f"schema {schema!r} is unknown; this program reads schemas {_SCHEMAS}"]
    known = {"schema", *facts_of_schema(schema, _FIELDS)}
    problems = [f"{name} is missing" for name in _REQUIRED if name not in facts]
    problems += [f"{name!r} is not a fact of a record" for name in sorted({*facts} - known)]
    shapes = {name: SHAPES.get(name, TEXT) for name in _FIELDS if name in facts}
    return problems + [f"{name} must be {shape.words}" for name, shape in shapes.items() if not shape.fits(facts[name])]
