"""How a course's certificates look and who stands behind them: kept as data with the course or the programme."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lms_app.domain.errors import Invalid

DESIGNS: Final = ("zellige-2", "modern-1", "programme-1")
"""The designs that may be chosen; the library knows the older ones too."""
FACTS: Final = ("city", "signatories", "partners", "competences", "hours_field", "field_visits", "assessors", "template")
MOST_SIGNATORIES: Final = 3
MOST_PARTNERS: Final = 6
MOST_COMPETENCES: Final = 10
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST: Final = 120
_LONGEST_COMPETENCE: Final = 200

Texts = Mapping[str, str]
"""Language to text."""


@dataclass(frozen=True)
class SignatoryPlace:
    """Who signs: the office in each language, the person, and their scanned signature (SHA-256 of a PNG)."""

    titles: Texts
    name: str = ""
    picture: str = ""


@dataclass(frozen=True)
class PartnerPlace:
    """An institution that is named; its logo (SHA-256 of a PNG) is printed only once somebody noted its written consent."""

    name: str
    logo: str = ""
    has_consented: bool = False


@dataclass(frozen=True)
class Paper:
    """What `course.certificate` and `programme.certificate` hold, read and checked."""

    template: str = DESIGNS[0]
    city: Texts = field(default_factory=dict)
    signatories: tuple[SignatoryPlace, ...] = ()
    partners: tuple[PartnerPlace, ...] = ()
    competences: tuple[Texts, ...] = ()
    assessors: tuple[str, ...] = ()
    hours_field: float | None = None
    field_visits: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "template": self.template,
            "city": dict(self.city),
            "signatories": [{"titles": dict(each.titles), "name": each.name, "picture": each.picture} for each in self.signatories],
            "partners": [{"name": each.name, "logo": each.logo, "has_consented": each.has_consented} for each in self.partners],
            "competences": [dict(each) for each in self.competences],
            "assessors": list(self.assessors),
            "hours_field": self.hours_field,
            "field_visits": self.field_visits,
        }

    def pictures(self) -> tuple[str, ...]:
        """Return the SHA-256 of every picture that it names."""
        return tuple(filter(None, (*(each.picture for each in self.signatories), *(each.logo for each in self.partners))))


def read_paper(stored: Mapping[str, Any]) -> Paper:
    """Read what is stored; `{}` gives the plainest paper. Raises `Invalid` (`bad_paper`, with `problems`) for anything else."""
    paper = Paper(
        template=str(stored.get("template") or DESIGNS[0]),
        city=_texts(stored.get("city")),
        signatories=tuple(
            SignatoryPlace(_texts(each.get("titles")), str(each.get("name", "")), str(each.get("picture", "")))
            for each in stored.get("signatories") or ()
        ),
        partners=tuple(
            PartnerPlace(str(each.get("name", "")), str(each.get("logo", "")), each.get("has_consented") is True)
            for each in stored.get("partners") or ()
        ),
        competences=tuple(_texts(each) for each in stored.get("competences") or ()),
        assessors=tuple(map(str, stored.get("assessors") or ())),
        hours_field=_number(stored.get("hours_field")),
        field_visits=int(stored["field_visits"]) if stored.get("field_visits") is not None else None,
    )
    if problems := tuple(_problems_of(paper)):
        raise Invalid("bad_paper", problems=problems)
    return paper


def text_in(texts: Texts, language: str) -> str:
    """Return the text in the language, or else in the first that has one: better a title in French than none."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


def _problems_of(paper: Paper) -> Iterator[str]:
    if paper.template not in DESIGNS:
        yield "template"
    if len(paper.signatories) > MOST_SIGNATORIES or not all(text_in(each.titles, "fr") for each in paper.signatories):
        yield "signatories"
    if len(paper.partners) > MOST_PARTNERS or not all(each.name for each in paper.partners):
        yield "partners"
    if len(paper.competences) > MOST_COMPETENCES or not all(text_in(each, "fr") for each in paper.competences):
        yield "competences"
    if any(not _SHA256.fullmatch(picture) for picture in paper.pictures()):
        yield "pictures"
    lines = [*paper.city.values(), *paper.assessors]
    lines += [each.name for each in paper.signatories] + [each.name for each in paper.partners]
    lines += [title for each in paper.signatories for title in each.titles.values()]
    if any(len(line) > _LONGEST for line in lines):
        yield "texts"
    if any(len(text) > _LONGEST_COMPETENCE for each in paper.competences for text in each.values()):
        yield "competences"
    if paper.hours_field is not None and paper.hours_field <= 0:
        yield "hours_field"
    if paper.field_visits is not None and paper.field_visits < 0:
        yield "field_visits"


def _texts(stored: object) -> Texts:
    if not isinstance(stored, Mapping):
        return {}
    return {str(language): str(text) for language, text in stored.items() if text}


def _number(stored: object) -> float | None:
    return float(stored) if isinstance(stored, int | float) and not isinstance(stored, bool) else None
