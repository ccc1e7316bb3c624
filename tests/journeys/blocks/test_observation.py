"""A teach-back from its author to a certificate: a checklist in Arabic, a trainer and a peer on phones, the trainee's result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import BlockRecord, Course, Credential, Score
from lms_app.storage.transaction import transaction
from tests.journeys import trainer
from tests.journeys.axe import bring, faults
from tests.journeys.blocks.test_our_blocks import new_unit
from tests.live import Live, Visitor

PHONE = {"viewport": {"width": 360, "height": 740}}
LEVEL = {"kind": "competence", "rule": {"all": [{"kind": "observation", "level": 3}]}}
ITEMS = 12
HEARD = "«في النهاية ستعرفون كيف تعدون الصندوق»"


def fits(page: Page) -> None:
    """Check that a page is whole on its screen and that axe finds nothing."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def written(live: Live, visitor: Callable[..., Visitor]) -> tuple[str, str, str]:
    """Begin with the ready checklist in Arabic and publish; return the course, the block and the unit's address."""
    window = visitor(live, live.people.person(Role.SITE_ADMIN, language="fr"), **PHONE, locale="fr")
    bring(window.context)
    course, unit = new_unit(live, window.person, "Observation", "ar")
    page = window.page
    trainer.open_unit(page, live.site, course, unit)
    block = str(trainer.add_block(page, "coop_observation").get_attribute("data-editor"))
    page.goto(f"{live.site}/studio/{course}/block/{block}")
    expect(page.locator("form[data-coop-studio][data-started]")).to_be_visible()
    page.click("[data-preset=ar]")
    expect(page.locator("[data-list=items] > ol > li:visible")).to_have_count(ITEMS)
    fits(page)
    with page.expect_navigation():
        page.click("form[data-coop-studio] [type=submit]")
    trainer.publish(page, live.site, course)
    with transaction(live.parts.sessions) as session:
        session.execute(update(Course).where(Course.key == course).values(awards=[LEVEL]))
    assert window.complaints == []
    return str(course), block, f"{live.site}/courses/{course}/unit/{unit}"


@pytest.fixture
def people(live: Live, visitor: Callable[..., Visitor]) -> dict[str, Any]:
    """The course, a trainee and a peer who read Arabic, and a trainer who reads French, all on phones."""
    course, block, unit = written(live, visitor)
    windows: dict[str, Any] = {}
    for name, arabic in (("khadija", "خديجة المنصوري"), ("zineb", "زينب العلوي")):
        learner = live.learner(course, language="ar", name_arabic=arabic, name_latin=name.title())
        windows[name] = visitor(live, learner, **PHONE, locale="ar")
    with transaction(live.parts.sessions, writes=False) as session:
        place = Place(PlaceKind.COURSE, session.scalar(select(Course.id).where(Course.key == course)))
    windows["trainer"] = visitor(live, live.people.person(Role.TRAINER, place, language="fr"), **PHONE, locale="fr")
    for one in windows.values():
        bring(one.context)
    return {"unit": unit, "field": f"{live.site}/courses/{course}/views/field_view/{block}", **windows}


def mark(page: Page, marks: str) -> None:
    """Mark item after item with taps alone, and take one mark back."""
    page.click("[data-start]")
    for place, level in enumerate(marks):
        item = page.locator("[data-item]:visible")
        if place == 1:
            item.locator(".obs-level").nth(0).click()
            page.click("[data-undo]")
            expect(item.locator("input:checked")).to_have_count(0)
        item.locator(".obs-level").nth(int(level)).click()
        if place == 0:
            item.locator("[data-note]").fill(HEARD)
        page.click("[data-next]")
    expect(page.locator("[data-marked]")).to_contain_text(f"{ITEMS}")


def send(page: Page) -> None:
    """Send the sheet, and wait until the site has it."""
    with page.expect_response(lambda answer: "/replay" in answer.url) as answer:
        page.click("[data-send]")
    assert answer.value.json()["code"] == "stored"
    expect(page.locator("[data-queue-status]")).to_have_attribute("data-count", "0")


