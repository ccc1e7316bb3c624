"""A trainer with blocks by others: a problem written as text and seen at once, and a form that a block brings in its own frame."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from lms_app.domain.actors import Role
from tests.journeys import axe
from tests.journeys.blocks.writing import write_course
from tests.live import Live, Visitor

UNITS = {
    "unit": '<html url_name="words"><p>Des mots.</p></html><drag-and-drop-v2 url_name="drag" display_name="Drag"/>'
    '<video url_name="film" display_name="Film" youtube_id_1_0=""/>'
}
QUESTION = ">>Combien de membres fondent une coopérative ?<<\n\n(x) Sept\n( ) Deux {{Trop peu.}}\n( ) Cent\n"


@pytest.fixture
def window(live: Live, visitor, tmp_path) -> Visitor:
    course = live.course(write_course(tmp_path / "c", UNITS, name="Frames"))
    found = visitor(
        live, live.people.person(Role.SITE_ADMIN, language="fr"), locale="fr-FR", viewport={"width": 1280, "height": 900}
    )
    axe.bring(found.context)
    found.page.goto(f"{live.site}/studio/{course}/unit/vertical/unit")
    return found


def add(page: Page, kind: str) -> None:
    """Add a block as the last one of the unit."""
    # By keyboard: frames that load late move the page, and a click may land in one of them.
    page.locator("a[data-insert]").last.press("Enter")
    page.locator(f"button[name=type][value={kind}]:visible").press("Enter")


def test_a_problem_is_written_as_text_and_the_form_of_another_block_saves_from_its_frame(window: Visitor) -> None:
    page = window.page
    add(page, "problem")
    editor = page.locator("[data-editor]")
    text, seen = editor.locator("[data-problem-text]"), editor.locator("[data-seen]")
    expect(text).to_be_visible()

    text.fill(">>Combien de membres ?<<\n( ) Sept\n( ) Deux\n")
    expect(seen.locator(".tk-notice li")).to_have_count(1)  # what is wrong with it, in words
    text.fill(QUESTION)
    expect(seen.locator("input[type=radio]:disabled")).to_have_count(3)
    expect(seen).to_contain_text("Combien de membres fondent une coopérative ?")
    editor.locator("[data-problem-insert]").nth(3).press("Enter")
    expect(text).to_have_value(re.compile(re.escape(f"{QUESTION}\n---\n\n>>")))
    text.fill(QUESTION)
    assert axe.faults(page) == []
    editor.locator(".st-bar button").first.press("Enter")

    shown = page.frame_locator("[data-piece^='problem/'] iframe.tk-frame")
    expect(shown.get_by_label("Sept")).to_be_enabled()  # capa itself, in its frame
    shown.get_by_label("Deux").check()
    shown.locator("button.submit").click()
    expect(shown.get_by_text("Trop peu.")).to_be_visible()
    expect(shown.get_by_label("Deux")).to_be_checked()

    page.locator("[data-piece='drag-and-drop-v2/drag'] [data-edit]").press("Enter")
    form = page.frame_locator("[data-framed-form] iframe.tk-frame")
    form.locator(".display-name").fill("Glisser les mots")
    for _step in range(2):
        form.locator(".continue-button:visible").click()
    form.locator(".save-button:visible").click()
    expect(page.locator("[data-piece='drag-and-drop-v2/drag'] h2")).to_have_text("Glisser les mots")
    expect(page.locator("[data-editor]")).to_have_count(0)

    page.goto(page.url.replace("/unit/vertical/unit", "/transcripts/video/film"))
    page.get_by_label("Or paste the text").or_(page.locator("#text")).first.fill("Bonjour.")
    assert axe.faults(page) == []
    page.locator("form[enctype] button").click()
    expect(page.get_by_text("transcript-film-")).to_be_visible()
    assert window.complaints == []
