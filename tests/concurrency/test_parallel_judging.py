"""Many judges at the same moment: each piece of work has one of them, and no verdict is lost or waits for ever."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from lms_app.domain.keys import PersonId
from lms_app.model import BlockRecord, CourseGrade, Score
from lms_app.storage.session import open_engine, sessions_of
from tests.concurrency.serving import at_once
from tests.conftest import SetClock
from tests.judged import OTHER, WORK, Town, grade
from tests.people import People

JUDGES, LEARNERS = 8, 6


@pytest.fixture
def town(own_database: str, tmp_path: Path) -> Iterator[Town]:
    engine = open_engine(own_database)
    sessions, clock = sessions_of(engine), SetClock()
    yield Town(sessions, clock, People(sessions, clock), tmp_path, awards=[])
    engine.dispose()


def test_parallel_claims_give_each_piece_of_work_to_one_judge(town: Town) -> None:
    """Attack 28."""
    judges = [PersonId(town.people.trainer(town.course)) for _ in range(JUDGES)]
    learner = town.learner()
    key = town.has_handed_in(learner)
    claim = ["claim", key, {}]

    answers = at_once([partial(town.act, judge, claim) for judge in judges])

    assert sorted(answer.status for answer in answers) == [200] + [409] * (JUDGES - 1)
    winner = judges[[answer.status for answer in answers].index(200)]
    assert (town.record(key).judge_id, town.record(key).version) == (winner, 2)


def test_verdicts_about_the_same_people_in_any_order_all_count(town: Town) -> None:
    judges = [PersonId(town.people.trainer(town.course)) for _ in range(JUDGES)]
    learners = [town.learner() for _ in range(LEARNERS)]
    for number, person in enumerate(learners):
        town.has_handed_in(person, f"work/{number}")

    def deeds(number: int) -> list[object]:
        there = learners if number % 2 else learners[::-1]
        sheet = ["add", f"sheet/{number}", {"kind": "sheet", "state": "done", "data": {}}]
        return [sheet, *(grade(person, 3) for person in there)]

    answers = at_once([
        partial(town.act, judge, *deeds(number), on=(WORK, OTHER)[number % 2]) for number, judge in enumerate(judges)
    ])  # fmt: skip

    assert [answer.status for answer in answers] == [200] * JUDGES
    assert len(town.rows(BlockRecord, kind="sheet")) == JUDGES
    assert len(town.rows(Score)) == 2 * LEARNERS
    assert {row.completion for row in town.rows(CourseGrade)} == {0.0}
