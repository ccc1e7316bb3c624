"""A scenario's rules: the way walked, what it brings, the most that can be had."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st
from scenario_tables import MEASURES, TABLES, structure_of

from takwin_xblocks.scenario.grading import BACK, OutOfTurn, Step, Story, Unplayable

S1 = structure_of(TABLES["s1"])
BEST_S1 = [["n1", "b"], ["n3", "b"], ["n6", "a"], ["n8", "c"]]


@pytest.mark.parametrize(
    ("name", "way", "profile", "total", "needed"),
    [
        ("s1", "n1b n3b n6a n8c", (7, 9, 7, 10), 33, 20),
        ("s2", "n1b n3b n6a n7b n8a", (11, 1, 9, 11), 32, 20),
        ("s3", "n1b n3a n6b", (7, 6, 5, 8), 26, 16),
        ("s4", "n1b n3a n5a n6b", (8, 1, 11, 12), 32, 20),
    ],
)
def test_the_four_scenarios_reach_their_stated_best(name: str, way: str, profile: tuple[int, ...], total: int, needed: int) -> None:
    story = Story(structure_of(TABLES[name]))
    assert " ".join(step.node + step.choice for step in story.best.path) == way
    assert (story.best.total, story.best.ending, story.needed) == (total, "e1", needed)
    assert tuple(story.profile(story.best.path).values()) == profile
    assert (story.circle, story.reached()) == ([], set(story.nodes))


def test_a_run_to_its_end() -> None:
    story = Story(S1)
    run = story.follow(BEST_S1)
    result = story.result(run)
    assert result is not None
    assert (result.ending, result.total, result.earned, result.passed) == ("e1", 33, 33, True)
    worst = story.result(story.follow([["n1", "a"], ["n2", "a"]]))
    assert worst is not None
    assert (worst.ending, worst.total, worst.earned, worst.passed) == ("e4", -9, 0, False)
    assert story.result(story.follow(BEST_S1[:3])) is None


def test_enough_is_the_next_whole_point() -> None:
    just_enough = [["n1", "b"], ["n3", "b"], ["n6", "a"], ["n8", "b"]]
    run = Story(S1).follow(just_enough)
    assert [Story({**S1, "pass_share": share}).needed for share in ("0", "0.6", "0.61", "1")] == [0, 20, 21, 33]
    results = [Story({**S1, "pass_share": share}).result(run) for share in ("0.75", "0.76")]
    assert [(one.total, one.needed, one.passed) for one in results if one] == [(25, 25, True), (25, 26, False)]


def test_a_step_back_costs_its_point_once() -> None:
    story = Story(S1)
    moves = story.move([["n1", "a"]], BACK, position=1)
    assert moves == [["n1", "a"], ["n2", BACK]]
    moves = story.move(moves, "b", position=2)
    run = story.follow(moves)
    assert (run.path, run.backs, story.backs_left(run)) == ((Step("n1", "b"),), 1, 0)
    assert story.profile(run.path, backs=run.backs) == {"governance": 1, "finance": 2, "trust": 2, "posture": 2}
    with pytest.raises(OutOfTurn, match="no_step_back"):
        story.move(moves, BACK, position=3)


def test_a_step_back_without_a_payer_is_free() -> None:
    story = Story({key: value for key, value in S1.items() if key != "back_costs"})
    run = story.follow([["n1", "a"], ["n2", BACK], *BEST_S1])
    assert story.result(run).total == 33  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("moves", "choice", "position", "code"),
    [
        ([], "z", 0, "not_offered"),
        ([], "b", 1, "not_yet"),
        ([], "b", -1, "not_yet"),
        ([], BACK, 0, "no_step_back"),
        ([["n1", "b"]], "a", 0, "other_choice"),
        ([["n1", "a"], ["n2", BACK]], "b", 0, "other_choice"),
        ([["n1", "b"]], BACK, 0, "other_choice"),
        ([["n1", "b"]], "z", 1, "not_offered"),
        (BEST_S1, "a", 4, "ended"),
        (BEST_S1, BACK, 4, "ended"),
        (BEST_S1, "a", 5, "not_yet"),
    ],
)
def test_what_is_out_of_turn(moves: list[list[str]], choice: str, position: int, code: str) -> None:
    with pytest.raises(OutOfTurn) as refused:
        Story(S1).move(moves, choice, position=position)
    assert refused.value.code == code


def test_a_scenario_changed_in_the_middle_keeps_what_still_holds() -> None:
    changed = structure_of(TABLES["s1"].replace("n3 b n6 2 2 2 3|", ""))
    run = Story(changed).follow(BEST_S1)
    assert (run.path, run.at, run.moves) == ((Step("n1", "b"),), "n3", 1)
    assert Story(changed).move(BEST_S1, "c", position=1) == [["n1", "b"], ["n3", "c"]]


@pytest.mark.parametrize(
    ("table", "code"),
    [("", "no_node"), ("n1 a n2 0 0 0 0|n2 a n1 0 0 0 0|n2 b e1 0 0 0 0|e1 best", "circle"), ("n1 a n2 1 0 0 0", "no_ending")],
)
def test_what_cannot_be_played(table: str, code: str) -> None:
    story = Story(structure_of(table))
    with pytest.raises(Unplayable, match=code):
        _ = story.best if story.nodes else story.start


def test_the_circle_is_named() -> None:
    story = Story(structure_of("n1 a n2 0 0 0 0|n2 a n3 0 0 0 0|n3 a n2 0 0 0 0|n3 b e1 1 0 0 0|e1 best"))
    assert story.circle == ["n2", "n3"]
    assert story.reached() == {"n1", "n2", "n3", "e1"}


def test_depths_are_of_the_longest_way() -> None:
    assert Story(S1).depths == {
        "n1": 0, "n2": 1, "n4": 1, "n3": 2, "n7": 3, "n6": 4, "n5": 3, "n8": 5, "e1": 6, "e2": 5, "e3": 6, "e4": 4,
    }  # fmt: skip


def test_span_of_an_indicator() -> None:
    story = Story(structure_of("n1 a e1 1 -2 0 0|n1 b n2 0 0 3 0|n2 a e1 -3 1 0 0|n2 b n3 0 9 0 0|e1 best"))
    assert [story.span(one) for one in MEASURES] == [(-3, 1), (-2, 1), (0, 3), (0, 0)]


# --- properties ---


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a small scenario without circles: every choice leads on to a later situation or to an ending."""
    count = draw(st.integers(1, 6))
    names = [f"n{index}" for index in range(count)]
    nodes: list[dict[str, Any]] = []
    for index, name in enumerate(names):
        targets = [*names[index + 1 :], "e1", "e2"]
        choices = [
            {
                "id": f"c{number}",
                "to": draw(st.sampled_from(targets)),
                "effects": [{"on": on, "by": draw(st.integers(-3, 3))} for on in draw(st.sets(st.sampled_from(MEASURES)))],
            }
            for number in range(draw(st.integers(1, 3)))
        ]
        nodes.append({"id": name, "choices": choices})
    endings = [{"id": "e1", "ending": "best"}, {"id": "e2", "ending": "bad"}]
    return {
        "pass_share": draw(st.sampled_from(["0", "0.5", "0.6", "1"])),
        "steps_back": draw(st.integers(0, 3)),
        "back_costs": draw(st.sampled_from(MEASURES)),
        "measures": [{"id": one} for one in MEASURES],
        "nodes": nodes + endings,
    }


