"""A trainer puts a course in order in Arabic, by keyboard and by dragging, and takes a mistake back; the page is never loaded anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from lms_app.storage.transaction import transaction
from tests.journeys.axe import bring, faults
from tests.live import Live, Visitor, serving
from tests.services.authored import author, begun, content

KEY = "course-v1:T+A+1"
UNDO = ".so-done button"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("outline")) as live:
        with transaction(live.parts.sessions) as session:
            begun(session, KEY, replace(content(1), assets={}), live.parts.clock(), published=True)
        yield live


def rows(page: Page) -> list[str]:
    return page.eval_on_selector_all("[data-block]", "all => all.map(one => one.dataset.block)")


def row(page: Page, block: str):
    return page.locator(f'[data-row="{block}"]')


def act(page: Page, block: str, name: str) -> None:
    """Choose from a row's menu with the keyboard alone."""
    row(page, block).locator(".so-more > summary").press("Enter")
    row(page, block).locator(f'.tk-menu-list [data-act="{name}"]').press("Enter")


def dragged(page: Page, block: str, goal: str) -> None:
    """Take a row by its grip and let it go just above another."""
    row(page, block).locator(".so-grip").hover()
    page.mouse.down()
    box = row(page, goal).bounding_box()
    assert box
    for height in (box["height"] / 2, 4):
        page.mouse.move(box["x"] + box["width"] - 30, box["y"] + height, steps=4)
    with page.expect_response("**/place"):
        page.mouse.up()


def test_a_course_is_put_in_order(site: Live, visitor: Callable[..., Visitor]) -> None:
    with transaction(site.parts.sessions, writes=False) as session:
        number = next(place.id for _role, place in author(session, KEY).roles)
    window = visitor(
        site, site.people.trainer(number, language="ar"), viewport={"width": 1000, "height": 1000}, reduced_motion="reduce"
    )
    page = window.page
    bring(window.context)
    loads: list[str] = []
    page.goto(f"{site.site}/studio/{KEY}")
    expect(page.locator("#outline.so-started")).to_be_visible()
    page.on("framenavigated", lambda frame: loads.append(frame.url))

    # Two chapters are typed one after the other.
    page.locator("#outline > .so-below > .so-add > summary").click()
    adding = page.locator('[data-add="course/course"] input[name=title]')
    expect(adding).to_be_focused()
    for number, title in ((1, "الفصل الثاني"), (2, "الفصل الثالث")):
        page.keyboard.type(title)
        page.keyboard.press("Enter")
        expect(page.locator('[data-row^="chapter/chapter-"]').nth(number - 1)).to_contain_text(title)
        expect(adding).to_have_value("")
        expect(adding).to_be_focused()

    # A title is changed where it stands.
    row(page, "vertical/u00").locator("a.so-title").press("F2")
    page.keyboard.type("البداية")
    page.keyboard.press("Enter")
    expect(row(page, "vertical/u00").locator("a.so-title")).to_have_text("البداية")
    expect(row(page, "vertical/u00").locator("a.so-title")).to_be_focused()
    expect(row(page, "vertical/u00").locator(".so-sign--changed")).to_have_count(1)
    expect(page.locator(".st-acts .tk-button--primary")).to_have_attribute("href", f"/studio/{KEY}/changes")

    # By keyboard one step, and into another unit; then by dragging to the other end.
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator('[data-list="sequential/s0"] > li').nth(1)).to_have_attribute("data-block", "vertical/u00")
    act(page, "html/h00", "place")
    page.locator(".so-dialog select[name=to]").select_option("vertical/u01")
    page.locator(".so-dialog button.tk-button").press("Enter")
    expect(page.locator('[data-list="vertical/u01"] > li').last).to_have_attribute("data-block", "html/h00")
    dragged(page, "coop_quiz/q00", "html/h01")
    expect(page.locator('[data-list="vertical/u01"] > li')).to_have_count(4)

    # A copy, and away with it; a lesson is deleted by mistake and comes back as it was.
    act(page, "html/h00", "duplicate")
    copies = page.locator('[data-block^="html/html-"]')
    expect(copies).to_have_count(1)
    copy = copies.get_attribute("data-block")
    act(page, copy, "remove")
    expect(row(page, copy)).to_have_count(0)
    before = rows(page)
    act(page, "sequential/s0", "remove")
    expect(row(page, "vertical/u00")).to_have_count(0)
    page.locator(UNDO).press("Enter")
    expect(row(page, "sequential/s0")).to_be_visible()
    expect(row(page, "html/h00")).to_be_visible()
    assert (rows(page), loads, faults(page)) == (before, [], [])

    # What is folded stays folded on this device.
    row(page, "vertical/u01").locator(".so-fold").click()
    page.reload()
    expect(row(page, "vertical/u01").locator(".so-fold")).to_have_attribute("aria-expanded", "false")
    expect(row(page, "html/h00")).to_be_hidden()
    assert window.complaints == []
