"""The rules of grades, completion and time, each on the smallest course that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from lms_app.domain.completion import share_done
from lms_app.domain.content import Hash, Outline, OutlineEntry
from lms_app.domain.grading import DEFAULT_PASS_MARK, Points, grade_course, read_policy
from lms_app.domain.keys import BlockId
from lms_app.domain.schedule import closes_at, is_closed, is_open, moment, opens_at, span

POLICY = {
    "GRADER": [
        {"type": "Quiz", "short_label": "Q", "min_count": 3, "drop_count": 1, "weight": 0.6},
        {"type": "Final", "min_count": 1, "drop_count": 0, "weight": 0.4},
    ],
    "GRADE_CUTOFFS": {"Pass": 0.6},
}


NO_STARTS: Mapping[str, str] = {}


def outline(
    *, policy: object = POLICY, quizzes: int = 3, hidden: frozenset[str] = frozenset(), starts: Mapping[str, str] = NO_STARTS
) -> Outline:
    """A course with so many quizzes of ten points and a final of twenty."""
    entries: dict[BlockId, OutlineEntry] = {}

    def add(block: str, parent: str | None, children: tuple[str, ...] = (), **facts: object) -> None:
        settings = dict(facts.pop("settings", {}))  # type: ignore[call-overload]
        if block in hidden:
            settings["visible_to_staff_only"] = True
        if block in starts:
            settings["start"] = starts[block]
        entries[BlockId(block)] = OutlineEntry(
            id=BlockId(block),
            type=block.partition("/")[0],
            node=Hash("0" * 64),
            parent=BlockId(parent) if parent else None,
            children=tuple(BlockId(child) for child in children),
            title=block,
            settings=settings,
            **facts,  # type: ignore[arg-type]
        )

    names = [f"q{n}" for n in range(quizzes)] + ["final"]
    add("course/run", None, ("chapter/one",))
    add("chapter/one", "course/run", tuple(f"sequential/{name}" for name in names))
    for name in names:
        kind = "Final" if name == "final" else "Quiz"
        add(f"sequential/{name}", "chapter/one", (f"vertical/{name}",), settings={"graded": True, "format": kind})
        add(f"vertical/{name}", f"sequential/{name}", (f"html/{name}", f"problem/{name}"))
        add(f"html/{name}", f"vertical/{name}")
        add(f"problem/{name}", f"vertical/{name}", possible=20.0 if name == "final" else 10.0)
    return Outline(BlockId("course/run"), Hash("0" * 64), "en", ("en",), entries, {"grading": policy})


def scores(**earned: float) -> dict[BlockId, Points]:
    return {BlockId(f"problem/{name}"): Points(points, 20.0 if name == "final" else 10.0) for name, points in earned.items()}


def test_the_lowest_quiz_is_dropped_and_what_was_not_opened_counts_as_zero() -> None:
    grade = grade_course(outline(), scores(q0=10, q1=5, final=20))

    # quizzes: 1.0 and 0.5 count, the unopened one is dropped: 0.75 × 0.6; final: 1.0 × 0.4
    assert grade.share == pytest.approx(0.85)
    assert grade.passed
    assert [one.dropped for one in grade.parts[0].assignments] == [False, False, True]


def test_assignments_that_the_policy_promises_but_the_course_lacks_count_as_zero() -> None:
    grade = grade_course(outline(quizzes=1), scores(q0=10, final=20))

    # three promised, one there, one of the two missing is dropped: (1.0 + 0) / 2 × 0.6 + 0.4
    assert grade.share == pytest.approx(0.7)


def test_nothing_answered_is_zero_and_does_not_pass() -> None:
    grade = grade_course(outline(), {})

    assert (grade.share, grade.passed) == (0.0, False)


def test_without_a_policy_all_points_count_alike() -> None:
    grade = grade_course(outline(policy={}), scores(q0=10, q1=10, q2=10, final=5))

    assert grade.share == pytest.approx(35 / 50)


def test_an_odd_policy_takes_defaults_and_never_fails() -> None:
    policy = read_policy({"GRADER": [{"type": "X", "weight": "much"}], "GRADE_CUTOFFS": {"Pass": None}})

    assert (policy.types[0].weight, policy.pass_mark) == (0.0, DEFAULT_PASS_MARK)


def test_completion_is_the_mean_of_visible_leaves() -> None:
    done = {BlockId("html/q0"): 1.0, BlockId("problem/q0"): 0.5}

    assert share_done(outline(quizzes=1), done) == pytest.approx(1.5 / 4)
    assert share_done(outline(quizzes=1, hidden=frozenset({"html/final", "problem/final"})), done) == pytest.approx(0.75)
    assert share_done(outline(quizzes=1), done, BlockId("vertical/q0")) == pytest.approx(0.75)


def test_due_dates_have_their_grace_and_self_paced_courses_have_none() -> None:
    settings = {"due": "2026-03-01T08:00:00Z", "graceperiod": "1 day 5 hours 59 minutes"}
    due = datetime(2026, 3, 1, 8, tzinfo=UTC)

    assert closes_at(settings) == due + timedelta(days=1, hours=5, minutes=59)
    assert not is_closed(settings, due + timedelta(days=1))
    assert is_closed(settings, due + timedelta(days=2))
    assert closes_at({**settings, "self_paced": True}) is None


def test_every_start_on_the_way_down_keeps_learners_out_and_no_start_lets_them_in() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    late, early = "2026-01-02", "2025-12-31T23:59:59Z"
    course = outline(starts={"sequential/q0": late, "vertical/q0": early, "sequential/q1": early})

    assert opens_at(course, BlockId("vertical/q0")) == datetime(2026, 1, 2, tzinfo=UTC)
    assert [is_open(course, BlockId(f"vertical/{name}"), now) for name in ("q0", "q1", "q2")] == [False, True, True]
    assert is_open(course, BlockId("html/q0"), datetime(2026, 1, 2, tzinfo=UTC))


def test_nothing_below_what_is_for_staff_alone_is_open_whatever_it_says_itself() -> None:
    course = outline(hidden=frozenset({"sequential/q0"}))

    assert not is_open(course, BlockId("problem/q0"), datetime(2026, 1, 1, tzinfo=UTC))
    assert is_open(course, BlockId("problem/q1"), datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "read"), [("", timedelta()), (None, timedelta()), ("2 hours", timedelta(hours=2)), (90, timedelta(seconds=90))]
)
def test_spans_are_read_as_olx_writes_them(written: object, read: timedelta) -> None:
    assert span(written) == read


def test_dates_that_nobody_can_read_are_no_dates() -> None:
    assert moment("when the rains come") is None
    assert moment("2012-10-22T00:00") == datetime(2012, 10, 22, tzinfo=UTC)
