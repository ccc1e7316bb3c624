"""The course on governance from its first page to the certificate, in each language, on a small phone, with the reference answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.problems import Severity
from lms_app.model import Course, Credential
from lms_app.services.authoring.shipped import RULES, load_shipped
from lms_app.storage.transaction import transaction
from tests.journeys import learner as steps
from tests.journeys.course_mistakes import UNSAID
from tests.journeys.course_taking import Folder, Taking, judge
from tests.live import Live, Visitor

SOURCE = Path(__file__).parents[2] / "courses" / "governance"
KEY = "course-v1:Takwin+GOV+2026"
PHONE = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"}
DESK = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
LANGUAGES = ("ar", "fr", "en")
WRITTEN = "fr"
"""The language in which every wrong answer is given; what answers it has the same ids in all."""
NAMES = ("نورة المختبرة", "Noura Essai")
Open = Callable[..., Visitor]


@dataclass
class Governance:
    """The course in service."""

    live: Live
    number: int

    @property
    def home(self) -> str:
        """The address of the course's page."""
        return f"{self.live.site}/courses/{KEY}"

    def unit(self, name: str) -> str:
        """Return the address of a unit."""
        return f"{self.home}/unit/vertical/{name}"

    def page_of(self, view: str, block: str) -> str:
        """Return the address of a page of a block."""
        return f"{self.home}/views/{view}/{block}"


@pytest.fixture(scope="module")
def course(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Governance:
    """Bring the course in as installing does, in its three languages and with its rules."""
    shelf = tmp_path_factory.mktemp("shelf")
    (shelf / SOURCE.name).symlink_to(SOURCE)
    here = live.parts
    with transaction(here.sessions) as session:
        for report in load_shipped(session, blobs=here.blobs, types=here.host.types, now=here.clock(), folder=shelf):
            assert not report.is_refused, report
            assert [one for one in report.problems if one.severity is not Severity.NOTE] == []
        return Governance(live, session.scalars(select(Course.id).where(Course.key == KEY)).one())


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_first_page_to_the_certificate(course: Governance, visitor: Open, language: str) -> None:
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


def papers(course: Governance, person: int) -> list[str]:
    """Return the kinds of certificates that somebody has."""
    with transaction(course.live.parts.sessions, writes=False) as session:
        return sorted(session.scalars(select(Credential.kind).where(Credential.person_id == person)))


def walk(taking: Taking) -> list[str]:
    """Answer unit after unit, by the page's own way on; return the units met."""
    page, language = taking.page, taking.folder.language
    met = []
    while True:
        unit = steps.unit_of(page).removeprefix("vertical/")
        assert unit not in met, unit
        met.append(unit)
        expect(page.locator("main h1")).to_have_attribute("lang", language)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"], unit
        taking.answer(unit)
        if not steps.go_on(page):
            return met


def judge_works(course: Governance, page: Page, folder: Folder) -> None:
    """Give every work that waits level 3 of each criterion."""
    for unit, _block in folder.named("coop_rubric"):
        page.goto(course.unit(unit))
        with page.expect_navigation():
            page.locator(".rubric__queue a").first.click()
        form = page.locator("form[data-coop-form=judge]")
        judge(form, level=3, words=Taking(page, folder).words)
        told = Taking(page, folder).sent(form.locator("[type=submit]").first.click, handler="judge")
        assert told["code"] == "judged", told


def accept_evidence(course: Governance, page: Page, folder: Folder) -> None:
    """Accept what was told of practice."""
    for unit, _block in folder.named("coop_evidence"):
        page.goto(course.unit(unit))
        with page.expect_navigation():
            page.locator(".evidence__link").first.click()
        page.locator("[data-key-hint]").first.wait_for()
        told = Taking(page, folder).sent(lambda: page.keyboard.press("a"), handler="decide")
        assert told["code"] == "decided", told


def check_in(course: Governance, page: Page, folder: Folder, name: str) -> None:
    """Note that the learner was there on every half-day."""
    for _unit, block in folder.named("coop_attendance"):
        page.goto(course.page_of("field_view", f"coop_attendance/{block.get('url_name')}"))
        for half in block.iter("halfday"):
            page.check(f"input[name=slot][value='{half.get('id')}']")
            row = page.locator("[data-learner]", has_text=name)
            row.locator("button").first.click()
            expect(row).to_have_attribute("data-here", "yes")  # it is kept; only then can it wait to be sent
        expect(page.locator("[data-queue-status]")).to_have_attribute("data-count", "0")


@pytest.mark.parametrize("kind", sorted(UNSAID))
def test_wrong_answers_meet_the_words_written_for_them(course: Governance, visitor: Open, kind: str) -> None:
    folder = Folder(SOURCE, WRITTEN)
    found = {
        unit: UNSAID[kind](partial(newcomer, course, visitor, folder, unit), unit, block) for unit, block in folder.named(kind)
    }
    assert found
    assert {unit: words for unit, words in found.items() if words} == {}


def newcomer(course: Governance, visitor: Open, folder: Folder, unit: str) -> Taking:
    """Open a unit as a learner who has answered nothing yet."""
    person = course.live.people.learner(course.number, language=folder.language)
    taking = Taking(visitor(course.live, person, **PHONE, locale=folder.language).page, folder)
    taking.page.goto(course.unit(unit))
    return taking


def test_the_rules_ask_for_what_the_course_promises() -> None:
    rules = json.loads((SOURCE / RULES).read_text("utf-8"))
    asked = {one["kind"]: one["rule"]["all"] for one in rules["awards"]}
    assert {part["kind"] for part in asked["completion"]} >= {"grade"}
