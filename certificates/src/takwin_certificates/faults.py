"""Why facts may not be certified: everything that is wrong with a record, all at once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from takwin_certificates import codes
from takwin_certificates.lettering import LONGEST_LABEL, LONGEST_TEXT, clean, problems_in_name, problems_in_text
from takwin_certificates.shapes import is_empty

KINDS: Final = ("participation", "completion", "competence", "programme")
LANGUAGES: Final = ("ar", "fr", "en")
"""Languages of a document."""
TEXT_LANGUAGES: Final = (*LANGUAGES, "zgh")
"""Languages in which a title or a competence may be told; Tamazight is printed beside, in Tifinagh."""
TEMPLATES: Final = frozenset({"zellige-1", "zellige-2", "modern-1", "programme-1"})
"""Every template ever used. A name is added, never taken away: old certificates are drawn again with theirs."""

_MOST_HOURS: Final = 10_000
_WHOLE: Final = 100
_LEVELS: Final = range(1, 5)
_MOST_LINES: Final = 12
_LONGEST_CRITERIA: Final = 500
_STATUS_BITS: Final = 131_072
_SUBJECT: Final = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NUMBER: Final = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_FIRST_SCHEMA: Final = frozenset(
    {
        *("code", "titles", "course_key", "issued_on", "issuer", "language", "site", "name_arabic", "name_latin", "kind"),
        *("run", "cohort", "place", "hours", "grade_percent", "template"),
    }
)


def faults_of(record: Any) -> list[str]:
    """List, in English, everything for which these facts may not be certified; an empty list means that they may."""
    return [
        *_of_schema(record),
        *_of_choices(record),
        *_of_names(record),
        *_of_texts(record),
        *_of_numbers(record),
        *_of_lists(record),
    ]


def faults_for_ever(record: Any) -> list[str]:
    """List why nobody could ever show these facts as they were signed. Never add to these: old certificates would die of it.

    A record that was signed under other rules than today's is read, checked and drawn as it is; today's are for `faults_of`.
    """
    problems = [] if codes.is_wellformed(record.code) else [f"code {record.code!r} is not a well-formed verification code"]
    if record.language not in LANGUAGES:
        problems.append(f"language {record.language!r} is unknown")
    elif record.language not in record.titles:
        problems.append(f"titles has no title in {record.language!r}, the language of the document")
    if record.kind not in KINDS:
        problems.append(f"kind {record.kind!r} is unknown")
    if not record.site.startswith(("https://", "http://")) or len(record.site.split()) != 1:
        problems.append("site is not a web address")
    texts = [record.title, record.name_latin, record.name_arabic, record.issuer] if not problems else []
    return problems + ["has control, directional or invisible characters" for text in texts if text != clean(text)]


def facts_of_schema(schema: int, names: tuple[str, ...]) -> frozenset[str]:
    """Return the facts that a record of this schema may have."""
    return _FIRST_SCHEMA if schema == 1 else frozenset(names)


def _of_schema(record: Any) -> Iterator[str]:
    if record.schema == 1:
        if record.kind != "completion" or record.template != "zellige-1":
            yield "schema 1 knows one kind and one template"
        later = {each.name for each in dataclasses.fields(record)} - {"schema", *_FIRST_SCHEMA}
        yield from (f"{name} is no fact of schema 1" for name in sorted(later) if not is_empty(getattr(record, name)))
        return
    if record.issued_at is None:
        yield "issued_at is missing"
    elif record.issued_at.utcoffset() is None or record.issued_at.microsecond:
        yield "issued_at must be in UTC, in whole seconds"
    if not _SUBJECT.fullmatch(record.subject):
        yield "subject is no urn:uuid of small letters"
    if not record.award:
        yield "award is missing"
    if record.status is None:
        yield "status is missing: a certificate that nobody could withdraw"


def _of_choices(record: Any) -> Iterator[str]:
    if not codes.is_wellformed(record.code):
        yield f"code {record.code!r} is not a well-formed verification code"
    if record.replaces and not codes.is_wellformed(record.replaces):
        yield f"replaces {record.replaces!r} is not a well-formed verification code"
    if record.number and not _NUMBER.fullmatch(record.number):
        yield f"number {record.number!r} has other signs than capitals, digits and hyphens"
    if record.version and not _SHA256.fullmatch(record.version):
        yield "version is no SHA-256"
    if record.kind not in KINDS:
        yield f"kind {record.kind!r} is unknown"
    if record.template not in TEMPLATES:
        yield f"template {record.template!r} is unknown"
    if record.language not in LANGUAGES:
        yield f"language {record.language!r} is unknown"
    elif record.language not in record.titles:
        yield f"titles has no title in {record.language!r}, the language of the document"
    if not record.site.startswith(("https://", "http://")) or len(record.site.split()) != 1:
        yield "site is not a web address"


def _of_names(record: Any) -> Iterator[str]:
    if not record.name_arabic and not record.name_latin:
        yield "the holder has no name, in neither script"
    for script in ("arabic", "latin", "tifinagh"):
        if name := getattr(record, f"name_{script}"):
            yield from (f"name_{script} {problem}" for problem in problems_in_name(name, script))


def _of_texts(record: Any) -> Iterator[str]:
    short = {name: getattr(record, name) for name in ("issuer", "run", "cohort", "place", "city", "number")}
    long = {"course_key": record.course_key, "site": record.site, "award": record.award}
    for name, text in short.items():
        yield from (f"{name} {problem}" for problem in problems_in_text(text, longest=LONGEST_LABEL))
    for name, text in long.items():
        yield from (f"{name} {problem}" for problem in problems_in_text(text, longest=LONGEST_TEXT))
    yield from _of_translations("titles", record.titles, LONGEST_TEXT)
    yield from _of_translations("criteria", record.criteria, _LONGEST_CRITERIA)
    yield from (f"{name} is empty" for name in ("issuer", "course_key", "site") if not getattr(record, name))


def _of_translations(name: str, texts: Mapping[str, str], longest: int) -> Iterator[str]:
    for language, text in texts.items():
        if language not in TEXT_LANGUAGES:
            yield f"{name} has an unknown language {language!r}"
        if not text:
            yield f"{name}[{language}] is empty"
        yield from (f"{name}[{language}] {problem}" for problem in problems_in_text(text, longest=longest))


def _of_numbers(record: Any) -> Iterator[str]:
    for name in ("hours", "hours_face_to_face", "hours_field"):
        hours = getattr(record, name)
        if hours is not None and not 0 < hours <= _MOST_HOURS:
            yield f"{name} must be above 0 and at most {_MOST_HOURS}"
    parts = (record.hours_face_to_face or 0) + (record.hours_field or 0)
    if record.hours is not None and parts > record.hours:
        yield "hours_face_to_face and hours_field are more than hours"
    if record.grade_percent is not None and not 0 <= record.grade_percent <= _WHOLE:
        yield "grade_percent must lie between 0 and 100"
    if record.field_visits is not None and not 0 <= record.field_visits <= _MOST_HOURS:
        yield f"field_visits must lie between 0 and {_MOST_HOURS}"
    if record.starts_on and record.ends_on and record.ends_on < record.starts_on:
        yield "ends_on lies before starts_on"
    if record.valid_until and record.valid_until < record.issued_on:
        yield "valid_until lies before issued_on"
    if record.status and not (0 <= record.status.index < _STATUS_BITS and record.status.list >= 0):
        yield f"status must name a list and one of its {_STATUS_BITS} bits"


def _of_lists(record: Any) -> Iterator[str]:
    for name in ("competences", "trainers", "assessors", "signatories", "partners", "parts"):
        if len(getattr(record, name)) > _MOST_LINES:
            yield f"{name} has more than {_MOST_LINES} lines"
    for name in ("trainers", "assessors"):
        yield from _of_lines(name, getattr(record, name))
    yield from _of_lines(
        "signatories", [text for each in record.signatories for text in (each.title, each.name)], may_be_empty=True
    )
    yield from _of_lines("partners", [each.name for each in record.partners])
    yield from ("a signatory has no title" for each in record.signatories if not each.title)
    pictures = [each.picture for each in record.signatories] + [each.logo for each in record.partners]
    yield from ("a picture is no SHA-256" for picture in pictures if picture and not _SHA256.fullmatch(picture))
    for each in record.competences:
        yield from _of_translations("competences", each.texts, LONGEST_TEXT)
        if not {record.language, *LANGUAGES} & {*each.texts}:
            yield "a competence has no text"
        if each.level is not None and each.level not in _LEVELS:
            yield "the level of a competence must lie between 1 and 4"
    for each in record.parts:
        yield from _of_translations("parts", each.titles, LONGEST_TEXT)
        if not codes.is_wellformed(each.code):
            yield f"parts has a malformed code {each.code!r}"


def _of_lines(name: str, lines: list[str] | tuple[str, ...], *, may_be_empty: bool = False) -> Iterator[str]:
    for line in lines:
        if not line and not may_be_empty:
            yield f"{name} has an empty line"
        yield from (f"{name} {problem}" for problem in problems_in_text(line, longest=LONGEST_LABEL))
