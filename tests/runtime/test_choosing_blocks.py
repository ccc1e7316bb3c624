"""Blocks that show a part of their children: the right part, and the same part to the same learner."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from lms_app.domain.keys import BlockId
from lms_app.domain.learning import StateRow
from tests.fakes import block
from tests.runtime.hosting import Classroom

NAMES = ("html/a", "html/b", "html/c", "html/d")
CHILDREN = tuple(block(name, data=f"[{name[-1]}]") for name in NAMES)


def seen(room: Classroom, name: str, **who: Any) -> str:
    html = room.show(name, **who).html
    return "".join(letter for letter in "abcd" if f"[{letter}]" in html)


@pytest.mark.parametrize("block_type", ["library_content", "itembank"])
def test_a_library_shows_as_many_as_it_says_and_keeps_them(block_type: str) -> None:
    name = f"{block_type}/l"
    room = Classroom((block(name, *NAMES, max_count=2), *CHILDREN))
    first = seen(room, name)
    assert len(first) == 2
    row = room.state.blocks[BlockId(name)]
    assert sorted(one for _, one in row.values["selected"]) == sorted(first)
    assert seen(room, name) == first
    assert room.state.blocks[BlockId(name)].version == 1


@pytest.mark.parametrize(("max_count", "expected"), [(-1, 4), (0, 0), (3, 3), (9, 4)])
def test_a_library_never_shows_more_than_it_has(max_count: int, expected: int) -> None:
    room = Classroom((block("library_content/l", *NAMES, max_count=max_count), *CHILDREN))
    assert len(seen(room, "library_content/l")) == expected


def test_learners_draw_differently_and_evenly() -> None:
    drawn: Counter[str] = Counter()
    for number in range(200):
        room = Classroom((block("library_content/l", *NAMES, max_count=1), *CHILDREN))
        drawn[seen(room, "library_content/l", anonymous_id=f"learner-{number}")] += 1
    assert set(drawn) == set("abcd")
    assert min(drawn.values()) > 25


def test_what_a_learner_drew_stays_when_the_library_changes() -> None:
    room = Classroom((block("library_content/l", *NAMES, max_count=2), *CHILDREN))
    room.state.blocks[BlockId("library_content/l")] = StateRow(3, {"selected": [["html", "d"], ["html", "gone"]]})
    shown = seen(room, "library_content/l")
    assert "d" in shown
    assert len(shown) == 2


def test_staff_see_a_steady_choice_and_nothing_is_kept() -> None:
    room = Classroom((block("library_content/l", *NAMES, max_count=1), *CHILDREN))
    assert len({seen(room, "library_content/l", is_staff=True) for _ in range(5)}) == 1
    assert room.state.blocks == {}


def test_randomize_shows_one_for_ever() -> None:
    room = Classroom((block("randomize/r", *NAMES), *CHILDREN))
    first = seen(room, "randomize/r")
    assert len(first) == 1
    assert "abcd"[room.state.blocks[BlockId("randomize/r")].values["choice"]] == first
    assert seen(room, "randomize/r") == first


def test_randomize_without_children_is_empty() -> None:
    assert Classroom((block("randomize/r"),)).show("randomize/r").failed == ""


PARTITIONS = [{"id": 5, "groups": [{"id": 0}, {"id": 1}]}, {"id": 6, "groups": [{"id": 0}]}]


def split_room(**fields: Any) -> Classroom:
    tests = (
        block(
            "split_test/one", "html/a", "html/b", user_partition_id=5, group_id_to_child={"0": "html/a", "1": "html/b"}, **fields
        ),
        block("split_test/two", "html/c", "html/d", user_partition_id=5, group_id_to_child={"0": "html/c", "1": "html/d"}),
    )
    return Classroom((*tests, *CHILDREN), about={"course_fields": {"user_partitions": PARTITIONS}})


def test_a_learner_is_in_one_group_in_all_blocks_of_an_experiment() -> None:
    groups: Counter[str] = Counter()
    for number in range(60):
        room, who = split_room(), f"learner-{number}"
        groups[seen(room, "split_test/one", anonymous_id=who) + seen(room, "split_test/two", anonymous_id=who)] += 1
    assert set(groups) == {"ac", "bd"}


def test_a_group_once_given_is_kept() -> None:
    room = split_room()
    for group, expected in (("0", "a"), ("1", "b")):
        room.state.blocks[BlockId("split_test/one")] = StateRow(1, {"groups": {"5": group}})
        assert seen(room, "split_test/one") == expected


def test_references_of_any_form_mean_this_course() -> None:
    fields = {
        "user_partition_id": 5,
        "group_id_to_child": {"0": "i4x://Old/Course/html/a", "1": "block-v1:O+C+R+type@html+block@b"},
    }
    split = (block("split_test/s", "html/a", "html/b", **fields), *CHILDREN)
    for group, expected in (("0", "a"), ("1", "b")):
        room = Classroom(split, about={"course_fields": {"user_partitions": PARTITIONS}})
        room.state.blocks[BlockId("split_test/s")] = StateRow(1, {"groups": {"5": group}})
        assert seen(room, "split_test/s") == expected


def test_an_experiment_without_a_partition_still_shows_something() -> None:
    room = Classroom((block("split_test/s", "html/a", "html/b"), *CHILDREN))
    assert seen(room, "split_test/s") == "a"


def test_what_is_not_open_is_neither_drawn_nor_shown() -> None:
    room = Classroom((block("library_content/l", *NAMES, max_count=3), block("randomize/r", *NAMES), *CHILDREN))
    closed = {"html/a", "html/d"}

    def shown(name: str) -> str:
        visit = room.visit(is_open=lambda one: one not in closed)
        html = visit.render(BlockId(name)).html
        room.state.store(visit.changes())
        return "".join(letter for letter in "abcd" if f"[{letter}]" in html)

    assert shown("library_content/l") == "bc"
    assert shown("randomize/r") in {"b", "c"}
    assert shown("html/a") == ""
    closed.clear()
    assert len(shown("library_content/l")) == 3


@pytest.mark.parametrize("kind", ["library_content", "itembank", "randomize", "split_test"])
def test_a_visit_knows_which_way_down_was_given_without_showing_anything(kind: str) -> None:
    chooser = block(f"{kind}/x", "vertical/one", "vertical/two", group_id_to_child={"0": "vertical/one", "1": "vertical/two"})
    inside = (block("vertical/one", "html/a"), block("vertical/two", "html/b"))
    room = Classroom((chooser, *inside, *CHILDREN))
    visit = room.visit()

    given = [name for name in ("html/a", "html/b") if visit.gives(BlockId(name))]
    assert len(given) == 1
    assert visit.gives(BlockId("html/c"))
    assert visit.gives(BlockId(f"{kind}/x"))
    room.state.store(visit.changes())
    assert f"[{given[0][-1]}]" in room.show(f"{kind}/x").html


def test_children_of_what_fails_to_choose_are_given_to_nobody() -> None:
    conditional = block("conditional/k", "html/a", sources_list=["html/gone"], conditional_attr="attempted")
    visit = Classroom((conditional, *CHILDREN)).visit()

    assert not visit.gives(BlockId("html/a"))
    assert not visit.changes()


def test_staff_looking_at_what_is_given_draw_nothing() -> None:
    visit = Classroom((block("library_content/l", *NAMES, max_count=1), *CHILDREN)).visit(is_staff=True)

    assert [visit.gives(BlockId(name)) for name in NAMES].count(True) == 1
    assert not visit.changes()
