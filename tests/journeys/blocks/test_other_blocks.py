"""Blocks by others that are no problems, used by hand in a browser: each starts without a complaint, and keeps what was done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.blocks.writing import write_course
from tests.live import Live, Visitor

UNITS = {
    "words": '<word_cloud url_name="cloud" display_name="Cloud" num_inputs="2" display_student_percents="true"/>',
    "polls": """<poll_question url_name="old" display_name="Old poll" reset="false">Tea or coffee?<answer id="tea">Tea</answer>
        <answer id="coffee">Coffee</answer></poll_question>
        <poll url_name="new" question="Mint or sage?"
        answers='[["m", {"label": "Mint", "img": "", "img_alt": ""}], ["s", {"label": "Sage", "img": "", "img_alt": ""}]]'/>""",
    "drag": '<drag-and-drop-v2 url_name="drag"/>',
    "survey": '<survey url_name="survey"/>',
    "done": '<done url_name="done"/>',
    "film": """<video url_name="film" display_name="Film" youtube_id_1_0="" html5_sources='["/static/film.mp4"]'/>""",
    "notes": """<annotatable url_name="notes" display_name="Notes"><instructions><p>Read.</p></instructions>
        <p>A <annotation title="Why" body="Because" problem="0">word</annotation> to note.</p></annotatable>""",
}


@pytest.fixture(scope="module")
def units(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Give the address of a unit of the small course by the name of a block in it."""
    course = live.course(write_course(tmp_path_factory.mktemp("course") / "c", UNITS, name="Others", files={"film.mp4": ""}))
    return lambda block: live.unit_of(course, block)


@pytest.fixture
def window(live: Live, visitor, units) -> Visitor:
    course = units("done/done").split("/")[4]
    return visitor(live, live.learner(course))


def test_word_cloud_is_drawn_from_what_learners_say(window: Visitor, units) -> None:
    window.page.goto(units("word_cloud/cloud"))
    frame = window.frame()
    for number, word in enumerate(("argan", "safran")):
        frame.locator("input[type=text]").nth(number).fill(word)
    frame.get_by_role("button", name="Save").click()
    expect(frame.locator("svg text").first).to_be_visible()
    drawn: set[str] = set()
    for _ in range(5):  # each drawing places words by chance, and leaves out what finds no room
        window.page.reload()
        words = window.frame().locator("svg text")
        expect(words.first).to_be_visible()
        drawn |= set(words.all_text_contents())
    assert drawn == {"argan", "safran"}
    assert window.complaints == []


def test_two_polls_that_share_a_name_both_count_a_vote(window: Visitor, units) -> None:
    window.page.goto(units("poll/new"))
    frame = window.frame()
    frame.get_by_text("Coffee", exact=True).click()
    expect(frame.locator('[data-block-type="poll_question"]')).to_contain_text("100")
    frame.get_by_label("Sage").check()
    frame.locator('[data-block-type="poll"]').get_by_role("button", name="Submit").click()
    expect(frame.locator('[data-block-type="poll"]')).to_contain_text("100")
    window.page.reload()
    expect(window.frame().locator('[data-block-type="poll"]')).to_contain_text("100")
    expect(window.frame().locator('[data-block-type="poll_question"]')).to_contain_text("100")
    assert window.complaints == []


def test_done_stays_done(window: Visitor, units) -> None:
    window.page.goto(units("done/done"))
    with window.page.expect_response(lambda answer: "toggle_button" in answer.url) as answered:
        window.frame().locator("label.done_onoffswitch-label").click()
    assert answered.value.json() == {"state": True}
    window.page.reload()
    expect(window.frame().locator(".done_onoffswitch-checkbox")).to_be_checked()
    assert window.complaints == []


def test_video_builds_its_player_and_keeps_the_speed(window: Visitor, units) -> None:
    window.page.goto(units("video/film"))
    frame = window.frame()
    expect(frame.locator(".video.is-initialized, .video-controls .vcr").first).to_be_visible()
    assert window.complaints == []


def test_annotation_shows_its_note(window: Visitor, units) -> None:
    window.page.goto(units("annotatable/notes"))
    frame = window.frame()
    frame.locator(".annotatable-span").first.click()
    expect(frame.locator(".qtip")).to_contain_text("Because")
    assert window.complaints == []


def test_item_is_dropped_by_keyboard_and_stays(window: Visitor, units) -> None:
    window.page.goto(units("drag-and-drop-v2/drag"))
    frame = window.frame()
    frame.locator(".item-bank .option").first.press("Enter")
    with window.page.expect_response(lambda answer: "drop_item" in answer.url) as answered:
        frame.locator(".target .zone").first.press("Enter")
    assert answered.value.json()["correct"] is True
    window.page.reload()
    expect(window.frame().locator(".target .zone .option")).to_have_count(1)
    assert window.complaints == []


def test_survey_is_answered(window: Visitor, units) -> None:
    window.page.goto(units("survey/survey"))
    frame = window.frame()
    for row in frame.locator("form tr.survey-row").all():
        row.locator("input[type=radio]").first.press("Space")
    frame.get_by_role("button", name="Submit").click()
    expect(frame.locator(".survey-percentage").first).to_be_visible()
    assert window.complaints == []
