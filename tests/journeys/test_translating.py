"""A trainer translates a course from French into Arabic, with the house's words; the source changes; the difference is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms_app.model import Course
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.live import Live, Visitor, serving

COURSE = files_of(
    '<chapter url_name="c" display_name="Un"><sequential url_name="s" display_name="Leçon"><vertical url_name="v" display_name="Unité">'
    '<html url_name="a" display_name="La coopérative"/></vertical></sequential></chapter>',
    html__a_html="<p>Les membres décident.</p>",
    html__a_xml='<html filename="a" display_name="La coopérative"/>',
    policies__run__policy_json='{"course/run": {"display_name": "Titre", "language": "fr", "start": "2026-01-01T00:00:00Z"}}',
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("translating")) as live:
        live.course(write_folder(COURSE, Path(tmp_path_factory.mktemp("course"))))
        yield live


def line(page: Page, path: str):
    return page.locator(f'[id="b-html/a"] [data-line="{path}"]')


def control(page: Page, path: str):
    return page.locator(f'[id="t:html/a:{path}"]')


def test_two_texts_are_translated_and_a_change_of_the_source_is_seen_and_mended(
    site: Live, visitor: Callable[..., Visitor]
) -> None:
    with transaction(site.parts.sessions, writes=False) as session:
        number = session.scalars(select(Course.id).where(Course.key == KEY)).one()
    window = visitor(
        site, site.people.trainer(number, language="ar"), viewport={"width": 1000, "height": 900}, reduced_motion="reduce"
    )
    page, desk = window.page, f"{site.site}/studio/{KEY}/translate/ar?lesson=sequential/s"

    page.goto(f"{site.site}/studio/{KEY}/languages")
    with page.expect_navigation():
        page.locator("form.lg-add").get_by_role("button").click()
    page.goto(desk)
    title = line(page, "display_name")
    expect(title).to_have_attribute("data-state", "missing")
    title.locator("[data-insert]").first.click()
    expect(control(page, "display_name")).to_have_value("تعاونية")
    editable = line(page, "data").locator("[contenteditable=true]")
    editable.wait_for()  # its script comes later than the page
    page.keyboard.press("Control+Enter")  # on to the next text: what was typed is kept on the way
    expect(title).to_have_attribute("data-state", "done")
    expect(editable).to_be_focused()
    page.keyboard.insert_text("الأعضاء يقررون.")
    page.locator("h1").click()
    expect(line(page, "data")).to_have_attribute("data-state", "done")

    page.goto(f"{site.site}/studio/{KEY}/block/html/a")
    source = page.locator("[data-rich] [contenteditable=true]")
    source.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(" Une voix chacun.")
    with page.expect_navigation():
        page.locator("form[data-keep] button.tk-button--primary").first.click()

    page.goto(f"{site.site}/studio/{KEY}/translate/ar?show=stale")
    expect(line(page, "data")).to_have_attribute("data-state", "stale")
    assert line(page, "data").locator("ins").all_text_contents() == [" Une voix chacun."]
    line(page, "data").locator("[contenteditable=true]").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(" لكل واحد صوت.")
    page.locator("h1").click()
    expect(line(page, "data")).to_have_attribute("data-state", "done")
    expect(line(page, "data").locator(".tr-difference")).to_have_count(0)
    page.goto(f"{site.site}/studio/{KEY}/translate/ar?show=stale")
    expect(page.locator("[data-line]")).to_have_count(0)

    page.goto(desk)
    control(page, "display_name").fill("التعاونية")
    page.goto(f"{site.site}/studio/{KEY}/languages")  # at once: nothing waited for an answer
    page.goto(desk)
    expect(control(page, "display_name")).to_have_value("التعاونية")
    expect(title).to_have_attribute("data-state", "done")
    assert window.complaints == []
