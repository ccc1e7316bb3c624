"""The server is killed in the middle of a busy moment: every answer that was acknowledged is there afterwards."""

from __future__ import annotations

import http.client
import threading
import time
from pathlib import Path

from sqlalchemy import select

from lms_app.migrations import migrate_engine
from lms_app.model import BlockState, CourseGrade, Score
from lms_app.storage.session import open_engine
from lms_app.storage.transaction import transaction
from tests.concurrency.serving import COURSE, QUIZZES, RIGHT, Served, served

LEARNERS = 8
LONGEST_SECONDS = 60
GONE = (OSError, http.client.HTTPException, ValueError)


def test_every_acknowledged_answer_survives_kill_9(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'takwin.sqlite3'}"
    engine = open_engine(url)
    migrate_engine(engine)
    engine.dispose()
    with served(tmp_path, url) as site:
        learners = [site.people.learner(site.course, name_latin="Amina Ouaziz") for _ in range(LEARNERS)]
        acknowledged = keep_answering_until_killed(site, learners)

        assert sum(acknowledged.values()) > 2 * LEARNERS
        with transaction(site.parts.sessions, writes=False) as session:
            attempts = {(row.person_id, row.block_id): row.state["attempts"] for row in session.scalars(select(BlockState))}
            scores = {(row.person_id, row.block_id) for row in session.scalars(select(Score))}
            grades = {row.person_id: row.grade for row in session.scalars(select(CourseGrade))}
        lost = {key: count for key, count in acknowledged.items() if attempts.get(key, 0) < count or key not in scores}
        assert lost == {}
        for person in learners:  # state, scores and grade were written together or not at all
            assert grades[person] == round(len([key for key in scores if key[0] == person]) / len(QUIZZES), 6)


def keep_answering_until_killed(site: Served, learners: list[int]) -> dict[tuple[int, str], int]:
    """Answer quiz after quiz, each learner in a thread, and kill the server meanwhile; return how often each was acknowledged."""
    acknowledged: dict[tuple[int, str], int] = {}

    def answer_on(person: int) -> None:
        caller = site.caller(person)
        caller.token()
        while True:
            for quiz in QUIZZES:
                try:
                    answer = caller.answer(quiz, RIGHT, course=COURSE)
                except GONE:
                    return
                if answer.status == 200:
                    acknowledged[person, quiz] = answer.json["attempts_used"]

    threads = [threading.Thread(target=answer_on, args=(person,)) for person in learners]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    while sum(acknowledged.copy().values()) <= 4 * LEARNERS and time.monotonic() < began + LONGEST_SECONDS:
        time.sleep(0.05)  # a busy machine takes longer to be busy with answers
    site.kill()
    for thread in threads:
        thread.join()
    return acknowledged
