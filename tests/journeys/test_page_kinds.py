"""Every kind of page, in Arabic and in French, on a small phone: nothing that axe finds wrong, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from lms_app.app import create_app
from lms_app.web.access import ROUTES
from tests.journeys import town as towns
from tests.journeys.axe import bring, faults
from tests.journeys.opening_pages import address_of, open_as
from tests.journeys.pages import NOT_PAGES, PAGES, Kind
from tests.journeys.town import Town
from tests.live import PATIENCE, serving

TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with serving(tmp_path_factory.mktemp("town")) as live:
        yield towns.build(live, tmp_path_factory.mktemp("courses"))


@pytest.fixture(scope="module")
def app(town: Town) -> Flask:
    return create_app(town.live.parts.settings, parts=town.live.parts)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site in which nothing is yet."""
    with serving(tmp_path_factory.mktemp("bare")) as live:
        yield live.site


@pytest.fixture(scope="module")
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    bring(context)
    yield context
    context.close()


@pytest.mark.parametrize("language", towns.LANGUAGES)
@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_page_is_open_to_all_and_fits_a_small_phone(
    town: Town, bare: str, phone: BrowserContext, kind: Kind, language: str
) -> None:
    page, status = open_as(phone, kind, town, language, bare=bare)
    assert status == kind.status
    if kind.send is not None and status == 422:
        assert [text for text in page.locator("main .tk-errors li, main .tk-wrong").all_text_contents() if text.strip()]
    if kind.host == "site":
        assert page.get_attribute("html", "lang") == language
    assert faults(page, lenient=kind.lenient) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert (page.evaluate("document.scrollingElement.scrollWidth"), page.evaluate(TOO_WIDE) if is_wide(page) else []) == (320, [])
    page.set_viewport_size({"width": 360, "height": 740})


def is_wide(page: Page) -> bool:
    return page.evaluate("document.scrollingElement.scrollWidth > innerWidth")


def test_every_route_that_shows_a_page_is_in_the_list(app: Flask) -> None:
    opened = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert opened - {kind.endpoint for kind in PAGES} - NOT_PAGES.keys() == set(), (
        "these routes have no page in tests/journeys/pages.py"
    )
    assert NOT_PAGES.keys() - opened == set()
    assert {kind.endpoint for kind in PAGES} - ROUTES.keys() == {""}


def test_each_page_of_the_list_is_where_it_says(app: Flask, town: Town) -> None:
    """So that no route passes by the name of another."""
    found = {}
    for kind in PAGES:
        if kind.endpoint and kind.send is None and kind.host == "site":
            path = address_of(kind, town, "fr").partition("?")[0]
            found[kind.name] = (app.url_map.bind("localhost").match(path)[0], kind.endpoint)
    assert {name: pair for name, pair in found.items() if pair[0] != pair[1]} == {}
