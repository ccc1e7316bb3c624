"""Work judged with a rubric, from its author to a certificate: written in Arabic, judged by two peers and a trainer who reads French."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import Course, Credential, Score
from lms_app.storage.transaction import transaction
from tests.journeys import trainer
from tests.journeys.axe import bring, faults
from tests.journeys.blocks.test_our_blocks import new_unit
from tests.live import Live, Visitor

PHONE = {"viewport": {"width": 360, "height": 740}}
DESK = {"viewport": {"width": 1280, "height": 800}}
LEVEL = {"kind": "competence", "rule": {"all": [{"kind": "rubric", "level": 3}]}}
WORK = "ملخص السنة: دخل إلى الصندوق 48.000 درهم وخرج منه 41.500 درهم.\n\nبقي 6.500 درهم. على الجمع العام أن يقرر."
CRITERIA = ("clear", "numbers", "decisions", "honest")


def fits(page: Page) -> None:
    """Check that a page is whole on its screen and that axe finds nothing."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def written(live: Live, visitor: Callable[..., Visitor]) -> tuple[str, str, str]:
    """Begin with a ready rubric, ask for two peers and publish; return the course, the block and the unit's address."""
    window = visitor(live, live.people.person(Role.SITE_ADMIN, language="fr"), **DESK, locale="fr")
    course, unit = new_unit(live, window.person, "Rubrique", "ar")
    page = window.page
    trainer.open_unit(page, live.site, course, unit)
    block = str(trainer.add_block(page, "coop_rubric").get_attribute("data-editor"))
    page.goto(f"{live.site}/studio/{course}/block/{block}")
    page.select_option("[data-coop-preset] select", "ar/fin")
    with page.expect_navigation():
        page.click("[data-coop-preset] button")
    expect(page.locator("form[data-coop-studio][data-started]")).to_be_visible()
    assert page.locator("[data-list=criteria] > ol > li:visible").count() == len(CRITERIA)
    page.fill("[data-field=peers]", "2")
    with page.expect_navigation():
        page.click("form[data-coop-studio] [type=submit]")
    trainer.publish(page, live.site, course)
    with transaction(live.parts.sessions) as session:
        session.execute(update(Course).where(Course.key == course).values(awards=[LEVEL]))
    return str(course), block, f"{live.site}/courses/{course}/unit/{unit}"


def choose(page: Page, handler: str, level: int, words: str) -> None:
    """Give the same level for every criterion, and a few words."""
    form = page.locator(f"form[data-coop-form={handler}]")
    for criterion in CRITERIA:
        form.locator(f"input[name='answer-level-{criterion}'][value='{level}']").check(force=True)
    form.locator("textarea[name=answer-overall]").fill(words)


def sent(page: Page, handler: str, press: Callable[[], Any]) -> dict[str, Any]:
    """Send a form and return what the block answered."""
    with page.expect_response(lambda answer: answer.url.partition("?")[0].endswith(f"/{handler}")) as answer:
        press()
    return dict(answer.value.json())


@pytest.fixture
def people(live: Live, visitor: Callable[..., Visitor]) -> dict[str, Any]:
    """The course, three learners at their phones and a trainer at a desk."""
    course, block, unit = written(live, visitor)
    names = {
        "amina": ("أمينة واعزيز", "Amina Ouaziz"),
        "brahim": ("إبراهيم أيت", "Brahim Ait"),
        "zineb": ("زينب علوي", "Zineb Alaoui"),
    }
    windows = {}
    for name, (arabic, latin) in names.items():
        learner = live.learner(course, language="ar", name_arabic=arabic, name_latin=latin)
        windows[name] = visitor(live, learner, **PHONE, locale="ar")
        bring(windows[name].context)
    with transaction(live.parts.sessions, writes=False) as session:
        place = Place(PlaceKind.COURSE, session.scalar(select(Course.id).where(Course.key == course)))
    windows["trainer"] = visitor(live, live.people.person(Role.TRAINER, place, language="fr"), **DESK, locale="fr")
    bring(windows["trainer"].context)
    return {"course": course, "block": block, "unit": unit, **windows}


