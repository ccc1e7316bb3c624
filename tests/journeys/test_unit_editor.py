"""A trainer at the market mends a page on a small phone, in Arabic: a typo, a new quiz, its place; nothing loads the page again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from lms_app.model import Course
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.journeys.axe import bring, faults
from tests.live import Live, Visitor, serving

COURSE = files_of(
    '<chapter url_name="c" display_name="الفصل"><sequential url_name="s" display_name="الدرس">'
    '<vertical url_name="v" display_name="الوحدة"><html url_name="a" display_name="نص">&lt;p&gt;التعاونيه للجميع&lt;/p&gt;</html>'
    '<html url_name="b" display_name="آخر">&lt;p&gt;آخر نص&lt;/p&gt;</html></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "دورة", "language": "ar", "start": "2026-01-01T00:00:00Z"}}',
)
WIDTH = "document.scrollingElement.scrollWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("editor")) as live:
        live.course(write_folder(COURSE, tmp_path_factory.mktemp("course") / "in"))
        yield live


def trainer_of(site: Live) -> int:
    with transaction(site.parts.sessions, writes=False) as session:
        number = session.scalar(select(Course.id).where(Course.key == KEY))
    assert number is not None
    return site.people.trainer(number, language="ar")


def order(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        "[data-pieces] > :is([data-piece], [data-editor])", "all => all.map(one => one.dataset.piece ?? one.dataset.editor)"
    )


def test_a_page_is_mended_where_it_stands(site: Live, visitor: Callable[..., Visitor]) -> None:
    window = visitor(site, trainer_of(site), viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = window.page
    bring(window.context)
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    page.goto(f"{site.site}/studio/{KEY}/unit/vertical/v")

    # A typo: the text is pressed, turns into its form, and back.
    page.get_by_text("التعاونيه للجميع").click()
    editor = page.locator('[data-editor="html/a"]')
    expect(editor.locator("[name=f-display_name]")).to_be_focused()
    text = editor.locator(".ProseMirror")
    text.press("Control+A")
    text.press_sequentially("التعاونية للجميع")
    expect(editor.locator("[data-seen]")).to_contain_text("التعاونية للجميع")
    expect(editor.locator(".st-bar [type=submit]")).to_be_in_viewport(ratio=1)
    assert (page.evaluate(WIDTH), faults(page)) == (360, [])
    editor.locator(".st-bar [type=submit]").click()
    expect(page.locator('[data-piece="html/a"] [data-shown]')).to_have_text("التعاونية للجميع")
    expect(page.locator('[data-piece="html/a"] [data-edit]')).to_be_focused()

    # A quiz between the two: its form is open, the cursor in it, and works though it came later.
    page.locator("a[data-insert]").nth(1).click()
    page.locator("button[value=coop_quiz]").click()
    quiz = page.locator('[data-editor^="coop_quiz/quiz-"]')
    title = quiz.locator('[data-own-form] [data-setting="display_name"]')
    expect(title).to_be_focused()
    made = quiz.get_attribute("data-editor")
    assert order(page) == ["html/a", made, "html/b"]
    title.fill("سؤال أول")
    quiz.locator(".coop-studio__save [type=submit]").click()
    piece = page.locator(f'[data-piece="{made}"]')
    expect(piece.locator("h2").first).to_have_text("سؤال أول")

    # Up one place with the keyboard, and out and back again.
    piece.locator("[data-grip]").focus()
    with page.expect_response("**/place"):
        page.keyboard.press("ArrowUp")
    expect(page.locator("[data-said-here]")).not_to_be_empty()
    expect(page.locator("[data-pieces] > [data-piece]").first).to_have_attribute("data-piece", str(made))
    assert order(page) == [made, "html/a", "html/b"]
    piece.locator(".tk-menu > summary").press("Enter")
    piece.locator('[data-do="remove"] button').press("Enter")
    expect(piece).to_have_count(0)
    page.locator("[data-toast] [data-undo] button").click()
    expect(piece).to_have_count(1)
    assert (page.evaluate(WIDTH), faults(page), len(loads)) == (360, [], 1)
    page.reload()
    assert order(page) == [made, "html/a", "html/b"]
    assert window.complaints == []


def test_two_forms_stand_open_at_once_and_a_block_is_changed_without_script(
    site: Live, chromium: Browser, visitor: Callable[..., Visitor]
) -> None:
    person = trainer_of(site)
    page = visitor(site, person, viewport={"width": 1280, "height": 800}).page
    page.goto(f"{site.site}/studio/{KEY}/unit/vertical/v")
    for name in ("html/a", "html/b"):
        page.locator(f'[data-piece="{name}"] [data-edit]').click()
        expect(page.locator(f'[data-editor="{name}"] .ProseMirror')).to_be_visible()
    ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    page.locator('[data-editor="html/b"] [data-cancel]').click()
    expect(page.locator('[data-editor="html/a"]')).to_be_visible()

    plain = visitor(site, person, java_script_enabled=False).page
    plain.goto(f"{site.site}/studio/{KEY}/unit/vertical/v")
    with plain.expect_navigation():
        plain.locator('[data-piece="html/b"] [data-edit]').click()
    plain.fill("[name=f-data]", "<p>بلا جافاسكريبت</p>")
    with plain.expect_navigation():
        plain.locator("[data-editing] .st-bar [type=submit]").click()
    plain.goto(f"{site.site}/studio/{KEY}/unit/vertical/v")
    expect(plain.locator('[data-piece="html/b"] [data-shown]')).to_have_text("بلا جافاسكريبت")
