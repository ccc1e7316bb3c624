"""The course on governance from its first page to the certificate, in each language, on a small phone, with the reference answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.services.authoring.shipped import RULES
from tests.journeys import learner as steps
from tests.journeys.course_judging import (
    DESK,
    LANGUAGES,
    PHONE,
    Open,
    Served,
    accept_evidence,
    check_in,
    judge_works,
    papers,
    serve,
    walk,
)
from tests.journeys.course_mistakes import UNSAID, unsaid
from tests.journeys.course_taking import Folder, Taking
from tests.live import Live

SOURCE = Path(__file__).parents[2] / "courses" / "governance"
KEY = "course-v1:Takwin+GOV+2026"
WRITTEN = "fr"
"""The language in which every wrong answer is given; what answers it has the same ids in all."""
NAMES = ("نورة المختبرة", "Noura Essai")


@pytest.fixture(scope="module")
def course(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Bring the course in as installing does, in its three languages and with its rules."""
    return serve(live, SOURCE, KEY, tmp_path_factory.mktemp("shelf"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_first_page_to_the_certificate(course: Served, visitor: Open, language: str) -> None:
    live, folder = course.live, Folder(SOURCE, language)
    arabic, latin = NAMES
    person = live.people.learner(course.number, language=language, name_arabic=arabic, name_latin=f"{latin} {language}")
    hers = visitor(live, person, **PHONE, locale=language)
    page = hers.page
    page.goto(course.home)
    steps.begin(page)
    assert walk(Taking(page, folder)) == folder.units

    place = Place(PlaceKind.COURSE, course.number)
    trainer = visitor(live, live.people.person(Role.TRAINER, place, language=language), **DESK, locale=language)
    judge_works(course, trainer.page, folder)
    accept_evidence(course, trainer.page, folder)
    check_in(course, trainer.page, folder, arabic if language == "ar" else f"{latin} {language}")

    page.goto(f"{course.home}/progress")
    kinds = papers(course, person)
    assert "completion" in kinds
    expect(page.locator("main a[href$='/certificate.pdf']")).to_have_count(len(kinds))
    assert hers.complaints == []
    assert trainer.complaints == []


@pytest.mark.parametrize("kind", sorted(UNSAID))
def test_wrong_answers_meet_the_words_written_for_them(course: Served, visitor: Open, kind: str) -> None:
    assert unsaid(course, visitor, Folder(SOURCE, WRITTEN), kind) == {}


def test_the_rules_ask_for_what_the_course_promises() -> None:
    rules = json.loads((SOURCE / RULES).read_text("utf-8"))
    asked = {one["kind"]: one["rule"]["all"] for one in rules["awards"]}
    assert {part["kind"] for part in asked["completion"]} >= {"grade"}
