"""Takes a shipped course into service, and does what its trainers do: judge, accept, check in, observe; what learners have in the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms_app.domain.problems import Severity
from lms_app.model import Course, Credential
from lms_app.services.authoring.shipped import load_shipped
from lms_app.storage.transaction import transaction
from tests.journeys import learner as steps
from tests.journeys.course_taking import Folder, Taking, judge
from tests.live import Live, Visitor

PHONE = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"}
DESK = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
LANGUAGES = ("ar", "fr", "en")
Open = Callable[..., Visitor]


@dataclass
class Served:
    """A course in service."""

    live: Live
    key: str
    number: int

    @property
    def home(self) -> str:
        """The address of the course's page."""
        return f"{self.live.site}/courses/{self.key}"

    def unit(self, name: str) -> str:
        """Return the address of a unit."""
        return f"{self.home}/unit/vertical/{name}"

    def page_of(self, view: str, block: str) -> str:
        """Return the address of a page of a block."""
        return f"{self.home}/views/{view}/{block}"


def serve(live: Live, source: Path, key: str, shelf: Path) -> Served:
    """Bring a course in as installing does, in its three languages and with its rules; the shelf is an empty folder."""
    (shelf / source.name).symlink_to(source)
    here = live.parts
    with transaction(here.sessions) as session:
        for report in load_shipped(session, blobs=here.blobs, types=here.host.types, now=here.clock(), folder=shelf):
            assert not report.is_refused, report
            assert [one for one in report.problems if one.severity is not Severity.NOTE] == []
        return Served(live, key, session.scalars(select(Course.id).where(Course.key == key)).one())


def papers(course: Served, person: int) -> list[str]:
    """Return the kinds of certificates that somebody has."""
    with transaction(course.live.parts.sessions, writes=False) as session:
        return sorted(session.scalars(select(Credential.kind).where(Credential.person_id == person)))


def newcomer(course: Served, visitor: Open, folder: Folder, unit: str) -> Taking:
    """Open a unit as a learner who has answered nothing yet."""
    person = course.live.people.learner(course.number, language=folder.language)
    taking = Taking(visitor(course.live, person, **PHONE, locale=folder.language).page, folder)
    taking.page.goto(course.unit(unit))
    return taking


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


def judge_works(course: Served, page: Page, folder: Folder) -> None:
    """Give every work that waits level 3 of each criterion."""
    for unit, _block in folder.named("coop_rubric"):
        page.goto(course.unit(unit))
        with page.expect_navigation():
            page.locator(".rubric__queue a").first.click()
        form = page.locator("form[data-coop-form=judge]")
        judge(form, level=3, words=Taking(page, folder).words)
        told = Taking(page, folder).sent(form.locator("[type=submit]").first.click, handler="judge")
        assert told["code"] == "judged", told


def accept_evidence(course: Served, page: Page, folder: Folder) -> None:
    """Accept what was told of practice."""
    for unit, _block in folder.named("coop_evidence"):
        page.goto(course.unit(unit))
        with page.expect_navigation():
            page.locator(".evidence__link").first.click()
        page.locator("[data-key-hint]").first.wait_for()
        told = Taking(page, folder).sent(lambda: page.keyboard.press("a"), handler="decide")
        assert told["code"] == "decided", told


def check_in(course: Served, page: Page, folder: Folder, name: str) -> None:
    """Note that the learner was there on every half-day."""
    for _unit, block in folder.named("coop_attendance"):
        page.goto(course.page_of("field_view", f"coop_attendance/{block.get('url_name')}"))
        for half in block.iter("halfday"):
            page.check(f"input[name=slot][value='{half.get('id')}']")
            row = page.locator("[data-learner]", has_text=name)
            row.locator("button").first.click()
            expect(row).to_have_attribute("data-here", "yes")  # it is kept; only then can it wait to be sent
        expect(page.locator("[data-queue-status]")).to_have_attribute("data-count", "0")


def observe(course: Served, page: Page, block: str, marks: str, *, name: str = "", code: str = "") -> None:
    """Mark a sheet about a trainee, found by name (a trainer) or by the code that they show (a peer), and send it."""
    page.goto(course.page_of("field_view", f"coop_observation/{block}"))
    if code:
        page.fill("[data-code]", code)
    else:
        page.fill("[data-search]", name)
        expect(page.locator(".obs-person:visible")).to_have_count(1)
        page.locator(".obs-person:visible").click()
    page.click("[data-next]")
    page.click("[data-mode]")
    for place, level in enumerate(marks):
        page.locator("[data-item]").nth(place).locator(".obs-level").nth(int(level)).click()
    with page.expect_response(lambda answer: "/replay" in answer.url) as answered:
        page.click("[data-send]")
    assert answered.value.json()["code"] == "stored", answered.value.json()
    expect(page.locator("[data-queue-status]")).to_have_attribute("data-count", "0")


def publish_observation(course: Served, page: Page, unit: str, name: str, *, peers: int) -> None:
    """Count the sheets of the peers, and publish what all sheets come to."""
    page.goto(course.unit(unit))
    with page.expect_navigation():
        page.locator(".obs-overview a", has_text=name).first.click()
    for handler in (*["count"] * peers, "publish_result"):
        with page.expect_response(lambda one, handler=handler: one.url.partition("?")[0].endswith(f"/{handler}")) as answered:
            page.locator(f"form[data-coop-form={handler}] button").first.click()
        assert answered.value.ok, answered.value.json()
        expect(page.locator("[data-coop=observation]")).not_to_have_attribute("aria-busy", "true")


def assessors(course: Served, person: int, kind: str) -> Sequence[str]:
    """Return who, by the paper of a kind that somebody has, decided on it."""
    with transaction(course.live.parts.sessions, writes=False) as session:
        record = select(Credential).where(Credential.person_id == person, Credential.kind == kind)
        return tuple(json.loads(session.scalars(record).one().record).get("assessors", ()))
