"""What levels are worth: properties of the rule, and the examples of the trade."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from takwin_xblocks.rubric.grading import (
    Rubric,
    apart,
    joined_levels,
    mean_level,
    peers_levels,
    share,
    too_low,
    trainers_levels,
    weights_of,
)

R1 = Rubric(weights={"outcomes": 20, "beats": 20, "literacy": 20, "content": 20, "assessment": 10, "time": 10}, highest=4)
R2 = Rubric(weights={"diagnostic": 25, "priorities": 20, "indicators": 20, "ownership": 20, "feasibility": 15}, highest=4)
R3 = Rubric(weights={"customer": 15, "product": 20, "price": 25, "channel": 15, "action": 15, "voice": 10}, highest=4)
PRESETS = Path(__file__).parents[2] / "xblocks/src/takwin_xblocks/rubric/presets"


@st.composite
def rubrics(draw):
    weights = draw(st.lists(st.integers(1, 100), min_size=2, max_size=12))
    return Rubric(weights={f"c{place}": weight for place, weight in enumerate(weights)}, highest=draw(st.integers(2, 6)))


def levels_for(rubric):
    return st.fixed_dictionaries({one: st.integers(1, rubric.highest) for one in rubric.weights})


def same(rubric, level):
    return dict.fromkeys(rubric.weights, level)


def shares():
    return (
        st.tuples(st.integers(0, 100), st.integers(0, 100))
        .filter(lambda two: sum(two) <= 100)
        .map(lambda two: {"self": two[0], "peer": two[1], "trainer": 100 - sum(two)})
    )


@pytest.mark.parametrize("rubric", [R1, R2, R3])
def test_the_weights_of_the_trade_make_a_hundred_and_level_three_everywhere_is_three_quarters(rubric):
    assert sum(rubric.weights.values()) == 100
    assert share(rubric, same(rubric, 3)) == Fraction(3, 4)
    assert mean_level(rubric, same(rubric, 3)) == 3


def test_a_marketing_plan_reaches_level_three_by_its_weighted_mean():
    strong = same(R3, 3) | {"price": 4, "customer": 2}
    assert mean_level(R3, strong) == Fraction(310, 100)
    weak = same(R3, 3) | {"price": 2, "voice": 4}
    assert mean_level(R3, weak) == Fraction(285, 100)


def test_peers_are_read_by_their_median_and_one_alone_is_nobody():
    assert peers_levels([{"a": 4}]) is None
    assert peers_levels([{"a": 1}, {"a": 4}]) == {"a": Fraction(5, 2)}
    assert peers_levels([{"a": 1}, {"a": 4}, {"a": 4}]) == {"a": 4}


def test_two_trainers_disagree_by_two_levels_or_by_twenty_points():
    assert apart(R1, same(R1, 3), same(R1, 3) | {"time": 1}).criteria == ("time",)
    near = same(R1, 3) | {"outcomes": 2, "beats": 2}
    assert apart(R1, same(R1, 3), near) is None
    far = apart(R1, same(R1, 3), same(R1, 2) | {"time": 3})  # 22.5 points, no criterion by two levels
    assert (far.criteria, far.points) == ((), Fraction(45, 2))
    assert apart(Rubric(weights={"a": 80, "b": 20}, highest=4), {"a": 3, "b": 3}, {"a": 2, "b": 3}).points == 20


def test_only_heavy_criteria_send_work_back():
    assert too_low(R1, same(R1, 2)) == ()
    assert too_low(R1, same(R1, 3) | {"time": 1}) == ()
    assert too_low(R1, same(R1, 3) | {"beats": 1}) == ("beats",)
    assert too_low(R1, same(R1, 3) | {"beats": Fraction(3, 2)}) == ("beats",)


@given(st.data())
def test_a_share_grows_with_every_level_and_stays_within_its_limits(data):
    rubric = data.draw(rubrics())
    levels = data.draw(levels_for(rubric))
    worth = share(rubric, levels)
    assert Fraction(1, rubric.highest) <= worth <= 1
    assert (worth == 1) == (set(levels.values()) == {rubric.highest})
    one = data.draw(st.sampled_from(sorted(levels)))
    if levels[one] < rubric.highest:
        assert share(rubric, levels | {one: levels[one] + 1}) > worth


@given(st.data())
def test_joined_levels_lie_between_those_that_were_given_and_their_score_is_the_joined_score(data):
    rubric = data.draw(rubrics())
    asked = data.draw(shares())
    parts = {part: data.draw(levels_for(rubric)) for part in data.draw(st.sets(st.sampled_from(["self", "peer", "trainer"])))}
    weights, joined = weights_of(asked, parts), joined_levels(asked, parts)
    assert sum(weights.values()) == (1 if weights else 0)
    assert (joined is None) == (not weights)
    assert not ("trainer" in parts and joined is None)
    if joined is not None:
        for one, level in joined.items():
            given_levels = [parts[part][one] for part in weights]
            assert min(given_levels) <= level <= max(given_levels)
        assert share(rubric, joined) == sum(weight * share(rubric, parts[part]) for part, weight in weights.items())


@given(shares())
def test_trainers_stand_in_for_peers_who_are_missing(asked):
    own, trainer = {"a": 1}, {"a": 4}
    weights = weights_of(asked, {"self": own, "trainer": trainer})
    if asked["self"] < 100:
        assert weights["trainer"] == Fraction(asked["trainer"] + asked["peer"], 100)
    assert weights_of(asked, {"trainer": trainer}) == {"trainer": 1}


@given(st.data())
def test_two_trainers_are_as_far_apart_whoever_is_named_first_and_their_mean_is_fair(data):
    rubric = data.draw(rubrics())
    first, second = data.draw(levels_for(rubric)), data.draw(levels_for(rubric))
    assert apart(rubric, first, second) == apart(rubric, second, first)
    assert apart(rubric, first, first) is None
    mean = trainers_levels([first, second])
    assert all(min(first[one], second[one]) <= level <= max(first[one], second[one]) for one, level in mean.items())


SHIPPED = {"r1": 6, "r2": 5, "r3-m": 6, "r3-g": 5, "r3-i": 4, "fin": 4}


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_rubrics_weigh_a_hundred_in_three_languages(name, language):
    node = etree.parse(str(PRESETS / language / f"{name}.xml")).getroot()
    english = etree.parse(str(PRESETS / "en" / f"{name}.xml")).getroot()
    weights = [(one.get("id"), int(one.get("weight"))) for one in node.iter("criterion")]
    assert (len(weights), sum(weight for _id, weight in weights)) == (SHIPPED[name], 100)
    assert weights == [(one.get("id"), int(one.get("weight"))) for one in english.iter("criterion")]
    rubric = Rubric(weights=dict(weights), highest=4)
    assert share(rubric, same(rubric, 3)) == Fraction(3, 4)
