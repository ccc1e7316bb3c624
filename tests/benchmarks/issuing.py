"""What issuing adds to the transaction that grants a certificate."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import find_course
from lms_app.domain.awards import Award, judge_awards
from lms_app.domain.eligibility import Condition, Reached
from lms_app.domain.grading import Grade
from lms_app.domain.keys import PersonId
from lms_app.services.credentials.issuing import issue
from lms_app.services.learning.scoring import Standing
from lms_app.storage.transaction import transaction
from tests.benchmarks.world import KEY, make_world

HOW_MANY = 50


def signing_ms(folder: Path) -> float:
    """Return the median time of one issue (record, number, status bit, signatures, row, log, outbox) inside its transaction, in ms."""
    world = make_world(folder, port=8714, learners=HOW_MANY)
    awards = (Award("completion", (Condition("grade", 0.6),)),)
    earned = Standing(Grade(1.0, (), passed=True), 1.0, judge_awards(awards, Reached(grade=1.0)))
    times = []
    for number in range(1, HOW_MANY + 1):
        with transaction(world.parts.sessions) as session:
            course = find_course(session, KEY, person=PersonId(number))
            outline = load_outline(session, course.snapshot or "")
            began = time.perf_counter()
            issue(
                session,
                PersonId(number),
                earned.awards[0],
                course=course,
                outline=outline,
                standing=earned,
                issuer=world.parts.issuer,
                language="en",
                now=world.parts.clock(),
            )
            times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)
