"""What a plan lacks, its dates and its reminders."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given, strategies as st

from takwin_xblocks.plan.dates import DateRefused, after_months, months_since, read_date, read_months, reminders
from takwin_xblocks.plan.entries import STEP, EntryRefused, Shape, plan_entries, read_entry, tidy
from takwin_xblocks.plan.grading import Lack, kept_date, lacks, loose_ends, months_at, plan_of, statuses

DIGITS = {"latin": "0123456789", "arabic": "٠١٢٣٤٥٦٧٨٩", "extended": "۰۱۲۳۴۵۶۷۸۹", "devanagari": "०१२३४५६७८९"}
DATES = st.dates(min_value=date(1990, 1, 1), max_value=date(2150, 12, 31))
SHAPE = Shape(priorities=2, steps=2)
WHOLE = {
    "date": "2026-09-15",
    **{f"p{priority}-change": "Count the till" for priority in (1, 2)},
    **{
        f"p{priority}-s1-{name}": text
        for priority in (1, 2)
        for name, text in {
            "what": "Count",
            "who": "Aïcha",
            "due": "2026-10-01",
            "indicator": "days counted",
            "today": "0",
            "target": "26",
        }.items()
    },
}


def plan(written, follow_up=None, shape=SHAPE):
    return plan_of(shape, written, follow_up or {})


@given(DATES, st.sampled_from(sorted(DIGITS)), st.sampled_from("-/."), st.booleans())
def test_a_date_is_read_in_any_digits_in_both_orders(day, digits, separator, year_first):
    pieces = [f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"]
    typed = separator.join(pieces if year_first else reversed(pieces)).translate(str.maketrans("0123456789", DIGITS[digits]))
    assert read_date(typed) == day
    assert read_date(f" \N{RIGHT-TO-LEFT MARK}{typed}\N{LEFT-TO-RIGHT MARK} ") == day


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_date_nothing_or_refused(typed):
    try:
        read = read_date(typed)
    except DateRefused as refused:
        assert refused.code in {"not_a_date", "year_out_of_range"}  # noqa: PT017 -- either outcome is right, nothing else is
    else:
        assert read is None or read_date(read.isoformat()) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", None),
        ("   ", None),
        ("2027-03-31", date(2027, 3, 31)),
        ("31/03/2027", date(2027, 3, 31)),
        ("1/4/2027", date(2027, 4, 1)),
        ("٣١/٠٣/٢٠٢٧", date(2027, 3, 31)),
        ("۳۱/۰۳/۲۰۲۷", date(2027, 3, 31)),
        ("31 - 03 - 2027", date(2027, 3, 31)),
        ("٣١؍٠٣؍٢٠٢٧", date(2027, 3, 31)),
        ("29/02/2028", date(2028, 2, 29)),
    ],
)
def test_dates_as_people_type_them(typed, read):
    assert read_date(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["NaN", "Infinity", "1e309", "tomorrow", "غدا", "31/02/2027", "29/02/2027", "00/01/2027", "1/13/2027", "31/03/27", "20270331",
     "2027-03-31T00:00", "2027-03", "-1/2/2027", "1/2/2027/", "9" * 10_000_000],
)  # fmt: skip
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(DateRefused) as refused:
        read_date(typed)
    assert refused.value.code == "not_a_date"


@pytest.mark.parametrize("typed", ["0001-01-01", "31/12/1989", "2151-01-01", "9999-12-31"])
def test_a_year_that_no_plan_can_mean_is_refused(typed):
    with pytest.raises(DateRefused) as refused:
        read_date(typed)
    assert refused.value.code == "year_out_of_range"


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 9, 15), 3, date(2026, 12, 15)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
    ],
)
def test_months_end_where_the_month_ends(start, months, expected):
    assert after_months(start, months) == expected


@given(DATES, st.integers(1, 60))
def test_a_reminder_falls_on_the_same_day_or_the_last_of_its_month(start, months):
    then = after_months(start, months)
    assert (then.year * 12 + then.month) - (start.year * 12 + start.month) == months
    assert then.day == min(start.day, monthrange(then.year, then.month)[1])
    assert months_since(start, then) == months
    assert months_since(then, start) == 0


def test_reminders_of_a_plan():
    assert [(one.months, one.on.isoformat()) for one in reminders(date(2026, 8, 31), (3, 6))] == [
        (3, "2026-11-30"),
        (6, "2027-02-28"),
    ]


@pytest.mark.parametrize(
    ("typed", "months"), [("3 6", (3, 6)), ("6, 3", (3, 6)), ("٣، ٦", (3, 6)), ("", ()), ("  ", ()), ("3 3", (3,)), ("12", (12,))]
)
def test_months_of_reminders(typed, months):
    assert read_months(typed) == months


@pytest.mark.parametrize("typed", ["0", "61", "3.5", "-3", "three", "1 2 3 4 5 6 7", "NaN", "9999999999"])
def test_months_that_are_none_are_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        read_months(typed)


def test_an_empty_plan_lacks_its_date_and_every_priority():
    assert lacks(plan({})) == [
        Lack(what="date"),
        Lack(what="priority", priority=1),
        Lack(what="priority", priority=2),
    ]
    assert lacks(plan({"date": "2026-09-15", "p1-change": "Count", "p2-s2-cost": "100"})) == [
        Lack(what="step", priority=1),
        Lack(what="change", priority=2),
        *(Lack(what=name, priority=2, step=2) for name in ("what", "who", "due", "indicator", "today", "target")),
    ]
    assert plan({}).is_blank


def test_a_whole_plan_lacks_nothing():
    assert lacks(plan(WHOLE)) == []
    assert loose_ends(plan(WHOLE)) == []


def test_a_step_without_a_date_is_named():
    written = {**WHOLE, "p2-s1-due": ""}
    assert lacks(plan(written)) == [Lack(what="due", priority=2, step=1)]


def test_a_second_step_begun_is_a_loose_end_and_no_obstacle():
    written = {**WHOLE, "p1-s2-what": "Train a second cashier", "p1-s1-due": "2026-09-01"}
    assert lacks(plan(written)) == []
    assert loose_ends(plan(written)) == [
        Lack(what="due_before_plan", priority=1, step=1),
        *(Lack(what=name, priority=1, step=2) for name in ("who", "due", "indicator", "today", "target")),
    ]


TEXT_IDS = sorted(plan_entries(SHAPE))


@given(
    st.dictionaries(st.sampled_from(TEXT_IDS), st.sampled_from(["", "2026-10-01"]), max_size=40),
    st.dictionaries(st.sampled_from(TEXT_IDS), st.just("2026-10-01"), max_size=40),
)
def test_writing_more_never_empties_a_field_or_a_priority(written, more):
    before, after = lacks(plan(written)), lacks(plan({**written, **more}))
    assert {one.priority for one in after if one.what == "priority"} <= {one.priority for one in before if one.what == "priority"}
    assert {one.what for one in after if not one.priority} <= {one.what for one in before if not one.priority}


def test_statuses_count_only_steps_that_were_written():
    follow_up = {"p1-s1-status": "done", "p2-s2-status": "done", "p2-s1-status": "under_way"}
    assert statuses(plan(WHOLE, follow_up)) == {"not_begun": 0, "under_way": 1, "done": 1, "dropped": 0}


def test_months_at_follow_up():
    assert months_at("2026-09-15", ["2026-12-14", ""]) == 2
    assert months_at("2026-09-15", ["2026-10-01", "2027-03-15"]) == 6
    assert months_at("2026-09-15", [""]) is None
    assert months_at("", ["2027-03-15"]) is None


def test_a_state_that_holds_no_date_gives_none():
    assert kept_date("soon") is None
    assert kept_date("2026-09-15") == date(2026, 9, 15)


def test_only_the_fields_of_the_plan_exist():
    assert len(plan_entries(Shape(priorities=5, steps=6))) == 5 + 5 * (3 + 6 * len(STEP))
    assert "p1-s1000-what" not in plan_entries(Shape(priorities=5, steps=6))


def test_characters_that_turn_the_text_are_left_out():
    turned = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
    assert tidy(f"abc{turned}def\x00\x07") == "abcdef"
    assert tidy("كلمة\u200fأخرى") == "كلمة\u200fأخرى"


def test_lines_are_kept_only_where_they_count():
    assert tidy(" one \r\n two\n") == "one two"
    assert tidy(" one \r\n two\n", lines=True) == "one\n two"


def test_texts_too_long_and_unknown_statuses_are_refused():
    entries = plan_entries(SHAPE)
    assert read_entry(entries["p1-change"], "a" * 160) == "a" * 160
    with pytest.raises(EntryRefused) as refused:
        read_entry(entries["p1-change"], "a" * 161)
    assert refused.value.code == "too_long"
