"""A matching is marked item by item, as its page says."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from takwin_xblocks.contract.marks import AnswersRefused
from takwin_xblocks.match.grading import NONE, Task, first_sight, marks, placed, rightly, task_of

SORTED = Task(
    homes={"rent": "fixed", "jars": "variable", "salary": "fixed", "loan": NONE}, targets=("fixed", "variable"), in_pairs=False
)
PAIRED = Task(homes={"one": "a", "two": "b", "three": NONE}, targets=("a", "b"), in_pairs=True)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    targets = tuple(f"t{index}" for index in range(draw(st.integers(1, 5))))
    homes = {f"i{index}": draw(st.sampled_from((*targets, NONE))) for index in range(draw(st.integers(1, 9)))}
    return Task(homes=homes, targets=targets, in_pairs=False)


@st.composite
def tasks_and_places(draw: st.DrawFn) -> tuple[Task, dict[str, str]]:
    task = draw(tasks())
    return task, {item: draw(st.sampled_from(task.places)) for item in task.homes}


def earned(task: Task, places: dict[str, str], *, partial: bool = True) -> float:
    return sum(mark.earned for mark in marks(task, places, partial=partial).values())


def test_worked_by_hand() -> None:
    places = {"rent": "fixed", "jars": "fixed", "salary": "fixed", "loan": NONE}
    assert earned(SORTED, places) == 3
    assert earned(SORTED, places, partial=False) == 0
    assert rightly(SORTED, places) == {"rent": True, "jars": False, "salary": True, "loan": True}


@given(tasks_and_places())
def test_the_score_stays_between_nothing_and_the_most(case: tuple[Task, dict[str, str]]) -> None:
    task, places = case
    for partial in (True, False):
        assert 0 <= earned(task, places, partial=partial) <= len(task.homes)


@given(tasks())
def test_every_item_at_home_earns_everything(task: Task) -> None:
    assert earned(task, dict(task.homes)) == earned(task, dict(task.homes), partial=False) == len(task.homes)


@given(tasks_and_places())
def test_one_more_item_at_home_earns_one_more_point(case: tuple[Task, dict[str, str]]) -> None:
    task, places = case
    for item, home in task.homes.items():
        assert earned(task, {**places, item: home}) == earned(task, places) + (places[item] != home)


@given(tasks_and_places(), st.data())
def test_other_ids_change_nothing(case: tuple[Task, dict[str, str]], data: st.DataObject) -> None:
    task, places = case
    ids = (*task.homes, *task.targets)
    other = dict(zip(ids, data.draw(st.permutations([f"n{index}" for index in range(len(ids))])), strict=True)) | {NONE: NONE}
    renamed = Task(
        homes={other[item]: other[home] for item, home in task.homes.items()},
        targets=tuple(other[target] for target in task.targets),
        in_pairs=False,
    )
    assert earned(renamed, {other[item]: other[place] for item, place in places.items()}) == earned(task, places)


@given(tasks_and_places())
def test_answers_give_the_places_back_in_any_order(case: tuple[Task, dict[str, str]]) -> None:
    task, places = case
    assert placed(task, {item: [place] for item, place in reversed(places.items())}) == places


@given(tasks(), st.integers(0, 2**64 - 1))
def test_the_first_sight_holds_every_item_and_is_stable(task: Task, seed: int) -> None:
    assert sorted(first_sight(task, seed)) == sorted(task.homes)
    assert first_sight(task, seed) == first_sight(task, seed)


def test_every_item_that_needs_the_learner_is_named() -> None:
    with pytest.raises(AnswersRefused) as refused:
        placed(SORTED, {"rent": ["fixed", "variable"], "jars": [""], "salary": ["elsewhere"]})
    assert refused.value.codes == {"rent": "several", "jars": "empty", "salary": "unknown_place", "loan": "empty"}


def test_in_pairs_a_target_takes_one_and_none_takes_many() -> None:
    assert placed(PAIRED, {"one": ["a"], "two": [NONE], "three": [NONE]}) == {"one": "a", "two": NONE, "three": NONE}
    with pytest.raises(AnswersRefused) as refused:
        placed(PAIRED, {"one": ["a"], "two": ["a"], "three": [NONE]})
    assert refused.value.codes == {"one": "repeated", "two": "repeated"}


def test_none_is_a_place_only_where_something_goes_nowhere() -> None:
    closed = Task(homes={"one": "a", "two": "b"}, targets=("a", "b"), in_pairs=False)
    assert closed.places == ("a", "b")
    with pytest.raises(AnswersRefused) as refused:
        placed(closed, {"one": [NONE], "two": ["b"]})
    assert refused.value.codes == {"one": "unknown_place"}


def test_a_task_is_read_from_the_content() -> None:
    structure = {
        "mode": "pairs",
        "targets": [{"id": "a"}, {"id": "b"}],
        "items": [{"id": "one", "to": "a"}, {"id": "two", "to": "b"}, {"id": "three"}],
    }
    assert task_of(structure) == PAIRED
