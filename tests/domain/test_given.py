"""Grade and completion count what a learner was given: what was drawn, what opened, and nothing for staff alone."""

from __future__ import annotations

from typing import Any

import pytest

from lms_app.domain.completion import share_done
from lms_app.domain.content import Hash, Outline, OutlineEntry
from lms_app.domain.given import choosing_in, read_choices
from lms_app.domain.grading import Points, grade_course
from lms_app.domain.keys import BlockId

Tree = dict[str, tuple[str, ...]]


def outline(tree: Tree, *, worth: dict[str, float] | None = None, settings: dict[str, dict[str, Any]] | None = None) -> Outline:
    """A course of these parents and children, from `course/c` down; a problem is worth one point."""
    parents = {child: parent for parent, children in tree.items() for child in children}
    entries = {}
    for name in ("course/c", *parents):
        kind = name.partition("/")[0]
        entries[BlockId(name)] = OutlineEntry(
            id=BlockId(name),
            type=kind,
            node=Hash("0" * 64),
            parent=BlockId(parents[name]) if name in parents else None,
            children=tuple(BlockId(child) for child in tree.get(name, ())),
            title=name,
            settings=(settings or {}).get(name, {}),
            possible=(worth or {}).get(name, 1.0 if kind == "problem" else 0.0),
        )
    return Outline(BlockId("course/c"), Hash("0" * 64), "en", ("en",), entries, {})


def grade(course: Outline, right: str = "", **states: dict[str, Any]) -> float:
    """Return the grade of a learner who got these problems right; states by type and name, with `__` for the slash."""
    scores = {BlockId(f"problem/{name}"): Points(worth := course[BlockId(f"problem/{name}")].possible, worth) for name in right}
    kept = {BlockId(block.replace("__", "/")): state for block, state in states.items()}
    return grade_course(course, scores, read_choices(course, kept)).share


def done(course: Outline, names: str = "", **states: dict[str, Any]) -> float:
    kept = {BlockId(block.replace("__", "/")): state for block, state in states.items()}
    return share_done(course, {BlockId(f"problem/{name}"): 1.0 for name in names}, choices=read_choices(course, kept))


ABC = ("problem/a", "problem/b", "problem/c")


def selected(names: str) -> dict[str, Any]:
    return {"selected": [["problem", name] for name in names]}


@pytest.mark.parametrize("kind", ["library_content", "itembank"])
def test_who_got_right_what_a_library_gave_them_has_everything(kind: str) -> None:
    course = outline({"course/c": (f"{kind}/l",), f"{kind}/l": ABC}, settings={f"{kind}/l": {"max_count": 1}})
    drawn = {f"{kind}__l": selected("b")}

    assert (grade(course, "b", **drawn), done(course, "b", **drawn)) == (1.0, 1.0)
    assert (grade(course, "ac", **drawn), done(course, "ac", **drawn)) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("max_count", "expected"), [(None, 2 / 3), (1, 2 / 3), (2, 1 / 2), ("2", 1 / 2), (-1, 2 / 5), (9, 2 / 5), (0, 1)]
)
def test_a_library_that_drew_nothing_yet_counts_as_many_as_it_will_draw(max_count: object, expected: float) -> None:
    settings = {} if max_count is None else {"library_content/l": {"max_count": max_count}}
    course = outline({"course/c": ("problem/x", "problem/y", "library_content/l"), "library_content/l": ABC}, settings=settings)

    assert grade(course, "xy") == pytest.approx(expected)
    assert done(course, "xy") == pytest.approx(expected)


def test_children_that_are_worth_differently_count_by_their_mean_until_they_are_drawn() -> None:
    worth = {"problem/x": 2.0, "problem/a": 1.0, "problem/b": 3.0}
    tree: Tree = {"course/c": ("problem/x", "library_content/l"), "library_content/l": ("problem/a", "problem/b")}
    course = outline(tree, worth=worth)

    assert grade(course, "x") == pytest.approx(2 / 4)
    assert grade(course, "x", library_content__l=selected("b")) == pytest.approx(2 / 5)


