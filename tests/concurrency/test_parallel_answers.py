"""Many answers of one learner at the same moment: each is stored or refused in words, and nothing is counted twice or lost."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from lms_app.model import BlockState, Completion, CourseGrade, Credential, Outbox, Score
from lms_app.storage.transaction import transaction
from tests.concurrency.serving import COURSE, QUIZZES, RIGHT, WRONG, Served, at_once, served
from tests.journeys.caller import Answer

MANY = 50
LIMIT = 2
REFUSALS = {409, 422, 503}
NAMES = {"name_latin": "Amina Ouaziz", "name_arabic": "أمينة واعزيز"}


def stored(site: Served, model, person: int, **where: object) -> list:
    """Return a learner's rows as somebody else reads them."""
    wanted = {"person_id": person, **where}
    with transaction(site.parts.sessions, writes=False) as session:
        return list(session.scalars(select(model).filter_by(**wanted)))


def is_refused_in_words(answer: Answer) -> bool:
    return answer.status in REFUSALS and len(answer.json["message"]) > 20


@pytest.mark.parametrize("attempts", [LIMIT, None], ids=["two-attempts", "no-limit"])
def test_each_submission_is_stored_or_refused_in_words(own_database: str, tmp_path: Path, attempts: int | None) -> None:
    with served(tmp_path, own_database, attempts=attempts, pass_mark=1.0) as site:
        person = site.people.learner(site.course, **NAMES)
        callers = [site.caller(person) for _ in range(MANY)]
        at_once([caller.token for caller in callers])
        answers = at_once([partial(caller.answer, QUIZZES[0], WRONG, course=COURSE) for caller in callers])

        acknowledged = [answer for answer in answers if answer.status == 200]
        refused = [answer for answer in answers if answer.status != 200]
        assert [answer for answer in refused if not is_refused_in_words(answer)] == []
        (state,) = stored(site, BlockState, person)
        assert state.state["attempts"] == len(acknowledged)
        assert sorted(answer.json["attempts_used"] for answer in acknowledged) == list(range(1, len(acknowledged) + 1))
        if attempts:
            assert len(acknowledged) == LIMIT
            assert Counter(answer.json.get("code") for answer in refused if answer.status == 409) == {
                "no_attempts_left": len([answer for answer in refused if answer.status == 409])
            }


def test_parallel_passes_give_one_certificate(own_database: str, tmp_path: Path) -> None:
    """Each of the fifty answers completes the course by itself; five each go to ten quizzes."""
    with served(tmp_path, own_database) as site:
        person = site.people.learner(site.course, **NAMES)
        callers = [site.caller(person) for _ in range(MANY)]
        at_once([caller.token for caller in callers])
        answers = at_once(
            [partial(caller.answer, QUIZZES[number % len(QUIZZES)], RIGHT, course=COURSE) for number, caller in enumerate(callers)]
        )

        assert [answer for answer in answers if answer.status != 200 and not is_refused_in_words(answer)] == []
        (certificate,) = stored(site, Credential, person)
        with transaction(site.parts.sessions, writes=False) as session:
            assert [row.payload["code"] for row in session.scalars(select(Outbox))] == [certificate.code]
        (grade,) = stored(site, CourseGrade, person)
        assert grade.grade == pytest.approx(len(stored(site, Score, person)) / len(QUIZZES))


def test_parallel_claims_give_one_certificate(own_database: str, tmp_path: Path) -> None:
    """Who had no name yet when the course was passed asks for the certificate later, and taps the button fifty times."""
    with served(tmp_path, own_database) as site:
        person = site.people.learner(site.course)
        first = site.caller(person)
        assert first.answer(QUIZZES[0], RIGHT, course=COURSE).status == 200
        assert stored(site, Credential, person) == []
        assert first.send("/profile", language="fr", **NAMES).status == 303
        callers = [site.caller(person) for _ in range(MANY)]
        at_once([caller.token for caller in callers])
        answers = at_once([partial(caller.send, f"/courses/{COURSE}/certificate") for caller in callers])

        (certificate,) = stored(site, Credential, person)
        assert {(answer.status, answer.location) for answer in answers} == {(303, f"/v/{certificate.code}")}


def test_answers_to_two_blocks_at_once_both_count(own_database: str, tmp_path: Path) -> None:
    with served(tmp_path, own_database, pass_mark=0.2) as site:
        learners = [site.people.learner(site.course, **NAMES) for _ in range(10)]
        pairs = [(site.caller(person), quiz) for person in learners for quiz in QUIZZES[:2]]
        at_once([caller.token for caller, _ in pairs])
        answers = at_once([partial(caller.answer, quiz, RIGHT, course=COURSE) for caller, quiz in pairs])

        assert [answer.status for answer in answers] == [200] * len(pairs)
        for person in learners:
            (grade,) = stored(site, CourseGrade, person)
            assert (grade.grade, grade.completion) == (0.2, 0.2)
            assert len(stored(site, Completion, person)) == 2
            assert len(stored(site, Credential, person)) == 1
