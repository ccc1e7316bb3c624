"""The radar: labels keep clear of each other in every language, points stand where scores say, what is missing is not drawn."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, strategies as some
from lxml import etree

from takwin_xblocks.diagnostic.radar import Line, label_boxes, radar, sample, wrapped

TOUR = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
RADIUS = 84


def shipped_names(language: str) -> list[str]:
    found = etree.parse(TOUR / language / "vertical" / "diagnostic-alone.xml").getroot()
    return [str(name.text) for name in found.iter("name")]


def drawn(*scores: int | None, earlier: tuple[int | None, ...] = ()) -> etree._Element:
    lines = [Line(name="Last", scores=scores), *([Line(name="First", scores=earlier, is_earlier=True)] if earlier else [])]
    names = [f"Pillar {n}" for n in range(len(scores))]
    return etree.fromstring(radar(names, lines, title="A radar", description="Figures", dom_id="r").encode())


def collisions(names: list[str]) -> list[tuple[int, int]]:
    boxes = label_boxes(names)
    return [(one, other) for one, other in combinations(range(len(boxes)), 2) if boxes[one].overlaps(boxes[other])]


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize("count", [3, 4])
def test_shipped_labels_do_not_collide(language, count) -> None:
    chosen = [list(names) for names in combinations(shipped_names(language), count)]
    assert [collisions(names) for names in chosen] == [[] for _ in chosen]


words = some.text(alphabet="abcdefghijklm", min_size=1, max_size=12)
labels = some.lists(words, min_size=1, max_size=3).map(" ".join)


@given(some.lists(labels, min_size=3, max_size=8))
def test_labels_never_collide_nor_cover_the_web(names) -> None:
    assert collisions(names) == []
    assert [box for box in label_boxes(names) if box.nearest < RADIUS] == []


@given(some.lists(labels, min_size=3, max_size=8))
def test_every_label_is_within_the_picture(names) -> None:
    line = Line(name="Last", scores=tuple(range(len(names))))
    tree = etree.fromstring(radar(names, [line], title="t", description="d", dom_id="r").encode())
    left, top, width, height = map(float, tree.get("viewBox", "").split())
    for box in label_boxes(names):
        assert left <= box.x - box.width / 2
        assert box.x + box.width / 2 <= left + width
        assert top <= box.y - box.height / 2
        assert box.y + box.height / 2 <= top + height


def test_points_stand_where_scores_say() -> None:
    tree = drawn(100, 50, 0, 10)
    assert [(one.get("cx"), one.get("cy")) for one in tree.iter("circle")] == [("0", "-84"), ("42", "0"), ("0", "0"), ("-8.4", "0")]
    assert tree.xpath("string(./g[2]/polygon/@points)") == "0,-84 42,0 0,0 -8.4,0"


def test_before_and_after_differ_in_stroke_and_in_shape() -> None:
    tree = drawn(50, 50, 50, earlier=(25, 25, 25))
    before, after = tree.xpath("./g[not(@aria-hidden)]")
    assert [(group[0].get("stroke-dasharray"), {point.tag for point in group[1:]}) for group in (before, after)] == [
        ("7 5", {"rect"}),
        (None, {"circle"}),
    ]
    assert tree.xpath("./text[@direction='ltr']/text()") == ["25 → 50"] * 3


def test_a_pillar_without_a_score_has_no_point_and_joins_nothing() -> None:
    tree = drawn(50, None, 50, 50)
    (group,) = tree.xpath("./g[not(@aria-hidden)]")
    assert [len(list(group.iter(tag))) for tag in ("circle", "line", "polygon")] == [3, 2, 0]
    assert tree.xpath("./text[@direction='ltr']/text()") == ["50", "–", "50", "50"]
    assert [len(list(drawn(None, None, None).xpath("./g[not(@aria-hidden)]")[0]))] == [0]


def test_it_says_what_it_shows() -> None:
    tree = drawn(1, 2, 3)
    assert (tree.get("role"), tree.get("aria-labelledby")) == ("img", "r-title r-desc")
    assert [(tree.findtext(name), tree.find(name).get("id")) for name in ("title", "desc")] == [
        ("A radar", "r-title"),
        ("Figures", "r-desc"),
    ]
    assert etree.fromstring(sample(Line(name="x", scores=()))).get("aria-hidden") == "true"


def test_names_cannot_act() -> None:
    line = Line(name="Last", scores=(1, 2, 3))
    made = radar(["<script>", "a & b", '"'], [line], title="<b>", description="<i>", dom_id="r")
    assert etree.fromstring(made).xpath("//*[local-name()='script' or local-name()='b' or local-name()='i']") == []


def test_labels_break_between_words() -> None:
    assert wrapped("Financial management") == ["Financial", "management"]
    assert wrapped("a b c") == ["a b c"]
