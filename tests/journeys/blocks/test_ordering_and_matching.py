"""Ordering and matching as learners do them: with keys alone, by dragging, with a finger, and without script; on a small phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Locator, Page, expect

from lms_app.domain.keys import CourseKey
from tests.journeys.axe import bring, faults
from tests.journeys.blocks.writing import write_course
from tests.live import Live, Visitor

ROOT = Path(__file__).parents[3]
TOUR = ROOT / "courses" / "tour-of-the-blocks"
PHONE = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"}
TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"
UNITS = ("order-costing", "match-expenses", "match-documents")
Open = Callable[..., Visitor]
_folders: dict[str, Path] = {}


def block_of(language: str, unit: str) -> etree._Element:
    (block,) = etree.parse(str(TOUR / language / "vertical" / f"{unit}.xml")).getroot()
    return block


def words(block: etree._Element, tag: str) -> dict[str, str]:
    """Return what each part says, by id."""
    return {part.get("id"): (part.text or "").strip() for part in block.iter(tag)}


@pytest.fixture(params=["ar", "fr"])
def course(request: pytest.FixtureRequest, live: Live, tmp_path_factory: pytest.TempPathFactory) -> tuple[CourseKey, str]:
    language = request.param
    if language not in _folders:
        units = {unit: etree.tostring(block_of(language, unit), encoding="unicode") for unit in UNITS}
        pictures = {path.name: path.read_text("utf-8") for path in (TOUR / language / "static").glob("match-*.svg")}
        _folders[language] = write_course(
            tmp_path_factory.mktemp("asked") / language, units, name=f"Asked{language}", files=pictures
        )
    return live.course(_folders[language]), language


def opened(
    live: Live, visitor: Open, course: tuple[CourseKey, str], block: str, **options: object
) -> tuple[Page, etree._Element, Visitor]:
    key, language = course
    window = visitor(live, live.learner(key, language=language), **PHONE, **options)
    bring(window.context)
    window.page.goto(live.unit_of(key, block))
    return window.page, block_of(language, block.partition("/")[2]), window


def place_of(item: Locator) -> int:
    return item.evaluate("(item) => [...item.parentNode.children].indexOf(item)")


def active(page: Page) -> Locator:
    return page.locator(":focus")


def test_steps_are_put_in_order_with_keys_alone(live: Live, visitor: Open, course: tuple[CourseKey, str]) -> None:
    page, block, window = opened(live, visitor, course, "coop_order/order-costing")
    steps = words(block, "item")
    stranger = page.locator("[data-in] > li", has_text=steps["own-work"])
    stranger.locator("[data-move=out]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-out] > li")).to_have_count(1)
    # The focus went along, to the button that takes the step back.
    expect(active(page)).to_have_attribute("data-move", "in")
    expect(page.locator("[data-live]")).to_contain_text(steps["own-work"].rstrip("."))
    for place, name in enumerate(name for name in steps if name != "own-work"):
        step = page.locator("[data-in] > li", has_text=steps[name])
        step.locator("[data-move=up]").focus()
        while place_of(step) > place:
            page.keyboard.press("ArrowUp" if place % 2 else "Alt+ArrowUp")
            expect(active(page)).to_have_attribute("data-move", "up")
    expect(page.locator("[data-in] [data-number]")).to_have_text([str(number) for number in range(1, 7)])
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-in] > li").nth(5)).to_contain_text(steps["market"])
    page.locator(".coop-order [type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".coop__mark")).to_have_count(7)
    assert all(mark.startswith("✓") for mark in page.locator(".coop__mark").all_inner_texts())
    expect(page.locator(".coop-order__answer")).to_be_visible()
    assert faults(page) == []
    page.reload()
    expect(page.locator(".coop__mark")).to_have_count(7)
    expect(page.locator("[data-in] [data-text]")).to_have_text([text for name, text in steps.items() if name != "own-work"])
    assert page.evaluate(TOO_WIDE) == 0
    assert window.complaints == []


def test_what_nobody_has_put_in_order_is_not_marked(live: Live, visitor: Open, course: tuple[CourseKey, str]) -> None:
    page, _block, _window = opened(live, visitor, course, "coop_order/order-costing")
    page.locator(".coop-order [type=submit]").click()
    expect(page.locator("[data-item][data-state=error]")).to_have_count(7)
    expect(active(page)).to_have_attribute("data-move", "up")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-item][data-state=error]")).to_have_count(0)


def test_a_step_is_dragged_by_its_handle(live: Live, visitor: Open, course: tuple[CourseKey, str]) -> None:
    page, _block, window = opened(live, visitor, course, "coop_order/order-costing")
    page.set_viewport_size({"width": 360, "height": 1800})
    before = page.locator("[data-in] [data-text]").all_inner_texts()
    start, end = (page.locator("[data-handle]").nth(place).bounding_box() for place in (0, 2))
    assert start
    assert end
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 40, steps=6)
    page.mouse.up()
    expect(page.locator("[data-in] [data-text]")).to_have_text([*before[1:3], before[0], *before[3:]])
    assert window.complaints == []


def test_items_are_put_in_their_places_with_keys_alone(live: Live, visitor: Open, course: tuple[CourseKey, str]) -> None:
    page, block, window = opened(live, visitor, course, "coop_match/match-expenses")
    places, items = words(block, "target"), words(block, "item")
    for item in block.iter("item"):
        picked = page.locator("[data-item]", has_text=items[item.get("id")]).locator("[data-pick]")
        picked.focus()
        page.keyboard.press("Space")
        expect(picked).to_have_attribute("aria-pressed", "true")
        name = places[item.get("to")] if item.get("to") else page.locator("li[data-place=none] > button").inner_text()
        button = page.locator(".coop-match__put", has_text=name)
        goes = page.locator("li[data-place]", has=button)
        button.focus()
        page.keyboard.press("Enter")
        expect(goes.locator("[data-held]")).to_contain_text(items[item.get("id")])
        expect(active(page)).to_have_attribute("data-pick", "")
    page.locator(".coop-match [type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".coop__mark")).to_have_count(7)
    assert all(mark.startswith("✓") for mark in page.locator(".coop__mark").all_inner_texts())
    # Pictures are there after an answer that did not load the page again.
    assert page.locator(".coop-match img").evaluate_all("(all) => Promise.all(all.map((one) => one.decode()))") == [None] * 5
    assert faults(page) == []
    page.reload()
    expect(page.locator("[data-held] > li")).to_have_count(7)
    assert page.evaluate(TOO_WIDE) == 0
    assert window.complaints == []


def test_in_pairs_a_second_item_sends_the_first_back(live: Live, visitor: Open, course: tuple[CourseKey, str]) -> None:
    page, _block, window = opened(live, visitor, course, "coop_match/match-documents", has_touch=True)
    first, second = (page.locator("[data-item]", has_text=page.locator("[data-text]").nth(place).inner_text()) for place in (0, 1))
    place = page.locator("li[data-place]").first
    for item in (first, second):
        item.locator("[data-pick]").tap()
        place.locator(".coop-match__put").tap()
    expect(place.locator("[data-held] > li")).to_have_count(1)
    expect(place.locator("[data-held]")).to_contain_text(second.locator("[data-text]").inner_text())
    expect(page.locator("[data-items] > li")).to_have_count(6)
    assert first.locator("select").evaluate("(list) => list.value") == ""
    # None of these takes as many as are put there.
    nowhere = page.locator("li[data-place=none]")
    for item in (first, second):
        item.locator("[data-pick]").tap()
        nowhere.locator(".coop-match__put").tap()
    expect(nowhere.locator("[data-held] > li")).to_have_count(2)
    assert window.complaints == []


@pytest.mark.parametrize("unit", ["coop_order/order-costing", "coop_match/match-expenses"])
def test_without_script_the_same_is_done_with_lists(live: Live, visitor: Open, course: tuple[CourseKey, str], unit: str) -> None:
    page, block, window = opened(live, visitor, course, unit, java_script_enabled=False)
    items = words(block, "item")
    places = words(block, "target")
    steps = [item.get("id") for item in block.iter("item") if item.get("belongs") != "false"]
    for item in block.iter("item"):
        name = item.get("id")
        chosen = page.locator("[data-item]", has_text=items[name]).locator("select")
        if block.tag == "coop_match":
            chosen.select_option(**({"label": places[item.get("to")]} if item.get("to") else {"value": "none"}))
        else:
            chosen.select_option(str(steps.index(name) + 1) if name in steps else "out")
    with page.expect_navigation():
        page.locator("main [type=submit]", has_text=page.locator(".coop [type=submit]").inner_text()).click()
    expect(page.locator(".coop__mark")).to_have_count(7)
    assert all(mark.startswith("✓") for mark in page.locator(".coop__mark").all_inner_texts())
    assert window.complaints == []