def test_from_a_ready_rubric_to_a_certificate(live: Live, people: dict[str, Any]) -> None:
    unit = people["unit"]
    for name in ("amina", "brahim", "zineb"):
        page = people[name].page
        page.goto(unit)
        if name == "amina":
            fits(page)
        page.fill("textarea[name=answer-text]", WORK if name == "amina" else f"عمل {name}")
        hand_in = page.locator("form[data-coop-form=hand_in] button[value=hand_in]")
        assert sent(page, "hand_in", hand_in.click)["code"] == "handed_in"
    # Works with the fewest reviews come first, then the oldest: Zineb is given Brahim's, then Amina's; nobody sees a name.
    for name, given in (("brahim", "48.000"), ("zineb", "brahim"), ("zineb", "48.000")):
        page = people[name].page
        assert sent(page, "take", page.locator("form[data-coop-form=take] button").click)["code"] == "given"
        expect(page.locator("#main .rubric__section--peers .rubric__work")).to_contain_text(given)
        assert "أمينة" not in page.locator("[data-coop=rubric]").inner_text()
        if name == "brahim":
            fits(page)
        choose(page, "judge_peer", 2, "الأرقام واضحة.")
        button = page.locator("form[data-coop-form=judge_peer] button[type=submit]")
        assert sent(page, "judge_peer", button.click)["code"] == "reviewed"
    judge_by_keyboard(people["trainer"].page, unit)
    judge_on_the_desk(people["trainer"].page, live)
    page = people["amina"].page
    page.goto(unit)
    expect(page.locator(".rubric__points")).to_contain_text("75")
    expect(page.locator("[data-coop=rubric]")).to_contain_text("C'est clair")
    fits(page)
    with transaction(live.parts.sessions, writes=False) as session:
        score = session.execute(select(Score.earned, Score.possible).where(Score.person_id == people["amina"].person)).one()
        kinds = session.scalars(select(Credential.kind).where(Credential.person_id == people["amina"].person)).all()
        others = session.scalars(select(Score.person_id).where(Score.person_id == people["trainer"].person)).all()
    assert tuple(score) == (7.5, 10.0)
    assert list(kinds) == ["competence"]
    assert list(others) == []
    assert [one for name in ("amina", "brahim", "zineb", "trainer") for one in people[name].complaints] == []


def judge_by_keyboard(page: Page, unit: str) -> None:
    """Judge the oldest work with keys alone, and see that the next one comes."""
    page.goto(unit)
    with page.expect_navigation():
        page.locator(".rubric__queue a").first.click()
    expect(page.locator("[data-desk]")).to_be_visible()
    fits(page)
    page.locator("[data-criterion] input").first.focus()
    for _criterion in CRITERIA:
        page.keyboard.press("3")
        page.keyboard.press("n")
    page.locator("textarea[name=answer-overall]").fill("C'est clair, merci.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("[data-desk]")).to_contain_text("brahim")


def judge_on_the_desk(page: Page, live: Live) -> None:
    """Judge what waits on the desk with keys alone: the desk says whose work comes next, and is ready for the one after it."""
    page.goto(f"{live.site}/teaching")
    with page.expect_navigation():
        page.locator(".td-head a").click()
    expect(page.locator(".td-keys")).to_be_visible()
    for following in ("Zineb Alaoui", ""):
        for _criterion in CRITERIA:
            page.keyboard.press("2")
            page.keyboard.press("n")
        page.locator("textarea[name=answer-overall]").fill("Merci, encore un effort.")
        page.keyboard.press("Control+Enter")
        if following:
            expect(page.locator(".td-whose h1")).to_have_text(following)
            expect(page.locator(".td-whose h1")).to_be_focused()
            expect(page.locator("[data-said]")).to_contain_text(following)
            fits(page)
        else:
            expect(page.locator(".td-judge")).to_have_attribute("data-done", "yes")
