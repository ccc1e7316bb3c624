"""An order is marked by pairs, as its page says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from takwin_xblocks.contract.marks import AnswersRefused
from takwin_xblocks.order.grading import OUT, Task, first_sight, mark, order_of, pairs, right_pairs, standings, task_of

FIVE = Task(stages={name: index for index, name in enumerate("abcde")})
TIED = Task(stages={"a": 0, "b": 1, "c": 1, "d": 2})
STRANGE = Task(stages={"a": 0, "b": 1, "c": 2}, strangers=("x",))


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    names = [f"i{index}" for index in range(draw(st.integers(2, 8)))]
    stages, stage = {}, 0
    for name in names:
        stages[name] = stage
        stage += draw(st.integers(0, 1))
    strangers = tuple(f"x{index}" for index in range(draw(st.integers(0, 3))))
    return Task(stages=stages, strangers=strangers)


@st.composite
def tasks_and_orders(draw: st.DrawFn) -> tuple[Task, list[str]]:
    task = draw(tasks())
    order = draw(st.permutations(task.ids))
    return task, order[: draw(st.integers(0, len(order)))]


@pytest.mark.parametrize(
    ("order", "right", "earned"),
    [
        ("abcde", 10, 5),
        ("edcba", 0, 0),
        ("bacde", 9, 4.5),
        ("bcdea", 6, 3),
        ("eabcd", 6, 3),
        ("acbed", 8, 4),
    ],
)
def test_five_steps_worked_by_hand(order: str, right: int, earned: float) -> None:
    given_mark = mark(FIVE, list(order))
    assert (right_pairs(FIVE, list(order)), given_mark.earned, given_mark.possible) == (right, earned, 5)


def test_steps_at_the_same_place_make_no_pair() -> None:
    assert pairs(TIED) == 5
    assert right_pairs(TIED, list("abcd")) == right_pairs(TIED, list("acbd")) == 5
    assert right_pairs(TIED, list("bacd")) == 4


@pytest.mark.parametrize(
    ("order", "right"),
    [
        ("abc", 6),  # three pairs of steps, and x left out by each of three
        ("abcx", 3),
        ("cba", 3),
        ("cbax", 0),
        ("ab", 3),  # a before b, and x left out by both
        ("x", 0),
        ("", 0),
    ],
)
def test_what_does_not_belong_pairs_with_each_step(order: str, right: int) -> None:
    assert (pairs(STRANGE), right_pairs(STRANGE, list(order))) == (6, right)


def test_all_or_nothing() -> None:
    assert mark(FIVE, list("bacde"), partial=False).earned == 0
    assert mark(FIVE, list("abcde"), partial=False).earned == 5


@given(tasks_and_orders())
def test_the_score_stays_between_nothing_and_the_most(case: tuple[Task, list[str]]) -> None:
    task, order = case
    for partial in (True, False):
        given_mark = mark(task, order, partial=partial)
        assert 0 <= given_mark.earned <= given_mark.possible == len(task.ids)


@given(tasks())
def test_the_right_order_earns_everything(task: Task) -> None:
    assert mark(task, list(task.stages)).earned == len(task.ids)
    assert {standing.state for standing in standings(task, list(task.stages)).values()} == {"correct"}


@given(tasks())
def test_the_right_order_turned_round_earns_nothing(task: Task) -> None:
    plain = Task(stages=task.stages)
    if pairs(plain):
        assert mark(plain, list(task.stages)[::-1]).earned == 0
        assert mark(task, [*task.strangers, *list(task.stages)[::-1]]).earned == 0


@given(tasks_and_orders(), st.data())
def test_other_ids_change_nothing(case: tuple[Task, list[str]], data: st.DataObject) -> None:
    task, order = case
    other = dict(zip(task.ids, data.draw(st.permutations([f"n{index}" for index in range(len(task.ids))])), strict=True))
    renamed = Task(
        stages={other[name]: stage for name, stage in task.stages.items()}, strangers=tuple(other[name] for name in task.strangers)
    )
    assert mark(renamed, [other[name] for name in order]) == mark(task, order)


@given(tasks_and_orders())
def test_swapping_two_tied_neighbours_changes_nothing(case: tuple[Task, list[str]]) -> None:
    task, order = case
    for index in range(len(order) - 1):
        one, other = order[index : index + 2]
        if task.stages.get(one, -1) == task.stages.get(other, -2):
            swapped = [*order[:index], other, one, *order[index + 2 :]]
            assert mark(task, swapped) == mark(task, order)


@given(tasks_and_orders())
def test_putting_two_neighbours_right_never_costs(case: tuple[Task, list[str]]) -> None:
    task, order = case
    for index in range(len(order) - 1):
        one, other = order[index : index + 2]
        if one in task.stages and other in task.stages and task.stages[one] > task.stages[other]:
            better = [*order[:index], other, one, *order[index + 2 :]]
            assert right_pairs(task, better) == right_pairs(task, order) + 1


@given(tasks_and_orders())
def test_an_item_is_called_right_by_all_exactly_when_all_is_right(case: tuple[Task, list[str]]) -> None:
    task, order = case
    is_all_right = right_pairs(task, order) == pairs(task) and set(order) == set(task.stages)
    assert all(standing.state == "correct" for standing in standings(task, order).values()) == is_all_right


@given(tasks(), st.integers(0, 2**64 - 1))
def test_the_first_sight_is_stable_complete_and_not_the_answer(task: Task, seed: int) -> None:
    seen = first_sight(task, seed)
    steps = Task(stages=task.stages)
    assert sorted(seen) == sorted(task.ids)
    assert seen == first_sight(task, seed)
    assert pairs(steps) <= 1 or right_pairs(steps, seen) < 0.9 * pairs(steps)


@pytest.mark.parametrize("steps", [2, 4, 5, 7, 10])
def test_neither_the_first_sight_nor_its_reverse_earns_more_than_chance(steps: int) -> None:
    task = Task(stages={name: place for place, name in enumerate("wkfzacqmbt"[:steps])})
    drawn = [first_sight(task, seed) for seed in range(500)]
    share = sum(right_pairs(task, seen) for seen in drawn) / (500 * pairs(task))
    reverse = sum(right_pairs(task, seen[::-1]) for seen in drawn) / (500 * pairs(task))
    assert (0.4 <= share <= 0.6, 0.4 <= reverse <= 0.6) == (True, True)


@given(st.integers(0, 2**64 - 1))
def test_the_first_sight_does_not_depend_on_how_the_file_is_written(seed: int) -> None:
    other = Task(stages={"e": 0, "c": 1, "a": 2, "d": 3, "b": 4})
    seen, as_other = first_sight(FIVE, seed), first_sight(other, seed)
    # Apart from a sight that gives one of the two answers away, both tasks are shuffled alike.
    assert seen == as_other or max(right_pairs(FIVE, as_other), right_pairs(other, seen)) >= 9


@given(tasks_and_orders())
def test_places_give_the_order_back(case: tuple[Task, list[str]]) -> None:
    task, order = case
    if not task.strangers:
        order = [*order, *(name for name in task.ids if name not in order)]
    places = {name: [str(order.index(name) + 1) if name in order else OUT] for name in task.ids}
    assert order_of(task, places) == order


def places(**given: str) -> dict[str, list[str]]:
    return {name: [place] for name, place in given.items()}


def test_gaps_between_places_do_not_matter() -> None:
    assert order_of(STRANGE, places(a="1", b="3", c="4", x=OUT)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "typed", ["0", "6", "-1", "1.0", "1e0", "NaN", "Infinity", "1e309", "٢.٥", "½", "²", OUT, "١١", "9" * 1_000, "a"]
)
def test_what_is_no_place_is_refused(typed: str) -> None:
    with pytest.raises(AnswersRefused) as refused:
        order_of(FIVE, places(a="1", b="2", c="3", d="4", e=typed))
    assert refused.value.codes == {"e": "not_a_place"}


def test_a_place_may_be_written_in_any_digits() -> None:
    assert order_of(FIVE, places(a="٢", b="۱", c="3", d=" 4 ", e="٥")) == list("bacde")


def test_every_item_that_needs_the_learner_is_named() -> None:
    with pytest.raises(AnswersRefused) as refused:
        order_of(FIVE, {"a": ["1"], "b": ["1"], "c": ["2", "3"], "d": [" "]})
    assert refused.value.codes == {"a": "repeated", "b": "repeated", "c": "several", "d": "empty", "e": "empty"}


def test_tied_steps_may_not_share_a_place_since_that_would_tell_them() -> None:
    with pytest.raises(AnswersRefused):
        order_of(TIED, places(a="1", b="2", c="2", d="3"))


@pytest.mark.parametrize(
    ("written", "stages"),
    [
        ("a b c", {"a": 0, "b": 1, "c": 2}),
        ("a b=2 c=2 d", {"a": 0, "b": 1, "c": 1, "d": 2}),
        ("a=1 b=1 c=7 d=7", {"a": 0, "b": 0, "c": 1, "d": 1}),
        ("a=1 x! b=1 c", {"a": 0, "b": 0, "c": 1}),
        ("a=1 b c=2", {"a": 0, "b": 1, "c": 2}),
    ],
)
def test_ranks_tie_neighbours(written: str, stages: dict[str, int]) -> None:
    items: list[dict[str, Any]] = []
    for one in written.split():
        name, _, rank = one.partition("=")
        items.append({"id": name.rstrip("!"), "belongs": not name.endswith("!"), **({"rank": int(rank)} if rank else {})})
    assert task_of({"items": items}).stages == stages
