"""What earns a paper, each condition on the smallest learner that shows it; and faults of rules, all named."""

from __future__ import annotations

from datetime import date

import pytest

from lms_app.domain.awards import has_passed, judge_awards, months_after, read_awards
from lms_app.domain.eligibility import Attained, Condition, Reached, judge, read_rule
from lms_app.domain.errors import Invalid

ZINEB = Reached(
    grade=0.7,
    completion=0.95,
    attained=(
        Attained("attendance", "Day 1", 6),
        Attained("attendance", "Day 2", 5.5),
        Attained("practical", "Business plan", 1),
        Attained("practical", "Budget", 0),
        Attained("observation", "Leads a meeting", 3),
        Attained("observation", "Keeps the books", 2),
        Attained("rubric", "Session plan", 3.25),
        Attained("rubric", "Marketing plan", 2.9),
    ),
    exercises=(
        Attained("exercise", "Full cost", 0.75, ("Full cost", "Prix de revient")),
        Attained("exercise", "Full cost", 1, ("Full cost",)),
        Attained("exercise", "Break-even", 0.5),
        Attained("exercise", "L’équilibre", 0.5),
    ),
)


@pytest.mark.parametrize(
    ("condition", "reached", "is_met"),
    [
        ({"kind": "grade", "at_least": 0.7}, 0.7, True),
        ({"kind": "completion", "at_least": 1}, 0.95, False),
        ({"kind": "exercise", "name": "full COST", "at_least": 1}, 1, True),
        ({"kind": "exercise", "name": "Prix de revient", "at_least": 1}, 0.75, False),
        ({"kind": "exercise", "name": "Break-even", "at_least": 0.5}, 0.5, True),
        ({"kind": "exercise", "name": "l'e\N{COMBINING ACUTE ACCENT}quilibre", "at_least": 0.5}, 0.5, True),
        ({"kind": "exercise", "name": "Nowhere", "at_least": 0.01}, 0, False),
        ({"kind": "attendance", "hours": 11.5}, 11.5, True),
        ({"kind": "attendance", "hours": 12}, 11.5, False),
        ({"kind": "practical", "count": 2}, 1, False),
        ({"kind": "practical", "name": "business  PLAN"}, 1, True),
        ({"kind": "practical", "name": "Budget"}, 0, False),
        ({"kind": "observation", "level": 2, "count": 2}, 2, True),
        ({"kind": "observation", "level": 3, "count": 2}, 1, False),
        ({"kind": "observation", "level": 3, "name": "Keeps the books"}, 0, False),
        ({"kind": "rubric", "level": 2, "count": 2}, 2, True),
        ({"kind": "rubric", "level": 3, "count": 2}, 1, False),
        ({"kind": "rubric", "level": 3, "name": "session plan"}, 1, True),
    ],
)
def test_each_condition_says_how_far_a_learner_is(condition: dict[str, object], reached: float, *, is_met: bool) -> None:
    (line,) = judge(read_rule({"all": [condition]}), ZINEB).lines

    assert (line.reached, line.is_met) == (reached, is_met)


def test_every_condition_of_a_mix_must_be_met_and_each_says_its_own() -> None:
    rule = {"all": [{"kind": "grade", "at_least": 0.6}, {"kind": "attendance", "hours": 20}]}

    judged = judge(read_rule(rule), ZINEB)

    assert not judged.is_met
    assert [(line.condition.kind, line.condition.asked, line.reached, line.is_met) for line in judged.lines] == [
        ("grade", 0.6, 0.7, True),
        ("attendance", 20, 11.5, False),
    ]


def test_a_rule_as_it_was_kept_before_is_one_condition() -> None:
    assert read_rule({"kind": "grade", "at_least": 0.6}) == (Condition("grade", 0.6),)
    assert not judge(read_rule({}), ZINEB).is_met


def test_all_faults_of_a_rule_are_named() -> None:
    rule = {
        "all": [
            {"kind": "grade", "at_least": 1.5, "hours": 3},
            {"kind": "attendance"},
            {"kind": "observation", "level": 5, "count": 0},
            {"kind": "practical", "name": "Plan", "count": 2},
            {"kind": "rubric"},
            {"kind": "exercise", "at_least": 1},
            {"kind": "luck"},
        ]
    }

    with pytest.raises(Invalid) as refused:
        read_rule(rule)

    assert list(refused.value.facts["problems"]) == [
        "condition 1: 'hours' says nothing here",
        "condition 1: at_least is above 0 and at most 1",
        "condition 2: hours are above 0 and at most 10000",
        "condition 3: level is from 1 to 4",
        "condition 3: count is from 1 to 100",
        "condition 4: a task that is named is asked once",
        "condition 5: level is from 1 to 4",
        "condition 6: name is the title of an exercise, at most 120 characters",
        "condition 7: kind is one of grade, completion, exercise, attendance, practical, observation, rubric",
    ]


def test_what_is_stored_reads_back_the_same_and_from_the_weakest_kind_up() -> None:
    stored = [
        {
            "kind": "competence",
            "rule": {"all": [{"kind": "rubric", "level": 3, "count": 2}, {"kind": "practical", "name": "Plan", "count": 1}]},
            "title": {"fr": "Formatrice de coopératives"},
            "valid_months": 24,
            "template": "modern-1",
            "shows_grade": True,
        },
        {"kind": "participation", "rule": {"all": [{"kind": "attendance", "hours": 12.5}]}},
    ]

    awards = read_awards(stored)

    assert [each.kind for each in awards] == ["participation", "competence"]
    assert [each.to_json() for each in reversed(awards)] == stored


def test_all_faults_of_awards_are_named() -> None:
    rule = {"all": [{"kind": "grade", "at_least": 0.5}]}
    with pytest.raises(Invalid) as refused:
        read_awards(
            [
                {"kind": "completion", "rule": rule},
                {"kind": "completion", "rule": rule},
                {"kind": "degree", "rule": {}, "valid_months": 0, "title": "Master", "template": "none", "frame": "gold"},
                "completion",
            ]
        )

    assert list(refused.value.facts["problems"]) == [
        "award 2: completion is listed already",
        "award 3: kind is one of participation, completion, competence",
        "award 3: 'frame' says nothing here",
        "award 3: rule is missing: nothing would be asked",
        "award 3: title is a text for each language",
        "award 3: valid_months is from 1 to 240",
        "award 3: template is one of zellige-2, modern-1, programme-1",
        "award 4: an award has a kind and a rule",
    ]


def test_taking_part_is_not_passing_where_more_can_be_earned() -> None:
    part = {"kind": "participation", "rule": {"all": [{"kind": "completion", "at_least": 0.5}]}}
    whole = {"kind": "completion", "rule": {"all": [{"kind": "grade", "at_least": 0.9}]}}

    assert has_passed(judge_awards(read_awards([part]), ZINEB))
    assert not has_passed(judge_awards(read_awards([part, whole]), ZINEB))


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-15", 24, "2028-12-15"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-11-30", 1, "2026-12-30"),
    ],
)
def test_months_end_on_a_day_that_there_is(day: str, months: int, last: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(last)
