"""What a block tells of a cooperative is kept only when it can be true."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, strategies as st

from lms_app.domain.follow_up import NotUsable, pillars_in, read_measured, read_plan
from lms_app.storage.base import json_text

NOW = datetime(2026, 10, 12, 9, tzinfo=UTC)
TOLD = {
    "moment": "before",
    "cooperative": "Taitmatine",
    "respondents": 7,
    "overall": 41,
    "pillars": [{"id": "governance", "score": 50, "answered": 6, "spread": 3}],
    "statements": [{"id": "g1", "mean": 2.5, "spread": 1, "answered": 7}],
    "language": "fr",
}


def test_a_finished_diagnostic_is_read():
    found = read_measured({**TOLD, "person_id": 1, "user_id": 2, "more": "x" * 100_000})

    assert (found.moment, found.cooperative, found.respondents, found.overall) == ("before", "Taitmatine", 7, 41.0)
    assert (found.pillars[0].id, found.pillars[0].score) == ("governance", 50.0)
    assert set(found.as_json()) == {"pillars", "statements", "language"}
    assert pillars_in(found.as_json()) == found.pillars


@pytest.mark.parametrize(
    "changed",
    [
        {"overall": float("nan")}, {"overall": float("inf")}, {"overall": 101}, {"overall": -1}, {"overall": "41"}, {"overall": True},
        {"respondents": -1}, {"respondents": 2.5}, {"respondents": 10**9}, {"respondents": None},
        {"cooperative": "x" * 201}, {"cooperative": 7}, {"moment": "x" * 81}, {"language": ["fr"]},
        {"pillars": {}}, {"pillars": [1]}, {"pillars": [{"id": "g", "score": 1e309}]}, {"pillars": [{"id": "g"}] * 21},
        {"statements": [{"id": "s", "mean": 1, "answered": True}]}, {"statements": [{"id": "s"}] * 401},
    ],
    ids=str,
)  # fmt: skip
def test_figures_that_are_none_are_refused(changed):
    with pytest.raises(NotUsable):
        read_measured({**TOLD, **changed})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*TOLD, "id", "score", "on"]), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*TOLD, "reminders", "plan_date"]), JSON, max_size=8))
def test_whatever_is_told_is_read_or_refused_and_can_be_stored(told):
    with suppress(NotUsable):
        assert len(json_text(read_measured(told).as_json())) < 100_000
    with suppress(NotUsable):
        assert set(map(type, read_plan(told, now=NOW).reminders)) <= {date}


def test_days_of_a_plan_that_cannot_be_are_left_out_and_named():
    days = ["2027-01-12", "2026-09-20", "2020-01-01", "2040-01-01", "2027-02-30", None, "soon"]
    found = read_plan({"plan_date": "2026-10-12", "reminders": [{"months": 3, "on": day} for day in days]}, now=NOW)

    assert found.planned_on == date(2026, 10, 12)
    assert found.reminders == {date(2027, 1, 12): 3, date(2026, 9, 20): 3}
    assert found.refused == ("2020-01-01", "2040-01-01", "2027-02-30", "None", "soon")
