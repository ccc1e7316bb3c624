"""Laying out a record as the page of its template: words of its language, sizes that fit, nothing left open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from takwin_certificates import qr
from takwin_certificates.drawing.designs import DESIGNS, PLAIN, Setting
from takwin_certificates.drawing.letters import missing_glyphs
from takwin_certificates.drawing.page import DIRECTIONS, page_of
from takwin_certificates.drawing.wording import isolated, left_to_right, written_date, written_number
from takwin_certificates.record import Record
from takwin_certificates.typefaces import (
    DISPLAY,
    NASKH_BOLD,
    TEXT,
    TEXT_BOLD,
    MissingGlyph,
    missing,
    width,
)

_LINE: Final = 640.0  # points between the margins of the template
_NAME_SIZES: Final = (46, 40, 35, 30, 26, 22, 19)
_OTHER_NAME_SIZES: Final = (25, 22, 19, 16, 14)
_TITLE_SIZES: Final = (27, 24, 21, 18, 16)
_OTHER_TITLE_SIZES: Final = (15, 13, 11)
_FACTS_SIZES: Final = (13, 11.5, 10)
_LONGEST_ADDRESS: Final = 300
_LONGEST_TOKEN: Final = 600


class UnsafeAddress(ValueError):
    """The verification address is no web address, or leads to another certificate."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of people's text: its own script and direction, and the size at which it fits."""

    text: str
    script: str
    size: float
    face: str

    @property
    def direction(self) -> str:
        return "rtl" if self.script == "arabic" else "ltr"


def compose(record: Record, *, verify_url: str, qr_url: str | None = None, setting: Setting = PLAIN) -> str:
    """Return the HTML of a certificate, complete; `setting` says how large and airy the newer designs are set.

    Raises `MissingGlyph` before anything is drawn, and `UnsafeAddress` if the code of the record is not in the address.
    """
    _check_address(record, verify_url)
    if qr_url is not None:
        _check_is_web(qr_url, _LONGEST_TOKEN)
    if characters := missing_glyphs(record):
        raise MissingGlyph(characters)
    address = verify_url.split("://", 1)[1].removesuffix(record.code).rstrip("/")
    if record.template in DESIGNS:
        return page_of(record, address=address, qr_url=qr_url or verify_url, setting=setting)
    return _first_page(record, address=address, qr_url=qr_url or verify_url)


def _first_page(record: Record, *, address: str, qr_url: str) -> str:
    words = words_of(record.template)[record.language]
    page = _environment().from_string(_text(record.template, "certificate.html"))
    return page.render(
        record=record,
        words=words,
        direction=DIRECTIONS[record.language],
        names=_names(record),
        titles=_titles(record),
        facts=_facts(record, words),
        facts_size=_facts_size(record),
        address=address,
        code=left_to_right(record.code),
        qr=Markup(qr.svg(qr_url, title=words["qr"], ink="#1d2a2e")),  # noqa: S704 -- its title is escaped there
    )


@cache
def words_of(template: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of a template by language; like the drawing they never change once used."""
    words: dict[str, dict[str, str]] = json.loads(_text(template, "words.json"))
    return words


def _check_address(record: Record, address: str) -> None:
    _check_is_web(address, _LONGEST_ADDRESS)
    if record.code.replace("-", "") not in address.upper().replace("-", ""):
        message = "the verification address does not contain the code of this certificate"
        raise UnsafeAddress(message)


def _check_is_web(address: str, longest: int) -> None:
    is_web = address.startswith(("https://", "http://", "HTTPS://", "HTTP://")) and len(address) <= longest
    if not is_web or not address.isascii() or not address.isprintable() or " " in address:
        message = "the verification address must be a short http or https address in ASCII"
        raise UnsafeAddress(message)


def _names(record: Record) -> list[_Line]:
    """Return the names to print, the one in the script of the document first."""
    latin_face = TEXT_BOLD if missing(record.name_latin, (DISPLAY,)) else DISPLAY
    known = [("latin", record.name_latin, latin_face), ("arabic", record.name_arabic, NASKH_BOLD)]
    if record.language == "ar":
        known.reverse()
    present = [each for each in known if each[1]]
    sizes = (_NAME_SIZES, _OTHER_NAME_SIZES)
    return [_Line(name, script, _size(name, face, step), face) for step, (script, name, face) in zip(sizes, present, strict=False)]


def _titles(record: Record) -> list[_Line]:
    """Return the title in the document's language, then at most one in the other script."""
    others = ("fr", "en") if record.language == "ar" else ("ar",)
    chosen = [record.language, *[each for each in others if each in record.titles][:1]]
    sizes = (_TITLE_SIZES, _OTHER_TITLE_SIZES)
    return [_title(record.titles[language], language, step) for step, language in zip(sizes, chosen, strict=False)]


def _title(text: str, language: str, sizes: tuple[float, ...]) -> _Line:
    script, face = ("arabic", NASKH_BOLD) if language == "ar" else ("latin", TEXT_BOLD)
    return _Line(text, script, _size(text, face, sizes), face)


def _facts_size(record: Record) -> float:
    """Return a smaller size when place, cohort and edition are long, so that the facts keep to their rows."""
    return _size(f"{record.run} {record.cohort} {record.place}", TEXT, _FACTS_SIZES)


def _size(text: str, face: str, sizes: tuple[float, ...]) -> float:
    """Return the largest size at which the text fits on one line; the smallest may take two."""
    ems = width(text, face)
    return next((size for size in sizes if ems * size <= _LINE), sizes[-1])


def _facts(record: Record, words: Mapping[str, str]) -> list[tuple[str, Markup]]:
    facts = [("issued_on", written_date(record.issued_on, record.language))]
    if record.hours is not None:
        facts.append(("hours", left_to_right(written_number(record.hours, record.language))))
    if record.grade_percent is not None:
        grade = left_to_right(str(record.grade_percent))
        facts.append(("grade", Markup("{} {} {}").format(grade, words["out_of"], left_to_right("100"))))
    texts = {"run": record.run, "cohort": record.cohort, "place": record.place}
    facts += [(name, isolated(text)) for name, text in texts.items() if text]
    return [(words[name], value) for name, value in facts]


@cache
def _environment() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@cache
def _text(template: str, name: str) -> str:
    return (files(__package__) / "templates" / template / name).read_text(encoding="utf-8")
