"""The rules of the diagnostic: what holds whatever members answer."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as some

from takwin_xblocks.diagnostic.grading import (
    DISCUSS,
    Pillar,
    ValueRefused,
    added,
    band_limits,
    band_of,
    kept,
    lowest_of,
    measured,
    overall_of,
    pillar_of,
    read_count,
    read_value,
    rounded,
    statement_of,
)

STATEMENTS = {"governance": ["g1", "g2", "g3", "g4", "g5", "g6"], "finance": ["f1", "f2", "f3", "f4", "f5", "f6"]}
ALL = [statement for statements in STATEMENTS.values() for statement in statements]

values = some.none() | some.integers(0, 4)
members = some.lists(some.dictionaries(some.sampled_from(ALL), values), max_size=12)


def tally(respondents: list[dict[str, int | None]]) -> dict[str, list[int]]:
    counts: dict[str, list[int]] = {}
    for answers in respondents:
        counts = added(counts, answers)
    return counts


def results(respondents: list[dict[str, int | None]], pillars: list[str] | None = None) -> list[Pillar]:
    counts = tally(respondents)
    return [pillar_of(pillar, STATEMENTS[pillar], counts) for pillar in pillars or list(STATEMENTS)]


@given(members)
def test_scores_lie_within_0_and_100(respondents) -> None:
    found = results(respondents)
    scores = [pillar.score for pillar in found] + [overall_of(found)]
    assert [score for score in scores if score is not None and not 0 <= score <= 100] == []
    assert [pillar.id for pillar in found if (pillar.score is None) != (pillar.answered < 4)] == []
    assert (overall_of(found) is None) == any(pillar.score is None for pillar in found)


@given(members, some.randoms())
def test_the_order_of_members_never_matters(respondents, random) -> None:
    mixed = list(respondents)
    random.shuffle(mixed)
    assert results(mixed) == results(respondents)


@given(members)
def test_leaving_a_pillar_out_changes_no_other(respondents) -> None:
    assert results(respondents, ["finance"]) == [results(respondents)[1]]
    without = [{key: value for key, value in one.items() if key.startswith("f")} for one in respondents]
    assert results(without, ["finance"]) == results(respondents, ["finance"])


@given(some.lists(some.integers(0, 4), min_size=1, max_size=30))
def test_a_member_who_gives_the_mean_changes_no_mean(given_values) -> None:
    before = statement_of("g1", tally([{"g1": value} for value in given_values]))
    assert before.mean is not None
    # A mean between two values is given by as many members as make it whole together.
    more = before.mean.denominator
    low, extra = divmod(before.mean * more, more)
    joining = [int(low)] * (more - int(extra)) + [int(low) + 1] * int(extra)
    after = statement_of("g1", tally([{"g1": value} for value in [*given_values, *joining]]))
    assert after.mean == before.mean
    assert after.answered == before.answered + more


@given(members, some.dictionaries(some.sampled_from(ALL), some.none()))
def test_we_do_not_know_counts_nowhere(respondents, unknown) -> None:
    assert results([*respondents, unknown]) == results(respondents)


@given(members, some.dictionaries(some.sampled_from(ALL), values))
def test_a_member_more_never_narrows_the_spread(respondents, another) -> None:
    before, after = results(respondents), results([*respondents, another])
    assert [one.id for one, other in zip(before, after, strict=True) if other.spread < one.spread] == []


@given(members, some.sampled_from(ALL))
def test_a_better_answer_never_lowers_the_score_where_all_answered(respondents, statement) -> None:
    full = [dict.fromkeys(ALL, 2) | {key: value for key, value in one.items() if value is not None} for one in respondents]
    raised = [one | {statement: min(4, one[statement] + 1)} for one in full]
    pairs = zip(results(full), results(raised), strict=True)
    assert [one.id for one, other in pairs if one.exact is not None and other.exact < one.exact] == []


def test_bands_part_0_to_100() -> None:
    assert band_limits() == [("emerging", 0, 24), ("structuring", 25, 49), ("consolidating", 50, 74), ("autonomous", 75, 100)]
    by_limits = {score: band for band, lowest, highest in band_limits() for score in range(lowest, highest + 1)}
    assert by_limits == {score: band_of(score) for score in range(101)}


@pytest.mark.parametrize(
    ("exact", "shown", "band"),
    [
        ("0", 0, "emerging"),
        ("24.4", 24, "emerging"),
        ("24.5", 25, "structuring"),
        ("24.9", 25, "structuring"),
        ("49.49", 49, "structuring"),
        ("49.5", 50, "consolidating"),
        ("74.5", 75, "autonomous"),
        ("100", 100, "autonomous"),
    ],
)
def test_the_band_is_that_of_the_score_shown(exact, shown, band) -> None:
    assert (rounded(Fraction(exact)), band_of(rounded(Fraction(exact)))) == (shown, band)


def test_a_worked_example() -> None:
    aicha = {"g1": 4, "g2": 3, "g3": 2, "g4": 0, "g5": 4, "g6": 1}
    rahma = {"g1": 2, "g2": 3, "g3": None, "g4": 3, "g5": 4, "g6": 0}
    pillar = results([aicha, rahma], ["governance"])[0]
    # 3 + 3 + 2 + 1.5 + 4 + 0.5 = 14 of 24.
    assert [one.mean for one in pillar.statements] == [3, 3, 2, Fraction(3, 2), 4, Fraction(1, 2)]
    assert (pillar.exact, pillar.score, pillar.answered, pillar.spread) == (Fraction(1400, 24), 58, 6, 3)
    assert [one.id for one in pillar.statements if one.spread >= DISCUSS] == ["g4"]
    assert measured([pillar], respondents=2) == {
        "respondents": 2,
        "overall": 58,
        "pillars": [{"id": "governance", "score": 58, "answered": 6, "spread": 3}],
        "statements": [
            {"id": "g1", "mean": 3.0, "spread": 2, "answered": 2},
            {"id": "g2", "mean": 3.0, "spread": 0, "answered": 2},
            {"id": "g3", "mean": 2.0, "spread": 0, "answered": 1},
            {"id": "g4", "mean": 1.5, "spread": 3, "answered": 2},
            {"id": "g5", "mean": 4.0, "spread": 0, "answered": 2},
            {"id": "g6", "mean": 0.5, "spread": 1, "answered": 2},
        ],
    }


def test_skipped_statements_divide_by_those_answered() -> None:
    assert results([{"g1": 4, "g2": 4, "g3": 4, "g4": 0}], ["governance"])[0].score == 75
    few = results([{"g1": 4, "g2": 4, "g3": 4, "g4": None}], ["governance"])[0]
    assert (few.score, few.answered) == (None, 3)


def test_overall_waits_for_every_pillar() -> None:
    full = dict.fromkeys(STATEMENTS["governance"], 4)
    assert overall_of(results([full])) is None
    assert overall_of(results([full | dict.fromkeys(STATEMENTS["finance"], 2)])) == 75
    assert overall_of([]) is None


def test_the_lowest_pillars() -> None:
    assert lowest_of({"a": 30, "b": 20, "c": None}) == ["b"]
    assert lowest_of({"a": 20, "b": 20, "c": 21}) == ["a", "b"]
    assert [lowest_of({"a": 20, "b": 20}), lowest_of({"a": 20, "b": None}), lowest_of({})] == [[], [], []]


def test_adding_changes_no_counts_given() -> None:
    counts = {"g1": [0, 1, 0, 0, 0]}
    assert added(counts, {"g1": 1, "g2": 4, "g3": None}) == {"g1": [0, 2, 0, 0, 0], "g2": [0, 0, 0, 0, 1]}
    assert counts == {"g1": [0, 1, 0, 0, 0]}


@pytest.mark.parametrize(("sent", "value"), [("0", 0), ("4", 4), ("٣", 3), ("۴", 4), (" 2 ", 2), ("unknown", None)])
def test_values_in_any_digits(sent, value) -> None:
    assert read_value(sent) == value


HOSTILE = [
    "",
    "5",
    "-1",
    "−1",
    "NaN",
    "nan",
    "Infinity",
    "1e309",
    "2.0",
    "٣٫٥",
    "1/0",
    "null",
    "None",
    "True",
    "²",
    "00",
    "3" * 10_000_000,
]


@pytest.mark.parametrize("sent", HOSTILE, ids=lambda text: text[:8])
def test_what_is_no_value_is_refused(sent) -> None:
    with pytest.raises(ValueRefused):
        read_value(sent)


def test_counts_in_any_digits() -> None:
    assert [read_count(sent) for sent in ("", " ", "0", "7", "١٢", "999", "007")] == [0, 0, 0, 7, 12, 999, 7]


@pytest.mark.parametrize("sent", ["1000", "-1", "NaN", "inf", "1e3", "1.5", "²", "9" * 10_000_000], ids=lambda text: text[:8])
def test_what_is_no_count_is_refused(sent) -> None:
    with pytest.raises(ValueRefused):
        read_count(sent)


def test_the_first_measure_is_never_dropped() -> None:
    assert kept([1, 2, 3], most=3) == [1, 2, 3]
    assert kept([1, 2, 3, 4, 5], most=3) == [1, 4, 5]
