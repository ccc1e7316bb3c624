"""Cells are marked one by one, an error is counted once, and the worked numbers come out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st
from worksheet_scenarios import NAMES, content_of, right_answers, solved, table

from takwin_xblocks.contract.marks import AnswersRefused
from takwin_xblocks.worksheet.attributes import tolerance_of
from takwin_xblocks.worksheet.grading import mark_table, read_entries
from takwin_xblocks.worksheet.numbers import TRIES, code_of, drawn_figures, draws, is_accepted, read_code, usual_figures
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import table_of

CASH = table("cash-plan")
CASH_FIGURES = usual_figures(CASH)
CASH_RIGHT = right_answers(CASH, CASH_FIGURES)


def marked(answers, made=CASH, figures=None):
    return mark_table(made, figures or CASH_FIGURES, read_entries(made, answers))


def verdicts(answers, made=CASH, figures=None):
    return {name: mark.verdict for name, mark in marked(answers, made, figures).items()}


def earned(answers, made=CASH, figures=None):
    return sum(mark.mark.earned for mark in marked(answers, made, figures).values())


# --- the worked numbers ---


def test_the_cash_plan_closes_as_worked():
    cells = solved("cash-plan")
    months = ("jul", "aug", "sep", "oct", "nov", "dec")
    assert [cells[f"closing.{month}"] for month in months] == [-4000, -25500, -26800, -9300, 8200, 34700]
    assert (cells["receipts.total"], cells["payments.total"], cells["net.total"]) == (144000, 121300, 22700)
    assert (cells["gap.jul"], cells["gap_month.jul"]) == (26800, 3)
    assert sum(cell.points for cell in CASH.inputs.values()) == 30


def test_break_even_is_as_worked():
    cells = solved("break-even")
    assert cells["contribution.amount"] == Decimal("9.875")
    assert (cells["quantity.amount"], cells["for_target.amount"], cells["surplus.amount"]) == (608, 1013, 1900)
    assert round(cells["turnover.amount"], 2) == Decimal("15797.47")
    assert cells["safety.amount"] == 24


@pytest.mark.parametrize(
    ("example_set", "full", "unit", "price"), [("argan", 29150, "72.875", "97.17"), ("shea", 43825, "1511.21", "1889.01")]
)
def test_costing_is_as_worked_in_each_example_set(example_set, full, unit, price):
    cells = solved("costing", example_set)
    assert cells["full.amount"] == full
    assert round(cells["unit_cost.amount"], len(unit.partition(".")[2])) == Decimal(unit)
    assert round(cells["asked.amount"], 2) == Decimal(price)


def test_an_example_set_changes_places_and_leaves_out_rows():
    argan, shea = table("costing", "argan"), table("costing", "shea")
    assert (argan.cells["full", "amount"].places, shea.cells["full", "amount"].places) == (2, 0)
    assert "kernels" not in shea.row
    assert table("costing", "no such set").example_set == "argan"


# --- marking ---


def test_all_right_earns_everything():
    assert earned(CASH_RIGHT) == 30


def test_an_error_is_counted_once():
    wrong = CASH_RIGHT | {"receipts.jul": ["9000"]}
    shifted = {
        f"closing.{month}": [str(int(CASH_RIGHT[f"closing.{month}"][0]) + 1000)]
        for month in ("jul", "aug", "sep", "oct", "nov", "dec")
    }
    told = verdicts(wrong | shifted | {"gap.jul": ["25800"]})
    assert told["receipts.jul"] == "wrong"
    assert {told[name] for name in (*shifted, "gap.jul")} == {"follows"}
    assert earned(wrong | shifted | {"gap.jul": ["25800"]}) == 29


def test_a_right_cell_stays_right_beside_wrong_ones():
    told = verdicts(CASH_RIGHT | {"receipts.jul": ["9000"]})
    assert [name for name, verdict in told.items() if verdict != "right"] == ["receipts.jul"]


def test_the_month_follows_from_the_learners_own_closings():
    lower_in_august = CASH_RIGHT | {"closing.aug": ["-99000"], "gap.jul": ["99000"], "gap_month.jul": ["aug"]}
    told = verdicts(lower_in_august)
    assert (told["closing.aug"], told["gap.jul"], told["gap_month.jul"]) == ("wrong", "follows", "follows")


def test_what_leads_to_no_number_follows_from_nothing():
    made = table("break-even")
    answers = right_answers(made, usual_figures(made)) | {"contribution.amount": ["0"], "quantity.amount": ["7"]}
    told = verdicts(answers, made, usual_figures(made))
    assert told["quantity.amount"] == "wrong"


def test_every_cell_that_needs_the_learner_is_named():
    with pytest.raises(AnswersRefused) as refused:
        read_entries(CASH, CASH_RIGHT | {"receipts.jul": [""], "receipts.aug": ["many"], "gap_month.jul": ["total"], "gap.jul": []})
    assert refused.value.codes == {
        "receipts.jul": "empty",
        "receipts.aug": "not_a_number",
        "gap_month.jul": "not_offered",
        "gap.jul": "empty",
    }


@pytest.mark.parametrize(
    "typed", ["NaN", "Infinity", "-inf", "1e309", "1e3", "1/0", "0x10", "9" * 31, "1" * 65, "٣٫٥٫٥", "--1", "1,2,3"]
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(AnswersRefused):
        read_entries(CASH, CASH_RIGHT | {"receipts.jul": [typed]})


@pytest.mark.parametrize("typed", ["8000", "٨٠٠٠", "۸۰۰۰", "8 000", "8,000", "8.000", "8000,00", "٨٬٠٠٠", "+8000"])
def test_a_number_may_be_typed_in_many_ways(typed):
    assert verdicts(CASH_RIGHT | {"receipts.jul": [typed]})["receipts.jul"] == "right"


@pytest.mark.parametrize(
    ("tolerance", "answer", "right", "places", "expected"),
    [
        ("hand", "29150", "29150", 0, True),
        ("hand", "29295", "29150", 0, True),
        ("hand", "29296", "29150", 0, False),
        ("hand", "101", "100", 0, True),
        ("hand", "102", "100", 0, False),
        ("hand", "73.23", "72.875", 2, True),
        ("hand", "73.25", "72.875", 2, False),
        ("exact", "608", "608", 0, True),
        ("exact", "607", "608", 0, False),
        ("exact", "72.88", "72.875", 2, True),
        ("exact", "72.87", "72.875", 2, False),
        ("0.05 1%", "10.1", "10", 2, True),
        ("0.05 1%", "10.11", "10", 2, False),
        ("0.05", "0.05", "0", 2, True),
        ("2%", "98", "100", 0, True),
        ("2%", "97.9", "100", 0, False),
    ],
)
def test_tolerance(tolerance, answer, right, places, expected):
    assert tolerance_of(tolerance).accepts(Decimal(answer), Decimal(right), places=places) is expected


QUORUM = """<coop_worksheet>
  <figure id="members" usual="45" from="20" to="60" step="1"/>
  <figure id="present" usual="22" from="8" to="50" step="1"/>
  <require formula="present &lt; members"/>
  <column id="answer"><name>Answer</name></column>
  <row id="half" kind="input" formula="ceil(members / 2)" places="0" tolerance="exact"><name>Quorum, half</name></row>
  <row id="most" kind="input" formula="floor(members / 2) + 1" places="0" tolerance="exact"><name>More than half</name></row>
  <row id="two_thirds" kind="input" formula="ceil(members * (2 / 3))" places="0" tolerance="exact"><name>Two thirds</name></row>
  <row id="tenth" kind="input" formula="max(ceil(members / 10), 2)" places="0" tolerance="exact"><name>A tenth, never below 2</name></row>
  <row id="reached" kind="input" answer="option" formula="if(present &gt;= half, 1, 0)"><name>Is the quorum there?</name>
    <option id="yes" value="1">Yes</option><option id="no" value="0">No</option></row>
