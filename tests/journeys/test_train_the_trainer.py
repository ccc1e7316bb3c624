"""Train-the-trainer from its first page to the certificate of competence, in each language, with peers who observe and two who decide."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from lms_app.domain.actors import Place, PlaceKind, Role
from tests.journeys import learner as steps
from tests.journeys.course_judging import (
    DESK,
    LANGUAGES,
    PHONE,
    Open,
    Served,
    accept_evidence,
    assessors,
    check_in,
    judge_works,
    observe,
    papers,
    publish_observation,
    serve,
    walk,
)
from tests.journeys.course_taking import Folder, Taking
from tests.live import Live, Visitor

SOURCE = Path(__file__).parents[2] / "courses" / "train-the-trainer"
KEY = "course-v1:Takwin+TOT+2026"
TEACH_BACK = "t53-b"
NAMES = ("خديجة المجرِّبة", "Khadija Essai")
TRAINERS = (("سلمى المكوِّنة", "Salma Formatrice"), ("عمر المكوِّن", "Omar Formateur"))
SHEETS = ("222122212221", "221222122212", "222212221121")
"""What a trainer and two peers saw: 21 of 24, 21 and 20, which is level 3 without a decision between them."""


@pytest.fixture(scope="module")
def course(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Bring the course in as installing does, in its three languages and with its rules."""
    return serve(live, SOURCE, KEY, tmp_path_factory.mktemp("shelf"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_first_page_to_the_certificate_of_competence(course: Served, visitor: Open, language: str) -> None:
    live, folder = course.live, Folder(SOURCE, language)
    arabic, latin = NAMES[0], f"{NAMES[1]} {language}"
    shown = arabic if language == "ar" else latin
    person = live.people.learner(course.number, language=language, name_arabic=arabic, name_latin=latin)
    hers = visitor(live, person, **PHONE, locale=language)
    page = hers.page
    page.goto(course.home)
    steps.begin(page)
    assert walk(Taking(page, folder)) == folder.units
    assert "competence" not in papers(course, person)  # answers alone earn it for nobody

    first, second = (a_trainer(course, visitor, language, names) for names in TRAINERS)
    judge_works(course, second.page, folder)
    accept_evidence(course, second.page, folder)
    check_in(course, first.page, folder, shown)
    peers = teach_back(course, visitor, first, hers, language)
    assert "competence" not in papers(course, person)
    publish_observation(course, first.page, TEACH_BACK, shown, peers=len(peers))

    assert "competence" in papers(course, person)
    assert len(assessors(course, person, "competence")) == len(TRAINERS)
    page.goto(f"{course.home}/progress")
    expect(page.locator("main a[href$='/certificate.pdf']")).to_have_count(len(papers(course, person)))
    assert [one.complaints for one in (hers, first, second, *peers) if one.complaints] == []


def a_trainer(course: Served, visitor: Open, language: str, names: tuple[str, str]) -> Visitor:
    """Open the desk of somebody who trains here."""
    place = Place(PlaceKind.COURSE, course.number)
    person = course.live.people.person(Role.TRAINER, place, language=language, name_arabic=names[0], name_latin=names[1])
    return visitor(course.live, person, **DESK, locale=language)


def teach_back(course: Served, visitor: Open, trainer: Visitor, hers: Visitor, language: str) -> list[Visitor]:
    """Let the trainer, by name, and two peers, by the code that she shows, observe her session; return the peers."""
    hers.page.goto(course.unit(TEACH_BACK))
    code = hers.page.locator(".obs-owncode code").inner_text()
    observe(course, trainer.page, TEACH_BACK, SHEETS[0], name=f"{NAMES[1]} {language}" if language != "ar" else NAMES[0])
    peers = []
    for marks in SHEETS[1:]:
        peer = visitor(course.live, course.live.people.learner(course.number, language=language), **PHONE, locale=language)
        observe(course, peer.page, TEACH_BACK, marks, code=code)
        peers.append(peer)
    return peers