def test_what_is_still_to_be_drawn_counts_beside_what_was() -> None:
    course = outline(
        {"course/c": ("library_content/l",), "library_content/l": ABC}, settings={"library_content/l": {"max_count": 2}}
    )

    assert grade(course, "a", library_content__l=selected("a")) == pytest.approx(1 / 2)
    assert grade(course, "a", library_content__l=selected("abc")) == pytest.approx(1 / 2)


def test_randomize_counts_the_one_that_fell() -> None:
    course = outline({"course/c": ("problem/x", "randomize/r"), "randomize/r": ABC})

    assert grade(course, "x") == pytest.approx(1 / 2)
    assert grade(course, "xc", randomize__r={"choice": 2}) == 1.0
    assert grade(course, "xc", randomize__r={"choice": 1}) == pytest.approx(1 / 2)
    assert grade(course, "xc", randomize__r={"choice": 7}) == pytest.approx(1 / 2)


@pytest.mark.parametrize("reference", ["problem/b", "i4x://Old/Course/problem/b", "block-v1:O+C+R+type@problem+block@b"])
def test_an_experiment_counts_the_child_of_the_learners_group(reference: str) -> None:
    settings = {"split_test/s": {"user_partition_id": 5, "group_id_to_child": {"0": "problem/a", "1": reference}}}
    course = outline({"course/c": ("split_test/s",), "split_test/s": ("problem/a", "problem/b")}, settings=settings)

    assert grade(course, "b", split_test__s={"groups": {"5": "1"}}) == 1.0
    assert grade(course, "b", split_test__s={"groups": {"5": "0"}}) == 0.0
    assert grade(course, "b") == 0.0


def test_what_waits_for_a_condition_counts_once_it_was_shown() -> None:
    course = outline({"course/c": ("problem/x", "conditional/k"), "conditional/k": ("problem/a",)})

    assert (grade(course, "x"), done(course, "x")) == (1.0, 1.0)
    shown = {"conditional__k": {"opened": True}}
    assert (grade(course, "x", **shown), done(course, "x", **shown)) == (0.5, 0.5)


def test_choices_inside_choices_are_followed() -> None:
    tree: Tree = {
        "course/c": ("randomize/r",),
        "randomize/r": ("vertical/one", "vertical/two"),
        "vertical/one": ("problem/x", "library_content/l"),
        "library_content/l": ABC,
        "vertical/two": ("problem/y",),
    }
    course = outline(tree)

    assert grade(course, "x") == 0.0
    assert grade(course, "x", randomize__r={"choice": 0}) == pytest.approx(1 / 2)
    assert grade(course, "xa", randomize__r={"choice": 0}, library_content__l=selected("a")) == 1.0
    assert grade(course, "y", randomize__r={"choice": 1}, library_content__l=selected("a")) == 1.0


def test_what_is_for_staff_alone_never_counts_wherever_it_stands() -> None:
    hidden = {"visible_to_staff_only": True}
    tree: Tree = {
        "course/c": ("problem/x", "problem/h", "vertical/v", "library_content/l"),
        "vertical/v": ("problem/y",),
        "library_content/l": ABC,
    }
    settings = {"problem/h": hidden, "vertical/v": hidden, "problem/y": {"visible_to_staff_only": False}, "problem/c": hidden}
    course = outline(tree, worth={"problem/c": 9.0}, settings=settings)

    assert grade(course, "x") == pytest.approx(1 / 2)
    assert done(course, "xhy") == pytest.approx(1 / 2)


def test_an_empty_library_is_nothing_to_do() -> None:
    course = outline({"course/c": ("problem/x", "library_content/l")})

    assert done(course, "x") == 1.0
    assert choosing_in(course) == frozenset()


def test_state_that_nobody_can_read_is_no_choice() -> None:
    course = outline({"course/c": ("library_content/l", "randomize/r"), "library_content/l": ABC, "randomize/r": ("problem/x",)})
    states = {
        BlockId("library_content/l"): {"selected": [["html", "gone"]]},
        BlockId("randomize/r"): {"choice": "first"},
        BlockId("html/gone"): {},
    }

    assert read_choices(course, states) == {}