</coop_worksheet>"""


def quorum(members, present):
    made = table_of(content_of(QUORUM).structure)
    return made, {"members": Decimal(members), "present": Decimal(present)}


@pytest.mark.parametrize(
    ("members", "half", "most", "two_thirds", "tenth"),
    [(45, 23, 23, 30, 5), (24, 12, 13, 16, 3), (60, 30, 31, 40, 6), (18, 9, 10, 12, 2), (34, 17, 18, 23, 4)],
)
def test_quorums_are_whole_people(members, half, most, two_thirds, tenth):
    made, figures = quorum(members, 1)
    solved = Sheet(made, figures).solved()
    assert [solved[row, "answer"] for row in ("half", "most", "two_thirds", "tenth")] == [half, most, two_thirds, tenth]


def test_a_choice_follows_from_the_learners_own_quorum():
    made, figures = quorum(45, 22)
    answers = {
        "half.answer": ["22"],
        "most.answer": ["23"],
        "two_thirds.answer": ["30"],
        "tenth.answer": ["5"],
        "reached.answer": ["yes"],
    }
    assert verdicts(answers, made, figures) == {
        "half.answer": "wrong",
        "most.answer": "right",
        "two_thirds.answer": "right",
        "tenth.answer": "right",
        "reached.answer": "follows",
    }
    for odd in (["1"], ["maybe"], ["yes", "no"], [""], []):
        with pytest.raises(AnswersRefused):
            verdicts(answers | {"reached.answer": odd}, made, figures)


# --- what always holds ---

ANYTHING = st.one_of(
    st.integers(-60_000, 160_000).map(str),
    st.sampled_from(["0", "-1", "999999999999999999999999999999", "0.0000001", "1,250"]),
)


@st.composite
def cash_answers(draw):
    wrong = draw(st.sets(st.sampled_from(sorted(CASH_RIGHT)), max_size=8))
    return {
        name: [draw(st.sampled_from(["jul", "aug", "sep"])) if name == "gap_month.jul" else draw(ANYTHING)]
        if name in wrong
        else given
        for name, given in CASH_RIGHT.items()
    }


@settings(max_examples=50, deadline=None)
@given(cash_answers())
def test_follow_through_never_scores_below_cell_by_cell(answers):
    true = Sheet(CASH, CASH_FIGURES).solved()
    entries = read_entries(CASH, answers)
    alone = sum(
        cell.points
        for cell in CASH.inputs.values()
        if any(cell.tolerance.accepts(reading, true[cell.key], places=cell.places) for reading in entries[cell.key])
    )
    assert alone <= earned(answers) <= 30


@settings(max_examples=30, deadline=None)
@given(cash_answers(), st.randoms())
def test_the_order_of_answers_never_matters(answers, chance):
    names = list(answers)
    chance.shuffle(names)
    assert verdicts({name: answers[name] for name in names}) == verdicts(answers)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NAMES), st.text(max_size=20))
def test_drawn_numbers_are_listed_steps_and_satisfy_the_conditions(name, learner):
    made, code = table(name), code_of(learner, "unit", "1")
    figures = drawn_figures(made, code)
    assert is_accepted(made, figures)
    for one in made.figures.values():
        assert one.formula is not None or figures[one.id] in (one.among or (one.usual,))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_the_same_code_gives_the_same_numbers(learner, unit):
    made, code = table("cash-plan"), code_of(learner, unit, "1")
    assert drawn_figures(made, code) == drawn_figures(made, read_code(f" {code[:4].lower()}-{code[4:]} "))


def test_another_attempt_gives_other_numbers():
    codes = [code_of("aicha", "unit", str(attempt)) for attempt in range(1, 9)]
    assert len(set(codes)) == 8
    assert len({tuple(sorted(drawn_figures(CASH, code).items())) for code in codes}) >= 6


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=10))
def test_what_is_right_by_its_own_numbers_earns_everything(learner):
    figures = drawn_figures(CASH, code_of(learner))
    assert earned(right_answers(CASH, figures), CASH, figures) == 30


def test_draws_are_bounded_and_pinned():
    # Numbers printed on paper must come back from their code in every version.
    assert len(list(draws(CASH, "ABCDEFGH"))) == TRIES
    drawn = {
        name: str(int(value)) if name != "cash_scale" else str(value) for name, value in drawn_figures(CASH, "ABCDEFGH").items()
    }
    assert (drawn["opening_balance"], drawn["delay"], drawn["grant_month"]) == ("20000", "30", "3")


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDEFG!", "ABCDEFGHI", "<script>"])
def test_what_is_no_code_is_none(typed):
    assert read_code(typed) == ""
