"""The pieces as a browser lays them out: no page wider than a small phone, targets for thumbs, menus without script."""

from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.design.look import PAGES, SITE, answer
from tests.live import PATIENCE

WHERE = tuple(product(PAGES, ("ar", "fr")))
TARGETS = (
    "button, summary, select, .tk-button, .tk-nav a, .tk-footer a, .tk-menu-list a, .tk-choice, .tk-step, .tk-steps a, "
    ".tk-tabs a, .tk-breadcrumb a, .tk-input"
)
SMALL_TARGETS = """(targets) => [...document.querySelectorAll(targets)]
  .filter((el) => el.checkVisibility() && el.getClientRects().length && el.getBoundingClientRect().height < 43.9)
  .map((el) => el.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Iterator[Page]:
    """A page of Chromium that is 320 px wide and sees only our own files."""
    context = chromium.new_context(viewport={"width": 320, "height": 800})
    context.route("**/*", answer)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("page", "language"), WHERE)
def test_page_is_no_wider_than_a_small_phone(tab: Page, page: str, language: str) -> None:
    tab.goto(f"{SITE}/{language}/{page}")
    assert tab.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize(("page", "language"), WHERE)
def test_targets_are_large_enough_for_a_thumb(tab: Page, page: str, language: str) -> None:
    tab.goto(f"{SITE}/{language}/{page}")
    assert tab.evaluate(SMALL_TARGETS, TARGETS) == []


def test_question_is_asked_before_what_cannot_be_undone(tab: Page) -> None:
    tab.goto(f"{SITE}/fr/styleguide")
    tab.evaluate(
        "() => { window.sent = 0; const form = document.createElement('form');"
        " const button = document.querySelector('[data-confirm]');"
        " button.replaceWith(form); form.append(button);"
        " form.addEventListener('submit', (event) => { event.preventDefault(); window.sent += 1; }); }"
    )
    tab.click("[data-confirm]")
    expect(tab.locator("#tk-confirm-text")).to_have_text("Supprimer cette leçon ?")
    tab.click("#tk-confirm button[value='']")
    expect(tab.locator("#tk-confirm")).to_be_hidden()
    assert tab.evaluate("window.sent") == 0
    tab.click("[data-confirm]")
    tab.click("#tk-confirm button[value='yes']")
    tab.wait_for_function("window.sent > 0")  # the dialog says that it closed in a turn of its own
    assert tab.evaluate("window.sent") == 1


def test_menu_closes_by_escape_and_gives_the_focus_back(tab: Page) -> None:
    tab.goto(f"{SITE}/ar/catalogue")
    tab.click(".tk-header summary >> nth=0")
    expect(tab.locator("button[value=fr]").first).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator("button[value=fr]").first).to_be_hidden()
    expect(tab.locator(".tk-header summary").first).to_be_focused()


def test_first_stop_of_the_keyboard_leads_to_the_content(tab: Page) -> None:
    tab.goto(f"{SITE}/ar/unit")
    tab.keyboard.press("Tab")
    expect(tab.locator(".tk-skip")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("#main")).to_be_focused()


def test_progress_grows_from_the_start_of_the_line(tab: Page) -> None:
    tab.goto(f"{SITE}/ar/progress")
    assert tab.evaluate("new DOMMatrix(getComputedStyle(document.querySelector('.tk-chart')).transform).a") == -1
    tab.goto(f"{SITE}/fr/progress")
    assert tab.evaluate("getComputedStyle(document.querySelector('.tk-chart')).transform") == "none"
