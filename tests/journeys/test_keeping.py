"""What a trainer types survives a lost network, an expired session and a colleague in the same place: seen in a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms_app.model import Course, WorkingCopy
from lms_app.services.authoring import editing
from lms_app.storage.transaction import transaction
from tests.course_files import files_of, write_folder
from tests.live import Live, Visitor

COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s" display_name="Lesson"><vertical url_name="v" '
    'display_name="Unit"><problem url_name="p" display_name="Vote"/><coop_quiz url_name="q"/></vertical></sequential></chapter>',
    coop_quiz__q_xml='<coop_quiz display_name="Quiz"><question kind="single" id="q1"><prompt>How many votes has a member?</prompt>'
    '<choice id="a" correct="true">One</choice><choice id="b">Ten</choice></question></coop_quiz>',
    policies__run__policy_json='{"course/run": {"display_name": "Kept", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)
TITLE = "[data-keep] [name=f-display_name]"
SAID = "[data-keep-status]"


@pytest.fixture
def course(live: Live, tmp_path_factory: pytest.TempPathFactory) -> str:
    source = _source(tmp_path_factory)
    return live.course(source)


_SOURCES: list[Path] = []


def _source(folders: pytest.TempPathFactory) -> Path:
    if not _SOURCES:
        _SOURCES.append(write_folder(COURSE, folders.mktemp("kept")))
    return _SOURCES[0]


def trainer(live: Live, course: str, **columns: object) -> int:
    with transaction(live.parts.sessions, writes=False) as session:
        number = session.scalar(select(Course.id).where(Course.key == course))
    return live.people.trainer(number, **columns)


def state(page: Page, name: str) -> None:
    expect(page.locator(SAID).first).to_have_attribute("data-state", name)


def title(live: Live, course: str, block: str) -> str:
    with transaction(live.parts.sessions, writes=False) as session:
        return editing.open_block(session, course, block, types=live.parts.host.types).fields["display_name"]


def become(window: Visitor, live: Live, person: int) -> None:
    window.context.clear_cookies()
    window.context.add_cookies([{"name": "takwin", "value": live.people.cookie(person), "url": live.site, "httpOnly": True}])
    window.page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_a_lost_network_and_an_expired_session_lose_nothing(live: Live, course: str, visitor: Callable[..., Visitor]) -> None:
    amina, samira = trainer(live, course), trainer(live, course)
    window = visitor(live, amina)
    page, address = window.page, f"{live.site}/studio/{course}/block/sequential/s"
    page.goto(address)
    page.locator(TITLE).fill("Votes")
    state(page, "kept")
    window.context.set_offline(True)
    page.locator(TITLE).fill("Votes and")
    state(page, "device")
    window.context.set_offline(False)
    state(page, "kept")

    window.context.clear_cookies()
    page.locator(TITLE).fill("Votes and voices")
    state(page, "signedOut")
    become(window, live, samira)
    state(page, "otherPerson")
    hers = window.context.new_page()
    hers.goto(address)
    expect(hers.locator(TITLE)).to_have_value("Lesson")
    hers.close()
    become(window, live, amina)
    state(page, "kept")
    with transaction(live.parts.sessions, writes=False) as session:
        kept = session.scalars(select(WorkingCopy).where(WorkingCopy.person_id.in_([amina, samira]))).all()
    assert [(row.person_id, row.changes) for row in kept] == [(amina, {"display_name": "Votes and voices"})]

    page.goto(f"{live.site}/studio/{course}")  # leaving settles, though nobody waits for the answer
    deadline = time.monotonic() + 60
    while title(live, course, "sequential/s") != "Votes and voices" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert title(live, course, "sequential/s") == "Votes and voices"


def test_two_trainers_in_one_unit_and_in_one_field_keep_both_texts(
    live: Live, course: str, visitor: Callable[..., Visitor]
) -> None:
    amina, samira = (visitor(live, trainer(live, course, name_latin=name)) for name in ("Amina", "Samira"))
    unit = f"{live.site}/studio/{course}/unit/vertical/v"
    for window in (amina, samira):
        window.page.goto(unit)
        window.page.locator("[data-piece='problem/p'] [data-edit]").click()
        window.page.locator(TITLE).wait_for()
    amina.page.locator(TITLE).fill("Amina's vote")
    state(amina.page, "kept")
    samira.page.locator(TITLE).fill("Samira's vote")
    expect(samira.page.locator("[data-editor] [data-keep-others]")).to_have_text("Amina is editing this block now (field “Title”)")
    samira.page.locator("[data-editing] .st-bar [type=submit]").click()
    samira.page.locator("[data-piece='problem/p']").wait_for()
    assert title(live, course, "problem/p") == "Samira's vote"

    amina.page.locator("[data-editing] .st-bar [type=submit]").click()
    clash = amina.page.locator("[data-clash]")
    expect(clash.locator("mark")).to_have_text(["Amina's ", "Samira's "])
    clash.locator("textarea").fill("A vote for both")
    clash.locator("[type=submit]").click()
    amina.page.wait_for_url(f"{unit}#problem/p")
    assert title(live, course, "problem/p") == "A vote for both"


def test_a_blocks_own_form_comes_back_as_it_was_left_half_written(live: Live, course: str, visitor: Callable[..., Visitor]) -> None:
    window = visitor(live, trainer(live, course))
    page = window.page
    page.goto(f"{live.site}/studio/{course}/block/coop_quiz/q")
    question = page.locator("[data-list=questions] > ol > li").first
    question.locator(":scope > details > summary").click()
    question.locator(":scope > details > [data-list=choices] > button[data-add]").click()
    texts = question.locator(":scope > details > [data-list=choices] > ol > li:not([hidden]) [data-text]").filter(visible=True)
    with page.expect_response(lambda told: told.request.method == "PUT" and "None" in (told.request.post_data or "")):
        texts.last.fill("None")
    page.wait_for_selector("[data-keep-own][data-safe=site]")
    page.reload()
    page.wait_for_selector("form[data-started]")
    choices = question.locator(":scope > details > [data-list=choices] > ol > li")
    expect(choices).to_have_count(3)
    page.locator("form[data-coop-studio] [type=submit]").click()
    page.wait_for_selector("[data-keep-own]:not([data-kept-form]) form[data-started]")
    with transaction(live.parts.sessions, writes=False) as session:
        fields = editing.open_block(session, course, "coop_quiz/q", types=live.parts.host.types).fields
        assert session.scalars(select(WorkingCopy).where(WorkingCopy.person_id == window.person)).all() == []
    assert "None" in fields["texts"].values()
