"""What a trainer does in a browser to make a course, found by the names of fields and addresses of forms: it holds in every language."""

from __future__ import annotations

from urllib.parse import unquote

from playwright.sync_api import Locator, Page, expect

from takwin_xblocks.contract.schema import Content, Schema
from tests.xblocks.authoring import write


def new_course(page: Page, site: str, title: str, language: str) -> str:
    """Make a course with a title and nothing else; return its key."""
    page.goto(f"{site}/studio/new")
    page.fill("main form input[name=title]", title)
    page.select_option("main form select[name=language]", language)
    page.check("main form input[name=begin][value=empty]")
    page.click("main form .tk-actions button[type=submit]")
    page.wait_for_selector("#outline.so-started")
    return unquote(page.url).partition("/studio/")[2].partition("?")[0]


def add_part(page: Page, title: str, *, below: str = "") -> str:
    """Add a part as the last one below another (a chapter without), on the outline; return its block id."""
    holder = page.locator(f"[data-block='{below}'] > .so-below" if below else "#outline > .so-below")
    if below and page.locator(f"[data-row='{below}'] .so-fold").get_attribute("aria-expanded") == "false":
        page.locator(f"[data-row='{below}'] .so-fold").click()
    adding = holder.locator("> details.so-add")
    if adding.get_attribute("open") is None:
        adding.locator("> summary").click()
    adding.locator("input[name=title]").fill(title)
    page.keyboard.press("Enter")
    row = holder.locator("> ol > li > .so-row", has=page.locator("[data-title]", has_text=title))
    expect(row).to_have_count(1)
    return str(row.get_attribute("data-row"))


def open_unit(page: Page, site: str, course: str, unit: str) -> None:
    """Open the editor of a unit."""
    page.goto(f"{site}/studio/{course}/unit/{unit}")
    page.wait_for_selector("[data-unit-editor]")


def add_block(page: Page, kind: str) -> Locator:
    """Add a block at the end of the unit; return its editor, which opens at once."""
    choice = page.locator("[data-choice]")
    if not choice.is_visible():
        page.locator("[data-insert]").last.click()
    choice.locator(f"button[value='{kind}']").click()
    editor = page.locator(f"[data-editor^='{kind}/']").last
    editor.wait_for()
    return editor


def write_block(page: Page, kind: str, schema: Schema, content: Content, settings: dict[str, str]) -> tuple[str, Content]:
    """Add one of our blocks and write it through its form; return its block id and what was written."""
    editor = add_block(page, kind)
    block = str(editor.get_attribute("data-editor"))
    made = write(editor.locator("form[data-coop-studio]"), schema, content, settings)
    expect(page.locator(f"[data-piece='{block}']")).to_be_visible()  # saved, it is shown again as learners see it
    return block, made


def publish(page: Page, site: str, course: str) -> None:
    """Look at what changes, and publish all of it."""
    page.goto(f"{site}/studio/{course}/changes")
    page.click("form[data-publish] button[value=all]")
    page.wait_for_selector(".tk-flash")


def add_language(page: Page, site: str, course: str, language: str) -> None:
    """Add a language to the course."""
    page.goto(f"{site}/studio/{course}/languages")
    page.select_option("form.lg-add select", language)
    page.click("form.lg-add button")
    page.wait_for_selector(f"a[href*='/languages/{language}'],a[href*='/translate/{language}']")


def translate(page: Page, site: str, course: str, language: str, place: tuple[str, str], texts: dict[str, str]) -> None:
    """Translate texts of a block (its lesson and itself) on the translation desk, and wait until each is kept."""
    lesson, block = place
    page.goto(f"{site}/studio/{course}/translate/{language}?lesson={lesson}")
    sheet = page.locator(f"[id='b-{block}'] form[data-translating]")
    for path, text in texts.items():
        control = sheet.locator(f"[name='t:{block}:{path}']")
        control.fill(text)
        control.blur()
        expect(control.locator("xpath=ancestor::*[@data-line]")).to_have_attribute("data-state", "done")
