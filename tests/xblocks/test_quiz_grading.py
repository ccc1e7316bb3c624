"""Marks by the published rules."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from takwin_xblocks.contract.drawing import Drawing, seed_of
from takwin_xblocks.contract.marks import Mark
from takwin_xblocks.contract.score import better
from takwin_xblocks.quiz.grading import AnswerRefused, accepted, allowance, mark
from takwin_xblocks.quiz.shuffling import in_drawn_order, is_shuffled

SINGLE = {"kind": "single", "id": "q", "choices": [{"id": "a", "correct": True}, {"id": "b", "correct": False}]}
MULTIPLE = {
    "kind": "multiple",
    "id": "q",
    "points": 3,
    "choices": [{"id": name, "correct": name in "abc"} for name in "abcde"],
}
TRUTH = {"kind": "truth", "id": "q", "answer": "false"}
TEXT = {"kind": "text", "id": "q", "points": 2, "accepts": [{"id": "a"}, {"id": "half", "share": 50}, {"id": "no", "share": 0}]}
WORDINGS = {"q/a": "ristourne", "q/half": "une <em>part</em>", "q/no": "bénéfice"}
UNIT = {"q/unit": "MAD", "q/unit/accepted": "dirhams, DH، درهم"}


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


# --- true or false ---


def test_truth() -> None:
    assert mark(TRUTH, ["false"]) == Mark(earned=1, possible=1)
    assert mark(TRUTH, ["true"]) == Mark(earned=0, possible=1)


@pytest.mark.parametrize(("answer", "code"), [([], "empty"), (["true", "false"], "one_only"), (["yes"], "unknown_choice")])
def test_truth_refuses(answer: list[str], code: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        mark(TRUTH, answer)
    assert refused.value.code == code


# --- several choices ---


def test_all_or_nothing_where_the_author_says_so() -> None:
    strict = MULTIPLE | {"partial": "false"}
    assert [mark(strict, list(ticked)).earned for ticked in ("abc", "ab", "abcd", "d")] == [3, 0, 0, 0]


@given(right=st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=4))
def test_ticking_everything_earns_nothing_where_no_more_than_half_is_right(right: set[str]) -> None:
    question = {"kind": "multiple", "id": "q", "choices": [{"id": name, "correct": name in right} for name in "abcdefgh"]}
    assert mark(question, list("abcdefgh")).earned == 0


@given(ticked=st.permutations("abde"))
def test_the_order_of_ticks_does_not_count(ticked: list[str]) -> None:
    assert mark(MULTIPLE, ticked) == mark(MULTIPLE, sorted(ticked))


# --- numbers with a unit ---


@pytest.mark.parametrize(
    "typed",
    [
        "12",
        "12 MAD",
        "12mad",
        "MAD 12",
        "12 dirhams",
        "12,0 dh.",
        "١٢ درهم",
        "١٢٫٠ دِرهم",
        "درهم ۱۲",
        "+12 MAD",
        "\u200f12\u00a0MAD",
    ],
)
def test_a_number_may_be_typed_with_its_unit(typed: str) -> None:
    assert mark(number("12"), [typed], texts=UNIT).earned == 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12 kg", "other_unit"),
        ("€12", "other_unit"),
        ("MAD", "not_a_number"),
        ("MAD 12 MAD", "not_a_number"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("1e309", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1/0", "not_a_number"),
        ("12 MAD" + " " * 60, "too_long"),
    ],
)
def test_other_units_and_odd_numbers(typed: str, code: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        mark(number("12"), [typed], texts=UNIT)
    assert refused.value.code == code


def test_minus_and_unit() -> None:
    assert mark(number("-12.5"), ["MAD -12,5"], texts=UNIT).earned == 1
    assert mark(number("-12.5"), ["\N{MINUS SIGN}12,5 MAD"], texts=UNIT).earned == 1


# --- a few words ---


@pytest.mark.parametrize(
    ("typed", "earned"),
    [
        ("ristourne", 2),
        ("  RISTOURNE ! ", 2),
        ("Une part", 1),
        ("benefice", 0),
        ("une ristourne", 0),
        ("autre chose", 0),
    ],
)
def test_text_earns_the_share_of_its_wording(typed: str, earned: float) -> None:
    assert mark(TEXT, [typed], texts=WORDINGS) == Mark(earned=earned, possible=2)


def test_which_wording_was_met() -> None:
    found = accepted(TEXT, ["BÉNÉFICE"], texts=WORDINGS)
    assert found == {"id": "no", "share": 0}
    assert accepted(TEXT, ["rien"], texts=WORDINGS) is None
    twice = WORDINGS | {"q/half": "Ristourne"}
    assert accepted(TEXT, ["ristourne"], texts=twice) == {"id": "a"}


@pytest.mark.parametrize(
    ("answer", "code"),
    [([], "empty"), ([""], "empty"), (["?! …"], "empty"), (["a", "b"], "one_only"), (["x" * 201], "text_too_long")],
)
def test_text_refuses(answer: list[str], code: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        mark(TEXT, answer, texts=WORDINGS)
    assert refused.value.code == code


def test_a_text_without_words_in_this_language_accepts_nothing() -> None:
    assert mark(TEXT, ["ristourne"]).earned == 0


@pytest.mark.parametrize(
    "typed", ["a" * 10_000_000, "\ufdfa" * 10_000_000, ("aaaa" * 50)[:200], "\ufdfa" * 200, "e" + "\u0301" * 199]
)
def test_no_text_is_slow(typed: str) -> None:
    began = time.process_time()
    try:
        mark(TEXT, [typed], texts=WORDINGS)
    except AnswerRefused as error:
        assert error.code == "text_too_long"  # noqa: PT017 -- only some are refused
    assert time.process_time() - began < 0.5


# --- all kinds ---

QUESTIONS: list[dict[str, Any]] = [SINGLE, MULTIPLE, MULTIPLE | {"partial": "false"}, TRUTH, number("12", "5%"), TEXT]


@given(
    question=st.sampled_from(QUESTIONS),
    answer=st.lists(st.text(max_size=80) | st.sampled_from(["a", "b", "true", "12", "ristourne"])),
)
def test_any_answer_is_marked_within_bounds_or_refused(question: dict[str, Any], answer: list[str]) -> None:
    try:
        given_mark = mark(question, answer, texts=WORDINGS | UNIT)
    except AnswerRefused as error:
        assert error.code in {"empty", "one_only", "unknown_choice", "not_a_number", "other_unit", "too_long", "text_too_long"}  # noqa: PT017
    else:
        assert 0 <= given_mark.earned <= given_mark.possible == question.get("points", 1)


# --- the order of choices ---


@given(learner=st.text(max_size=10), fixed=st.sets(st.integers(0, 7)), count=st.integers(2, 8))
def test_a_shuffle_is_a_stable_permutation_that_leaves_fixed_choices(learner: str, fixed: set[int], count: int) -> None:
    choices = [{"id": f"c{place}", **({"fixed": True} if place in fixed else {})} for place in range(count)]
    seed = seed_of(learner, "q")
    order = in_drawn_order(choices, Drawing(seed))
    assert sorted(one["id"] for one in order) == [one["id"] for one in choices]
    assert all(order[place] == choices[place] for place in range(count) if place in fixed)
    assert in_drawn_order(choices, Drawing(seed)) == order


def test_learners_meet_different_orders() -> None:
    choices = [{"id": name} for name in "abcd"]
    orders = {tuple(one["id"] for one in in_drawn_order(choices, Drawing(seed_of(str(learner), "q")))) for learner in range(400)}
    assert len(orders) == 24


def test_what_is_shuffled() -> None:
    asked = {"kind": "single", "shuffle": True}
    assert [is_shuffled(asked, all_of_them=False), is_shuffled({"kind": "multiple"}, all_of_them=True)] == [True, True]
    assert [is_shuffled({"kind": "single"}, all_of_them=False), is_shuffled({"kind": "truth"}, all_of_them=True)] == [False, False]
