"""Every text that a certificate shows, with the typefaces it may be set in, and the letters that none of them has."""

from __future__ import annotations

from collections.abc import Iterator

from takwin_certificates.drawing.designs import DESIGNS
from takwin_certificates.record import Record
from takwin_certificates.typefaces import NASKH, NASKH_BOLD, TEXT, TEXT_BOLD, missing

Shown = tuple[str, str, tuple[str, ...]]
"""Name of the fact, its text, and the typefaces."""


def shown_texts(record: Record) -> Iterator[Shown]:
    """Yield the texts of people that are printed; words of the template are tested once and for all."""
    if record.template in DESIGNS:
        yield from _shown_in_a_design(record)
    else:
        yield from _shown_in_the_first_template(record)


def missing_glyphs(record: Record) -> tuple[str, ...]:
    """Return the characters of a record that its PDF could not show; ask before issuing, or when a name is typed."""
    return tuple(dict.fromkeys(letter for _, text, faces in shown_texts(record) for letter in missing(text, faces)))


def _shown_in_the_first_template(record: Record) -> Iterator[Shown]:
    yield "name_latin", record.name_latin, (TEXT_BOLD,)
    yield "name_arabic", record.name_arabic, (NASKH_BOLD,)
    for language, title in record.titles.items():
        if language in {"ar", "fr", "en"}:
            yield "titles", title, (TEXT_BOLD, NASKH_BOLD)
    for name in ("issuer", "place", "cohort", "run"):
        yield name, getattr(record, name), (TEXT, NASKH)


def _shown_in_a_design(record: Record) -> Iterator[Shown]:
    design = DESIGNS[record.template]
    for script, faces in design.name_faces.items():
        name = getattr(record, f"name_{script}")
        best = next((face for face in faces if not missing(name, (face,))), faces[-1])
        yield f"name_{script}", name, (best,)
    for name in ("issuer", "place", "city", "cohort", "run"):
        yield name, getattr(record, name), design.text_faces
    yield from (("titles", title, design.text_faces) for title in record.titles.values())
    yield from (("trainers", each, design.text_faces) for each in record.trainers)
    yield from (("assessors", each, design.text_faces) for each in record.assessors)
    yield from (("competences", text, design.text_faces) for each in record.competences for text in each.texts.values())
    yield from (("parts", title, design.text_faces) for each in record.parts for title in each.titles.values())
    yield from (("signatories", text, design.text_faces) for each in record.signatories for text in (each.title, each.name))
    yield from (("partners", each.name, design.text_faces) for each in record.partners)
