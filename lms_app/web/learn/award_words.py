"""What keeps a certificate from being made out, in the words of whoever can mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import find_course
from lms_app.domain.keys import CourseKey
from lms_app.domain.papers import text_in
from lms_app.services.credentials.programmes import ListedProgramme, ProgrammeStanding
from lms_app.services.credentials.readiness import Hindrance
from lms_app.services.learning.views import CourseCard
from lms_app.web.context import takwin
from lms_app.web.i18n import language

_FSI, _PDI = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def hindrances(found: Sequence[Hindrance]) -> list[str]:
    """Return each in a sentence, once: what is about the name is for the holder, the rest for the trainer."""
    return list(dict.fromkeys(_told(each) for each in found))


def programmes(found: Sequence[ProgrammeStanding], wanted: str) -> list[dict[str, Any]]:
    """Return the programmes of a course with the titles of their courses, as the reader of this language finds them."""
    told = []
    for each in found:
        parts = [(course, _title_of(course, wanted), is_there) for course, is_there in each.parts]
        told.append({"title": text_in(each.titles, wanted), "parts": parts, "code": each.code, "key": each.key})
    return told


def paths(offered: Sequence[ListedProgramme], cards: Sequence[CourseCard]) -> list[dict[str, Any]]:
    """Return the programmes whose courses are all in this catalogue, in the reader's language."""
    by_key: Mapping[str, CourseCard] = {card.key: card for card in cards}
    return [
        {"title": text_in(each.titles, language()), "parts": [by_key[key] for key in each.courses]}
        for each in offered
        if by_key.keys() >= {*each.courses}
    ]


def _title_of(course: str, wanted: str) -> str:
    with takwin().reading() as session:
        facts = find_course(session, CourseKey(course), person=None)
        outline = load_outline(session, facts.snapshot) if facts.snapshot else None
    return outline.title(outline.root, wanted) if outline else facts.title


def _told(each: Hindrance) -> str:
    return str(_words(each))


def _words(each: Hindrance) -> object:
    match each.what:
        case "no_name":
            return gettext("Your profile does not say how your name must be printed.")
        case "name_too_long":
            return gettext("Your name is too long for its line. Please shorten it in your profile.")
        case "name_letters":
            return gettext("Your name has letters that can't be printed. Please type it again in your profile.")
        case "letters":
            return gettext("The certificate of this course has letters that can't be printed: %(letters)s. Please tell your trainer.",
                           letters=f"{_FSI}{each.detail}{_PDI}")  # fmt: skip
        case "placeholder":
            return gettext("A blank on the certificate of this course was never filled in: %(blank)s. Please tell your trainer.",
                           blank=f"{_FSI}{each.detail}{_PDI}")  # fmt: skip
        case "picture":
            return gettext("A logo or signature on the certificate of this course is missing. Please tell your trainer.")
        case "design":
            return gettext("The design chosen for this certificate is not for this kind of paper. Please tell your trainer.")
        case _:
            return gettext("Something on the certificate of this course can't be printed. Please tell your trainer.")
