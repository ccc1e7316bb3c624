"""What observers' sheets come to: the numbers of the teach-back checklist, and what holds of any list."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from takwin_xblocks.observation.content import rules_of
from takwin_xblocks.observation.grading import MEAN, Decision, Rules, Sheet, is_zero, latest, level_of, result_of

ITEMS = tuple(f"i{number}" for number in range(1, 13))
TEACH_BACK = Rules(items=ITEMS, keys=frozenset({"i1", "i6", "i9"}))


def sheet(observer: str, marks: str, *, seq: int = 1) -> Sheet:
    """Return a sheet from its marks: "221120212210"."""
    levels = {item: int(mark) for item, mark in zip(ITEMS, marks, strict=True)}
    return Sheet(key=f"{observer}{seq}", observer=observer, levels=levels, order=(seq, f"{observer}{seq}"))


# --- the numbers of the checklist ---


def test_the_usual_marks_are_those_of_the_checklist() -> None:
    items = [{"id": item, **({"key": True} if item in {"i1", "i6", "i9"} else {})} for item in ITEMS]
    assert rules_of({"items": items}) == TEACH_BACK
    assert (TEACH_BACK.most, TEACH_BACK.pass_mark, TEACH_BACK.difference) == (24, 17, 6)


def test_the_score_is_the_mean_of_three_observers() -> None:
    found = result_of([sheet("trainer", "222222122200"), sheet("a", "222222111111"), sheet("b", "212121212121")], TEACH_BACK)
    assert found is not None
    assert (found.score, found.most, found.observers) == (Fraction(19 + 18 + 18, 3), 24, 3)


@pytest.mark.parametrize(
    ("points", "zeros", "level"),
    [
        (0, (), 1),
        (8, (), 1),
        (Fraction(26, 3), (), 1),
        (9, (), 2),
        (16, (), 2),
        (Fraction(50, 3), (), 2),  # 16.67 is not 17
        (17, (), 3),
        (17, ("i2",), 3),
        (17, ("i6",), 2),
        (24, ("i9",), 2),
        (Fraction(65, 3), (), 3),
        (22, (), 4),
        (22, ("i2",), 3),
    ],
)
def test_levels_begin_where_the_checklist_says(points: Fraction, zeros: tuple[str, ...], level: int) -> None:
    assert level_of(points, zeros, TEACH_BACK) == level


@pytest.mark.parametrize("item", ["i1", "i6", "i9"])
def test_a_zero_in_a_key_item_fails_at_23_points_of_24(item: str) -> None:
    marks = "".join("0" if one == item else "2" for one in ITEMS)
    found = result_of([sheet("trainer", marks)], TEACH_BACK)
    assert found is not None
    assert (found.score, found.level, found.passed, found.key_zeros) == (22, 2, False, (item,))


@pytest.mark.parametrize(("levels", "is_it"), [([0, 2, 2], False), ([0, 0, 2], True), ([0, 1], True), ([0], True), ([1], False)])
def test_a_zero_counts_where_half_of_the_observers_gave_it(levels: list[int], is_it: bool) -> None:  # noqa: FBT001
    assert is_zero(levels) is is_it


def test_a_trainer_decides_beyond_six_points_and_not_at_six() -> None:
    low, six_more, seven_more = sheet("a", "111111111111"), sheet("b", "222222111111"), sheet("c", "222222211111")
    at_six, beyond = result_of([low, six_more], TEACH_BACK), result_of([low, seven_more], TEACH_BACK)
    assert at_six is not None
    assert beyond is not None
    assert (at_six.difference, at_six.needs_decision, at_six.can_be_published) == (6, False, True)
    assert (beyond.difference, beyond.needs_decision, beyond.can_be_published) == (7, True, False)


def test_the_sheet_that_a_trainer_chose_holds_while_it_counts() -> None:
    sheets = [sheet("trainer", "222222222111"), sheet("a", "111111111100")]
    decided = result_of(sheets, TEACH_BACK, Decision(basis="trainer1", reason="Two items were missed."))
    left = result_of(sheets, TEACH_BACK, Decision(basis="gone1", reason="…"))
    mean = result_of(sheets, TEACH_BACK, Decision(basis=MEAN, reason="Both are right."))
    assert decided is not None
    assert left is not None
    assert mean is not None
    assert (decided.score, decided.level, decided.is_decided) == (21, 3, True)
    assert (left.score, left.is_decided, left.can_be_published) == (Fraction(31, 2), False, False)
    assert (mean.score, mean.is_decided, mean.zeros) == (Fraction(31, 2), True, ("i11", "i12"))


def test_agreement_names_the_items_on_which_observers_are_two_levels_apart() -> None:
    found = result_of([sheet("t", "2" * 12), sheet("a", "02" + "1" * 10), sheet("b", "2" * 12)], TEACH_BACK)
    assert found is not None
    assert [one.item for one in found.items if one.is_far_apart] == ["i1"]
    assert found.items[0].agreement == Fraction(2, 3)
    assert found.items[1].agreement == 1
    assert found.agreement == Fraction(11 * 2 + 3, 36)


# --- what holds of any list ---

RULES = st.builds(
    lambda count, keys, top: rules_of(
        {
            "items": [{"id": f"i{number}", **({"key": True} if number in keys else {})} for number in range(count)],
            "levels": [{"id": f"l{number}"} for number in range(top + 1)],
        }
    ),
    st.integers(3, 30),
    st.sets(st.integers(0, 29), max_size=4),
    st.integers(1, 4),
)


@st.composite
def observed(draw: st.DrawFn) -> tuple[Rules, list[Sheet]]:
    """Draw a list and the sheets of a few observers, some of whom sent several."""
    rules = draw(RULES)
    found = []
    for number in range(draw(st.integers(1, 7))):
        levels = {item: draw(st.integers(0, rules.top)) for item in rules.items}
        order = (draw(st.integers(1, 3)), f"e{number}")
        found.append(Sheet(key=f"k{number}", observer=draw(st.sampled_from("abc")), levels=levels, order=order))
    return rules, found


@given(observed(), st.randoms())
def test_what_counts_depends_on_no_order_and_on_no_copy(drawn: tuple[Rules, list[Sheet]], chance: object) -> None:
    rules, sheets = drawn
    shuffled = [*sheets, *sheets]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert latest(shuffled) == latest(sheets)
    assert result_of(shuffled, rules) == result_of(sheets, rules)


@given(observed())
def test_a_result_keeps_within_its_bounds(drawn: tuple[Rules, list[Sheet]]) -> None:
    rules, sheets = drawn
    found = result_of(sheets, rules)
    assert found is not None
    totals = [one.total(rules) for one in latest(sheets)]
    assert min(totals) <= found.score <= max(totals) <= rules.most
    assert found.observers == len({one.observer for one in sheets}) == len(totals)
    assert 0 <= found.difference <= rules.most
    assert all(Fraction(1, found.observers) <= one.agreement <= 1 for one in found.items)
    assert found.passed == (found.score >= rules.pass_mark and not found.key_zeros)


@given(observed(), st.data())
def test_who_saw_more_never_brings_a_trainee_down(drawn: tuple[Rules, list[Sheet]], data: st.DataObject) -> None:
    rules, sheets = drawn
    one = data.draw(st.sampled_from(latest(sheets)))
    item = data.draw(st.sampled_from(rules.items))
    better = Sheet(
        key=one.key, observer=one.observer, order=one.order, levels={**one.levels, item: min(one.levels[item] + 1, rules.top)}
    )
    before, after = result_of(sheets, rules), result_of([better if each is one else each for each in sheets], rules)
    assert before is not None
    assert after is not None
    assert after.score >= before.score
    assert after.level >= before.level


def test_what_nobody_observed_has_no_result() -> None:
    assert result_of([], TEACH_BACK) is None
    assert result_of([sheet("t", "2" * 12)], Rules(items=())) is None
