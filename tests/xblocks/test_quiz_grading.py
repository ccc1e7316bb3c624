"""Marks by the published rules."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from takwin_xblocks.contract.score import better
from takwin_xblocks.quiz.grading import AnswerRefused, Mark, allowance, mark

SINGLE = {"kind": "single", "id": "q", "choices": [{"id": "a", "correct": True}, {"id": "b", "correct": False}]}
MULTIPLE = {
    "kind": "multiple",
    "id": "q",
    "points": 3,
    "choices": [{"id": name, "correct": name in "abc"} for name in "abcde"],
}


def number(value: str, tolerance: str = "0") -> dict[str, str]:
    return {"kind": "number", "id": "q", "value": value, "tolerance": tolerance}


def test_single() -> None:
    assert mark(SINGLE, ["a"]) == Mark(earned=1, possible=1)
    assert mark(SINGLE, ["b"]) == Mark(earned=0, possible=1)


@pytest.mark.parametrize(
    ("ticked", "earned", "state"),
    [
        ("abc", 3, "correct"),
        ("ab", 2, "partly"),
        ("a", 1, "partly"),
        ("abd", 1, "partly"),
        ("ad", 0, "incorrect"),
        ("ade", 0, "incorrect"),
        ("abcd", 2, "partly"),
        ("abcde", 1, "partly"),
        ("de", 0, "incorrect"),
        ("aaa", 1, "partly"),
    ],
)
def test_multiple_gives_and_takes_shares(ticked: str, earned: float, state: str) -> None:
    given_mark = mark(MULTIPLE, list(ticked))
    assert (given_mark.earned, given_mark.possible, given_mark.state) == (earned, 3, state)


@pytest.mark.parametrize(
    ("value", "tolerance", "typed", "right"),
    [
        ("96", "0", "96", True),
        ("96", "0", "٩٦٫٠", True),
        ("96", "0", "96.01", False),
        ("3.5", "0.1", "3,6", True),
        ("3.5", "0.1", "3,61", False),
        ("450", "1%", "454.5", True),
        ("450", "1%", "454.51", False),
        ("-450", "1%", "-454.5", True),
        ("0", "5%", "0", True),
        ("12000", "0", "12.000", True),
        ("12000", "0", "12,000", True),
        ("12", "0", "12,000", True),
        ("0.1", "0", "0.10000000000000000000000000001", False),
    ],
)
def test_number(value: str, tolerance: str, typed: str, *, right: bool) -> None:
    assert mark(number(value, tolerance), [typed]).earned == (1 if right else 0)


def test_allowance() -> None:
    assert allowance(Decimal(-200), "5%") == Decimal(10)
    assert allowance(Decimal(-200), "5") == Decimal(5)


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        (SINGLE, [], "empty"),
        (SINGLE, [""], "empty"),
        (SINGLE, ["a", "b"], "one_only"),
        (SINGLE, ["z"], "unknown_choice"),
        (MULTIPLE, [], "empty"),
        (MULTIPLE, ["a", "z"], "unknown_choice"),
        (number("1"), [], "empty"),
        (number("1"), ["1", "1"], "one_only"),
        (number("1"), ["one"], "not_a_number"),
        (number("1"), ["1" * 99], "too_long"),
    ],
)
def test_refuses(question: dict[str, object], answer: list[str], code: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        mark(question, answer)
    assert refused.value.code == code


@given(ticked=st.sets(st.sampled_from("abcde"), min_size=1))
def test_a_mark_is_within_its_bounds_and_full_only_for_the_right_set(ticked: set[str]) -> None:
    given_mark = mark(MULTIPLE, sorted(ticked))
    assert 0 <= given_mark.earned <= given_mark.possible
    assert (given_mark.state == "correct") == (ticked == set("abc"))


@given(value=st.decimals(min_value=-(10**6), max_value=10**6, places=3), share=st.integers(min_value=0, max_value=50))
def test_the_value_itself_is_always_right(value: Decimal, share: int) -> None:
    assert mark(number(f"{value:f}", f"{share}%"), [f"{value:f}"]).earned == 1


def test_the_better_score() -> None:
    low, high = {"earned": 1.0, "possible": 4.0}, {"earned": 2.0, "possible": 4.0}
    assert better({}, low) == low
    assert better(low, high) == high
    assert better(high, low) == high
    assert better({"earned": 1.0, "possible": 1.0}, {"earned": 4.0, "possible": 4.0}) == {"earned": 4.0, "possible": 4.0}
    assert better({"earned": 1.0, "possible": 1.0}, {"earned": 0.0, "possible": 0.0}) == {"earned": 1.0, "possible": 1.0}
