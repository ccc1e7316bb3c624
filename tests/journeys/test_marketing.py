"""Marketing from its first page to the certificate, in each language: an exact cost, a sale that peers observe, a plan judged."""

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
    observe,
    papers,
    publish_observation,
    serve,
    walk,
)
from tests.journeys.course_taking import Folder, Taking
from tests.live import Live, Visitor

SOURCE = Path(__file__).parents[2] / "courses" / "marketing"
KEY = "course-v1:Takwin+MKT+2026"
SALE = "k33-b"
PLAN = "k51-b"
COST = "k31-b"
NAMES = ("نورة المسوِّقة", "Noura Marché")
SHEETS = ("22212221", "22122212", "21222122")
"""What a trainer and two peers saw of the sale: 14 of 16 each."""


@pytest.fixture(scope="module")
def course(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Bring the course in as installing does, in its three languages and with its rules."""
    return serve(live, SOURCE, KEY, tmp_path_factory.mktemp("shelf"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_first_page_to_the_certificate(course: Served, visitor: Open, language: str) -> None:
    live, folder = course.live, Folder(SOURCE, language)
    arabic, latin = NAMES[0], f"{NAMES[1]} {language}"
    shown = arabic if language == "ar" else latin
    person = live.people.learner(course.number, language=language, name_arabic=arabic, name_latin=latin)
    hers = visitor(live, person, **PHONE, locale=language)
    page = hers.page
    page.goto(course.home)
    steps.begin(page)
    assert walk(Taking(page, folder)) == folder.units
    assert "completion" not in papers(course, person)  # nobody has read the plan yet

    place = Place(PlaceKind.COURSE, course.number)
    trainer = visitor(live, live.people.person(Role.TRAINER, place, language=language), **DESK, locale=language)
    accept_evidence(course, trainer.page, folder)
    check_in(course, trainer.page, folder, shown)
    peers = sale(course, visitor, trainer, hers, shown)
    publish_observation(course, trainer.page, SALE, shown, peers=len(peers))
    assert "completion" not in papers(course, person)
    judge_works(course, trainer.page, folder)

    assert "completion" in papers(course, person)
    page.goto(f"{course.home}/progress")
    expect(page.locator("main a[href$='/certificate.pdf']")).to_have_count(len(papers(course, person)))
    assert [one.complaints for one in (hers, trainer, *peers) if one.complaints] == []


def sale(course: Served, visitor: Open, trainer: Visitor, hers: Visitor, shown: str) -> list[Visitor]:
    """Let the trainer, by name, and two peers, by the code that she shows, observe how she sells; return the peers."""
    hers.page.goto(course.unit(SALE))
    code = hers.page.locator(".obs-owncode code").inner_text()
    observe(course, trainer.page, SALE, SHEETS[0], name=shown)
    peers = []
    for marks in SHEETS[1:]:
        peer = visitor(course.live, course.live.people.learner(course.number), **PHONE)
        observe(course, peer.page, SALE, marks, code=code)
        peers.append(peer)
    return peers


def test_the_rules_name_the_exact_cost_and_the_plan_as_they_are_called() -> None:
    rules = json.loads((SOURCE / RULES).read_text("utf-8"))
    (asked,) = (one["rule"]["all"] for one in rules["awards"] if one["kind"] == "completion")
    folder = Folder(SOURCE, "en")
    called = {one.get("url_name"): one.get("display_name") for kind in ("coop_worksheet", "coop_rubric")
              for _unit, one in folder.named(kind)}  # fmt: skip
    assert {"kind": "grade", "at_least": 0.7} in asked
    assert {"kind": "exercise", "name": called[COST], "at_least": 1} in asked
    assert {"kind": "rubric", "level": 3, "name": called[PLAN]} in asked
