"""The page of an award in one of the designs: its facts in words, in the order and at the sizes that the design asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from takwin_certificates import qr, typefaces
from takwin_certificates.drawing import fitting
from takwin_certificates.drawing.designs import DESIGNS, Design, Setting, Sizes
from takwin_certificates.drawing.wording import (
    UNBROKEN,
    counted,
    left_to_right,
    ordered,
    written_date,
    written_span,
)
from takwin_certificates.record import LANGUAGES, Record

DIRECTIONS: Final = {"ar": "rtl", "fr": "ltr", "en": "ltr"}
PICTURE: Final = "picture:"
"""Addresses of logos and scanned signatures, followed by the SHA-256 of the PNG."""
_SCRIPTS: Final = {"ar": "arabic", "fr": "latin", "en": "latin", "zgh": "tifinagh"}
_DIRECTIONS_OF_SCRIPTS: Final = {"arabic": "rtl", "latin": "ltr", "tifinagh": "ltr"}
_LANGUAGES_OF_SCRIPTS: Final = {"arabic": "ar", "tifinagh": "zgh"}
_STEPS: Final = (1.0, 0.88, 0.77, 0.68, 0.6, 0.53, 0.46, 0.4)
"""Few sizes for many names, so that the certificates of a cohort look alike."""
_LARGE_LETTERS: Final = 0.8
"""Tifinagh has capitals alone, which look larger than other letters of their size."""

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of people's text: its own script, language and direction, and the size at which it fits."""

    text: str
    script: str
    language: str
    size: float = 0
    face: str = ""

    @property
    def direction(self) -> str:
        """The direction of its script."""
        return _DIRECTIONS_OF_SCRIPTS[self.script]


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled fact; the name makes it findable in the page."""

    name: str
    label: str
    value: Markup


def page_of(record: Record, *, address: str, qr_url: str, setting: Setting) -> str:
    """Return the HTML of a certificate, complete."""
    words = words_of(record.template, record.language, record.kind)
    page = _environment().from_string(_text(record.template, "certificate.html"))
    return page.render(
        record=record,
        words=words,
        direction=DIRECTIONS[record.language],
        setting=setting,
        names=names_of(record),
        title=_title(record, record.language),
        other_titles=[_title(record, language) for language in other_languages(record)],
        sentence=sentence_of(record, words),
        facts=facts_of(record, words),
        validity=_validity(record, words),
        competences=[(text_in(each.texts, record.language), _level(each.level, words)) for each in record.competences],
        parts=[(text_in(each.titles, record.language), _hours(each.hours, words, record.language)) for each in record.parts],
        total=_total(record, words),
        signatories=[(each.title, each.name, _picture(each.picture)) for each in record.signatories],
        partners=[(each.name, _picture(each.logo)) for each in record.partners],
        issued=_issued(record, words),
        moment=record.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ") if record.issued_at else record.issued_on.isoformat(),
        number=left_to_right(record.number),
        code=left_to_right(record.code),
        address=left_to_right(address),
        qr=_qr(qr_url, words),
    )


@cache
def words_of(template: str, language: str, kind: str) -> Words:
    """Return the words of a template for one language and kind of certificate; once used they never change."""
    words: Words = json.loads(_text(template, "words.json"))[language]
    return {**words, **words["kinds"][kind]}


def names_of(record: Record) -> list[Line]:
    """Return the names to print, the one in the script of the document first, each at the size at which it fits.

    These are the sizes on a page at full scale; on a denser page all names shrink alike. A name that fits at no size gets
    the smallest; `readiness` tells about it before anything is issued.
    """
    design = DESIGNS[record.template]
    order = ("arabic", "latin", "tifinagh") if record.language == "ar" else ("latin", "arabic", "tifinagh")
    present = [(script, name) for script in order if (name := str(getattr(record, f"name_{script}")))]
    lines: list[Line] = []
    for script, name in present:
        sizes = design.other_name if lines else design.first_name
        face = face_of_name(name, script, design)
        language = _LANGUAGES_OF_SCRIPTS.get(script, record.language if record.language != "ar" else "fr")
        size = name_size(name, face, design, sizes) or sizes.smallest
        lines.append(Line(name, script, language, size, face))
    return lines


def face_of_name(name: str, script: str, design: Design) -> str:
    """Return the best typeface that has all letters of a name."""
    faces = design.name_faces[script]
    return next((face for face in faces if not typefaces.missing(name, (face,))), faces[-1])


def name_size(name: str, face: str, design: Design, sizes: Sizes) -> float | None:
    """Return the size of a name in points; None if it is too long for the line even at the smallest."""
    largest = sizes.largest * (_LARGE_LETTERS if face == typefaces.TIFINAGH else 1.0)
    steps = [*(round(largest * each, 1) for each in _STEPS if largest * each > sizes.smallest), sizes.smallest]
    return fitting.size_that_fits(name, (face,), line=design.name_line, sizes=steps)


def other_languages(record: Record) -> list[str]:
    """Return the languages in which the title is repeated: one of the other script, and Tamazight."""
    others = ("fr", "en") if record.language == "ar" else ("ar",)
    return [*[each for each in others if each in record.titles][:1], *[each for each in ("zgh",) if each in record.titles]]


def sentence_of(record: Record, words: Words) -> Markup:
    """Tell when it took place and how many hours it had, as one phrase; empty where nothing is known or nothing asked."""
    if "held" not in words:
        return Markup()
    language = record.language
    span = written_span(record.starts_on, record.ends_on, words, language)
    clauses = [_filled(words["held"], span)] if span else []
    if record.hours is not None:
        clauses.append(_filled(words["lasting"], counted(record.hours, words["hours"], language)) + _split(record, words))
    elif split := _split(record, words):
        clauses.append(split)
    return Markup(words["comma"]).join(clauses)  # noqa: S704 -- words of the template


def facts_of(record: Record, words: Words) -> list[Fact]:
    """Return the facts for which the template has a label; those that are empty are left out."""
    language = record.language
    hours = {"hours": record.hours, "face_to_face": record.hours_face_to_face, "field": record.hours_field}
    facts: dict[str, Markup] = {
        "period": written_span(record.starts_on, record.ends_on, words, language),
        **{name: _hours(number, words, language) for name, number in hours.items()},
        "field_visits": counted(record.field_visits, words["cooperatives"], language) if record.field_visits else Markup(),
        **{name: ordered(text) if (text := getattr(record, name)) else Markup() for name in ("place", "cohort", "run")},
        "trainers": _listed(record.trainers, words),
        "assessors": _listed(record.assessors, words),
        "grade": Markup() if record.grade_percent is None else _grade(record.grade_percent, words),
        "valid_until": written_date(record.valid_until, language, gap=UNBROKEN) if record.valid_until else Markup(),
    }
    return [Fact(name, _label(name, record, words), facts[name]) for name in facts if facts[name] and name in words["labels"]]


def text_in(texts: Mapping[str, str], language: str) -> Line:
    """Return a text in the language of the document, or in the next one that it was written in."""
    chosen = next(each for each in (language, *LANGUAGES, *texts) if each in texts)
    return Line(texts[chosen], _SCRIPTS[chosen], chosen)


def pictures_of(record: Record) -> tuple[str, ...]:
    """Return the SHA-256 of every picture that the page shows."""
    all_of_them = [each.picture for each in record.signatories] + [each.logo for each in record.partners]
    return tuple(dict.fromkeys(filter(None, all_of_them)))


def _title(record: Record, language: str) -> Line:
    return Line(record.titles[language], _SCRIPTS[language], language)


def _filled(words: str, *values: Markup) -> Markup:
    return Markup(words).format(*values)  # noqa: S704 -- words of the template; the values are escaped


def _hours(hours: float | None, words: Words, language: str) -> Markup:
    return Markup() if hours is None else counted(hours, words["hours"], language)


def _split(record: Record, words: Words) -> Markup:
    known = {"face_to_face": record.hours_face_to_face, "field": record.hours_field}
    parts = {name: counted(hours, words["hours"], record.language) for name, hours in known.items() if hours is not None}
    return _filled(words["split"]["_".join(parts)], *parts.values()) if parts else Markup()


def _grade(percent: int, words: Words) -> Markup:
    number = Markup('<bdi dir="ltr" class="slot-grade-percent">{}</bdi>').format(percent)
    return _filled(words["grade_of"], number, left_to_right("100"))


def _listed(names: tuple[str, ...], words: Words) -> Markup:
    return Markup(words["comma"]).join(ordered(name) for name in names)  # noqa: S704 -- words of the template


def _label(name: str, record: Record, words: Words) -> str:
    label = words["labels"][name]
    is_several = len(getattr(record, name)) > 1 if name in {"trainers", "assessors"} else False
    return str(label if isinstance(label, str) else label["other" if is_several else "one"])


def _level(level: int | None, words: Words) -> Markup:
    return Markup() if level is None else _filled(words["level"], left_to_right(str(level)))


def _issued(record: Record, words: Words) -> Markup:
    day = written_date(record.issued_on, record.language, gap=UNBROKEN)
    return _filled(words["issued_in"], ordered(record.city), day) if record.city else _filled(words["issued"], day)


def _validity(record: Record, words: Words) -> Markup:
    if record.valid_until is None or "validity" not in words:
        return Markup()
    return _filled(words["validity"], written_date(record.valid_until, record.language, gap=UNBROKEN))


def _total(record: Record, words: Words) -> Markup:
    """Add up the hours of the parts; nothing where one of them does not tell."""
    hours = [each.hours for each in record.parts if each.hours is not None]
    if "total" not in words or not hours or len(hours) < len(record.parts):
        return Markup()
    return _filled(words["total"], counted(sum(hours), words["hours"], record.language))


def _picture(sha256: str) -> str:
    return f"{PICTURE}{sha256}" if sha256 else ""


def _qr(address: str, words: Words) -> Markup:
    """Draw the code so that its modules are as large as the card allows with four white ones around it."""
    return Markup(qr.svg(address, title=words["qr"], ink="#10241f"))  # noqa: S704 -- its title is escaped there


@cache
def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["ordered"] = ordered
    return environment


@cache
def _text(template: str, name: str) -> str:
    return (files("takwin_certificates") / "templates" / template / name).read_text(encoding="utf-8")
