"""acid-xblock, the conformance test of XBlock hosts, passes as far as it does in the official workbench."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.blocks.writing import write_course
from tests.live import Live, Visitor, serving

UNITS = {
    "alone": '<acid url_name="alone"/>',
    "family": """<acid_parent url_name="parent"><acid url_name="first" name="first" parent_value="1"/>
        <acid url_name="second" name="second" parent_value="2"/></acid_parent>""",
}
NOT_PASSED = """() => [...document.querySelectorAll("i.fa:not(.pass)")]
  .map((mark) => [mark.closest("[data-usage-id]").dataset.usageId.split("@").pop(), mark.parentElement.className])"""


@pytest.fixture(scope="module")
def with_asides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The site with acid's aside allowed."""
    with serving(tmp_path_factory.mktemp("acid"), asides=["acid_aside"]) as site:
        yield site


@pytest.fixture
def show(with_asides: Live, visitor: Callable[..., Visitor], tmp_path: Path) -> Callable[[str], Visitor]:
    course = with_asides.course(write_course(tmp_path / "course", UNITS, name="Acid"))

    def go(block: str) -> Visitor:
        window = visitor(with_asides, with_asides.learner(course))
        window.page.goto(with_asides.unit_of(course, block))
        return window

    return go


def test_lone_block_and_its_aside_pass_every_mark(show: Callable[[str], Visitor]) -> None:
    window = show("acid/alone")
    frame = window.frame()
    frame.wait_for_function("() => document.querySelectorAll('i.pass').length === 37")
    assert frame.evaluate(NOT_PASSED) == []
    assert window.complaints == []


def test_family_passes_every_mark_but_the_one_that_fails_in_the_workbench_too(show: Callable[[str], Visitor]) -> None:
    window = show("acid_parent/parent")
    frame = window.frame()
    frame.wait_for_function("() => document.querySelectorAll('i.fa.unknown').length === 0")
    # acid asks whether the block beside its aside calls itself "acid", and acid_parent does not.
    assert frame.evaluate(NOT_PASSED) == [["parent::acid_aside", "acid-dom"]]
    assert window.complaints == []
