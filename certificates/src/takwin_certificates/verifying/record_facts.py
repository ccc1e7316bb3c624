"""Every fact of a record, told in full and in one order, so that nothing that was certified stays unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from takwin_certificates.facts import Competence, Part, Partner, Signatory
from takwin_certificates.record import Record
from takwin_certificates.shapes import is_empty, written
from takwin_certificates.verifying.finding import Fact

_PLAIN_FIRST: Final = (
    "issued_on",
    "valid_until",
    "starts_on",
    "ends_on",
    "hours",
    "hours_face_to_face",
    "hours_field",
    "field_visits",
)
_PLAIN_LAST: Final = (
    *("grade_percent", "run", "cohort", "place", "city", "issuer", "number", "code", "replaces", "course_key", "award"),
    *("issued_at", "version", "subject", "language", "template", "site"),
)
TOLD_OTHERWISE: Final = frozenset({"schema", "kind", "titles", "criteria", "status"}) | {
    *("name_latin", "name_arabic", "name_tifinagh", "competences", "trainers", "assessors", "signatories", "partners", "parts")
}


def facts_of(record: Record) -> tuple[Fact, ...]:
    """Return every fact of a record: who, what, when, how much, what was learnt, who decided and signed."""
    return (*_who_and_what(record), *_plain(record, _PLAIN_FIRST), *_lists(record), *_plain(record, _PLAIN_LAST), *_status(record))


def _who_and_what(record: Record) -> Iterator[Fact]:
    yield from (Fact("name", name) for name in (record.name_latin, record.name_arabic, record.name_tifinagh) if name)
    yield Fact("kind", record.kind)
    yield from _told("title", record.titles, record.language)
    yield from _told("criteria", record.criteria, record.language)


def _plain(record: Record, names: tuple[str, ...]) -> Iterator[Fact]:
    for name in names:
        value = getattr(record, name)
        if not is_empty(value):
            yield Fact(name, str(written(value)))


def _lists(record: Record) -> Iterator[Fact]:
    for competence in record.competences:
        yield from _competence(competence)
    for part in record.parts:
        yield from _part(part)
    yield from (Fact("trainer", name) for name in record.trainers)
    yield from (Fact("assessor", name) for name in record.assessors)
    yield from (Fact("signatory", _signatory(each)) for each in record.signatories)
    yield from (Fact("partner", _partner(each)) for each in record.partners)


def _competence(competence: Competence) -> Iterator[Fact]:
    level = "" if competence.level is None else f" ({competence.level}/4)"
    yield from (Fact("competence", text + level, language) for language, text in competence.texts.items())


def _part(part: Part) -> Iterator[Fact]:
    hours = "" if part.hours is None else f"{written(part.hours)} h"
    rest = " · ".join(each for each in (part.course_key, hours, part.code) if each)
    yield from (Fact("part", f"{title} · {rest}", language) for language, title in part.titles.items())


def _signatory(signatory: Signatory) -> str:
    return " · ".join(each for each in (signatory.name, signatory.title, signatory.picture) if each)


def _partner(partner: Partner) -> str:
    return " · ".join(each for each in (partner.name, partner.logo) if each)


def _status(record: Record) -> Iterator[Fact]:
    if record.status is not None:
        yield Fact("status_place", f"{record.status.list} / {record.status.index}")


def _told(label: str, texts: Mapping[str, str], first: str) -> Iterator[Fact]:
    """Tell a text in all its languages, that of the document first."""
    yield from (Fact(label, texts[language], language) for language in sorted(texts, key=lambda each: (each != first, each)))
