"""Problems of the Open edX demo course, answered by hand in a browser: the grade is shown, and all is there after a reload."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Locator, TimeoutError as NothingSent, expect

from tests.live import Live, Visitor

DEMO = Path(__file__).parents[2] / "fixtures" / "openedx-demo-course.tar.gz"
VALUES = """(problem) => [...problem.querySelectorAll("input[name], select[name]")]
  .map((one) => /radio|checkbox/.test(one.type) ? [one.value, one.checked] : [one.name, one.value])"""
FACTS = ("The Lion King", "Oxford University", "Pluto has not")


def choose(control: Locator) -> None:
    """Tick a control; once more where the problem was drawn anew under the pointer."""
    for _ in range(3):
        control.click()
        control.page.wait_for_timeout(200)
        if control.is_checked():
            return
    expect(control).to_be_checked()


def single_choice(problem: Locator) -> None:
    choose(problem.get_by_label("Jellyfish"))


def several_choices(problem: Locator) -> None:
    for fact in FACTS:
        choose(problem.get_by_label(re.compile(fact)))


def dropdown(problem: Locator) -> None:
    problem.locator("select").select_option(label="Canberra")


def number(problem: Locator) -> None:
    problem.locator("input[type=text]").fill("603")  # five more or less will do


def text(problem: Locator) -> None:
    problem.locator("input[type=text]").fill("bubble")


def number_made_by_script(problem: Locator) -> None:
    x, y = map(int, re.search(r"Let x = (\d+) and y = (\d+)", problem.inner_text()).groups())
    problem.locator("input[type=text]").fill(str(x + y))


def graded_by_script(problem: Locator) -> None:
    for field, answer in zip(problem.locator("input[type=text]").all(), ("3", "190", "63.3", "40.3"), strict=True):
        field.fill(answer)


def point_on_a_picture(problem: Locator) -> None:
    kept = problem.locator("input[id^=input_]").first
    for _ in range(100):  # the script that listens to the picture comes after the picture
        problem.locator("[id^=imageinput_]").click(position={"x": 375, "y": 130})
        if kept.input_value():
            return
        problem.page.wait_for_timeout(250)


ANSWERS: tuple[tuple[str, Callable[[Locator], None]], ...] = (
    ("3956d029fa74441cbfca3a97913ccaa8", single_choice),
    ("0135258373e648f2b57a80ae06bade61", several_choices),
    ("c89f56c74a3a424dbffb665d4643b42f", dropdown),
    ("3b8100660f3947c198e0a9b35f7c6cf6", number),
    ("330956aa9c304a0a8e944d3caac15494", text),
    ("720cac326b684155b4845d32af4aeef0", number_made_by_script),
    ("53083a812536472ba8ea8182ee354363", graded_by_script),
    ("10d6abada29b45df87f3bd9a9af86e72", point_on_a_picture),
)


@pytest.fixture(scope="module")
def learner(live: Live) -> int:
    return live.learner(live.course(DEMO))


def problem_in(window: Visitor, name: str) -> Locator:
    """Return the problem's element, in whichever frame it stands, once its script has drawn it and nothing more is on its way."""
    problem = _frame_of(window, name).locator(f'.xblock[data-usage-id$="@{name}"]')
    expect(problem).to_have_class(re.compile("xblock-initialized"))
    window.page.wait_for_load_state("networkidle")
    wait_until_still(problem)
    return problem


def wait_until_still(problem: Locator) -> None:
    """Wait until the problem stands where it will stay: while formulas are drawn its frame grows, and a click lands elsewhere."""
    before, calm = None, 0
    for _ in range(100):
        place = problem.bounding_box()
        calm = calm + 1 if place == before else 0
        if calm == 5:  # half a second
            return
        before = place
        problem.page.wait_for_timeout(100)
    raise AssertionError(f"the problem still moves: {before}")


def submit(window: Visitor, problem: Locator) -> None:
    """Press Submit; once more when the frame grew under the pointer just then, and nothing was sent."""
    for _ in range(3):
        try:
            with window.page.expect_request(lambda asked: "problem_check" in asked.url, timeout=10_000) as asked:
                problem.get_by_role("button", name="Submit").click()
        except NothingSent:
            continue
        asked.value.response()
        return


def _frame_of(window: Visitor, name: str) -> Frame:
    frames = [window.frame(number) for number in range(window.page.locator("iframe.tk-frame").count())]
    return next(one for one in frames if one.locator(f'.xblock[data-usage-id$="@{name}"]').count())


@pytest.mark.parametrize(("name", "answer"), ANSWERS, ids=[answer.__name__ for _, answer in ANSWERS])
def test_problem_is_answered_graded_and_kept(
    live: Live, visitor, learner: int, name: str, answer: Callable[[Locator], None]
) -> None:
    window = visitor(live, learner)
    window.page.goto(live.unit_of(live.course(DEMO), f"problem/{name}"))
    problem = problem_in(window, name)
    answer(problem)
    submit(window, problem)
    full_marks = re.compile(r"^([\d.]+)/\1 points? ")
    expect(problem.locator(".problem-progress")).to_have_text(full_marks)
    given = problem.evaluate(VALUES)
    assert any(value not in {"", False} for _, value in given)

    window.page.reload()
    problem = problem_in(window, name)
    expect(problem.locator(".problem-progress")).to_have_text(full_marks)
    assert problem.evaluate(VALUES) == given
    assert window.complaints == []