def every_way(structure: dict[str, Any], at: str | None = None) -> list[list[Step]]:
    """Return all ways to an ending by trying them."""
    nodes = {node["id"]: node for node in structure["nodes"]}
    here = nodes[at or structure["nodes"][0]["id"]]
    if here.get("ending"):
        return [[]]
    return [[Step(here["id"], one["id"]), *rest] for one in here["choices"] for rest in every_way(structure, one["to"])]


@st.composite
def walks(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[str]]]:
    """Draw a scenario and moves that may be made in it, steps back included, not always to the end."""
    structure = draw(scenarios())
    story = Story(structure)
    moves: list[list[Any]] = []
    for _ in range(draw(st.integers(0, 10))):
        run = story.follow(moves)
        offered = [one["id"] for one in story.choices(run.at)] + ([BACK] if story.backs_left(run) else [])
        if not offered:
            break
        moves = story.move(moves, draw(st.sampled_from(offered)), position=run.moves)
    return structure, moves


@given(scenarios())
def test_the_best_path_is_the_best_of_all(structure: dict[str, Any]) -> None:
    story = Story(structure)
    ways = every_way(structure)
    totals = [sum(story.profile(way).values()) for way in ways]
    assert story.best.total == max(totals)
    assert list(story.best.path) in ways
    assert sum(story.profile(story.best.path).values()) == story.best.total
    for indicator in MEASURES:
        brought = [story.profile(way)[indicator] for way in ways]
        assert story.span(indicator) == (min(brought), max(brought))


@given(walks())
def test_the_score_stays_within_its_bounds(walk: tuple[dict[str, Any], list[list[str]]]) -> None:
    structure, moves = walk
    story = Story(structure)
    result = story.result(story.follow(moves))
    if result is not None and story.best.total > 0:
        assert 0 <= result.earned <= result.best
        assert result.total <= result.best
        assert result.passed == (result.total >= Decimal(structure["pass_share"]) * result.best)


@given(walks())
def test_going_back_equals_never_having_chosen_minus_the_cost(walk: tuple[dict[str, Any], list[list[str]]]) -> None:
    structure, moves = walk
    story = Story(structure)
    run = story.follow(moves)
    straight = story.follow([[step.node, step.choice] for step in run.path])
    assert (straight.path, straight.at, straight.backs) == (run.path, run.at, 0)
    profile = story.profile(straight.path)
    profile[structure["back_costs"]] -= run.backs
    assert story.profile(run.path, backs=run.backs) == profile
    assert run.backs <= structure["steps_back"]


@given(walks(), st.data())
def test_a_replay_changes_nothing(walk: tuple[dict[str, Any], list[list[str]]], data: st.DataObject) -> None:
    structure, moves = walk
    story = Story(structure)
    for position, (_node, choice) in enumerate(moves):
        assert story.move(moves, choice, position=position) == moves
    position = data.draw(st.integers(-3, 12))
    choice = data.draw(st.sampled_from([BACK, "c0", "c1", "c2", "e1", "zz"]))
    before = [list(one) for one in moves]
    try:
        after = story.move(moves, choice, position=position)
    except OutOfTurn:
        after = moves
    assert moves == before
    assert after[: len(moves)] == moves
    assert len(after) <= len(moves) + 1