def act(page: Page, handler: str) -> None:
    """Press the button of one of the trainer's forms, and wait for the page to show what came of it."""
    with page.expect_response(lambda answer: answer.url.partition("?")[0].endswith(f"/{handler}")):
        page.locator(f"form[data-coop-form={handler}] button").first.click()
    expect(page.locator("[data-coop=observation]")).not_to_have_attribute("aria-busy", "true")


def test_from_the_ready_checklist_to_a_certificate(live: Live, visitor: Callable[..., Visitor], people: dict[str, Any]) -> None:
    code = the_code_of(people["khadija"].page, people["unit"])
    the_trainer_observes(people["trainer"].page, people["field"])
    a_peer_observes(people["zineb"].page, people["field"], code)
    plain = visitor(live, people["trainer"].person, **PHONE, locale="fr", java_script_enabled=False)
    the_trainer_observes_without_script(plain, people["field"])
    page = people["trainer"].page
    page.goto(people["unit"])
    with page.expect_navigation():
        page.locator(".obs-overview a", has_text="Khadija").click()
    act(page, "count")
    expect(page.locator(".obs-banner")).to_be_visible()
    page.locator(".obs-banner input[type=radio]").first.check()
    page.fill("[name=answer-reason]", "La pair est arrivée en retard.")
    fits(page)
    act(page, "decide")
    act(page, "publish_result")
    page = people["khadija"].page
    page.goto(people["unit"])
    expect(page.locator(".obs-verdict")).to_contain_text("3")
    expect(page.locator(".obs-result")).to_contain_text(HEARD)
    assert "زينب" not in page.locator("[data-coop=observation]").inner_text()
    fits(page)
    with transaction(live.parts.sessions, writes=False) as session:
        score = session.execute(select(Score.earned, Score.possible).where(Score.person_id == people["khadija"].person)).one()
        others = session.scalars(select(Score.person_id).where(Score.person_id != people["khadija"].person)).all()
        kinds = session.scalars(select(Credential.kind).where(Credential.person_id == people["khadija"].person)).all()
        plain_ones = session.scalars(select(BlockRecord.state).where(BlockRecord.learner_id == people["zineb"].person)).all()
    assert tuple(score) == (20.0, 24.0)
    assert not {people["trainer"].person, people["zineb"].person} & set(others)
    assert list(kinds) == ["competence"]
    assert list(plain_ones) == ["done"]
    assert [one for name in ("khadija", "zineb", "trainer") for one in people[name].complaints] == []


def the_code_of(page: Page, unit: str) -> str:
    """Read the checklist as the trainee who prepares, and her code."""
    page.goto(unit)
    assert page.locator(".obs-checklist > li").count() == ITEMS
    fits(page)
    return page.locator(".obs-owncode code").inner_text()


def the_trainer_observes(page: Page, field: str) -> None:
    """Observe by name; the phone dies in the middle and loses nothing."""
    page.goto(field)
    page.fill("[data-search]", "khad")
    expect(page.locator(".obs-person:visible")).to_have_count(1)
    page.locator(".obs-person:visible").click()
    page.click("[data-next]")
    page.click("[data-start]")
    page.locator("[data-item]:visible .obs-level").nth(2).click()
    page.locator("[data-item]:visible [data-note]").fill(HEARD)
    fits(page)
    page.reload()
    expect(page.locator("[data-chosen]")).to_have_text("Khadija")
    expect(page.locator("[data-item]:visible [data-note]")).to_have_value(HEARD)
    page.click("[data-mode]")
    for place, level in enumerate("212122212122"):
        page.locator("[data-item]").nth(place).locator(".obs-level").nth(int(level)).click()
    send(page)


def a_peer_observes(page: Page, field: str, code: str) -> None:
    """Observe by the code, item by item; an item that was left out is asked for."""
    page.goto(field)
    assert page.locator(".obs-person").count() == 0
    page.fill("[data-code]", code.lower().replace("-", " "))
    page.click("[data-next]")
    mark(page, "111111111111")
    send(page)


def the_trainer_observes_without_script(window: Visitor, field: str) -> None:
    """Observe with a plain form, as where a browser runs no script."""
    page = window.page
    page.goto(field)
    page.get_by_label("Zineb").check(force=True)
    for item in page.locator("[data-item]").all():
        item.locator("input[type=radio]").nth(2).check(force=True)
    with page.expect_navigation():
        page.click("[data-send]")
    assert window.complaints == []
