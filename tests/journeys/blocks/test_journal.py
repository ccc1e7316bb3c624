"""A journal in a real browser: what is typed in an answer stays while the points are ticked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.journeys.blocks.writing import write_course
from tests.live import Live, Visitor

CASE = """<coop_journal url_name="case"><question id="form">Why?<model>One vote each.</model></question>
  <point id="vote">I said how many votes.</point></coop_journal>"""


def test_an_answer_that_is_being_changed_stays_while_points_are_ticked(
    live: Live, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    course = live.course(write_course(tmp_path / "course", {"case": CASE}, name="Journal"))
    window = visitor(live, live.learner(course))
    page = window.page
    page.goto(live.unit_of(course, "coop_journal/case"))
    area = page.locator("textarea")
    area.fill("First words.")
    page.get_by_role("button", name="Keep what I wrote").click()
    page.get_by_text("One vote each.").wait_for()

    page.locator("summary", has_text="Change this answer").click()
    area.fill("Better words, not kept yet.")
    page.get_by_label("I said how many votes.").check()
    page.get_by_role("button", name="Keep my ticks").click()
    page.get_by_text("You ticked 1 point of 1.").wait_for()
    assert area.input_value() == "Better words, not kept yet."
    assert area.is_visible()

    page.get_by_role("button", name="Keep what I wrote").click()
    page.locator(".journal__own", has_text="Better words, not kept yet.").wait_for()
    page.reload()  # nothing is left to warn of
    assert page.locator("textarea").input_value() == "Better words, not kept yet."
    assert window.complaints == []
