"""The author's form under a slow network, and beside a problem that is pasted: what is typed is never taken for saved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from lms_app.domain.actors import Role
from tests.journeys import trainer
from tests.journeys.blocks.test_our_blocks import new_unit

NAME = "coop_quiz"
PROBLEM = """<problem><stringresponse answer="ristourne" type="ci"><label>The word?</label><textline/></stringresponse></problem>"""
ID = re.compile(r"q[0-9a-z]{4}")
WRITTEN = "[data-list=questions] > ol > li:visible > details > [data-id]"
"""The ids of the questions that the form holds."""


@pytest.fixture
def page(live, visitor, request) -> Page:
    """The form of a new quiz, as its author finds it."""
    window = visitor(live, live.people.person(Role.SITE_ADMIN, language="en"), locale="en")
    course, unit = new_unit(live, window.person, request.node.name.removeprefix("test_")[:30], "en")
    window.page.goto(f"{live.site}/studio/{course}/unit/{unit}")
    block = str(trainer.add_block(window.page, NAME).get_attribute("data-editor"))
    window.page.goto(f"{live.site}/studio/{course}/block/{block}")
    expect(window.page.locator("form[data-coop-studio][data-started]")).to_be_visible()
    return window.page


def ids(page: Page) -> list[str]:
    """Return the ids of the questions that the form holds."""
    return [str(one) for one in page.locator(WRITTEN).evaluate_all("all => all.map(one => one.value)")]


def held(page: Page, handler: str) -> list[Route]:
    """Keep what is sent to a handler until it is let through."""
    routes: list[Route] = []
    page.route(re.compile(handler), lambda route: routes.append(route))  # noqa: PLW0108 -- Playwright marks what it calls
    return routes


def wait_for(page: Page, routes: list[Route], count: int) -> None:
    """Wait until so much was sent."""
    for _moment in range(1000):
        if len(routes) >= count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{len(routes)} sent, not {count}")


def let_through(page: Page, route: Route) -> None:
    """Send on what was held, and wait for its answer."""
    with page.expect_response(lambda answer: answer.request == route.request):
        route.continue_()
    page.wait_for_timeout(100)


def test_what_is_typed_during_a_save_is_not_saved(page: Page) -> None:
    form, title = page.locator("form[data-coop-studio]"), page.locator("[data-setting=display_name]")
    title.fill("First")
    routes = held(page, "studio_submit")
    form.locator("[type=submit]").click()
    wait_for(page, routes, 1)
    expect(page.locator("form[data-coop-studio] > [inert]")).to_have_count(3)  # the title, the content and the settings wait
    # As in a browser that lets people type all the same.
    title.evaluate("(one) => { one.value = 'Second'; one.dispatchEvent(new Event('input', {bubbles: true})); }")
    let_through(page, routes[0])
    expect(form).to_have_attribute("data-changed", "true")
    expect(form.locator("[data-status]")).to_have_text("Not saved yet.")
    expect(title).to_have_value("Second")
    expect(page.locator("form[data-coop-studio] > [inert]")).to_have_count(0)


def test_after_a_save_that_failed_the_form_can_be_written_on(page: Page) -> None:
    form, title = page.locator("form[data-coop-studio]"), page.locator("[data-setting=display_name]")
    title.fill("First")
    page.route(re.compile("studio_submit"), lambda route: route.abort())
    form.locator("[type=submit]").click()
    expect(form.locator("[data-status]")).to_contain_text("This was not saved")
    expect(form.locator("[data-status]")).to_be_focused()
    expect(page.locator("form[data-coop-studio] > [inert]")).to_have_count(0)
    expect(title).to_have_value("First")


def test_an_earlier_preview_does_not_come_over_a_later_one(page: Page) -> None:
    title, preview = page.locator("[data-setting=display_name]"), page.locator("[data-preview]")
    routes = held(page, "studio_preview")
    for count, words in enumerate(("Earlier", "Later"), start=1):
        title.fill(words)
        wait_for(page, routes, count)
    let_through(page, routes[1])
    expect(preview).to_contain_text("Later")
    let_through(page, routes[0])
    expect(preview).to_contain_text("Later")


def test_a_problem_is_pasted_beside_what_is_not_saved_and_ids_never_come_again(page: Page) -> None:
    form, problem = page.locator("form[data-coop-studio]"), page.locator("textarea[name=problem]")
    page.locator("[data-setting=display_name]").fill("With a problem")
    page.locator("details:has(textarea[name=problem]) > summary").click()
    seen: list[str] = []
    for _time in range(2):
        problem.fill(PROBLEM)
        problem.locator("xpath=ancestor::form").locator("[type=submit]").click()
        expect(page.locator("[data-said]")).to_contain_text("1 question was added")
        expect(page.locator("[data-list=questions] > ol > li:visible")).to_have_count(1)
        expect(page.locator(WRITTEN)).to_have_count(1)
        (made,) = ids(page)
        assert ID.fullmatch(made)
        seen.append(made)
        _save(form)
        expect(page.locator(WRITTEN)).to_have_value(made)
        expect(page.locator("[data-setting=display_name]")).to_have_value("With a problem")
        expect(page.locator("[data-text=prompt]").first).to_have_value("The word?")
        page.locator("[data-remove]").first.click()
        _save(form)
        page.locator("details:has(textarea[name=problem]) > summary").click()
    assert len(set(seen)) == len(seen)


def _save(form: Any) -> None:
    with form.page.expect_event("load"):  # the studio shows the page again once all is saved
        form.locator("[type=submit]").click()
    expect(form.page.locator("form[data-coop-studio][data-started]")).to_be_visible()
    expect(form).not_to_have_attribute("data-changed", "true")
